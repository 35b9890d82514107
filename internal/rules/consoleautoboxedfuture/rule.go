// Package consoleautoboxedfuture is the registry entry of the findings about futures that tokio puts into a box.
//
// It has no question of its own: internal/rung/console makes these findings from a recording.
package consoleautoboxedfuture

import (
	_ "embed"

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry entry. It has no Run, see the package comment.
var Rule = &analysis.Rule{
	ID:       "console-auto-boxed-future",
	Family:   analysis.FamilyConsole,
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Info,
	Explorer: analysis.NotExplorable,
}
