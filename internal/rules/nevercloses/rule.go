// Package nevercloses reports a wait for the end of a channel while the one who waits keeps a sender of it alive.
//
// Invariant: one finding for each await that only the end of the channel ends, placed there.
//
// May miss senders in collections, behind trait objects, and those that another task keeps. Says nothing of a loop that something else
// can end.
package nevercloses

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
	ID:       "never-closes",
	Family:   "channels",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.Schedules, // any schedule that comes there: nothing can run any more
	Run:      run,
}

func run(pass *analysis.Pass) {
	res := pass.Resources()
	for _, fn := range pass.Crate.AsyncFns() {
		for _, d := range res.Drains(fn) {
			for _, sender := range res.Alive(fn, d.Await.Poll, knowledge.Sender) {
				if res.SameChannel(fn, sender, fn, d.Name) {
					report(pass, fn, d, sender)
					break
				}
			}
		}
	}
}

func report(pass *analysis.Pass, fn *facts.Fn, d resource.Drain, sender resource.Name) {
	span := pass.At(fn, d.Await.Block, d.Await.Pos)
	keeps := pass.Describe(fn, sender, "a sender")
	severity := finding.Error
	if sender.Base != resource.Own {
		severity = finding.Warning // a task that is meant to run as long as the program keeps one too
	}
	pass.Report(fn, severity, finding.Finding{
		Span:      span,
		Message:   "waits until the channel of " + pass.Describe(fn, d.Name, "this receiver") + " is closed, and keeps its sender " + keeps + " alive meanwhile: it is never closed",
		Label:     "never ends",
		Because:   []finding.Because{{Span: pass.Channel(fn, d.Name), Message: "the channel is made here"}},
		Fix:       "drop " + keeps + " before the loop, or move it into the task that sends; end the loop by something else if the sender has to stay",
		Reproduce: analysis.Prove(span),
	})
}
