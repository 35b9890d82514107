// Package loomleak is the registry entry of the findings about what a loom model leaves behind.
//
// It has no question of its own: internal/rung/loom makes these findings from what loom says of a model.
package loomleak

import (
	_ "embed"

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry entry. It has no Run, see the package comment.
var Rule = &analysis.Rule{
	ID:       "loom-leak",
	Family:   analysis.FamilyLoom,
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.NotExplorable,
}
