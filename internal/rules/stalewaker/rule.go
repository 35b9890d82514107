// Package stalewaker reports a hand-written poll that keeps the waker of its first poll and does not refresh it on later ones.
//
// Invariant: one finding for each `Poll::Pending` that relies on a waker kept earlier, placed on it.
//
// May miss a first poll that is told by a flag instead of an Option of the waker. Does not report a path that compares the wakers.
package stalewaker

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
	ID:       "stale-waker",
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
		if !f.Registers {
			continue
		}
		for _, e := range analysis.Endings(f, func(e poll.Ending) bool { return e.Woken == poll.Earlier && e.Foreign == nil }) {
			pass.Report(f.Fn, finding.Warning, finding.Finding{
				Span:    pass.At(f.Fn, e.Block, e.Pos),
				Message: "this `Pending` relies on the waker of an earlier poll: when the future is polled by another task or with another waker since, the wake-up goes to the old one",
				Label:   "the waker kept earlier is not refreshed on this path",
				Fix:     "keep the waker on every poll: `if !kept.will_wake(cx.waker()) { kept.clone_from(cx.waker()) }`, or use an AtomicWaker",
			})
		}
	}
}
