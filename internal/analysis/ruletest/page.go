package ruletest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pollux/internal/analysis"
)

// headings of a rule's page, in order.
var headings = []string{"What it reports", "Why it matters", "Evidence", "Example", "Use instead", "Known misses and false alarms", "References"}

// page checks that the page has its headings and that its code is that of the fixtures doc_example and doc_use_instead.
func page(t *testing.T, rule *analysis.Rule, dir string) {
	for _, fault := range pageFaults(rule.Doc) {
		t.Errorf("the page of %s %s", rule.ID, fault)
	}
	for heading, name := range map[string]string{"Example": "doc_example.rs", "Use instead": "doc_use_instead.rs"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("the code of %q is not tested: %v", heading, err)
			continue
		}
		if want, got := withoutMarks(string(text)), code(section(rule.Doc, heading)); got != want {
			t.Errorf("the code below %q is not that of %s\npage:\n%s\nfixture:\n%s", heading, name, got, want)
		}
	}
}

// Page checks the form of the page of a rule that has no fixtures of MIR, and gives the code below Example and Use instead.
func Page(t *testing.T, rule *analysis.Rule) (example, instead string) {
	t.Helper()
	for _, fault := range pageFaults(rule.Doc) {
		t.Errorf("the page of %s %s", rule.ID, fault)
	}
	return code(section(rule.Doc, "Example")), code(section(rule.Doc, "Use instead"))
}

// pageFaults says what is wrong with the form of a page.
func pageFaults(doc string) []string {
	var faults, got []string
	first, _, _ := strings.Cut(doc, "\n")
	if title, ok := strings.CutPrefix(first, "# "); !ok || len(strings.Fields(title)) < 3 {
		faults = append(faults, "does not begin with a heading that names the hazard in a sentence")
	}
	for line := range strings.Lines(doc) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			got = append(got, strings.TrimSpace(heading))
		}
	}
	if !slices.Equal(got, headings) {
		faults = append(faults, "has the headings "+strings.Join(got, ", ")+"; want "+strings.Join(headings, ", "))
	}
	for _, heading := range got {
		if strings.TrimSpace(section(doc, heading)) == "" {
			faults = append(faults, "has nothing below "+heading)
		}
	}
	return faults
}

// section is the text below a heading.
func section(doc, heading string) string {
	_, rest, _ := strings.Cut(doc, "\n## "+heading+"\n")
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

// code is the first Rust block of a text.
func code(text string) string {
	_, rest, _ := strings.Cut(text, "```rust\n")
	block, _, _ := strings.Cut(rest, "```")
	return block
}

var comment = regexp.MustCompile(`(?m)[ \t]*//~.*$`)

// withoutMarks is a fixture as a page shows it: without header and marks.
func withoutMarks(text string) string {
	for strings.HasPrefix(text, "//@") {
		_, text, _ = strings.Cut(text, "\n")
	}
	return comment.ReplaceAllString(text, "")
}
