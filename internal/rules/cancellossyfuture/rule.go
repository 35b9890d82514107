// Package cancellossyfuture reports a future that loses something when it is dropped, given by value to a `select!` or a `timeout`
// that can drop it, where the code goes on with what the future worked on.
//
// Invariant: one finding for each branch of a race, placed on the expression that makes the future.
//
// May miss futures of functions without a row in the tables, and ways back that depend on a user's enum. Does not report a branch
// given by reference, nor one whose other branches end the loop.
package cancellossyfuture

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
	ID:       "cancel-lossy-future",
	Family:   "cancel",
	Doc:      doc,
	Since:    "0.2",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Cancellations,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for fn, race := range pass.Races() {
		for i := range race.Branches {
			branch := &race.Branches[i]
			if !branch.Owned {
				continue
			}
			lost, ok := pass.CancelOf(fn, branch.Type, branch.Made)
			if !ok || !lost.Argument.IsPlace() || lost.Row.Verdict != knowledge.CancelLossy && lost.Row.Verdict != knowledge.CancelState {
				continue
			}
			if won, ok := comesBack(fn.Coroutine(), race, i, &lost, pass.Replaces(&lost)); ok {
				report(pass, fn, race, branch, &lost, won)
			}
		}
	}
}

// comesBack finds another branch behind which the code makes the future again, on the same object. A value is lost for good
// only when it was handed over by somebody: one that is computed can be computed again.
func comesBack(b *coro.Body, race *coro.Race, branch int, lost *analysis.Cancelled, replaces func(string) bool) (won int, ok bool) {
	object := coro.Nothing
	if lost.Row.Value == knowledge.NoArgument {
		if object, ok = b.Object(lost.Argument); !ok {
			return 0, false
		}
	} else if race.Kind == coro.Limit || !b.Received(lost.Argument) {
		return 0, false
	}
	if race.Kind == coro.Limit {
		return coro.Elapsed, b.Again(race, coro.Elapsed, branch, object, replaces)
	}
	for won := range race.Branches {
		if won != branch && b.Again(race, won, branch, object, replaces) {
			return won, true
		}
	}
	return 0, false
}

func report(pass *analysis.Pass, fn *facts.Fn, race *coro.Race, branch *coro.Branch, lost *analysis.Cancelled, won int) {
	at := pass.At(fn, branch.Made.Block, branch.Made.Pos)
	raceAt := pass.At(fn, race.Await.Block, race.Await.Pos)
	when, because := "when its time is up", []finding.Because{{Span: raceAt, Message: "the timeout drops it here, and the code comes back to it"}}
	if race.Kind == coro.First {
		when = "when another branch is ready first"
		rival := race.Branches[won].Made
		because = []finding.Because{
			{Span: raceAt, Message: "dropped by this `select!`"},
			{Span: pass.At(fn, rival.Block, rival.Pos), Message: "this branch can be ready first, and the code behind it comes back"},
		}
	}
	for _, inner := range lost.Inner {
		because = append(because, finding.Because{Span: pass.At(inner.Fn, inner.Await.Block, inner.Await.Pos), Message: "the future suspends here, in the middle"})
	}
	pass.Report(fn, lost.Row.Severity, finding.Finding{
		Span:    at,
		Message: subject(branch, lost) + " is dropped " + when + ": " + lost.Row.Lost,
		Label:   "dropped before it is complete",
		Because: because,
		Fix:     lost.Row.Fix,
	})
}

// subject names the future of a branch, and within one of the crate's own the call that loses something.
func subject(branch *coro.Branch, lost *analysis.Cancelled) string {
	switch name := analysis.Code(lost.Name); {
	case len(lost.Inner) == 0:
		return name
	case branch.Made.Callee == "":
		return name + " in this async block"
	default:
		return name + " in " + analysis.Code(analysis.MethodOf(branch.Made.Callee))
	}
}
