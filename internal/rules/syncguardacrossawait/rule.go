// Package syncguardacrossawait reports a guard made for synchronous code that is alive while its holder is suspended.
//
// Invariant: one finding for each guard and await, placed on the await.
//
// May miss guards behind a trait object, in a collection, or inside an Option that was lent mutably. Does not report guards made to be
// held across an await.
package syncguardacrossawait

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "sync-guard-across-await",
	Family:   "locks",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Stable,
	Severity: finding.Error,
	Explorer: analysis.Schedules, // a second task that wants the same lock
	Run:      run,
}

func run(pass *analysis.Pass) {
	isGuard := func(typ string) bool {
		guard, ok := pass.GuardOf(typ)
		return ok && !guard.AsyncAware
	}
	for fn, held := range pass.Held(isGuard) {
		if guard, ok := pass.GuardOf(held.Leaf.Type); ok {
			report(pass, fn, held, guard)
		}
	}
}

func report(pass *analysis.Pass, fn *facts.Fn, held coro.Held, guard *knowledge.Guard) {
	name := fn.Coroutine().Name(held.Local)
	verb := "is held"
	if !held.Must {
		verb = "may be held"
	}
	pass.Report(fn, guard.Severity, finding.Finding{
		Span:    pass.At(fn, held.Await.Block, held.Await.Pos),
		Message: subject(name, guard) + " " + verb + " while this await is pending: " + guard.Hazard,
		Label:   "suspends here with the guard alive",
		Because: []finding.Because{{Span: pass.At(fn, 0, held.From), Message: "the guard is taken here"}},
		Fix:     guard.Fix,
	})
}

func subject(name string, guard *knowledge.Guard) string {
	if name == "" {
		return guard.What + " in a temporary"
	}
	return "`" + name + "` (" + guard.What + ")"
}
