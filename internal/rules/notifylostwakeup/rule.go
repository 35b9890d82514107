// Package notifylostwakeup reports a wait for a notification that is registered only after its condition was looked at.
//
// Invariant: one finding for each await of a notification, placed there.
//
// May miss conditions that are read in a way the tables do not know. Says nothing where each notification stores a permit.
package notifylostwakeup

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
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
	for _, fn := range pass.Crate.AsyncFns() {
		if fn.Coroutine() == nil {
			continue
		}
		for _, l := range pass.Resources().LateRegistrations(fn) {
			report(pass, fn, l)
		}
	}
}

func report(pass *analysis.Pass, fn *facts.Fn, l resource.Late) {
	span := pass.At(fn, l.Wait.Await.Block, l.Wait.Await.Pos)
	name := pass.Describe(fn, l.Wait.Name, "the notification")
	pass.Report(fn, finding.Warning, finding.Finding{
		Span:    span,
		Message: "the wait for " + name + " is registered only after its condition was looked at: a notification in between wakes nobody, and this can wait for ever",
		Label:   "registered here at the earliest",
		Because: append([]finding.Because{
			{Span: pass.At(fn, l.Look, l.LookPos), Message: "the condition is looked at here"},
			{Span: pass.At(l.Waker, l.Woken.Block, l.Woken.Pos), Message: "and this wakes only who is registered by then"},
		}, pass.Chain(l.Wait.Steps)...),
		Fix:       "make the future first (`let notified = notify.notified();`), then look at the condition, then await it",
		Reproduce: analysis.Prove(span),
	})
}
