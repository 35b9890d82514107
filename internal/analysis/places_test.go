package analysis_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/analysis/ruletest"
	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/analysis/ruletest/mark"
	"pollux/internal/finding"
	"pollux/internal/mir"
)

// place reports every await at its place; the message is the column.
var place = &analysis.Rule{ID: "place", Severity: finding.Error, Run: func(pass *analysis.Pass) {
	for _, fn := range pass.Crate.AsyncFns() {
		body := fn.Coroutine()
		if body == nil {
			continue // a hand-written poll: it has no awaits
		}
		for _, await := range body.Awaits {
			span := pass.At(fn, await.Block, await.Pos)
			pass.Report(fn, finding.Error, finding.Finding{Span: span, Message: strconv.Itoa(span.Column)})
		}
	}
}}

func TestAnAwaitStandsWhereAReaderSeesIt(t *testing.T) {
	name := filepath.Join("testdata", "places.rs")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	marks, problems := mark.Read(string(text), []string{place.ID})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, toolchain := range blessed.Toolchains {
		found, err := ruletest.Findings(place, name, string(text), toolchain)
		if err != nil {
			t.Fatal(err)
		}
		if diff := ruletest.Diff(string(text), mark.Compare(marks, found)); diff != "" {
			t.Errorf("rustc %s:\n%s", toolchain.Name, diff)
		}
		for _, f := range found {
			if f.Line == 0 || f.EndLine < f.Line || f.EndLine == f.Line && f.EndColumn <= f.Column {
				t.Errorf("rustc %s: the place %+v is no range", toolchain.Name, f.Span)
			}
		}
	}
}

// spanned is a crate whose text has one span.
func spanned(at string) (*mir.Crate, mir.Pos) {
	text := "return; // scope 0 at " + at + "\n"
	return &mir.Crate{Text: text}, mir.Pos(len("return;"))
}

func TestAPlaceIsTheUsersOrUnknown(t *testing.T) {
	places := analysis.Places{Root: "/w", Dir: "/w/a", Package: "/w/a"}
	check := func(at, want string) {
		t.Helper()
		c, pos := spanned(at)
		got := places.Plain(c, pos)
		if got.File != want {
			t.Errorf("%s: got %q, want %q", at, got.File, want)
		}
	}
	check("src/lib.rs:1:2: 3:4", "a/src/lib.rs")
	check("/w/a/src/lib.rs:1:2: 3:4", "a/src/lib.rs")
	check("../b/src/lib.rs:1:2: 3:4", "b/src/lib.rs")
	check("../../outside/x.rs:1:2: 3:4", "/outside/x.rs")
	check("/registry/tokio/src/macros/select.rs:1:2: 3:4", "")
	check("/w/ab/src/lib.rs:1:2: 3:4", "")
	check("no place", "")
}
