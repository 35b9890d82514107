package facts

import (
	"slices"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Cancel is what a cancel does: what is lost, changed or left running when a future is dropped between two polls.
//
// It is inferred from bodies. Where a body cannot be seen, or does something that cannot be followed, the verdict is unknown: it is
// never safe without a derivation.
type Cancel struct {
	Verdict knowledge.CancelVerdict
	Reason  string   // a clause that names place and value: "the value moved in as `value` is dropped without being handed on"
	Losses  []Loss   // worst first; empty when a cancel does nothing
	Why     []Ground // the derivation: what was looked at, in the order of the code
}

// Loss is one thing that a cancel at some suspension loses, changes or leaves running.
type Loss struct {
	Verdict knowledge.CancelVerdict // lossy, state, detached, caller, fairness, inherits or unknown
	What    string                  // a clause, as in Reason
	Value   string                  // the value's name in the source; empty when it has none
	Place   string                  // where it came from or what was changed, as the source would write it: "self.arrived"
	Shared  bool                    // Place is memory that outlives the future
	Effect  mir.Pos                 // where it was taken, changed or started; zero when that is in another function
	Await   *coro.Await             // the suspension where a cancel does it; nil in a hand-written poll
	Later   mir.Pos                 // where it would be completed, restored or handed on; zero when that is not known
}

// Ground is one step of a derivation.
type Ground struct {
	Pos  mir.Pos // in the MIR text of the function's crate; zero when there is no one place
	What string
}

// CancelOf infers what a cancel of a future does, by the future's printed type.
func (c *Crate) CancelOf(typ string) *Cancel {
	typ = stripRefs(typ)
	if fn := c.CoroutineOf(typ); fn != nil {
		return c.CancelFn(fn)
	}
	if fn := c.method(mir.Head(typ), "Future", "poll"); fn != nil {
		return c.CancelFn(fn)
	}
	return unknownCancel("no body is known for `" + short(typ) + "`")
}

// CancelFn infers what a cancel does to the future that fn is, when fn is a coroutine or a hand-written poll, or that fn returns.
func (c *Crate) CancelFn(fn *Fn) *Cancel {
	c.summariseEffects()
	if fn.mir == nil {
		return unknownCancel("its body is in another crate")
	}
	if fn.body == nil && !c.isPoll(fn) {
		return c.CancelOf(fn.Ret)
	}
	return verdictOf(fn.effects)
}

func verdictOf(e *effects) *Cancel {
	out := &Cancel{Verdict: knowledge.CancelSafe, Reason: "nothing is taken, changed or handed over before a suspension that is not still there after a cancel",
		Losses: slices.Clone(e.losses), Why: e.grounds}
	if e.partial {
		out.Losses = append(out.Losses, Loss{Verdict: knowledge.CancelUnknown, What: "it has too many paths to follow"})
	}
	slices.SortStableFunc(out.Losses, func(a, b Loss) int { return worse(a.Verdict, b.Verdict) })
	if len(out.Losses) > 0 {
		out.Verdict, out.Reason = out.Losses[0].Verdict, out.Losses[0].What
	}
	return out
}

func unknownCancel(reason string) *Cancel {
	return &Cancel{Verdict: knowledge.CancelUnknown, Reason: reason, Losses: []Loss{{Verdict: knowledge.CancelUnknown, What: reason}}}
}
