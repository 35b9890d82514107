// Package blockinginasync reports a call that blocks its thread and is reached from async code, through any number of calls.
//
// Invariant: one finding for each line of an async function that leads to a blocking call, placed on that function's own call.
//
// May miss calls through function pointers and trait objects with several implementations. Does not follow a callable into
// spawn_blocking, a thread of its own, or any other place where blocking is allowed.
package blockinginasync

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "blocking-in-async",
	Family:   "blocking",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Stable,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) { pass.ReportEffects() }
