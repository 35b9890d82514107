package poll

import (
	"slices"
	"strings"

	"pollux/internal/mir"
)

// call notes what a call does: it polls something else, keeps the waker, wakes the task, or asks about a result.
func (w *walk) call(at mir.Block, t *mir.Term, s *state) {
	typ := w.f.Type(t.Place)
	given := anyOf(t.Args, w.context)
	n, isTracked := w.number[t.Place.Local]
	isTracked = isTracked && t.Place.IsLocal()
	switch {
	case given && hasPoll(typ):
		w.innerPoll(at, t, s)
	case given:
		w.handOver(t, s)
	case hasPoll(typ):
		if f, ok := w.passedOn(t, s); ok {
			if isTracked {
				w.set(s, n, f, site{at, t.Pos})
			}
			return
		}
		w.innerPoll(at, t, s)
	case isTracked:
		w.set(s, n, w.answer(t, s), site{at, t.Pos})
	}
	s.wrote = s.wrote || !(given && hasPoll(typ)) && !w.fs.pure(t.Func.Text, 0)
	w.looks(at, t, s)
	s.shared = s.shared || w.fs.tables.Shared(w.fs.crate.Callee(t.Func.Text))
	if s.last != mir.NoBlock && !w.about(t, s.last) {
		s.last = mir.NoBlock
	}
}

// innerPoll begins an inner poll whose result the path does not know yet.
func (w *walk) innerPoll(at mir.Block, t *mir.Term, s *state) {
	if _, ok := w.inner[at]; !ok {
		w.inner[at] = w.look(t)
	}
	s.begin(at)
	if n, ok := w.number[t.Place.Local]; ok && t.Place.IsLocal() {
		w.set(s, n, open(at, openResult), site{at, t.Pos})
	}
}

// look asks what can be known of an inner poll from its callee.
func (w *walk) look(t *mir.Term) inner {
	if !anyOf(t.Args, w.context) {
		foreign := slices.ContainsFunc(t.Args, func(o mir.Operand) bool {
			return o.IsPlace() && isContext(w.f.Type(o.Place))
		})
		return inner{foreign: foreign, blind: !foreign}
	}
	callee := w.fs.Of(w.fs.crate.Runs(t.Func.Text))
	if callee == nil {
		return inner{}
	}
	return inner{nobody: callee.Must(), keeps: callee.Keeps}
}

// handOver notes what happens to the context, or to the waker, that a call is given.
func (w *walk) handOver(t *mir.Term, s *state) {
	typ, name := w.f.Type(t.Place), mir.LastSegment(mir.WithoutGenerics(t.Func.Text))
	switch {
	case name == "waker" && isWaker(typ), isPath(mir.Head(typ), "task", "Context"), isContext(typ):
		return // only another way to reach it
	case strings.HasPrefix(name, "wake") && w.isWakerArg(t):
		s.woken = Itself
		return
	}
	if fn := w.fs.crate.Runs(t.Func.Text); fn != nil && fn.MIR() != nil && !w.fs.uses(fn.MIR()) {
		return
	}
	if strings.HasPrefix(name, "get_or_insert") && w.isKept(t) {
		s.woken, w.out.Registers = max(s.woken, Earlier), true
		return
	}
	s.woken, w.out.Registers = max(s.woken, Somebody), true
}

// isKept reports whether a call is a method of an Option of a waker, which keeps what it is given only if none is there yet.
func (w *walk) isKept(t *mir.Term) bool {
	return len(t.Args) == 2 && t.Args[0].IsPlace() && keepsWaker(mir.Pointee(w.f.Type(t.Args[0].Place)))
}

func (w *walk) isWakerArg(t *mir.Term) bool {
	return len(t.Args) == 1 && t.Args[0].IsPlace() && isWaker(w.f.Type(t.Args[0].Place))
}

// passedOn is the fact about a call that turns one Poll into another: `map`, `branch` of a question mark.
func (w *walk) passedOn(t *mir.Term, s *state) (fact, bool) {
	if mir.LastSegment(mir.WithoutGenerics(t.Func.Text)) == "from_residual" {
		return isReady, true // of a question mark: Ready(Err)
	}
	for _, a := range t.Args {
		if !a.IsPlace() {
			continue
		}
		if n, ok := w.number[a.Place.Local]; ok && hasPoll(w.f.Type(a.Place)) {
			return s.facts[n], true
		}
	}
	return nothing, false
}

// answer is the fact about the bool that a predicate gives.
func (w *walk) answer(t *mir.Term, s *state) fact {
	if len(t.Args) != 1 || !t.Args[0].IsPlace() {
		return nothing
	}
	place, ok := w.lent[t.Args[0].Place.Local]
	if !ok || !isPredicate(t.Func.Text) {
		return nothing
	}
	name := mir.LastSegment(mir.WithoutGenerics(t.Func.Text))
	if keepsWaker(w.f.Type(place)) {
		if name == "is_some" {
			return isKept
		}
		return isNotKept
	}
	n, ok := w.number[place.Local]
	if !ok || !isPoll(w.f.Type(place)) {
		return nothing
	}
	return asked(s.facts[n], name)
}

// asked is the answer of is_ready or is_pending about a Poll.
func asked(f fact, name string) fact {
	if block, kind, ok := f.inner(); ok && kind == openResult {
		if name == "is_ready" {
			return open(block, openReady)
		}
		return open(block, openPending)
	}
	pending := f == isPending || f == isDelegated
	switch {
	case f != isReady && !pending:
		return nothing
	case pending == (name == "is_pending"):
		return isTrue
	}
	return isFalse
}

// keepsWaker reports whether a type is an Option that holds a waker when it is Some.
func keepsWaker(typ string) bool {
	return mir.LastSegment(mir.Head(typ)) == "Option" && strings.Contains(typ, "task::Waker")
}
