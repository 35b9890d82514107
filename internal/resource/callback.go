package resource

import (
	"strings"

	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// invoked is a call of a callable that the function was given: who gives it knows what it waits for.
type invoked struct {
	Wait       // Name is that of the callable; no Row
	gives bool // it gives a future, which the function awaits
}

// callbacks is which code of the crate can stand behind a trait object, by what the object is printed as.
type callbacks struct {
	closures map[string][]closureAt // of a trait of core's callables: the closures that are made into such an object
	methods  map[string][]*facts.Fn // "Trait::method" -> implementations of the crate
	tables   [wakerEntries][]*facts.Fn
}

type closureAt struct {
	fn *facts.Fn // that makes it
	to *facts.Fn
}

// maxTargets bounds how many implementations are reckoned with: of more it is not known which are meant.
const maxTargets = 8

// isCallable recognises core's traits of callables.
func isCallable(trait string) bool {
	switch mir.LastSegment(trait) {
	case "FnOnce", "FnMut", "Fn", "AsyncFn", "AsyncFnMut", "AsyncFnOnce":
		return true
	}
	return false
}

// objectOf is the trait object in a printed type, without what is said about lifetimes: "std::ops::Fn(&str) + std::marker::Send".
func objectOf(typ string) string {
	_, object, ok := strings.Cut(typ, "dyn ")
	if !ok {
		return ""
	}
	object = object[:mir.TypeEnd(object, ">),;]")]
	if rest, ok := strings.CutPrefix(object, "for<"); ok {
		if _, after, ok := strings.Cut(rest, "> "); ok {
			object = after
		}
	}
	var out strings.Builder
	for i := 0; i < len(object); i++ {
		if object[i] != '\'' {
			out.WriteByte(object[i])
			continue
		}
		for i+1 < len(object) && (object[i+1] == '_' || object[i+1] >= 'a' && object[i+1] <= 'z') {
			i++
		}
		if i+1 < len(object) && object[i+1] == ' ' {
			i++
		}
	}
	return strings.TrimSuffix(strings.TrimSpace(out.String()), " +")
}

// callbacks are worked out once.
func (c *Crate) callbacks() *callbacks {
	if c.behind != nil {
		return c.behind
	}
	s := &callbacks{closures: map[string][]closureAt{}, methods: map[string][]*facts.Fn{}}
	c.behind = s
	for _, fn := range c.facts.Fns {
		if fn.MIR() == nil {
			continue
		}
		if fn.Trait != "" && fn.Type != "" {
			s.methods[fn.Trait+"::"+fn.Name] = append(s.methods[fn.Trait+"::"+fn.Name], fn)
		}
		s.find(c, fn)
	}
	s.findTables(c)
	return s
}

// find notes the closures that a function makes into trait objects.
func (s *callbacks) find(c *Crate, fn *facts.Fn) {
	f := fn.MIR()
	for i := range f.Blocks {
		for j := range f.Blocks[i].Stmts {
			st := &f.Blocks[i].Stmts[j]
			if st.Kind != mir.Assign || st.Value.Kind != mir.Cast || f.Blocks[i].Cleanup {
				continue
			}
			object := objectOf(st.Value.Type)
			at := strings.Index(c.operandType(fn, st.Value.Operands[0]), "{closure@")
			if object == "" || at < 0 {
				continue
			}
			typ := c.operandType(fn, st.Value.Operands[0])[at:]
			if to := c.facts.BodyOf(fn, typ[:strings.IndexByte(typ, '}')+1]); to != nil && to.Coroutine() == nil {
				s.closures[object] = append(s.closures[object], closureAt{fn, to})
			}
		}
	}
}

// invokes is a call of code that this function does not know: of a callable parameter, which its caller knows, or through a trait
// object, behind which only code of the crate is looked for.
func (b *body) invokes(step Step, t *mir.Term) (waits []Wait) {
	callee := b.c.facts.Callee(t.Func.Text)
	if len(t.Args) == 0 {
		return nil
	}
	self := b.c.facts.Receiver(t.Func.Text)
	if isCallable(callee.Trait) && !strings.Contains(self, "dyn ") {
		if n := b.nameOf(t.Args[0]); n.Base == Param && n.Path == "" {
			step.Callee = "the callback"
			b.invoked = append(b.invoked, invoked{Wait: Wait{Name: n, Steps: []Step{step}}})
		}
		return nil
	}
	object := objectOf(self)
	if object == "" {
		return b.wakes(step, callee)
	}
	for _, to := range b.c.objects(object, callee) {
		for _, w := range b.c.body(to).waits {
			if w.Row.Waits == knowledge.WaitsThread || w.Blocks {
				waits = append(waits, b.behindObject(step, w, object, t.Args[0])...)
			}
		}
	}
	return waits
}

// objects are the functions of the crate that a call through a trait object can run.
func (c *Crate) objects(object string, callee knowledge.Callee) (out []*facts.Fn) {
	s := c.callbacks()
	if isCallable(callee.Trait) {
		for _, x := range s.closures[object] {
			out = append(out, x.to)
		}
	} else {
		out = s.methods[mir.LastSegment(callee.Trait)+"::"+callee.Method]
	}
	if len(out) > maxTargets {
		return nil
	}
	return out
}

// behindObject is a wait of code behind a trait object: known by the field of the lock alone, and only where the object is kept in that
// lock or beside it, so that who calls it and what it asks for are of one thing.
func (b *body) behindObject(step Step, w Wait, object string, self mir.Operand) []Wait {
	name := w.Name
	if name.Global() == "" || name.isOwned() || len(w.Steps) >= maxSteps || !b.c.keeps(name, object) && !b.isBeside(name, self) {
		return nil
	}
	if name.Base != Static {
		name = Name{Field: name.Field, Shared: true, Vague: true, Type: name.Type}
	}
	step.Callee = "the callback"
	return []Wait{{Name: name, Row: w.Row, Steps: append([]Step{step}, w.Steps...), Amount: w.Amount, Bounded: w.Bounded, Blocks: w.Blocks, Object: true}}
}

// isOwned reports whether a name begins with a value that the function has itself, and not only leads to.
func (n Name) isOwned() bool {
	return n.Base == Own && !strings.HasPrefix(n.root, "*") && !strings.HasPrefix(n.root, "&") && !isShared(n.root)
}

// keeps reports whether a trait object can lie in a lock, or in the struct that the lock is a field of.
func (c *Crate) keeps(lock Name, object string) bool {
	holds := func(typ string) bool { return strings.Contains(typ, "dyn ") && objectOf(typ) == object }
	if holds(lock.Type) {
		return true
	}
	owner, _, ok := strings.Cut(lock.Field, ".")
	for i := 0; ok && i < maxFields; i++ {
		if holds(c.facts.Shapes.TypeOf(owner, i)) {
			return true
		}
	}
	return false
}

// maxFields bounds how many fields of a struct are looked at.
const maxFields = 24

// isBeside reports whether a value lies in the struct that a lock is a field of.
func (b *body) isBeside(lock Name, self mir.Operand) bool {
	owner, _, _ := strings.Cut(lock.Field, ".")
	for _, s := range b.nameOf(self).way {
		if owner != "" && mir.Head(s.owner) == owner {
			return true
		}
	}
	return false
}

// wakes is a call of a waker, behind which wakers of the crate are looked for.
func (b *body) wakes(step Step, callee knowledge.Callee) (waits []Wait) {
	of := strings.TrimSuffix(callee.Path, "::"+callee.Method)
	if callee.Trait != "" {
		of = callee.Self
	}
	code, ok := wakerMethods[of+"::"+callee.Method]
	if !ok {
		return nil
	}
	for _, to := range b.c.wakers(code) {
		for _, w := range b.c.body(to).waits {
			if w.Name.Global() == "" || w.Name.isOwned() || w.Row.Waits != knowledge.WaitsThread || len(w.Steps) >= maxSteps {
				continue
			}
			name := w.Name
			if name.Base != Static {
				name = Name{Field: name.Field, Shared: true, Vague: true, Type: name.Type}
			}
			step.Callee = "the waker"
			waits = append(waits, Wait{Name: name, Row: w.Row, Steps: append([]Step{step}, w.Steps...), Object: true})
		}
	}
	return waits
}

// wakerMethods are core's calls that run code of a waker, with the methods of core's and futures' traits for it, and the place of the
// function in core's table of them.
var wakerMethods = map[string]wakerCode{
	"std::task::Waker::wake":        {[]string{"Wake::wake", "Wake::wake_by_ref", "ArcWake::wake", "ArcWake::wake_by_ref"}, 1},
	"std::task::Waker::wake_by_ref": {[]string{"Wake::wake_by_ref", "Wake::wake", "ArcWake::wake_by_ref"}, 2},
	"std::task::Waker::clone":       {nil, 0},
}

type wakerCode struct {
	methods []string
	entry   int
}

// wakers are the functions of the crate that a call of a waker can run.
func (c *Crate) wakers(code wakerCode) (out []*facts.Fn) {
	s := c.callbacks()
	for _, m := range code.methods {
		out = append(out, s.methods[m]...)
	}
	return append(out, s.tables[code.entry]...)
}

// findTables notes the functions in core's tables of the code of a waker, which stand in constants.
func (s *callbacks) findTables(c *Crate) {
	for _, f := range c.facts.MIR.Funcs {
		for i := range f.Blocks {
			t := &f.Blocks[i].Term
			if t.Kind != mir.Call || !strings.HasSuffix(t.Func.Text, "RawWakerVTable::new") || len(t.Args) != wakerEntries {
				continue
			}
			for n, a := range t.Args {
				if to := c.facts.Runs(coerced(f, a)); to != nil {
					s.tables[n] = append(s.tables[n], to)
				}
			}
		}
	}
}

// wakerEntries is the number of functions in a table: clone, wake, wake_by_ref, drop.
const wakerEntries = 4

// coerced is the function whose pointer an operand is.
func coerced(f *mir.Func, a mir.Operand) string {
	for i := range f.Blocks {
		for j := range f.Blocks[i].Stmts {
			s := &f.Blocks[i].Stmts[j]
			if a.IsPlace() && s.Kind == mir.Assign && s.Place.Equal(a.Place) && s.Value.Kind == mir.Cast && !s.Value.Operands[0].IsPlace() {
				return s.Value.Operands[0].Text
			}
		}
	}
	return ""
}

// callback is the call of a callable that gives a future.
func (f *futures) callback(d definition) {
	t := d.term
	step := f.step
	step.Block, step.Pos, step.Callee = d.block, t.Pos, "the callback"
	callee := f.b.c.facts.Callee(t.Func.Text)
	self := f.b.c.facts.Receiver(t.Func.Text)
	if len(t.Args) == 0 || callee.Trait == "" {
		return
	}
	object := objectOf(self)
	if object == "" {
		if n := f.b.nameOf(t.Args[0]); isCallable(callee.Trait) && n.Base == Param && n.Path == "" {
			f.invoked = append(f.invoked, invoked{Wait{Name: n, Steps: []Step{step}, Bounded: f.bounded}, true})
		}
		return
	}
	for _, to := range f.b.c.objects(object, callee) {
		inner := &futures{b: f.b, step: step, seen: map[mir.Local]bool{}}
		inner.returned(d, to, nil, 1)
		for _, w := range inner.waits {
			w.Steps, w.Bounded = w.Steps[1:], w.Bounded || f.bounded
			f.waits = append(f.waits, f.b.behindObject(step, w, object, t.Args[0])...)
		}
	}
}

// join is what a callable that the caller gives waits for inside of the call: in the names of this function, with what the callee holds
// around it. A callable that the caller was given itself is handed on.
func (b *body) join(step Step, in invoked, args []mir.Operand) (waits []Wait, handed []invoked) {
	if in.Name.N >= len(args) || !args[in.Name.N].IsPlace() {
		return nil, nil
	}
	given := args[in.Name.N]
	around, ok := b.through(step, in.Wait, args)
	if !ok {
		return nil, nil
	}
	typ := b.c.callableType(b, given)
	if !strings.HasPrefix(typ, "{closure@") {
		if n := b.nameOf(given); n.Base == Param && n.Path == "" {
			around.Name = n
			handed = append(handed, invoked{around, in.gives})
		}
		return nil, handed
	}
	to := b.c.facts.BodyOf(b.fn, typ)
	if to == nil || to.Coroutine() != nil {
		return nil, nil
	}
	inner := b.inside(step, to, given, in.gives)
	for _, w := range inner {
		w.Steps = append(around.Steps[:len(around.Steps):len(around.Steps)], w.Steps[1:]...)
		w.Callback, w.Joined = len(around.Steps), b.fn
		w.Held = append(w.Held, around.Held...)
		if len(w.Steps) <= maxSteps {
			waits = append(waits, w)
		}
	}
	return waits, nil
}

// inside is what the code of a closure waits for when it is called; gives tells that the future which it returns is awaited.
func (b *body) inside(step Step, to *facts.Fn, closure mir.Operand, gives bool) []Wait {
	if !gives {
		waits, _ := b.called(step, to, []mir.Operand{closure})
		return waits
	}
	f := &futures{b: b, step: step, seen: map[mir.Local]bool{}}
	f.returned(definition{block: step.Block, stmt: &mir.Stmt{Pos: step.Pos}}, to, []mir.Operand{closure}, 0)
	return f.waits
}

// callableType is the type of a callable behind references.
func (c *Crate) callableType(b *body, o mir.Operand) string {
	typ := b.fn.MIR().Type(o.Place)
	for mir.Pointee(typ) != "" {
		typ = mir.Pointee(typ)
	}
	return typ
}
