// Package asyncguardacrosswait reports an async lock or permit that is held over a wait whose end needs the same resource.
//
// Invariant: one finding for each place that waits, placed there.
//
// May miss peers whose channel cannot be told. Says nothing of a guard over a wait for a peer that does not need it.
package asyncguardacrosswait

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
	ID:       "async-guard-across-wait",
	Family:   "liveness",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules, // the peer comes to its lock while this one waits
	Run:      run,
}

func run(pass *analysis.Pass) {
	for _, fn := range pass.Crate.AsyncFns() {
		if fn.Coroutine() == nil {
			continue
		}
		for _, p := range pass.Resources().PeerWaits(fn) {
			report(pass, fn, p)
		}
	}
}

func report(pass *analysis.Pass, fn *facts.Fn, p resource.PeerWait) {
	lock := pass.Describe(fn, p.Held.Name, p.Held.Row.What)
	span := pass.At(fn, p.Await.Block, p.Await.Pos)
	what, peer := "a place in a channel", "empties it"
	switch p.Kind {
	case knowledge.Receives:
		what, peer = "a message", "sends it"
	case knowledge.Stores:
		what, peer = "the answer to a message", "reads it"
	}
	last := p.Needs.Steps[0]
	pass.Report(fn, finding.Warning, finding.Finding{
		Span:    span,
		Message: "waits for " + what + " while it holds " + lock + ", which " + pass.Named(p.Peer) + ", which " + peer + ", waits for too: they can wait for each other for ever",
		Label:   "waits here",
		Because: []finding.Because{
			{Span: pass.Called(p.Held.At), Message: "taken here, and still held"},
			{Span: pass.Called(last), Message: "the other side needs it here"},
		},
		Fix:       "end the guard's scope before the wait",
		Reproduce: analysis.Prove(span),
	})
}
