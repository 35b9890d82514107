package pin

import (
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/mir"
)

// function is one body while its memory is named.
type function struct {
	c        *Crate
	fn       *facts.Fn
	f        *mir.Func
	defs     [][]def
	leads    map[mir.Local]*memory // what a reference leads to; nil while it is looked for
	events   []*Event              // its own, and those of the functions and closures that it hands memory to
	returned *memory               // what a returned reference leads to, in terms of a parameter
	giving   bool                  // returned was looked for
}

// def is an assignment of a whole local.
type def struct {
	block mir.Block
	stmt  *mir.Stmt
	term  *mir.Term
}

// function looks at a body once; a body that is being looked at gives what it has so far.
func (c *Crate) function(fn *facts.Fn) *function {
	if w, ok := c.fns[fn]; ok {
		return w
	}
	w := &function{c: c, fn: fn, f: fn.MIR(), leads: map[mir.Local]*memory{}}
	c.fns[fn] = w
	if !w.concerned() {
		return w
	}
	w.define()
	w.look()
	return w
}

// concerned reports whether a body could pin or move anything: most do neither, and cost one scan.
func (w *function) concerned() bool {
	for i := range w.f.Blocks {
		if t := &w.f.Blocks[i].Term; t.Kind == mir.Call && !t.Func.IsPlace() && !w.f.Blocks[i].Cleanup {
			return true
		}
	}
	return isReference(w.f.Locals[0].Type) || storesPointer(w.f)
}

func (w *function) define() {
	w.defs = make([][]def, len(w.f.Locals))
	for i := range w.f.Blocks {
		b := &w.f.Blocks[i]
		if b.Cleanup {
			continue
		}
		for j := range b.Stmts {
			if s := &b.Stmts[j]; s.Kind == mir.Assign && s.Place.IsLocal() {
				w.defs[s.Place.Local] = append(w.defs[s.Place.Local], def{mir.Block(i), s, nil})
			}
		}
		if t := &b.Term; t.Kind == mir.Call && t.Place.IsLocal() {
			w.defs[t.Place.Local] = append(w.defs[t.Place.Local], def{mir.Block(i), nil, t})
		}
	}
}

// memory names a place.
func (w *function) memory(p mir.Place) memory {
	m, rest := memory{root: p.Local, typ: w.f.Locals[p.Local].Type}, p.Proj
	if n := leading(rest, m.typ); n > 0 {
		m, rest = w.leadsTo(p.Local), rest[n:]
	}
	for i := 0; i < len(rest); i++ {
		at := m.end()
		switch e := rest[i]; e.Kind {
		case mir.Deref:
			m = m.with(step{kind: deref, typ: mir.Pointee(at)})
		case mir.Field:
			switch {
			case isPin(at) && e.Index == 0: // the pointer inside; its deref follows
				m.steps = append(m.steps[:len(m.steps):len(m.steps)], step{kind: field, name: "pin", typ: e.Text})
			case isOption(at):
				m = retyped(m, e.Text)
			default:
				m = m.with(step{field, strconv.Itoa(int(e.Index)), e.Text})
			}
		case mir.Downcast:
			if !isOption(at) {
				m = m.with(step{variant, e.Text, at})
			}
		case mir.Index, mir.Subscript:
			m = m.with(step{kind: element, typ: mir.Element(at)})
		}
	}
	return m
}

// retyped is the same memory under the type of a part that it cannot be told from.
func retyped(m memory, typ string) memory {
	if len(m.steps) == 0 {
		m.typ = typ
		return m
	}
	last := m.steps[len(m.steps)-1]
	last.typ = typ
	m.steps = append(m.steps[:len(m.steps)-1:len(m.steps)-1], last)
	return m
}

// leading is how many of the first elements of a projection go through the reference that the local holds.
func leading(proj []mir.Elem, typ string) int {
	if len(proj) > 0 && proj[0].Kind == mir.Deref {
		return 1
	}
	if len(proj) > 1 && isPin(typ) && proj[0].Kind == mir.Field && proj[1].Kind == mir.Deref {
		return 2
	}
	return 0
}

// leadsTo is the memory behind the reference in a local. When nothing tells where it comes from, it is what is behind the local.
func (w *function) leadsTo(l mir.Local) memory {
	if m, ok := w.leads[l]; ok {
		if m == nil {
			return w.opaque(l) // in terms of itself, as in a loop
		}
		return *m
	}
	w.leads[l] = nil
	m := w.opaque(l)
	for i, d := range w.defs[l] {
		found, ok := w.defined(d)
		if !ok || i > 0 && !(found.holds(m) && m.holds(found)) {
			m = w.opaque(l)
			break
		}
		m = found
	}
	w.leads[l] = &m
	return m
}

