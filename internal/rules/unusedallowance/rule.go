// Package unusedallowance is the registry entry of the findings about allowances in source comments: one that covers no
// finding, names no rule, or gives no reason.
//
// It has no question of its own: internal/suppress makes these findings while it applies the allowances, because only then
// is known which of them were needed.
package unusedallowance

import (
	_ "embed"

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry entry. It has no Run, see the package comment.
var Rule = &analysis.Rule{
	ID:       "unused-allowance",
	Family:   "integrity",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Stable,
	Severity: finding.Warning,
	Explorer: analysis.NotExplorable,
}
