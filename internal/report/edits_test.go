package report

import (
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

func TestEditsAreSuggestionsThatEditorsApplyAndExplainedErrorsAreLeftOut(t *testing.T) {
	res := &engine.Result{Root: "/p", Verdict: engine.DoesNotBuild, Findings: []finding.Finding{{
		ID: "e1", Rule: "api-drift", Severity: finding.Error, Span: span("src/main.rs", 1, 1, 1, 4), Package: "app", Message: "old", Fix: "write `new`",
		Edits: []finding.Edit{{Span: span("src/main.rs", 1, 1, 1, 4), Text: "new"}},
	}}, Build: &cargo.Capture{Diagnostics: []cargo.Diagnostic{
		{Package: "app", Level: "error", Message: "cannot find old", Explained: true}, {Package: "app", Level: "error", Message: "another"},
	}}}
	got := written(t, "cargo", res, Options{})
	for text, want := range map[string]int{`"suggested_replacement":"new"`: 1, `"suggestion_applicability":"MachineApplicable"`: 1, "cannot find old": 0, `"message":"another"`: 1} {
		if n := strings.Count(got, text); n != want {
			t.Errorf("%s is there %d times, want %d:\n%s", text, n, want, got)
		}
	}
	if got := written(t, "json", res, Options{}); !strings.Contains(got, `"edits":[{"file":"src/main.rs","line":1,"column":1,"end_line":1,"end_column":4,"text":"new"}]`) {
		t.Error(got)
	}
}
