package facts

import (
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// target is what a call comes to.
type target struct {
	kind  targetKind
	fn    *Fn                  // resolvedFn
	more  []*Fn                // resolvedFn: others that the call can run too
	row   *knowledge.Call      // leaf
	args  []knowledge.Argument // who runs the callable arguments
	call  callee
	cause string // unresolved: why
}

type targetKind uint8

const (
	unresolved targetKind = iota
	harmless              // known to do nothing but run its inline arguments
	leaf                  // a row of the tables
	resolvedFn            // a function with a summary
	symbolic              // a trait method of a type parameter
	polls                 // the poll of a future: its effects belong to that future
)

// resolve finds the target of a printed callee. The answer depends on the text alone and is kept.
func (c *Crate) resolve(text string) target {
	if t, ok := c.resolved[text]; ok {
		return t
	}
	t := c.lookUp(c.parseCallee(text))
	c.resolved[text] = t
	return t
}

func (c *Crate) lookUp(call callee) target {
	t := target{call: call, args: c.tables.Argument(call.name)}
	if row, ok := c.tables.Call(call.name); ok {
		t.kind, t.row = leaf, row
		if row.Effect == knowledge.Harmless {
			t.kind = harmless
		}
		return t
	}
	if call.self != "" {
		return c.traitCall(t)
	}
	fn := c.function(call.path)
	if fn == nil && call.inside != "" {
		fn = c.nested(call.inside, mir.LastSegment(call.path))
	}
	if fn == nil && call.path == "core::str::parse" && len(call.ownArgs) == 1 { // str::parse::<T> is <T as FromStr>::from_str
		fn = c.method(mir.Head(call.ownArgs[0]), "FromStr", "from_str")
	}
	if fn != nil {
		t.kind, t.fn = resolvedFn, fn
		return t
	}
	return c.external(t)
}

// nested finds the function that a macro writes inside a method of an impl for a type, by its first parameter.
func (c *Crate) nested(typ, name string) *Fn {
	for _, fn := range c.Fns {
		if fn.Name == name && len(fn.Params) > 0 && selfHead(fn.Params[0]) == typ {
			return fn
		}
	}
	return nil
}

// external answers for a callee outside the crate: a table row, or a summary from the library.
func (c *Crate) external(t target) target {
	if len(t.args) > 0 || c.tables.Harmless(t.call.name) {
		t.kind = harmless
		return t
	}
	if fn := c.library.function(t.call.path); fn != nil {
		t.kind, t.fn = resolvedFn, fn
		return t
	}
	t.cause = "into " + rootOf(t.call.path)
	return t
}

// traitCall resolves `<T as Trait>::m`.
func (c *Crate) traitCall(t target) target {
	self := stripRefs(t.call.self)
	trait := mir.LastSegment(t.call.name.Trait)
	switch {
	case trait == "Future" && t.call.name.Method == "poll":
		t.kind = polls
		return t
	case isCallable(trait):
		return c.callableTarget(t, self)
	case strings.HasPrefix(self, "dyn "):
		return c.dynamic(t, trait)
	}
	if fns := c.methods(self, trait, t.call); len(fns) > 0 {
		t.kind, t.fn, t.more = resolvedFn, fns[0], fns[1:]
		return t
	}
	if isTypeParameter(self) {
		t.kind = symbolic
		return t
	}
	if head := mir.Head(self); head != "" {
		if fn := c.library.method(c.Global(head), trait, t.call.name.Method); fn != nil {
			t.kind, t.fn = resolvedFn, fn
			return t
		}
	}
	return c.external(t)
}

// methods are the functions that `<self as trait>::method` runs: the impl's own method; for a conversion, the impl of the opposite
// trait that std's blanket impl calls; for a default method whose body is in another crate, whatever the impl provides.
func (c *Crate) methods(self, trait string, call callee) []*Fn {
	head := mir.Head(self)
	if fn := c.method(head, trait, call.name.Method); fn != nil {
		return []*Fn{fn}
	}
	if back, ok := conversions[trait]; ok && len(call.traitArgs) == 1 {
		if fn := c.method(mir.Head(call.traitArgs[0]), back.trait, back.method); fn != nil {
			return []*Fn{fn}
		}
	}
	if !c.implements(head, trait) {
		return nil
	}
	var provided []*Fn
	for _, fn := range c.Fns {
		if fn.Trait == trait && fn.Type == head && fn.body == nil && implAt(parentOf(fn.Path)) != "" {
			provided = append(provided, fn)
		}
	}
	return provided
}

// conversions are the blanket impls of core::convert, which is part of the language's contract: `Into` for every `From`, `TryInto` for every `TryFrom`.
var conversions = map[string]struct{ trait, method string }{
	"Into":    {"From", "from"},
	"TryInto": {"TryFrom", "try_from"},
}

// callableTarget resolves `<F as FnOnce<..>>::call_once`.
func (c *Crate) callableTarget(t target, self string) target {
	if fn := c.callable(self); fn != nil {
		t.kind, t.fn = resolvedFn, fn
		return t
	}
	if path, ok := fnItem(self); ok {
		return c.resolve(path)
	}
	if isTypeParameter(self) {
		t.kind = symbolic
		return t
	}
	t.cause = "of callables behind pointers"
	return t
}

// dynamic resolves a call through a trait object when the crate has exactly one implementation of the trait. Other crates could add
// more, so the answer is only good for suspicion.
func (c *Crate) dynamic(t target, trait string) target {
	var found *Fn
	for _, i := range c.byName[t.call.name.Method] {
		if fn := c.Fns[i]; fn.Trait == trait && fn.Type != "" {
			if found != nil {
				t.cause = "through trait objects"
				return t
			}
			found = fn
		}
	}
	if found == nil {
		return c.external(t)
	}
	t.kind, t.fn = resolvedFn, found
	return t
}

// callable is the body of a closure or coroutine type, nil when there are several: rustc names them by their place, and all that a macro
// of another crate writes, such as tokio's select!, have the place in the macro.
func (c *Crate) callable(typ string) *Fn { return c.callableIn(nil, typ) }

// callableIn is the same for a type that appears in fn: of several bodies it is the one that fn itself contains.
func (c *Crate) callableIn(fn *Fn, typ string) *Fn {
	if !strings.HasPrefix(typ, "{") {
		return nil
	}
	bodies := c.byEnv[envKey(typ)]
	if len(bodies) == 1 {
		return c.Fns[bodies[0]]
	}
	var found *Fn
	for _, i := range bodies {
		if inner := c.Fns[i]; fn != nil && inner.mir != nil && parentOf(inner.Path) == fn.Path {
			if found != nil {
				return nil
			}
			found = inner
		}
	}
	return found
}

// function finds a free function or an inherent method of this crate by its path without generics.
func (c *Crate) function(path string) *Fn {
	if i, ok := c.byPath[path]; ok {
		return c.Fns[i]
	}
	typ := parentOf(path)
	if typ == "" {
		return nil
	}
	return c.method(typ, "", mir.LastSegment(path))
}

// method finds the one implementation of a method for a type of this crate. trait is "" for an inherent method.
func (c *Crate) method(typ, trait, name string) *Fn {
	var found, fallback *Fn
	for _, i := range c.byName[name] {
		fn := c.Fns[i]
		if fn.Trait != trait {
			continue
		}
		switch {
		case fn.Type == typ:
			if found != nil {
				return nil // several impls for instances of one generic type
			}
			found = fn
		case fn.Type == "" && trait != "" && mentionsSelf(fn.Params):
			fallback = fn
		}
	}
	if found == nil && c.implements(typ, trait) {
		return fallback
	}
	return found
}

// implements reports whether the crate has an impl of trait for typ, so that a default method can be meant.
func (c *Crate) implements(typ, trait string) bool { return trait != "" && c.hasImpl[typ+" "+trait] }

func isCallable(trait string) bool {
	switch trait {
	case "FnOnce", "FnMut", "Fn", "AsyncFn", "AsyncFnMut", "AsyncFnOnce":
		return true
	}
	return false
}

// fnItem is the path inside a function item's type, `fn(A) -> B {path}`.
func fnItem(typ string) (string, bool) {
	if !strings.HasSuffix(typ, "}") || strings.HasPrefix(typ, "{") {
		return "", false
	}
	i := strings.LastIndex(typ, " {")
	if i < 0 || !strings.Contains(typ[:i], "fn(") {
		return "", false
	}
	return typ[i+2 : len(typ)-1], true
}

// isTypeParameter guesses from the text: a bare name, or `impl Trait`. A type at the root of the crate prints the same way, and is
// looked for first.
func isTypeParameter(t string) bool {
	return strings.HasPrefix(t, "impl ") || t != "" && !strings.ContainsAny(t, ":<>(){}[]&*' ") && !isPrimitive(t)
}

func rootOf(path string) string {
	root, _, _ := strings.Cut(path, "::")
	return root
}

// Runs is the function of this crate that a printed callee certainly runs, nil when there is none or more than one.
func (c *Crate) Runs(text string) *Fn {
	t := c.resolve(text)
	if t.kind != resolvedFn || len(t.more) > 0 || t.fn.mir == nil {
		return nil
	}
	return t.fn
}

// Receiver is the printed type `T` of a callee `<T as Trait>::m`, without references; empty for others.
func (c *Crate) Receiver(text string) string { return stripRefs(c.parseCallee(text).self) }

// PollOf is the poll of a future that is implemented by hand in this crate, by the printed path of its type without generics, or nil.
func (c *Crate) PollOf(typ string) *Fn { return c.method(typ, "Future", "poll") }
