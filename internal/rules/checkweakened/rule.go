// Package checkweakened is the registry entry of the findings about a change that weakens a check instead of mending the code.
//
// It has no question of its own: internal/integrity makes these findings by comparing two states of the sources and settings.
package checkweakened

import (
	_ "embed"

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry entry. It has no Run, see the package comment.
var Rule = &analysis.Rule{
	ID:       "check-weakened",
	Family:   "integrity",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
}
