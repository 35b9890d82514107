// Package rules is the registry: the list of all rules. The list is generated from the folders beside this file, so that a
// rule is registered by existing.
//
// It is not the place where a rule runs, or is switched on or off.
package rules

//go:generate go run ../../tools/gen-rules
//go:generate go run ../../tools/gen-docs

import (
	"slices"

	"pollux/internal/analysis"
)

// All returns every rule, sorted by id.
func All() []*analysis.Rule { return slices.Clone(all) }
