// Package serialaccept reports a loop that accepts peers and awaits one of them before it accepts the next.
//
// Invariant: one finding for each accept, placed on the await for the peer. Nothing else can end that await.
//
// May miss peers behind trait objects. Does not report an await under a limit in time, or in a task of its own.
package serialaccept

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "serial-accept",
	Family:   "liveness",
	Doc:      doc,
	Since:    "0.4",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for s := range pass.Live().Serials() {
		w := peerWords
		if s.Dials {
			w = outsideWords
		}
		because := []finding.Because{{Span: pass.AtLive(s.Accept), Message: "the next peer is accepted only after that"}}
		if s.Wait != nil {
			because = append([]finding.Because{{Span: pass.AtLive(s.Wait.At), Message: "`" + s.Wait.Name + w.wait}}, because...)
		}
		pass.Report(s.Fn, finding.Warning, finding.Finding{
			Span:    pass.AtLive(s.At),
			Message: "the loop that accepts awaits `" + s.Name + w.message,
			Label:   w.label,
			Because: because,
			Fix:     w.fix,
		})
	}
}

// words say who is waited for.
type words struct{ message, label, wait, fix string }

var (
	peerWords = words{
		"` of one peer, without a limit: as long as that peer does nothing nobody else is accepted",
		"waits for one peer", "` waits for the peer",
		"spawn a task for each peer right after the accept; put a `timeout` on what the peer has to do first",
	}
	outsideWords = words{
		"`, which waits for an answer from outside, without a limit: as long as none comes nobody is accepted",
		"waits for somebody outside", "` waits for an answer from outside",
		"do it in a task of its own, right after the accept; put a `timeout` on it",
	}
)
