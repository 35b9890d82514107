package pin

import (
	"slices"
	"strings"

	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// maxEvents bounds what is kept of one body.
const maxEvents = 200

// look collects what a body does, and what it has done by what it calls.
func (w *function) look() {
	for i := range w.f.Blocks {
		b := &w.f.Blocks[i]
		if b.Cleanup {
			continue
		}
		for j := range b.Stmts {
			if s := &b.Stmts[j]; s.Kind == mir.Assign && s.Place.Local == 0 && s.Place.IsLocal() {
				w.given(mir.Block(i), s)
			} else if s.Kind == mir.Assign && !s.Place.IsLocal() {
				w.stored(mir.Block(i), s)
			}
		}
		if b.Term.Kind == mir.Call && !b.Term.Func.IsPlace() {
			w.call(mir.Block(i), &b.Term)
		}
	}
	if slices.ContainsFunc(w.events, func(e *Event) bool { return (e.Kind == Pins || e.Kind == Links) && e.mem.owned() }) {
		w.leaving()
	}
}

// stored notes a pointer into its own owner.
func (w *function) stored(at mir.Block, s *mir.Stmt) {
	if s.Value.Kind != mir.Use && s.Value.Kind != mir.RawPtr && s.Value.Kind != mir.Cast && s.Value.Kind != mir.Adt {
		return
	}
	typ := w.f.Type(s.Place)
	if strings.HasPrefix(typ, "std::option::Option<") {
		typ = mir.Args(typ)[0]
	}
	if !strings.HasPrefix(typ, "*") && !strings.HasPrefix(typ, "std::ptr::NonNull<") {
		return
	}
	to, ok := w.pointer(&s.Value)
	m := w.memory(s.Place)
	n := len(m.steps) - 1
	if !ok || n < 0 || m.steps[n].kind != field || len(to.steps) <= n || to.root != m.root {
		return
	}
	owner := m
	owner.steps = m.steps[:n]
	if isStd(owner.end()) || !owner.holds(to) || to.steps[n].name == m.steps[n].name || !inline(to, n) {
		return
	}
	w.add(Event{Kind: Links, Block: at, Pos: s.Pos, Type: owner.end(), mem: m, to: to})
}

// pointer is what a stored pointer leads to.
func (w *function) pointer(v *mir.Rvalue) (memory, bool) {
	if v.Kind == mir.RawPtr {
		return w.memory(v.Place), true
	}
	if len(v.Operands) != 1 || !v.Operands[0].IsPlace() || !v.Operands[0].Place.IsLocal() {
		return memory{}, false
	}
	return w.leadsTo(v.Operands[0].Place.Local), true
}

// inline reports whether the steps from n on stay inside of the value: not in what it owns on the heap.
func inline(m memory, n int) bool {
	at := m.typ
	if n >= 0 {
		at = m.steps[n].typ
	}
	for _, s := range m.steps[n+1:] {
		if s.kind == deref || s.kind == element && !isArray(at) {
			return false
		}
		at = s.typ
	}
	return true
}

// leaving notes the values that move out of variables and boxes, in a body that pins one.
func (w *function) leaving() {
	for i := range w.f.Blocks {
		b := &w.f.Blocks[i]
		if b.Cleanup {
			continue
		}
		for j := range b.Stmts {
			if s := &b.Stmts[j]; s.Kind == mir.Assign {
				w.moved(mir.Block(i), s.Pos, s.Value.Operands, "")
			}
		}
		if b.Term.Kind == mir.Call && !b.Term.Func.IsPlace() {
			w.moved(mir.Block(i), b.Term.Pos, b.Term.Args, mir.LastSegment(mir.WithoutGenerics(b.Term.Func.Text)))
		}
	}
}

func (w *function) add(e Event) {
	if len(w.events) < maxEvents && e.mem.root >= 0 {
		e.Fn, e.key = w.fn, e.mem.key()
		w.events = append(w.events, &e)
	}
}

// given notes what is returned by a mutable reference, alone or beside others.
func (w *function) given(at mir.Block, s *mir.Stmt) {
	operands := s.Value.Operands
	if s.Value.Kind == mir.Ref && s.Value.Op == "mut" {
		w.add(Event{Kind: Exposes, Block: at, Pos: s.Pos, Type: w.f.Type(s.Value.Place), mem: w.memory(s.Value.Place)})
	}
	for _, o := range operands {
		if o.IsPlace() && o.Place.IsLocal() && strings.HasPrefix(w.f.Type(o.Place), "&mut ") {
			w.add(Event{Kind: Exposes, Block: at, Pos: s.Pos, Type: mir.Pointee(w.f.Type(o.Place)), mem: w.leadsTo(o.Place.Local)})
		}
	}
}

// moved notes the values that leave variables of this function, or boxes.
func (w *function) moved(at mir.Block, pos mir.Pos, operands []mir.Operand, to string) {
	for _, o := range operands {
		if o.Kind != mir.Move {
			continue
		}
		if typ := w.f.Locals[o.Place.Local].Type; isReference(typ) && o.Place.IsLocal() {
			continue
		}
		if m := w.memory(o.Place); m.owned() {
			w.add(Event{Kind: Moves, Block: at, Pos: pos, What: to, Type: w.f.Type(o.Place), mem: m})
		}
	}
}

func (w *function) call(at mir.Block, t *mir.Term) {
	callee := w.c.callee(t.Func.Text)
	switch {
	case isUncheckedPin(t.Func.Text):
		w.pins(at, t, callee.Method)
		return
	case w.listed(at, t, callee):
		return
	}
	w.inner(at, t)
}

// pins notes a call that pins by hand.
func (w *function) pins(at mir.Block, t *mir.Term, method string) {
	typ := w.f.Type(t.Place)
	if len(t.Args) == 0 || !w.c.ours(t.Pos) {
		return
	}
	var m memory
	if method == "map_unchecked_mut" {
		found, ok := w.called(t)
		if !ok {
			return
		}
		m = found
		m.fromPin = true
	} else if m = w.behind(t.Args[0]); !strings.HasPrefix(typ, "std::pin::Pin<&mut ") || w.awaited(m) {
		return
	}
	w.add(Event{Kind: Pins, Block: at, Pos: t.Pos, What: method, Type: target(typ), mem: m})
}

// listed notes a call that the tables know to move or to shift.
func (w *function) listed(at mir.Block, t *mir.Term, callee *callee) bool {
	for _, row := range []struct {
		part *knowledge.Part
		kind Kind
	}{{callee.moves, Moves}, {callee.grows, Grows}} {
		if row.part == nil {
			continue
		}
		for _, n := range row.part.Arguments {
			if n < len(t.Args) && t.Args[n].IsPlace() {
				m := w.behind(t.Args[n])
				w.add(Event{Kind: row.kind, Block: at, Pos: t.Pos, What: mir.LastSegment(row.part.Name), Type: m.end(), mem: m})
			}
		}
	}
	if callee.moves == nil && callee.grows == nil {
		return false
	}
	w.inner(at, t) // retain_mut runs a closure
	return true
}

// callee is what the tables say of a call.
type callee struct {
	knowledge.Callee
	moves, grows *knowledge.Part
}

// callee asks the tables once for each text.
func (c *Crate) callee(text string) *callee {
	if known, ok := c.callees[text]; ok {
		return known
	}
	out := &callee{Callee: c.crate.Callee(text)}
	out.moves, _ = c.tables.Part(knowledge.Moves, out.Callee)
	out.grows, _ = c.tables.Part(knowledge.Grows, out.Callee)
	c.callees[text] = out
	return out
}

// inner takes over what a function of the crate, or a closure, does to the memory that it is given.
func (w *function) inner(at mir.Block, t *mir.Term) {
	if fn := w.c.crate.Runs(t.Func.Text); fn != nil && fn != w.fn && fn.Coroutine() == nil {
		for _, e := range w.c.function(fn).events {
			if m, ok := w.lift(e.mem, append([]mir.Operand{{}}, t.Args...), nil); ok {
				w.adopt(at, t.Pos, e, m, fn)
			}
		}
	}
	if inner, ok := w.closure(t); ok && !isUncheckedPin(t.Func.Text) {
		w.fromClosure(at, t, inner)
	}
}

func (w *function) adopt(at mir.Block, pos mir.Pos, e *Event, m memory, fn *facts.Fn) {
	if e.Kind == Exposes {
		return
	}
	via := e.Via
	if via == "" {
		via = fn.Readable()
	}
	w.add(Event{Kind: e.Kind, Block: at, Pos: pos, What: e.What, Type: e.Type, Via: via, mem: m, to: e.to})
}

// fromClosure takes over what a closure does to what it borrows, and to what the function that runs it lends it.
func (w *function) fromClosure(at mir.Block, t *mir.Term, inner *function) {
	captures := w.captures(t)
	for _, e := range inner.events {
		if e.mem.root == 1 {
			if m, ok := w.lift(e.mem, nil, captures); ok {
				w.adopt(at, e.Pos, e, m, inner.fn)
			}
			continue
		}
		if int(e.mem.root) > inner.f.Params || len(e.mem.steps) == 0 || e.mem.steps[0].kind != deref || len(t.Args) == 0 {
			continue
		}
		base := selected(w.behind(t.Args[0]), "&mut "+e.mem.steps[0].typ)
		if base.root < 0 {
			continue
		}
		base.fromPin = base.fromPin || e.mem.fromPin
		for _, s := range e.mem.steps[1:] {
			base = base.with(s)
		}
		w.adopt(at, e.Pos, e, base, inner.fn)
	}
}

// captures are what the closure among the arguments of a call borrows.
func (w *function) captures(t *mir.Term) []mir.Operand {
	for _, a := range t.Args {
		if !a.IsPlace() || !a.Place.IsLocal() || !strings.HasPrefix(w.f.Type(a.Place), "{closure@") {
			continue
		}
		for _, d := range w.defs[a.Place.Local] {
			if d.stmt != nil && d.stmt.Value.Kind == mir.Closure {
				return d.stmt.Value.Operands
			}
		}
	}
	return []mir.Operand{}
}
