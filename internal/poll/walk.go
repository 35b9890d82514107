package poll

import (
	"slices"
	"strings"

	"pollux/internal/facts"
	"pollux/internal/mir"
)

// maxStates bounds the states of one function; beyond them nothing is decided.
const maxStates = 20_000

// walk follows the paths of one poll function.
type walk struct {
	fs        *Functions
	f         *mir.Func
	context   map[mir.Local]bool               // see derived
	number    map[mir.Local]int                // of the tracked locals
	lent      map[mir.Local]mir.Place          // references to tracked locals, and to places that may hold a waker
	inner     map[mir.Block]inner              // by the block of the call
	values    map[mir.Block]map[mir.Local]bool // by the block of the call: the locals made from what it gave
	constants map[mir.Local]bool
	out       *Function
	seen      map[mir.Block]map[string]bool
	endings   map[endingKey]bool
	work      []job
	states    int
}

type endingKey struct {
	woken   Woken
	foreign mir.Block
	at      site
	flags   [3]bool
	last    mir.Block
	late    mir.Block
}

type job struct {
	block mir.Block
	state *state
}

// inner is what is known of a call of another poll before its result is.
type inner struct {
	foreign bool // its context is not ours
	blind   bool // no context at all: who it wakes is not understood
	nobody  bool // a Pending of it wakes nobody
	keeps   bool // it may keep the waker when it is ready, too
}

func newWalk(fs *Functions, fn *facts.Fn) *walk {
	f := fn.MIR()
	w := &walk{
		fs: fs, f: f, context: derived(f, contextOf(f)), inner: map[mir.Block]inner{}, values: map[mir.Block]map[mir.Local]bool{},
		out:  &Function{Fn: fn, Decided: true, Used: fs.uses(f)},
		seen: map[mir.Block]map[string]bool{}, endings: map[endingKey]bool{},
	}
	w.number, w.constants = tracked(f), constants(f)
	w.lent = w.references()
	return w
}

// tracked numbers the locals that a path follows: those that hold a Poll, the bools that tell of one, and the bools of the source.
func tracked(f *mir.Func) map[mir.Local]int {
	named := map[mir.Local]bool{}
	for _, d := range f.Debug {
		if d.Place.IsLocal() && d.Place.Local > 0 {
			named[d.Place.Local] = true
		}
	}
	number := map[mir.Local]int{}
	track := func(l mir.Local) {
		if _, ok := number[l]; !ok {
			number[l] = len(number)
		}
	}
	for l := range f.Locals {
		if t := f.Locals[l].Type; hasPoll(t) || t == "bool" && named[mir.Local(l)] {
			track(mir.Local(l))
		}
	}
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind == mir.Switch && t.Operand.IsPlace() && t.Operand.Place.IsLocal() && f.Locals[t.Operand.Place.Local].Type == "bool" {
			if carriesAnswer(f, t.Operand.Place.Local, named) {
				track(t.Operand.Place.Local)
			}
		}
	}
	return number
}

// carriesAnswer tells the bools worth following from drop flags and other conditions: answers of a predicate, copies and negations.
func carriesAnswer(f *mir.Func, l mir.Local, named map[mir.Local]bool) bool {
	for i := range f.Blocks {
		b := &f.Blocks[i]
		if b.Term.Kind == mir.Call && b.Term.Place.IsLocal() && b.Term.Place.Local == l && isPredicate(b.Term.Func.Text) {
			return true
		}
		for j := range b.Stmts {
			s := &b.Stmts[j]
			if s.Kind != mir.Assign || !s.Place.IsLocal() || s.Place.Local != l || len(s.Value.Operands) != 1 || !s.Value.Operands[0].IsPlace() {
				continue
			}
			if from := s.Value.Operands[0].Place; from.IsLocal() && (named[from.Local] || s.Value.Kind == mir.Op) {
				return true
			}
		}
	}
	return false
}

func isPredicate(callee string) bool {
	switch mir.LastSegment(mir.WithoutGenerics(callee)) {
	case "is_ready", "is_pending", "is_some", "is_none":
		return true
	}
	return false
}

