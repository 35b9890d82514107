// Package cancellossyfuture reports a future that loses something when it is dropped, given to a `select!`, a timeout or the like that
// can cut it short, where the code goes on with what the future worked on.
//
// Invariant: one finding for each branch of a race, placed on the expression that makes the future.
//
// May miss futures of functions without a row in the tables, and ways back that depend on a user's enum. Does not report a branch
// given by reference that is polled again, nor one whose other branches end the loop.
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
			lost, ok := pass.CancelOf(fn, branch.Type, branch.Made)
			if !ok || !lost.Argument.IsPlace() || lost.Row.Verdict != knowledge.CancelLossy && lost.Row.Verdict != knowledge.CancelState {
				continue
			}
			if end, ok := comesBack(fn.Coroutine(), race, i, &lost, pass.Replaces(&lost)); ok {
				report(pass, fn, race, branch, &lost, end)
			}
		}
	}
}

// comesBack finds a way in which the race cuts the branch short and behind which the code makes the future again, on the same object. A
// value is lost for good only when it was handed over by somebody, and is cut short by something else than a limit of its own: one
// that is computed can be computed again.
func comesBack(b *coro.Body, race *coro.Race, branch int, lost *analysis.Cancelled, replaces func(string) bool) (coro.Ending, bool) {
	object := coro.Nothing
	if lost.Row.Value == knowledge.NoArgument {
		var ok bool
		if object, ok = b.Object(lost.Argument); !ok {
			return coro.Ending{}, false
		}
	} else if race.Kind == coro.Limit || !b.Received(lost.Argument) {
		return coro.Ending{}, false
	}
	for _, end := range race.Endings(branch) {
		if b.Again(race, end.Variant, branch, object, replaces) {
			return end, true
		}
	}
	return coro.Ending{}, false
}

func report(pass *analysis.Pass, fn *facts.Fn, race *coro.Race, branch *coro.Branch, lost *analysis.Cancelled, end coro.Ending) {
	at := pass.At(fn, branch.Made.Block, branch.Made.Pos)
	because := []finding.Because{{Span: pass.At(fn, race.Block, race.Pos), Message: dropped(race, branch)}}
	if end.Rival != coro.NoRival {
		rival := race.Branches[end.Rival].Made
		because = append(because, finding.Because{Span: pass.At(fn, rival.Block, rival.Pos), Message: "this branch can be ready first, and the code behind it comes back"})
	}
	suspends := because[0].Span
	for _, inner := range lost.Inner {
		suspends = pass.At(inner.Fn, inner.Await.Block, inner.Await.Pos)
		because = append(because, finding.Because{Span: suspends, Message: "the future suspends here, in the middle"})
	}
	pass.Report(fn, lost.Row.Severity, finding.Finding{
		Span:    at,
		Message: subject(lost) + " is dropped when " + analysis.Cutting(race) + ": " + lost.Row.Lost,
		Label:   "dropped before it is complete",
		Because: because,
		Fix:     lost.Row.Fix,

		Reproduce: analysis.Prove(suspends),
	})
}

// dropped says where that happens.
func dropped(race *coro.Race, branch *coro.Branch) string {
	switch {
	case race.Kind == coro.Limit:
		return "the " + race.Name + " drops it here, and the code comes back to it"
	case !branch.Owned:
		return "this " + race.Name + " leaves it half done, and it goes out of scope"
	}
	return "dropped by this " + race.Name
}

// subject names the future that is cut short, and within one of the crate's own the call that loses something.
func subject(lost *analysis.Cancelled) string {
	switch name := analysis.Code(lost.Name); {
	case len(lost.Inner) == 0:
		return name
	case lost.Outer.Callee == "":
		return name + " in this async block"
	default:
		return name + " in " + analysis.Code(analysis.MethodOf(lost.Outer.Callee))
	}
}
