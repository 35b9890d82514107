// Package pollaftercompletion reports a hand-written poll that comes back to an inner future which is complete.
//
// Invariant: one finding for each inner poll, placed on it. It is reported only when the poll can return without being finished, and
// nothing that outlives the call was changed on the way, so that the next call takes the same way.
//
// May miss futures behind own state. Does not report streams, readers, and futures known to be ready again.
package pollaftercompletion

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "poll-after-completion",
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
		for _, a := range f.Again {
			pass.Report(f.Fn, finding.Warning, finding.Finding{
				Span:    pass.AtInner(f.Fn, a.Future),
				Message: "this future is polled again after it is complete: nothing notes that it was ready when the poll returns `Pending`, and most futures panic then",
				Label:   "ready here, and polled here again",
				Because: []finding.Because{{Span: pass.At(f.Fn, a.Block, a.Pos), Message: "the poll can be pending here, with that future complete"}},
				Fix:     "keep what the future gave and do not poll it again: an Option that is set to `None`, `fuse()`, or `join!`",
			})
		}
	}
}