// references maps a local that is assigned once, `&PLACE`, to the place.
func (w *walk) references() map[mir.Local]mir.Place {
	out, count := map[mir.Local]mir.Place{}, map[mir.Local]int{}
	for i := range w.f.Blocks {
		b := &w.f.Blocks[i]
		for j := range b.Stmts {
			if s := &b.Stmts[j]; s.Kind == mir.Assign && s.Place.IsLocal() {
				count[s.Place.Local]++
				if s.Value.Kind == mir.Ref {
					out[s.Place.Local] = s.Value.Place
				}
			}
		}
		if b.Term.Kind == mir.Call && b.Term.Place.IsLocal() {
			count[b.Term.Place.Local]++
		}
	}
	for l, n := range count {
		if n != 1 {
			delete(out, l)
		}
	}
	return out
}

func (w *walk) run() *Function {
	start := &state{foreign: mir.NoBlock, last: mir.NoBlock, done: mir.NoBlock, looked: mir.NoBlock, registered: mir.NoBlock, made: site{block: mir.NoBlock}, facts: make([]fact, len(w.number))}
	w.enter(0, start)
	for len(w.work) > 0 && w.out.Decided {
		j := w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		w.block(j.block, j.state)
	}
	if !w.out.Decided {
		w.out.Pending = nil
	}
	return w.out
}

func (w *walk) enter(b mir.Block, s *state) {
	if b == mir.NoBlock || int(b) >= len(w.f.Blocks) || w.f.Blocks[b].Cleanup {
		return
	}
	key := s.key()
	if w.seen[b] == nil {
		w.seen[b] = map[string]bool{}
	}
	if w.seen[b][key] {
		return
	}
	w.seen[b][key] = true
	if w.states++; w.states > maxStates {
		w.out.Decided = false
		return
	}
	w.work = append(w.work, job{b, s.clone()})
}

func (w *walk) block(at mir.Block, s *state) {
	b := &w.f.Blocks[at]
	for i := range b.Stmts {
		w.statement(at, &b.Stmts[i], s)
	}
	t := &b.Term
	switch t.Kind {
	case mir.Return:
		w.end(s)
	case mir.Switch:
		w.branch(b, s)
	case mir.Call:
		w.call(at, t, s)
		w.enter(t.Return, s)
	case mir.Drop:
		s.wrote = s.wrote || outlives(t.Place)
		w.enter(t.Return, s)
	case mir.Goto, mir.Assert:
		w.enter(t.Return, s)
	case mir.OpaqueTerm:
		w.out.Decided = false
	}
}

// outlives reports whether a place is behind a reference, so that a change of it is there after the call.
func outlives(p mir.Place) bool {
	for _, e := range p.Proj {
		if e.Kind == mir.Deref {
			return true
		}
	}
	return false
}

func (w *walk) statement(at mir.Block, st *mir.Stmt, s *state) {
	switch st.Kind {
	case mir.OpaqueStmt:
		s.woken = max(s.woken, Somebody)
	case mir.SetDiscr:
		if n, ok := w.number[st.Place.Local]; ok && st.Place.IsLocal() && isPoll(w.f.Locals[st.Place.Local].Type) {
			w.set(s, n, variantFact(st.Value.Op), site{at, st.Pos})
			return
		}
		s.wrote = s.wrote || outlives(st.Place)
	case mir.Assign:
		if !st.Place.IsLocal() {
			s.wrote = s.wrote || outlives(st.Place)
			if reads(&st.Value, w.context) {
				s.woken, w.out.Registers = max(s.woken, Somebody), true
			}
			return
		}
		if n, ok := w.number[st.Place.Local]; ok {
			w.set(s, n, w.value(&st.Value, s), site{at, st.Pos})
		}
	}
}

// variantFact reads the discriminant of a Poll: Ready is 0, Pending is 1 (library/core/src/task/poll.rs).
func variantFact(discriminant string) fact {
	switch discriminant {
	case "0":
		return isReady
	case "1":
		return isPending
	}
	return nothing
}

func (w *walk) set(s *state, n int, f fact, where site) {
	if f == isPending && s.facts[n] != isPending {
		s.made = where
	}
	s.facts[n] = f
}

