// Package syncguardacrossawait reports a guard made for synchronous code that is alive while its holder is suspended.
//
// Invariant: one finding for each guard, placed on the first await that it is held across; the further ones are among its reasons.
//
// May miss guards behind a trait object, in a collection, or inside an Option that was lent mutably. Does not report guards made to be
// held across an await.
package syncguardacrossawait

import (
	_ "embed" // the page
	"fmt"
	"slices"

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
		if guard, ok := pass.GuardOf(held[0].Leaf.Type); ok {
			report(pass, fn, held, guard)
		}
	}
}

// maxNamed bounds the further awaits that a finding names.
const maxNamed = 12

// report reports one guard at the first await that it is held across, and names the others.
func report(pass *analysis.Pass, fn *facts.Fn, held []coro.Held, guard *knowledge.Guard) {
	first := held[0]
	verb := "is held"
	if !slices.ContainsFunc(held, func(h coro.Held) bool { return h.Must }) {
		verb = "may be held"
	}
	because := []finding.Because{{Span: pass.At(fn, 0, first.From), Message: "the guard is taken here"}}
	for i, more := range held[1:min(len(held), maxNamed+1)] {
		message := "still alive at this await"
		if left := len(held) - maxNamed - 1; i == maxNamed-1 && left > 0 {
			message += fmt.Sprintf(", and at %d more", left)
		}
		because = append(because, finding.Because{Span: pass.At(fn, more.Await.Block, more.Await.Pos), Message: message})
	}
	pass.Report(fn, guard.Severity, finding.Finding{
		Span:    pass.At(fn, first.Await.Block, first.Await.Pos),
		Message: subject(fn.Coroutine().Name(first.Local), first, guard) + " " + verb + " while this await is pending: " + guard.Hazard,
		Label:   "suspends here with the guard alive",
		Because: because,
		Fix:     guard.Fix,
	})
}

func subject(name string, held coro.Held, guard *knowledge.Guard) string {
	switch {
	case name == "":
		return guard.What + " in a temporary"
	case held.Leaf.Optional:
		return "`" + name + "` (which can hold " + guard.What + ")"
	case len(held.Leaf.Path) > 0:
		return "`" + name + "` (which holds " + guard.What + ")"
	}
	return "`" + name + "` (" + guard.What + ")"
}
