package resource

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Loops reports whether two blocks stand in one loop; of one block whether it stands in a loop.
func (c *Crate) Loops(fn *facts.Fn, a, b mir.Block) bool {
	return slices.ContainsFunc(next(fn, a), func(n mir.Block) bool { return reaches(fn, n, b, mir.NoBlock) }) &&
		slices.ContainsFunc(next(fn, b), func(n mir.Block) bool { return reaches(fn, n, a, mir.NoBlock) })
}

// Together reports whether an awaited type runs several futures at a time.
func Together(typ string) bool {
	return strings.Contains(typ, "{closure@") || strings.Contains(typ, "Join") || strings.Contains(typ, "Select") || strings.Contains(typ, "Unordered")
}

// PeerWait is a wait of a function that holds a resource, for somebody who needs that resource before the wait can end.
type PeerWait struct {
	Held  Held
	Await *coro.Await
	Kind  knowledge.Use // Sends: for a place; Receives: for a message; Stores: for an answer
	Peer  *facts.Fn
	Needs *Wait // of the peer
}

// PeerWaits are those of one coroutine, one for each await.
func (c *Crate) PeerWaits(fn *facts.Fn) (out []PeerWait) {
	for i := range c.Waits(fn) {
		w := &c.Waits(fn)[i]
		if w.Await == nil || w.Bounded || !w.IsReply() && !strings.HasSuffix(w.Row.ID, "-place") {
			continue
		}
		kind := knowledge.Sends
		if w.IsReply() {
			kind = knowledge.Stores
		}
		for _, h := range w.Held {
			if h.At.Fn == fn {
				out = c.peer(out, fn, h, w.Await, kind, w.Name, knowledge.Receives)
			}
		}
	}
	body := fn.Coroutine()
	for _, x := range c.Exchanges(fn) {
		if x.Row.Does != knowledge.Receives {
			continue
		}
		for i := range body.Awaits {
			a := &body.Awaits[i]
			if a.Awaitee == 0 || a.Poll == mir.NoBlock || body.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}).Block != x.Block {
				continue
			}
			for _, h := range c.HeldAt(fn, a.Poll) {
				out = c.peer(out, fn, h, a, knowledge.Receives, x.Name, knowledge.Sends)
			}
		}
	}
	return out
}

// peer looks for the functions on the other side of a channel: all of them have to need what is held.
func (c *Crate) peer(out []PeerWait, fn *facts.Fn, h Held, a *coro.Await, kind knowledge.Use, end Name, does knowledge.Use) []PeerWait {
	if slices.ContainsFunc(out, func(p PeerWait) bool { return p.Await == a }) || h.Name.Global() == "" && h.Name.Base != Param {
		return out
	}
	found := PeerWait{Held: h, Await: a, Kind: kind}
	for _, other := range c.facts.Fns {
		if other.MIR() == nil || other == fn || other.Coroutine() == nil {
			continue
		}
		for _, x := range c.Exchanges(other) {
			if x.Row.Does != does || !c.SameChannel(fn, end, other, x.Name) {
				continue
			}
			needs := c.needs(other, h)
			if needs == nil {
				return out
			}
			found.Peer, found.Needs = other, needs
		}
	}
	if found.Peer == nil {
		return out
	}
	return append(out, found)
}

// needs is a wait of a function for a resource that another one holds.
func (c *Crate) needs(fn *facts.Fn, h Held) *Wait {
	for i := range c.Waits(fn) {
		w := &c.Waits(fn)[i]
		if !w.Bounded && w.Name.Global() != "" && w.Name.Global() == h.Name.Global() && Against(h.Row, w.Row) == Always {
			return w
		}
	}
	return nil
}

// Late is a wait for a notification that is registered only after the condition was looked at.
type Late struct {
	Wait    *Wait     // of the coroutine that was asked about
	Name    Name      // of the notification, as In has it
	In      *facts.Fn // whose code looks, and registers or calls what does: that coroutine, or one that it awaits
	At      Step      // where In waits
	Look    mir.Block // of the call that looks
	LookPos mir.Pos
	Waker   *facts.Fn
	Woken   Exchange // that wakes those alone who are registered
}

// LateRegistrations are those of one coroutine and of what it awaits.
func (c *Crate) LateRegistrations(fn *facts.Fn) (out []Late) {
	for i := range c.Waits(fn) {
		w := &c.Waits(fn)[i]
		if w.Await == nil || w.Row.Mode != knowledge.Event || w.IsReply() || w.Bounded {
			continue
		}
		waker, woken, ok := c.wakesOnly(fn, w.Name)
		if !ok {
			continue
		}
		if l, ok := c.late(fn, w); ok {
			l.Waker, l.Woken = waker, woken
			out = append(out, l)
		}
	}
	return out
}

