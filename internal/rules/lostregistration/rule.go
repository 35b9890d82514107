// Package lostregistration reports a hand-written poll that makes a future, polls it with its own context and drops it before it returns:
// what would have woken the task is dropped with the future.
//
// Invariant: one finding for each such future, placed where it is made.
//
// May miss futures that no table lists. Does not report futures whose waker is kept in the shared object, such as recv of tokio's mpsc.
package lostregistration

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
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