// value is what is known of an assigned value.
func (w *walk) value(v *mir.Rvalue, s *state) fact {
	switch v.Kind {
	case mir.Use:
		return w.operand(v.Operands[0], s)
	case mir.Op:
		if v.Op == "Not" && len(v.Operands) == 1 {
			return w.operand(v.Operands[0], s).negated()
		}
	case mir.Adt:
		switch name := mir.LastSegment(mir.WithoutGenerics(v.Type)); {
		case name == "Pending" && len(v.Operands) == 0:
			return isPending
		case name == "Ready":
			return isReady
		case len(v.Operands) == 1:
			return w.operand(v.Operands[0], s) // Some(poll), Continue(poll)
		case name == "None":
			return isReady // of an Option of a Poll: nothing was polled
		}
	}
	return nothing
}

func (w *walk) operand(o mir.Operand, s *state) fact {
	if o.IsPlace() {
		n, ok := w.number[o.Place.Local]
		if !ok || len(o.Place.Proj) > 0 && !hasPoll(w.f.Type(o.Place)) {
			return nothing
		}
		return s.facts[n]
	}
	switch {
	case o.Text == "true":
		return isTrue
	case o.Text == "false":
		return isFalse
	case strings.HasSuffix(o.Text, "::Pending") && strings.Contains(o.Text, "Poll::"):
		return isPending
	case strings.Contains(o.Text, "::Ready(") && strings.Contains(o.Text, "Poll::"):
		return isReady
	}
	return nothing
}

// end notes what the path returns.
func (w *walk) end(s *state) {
	n, ok := w.number[0]
	if !ok {
		w.out.Ready = true
		return
	}
	result := s.facts[n]
	w.again(s, result)
	if block, kind, open := result.inner(); open && kind == openResult {
		w.out.Ready = true
		in := w.inner[block]
		s = s.clone()
		s.settle(block, true)
		w.pending(block, in, s)
		result = isDelegated
	}
	switch result {
	case isPending:
		w.ending(s, s.made)
	case isDelegated:
		if s.foreign != mir.NoBlock && s.woken < Somebody {
			w.ending(s, site{s.foreign, w.f.Blocks[s.foreign].Term.Pos})
		}
	default:
		w.out.Ready = true
		w.out.ReadyAlone = w.out.ReadyAlone || len(s.ready)+len(s.open) == 0
		w.out.Keeps = w.out.Keeps || s.woken >= Somebody
	}
}

// again notes a return that comes back to a future that is, or can be, complete: nothing was written on the path, so the next poll takes
// the same way.
func (w *walk) again(s *state, result fact) {
	if s.wrote || result == isReady || result == nothing {
		return
	}
	at := s.made
	returned, _, isOpen := result.inner()
	if isOpen {
		at = site{returned, w.f.Blocks[returned].Term.Pos}
	}
	complete := append([]mir.Block{s.done}, s.open...)
	for _, block := range complete {
		if block == mir.NoBlock || isOpen && block == returned || !w.endsOnce(block) {
			continue
		}
		if !slices.ContainsFunc(w.out.Again, func(a Again) bool { return a.Future.Block == block }) {
			w.out.Again = append(w.out.Again, Again{Future: w.innerAt(block), Block: at.block, Pos: at.pos})
		}
	}
}

func (w *walk) ending(s *state, at site) {
	woken := s.woken
	for _, b := range s.open {
		if in := w.inner[b]; !in.foreign && !in.nobody {
			woken = max(woken, Somebody)
		}
	}
	key := endingKey{woken, s.foreign, at, [3]bool{s.wrote, s.shared, s.ended}, s.last, s.registered}
	if w.endings[key] {
		return
	}
	w.endings[key] = true
	e := Ending{Woken: woken, Block: at.block, Pos: at.pos, Wrote: s.wrote, Shared: s.shared, Ended: s.ended, Late: w.late(s)}
	if s.last != mir.NoBlock {
		in := w.innerAt(s.last)
		e.Swallowed = &in
	}
	for _, b := range s.ready {
		e.Ready = append(e.Ready, w.innerAt(b))
	}
	if s.foreign != mir.NoBlock && woken < Somebody {
		in := w.innerAt(s.foreign)
		e.Foreign = &in
	}
	w.out.Pending = append(w.out.Pending, e)
}

func (w *walk) innerAt(b mir.Block) Inner {
	t := &w.f.Blocks[b].Term
	return Inner{Block: b, Pos: t.Pos, Callee: t.Func.Text, Type: w.f.Type(t.Place)}
}