// late finds who looks at the condition of a wait: the innermost function on the way to it that looks at what others change. What its
// callers look at before is another matter.
func (c *Crate) late(fn *facts.Fn, w *Wait) (Late, bool) {
	for n := len(w.Steps) - 1; n >= 0; n-- {
		in, own := w.Steps[n].Fn, w
		if n > 0 {
			if own = c.waitOf(in, w.Steps[n]); own == nil {
				return Late{}, false // how it comes to the wait is not known: neither is what it looked at
			}
		}
		registered := own.Steps[0].Block
		if n < len(w.Steps)-1 {
			registered = own.Await.Poll // inside of an async function, when that is polled
		}
		if look, pos, ok := c.looked(in, registered, own.Await.Poll); ok {
			return Late{Wait: w, Name: own.Name, In: in, At: Step{in, own.Await.Block, own.Await.Pos, ""}, Look: look, LookPos: pos}, true
		}
		if n > 0 && c.looksBefore(in, registered) {
			return Late{}, false
		}
	}
	return Late{}, false
}

// waitOf is the wait of a coroutine that begins with a step, nil when it is none of its own awaits.
func (c *Crate) waitOf(in *facts.Fn, s Step) *Wait {
	if in.Coroutine() == nil {
		return nil
	}
	for i := range c.Waits(in) {
		if w := &c.Waits(in)[i]; w.Await != nil && w.Steps[0].Block == s.Block && w.Row.Mode == knowledge.Event {
			return w
		}
	}
	return nil
}

// looksBefore reports whether a function looks at what others change on a way to a block, whether or not its answer decides.
func (c *Crate) looksBefore(fn *facts.Fn, to mir.Block) bool {
	f := fn.MIR()
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if !f.Blocks[i].Cleanup && t.Kind == mir.Call && !t.Func.IsPlace() && c.looks(t) && reaches(fn, t.Return, to, mir.NoBlock) {
			return true
		}
	}
	return false
}

// wakesOnly finds what wakes the waiters of a notification, when nothing stores a wake-up for it.
func (c *Crate) wakesOnly(fn *facts.Fn, n Name) (waker *facts.Fn, found Exchange, ok bool) {
	for _, other := range c.facts.Fns {
		if other.MIR() == nil {
			continue
		}
		for _, x := range c.Exchanges(other) {
			if x.Row.Does != knowledge.Wakes && x.Row.Does != knowledge.Stores || !sameNotification(fn, n, other, x.Name) {
				continue
			}
			if x.Row.Does == knowledge.Stores {
				return nil, Exchange{}, false
			}
			waker, found, ok = other, x, true
		}
	}
	return waker, found, ok
}

// sameNotification compares by the field or static; a notification that is a variable is only known within one function's own code.
func sameNotification(fn *facts.Fn, n Name, other *facts.Fn, o Name) bool {
	if n.Global() != "" || o.Global() != "" {
		return n.Global() == o.Global()
	}
	return outermost(fn.Path) == outermost(other.Path)
}

func outermost(path string) string {
	path, _, _ = strings.Cut(path, "::{closure#")
	return path
}

// looked finds a call that looks at what others change, on whose answer it depends whether the code comes to the registration, and after
// which nothing looks again before the wait.
func (c *Crate) looked(fn *facts.Fn, registered, poll mir.Block) (mir.Block, mir.Pos, bool) {
	f := fn.MIR()
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		at := mir.Block(i)
		if f.Blocks[i].Cleanup || t.Kind != mir.Call || t.Func.IsPlace() || !c.looks(t) || !reaches(fn, t.Return, registered, at) {
			continue
		}
		if c.stillHeld(fn, at, registered) || !c.decides(fn, t.Return, registered) || reaches(fn, registered, at, poll) {
			continue
		}
		return at, t.Pos, true
	}
	return mir.NoBlock, 0, false
}

// stillHeld reports whether the lock that a look took is still held where the wait is registered: nobody changes the condition in between.
func (c *Crate) stillHeld(fn *facts.Fn, look, registered mir.Block) bool {
	return slices.ContainsFunc(c.HeldAt(fn, registered), func(h Held) bool { return h.At.Block == look })
}

// looks reports whether a call looks at what other tasks or threads change.
func (c *Crate) looks(t *mir.Term) bool {
	callee := c.facts.Callee(t.Func.Text)
	if c.tables.Shared(callee) {
		return true
	}
	row, ok := c.tables.Acquires(callee)
	return ok && row.Mode != knowledge.Event && row.Mode != knowledge.Permit
}

// decides reports whether a switch behind a block leads to the registration on one side alone.
func (c *Crate) decides(fn *facts.Fn, from, registered mir.Block) bool {
	f := fn.MIR()
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind != mir.Switch || f.Blocks[i].Cleanup || !reaches(fn, from, mir.Block(i), registered) {
			continue
		}
		some, all := false, true
		for _, to := range coro.Successors(t) {
			if f.Blocks[to].Term.Kind == mir.Unreachable {
				continue
			}
			leads := reaches(fn, to, registered, mir.Block(i))
			some, all = some || leads, all && leads
		}
		if some && !all {
			return true
		}
	}
	return false
}
