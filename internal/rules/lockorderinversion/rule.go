// Package lockorderinversion reports two places that take the same two locks in opposite order.
//
// Invariant: one finding for each pair of locks, placed where the order that fewer places have waits for its second lock.
//
// May report two places that never run at the same time for a reason that the code does not show, or that mean different instances of
// the types. May miss orders of three and more locks.
package lockorderinversion

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/resource"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "lock-order-inversion",
	Family:   "locks",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules, // both places at once, each holding its first lock
	Run:      run,
}

func run(pass *analysis.Pass) {
	for _, inv := range pass.Resources().Inversions() {
		report(pass, &inv.One, &inv.Other)
	}
}

func report(pass *analysis.Pass, one, other *resource.Order) {
	first, second := describe(pass, one, one.First.Name, one.First.Row), describe(pass, one, one.Second.Name, one.Second.Row)
	who := "two tasks"
	if one.Second.Row.Waits == knowledge.WaitsThread && other.Second.Row.Waits == knowledge.WaitsThread {
		who = "two threads"
	}
	because := []finding.Because{{Span: pass.Called(one.First.At), Message: first + " is taken here, and still held"}}
	because = append(because, pass.Chain(one.Second.Steps)...)
	because = append(because,
		finding.Because{Span: pass.Called(other.First.At), Message: "the other order: " + pass.Named(other.Fn) + " takes " + second + " here"},
		finding.Because{Span: at(pass, other), Message: "and waits for " + first + " here"})
	span := at(pass, one)
	pass.Report(one.Fn, finding.Warning, finding.Finding{
		Span:      span,
		Message:   "waits for " + second + " while it holds " + first + ", and " + pass.Named(other.Fn) + " takes them in the opposite order: " + who + " can wait for each other for ever",
		Label:     "waits here",
		Because:   because,
		Fix:       "take the two in the same order everywhere, or end the first guard's scope before the second lock is taken",
		Reproduce: analysis.Prove(span),
	})
}

func describe(pass *analysis.Pass, o *resource.Order, n resource.Name, row *knowledge.Acquisition) string {
	return pass.Describe(o.Fn, n, row.What)
}

func at(pass *analysis.Pass, o *resource.Order) finding.Span {
	if a := o.Second.Await; a != nil {
		return pass.At(o.Second.Steps[0].Fn, a.Block, a.Pos)
	}
	return pass.Called(o.Second.Steps[0])
}
