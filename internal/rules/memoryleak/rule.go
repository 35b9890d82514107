// Package memoryleak is the registry entry of the findings about memory that is never freed.
//
// It has no question of its own: internal/rung/sanitize and internal/rung/miri make these findings from what their tools report.
package memoryleak

import (
	_ "embed"

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry entry. It has no Run, see the package comment.
var Rule = &analysis.Rule{
	ID:       "memory-leak",
	Family:   analysis.FamilyMemory,
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.NotExplorable,
}
