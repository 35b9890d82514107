// Package errorloopspins reports a loop that comes back at once to a future that has failed, or ended, for good.
//
// Invariant: one finding for each await, or branch of a race, placed there. No condition on the way back is about the outcome.
//
// May miss loops in hand-written polls. Does not report a way back that waits for anything, or that asks what the error is.
package errorloopspins

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
	"pollux/internal/mir"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "error-loop-spins",
	Family:   "liveness",
	Doc:      doc,
	Since:    "0.4",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for s := range pass.Live().Spins() {
		name := mir.LastSegment(mir.WithoutGenerics(s.Callee))
		pass.Report(s.Fn, finding.Warning, finding.Finding{
			Span:    pass.AtLive(s.At),
			Message: "this loop comes back to `" + name + "` at once after " + after(s.Part.Outcome) + ": " + s.Part.What + ", so the loop spins",
			Label:   "the loop is here again without having waited",
			Fix:     fix(s.Part.Outcome),
		})
	}
}

func after(outcome string) string {
	switch outcome {
	case "None":
		return "`None`"
	case "Err":
		return "an error"
	case "Ok.#0":
		return "the end of the input"
	}
	return "the last sender is gone"
}

func fix(outcome string) string {
	if outcome == "Err" {
		return "leave the loop on an error that stays; if it can pass, wait before the next turn (`sleep`), longer each time"
	}
	return "leave the loop: `break`, or a `while let` that ends with it"
}
