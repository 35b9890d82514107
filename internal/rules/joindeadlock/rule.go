// Package joindeadlock reports a wait for the end of a task that cannot end while the one who waits has what it has.
//
// Invariant: one finding for each await of tasks and each reason, placed on the await.
//
// May miss tasks whose handles come from elsewhere. Says nothing of a task that gives up waiting.
package joindeadlock

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/resource"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "join-deadlock",
	Family:   "tasks",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.Schedules, // the task comes to its wait after the one who joins it
	Run:      run,
}

func run(pass *analysis.Pass) {
	res := pass.Resources()
	for _, fn := range pass.Crate.AsyncFns() {
		for _, j := range res.Joins(fn) {
			if !needsGuard(pass, res, fn, j) {
				waitsForEnd(pass, res, fn, j)
			}
		}
	}
}

// needsGuard reports a task that waits for a resource which the one who joins it holds.
func needsGuard(pass *analysis.Pass, res *resource.Crate, fn *facts.Fn, j resource.Joined) bool {
	for _, h := range res.HeldAt(fn, j.Await.Poll) {
		for i := range j.Inside.Waits {
			w := &j.Inside.Waits[i]
			if w.Bounded || !w.Name.Same(h.Name) || !res.Stops(h.Row, w) || resource.Against(h.Row, w.Row) == resource.Count && !res.Short(fn, h, w) {
				continue
			}
			name := pass.Describe(fn, h.Name, h.Row.What)
			span := pass.At(fn, j.Await.Block, j.Await.Pos)
			severity, verb := finding.Error, "holds"
			if !h.Must || resource.Against(h.Row, w.Row) == resource.Behind {
				severity, verb = finding.Warning, "may hold"
			}
			last := w.Steps[len(w.Steps)-1]
			pass.Report(fn, severity, finding.Finding{
				Span:    span,
				Message: "waits for the end of a task that needs " + name + ", which this one " + verb + " meanwhile: if the task has yet to take it, neither goes on",
				Label:   "waits here",
				Because: []finding.Because{
					{Span: pass.Called(h.At), Message: "taken here, and still held"},
					{Span: pass.Called(j.Step), Message: "the task is started here"},
					{Span: pass.Called(last), Message: "and waits for it here"},
				},
				Fix:       "end the guard's scope before the task is awaited",
				Reproduce: analysis.Prove(span),
			})
			return true
		}
	}
	return false
}

// waitsForEnd reports a task that ends when a channel is closed, while the one who joins it keeps a sender.
func waitsForEnd(pass *analysis.Pass, res *resource.Crate, fn *facts.Fn, j resource.Joined) {
	for _, receiver := range j.Drains {
		for _, sender := range res.Alive(fn, j.Await.Poll, knowledge.Sender) {
			if !res.SameChannel(fn, sender, fn, receiver) {
				continue
			}
			keeps := pass.Describe(fn, sender, "a sender")
			span := pass.At(fn, j.Await.Block, j.Await.Pos)
			pass.Report(fn, finding.Error, finding.Finding{
				Span:    span,
				Message: "waits for the end of a task that ends when its channel is closed, and keeps the sender " + keeps + " alive meanwhile: neither goes on",
				Label:   "waits here",
				Because: []finding.Because{
					{Span: pass.Channel(fn, sender), Message: "the channel is made here"},
					{Span: pass.Called(j.Step), Message: "the task that empties it is started here"},
				},
				Fix:       "drop " + keeps + " before the task is awaited",
				Reproduce: analysis.Prove(span),
			})
			return
		}
	}
}
