// Package wrongexecutor reports code that needs one runtime and is started by another, or by none.
//
// Invariant: one finding for each function in which something is missing, placed on the call that needs the runtime.
//
// May miss futures behind trait objects and type parameters that cannot be followed, and needs inside of libraries that neither the
// tables nor a summary tell. Says nothing about a start that may be inside of a runtime.
package wrongexecutor

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "wrong-executor",
	Family:   "executor",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) {
	pass.ReportLacks(func(l *analysis.Lack) bool { return !l.Part && !l.Mixed })
}
