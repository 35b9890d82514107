// Package pendingwithoutwaker reports a hand-written poll that returns Pending on a path on which nobody will wake its task.
//
// Invariant: one finding for each `Poll::Pending`, placed on it. It is reported only when the way there is decided by what an inner
// poll gave, by an inner poll with another context, or when the function never uses its context and looks at what others change.
//
// May miss a poll that decides by its own state: whether another poll of the same object registered the task cannot be seen.
package pendingwithoutwaker

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
	"pollux/internal/poll"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "pending-without-waker",
	Family:   "wakers",
	Doc:      doc,
	Since:    "0.3",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for f := range pass.Polls() {
		if !f.Ready {
			continue // it is never ready: a future that is pending for ever on purpose
		}
		for _, e := range analysis.Endings(f, func(e poll.Ending) bool { return e.Woken == poll.Nobody }) {
			report(pass, f, e)
		}
	}
}

func report(pass *analysis.Pass, f *poll.Function, e poll.Ending) {
	found := finding.Finding{Span: pass.At(f.Fn, e.Block, e.Pos), Label: "nobody wakes the task after this"}
	severity := finding.Warning
	switch {
	case e.Foreign != nil:
		found.Message = "nobody will wake this task: the `Pending` is that of " + analysis.NameOf(*e.Foreign) + " with another waker, and the waker of the task itself is not kept"
		found.Fix = "give the inner poll the context of this poll, or keep its waker and pass wake-ups on to it"
	case e.Swallowed != nil:
		found.Message = "`Pending` is returned although " + analysis.NameOf(*e.Swallowed) + " was ready: nobody will wake this task"
		found.Fix = "poll again in a loop until it is pending, or return `Ready`"
		because := "what it gave leads to the `Pending`; an inner poll wakes the task only after it was pending"
		if e.Ended {
			found.Message = "`Pending` is returned when " + analysis.NameOf(*e.Swallowed) + " has ended: nobody will wake this task"
			found.Fix = "return `Ready` when nothing can come any more"
			because = "`None` leads to the `Pending`: nothing comes from here again"
			if len(e.Ready) < 2 {
				severity = finding.Info // one source that has ended may be meant to look as if it went on
			}
		}
		found.Because = []finding.Because{{Span: pass.AtInner(f.Fn, *e.Swallowed), Message: because}}
	case !f.Used && e.Shared:
		found.Message = "nobody will wake this task: the poll looks at what others change and never uses its context"
		found.Fix = "keep `cx.waker().clone()` where the change is made and wake it there, or await a channel, Notify or listener"
	case f.Registers && analysis.IsContract(f.Fn):
		found.Message = "this `Pending` is returned without the waker being kept, as other paths of the poll do"
		found.Fix = "keep the waker on this path too, unless the task is woken by something else"
		severity = finding.Info
	default:
		return
	}
	if !analysis.IsContract(f.Fn) && f.Used && e.Foreign == nil {
		severity = finding.Info // its caller may have arranged for the wake-up
	}
	pass.Report(f.Fn, severity, found)
}
