// Package livelock is the registry entry of the findings about programs that run for ever without progress.
//
// It has no question of its own: internal/explore makes these findings from runs of the crate's own tests.
package livelock

import (
	_ "embed"

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry entry. It has no Run, see the package comment.
var Rule = &analysis.Rule{
	ID:       "live-lock",
	Family:   analysis.FamilyExplore,
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules,
}
