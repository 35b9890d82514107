// Package neveryields reports a loop of async code that waits for others, or has no end, without giving the thread back.
//
// Invariant: one finding for each function, placed on what the loop looks at.
//
// May miss loops that do some work in each turn. Does not report a loop that counts, or the steps of a lock-free algorithm.
package neveryields

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
	"pollux/internal/live"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "never-yields",
	Family:   "blocking",
	Doc:      doc,
	Since:    "0.4",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for t := range pass.Turnings() {
		pass.Report(t.Fn, finding.Warning, words(t, finding.Finding{Span: pass.AtLive(t.At)}))
	}
}

func words(t live.Turning, f finding.Finding) finding.Finding {
	switch {
	case t.Polls:
		f.Message = "this poll goes around a loop as long as `" + t.Looks + "` is pending, and does not return: what it waits for cannot happen on this thread"
		f.Label, f.Fix = "polled again at once", "return `Poll::Pending`: the inner poll has arranged for the wake-up"
	case t.Looks == "":
		f.Message = "this loop has no end and never suspends: the thread does nothing else any more, and a cancel has no effect"
		f.Label, f.Fix = "around for ever", "await something in each turn, or run it on a thread of its own (`spawn_blocking`)"
	default:
		f.Message = "this loop looks at `" + t.Looks + "` over and over without suspending: the task that would change it may need this very thread"
		f.Label, f.Fix = "looked at in a loop", "await a change: `Notify`, a channel's `recv`, `watch::Receiver::changed`; at the least `yield_now().await` in each turn"
	}
	return f
}
