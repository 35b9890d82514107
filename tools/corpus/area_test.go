package main

import (
	"slices"
	"strings"
	"testing"

	"pollux/internal/finding"
	"pollux/internal/rules"
)

func TestEachRuleThatReadsCodeBelongsToOneArea(t *testing.T) {
	for _, r := range rules.All() {
		outer := r.Rung() != "check" || r.Family == "integrity"
		if got := areaOf(r.ID, r.Family); (got == "") != outer {
			t.Errorf("%s of family %s: area %q, decided elsewhere: %v", r.ID, r.Family, got, outer)
		}
	}
}

func TestAnAreaCountsItsWarningsByRuleAndByKindOfCodeAndNamesWhatSaidNothing(t *testing.T) {
	m := manifest{Crates: []entry{{Name: "lib", Kind: library}, {Name: "app", Kind: application}}}
	of := func(crate, rule string, severity finding.Severity, verdict string) judged {
		return judged{crate: crate, Finding: finding.Finding{Rule: rule, Severity: severity}, judgement: judgement{Verdict: verdict}}
	}
	tr := triage{judged: []judged{
		of("lib", "cancel-torn-state", finding.Warning, isTrue),
		of("lib", "cancel-torn-state", finding.Info, isFalse),
		of("app", "cancel-lossy-future", finding.Error, isFalse),
		of("app", "nested-block-on", finding.Error, isTrue),
	}}
	var b strings.Builder
	writeAreas(&b, m, tr)
	lines := strings.Split(b.String(), "\n")
	for _, want := range []string{
		"| cancel-torn-state | 1 | 0 | 0 | 0 | 100 % |",
		"| *libraries* | 1 | 0 | 0 | 0 | 100 % |",
		"| *applications, examples* | 0 | 1 | 0 | 0 | 0 % |",
		"No warning and no error: cancel-blocking-drop, select-disabled-branch, select-restarts-future.",
		"| nested-block-on | 1 | 0 | 0 | 0 | 100 % |",
		"| sum | 2 | 1 | 0 | 0 | 67 % |",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("the page lacks %q:\n%s", want, b.String())
		}
	}
}
