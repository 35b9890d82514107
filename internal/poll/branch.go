package poll

import (
	"strings"

	"pollux/internal/mir"
)

// branch follows the edges of a switch, each with what the path then knows.
func (w *walk) branch(b *mir.BasicBlock, s *state) {
	t := &b.Term
	if s.last != mir.NoBlock && !w.decidedBy(t.Operand, s.last) {
		s.last = mir.NoBlock
	}
	apply := w.tested(b, s)
	for _, to := range t.Targets {
		next := s.clone()
		if apply == nil || apply(to.Value, next) {
			w.enter(to.Block, next)
		}
	}
	if apply == nil || apply(other(t.Targets), s) {
		w.enter(t.Return, s)
	}
}

// other is the one value of a two-valued switch that has no target of its own, or "".
func other(targets []mir.Target) string {
	if len(targets) != 1 {
		return ""
	}
	switch targets[0].Value {
	case "0":
		return "1"
	case "1":
		return "0"
	}
	return ""
}

// tested finds what a switch is about. The function it gives adds what a value of the switch says to a state, and is false when
// the path cannot take that edge. It is nil when the switch is about something that no path follows.
func (w *walk) tested(b *mir.BasicBlock, s *state) func(value string, to *state) bool {
	op := b.Term.Operand
	if !op.IsPlace() || !op.Place.IsLocal() {
		return nil
	}
	if n, ok := w.number[op.Place.Local]; ok && w.f.Locals[op.Place.Local].Type == "bool" {
		return w.onBool(s.facts[n], n)
	}
	for i := len(b.Stmts) - 1; i >= 0; i-- {
		st := &b.Stmts[i]
		if st.Kind == mir.Assign && st.Place.IsLocal() && st.Place.Local == op.Place.Local {
			if st.Value.Kind != mir.Discriminant {
				return nil
			}
			return w.onVariant(st.Value.Place, s)
		}
	}
	return nil
}

func (w *walk) onBool(f fact, n int) func(string, *state) bool {
	return func(value string, to *state) bool {
		if value == "" {
			return true
		}
		truth := value != "0"
		switch block, kind, open := f.inner(); {
		case open:
			w.settle(to, block, (kind == openPending) == truth)
		case f == isTrue && !truth, f == isFalse && truth:
			return false
		case f == isKept && truth, f == isNotKept && !truth:
			to.woken = max(to.woken, Earlier)
		case f == nothing && truth:
			to.facts[n] = isTrue
		case f == nothing:
			to.facts[n] = isFalse
		}
		return true
	}
}

// onVariant is about the variant of an enum: of a Poll, of what wraps one, or of an Option of a waker.
func (w *walk) onVariant(place mir.Place, s *state) func(string, *state) bool {
	typ := w.f.Type(place)
	if keepsWaker(typ) {
		return func(value string, to *state) bool {
			if value == "1" {
				to.woken = max(to.woken, Earlier)
			}
			return true
		}
	}
	if n, ok := w.number[place.Local]; ok && len(place.Proj) > 0 && mir.LastSegment(mir.Head(typ)) == "Option" && s.last != mir.NoBlock && s.facts[n] == isReady {
		return func(value string, to *state) bool {
			to.ended = value == "0"
			return true
		}
	}
	n, ok := w.number[place.Local]
	if !ok || !hasPoll(typ) {
		return nil
	}
	f := s.facts[n]
	return func(value string, to *state) bool { return w.onPoll(typ, f, value, to) }
}

// onPoll adds what the variant says about the inner poll that f is about.
func (w *walk) onPoll(typ string, f fact, value string, to *state) bool {
	block, _, open := f.inner()
	switch mir.LastSegment(mir.Head(typ)) {
	case "Poll":
		if open && value != "" {
			w.settle(to, block, value == "1")
		}
		known := f == isReady || f == isPending || f == isDelegated
		return open || value == "" || !known || (f == isReady) == (value == "0")
	case "ControlFlow": // of a question mark on a Poll: Break is Ready(Err), Continue holds the Poll
		if open && value == "1" {
			w.settle(to, block, false)
		}
	case "Option": // None: nothing was polled
		if open && value == "0" {
			to.settle(block, false)
		}
	}
	return true
}

// settle notes on a path that an inner poll was ready or pending.
func (w *walk) settle(to *state, block mir.Block, pending bool) {
	to.settle(block, pending)
	in := w.inner[block]
	if pending {
		w.pending(block, in, to)
		return
	}
	to.ready = insert(to.ready, block)
	to.last, to.ended = block, false
	if w.endsOnce(block) {
		to.done = block
	}
	if in.keeps {
		to.woken = max(to.woken, Somebody)
	}
}

// pending notes who wakes the task on account of an inner poll that was pending.
func (w *walk) pending(block mir.Block, in inner, to *state) {
	switch {
	case in.foreign:
		to.foreign = block
	case in.nobody:
	default:
		to.woken = max(to.woken, Somebody)
	}
}

// endsOnce reports whether a block polls a future that must not be polled again when it was ready: not a stream or a reader, which give
// more later, and none of those that stay ready.
func (w *walk) endsOnce(block mir.Block) bool {
	call := w.fs.crate.Callee(w.f.Blocks[block].Term.Func.Text)
	if mir.LastSegment(call.Trait) != "Future" || call.Method != "poll" {
		return false
	}
	typ, _, ok := strings.Cut(strings.TrimPrefix(w.f.Blocks[block].Term.Func.Text, "<"), " as ")
	for ok {
		name := mir.LastSegment(mir.Head(typ))
		args := mir.Args(typ)
		switch {
		case mir.Pointee(typ) != "":
			typ = mir.Pointee(typ)
			continue
		case (name == "Pin" || name == "Box") && len(args) > 0:
			typ = args[0]
			continue
		}
		break
	}
	return !w.fs.tables.ReadyAgain(w.fs.crate.Global(mir.Head(typ))) && !w.fs.readyAgain(mir.Head(typ))
}

// readyAgain reports whether the poll of a future of the crate has a way to be ready without polling anything: it may stay ready once it
// was.
func (fs *Functions) readyAgain(typ string) bool {
	f := fs.Of(fs.crate.PollOf(typ))
	return f != nil && f.ReadyAlone
}
