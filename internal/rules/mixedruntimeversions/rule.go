// Package mixedruntimeversions reports code of one version of a runtime that is run by another version of it.
//
// Invariant: one finding for each function in which something is missing, placed on the call that needs the runtime, or on the last
// call of the workspace that leads there.
//
// May miss calls of a name that both versions have, in a crate that depends on both: MIR does not tell which is meant.
package mixedruntimeversions

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "mixed-runtime-versions",
	Family:   "executor",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) {
	pass.ReportLacks(func(l *analysis.Lack) bool { return l.Mixed })
}
