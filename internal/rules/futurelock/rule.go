// Package futurelock reports a wait for a resource that a future of the same task has or is first in line for, while nobody polls that
// future.
//
// Invariant: one finding for each await that leaves futures alone and each place behind it that waits, placed where it waits.
//
// May miss futures behind fields, parameters and trait objects. Says nothing of a future that is dropped, complete, polled again or
// runs as a task of its own.
package futurelock

import (
	_ "embed" // the page
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/resource"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "futurelock",
	Family:   "locks",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules, // the future is left in the queue, then somebody gives the resource back
	Run:      run,
}

func run(pass *analysis.Pass) {
	for fn, idle := range pass.Idle() {
		waits := pass.Resources().Waits(fn)
		seen := map[finding.Span]bool{}
		for i := range waits {
			w := &waits[i]
			if !idle.At[w.At()] || w.Bounded {
				continue
			}
			span := waitsAt(pass, fn, w)
			if by, ok := blocks(pass.Resources(), idle.Inside, w); ok && !seen[span] {
				seen[span] = true
				report(pass, fn, idle, w, by, span)
			}
		}
	}
}

// blocker is what the future has that the wait is for.
type blocker struct {
	held  bool // while it is pending; otherwise it is in the queue
	steps []resource.Step
}

// blocks finds what the idle future has, or can be given, that a wait is for.
func blocks(res *resource.Crate, inside resource.Inside, w *resource.Wait) (blocker, bool) {
	for _, k := range inside.Keeps {
		if res.Meets(k.Name, w.Name) && res.Stops(k.Row, w) {
			return blocker{true, []resource.Step{k.At}}, true
		}
	}
	for i := range inside.Waits {
		in := &inside.Waits[i]
		if in.Row.Queued && res.Meets(in.Name, w.Name) && res.Stops(in.Row, w) {
			return blocker{false, in.Steps}, true
		}
	}
	return blocker{}, false
}

func waitsAt(pass *analysis.Pass, fn *facts.Fn, w *resource.Wait) finding.Span {
	if w.Await != nil {
		return pass.At(fn, w.Await.Block, w.Await.Pos)
	}
	return pass.Called(w.Steps[0])
}

func report(pass *analysis.Pass, fn *facts.Fn, idle analysis.IdleFuture, w *resource.Wait, by blocker, span finding.Span) {
	name := pass.Describe(fn, w.Name, w.Row.What)
	subject := idle.Subject
	has := " can be next in the queue for it"
	if by.held {
		has = " can hold it"
	}
	because := []finding.Because{{Span: pass.At(fn, idle.After.Block, idle.After.Pos), Message: subject + " is left here before it is complete, and nobody polls it until this wait is over"}}
	last := by.steps[len(by.steps)-1]
	because = append(because, finding.Because{Span: pass.Called(last), Message: "it takes the same " + bare(w.Row.What) + " here"})
	because = append(because, pass.Chain(w.Steps)...)
	pass.Report(fn, finding.Warning, finding.Finding{
		Span:      span,
		Message:   "waits for " + name + " while " + subject + ", which this task has stopped polling," + has + ": this can wait for ever",
		Label:     "waits here",
		Because:   because,
		Fix:       idle.Fix,
		Reproduce: analysis.Prove(span),
	})
}

// bare is what a thing is, without its article.
func bare(what string) string {
	_, thing, _ := strings.Cut(what, " ")
	return thing
}
