// Package nestedblockon reports a runtime that is entered, or dropped, from inside async code: it panics, or it stops the thread that
// has to finish the work it waits for.
//
// Invariant: one finding for each line of an async function that leads there, placed on that function's own call.
//
// May miss calls through function pointers and trait objects with several implementations. Does not report block_on inside
// spawn_blocking, block_in_place or a thread of its own, where it is allowed.
package nestedblockon

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "nested-block-on",
	Family:   "blocking",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Stable,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) { pass.ReportEffects() }