func (w *function) opaque(l mir.Local) memory {
	typ := w.f.Locals[l].Type
	m := memory{root: l, typ: typ}
	if isBox(typ) {
		return m.with(step{kind: deref, typ: mir.Pointee(typ)})
	}
	return m.with(step{kind: deref, typ: target(typ)})
}

// defined is what the reference of an assignment leads to.
func (w *function) defined(d def) (memory, bool) {
	if d.term != nil {
		return w.called(d.term)
	}
	switch v := &d.stmt.Value; v.Kind {
	case mir.Ref, mir.RawPtr:
		return w.memory(v.Place), true
	case mir.Use, mir.Cast:
		return w.carried(v.Operands[0])
	case mir.CopyForDeref:
		return w.carried(mir.Operand{Kind: mir.Copy, Place: v.Place})
	case mir.Adt:
		if len(v.Operands) == 1 && strings.HasPrefix(v.Type, "std::") { // Some(reference), Pin { pointer }
			return w.carried(v.Operands[0])
		}
	}
	return memory{}, false
}

// carried is what the reference in an operand leads to.
func (w *function) carried(o mir.Operand) (memory, bool) {
	if !o.IsPlace() {
		return memory{}, false
	}
	typ := w.f.Locals[o.Place.Local].Type
	switch {
	case o.Place.IsLocal():
		return w.leadsTo(o.Place.Local), true
	case isBox(typ) && !strings.Contains(w.f.Type(o.Place), "&"): // the pointer inside of a Box, from which rustc makes its deref
		return w.opaque(o.Place.Local), true
	case isCarrier(typ) && leading(o.Place.Proj, typ) == 0:
		return w.leadsTo(o.Place.Local), true // a part of an Option or tuple that a call made of a reference
	}
	m := w.memory(o.Place)
	return m.with(step{kind: deref, typ: target(m.end())}), true
}

// isCarrier reports whether a type is one of core's that carries a reference inside.
func isCarrier(typ string) bool {
	return isReference(typ) && (strings.HasPrefix(typ, "std::option::Option<") || strings.HasPrefix(typ, "std::result::Result<") || strings.HasPrefix(typ, "std::ops::ControlFlow<") || strings.HasPrefix(typ, "std::pin::Pin<") || strings.HasPrefix(typ, "("))
}

// called is what the reference that a call gives leads to.
func (w *function) called(t *mir.Term) (memory, bool) {
	typ := w.f.Type(t.Place)
	if t.Func.IsPlace() || len(t.Args) == 0 || !t.Args[0].IsPlace() || !isReference(typ) {
		return memory{}, false
	}
	callee := w.c.callee(t.Func.Text).Callee
	if fn := w.c.crate.Runs(t.Func.Text); fn != nil {
		return w.returnedBy(fn, t)
	}
	if !strings.HasPrefix(t.Func.Text, "std::") && !strings.HasPrefix(t.Func.Text, "core::") && !strings.HasPrefix(t.Func.Text, "<") {
		if _, ok := elementOf(w.behind(t.Args[0]).end()); !ok {
			return memory{}, false
		}
	}
	m := w.inside(w.behind(t.Args[0]))
	if w.c.callee(t.Func.Text).moves != nil && m.end() != "" && !isReference(m.end()) {
		return memory{}, false
	}
	switch given := w.f.Type(t.Args[0].Place); {
	case strings.HasPrefix(t.Func.Text, "std::pin::Pin::"):
		return w.ofPin(t, callee.Method, given, m)
	case callee.Method == "deref_mut" || callee.Method == "deref" || callee.Method == "borrow_mut":
		return w.dereferenced(m, typ), true
	}
	return selected(m, typ), true
}

// behind is what an argument leads to.
func (w *function) behind(o mir.Operand) memory {
	if m, ok := w.carried(o); ok {
		return m
	}
	return memory{root: -1}
}

// inside is what an iterator, or another value of std that is made of a reference, leads to, when it lies in a variable.
func (w *function) inside(m memory) memory {
	if len(m.steps) > 0 || m.root <= 0 || int(m.root) <= w.f.Params || !isStd(m.typ) || !strings.Contains(m.typ, "<") || isPin(m.typ) || !isReference(m.typ) || strings.HasPrefix(m.typ, "&") || strings.HasPrefix(m.typ, "*") {
		return m
	}
	if _, ok := elementOf(m.typ); ok {
		return m
	}
	if found := w.leadsTo(m.root); found.root != m.root {
		return found
	}
	return m
}

// ofPin is about the methods of core's Pin.
func (w *function) ofPin(t *mir.Term, method, given string, m memory) (memory, bool) {
	switch method {
	case "as_mut", "as_ref", "as_deref_mut":
		return w.through(m), true
	case "get_unchecked_mut", "into_inner_unchecked", "get_mut", "into_inner":
		m.fromPin = true
		return m, true
	case "map_unchecked_mut", "map_unchecked":
		if inner, ok := w.closure(t); ok && inner.returns() != nil {
			return w.lift(*inner.returned, []mir.Operand{{}, {}, t.Args[0]}, nil)
		}
		return memory{}, false
	}
	return m, true
}

