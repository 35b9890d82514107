package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// asked tells that at a suspension something has been sent by way of memory that outlives the future, and that the future waits for
// something else by now: for the answer, say.
type asked struct {
	await *coro.Await
	at    memory
}

// hasAsked reports whether the fact is that something was sent completely, before the suspension that a path has come to.
func (x *explorer) hasAsked(t *trace, f *fact) bool {
	d := &x.deeds[f.deed]
	if d.kind != publishes || x.fn.body == nil {
		return false
	}
	if f.passing {
		return d.asked
	}
	isSending := func(g fact) bool {
		o := &x.deeds[g.deed]
		return g.passing && o.kind == publishes && !o.asked && x.root(o.at) == x.root(d.at)
	}
	return !slices.ContainsFunc(t.facts, isSending)
}

func (x *explorer) noteAsked(t *trace, a *coro.Await) {
	if a == nil {
		return
	}
	for i := range t.facts {
		d := &x.deeds[t.facts[i].deed]
		if !x.hasAsked(t, &t.facts[i]) || !x.outlives(d.at) {
			continue
		}
		if n := (asked{a, d.at}); !slices.Contains(x.out.asked, n) {
			x.out.asked = append(x.out.asked, n)
		}
	}
}

// Unrecorded is what a future has asked another program to do, and notes only when the answer has come: a cancel in between leaves the two
// in disagreement.
type Unrecorded struct {
	Await *coro.Await // where a cancel does it
	Told  string      // by way of what the other program was asked, as the source would write it: "self.stream"
	Place string      // what is changed behind the await; empty when it is a guard that is made there
	Guard string      // name of the type whose destructor would undo what was asked for
	Later mir.Pos     // where that is done
	Root  int         // number of the capture that both are reached from
	Free  bool        // that is a shared pointer
}

// Unrecorded finds what a coroutine has asked for and does not note before it suspends.
//
// A change behind the await is a note when something tests it: a counter that only grows is statistics. A note that is cleared is none. A
// guard is one by its destructor, which works on what was asked.
//
// May miss what is asked by way of other means than writing, and notes in memory that is no field. May report a request that is repeated
// without harm.
func (c *Crate) Unrecorded(fn *Fn) []Unrecorded {
	c.summariseEffects()
	if fn.body == nil || fn.effects == nil || len(fn.body.Awaits) == 0 {
		return nil
	}
	t := &tearing{c: c, fn: fn, p: c.placesOf(fn), x: c.explorerOf(fn)}
	t.findWrites(maxWriteDepth)
	var out []Unrecorded
	for _, q := range append(t.told(), fn.effects.asked...) {
		if u, ok := t.unrecorded(q); ok && !slices.ContainsFunc(out, func(o Unrecorded) bool { return o.Later == u.Later }) {
			out = append(out, u)
		}
	}
	return out
}

// told are the suspensions behind a message that the function sends itself.
func (t *tearing) told() []asked {
	var out []asked
	for i := range t.writes {
		w := &t.writes[i]
		if w.way != knowledge.Tell || !t.outlives(w.at) {
			continue
		}
		for j := range t.fn.body.Awaits {
			if a := &t.fn.body.Awaits[j]; t.reaches(w, a, nil) && !t.sends(w, a) {
				out = append(out, asked{a, w.at})
			}
		}
	}
	for j := range t.fn.body.Awaits {
		for _, w := range t.leftInside(&t.fn.body.Awaits[j], maxWriteDepth) {
			if w.way == knowledge.Tell {
				out = append(out, asked{&t.fn.body.Awaits[j], w.at})
			}
		}
	}
	return out
}

// sends reports whether an awaited future is what a write's call made: it is done only behind the await.
func (t *tearing) sends(w *write, a *coro.Await) bool {
	return a.Awaitee != 0 && t.fn.body.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}).Block == w.block
}

