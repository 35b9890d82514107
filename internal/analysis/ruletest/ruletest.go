// Package ruletest runs a rule on the fixtures beside it and on its page.
//
// A fixture is a Rust file in testdata: `bad_*.rs` has findings, `good_*.rs` has none, `doc_example.rs` and `doc_use_instead.rs`
// are the code of the page. What must be found stands in the source as marks, see package mark. The MIR of each fixture is
// committed for every supported rustc, see package blessed, so a test needs no Rust.
//
// Invariant: an unmatched mark, an unmarked finding, a misspelt mark, and MIR that the parser does not understand all fail.
//
// It knows one crate at a time: what summaries of dependencies add is the matter of internal/static and of tools/marks.
package ruletest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/analysis/ruletest/mark"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir/parse"
	"pollux/internal/rust"
)

// Run tests a rule against the fixtures in dir and against its page.
func Run(t *testing.T, rule *analysis.Rule, dir string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.rs"))
	if err != nil || len(names) == 0 {
		t.Fatalf("there is no fixture in %s (%v)", dir, err)
	}
	kinds := map[string]int{}
	for _, name := range names {
		kind, _, _ := strings.Cut(filepath.Base(name), "_")
		kinds[kind]++
		t.Run(strings.TrimSuffix(filepath.Base(name), ".rs"), func(t *testing.T) { fixture(t, rule, name) })
	}
	for _, kind := range []string{"bad", "good"} {
		if kinds[kind] == 0 {
			t.Errorf("%s has no %s_*.rs: a rule shows what it reports and what it leaves alone", dir, kind)
		}
	}
	t.Run("page", func(t *testing.T) { page(t, rule, dir) })
}

// fixture checks one file with the MIR of each toolchain.
func fixture(t *testing.T, rule *analysis.Rule, name string) {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	source := string(text)
	header, err := blessed.ReadHeader(source)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	marks, problems := mark.Read(source, []string{rule.ID})
	for _, p := range problems {
		t.Errorf("%s:%d: %s", name, p.Line, p.Message)
	}
	marks = forEdition(marks, header.Edition)
	for _, fault := range Faults(filepath.Base(name), marks) {
		t.Errorf("%s: %s", name, fault)
	}
	for _, toolchain := range blessed.Toolchains {
		found, err := Findings(rule, name, source, toolchain)
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := Diff(source, mark.Compare(marks, found)); diff != "" {
			t.Errorf("%s with rustc %s:\n%s", name, toolchain.Name, diff)
		}
	}
}

func forEdition(marks []mark.Mark, edition string) []mark.Mark {
	var out []mark.Mark
	for _, m := range marks {
		if m.Edition == "" || m.Edition == edition {
			out = append(out, m)
		}
	}
	return out
}

// Faults says what the marks of a fixture must be like, by its name, and are not.
func Faults(name string, marks []mark.Mark) []string {
	kind, _, _ := strings.Cut(strings.TrimSuffix(name, ".rs"), "_")
	wanted, pinned := 0, false
	for _, m := range marks {
		if !m.Missed {
			wanted++
			pinned = pinned || m.Text != ""
		}
	}
	var out []string
	switch {
	case name == "doc_use_instead.rs" || kind == "good":
		if len(marks) > 0 {
			out = append(out, "has marks, and its name says that it is correct")
		}
		return out
	case name == "doc_example.rs":
		if wanted != 1 || len(marks) != 1 {
			out = append(out, fmt.Sprintf("has %d marks, the example of a page has one", len(marks)))
		}
	case kind != "bad":
		out = append(out, "is neither bad_*, good_*, doc_example nor doc_use_instead")
	}
	if wanted == 0 {
		out = append(out, "has no mark `//~ rule-id`, and its name says that something is found")
	} else if !pinned {
		out = append(out, "pins no message: at least one mark must be `//~ rule-id: text`")
	}
	return out
}

// root is where the fixture's package stands for the analysis. No file is read there.
const root = "/fixture"

// Findings runs a rule on the committed MIR of a fixture.
func Findings(rule *analysis.Rule, name, source string, toolchain blessed.Toolchain) ([]finding.Finding, error) {
	text, err := blessed.Read(name, toolchain)
	if err != nil {
		return nil, err
	}
	crate := parse.Crate("fixture", text)
	if crate.Stats.Opaque > 0 {
		p := crate.Problems[0]
		return nil, fmt.Errorf("%s: %d pieces of MIR are not understood, first in line %d: %s: %s", toolchain.File(name), crate.Stats.Opaque, p.Line, p.What, p.Text)
	}
	file := rust.NewSource("src/lib.rs", source)
	sources := func(path string) *rust.Source {
		if path == "src/lib.rs" || path == filepath.Join(root, "src/lib.rs") {
			return file
		}
		return nil
	}
	tables := knowledge.Default()
	c := facts.Analyze(facts.Unit{MIR: crate, Source: sources}, tables, facts.NewLibrary())
	places := analysis.Places{Root: root, Dir: root, Package: root, Source: sources}
	var found []finding.Finding
	rule.Run(analysis.NewPass(rule, c, tables, places, func(f finding.Finding) { found = append(found, f) }))
	finding.Sort(found)
	return found, nil
}

// Diff shows the differences with the lines of the source they stand on; empty when there are none.
func Diff(source string, c mark.Comparison) string {
	lines := strings.Split(source, "\n")
	var out strings.Builder
	for _, d := range c.Differences {
		text := ""
		if d.Line >= 1 && d.Line <= len(lines) {
			text = strings.TrimSpace(lines[d.Line-1])
		}
		fmt.Fprintf(&out, "  %4d | %s\n    %s\n", d.Line, text, d.Message)
	}
	return out.String()
}
