// Package missingdriver reports code that runs on the right runtime, which lacks the part that the code needs: timers, I/O, a LocalSet,
// worker threads.
//
// Invariant: one finding for each function in which something is missing, placed on the call that needs the part.
//
// May miss runtimes that are built in another crate, kept in a static or a struct, or reached through a handle: what they have is not
// known.
package missingdriver

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "missing-driver",
	Family:   "executor",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) {
	pass.ReportLacks(func(l *analysis.Lack) bool { return l.Part })
}