// through is what the Pin or reference in a memory leads to.
func (w *function) through(m memory) memory {
	if len(m.steps) == 0 {
		return w.leadsTo(m.root)
	}
	return m.with(step{kind: deref, typ: target(m.end())})
}

// dereferenced is what `*value` names for a value with a Deref of its own.
func (w *function) dereferenced(m memory, result string) memory {
	at := m.end()
	if isPin(at) {
		m = w.through(m)
		m.fromPin = true
		return m
	}
	if _, ok := elementOf(at); ok {
		return m // a Vec as a slice
	}
	switch mir.Head(at) {
	case "std::mem::ManuallyDrop", "std::mem::MaybeUninit":
		return retyped(m, target(result)) // what is inside lies in the same place
	}
	if isBox(at) && len(m.steps) == 0 {
		return w.opaque(m.root)
	}
	return m.with(step{kind: deref, typ: target(result)})
}

// selected is what a call of a library gives a reference to: an element of a collection, or what it was given.
func selected(m memory, result string) memory {
	typ := target(result)
	if e, ok := elementOf(m.end()); ok {
		if _, still := elementOf(typ); still && e != typ {
			return m // as a slice, or a part of one
		}
		return m.with(step{kind: element, typ: e})
	}
	switch mir.LastSegment(mir.Head(m.end())) {
	case "Option":
		if typ != "" {
			return retyped(m, typ)
		}
	case "NonNull", "Box", "Rc", "Arc":
		return m.with(step{kind: deref, typ: typ})
	}
	return m
}

// returnedBy is what a function of the crate gives a reference to.
func (w *function) returnedBy(fn *facts.Fn, t *mir.Term) (memory, bool) {
	inner := w.c.function(fn)
	if inner == w || inner.returns() == nil {
		return memory{}, false
	}
	return w.lift(*inner.returned, append([]mir.Operand{{}}, t.Args...), nil)
}

// returns is what the returned reference leads to, when that is a part of what a parameter leads to.
func (w *function) returns() *memory {
	if w.giving || w.defs == nil {
		return w.returned
	}
	w.giving = true
	if !isReference(w.f.Locals[0].Type) || len(w.defs[0]) == 0 {
		return nil
	}
	m := w.leadsTo(0)
	if m.root > 0 && int(m.root) <= w.f.Params && len(m.steps) > 0 && m.steps[0].kind == deref {
		w.returned = &m
	}
	return w.returned
}

// closure is the body of the closure among the arguments of a call.
func (w *function) closure(t *mir.Term) (*function, bool) {
	for _, a := range t.Args {
		typ := w.c.crate.OperandType(w.fn, a)
		if !strings.HasPrefix(typ, "{closure@") {
			continue
		}
		for _, fn := range w.c.closures[typ] {
			if strings.HasPrefix(fn.Path, w.fn.Path+"::{closure") {
				return w.c.function(fn), true
			}
		}
	}
	return nil, false
}

func stripped(typ string) string { return strings.TrimPrefix(strings.TrimPrefix(typ, "&mut "), "&") }

// lift turns memory of a callee into memory of the caller. args is indexed by the callee's locals. captures, of a closure, are what its
// first parameter leads to.
func (w *function) lift(m memory, args []mir.Operand, captures []mir.Operand) (memory, bool) {
	steps := m.steps
	var base memory
	switch {
	case m.root == 1 && captures != nil:
		n := 0
		for n < len(steps) && steps[n].kind != field {
			n++
		}
		if n+1 >= len(steps) || steps[n+1].kind != deref {
			return memory{}, false // the closure's own, not what it borrows
		}
		i, err := strconv.Atoi(steps[n].name)
		if err != nil || i >= len(captures) || !captures[i].IsPlace() {
			return memory{}, false
		}
		base, steps = w.behind(captures[i]), steps[n+1:]
	case int(m.root) < len(args) && m.root > 0 && args[m.root].IsPlace():
		base = w.behind(args[m.root])
	default:
		return memory{}, false
	}
	if len(steps) == 0 || steps[0].kind != deref || base.root < 0 {
		return memory{}, false
	}
	base.fromPin = base.fromPin || m.fromPin
	for _, s := range steps[1:] {
		base = base.with(s)
	}
	return base, true
}

// awaited reports whether memory is the future of an await of this coroutine.
func (w *function) awaited(m memory) bool {
	if w.fn.Coroutine() == nil {
		return false
	}
	for _, a := range w.fn.Coroutine().Awaits {
		if a.Awaitee == m.root && m.owned() {
			return true
		}
	}
	return coro.NameOf(w.f, m.root) == "__awaitee"
}
