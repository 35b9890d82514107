package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rules/apidrift"
)

// drifting is a world whose first error is a gap between versions.
func drifting(t *testing.T, builds bool, asked *int, fault error) *Engine {
	w := newWorld(t)
	w.capture.Success = builds
	w.capture.Diagnostics = []cargo.Diagnostic{
		{Package: "demo", Member: true, Level: "error", Message: "old", Rendered: "error: old\n", Spans: []cargo.DiagnosticSpan{{File: "src/lib.rs", Line: 3}}},
		{Package: "demo", Member: true, Level: "error", Message: "another", Rendered: "error: another\n", Spans: []cargo.DiagnosticSpan{{File: "src/lib.rs", Line: 4}}},
	}
	w.engine.Rules = append(w.engine.Rules, &analysis.Rule{ID: apidrift.Rule.ID, Severity: finding.Error})
	w.engine.Drift = func(context.Context, cargo.Request, *cargo.Capture) ([]apidrift.Explained, error) {
		*asked++
		at := finding.Span{File: "src/lib.rs", Line: 3, Column: 5, EndLine: 3, EndColumn: 9}
		return []apidrift.Explained{{Finding: finding.Finding{Rule: apidrift.Rule.ID, Severity: finding.Error, Package: "demo", Message: "drift", Span: at}, Errors: []int{0}}}, fault
	}
	return w.engine
}

func TestAFindingStandsInPlaceOfTheErrorsItExplains(t *testing.T) {
	check := func(builds bool, fault error, asks int, rendered string, findings int) {
		t.Helper()
		asked := 0
		e := drifting(t, builds, &asked, fault)
		root, err := e.Locate(t.Context(), cargo.Request{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := e.Check(t.Context(), Request{Dir: root})
		if err != nil {
			t.Fatal(err)
		}
		n := len(slices.DeleteFunc(res.Findings, func(f finding.Finding) bool { return f.Rule != apidrift.Rule.ID }))
		if got := strings.Join(res.Rendered, ""); asked != asks || got != rendered || n != findings {
			t.Errorf("asked %d times, %d findings, rendered %q", asked, n, got)
		}
	}
	check(false, nil, 1, "error: another\n", 1)
	check(true, nil, 0, "error: old\nerror: another\n", 0) // a build that succeeds is never asked about
	check(false, errors.New("no graph"), 1, "error: old\nerror: another\n", 0)
}
