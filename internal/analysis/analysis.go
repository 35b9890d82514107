// Package analysis defines what a rule is.
//
// A rule asks questions of a [Pass] and reports findings. It does no IO, knows no output format and holds no table of
// library knowledge. Scheduling, suppression and de-duplication happen around it, so that a rule is only its question.
package analysis

import (
	"strings"

	"pollux/internal/finding"
)

// Status is the life cycle of a rule.
type Status string

// The life cycle of a rule, in order.
const (
	Preview    Status = "preview"
	Stable     Status = "stable"
	Deprecated Status = "deprecated"
	Removed    Status = "removed"
)

// Exploration says whether and how `pollux explore` can witness what a rule suspects.
type Exploration string

// The ways to witness a finding.
const (
	NotExplorable Exploration = "none"
	Schedules     Exploration = "schedules"     // a schedule of the crate's own tests shows it
	Cancellations Exploration = "cancellations" // a cancellation at a suspension shows it
)

// Rule is one hazard: its identity, its page and the question that finds it.
type Rule struct {
	ID       string // kebab case, names the hazard, never changes
	Family   string // a family of docs/rules: compile, cancel, locks, blocking, ...
	Doc      string // the page: markdown with fixed headings, embedded from doc.md
	Since    string
	Status   Status
	Severity finding.Severity // the highest severity the rule reports at
	Explorer Exploration
	Run      func(*Pass) // nil for rules that report through another channel, such as rustc's own diagnostics
}

// FamilyExplore holds the rules whose findings come from runs of the crate's own tests instead of from its MIR.
const FamilyExplore = "explore"

// Explored reports whether the rule is one of `pollux explore`, and not of `pollux check`.
func (r *Rule) Explored() bool { return r.Family == FamilyExplore }

// The families of rules that an outer tool decides, each the name of its verb but for [FamilyMemory], which Miri and the
// sanitizers share.
const (
	FamilyLoom    = "loom"
	FamilyMemory  = "memory"
	FamilyConsole = "console"
)

// Rung names whose rule it is: check, explore, loom, memory or console.
func (r *Rule) Rung() string {
	switch r.Family {
	case FamilyExplore, FamilyLoom, FamilyMemory, FamilyConsole:
		return r.Family
	}
	return "check"
}

// Title is the first line of the page without its heading mark: one sentence naming the hazard.
func (r *Rule) Title() string {
	line, _, _ := strings.Cut(r.Doc, "\n")
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "# "))
}