func (t *tearing) unrecorded(q asked) (Unrecorded, bool) {
	root, free := t.root(q.at)
	whole := memory{base: param, path: "*" + memory{}.field(int32(root)).path}
	if root < 0 || t.repaired(whole, q.await) {
		return Unrecorded{}, false
	}
	u := Unrecorded{Await: q.await, Root: root, Free: free}
	for i := range t.writes {
		if w := &t.writes[i]; w.at.within(whole) && w.way != knowledge.Tell && !w.at.overlaps(q.at) && t.isNote(w) && t.comesBehind(w.block, w.stmt, q.await) {
			u.Told, u.Place, u.Later = t.described(q.at), t.described(w.at), w.pos
			return u, true
		}
	}
	isGuard := func(p mir.Place, from []mir.Operand) bool { return t.guards(t.fn.mir.Type(p), from, whole) }
	if name, pos, ok := t.guardBehind(q.await, isGuard); ok {
		u.Told, u.Guard, u.Later = t.described(q.at), name, pos
		return u, true
	}
	return u, false
}

// comesBehind reports whether a place of the code comes behind an await and never before it.
func (t *tearing) comesBehind(b mir.Block, stmt int, a *coro.Await) bool {
	ready := t.ready(a)
	there := func(at mir.Block) bool { return at == b }
	return ready != mir.NoBlock && t.walk(ready, 0, nil, there) && !t.walk(b, stmt+1, nil, func(at mir.Block) bool { return at == a.Block })
}

// isNote reports whether a write is one that other code goes by.
func (t *tearing) isNote(w *write) bool {
	switch w.way {
	case knowledge.Put:
		return true
	case knowledge.Up:
	case knowledge.Set:
		if w.value == "" || isCleared(w.value) {
			return false
		}
	default:
		return false
	}
	head, field, ok := t.fieldAt(w)
	return ok && t.c.isTested(head, field)
}

// isCleared reports whether a constant is what stands for nothing. Clearing a note behind the answer is the sound order: a cancel before
// leaves what is to be done noted, and it is done again.
func isCleared(value string) bool {
	digits, _, _ := strings.Cut(value, "_")
	return value == "false" || digits == "0"
}

// fieldAt is the field that a statement writes: the type that has it, and its number.
func (t *tearing) fieldAt(w *write) (head string, field int32, ok bool) {
	block := &t.fn.mir.Blocks[w.block]
	if w.stmt < len(block.Stmts) {
		return lastField(t.fn.mir, block.Stmts[w.stmt].Place)
	}
	if len(block.Term.Args) == 0 {
		return "", 0, false
	}
	return t.p.fieldFrom(block.Term.Args[0])
}

// fieldFrom is the field that an operand is, was copied from, or refers to.
func (p *places) fieldFrom(o mir.Operand) (head string, field int32, ok bool) {
	if !o.IsPlace() {
		return "", 0, false
	}
	at := o.Place
	for range 4 {
		if !at.IsLocal() {
			break
		}
		d := p.defs[at.Local]
		if d.n != 1 || d.stmt == nil {
			return "", 0, false
		}
		switch v := &d.stmt.Value; {
		case v.Kind == mir.Use && v.Operands[0].IsPlace():
			at = v.Operands[0].Place
		case v.Kind == mir.Ref || v.Kind == mir.CopyForDeref:
			at = v.Place
		default:
			return "", 0, false
		}
	}
	return lastField(p.f, at)
}

func lastField(f *mir.Func, p mir.Place) (head string, field int32, ok bool) {
	n := len(p.Proj)
	if n == 0 || p.Proj[n-1].Kind != mir.Field {
		return "", 0, false
	}
	head = mir.Head(f.Type(mir.Place{Local: p.Local, Proj: p.Proj[:n-1]}))
	return head, p.Proj[n-1].Index, head != ""
}

// fieldID names a field of a type.
type fieldID struct {
	head  string
	index int32
}

