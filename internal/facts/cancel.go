package facts

import (
	"slices"
	"strings"

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
		return c.corrected(fn, c.cancelOfResult(fn))
	}
	return c.doubted(fn, verdictOf(fn.effects))
}

// corrected lets a row of the tables about the function decide where it and the inference disagree on whether something is lost: a row
// has a source that somebody has read or measured.
func (c *Crate) corrected(fn *Fn, inferred *Cancel) *Cancel {
	path := fn.Path
	if fn.Type != "" {
		path = fn.Type + "::" + fn.Name
	}
	row, ok := c.tables.CancelCall(c.parseCallee(path).name)
	if !ok || losesSomething(row.Verdict) == losesSomething(inferred.Verdict) && inferred.Verdict != knowledge.CancelUnknown {
		return inferred
	}
	why := Ground{What: "the tables (" + row.ID + ", " + row.Source + ") decide; inferred was " + string(inferred.Verdict) + ": " + inferred.Reason}
	return &Cancel{Verdict: row.Verdict, Reason: row.Lost, Why: append([]Ground{why}, inferred.Why...)}
}

func losesSomething(v knowledge.CancelVerdict) bool {
	return v == knowledge.CancelLossy || v == knowledge.CancelState || v == knowledge.CancelDetached
}

// cancelOfResult infers what a cancel of the future does that a plain function gives.
func (c *Crate) cancelOfResult(fn *Fn) *Cancel {
	if made := c.futureIn(fn); made != nil {
		return c.CancelFn(made)
	}
	typ := stripRefs(fn.Ret)
	if poll := c.method(mir.Head(typ), "Future", "poll"); poll != nil {
		return c.wrapping(poll, typ)
	}
	if typ == "" || !c.givesFuture(fn) {
		return unknownCancel("`" + short(typ) + "` is no future that is known")
	}
	return c.CancelOf(typ)
}

// wrapping is the verdict of a hand-written future whose type arguments say which futures it runs.
func (c *Crate) wrapping(poll *Fn, typ string) *Cancel {
	out := verdictOf(poll.effects)
	if out.Verdict != knowledge.CancelInherits || len(poll.Params) == 0 {
		return out
	}
	for _, o := range poll.effects.outcomes {
		for _, d := range o.deeds {
			if d.kind != awaits || d.value >= 0 {
				continue
			}
			actual, ok := bind([]string{stripRefs(poll.Params[0])}, []string{typ}, d.what)
			if !ok || isTypeParameter(actual) || strings.HasPrefix(actual, "<") {
				return out
			}
			if inner := c.CancelOf(actual); inner.Verdict != knowledge.CancelInherits {
				inner.Why = append(slices.Clone(out.Why), inner.Why...)
				return inner
			}
		}
	}
	return out
}

// Futures are the functions of the crate's source that give a future, or are the poll of a hand-written one, in the order of the text.
func (c *Crate) Futures() []*Fn {
	c.summariseEffects()
	var out []*Fn
	for _, fn := range c.Fns {
		switch {
		case fn.body != nil || isAnonymous(fn.Path):
		case fn.Trait == "Future" && fn.Name == "poll" && fn.context, c.givesFuture(fn):
			out = append(out, fn)
		}
	}
	return out
}

// IsPoll reports whether fn is the poll of a hand-written future.
func (c *Crate) IsPoll(fn *Fn) bool { return fn.context && fn.Trait == "Future" && fn.Name == "poll" }

// givesFuture reports whether a function's result is a future, as far as its type or its body tells.
func (c *Crate) givesFuture(fn *Fn) bool {
	if fn.Trait == "IntoFuture" || fn.Name == "clone" {
		return false
	}
	return c.isFuture(fn.Ret) && !strings.HasPrefix(fn.Ret, "std::future::") || c.futureIn(fn) != nil
}

// futureIn is the coroutine that a function returns: an async fn's, or the one that it builds when its type hides it.
func (c *Crate) futureIn(fn *Fn) *Fn {
	if strings.HasPrefix(fn.Ret, "{async") {
		if made := c.callableIn(fn, fn.Ret); made != nil && made.body != nil {
			return made
		}
		return nil
	}
	if rest, ok := strings.CutPrefix(fn.Ret, "std::future::PollFn<"); ok {
		if made := c.callableIn(fn, strings.TrimSuffix(rest, ">")); made != nil && made.context {
			return made
		}
		return nil
	}
	if !strings.HasPrefix(fn.Ret, "impl ") && !strings.HasPrefix(fn.Ret, "std::pin::Pin<std::boxed::Box<dyn ") || !strings.Contains(fn.Ret, "Future<") {
		return nil
	}
	var found *Fn
	for b := range fn.mir.Blocks {
		for i := range fn.mir.Blocks[b].Stmts {
			if v := &fn.mir.Blocks[b].Stmts[i].Value; v.Kind == mir.Coroutine {
				if made := c.callableIn(fn, v.Type); made == nil || found != nil {
					return nil
				} else {
					found = made
				}
			}
		}
	}
	return found
}

func verdictOf(e *effects) *Cancel {
	out := &Cancel{Verdict: knowledge.CancelSafe, Reason: "at no suspension is anything taken, changed or handed over that a cancel would lose",
		Losses: slices.Clone(e.losses), Why: e.grounds}
	if e.partial {
		out.Losses = append(out.Losses, Loss{Verdict: knowledge.CancelUnknown, What: "it has too many paths to follow"})
	}
	slices.SortStableFunc(out.Losses, func(a, b Loss) int { return worse(a.Verdict, b.Verdict) })
	if len(out.Losses) > 0 {
		out.Verdict, out.Reason = out.Losses[0].Verdict, out.Losses[0].What
	}
	if len(out.Losses)+len(out.Why) == 0 {
		out.Reason = "no path leads to a suspension"
		out.Why = []Ground{{What: out.Reason}}
	}
	return out
}

func unknownCancel(reason string) *Cancel {
	return &Cancel{Verdict: knowledge.CancelUnknown, Reason: reason, Losses: []Loss{{Verdict: knowledge.CancelUnknown, What: reason}}}
}
