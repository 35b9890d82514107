package static

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/wrapper"
)

// asyncFn is the MIR of `pub async fn NAME() {}` at a line of src/lib.rs, as much of it as makes a function with a place.
const asyncFn = `fn NAME(_1: std::pin::Pin<&mut {async fn body of NAME()}>, _2: &mut std::task::Context<'_>) -> std::task::Poll<()> {
    let mut _0: std::task::Poll<()>; // return place in scope 0 at src/lib.rs:LINE:1: LINE:9

    bb0: {
        return; // scope 0 at src/lib.rs:LINE:9: LINE:9
    }
}
`

func fn(name, line string) string {
	return strings.NewReplacer("NAME", name, "LINE", line).Replace(asyncFn)
}

// project writes the MIR texts of units and gives their capture.
func project(t *testing.T, texts ...string) *cargo.Capture {
	t.Helper()
	dir := t.TempDir()
	c := &cargo.Capture{Root: dir, CacheDir: filepath.Join(dir, "cache"), TargetDir: filepath.Join(dir, "target")}
	for i, text := range texts {
		name := string(rune('a' + i))
		path := filepath.Join(dir, name+"-0.mir")
		u := cargo.Unit{Package: name, Crate: name, Kind: "lib", Member: true, Dir: dir, PackageDir: dir, MIR: path, Hash: name}
		write(t, &u, text)
		c.Units = append(c.Units, u)
	}
	return c
}

// write gives a unit its MIR.
func write(t *testing.T, u *cargo.Unit, text string) {
	t.Helper()
	if err := os.WriteFile(u.MIR, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	u.MIRHash, u.MIRSize = hex.EncodeToString(sum[:]), int64(len(text))
}

// everyFunction reports each function at its own place.
var everyFunction = &analysis.Rule{ID: "every-function", Severity: finding.Error, Run: func(pass *analysis.Pass) {
	for _, fn := range pass.Crate.Fns {
		pass.Report(fn, finding.Error, finding.Finding{Span: pass.At(fn, 0, fn.MIR().Pos), Message: "here"})
	}
}}

var panics = &analysis.Rule{ID: "panics", Severity: finding.Error, Run: func(*analysis.Pass) { panic("of its own") }}

func run(t *testing.T, c *cargo.Capture, rules ...*analysis.Rule) Outcome {
	t.Helper()
	out, err := Run(context.Background(), c, Options{Rules: rules, Tables: knowledge.Default()})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// wantUnknown checks that there is exactly one unknown and what it says.
func wantUnknown(t *testing.T, out Outcome, what, reason string) {
	t.Helper()
	if len(out.Unknowns) != 1 || !strings.Contains(out.Unknowns[0].What, what) || !strings.Contains(out.Unknowns[0].Reason, reason) || out.Unknowns[0].Hint == "" {
		t.Errorf("unknowns %+v, want one of %q with %q and a hint", out.Unknowns, what, reason)
	}
}

func TestAUnitThatCannotBeReadIsUnknownAndTheOthersAreChecked(t *testing.T) {
	c := project(t, fn("f", "1"), fn("g", "1"))
	if err := os.Remove(c.Units[0].MIR); err != nil {
		t.Fatal(err)
	}
	out := run(t, c, everyFunction)
	wantUnknown(t, out, "a (lib a)", "its MIR could not be read")
	if out.Units != 1 || len(out.Findings) != 1 || out.Findings[0].Package != "b" {
		t.Errorf("%d units, findings %+v", out.Units, out.Findings)
	}
}

func TestARuleThatPanicsIsUnknownAndTheOthersRun(t *testing.T) {
	out := run(t, project(t, fn("f", "1")), panics, everyFunction)
	wantUnknown(t, out, "a (lib a)", "rule panics stopped with a bug in pollux: of its own")
	if len(out.Findings) != 1 || out.Findings[0].Rule != "every-function" {
		t.Errorf("findings %+v", out.Findings)
	}
}

func TestMIRThatIsNotUnderstoodIsUnknownAndTheRestIsChecked(t *testing.T) {
	text := fn("f", "1") + strings.Replace(fn("g", "2"), "return;", "retrun;", 1)
	out := run(t, project(t, text), everyFunction)
	wantUnknown(t, out, "a (lib a)", "MIR statements were not understood, first: retrun")
	if out.Opaque == 0 || len(out.Findings) == 0 || out.Findings[0].Function != "f" {
		t.Errorf("%d of %d opaque, findings %+v", out.Opaque, out.Statements, out.Findings)
	}
}

func TestAnyBytesInThePlaceOfMIRGiveAnAnswer(t *testing.T) {
	for _, text := range []string{"", "\x00\xff{{{", "fn", fn("f", "1")[:200], strings.Repeat("{", 10000), "fn f(_1: " + strings.Repeat("<", 5000)} {
		out := run(t, project(t, text), everyFunction)
		if out.Units != 1 {
			t.Errorf("%.20q: %d units, unknowns %v", text, out.Units, out.Unknowns)
		}
	}
}

func TestWhatIsNoMemberIsNotReported(t *testing.T) {
	c := project(t, fn("f", "1"), fn("g", "1"))
	c.Units[0].Member = false
	out := run(t, c, everyFunction)
	if len(out.Findings) != 1 || out.Findings[0].Package != "b" || out.Units != 1 {
		t.Errorf("%d units, findings %+v", out.Units, out.Findings)
	}
}

func TestTwoRunsGiveTheSameBytes(t *testing.T) {
	c := project(t, fn("f", "1")+fn("g", "2"), fn("h", "3"), "broken {")
	encode := func() string {
		text, err := json.Marshal(run(t, c, everyFunction, panics))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := encode()
	for range 5 {
		if again := encode(); again != first {
			t.Fatalf("first %s\nthen %s", first, again)
		}
	}
}

func TestAnAnswerIsKeptUntilTheMIRChangesAndAFailureIsNot(t *testing.T) {
	c := project(t, fn("f", "1"))
	runs := 0
	counting := &analysis.Rule{ID: "counting", Severity: finding.Error, Run: func(pass *analysis.Pass) {
		if runs++; runs == 1 {
			panic("the first time")
		}
		everyFunction.Run(pass)
	}}
	check := func(wantRuns, wantFindings, wantUnits int) {
		t.Helper()
		out, err := Run(context.Background(), c, Options{Rules: []*analysis.Rule{counting}, Tables: knowledge.Default(), Identity: "test"})
		if err != nil || runs != wantRuns || len(out.Findings) != wantFindings || out.Units != wantUnits {
			t.Errorf("%d runs, %d findings, %d units, %v; want %d, %d, %d", runs, len(out.Findings), out.Units, err, wantRuns, wantFindings, wantUnits)
		}
	}
	check(1, 0, 0) // fails, so the unit does not count as checked
	check(2, 1, 1)
	check(2, 1, 1) // kept
	write(t, &c.Units[0], fn("f", "1")+fn("g", "2"))
	check(3, 2, 1)
}

func TestARunEndsWhenItIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, project(t, fn("f", "1")), Options{Tables: knowledge.Default()}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestTheStoreOfSummariesIsNamedAfterTheirForm(t *testing.T) {
	if want := "pollux-summary/" + wrapper.SummaryFormat; facts.StoreFormat != want {
		t.Errorf("facts.StoreFormat is %q, the store is for %q", facts.StoreFormat, want)
	}
}
