// Package notifylostwakeup reports a wait for a notification that is registered only after its condition was looked at.
//
// Invariant: one finding for each await of a notification, placed there: in the function that looks at the condition, however
// many others await that function.
//
// May miss conditions that are read in a way the tables do not know. Says nothing where each notification stores a permit.
package notifylostwakeup

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/mir"
	"pollux/internal/resource"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "notify-lost-wakeup",
	Family:   "channels",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules, // the notification comes between the look and the wait
	Run:      run,
}

func run(pass *analysis.Pass) {
	type place struct {
		fn *facts.Fn
		at mir.Block
	}
	seen := map[place]bool{} // several may await a function that looks and waits
	for _, fn := range pass.Crate.AsyncFns() {
		if fn.Coroutine() == nil {
			continue
		}
		for _, l := range pass.Resources().LateRegistrations(fn) {
			if at := (place{l.In, l.At.Block}); !seen[at] {
				seen[at] = true
				report(pass, l)
			}
		}
	}
}

func report(pass *analysis.Pass, l resource.Late) {
	span := pass.Called(l.At)
	name := pass.Describe(l.In, l.Name, "the notification")
	pass.Report(l.In, finding.Warning, finding.Finding{
		Span:    span,
		Message: "the wait for " + name + " is registered only after its condition was looked at: a notification in between wakes nobody, and this can wait for ever",
		Label:   "registered here at the earliest",
		Because: append([]finding.Because{
			{Span: pass.At(l.In, l.Look, l.LookPos), Message: "the condition is looked at here"},
			{Span: pass.At(l.Waker, l.Woken.Block, l.Woken.Pos), Message: "and this wakes only who is registered by then"},
		}, pass.Chain(behind(l))...),
		Fix:       "make the future first (`let notified = notify.notified();`), then look at the condition, then await it",
		Reproduce: analysis.Prove(span),
	})
}

// behind are the steps from the code that looks down to the registration.
func behind(l resource.Late) []resource.Step {
	steps := l.Wait.Steps
	for len(steps) > 1 && steps[0].Fn != l.In {
		steps = steps[1:]
	}
	return steps
}
