// Package wakerbusyloop reports a hand-written poll that wakes its own task whenever it is pending, without having changed anything: the
// executor polls it again at once, and so on.
//
// Invariant: one finding for each `Poll::Pending`, placed on it.
//
// May miss a poll that changes something irrelevant in between, such as a counter. Does not report a poll that yields once.
package wakerbusyloop

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
	ID:       "waker-busy-loop",
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
		for _, e := range analysis.Endings(f, spins) {
			pass.Report(f.Fn, finding.Warning, finding.Finding{
				Span:    pass.At(f.Fn, e.Block, e.Pos),
				Message: "this poll wakes its own task each time it is pending and changes nothing: the executor polls it again and again until something else happens",
				Label:   "the task is woken before this is returned",
				Fix:     "wake the task where the condition changes; to let other tasks run once, await `yield_now`",
			})
		}
	}
}

// spins reports whether the next poll finds the same as this one, and comes at once.
func spins(e poll.Ending) bool {
	return e.Woken == poll.Itself && !e.Wrote && len(e.Ready) == 0
}
