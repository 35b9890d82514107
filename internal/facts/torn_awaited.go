package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// inner is the coroutine of the crate that an await runs, with the operands that became its captures.
func (t *tearing) inner(a *coro.Await) (*Fn, []mir.Operand) {
	if a.Awaitee == 0 {
		return nil, nil
	}
	fn := t.c.callableIn(t.fn, stripRefs(a.Type))
	if fn == nil || fn.body == nil || fn == t.fn {
		return nil, nil
	}
	made := t.fn.body.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
	return fn, made.Args
}

// lifted is a write of an awaited future in terms of this function.
func (t *tearing) lifted(w write, args []mir.Operand) (write, bool) {
	m := t.c.fromState(w.at)
	if m.base != param || !strings.Contains(m.path, "*") && !leadsAt(t.fn.mir, args, m.local) {
		return w, m.base == global
	}
	w.at = t.p.from(m, args)
	return w, w.at.base != global
}

func leadsAt(f *mir.Func, args []mir.Operand, n mir.Local) bool {
	return int(n) < len(args) && args[n].IsPlace() && leads(f.Type(args[n].Place))
}

// awaited notes what the futures that this one awaits have certainly written when they are done.
func (t *tearing) awaited(depth int) {
	for i := range t.fn.body.Awaits {
		a := &t.fn.body.Awaits[i]
		fn, args := t.inner(a)
		ready := t.ready(a)
		if fn == nil || ready == mir.NoBlock {
			continue
		}
		in := t.c.tearingOf(fn, depth-1)
		for _, w := range in.writes {
			if !in.outlives(w.at) || !in.isCertain(&w) {
				continue
			}
			if w, ok := t.lifted(w, args); ok {
				w.block, w.stmt, w.pos, w.poll = ready, 0, a.Pos, a.Poll
				t.add(w)
			}
		}
	}
}

// tearingOf is a coroutine of the crate with its writes.
func (c *Crate) tearingOf(fn *Fn, depth int) *tearing {
	t := &tearing{c: c, fn: fn, p: c.placesOf(fn), x: c.explorerOf(fn)}
	t.findWrites(depth)
	return t
}

// isCertain reports whether every way to the end of a coroutine, but for errors that are passed on, comes by a write.
func (t *tearing) isCertain(w *write) bool {
	if w.maybe {
		return false
	}
	ends := func(b mir.Block) bool { return t.fn.mir.Blocks[b].Term.Kind == mir.Return && !t.suspends(b) }
	return !t.walk(t.fn.body.Start(), 0, []write{*w}, ends)
}

// left are the writes that a coroutine has done and not undone at some suspension, its own and those of what it awaits there.
func (t *tearing) left(depth int) []write {
	var out []write
	for i := range t.fn.body.Awaits {
		out = append(out, t.leftAt(&t.fn.body.Awaits[i], depth)...)
	}
	return out
}

func (t *tearing) leftAt(a *coro.Await, depth int) []write {
	var out []write
	for i := range t.writes {
		w := &t.writes[i]
		if t.outlives(w.at) && !t.sends(w, a) && t.reaches(w, a, t.undoing(i)) {
			out = append(out, *w)
		}
	}
	return append(out, t.leftInside(a, depth)...)
}

// leftInside are the writes that the future awaited at a suspension can leave behind when it is dropped there.
func (t *tearing) leftInside(a *coro.Await, depth int) []write {
	fn, args := t.inner(a)
	if fn == nil || depth == 0 {
		return nil
	}
	var out []write
	in := t.c.tearingOf(fn, depth-1)
	for _, w := range in.left(depth - 1) {
		if slices.ContainsFunc(in.fn.body.Awaits, func(b coro.Await) bool { return in.repaired(w.at, &b) }) {
			continue
		}
		if w, ok := t.lifted(w, args); ok && t.outlives(w.at) {
			w.pos = a.Pos
			out = append(out, w)
		}
	}
	return out
}

// undoing are the writes that undo or complete another.
func (t *tearing) undoing(n int) []write {
	var undo []write
	for i := range t.writes {
		if o := &t.writes[i]; i != n && !o.maybe && o.at == t.writes[n].at && opposite(&t.writes[n], o) {
			undo = append(undo, *o)
		}
	}
	return undo
}

// byAwaited finds what a cancel tears because the awaited future has begun it, and this function puts it right behind the await: by a
// write of its own, or by a guard that it makes.
func (t *tearing) byAwaited() []Torn {
	var out []Torn
	for i := range t.fn.body.Awaits {
		a := &t.fn.body.Awaits[i]
		for _, w := range t.leftInside(a, maxWriteDepth) {
			if torn, ok := t.tornInside(a, &w); ok {
				out = append(out, torn)
			}
		}
	}
	return out
}

func (t *tearing) tornInside(a *coro.Await, w *write) (Torn, bool) {
	torn := Torn{Kind: w.way, Value: w.value, Before: w.pos, block: a.Block, Awaits: []*coro.Await{a}}
	torn.Root, torn.Free = t.root(w.at)
	var undo []write
	for i := range t.writes {
		if o := &t.writes[i]; o.poll != a.Poll && !o.maybe && o.at == w.at && opposite(w, o) {
			undo = append(undo, *o)
		}
	}
	switch name, pos, guarded := t.guardBehind(a, t.guardOf(w.at)); {
	case w.way != knowledge.Tell && len(undo) > 0 && t.mustMeet(a, undo, nil):
		torn.Later = undo[0].pos
	case guarded:
		torn.Guard, torn.Later = name, pos
	default:
		return torn, false
	}
	if t.repaired(w.at, a) {
		return torn, false
	}
	torn.Place = t.described(w.at)
	return torn, true
}

// guardOf tells whether a value that is made has a destructor that works on memory.
func (t *tearing) guardOf(at memory) func(mir.Place, []mir.Operand) bool {
	return func(p mir.Place, _ []mir.Operand) bool {
		typ := t.fn.mir.Type(p)
		return p.IsLocal() && !t.c.isLibraryHandle(typ) && t.c.destructor(mir.Head(typ)) != nil && t.x.dropReaches(at, t.p.begin(p.Local), typ, 0)
	}
}