// isTested reports whether code of the crate compares a field, branches on it, or counts it down.
func (c *Crate) isTested(head string, index int32) bool {
	if c.tested == nil {
		c.tested = map[fieldID]bool{}
		for _, fn := range c.Fns {
			if fn.mir != nil {
				c.learnTests(fn)
			}
		}
	}
	return c.tested[fieldID{head, index}]
}

func (c *Crate) learnTests(fn *Fn) {
	f, p := fn.mir, c.placesOf(fn)
	note := func(o mir.Operand) {
		if head, i, ok := p.fieldFrom(o); ok {
			c.tested[fieldID{head, i}] = true
		}
	}
	for b := range f.Blocks {
		block := &f.Blocks[b]
		for i := range block.Stmts {
			switch v := &block.Stmts[i].Value; {
			case v.Kind == mir.Discriminant:
				note(mir.Operand{Kind: mir.Copy, Place: v.Place})
			case v.Kind == mir.Op && (comparisons[v.Op] || strings.HasPrefix(v.Op, "Sub")):
				for _, o := range v.Operands {
					note(o)
				}
			}
		}
		switch t := &block.Term; t.Kind {
		case mir.Switch:
			note(t.Operand)
		case mir.Call:
			if lookingMethods[mir.LastSegment(mir.WithoutGenerics(t.Func.Text))] {
				for _, o := range t.Args {
					note(o)
				}
			}
		}
	}
}

// lookingMethods are the methods of std that tell something of a value without changing it, as code does that goes by it.
var lookingMethods = map[string]bool{"eq": true, "ne": true, "lt": true, "le": true, "gt": true, "ge": true, "load": true, "is_some": true, "is_none": true, "get": true}

// comparisons are the operators of MIR that compare.
var comparisons = map[string]bool{"Eq": true, "Ne": true, "Lt": true, "Le": true, "Gt": true, "Ge": true, "Not": true}

// guardBehind finds where, behind an await, a value is made that is a guard.
func (t *tearing) guardBehind(a *coro.Await, isGuard func(mir.Place, []mir.Operand) bool) (name string, pos mir.Pos, ok bool) {
	f := t.fn.mir
	for b := range f.Blocks {
		block := &f.Blocks[b]
		if block.Cleanup {
			continue
		}
		for i := range block.Stmts {
			s := &block.Stmts[i]
			if s.Kind == mir.Assign && s.Value.Kind == mir.Adt && isGuard(s.Place, s.Value.Operands) && t.comesBehind(mir.Block(b), i, a) {
				return mir.LastSegment(mir.Head(f.Type(s.Place))), s.Pos, true
			}
		}
		if c := &block.Term; c.Kind == mir.Call && isGuard(c.Place, c.Args) && t.comesBehind(mir.Block(b), len(block.Stmts), a) {
			return mir.LastSegment(mir.Head(f.Type(c.Place))), c.Pos, true
		}
	}
	return "", 0, false
}

// guards reports whether a value made of some operands has a destructor that works on what one of them leads to.
func (t *tearing) guards(typ string, operands []mir.Operand, whole memory) bool {
	drop := t.c.destructor(mir.Head(typ))
	if drop == nil || drop.mir == nil || len(t.c.touches(drop)) == 0 {
		return false
	}
	return slices.ContainsFunc(operands, func(o mir.Operand) bool {
		return o.IsPlace() && leads(t.fn.mir.Type(o.Place)) && t.p.lying(o).overlaps(whole)
	})
}

// undoneLater finds the suspensions between a write and the making of a guard whose destructor works on the memory that was written.
func (t *tearing) undoneLater(w *write) (awaits []*coro.Await, guard string, later mir.Pos) {
	isGuard := t.guardOf(w.at)
	for i := range t.fn.body.Awaits {
		a := &t.fn.body.Awaits[i]
		if t.sends(w, a) || !t.reaches(w, a, nil) {
			continue
		}
		if name, pos, ok := t.guardBehind(a, isGuard); ok {
			awaits, guard, later = append(awaits, a), name, pos
		}
	}
	return awaits, guard, later
}
