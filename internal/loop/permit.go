package loop

import (
	"slices"

	acp "github.com/coder/acp-go-sdk"

	"pollux/internal/didyoumean"
	"pollux/internal/fault"
)

// Policy says what an agent may do without being asked.
type Policy string

// The policies.
const (
	PermitNone  Policy = "none"  // read and search
	PermitEdits Policy = "edits" // also change files
	PermitAll   Policy = "all"   // also run commands and fetch
)

// Policies lists them.
func Policies() []string { return []string{string(PermitNone), string(PermitEdits), string(PermitAll)} }

// CheckPolicy is a fault of usage for a word that is no policy.
func CheckPolicy(p Policy) error {
	if slices.Contains(Policies(), string(p)) {
		return nil
	}
	return fault.Usagef("unknown policy `%s`", p).Hint(didyoumean.Hint(string(p), Policies()))
}

// allows reports whether a tool may run. A tool whose kind is not told may do anything.
func (p Policy) allows(kind acp.ToolKind) bool {
	switch kind {
	case acp.ToolKindRead, acp.ToolKindSearch, acp.ToolKindThink:
		return true
	case acp.ToolKindEdit, acp.ToolKindDelete, acp.ToolKindMove:
		return p != PermitNone
	}
	return p == PermitAll
}

// answer chooses among the options of a request: once rather than for ever.
func (p Policy) answer(req acp.RequestPermissionRequest) acp.RequestPermissionOutcome {
	kind := acp.ToolKindOther
	if req.ToolCall.Kind != nil {
		kind = *req.ToolCall.Kind
	}
	want := []acp.PermissionOptionKind{acp.PermissionOptionKindRejectOnce, acp.PermissionOptionKindRejectAlways}
	if p.allows(kind) {
		want = []acp.PermissionOptionKind{acp.PermissionOptionKindAllowOnce, acp.PermissionOptionKindAllowAlways}
	}
	for _, w := range want {
		for _, option := range req.Options {
			if option.Kind == w {
				return acp.NewRequestPermissionOutcomeSelected(option.OptionId)
			}
		}
	}
	return acp.NewRequestPermissionOutcomeCancelled()
}
