package briefing

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/cargo"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir/parse"
	"pollux/internal/rust"
)

// unit is a library in a build.
func unit(name, version string, features ...string) cargo.Unit {
	return cargo.Unit{Package: name, Version: version, Crate: strings.ReplaceAll(name, "-", "_"), Kind: "lib", Features: features}
}

func TestVersionsDecideWhichTrapsAreTold(t *testing.T) {
	check := func(units []cargo.Unit, words, missing string) {
		t.Helper()
		b := New(&cargo.Capture{Root: "/p", Units: units}, ".")
		b.Finish(nil)
		text := b.Text()
		for word := range strings.SplitSeq(words, "|") {
			if !strings.Contains(text, word) {
				t.Errorf("%q is missing:\n%s", word, text)
			}
		}
		for word := range strings.SplitSeq(missing, "|") {
			if strings.Contains(text, word) {
				t.Errorf("%q is told:\n%s", word, text)
			}
		}
	}
	check([]cargo.Unit{unit("axum", "0.8.1")}, "locked: axum 0.8.1|`/{id}`|panics when the router is built", "below 0.8")
	check([]cargo.Unit{unit("axum", "0.7.9")}, "axum below 0.8", "axum 0.8:")
	check([]cargo.Unit{unit("tokio", "1.47.1", "net", "rt")}, "from_std|features off: |tokio/fs|tokio/time", "Sleep is !Unpin|tokio/net")
	check([]cargo.Unit{unit("tokio", "1.47.1", "time", "rt")}, "Sleep is !Unpin", "from_std")
	check([]cargo.Unit{unit("tokio", "0.2.25"), unit("tokio", "1.47.1")}, "tokio 1.47.1; tokio 0.2.25|tokio below 1.0", "axum")
	check([]cargo.Unit{unit("serde", "1.0.0")}, "", "locked|features off|at these versions")
}

func TestWhatALibraryNeedsIsToldWhereNothingSaysWhatItRunsUnder(t *testing.T) {
	b := New(&cargo.Capture{Root: "/p"}, ".")
	at := finding.Span{File: "src/lib.rs", Line: 3}
	b.Needs = []Place{{"tokio with timers", at}, {"tokio with timers", at}}
	b.Finish(nil)
	if text := b.Text(); !strings.Contains(text, "needs of its caller's runtime: tokio with timers (src/lib.rs:3)") {
		t.Errorf("it is missing:\n%s", text)
	}
	b.Runtimes = []Place{{"tokio multi_thread", at}}
	if text := b.Text(); strings.Contains(text, "needs of") {
		t.Errorf("the runtime says it:\n%s", text)
	}
}

func TestTheTextNeverExceedsItsBoundAndCountsWhatItLeavesOut(t *testing.T) {
	b := New(&cargo.Capture{Root: "/p", Units: []cargo.Unit{unit("tokio", "1.47.1"), unit("hyper", "1.6.0"), unit("axum", "0.8.1"), unit("tonic", "0.14.0"),
		unit("sqlx", "0.8.0"), unit("reqwest", "0.13.0"), unit("tower", "0.5.0"), unit("rand", "0.9.0"), unit("futures", "0.3.34")}}, ".")
	var open []finding.Finding
	for i := range 50 {
		at := finding.Span{File: "src/" + strings.Repeat("deep/", 8) + "file.rs", Line: i + 1}
		b.Cancels = append(b.Cancels, Cancel{"function", "lossy", strings.Repeat("loses a value ", 20), at})
		b.Runtimes = append(b.Runtimes, Place{fmt.Sprint("runtime ", i), at})
		b.Spawns = append(b.Spawns, Place{"Send + 'static", at})
		b.Hard = append(b.Hard, Place{fmt.Sprint("hard ", i), at})
		b.Unchecked = append(b.Unchecked, fmt.Sprint("unit ", i, " could not be read"))
		open = append(open, finding.Finding{Rule: "held", Severity: finding.Error, Span: at})
	}
	b.Undecided = 7
	b.Finish(open)
	text := b.Text()
	if len(text) > MaxBytes {
		t.Errorf("%d bytes", len(text))
	}
	for _, word := range []string{" more", "runs under: ", "open findings: ", "and 47 more"} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is missing:\n%s", word, text)
		}
	}
	huge := New(&cargo.Capture{Root: "/p"}, ".")
	huge.Unchecked = []string{strings.Repeat("x", 5000)}
	huge.Finish(nil)
	if n := len(huge.Text()); n > MaxBytes {
		t.Errorf("one long item makes %d bytes", n)
	}
}

func TestCodeShowsHowItsFuturesAreRunStartedAndPinned(t *testing.T) {
	for _, toolchain := range blessed.Toolchains {
		b := surveyed(t, toolchain, ".")
		check := func(places []Place, what string, lines ...int) {
			t.Helper()
			var got []int
			for _, p := range places {
				if p.What == what {
					got = append(got, p.At.Line)
				}
			}
			if !slices.Equal(got, lines) {
				t.Errorf("%s: %s at %v, want %v", toolchain.Name, what, got, lines)
			}
		}
		check(b.Runtimes, "tokio multi_thread", 10)
		check(b.Spawns, "Send + 'static", 12)
		check(b.Spawns, "'static, need not be Send", 20)
		check(b.Hard, "hand-written poll", 28)
		check(b.Hard, "unsafe pinning", 34) // not the pins of `.await` and pin!
		if n := b.Safe + b.Undecided + len(b.Cancels); n < 3 {
			t.Errorf("%s: a cancel was asked of %d functions", toolchain.Name, n)
		}
		other := surveyed(t, toolchain, "src/other.rs")
		if n := other.Safe + other.Undecided + len(other.Cancels); n != 0 {
			t.Errorf("%s: %d functions are in reach of a file that has none", toolchain.Name, n)
		}
	}
}

// surveyed is the brief that the fixture gives.
func surveyed(t *testing.T, toolchain blessed.Toolchain, at string) *Brief {
	t.Helper()
	path := filepath.Join("testdata", "shapes.rs")
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := blessed.Read(path, toolchain)
	if err != nil {
		t.Fatal(err)
	}
	file := rust.NewSource("src/lib.rs", string(source))
	find := func(name string) *rust.Source {
		if name == "src/lib.rs" {
			return file
		}
		return nil
	}
	c := facts.Analyze(facts.Unit{MIR: parse.Crate("fixture", text), Source: find}, knowledge.Default(), facts.NewLibrary())
	b := New(&cargo.Capture{Root: "/p"}, at)
	b.Add(cargo.Unit{}, analysis.NewPass(nil, c, knowledge.Default(), analysis.Places{Root: "/p", Dir: "/p", Package: "/p", Source: find}, nil))
	b.Finish(nil)
	return b
}
