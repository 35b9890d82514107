package ruletest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/analysis/ruletest/mark"
	"pollux/internal/finding"
)

func TestTheNameOfAFixtureSaysWhatItsMarksAreLike(t *testing.T) {
	check := func(name, source, want string) {
		t.Helper()
		marks, problems := mark.Read(source, []string{"a-rule"})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		got := strings.Join(Faults(name, marks), "; ")
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s %q: got %q, want %q", name, source, got, want)
		}
	}
	check("bad_x.rs", "//~ a-rule: text", "")
	check("bad_x.rs", "//~ a-rule", "pins no message")
	check("bad_x.rs", "", "has no mark")
	check("bad_x.rs", "//~? a-rule: text", "has no mark")
	check("good_x.rs", "", "")
	check("good_x.rs", "//~ a-rule: text", "its name says that it is correct")
	check("good_x.rs", "//~? a-rule", "its name says that it is correct")
	check("doc_example.rs", "//~ a-rule: text", "")
	check("doc_example.rs", "//~ a-rule: text\n//~ a-rule", "has 2 marks")
	check("doc_use_instead.rs", "//~ a-rule: text", "its name says that it is correct")
	check("other.rs", "//~ a-rule: text", "is neither bad_*, good_*")
}

func TestAPageHasItsHeadingsInOrder(t *testing.T) {
	page := "# A thing goes wrong here\n"
	for _, h := range headings {
		page += "\n## " + h + "\ntext\n"
	}
	check := func(page, want string) {
		t.Helper()
		got := strings.Join(pageFaults(page), "; ")
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(page, "")
	check(strings.Replace(page, "# A thing", "A thing", 1), "does not begin with a heading")
	check(strings.Replace(page, "## Evidence", "## Proof", 1), "has the headings")
	check(strings.Replace(page, "## Evidence\ntext", "## Evidence", 1), "has nothing below Evidence")
}

func TestTheCodeOfAPageIsTheFixtureWithoutHeaderAndMarks(t *testing.T) {
	fixture := "//@ edition: 2024\n//@ only: std\nf(); //~ a-rule: text\ng();\n"
	page := "# x\n\n## Example\n```rust\nf();\ng();\n```\n\n## Use instead\n```rust\nh();\n```\n"
	if got := withoutMarks(fixture); got != code(section(page, "Example")) {
		t.Errorf("got %q", got)
	}
	if got := code(section(page, "Use instead")); got != "h();\n" {
		t.Errorf("got %q", got)
	}
}

const body = `fn f() -> () {
    let mut _0: ();                      // return place in scope 0 at src/lib.rs:1:1: 1:8

    bb0: {
        return;                          // scope 0 at src/lib.rs:1:8: 1:8
    }
}
`

// fixtureFiles writes a fixture with one MIR text for every toolchain.
func fixtureFiles(t *testing.T, source, mir string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "bad_x.rs")
	for path, text := range map[string]string{name: source} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, toolchain := range blessed.Toolchains {
		if err := os.WriteFile(toolchain.File(name), []byte(blessed.Normalize(mir)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return name
}

// everyFunction reports each function at its own place.
var everyFunction = &analysis.Rule{ID: "a-rule", Severity: finding.Error, Run: func(pass *analysis.Pass) {
	for _, fn := range pass.Crate.Fns {
		pass.Report(fn, finding.Error, finding.Finding{Span: pass.At(fn, 0, fn.MIR().Pos), Message: "a function"})
	}
}}

func TestARuleRunsOnTheCommittedMIRAndItsFindingsHaveLinesOfTheFixture(t *testing.T) {
	name := fixtureFiles(t, "fn f() {}\n", body)
	found, err := Findings(everyFunction, name, "fn f() {}\n", blessed.Toolchains[0])
	if err != nil || len(found) != 1 || found[0].File != "src/lib.rs" || found[0].Line != 1 {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestMIRThatIsNotUnderstoodIsAnError(t *testing.T) {
	name := fixtureFiles(t, "fn f() {}\n", strings.Replace(body, "return;", "retrun;", 1))
	if _, err := Findings(everyFunction, name, "", blessed.Toolchains[0]); err == nil || !strings.Contains(err.Error(), "retrun") {
		t.Errorf("error %v", err)
	}
}

func TestAFixtureWithoutMIRNamesTheToolThatMakesIt(t *testing.T) {
	_, err := Findings(everyFunction, filepath.Join(t.TempDir(), "bad_x.rs"), "", blessed.Toolchains[0])
	if err == nil || !strings.Contains(err.Error(), "go run ./tools/bless") {
		t.Errorf("error %v", err)
	}
}

func TestADifferenceShowsItsLine(t *testing.T) {
	source := "first();\nsecond(); //~ a-rule: never\n"
	marks, _ := mark.Read(source, []string{"a-rule"})
	f := finding.Finding{Rule: "a-rule", Severity: finding.Warning, Message: "something"}
	f.Line = 1
	got := Diff(source, mark.Compare(marks, []finding.Finding{f}))
	for _, want := range []string{"1 | first();", "found and not marked: a-rule(warning): something", "2 | second();", "marked and not found: //~ a-rule: never"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}
