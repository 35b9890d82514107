// Package lostregistration reports a hand-written poll whose registration does not serve: it makes a future, polls it with its own context
// and drops it before it returns, so that what would have woken the task is dropped with the future; or it keeps the waker after it looked
// at what it waits for and does not look again.
//
// Invariant: one finding for each such future, placed where it is made, and one for each late registration.
//
// May miss futures that no table lists, and wakers kept behind a lock that was let go in between. Does not report futures whose waker is
// kept in the shared object, such as recv of tokio's mpsc.
package lostregistration

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
	"pollux/internal/mir"
	"pollux/internal/poll"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "lost-registration",
	Family:   "wakers",
	Doc:      doc,
	Since:    "0.3",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules,
	Run:      run,
}

func run(pass *analysis.Pass) {
	dropped(pass)
	late(pass)
}

func late(pass *analysis.Pass) {
	for f := range pass.Polls() {
		if !analysis.IsContract(f.Fn) {
			continue // the caller may look again
		}
		seen := map[mir.Pos]bool{}
		for _, e := range analysis.Endings(f, func(e poll.Ending) bool { return e.Late != nil }) {
			if seen[e.Late.Registered.Pos] {
				continue
			}
			seen[e.Late.Registered.Pos] = true
			pass.Report(f.Fn, finding.Warning, finding.Finding{
				Span:    pass.AtInner(f.Fn, e.Late.Registered),
				Message: "the waker is kept after the last look at what this poll waits for: a change between the two wakes nobody, and the task waits for ever",
				Label:   "registered here, and nothing is looked at after it",
				Because: []finding.Because{
					{Span: pass.AtInner(f.Fn, e.Late.Looked), Message: "looked at here, before"},
					{Span: pass.At(f.Fn, e.Block, e.Pos), Message: "`Pending` is returned here"},
				},
				Fix: "register the waker first and look at the condition after it, or look at it again before returning `Pending`",
			})
		}
	}
}

func dropped(pass *analysis.Pass) {
	for fn, t := range pass.Temporaries() {
		pass.Report(fn, finding.Warning, finding.Finding{
			Span:    pass.AtInner(fn, t.Made),
			Message: "the future of `" + t.Registration.Name + "` " + t.Registration.Leaves + " when this poll returns: nobody will wake the task on its account",
			Label:   "made in this poll and dropped at its end",
			Because: []finding.Because{{Span: pass.AtInner(fn, t.Polled), Message: "polled here with the context of this poll"}},
			Fix:     "keep the future in the object across polls, or use a poll function that keeps the waker in the shared object",
		})
	}
}
