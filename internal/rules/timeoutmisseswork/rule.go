// Package timeoutmisseswork reports a limit in time that begins after the slow part, or that nothing under it can yield to.
//
// Invariant: one finding for each limit, placed on the await that comes before it, or on the limit.
//
// May miss work that is awaited in a statement of its own. Does not report an await for the length of the limit.
package timeoutmisseswork

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
	ID:       "timeout-misses-work",
	Family:   "liveness",
	Doc:      doc,
	Since:    "0.4",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for m := range pass.Live().Missed() {
		f := finding.Finding{Span: pass.AtLive(m.At)}
		if m.Block != nil {
			f.Message = "`" + m.Name + "` cannot end this future: it never suspends, and `" + m.Block.Name + "` in it blocks the thread for as long as it takes"
			f.Label, f.Fix = "the limit is looked at only when the future yields", "`spawn_blocking(..)` under the limit, or an async call in its place"
		} else {
			f.Message = what(m) + " is awaited while the argument of `" + m.Name + "` is built: the limit begins only after it"
			f.Label, f.Fix = "awaited without a limit", "put both under it: `"+m.Name+"(limit, async { .. })`"
			f.Because = []finding.Because{{Span: pass.AtLive(m.Limit), Message: "the limit begins here"}}
		}
		pass.Report(m.Fn, finding.Warning, f)
	}
}

func what(m live.Missed) string {
	if m.Before == "" {
		return "a future"
	}
	return "`" + m.Before + "`"
}
