package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/config"
	"pollux/internal/fault"
	"pollux/internal/finding"
)

// world is a project on disk and an engine whose rooms below are played.
type world struct {
	t        *testing.T
	root     string
	capture  cargo.Capture
	outcome  StaticOutcome
	buildErr error
	explains []finding.Finding
	asked    StaticOptions
	engine   *Engine
}

const source = `async fn f() {
    let guard = lock();
    step().await;
    step().await;
}

async fn g() {
    step().await;
}
`

func newWorld(t *testing.T) *world {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, root: root}
	w.write("Cargo.toml", "[package]\nname = \"demo\"\n")
	w.write("src/lib.rs", source)
	w.capture = cargo.Capture{
		Root: root, Toolchain: "rustc 1.95.0", Success: true,
		Units: []cargo.Unit{w.unit("lib", false), w.unit("lib", true)},
	}
	w.outcome.Units = 2
	clock := time.Unix(0, 0)
	w.engine = &Engine{
		Locate:  func(context.Context, cargo.Request) (string, error) { return root, nil },
		Build:   func(context.Context, cargo.Request) (*cargo.Capture, error) { c := w.capture; return &c, w.buildErr },
		Explain: func(*cargo.Capture) []finding.Finding { return slices.Clone(w.explains) },
		Static: func(_ context.Context, _ *cargo.Capture, opt StaticOptions) (StaticOutcome, error) {
			w.asked = opt
			out := w.outcome
			out.Findings = slices.Clone(out.Findings)
			return out, nil
		},
		Suppress: suppressed,
		Rules: []*analysis.Rule{
			{ID: "future-not-send", Severity: finding.Error}, {ID: "held", Severity: finding.Error},
			{ID: "hint", Severity: finding.Info}, {ID: "unused-allowance", Severity: finding.Warning},
		},
		CacheDir: filepath.Join(root, "cache"),
		Now: func() time.Time {
			clock = clock.Add(time.Second)
			return clock
		},
	}
	return w
}

func (w *world) unit(kind string, test bool) cargo.Unit {
	return cargo.Unit{
		Package: "demo", Version: "0.1.0", Member: true, Crate: "demo", Kind: kind, Test: test, Dir: w.root,
		Source: filepath.Join(w.root, "src", "lib.rs"), MIR: filepath.Join(w.root, "demo.mir"), MIRHash: "00",
	}
}

func (w *world) write(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// finds makes the static rung find a hazard of rule in function at a line of src/lib.rs.
func (w *world) finds(rule, function string, line int, severity finding.Severity) {
	w.outcome.Findings = append(w.outcome.Findings, finding.Finding{
		Rule: rule, Severity: severity, Function: function, Package: "demo", Message: "it is held",
		Span: finding.Span{File: "src/lib.rs", Line: line, Column: 5, EndLine: line, EndColumn: 10},
	})
}

func (w *world) check(req Request) *Result {
	w.t.Helper()
	res, err := w.engine.Check(context.Background(), req)
	if err != nil {
		w.t.Fatal(err)
	}
	return res
}

// set makes a request with one setting.
func set(key, value string) Request {
	return Request{Overrides: []config.Override{{Key: key, Value: value}}}
}

// shown is the findings of a result: rule:line:severity.
func shown(res *Result) string {
	var out []string
	for _, f := range res.Findings {
		out = append(out, fmt.Sprintf("%s:%d:%s", f.Rule, f.Line, f.Severity))
	}
	return strings.Join(out, " ")
}

func statuses(res *Result) string {
	var out []string
	for _, r := range res.Rungs {
		out = append(out, r.Name+":"+r.Status)
	}
	return strings.Join(out, " ")
}

func TestACrateWithoutFindingsIsClean(t *testing.T) {
	res := newWorld(t).check(Request{})
	if res.Verdict != Clean || statuses(res) != "compile:ok static:ok" || len(res.Unknowns) != 0 {
		t.Errorf("got %s, %s, %v", res.Verdict, statuses(res), res.Unknowns)
	}
}

func TestTheThresholdDecidesBetweenCleanAndFindings(t *testing.T) {
	check := func(severity finding.Severity, failOn string, want Verdict) {
		t.Helper()
		w := newWorld(t)
		w.finds("held", "f", 3, severity)
		if got := w.check(set("fail-on", failOn)); got.Verdict != want || len(got.Findings) != 1 {
			t.Errorf("%v with --fail-on %s: %s with %d findings, want %s with 1", severity, failOn, got.Verdict, len(got.Findings), want)
		}
	}
	check(finding.Info, "info", Findings)
	check(finding.Info, "warning", Clean)
	check(finding.Warning, "warning", Findings)
	check(finding.Warning, "error", Clean)
	check(finding.Error, "error", Findings)
}

func TestALibraryAndItsTestsShowOneHazardOnce(t *testing.T) {
	w := newWorld(t)
	w.finds("held", "f", 3, finding.Warning)
	w.finds("held", "f", 3, finding.Error)
	w.finds("hint", "f", 3, finding.Warning)
	if got := shown(w.check(Request{})); got != "held:3:error hint:3:warning" {
		t.Errorf("got %s", got)
	}
}

func TestAFingerprintSurvivesLinesAboveAndTellsEqualLinesApart(t *testing.T) {
	w := newWorld(t)
	w.finds("held", "f", 3, finding.Error)
	w.finds("held", "f", 4, finding.Error)
	w.finds("held", "g", 8, finding.Error)
	ids := func() (out []string) {
		for _, f := range w.check(Request{}).Findings {
			out = append(out, f.ID)
		}
		return out
	}
	before := ids()
	if before[0] == before[1] || before[1] == before[2] || before[0] == before[2] {
		t.Errorf("equal fingerprints: %v", before)
	}
	w.write("src/lib.rs", "// a new line\n\n"+source)
	for i := range w.outcome.Findings {
		w.outcome.Findings[i].Line += 2
		w.outcome.Findings[i].EndLine += 2
	}
	if after := ids(); !slices.Equal(before, after) {
		t.Errorf("lines above changed fingerprints: %v, %v", before, after)
	}
}

func TestLevelsChangeTheSeverityAndAllowedFindingsAreListed(t *testing.T) {
	w := newWorld(t)
	w.finds("held", "f", 3, finding.Error)
	w.finds("hint", "g", 8, finding.Info)
	w.write("pollux.toml", "[levels]\nheld = \"warn\"\nhint = \"deny\"\n")
	if got := shown(w.check(Request{})); got != "hint:8:error held:3:warning" {
		t.Errorf("got %s", got)
	}
	res := w.check(set("allow", "held"))
	if got := shown(res); got != "hint:8:error" || len(res.Suppressed) != 1 || res.Suppressed[0].Reason == "" {
		t.Errorf("got %s, suppressed %v", got, res.Suppressed)
	}
}

func TestOnlyTheRulesThatWereAskedForRun(t *testing.T) {
	w := newWorld(t)
	w.explains = []finding.Finding{{Rule: "future-not-send", Severity: finding.Error, Span: finding.Span{File: "src/lib.rs", Line: 1}}}
	res := w.check(set("rule", "held"))
	if len(w.asked.Rules) != 1 || w.asked.Rules[0].ID != "held" || shown(res) != "" {
		t.Errorf("ran %d rules, found %s", len(w.asked.Rules), shown(res))
	}
	if got := shown(w.check(Request{})); got != "future-not-send:1:error" {
		t.Errorf("without --rule: %s", got)
	}
}

func TestWhatWasNotReadIsNeverGreen(t *testing.T) {
	check := func(name string, change func(*world), verdict Verdict, want string) {
		t.Helper()
		w := newWorld(t)
		change(w)
		res := w.check(Request{})
		if res.Verdict != verdict || statuses(res) != want {
			t.Errorf("%s: %s, %s, want %s, %s", name, res.Verdict, statuses(res), verdict, want)
		}
		for _, r := range res.Rungs {
			if r.Status == "unknown" && r.Reason == "" {
				t.Errorf("%s: %s is unknown without a reason", name, r.Name)
			}
		}
	}
	check("a unit without MIR", func(w *world) {
		w.capture.Units[1].MIR, w.outcome.Units = "", 1
		w.capture.Problems = []cargo.Problem{{What: "demo", Reason: "no MIR", Hint: "try again"}}
	}, Incomplete, "compile:ok static:unknown")
	check("no unit at all", func(w *world) { w.capture.Units = nil }, Incomplete, "compile:ok static:unknown")
	check("a unit that the analysis did not read", func(w *world) { w.outcome.Units = 1 }, Incomplete, "compile:ok static:unknown")
	check("a finding outweighs a gap", func(w *world) {
		w.outcome.Units = 1
		w.finds("held", "f", 3, finding.Error)
	}, Findings, "compile:ok static:unknown")
	check("no analysis", func(w *world) { w.engine.Static = nil }, Incomplete, "compile:ok static:unknown")
	check("a crate that does not build", func(w *world) {
		w.capture.Success = false
		w.finds("held", "f", 3, finding.Error)
	}, DoesNotBuild, "compile:findings static:findings")
	check("a crate that builds with a finding of rustc", func(w *world) {
		w.explains = []finding.Finding{{Rule: "future-not-send", Severity: finding.Error}}
	}, Findings, "compile:findings static:ok")
}

func TestABuildThatNeverHappenedIsAResultInWhichNothingIsGreen(t *testing.T) {
	check := func(kind cargo.Kind, want Verdict) {
		t.Helper()
		w := newWorld(t)
		w.buildErr = &cargo.UserError{Kind: kind, Op: "run cargo check", Message: "no", Hint: "do this"}
		res := w.check(Request{})
		if res.Verdict != want || statuses(res) != "compile:unknown static:unknown" || res.Unknowns[0].Hint != "do this" {
			t.Errorf("%s: %s, %s, %v, want %s", kind, res.Verdict, statuses(res), res.Unknowns, want)
		}
	}
	check(cargo.BadManifest, DoesNotBuild)
	check(cargo.Unreachable, Incomplete)
	check(cargo.NoCargo, Incomplete)
	check(cargo.DiskFull, Incomplete)

	w := newWorld(t)
	w.buildErr = &cargo.UserError{Kind: cargo.UnknownPackage, Message: "no package x"}
	_, err := w.engine.Check(context.Background(), Request{})
	if user, ok := fault.As(err); !ok || user.Kind != fault.Usage {
		t.Errorf("a misspelt package: got %v, want a fault of usage", err)
	}
	w.buildErr = errors.New("surprise")
	if _, err := w.engine.Check(context.Background(), Request{}); err == nil {
		t.Error("a bug was turned into a result")
	}
}

func TestSettingsHoldEvenWhenCargoCannotNameTheRoot(t *testing.T) {
	w := newWorld(t)
	w.write("pollux.toml", "fail_on = 1\n")
	w.engine.Locate = func(context.Context, cargo.Request) (string, error) {
		return "", &cargo.UserError{Kind: cargo.BadManifest, Message: "bad"}
	}
	_, err := w.engine.Check(context.Background(), Request{Dir: filepath.Join(w.root, "src")})
	if err == nil || !strings.Contains(err.Error(), "unknown key `fail_on`") {
		t.Errorf("got %v", err)
	}
}

func TestABaselineKeepsOldFindingsOutAndCountsWhatWasFixed(t *testing.T) {
	w := newWorld(t)
	w.finds("held", "f", 3, finding.Error)
	w.finds("held", "g", 8, finding.Error)
	path := filepath.Join(w.root, "accepted.json")
	req := set("baseline", path)
	req.WriteBaseline = true
	if res := w.check(req); res.Verdict != Clean || res.Compare.Unchanged != 2 {
		t.Errorf("writing: %s, %+v", res.Verdict, res.Compare)
	}
	w.outcome.Findings = w.outcome.Findings[:1]
	w.finds("held", "f", 4, finding.Error)
	res := w.check(set("baseline", path))
	want := Comparison{With: "baseline accepted.json", By: "fingerprints", New: 1, Fixed: 1, Unchanged: 1}
	if shown(res) != "held:4:error" || res.Verdict != Findings || *res.Compare != want {
		t.Errorf("got %s, %s, %+v, want %+v", shown(res), res.Verdict, *res.Compare, want)
	}
	w.capture.Success = false
	if _, err := w.engine.Check(context.Background(), req); err == nil {
		t.Error("a baseline was written by a check that is not complete")
	}
}

func TestABaselineIsLookedForWhereItWasNamed(t *testing.T) {
	w := newWorld(t)
	w.finds("held", "f", 3, finding.Error)
	w.write("pollux.toml", "baseline = \"accepted.json\"\n")
	if res := w.check(Request{WriteBaseline: true}); res.Compare.With != "baseline accepted.json" {
		t.Errorf("in the file: relative to the root, but it is %s", res.Compare.With)
	}
	t.Chdir(t.TempDir())
	if res := w.check(Request{}); res.Verdict != Clean {
		t.Errorf("from another directory: %s", res.Verdict)
	}
	if _, err := w.engine.Check(context.Background(), set("baseline", "accepted.json")); err == nil {
		t.Error("in a flag: relative to the current directory, but the one in the root was read")
	}
}

func TestAMissingBaselineIsNamedBeforeAnythingIsBuilt(t *testing.T) {
	w := newWorld(t)
	w.engine.Build = func(context.Context, cargo.Request) (*cargo.Capture, error) {
		t.Error("built before the baseline was read")
		return nil, errors.New("not reached")
	}
	if _, err := w.engine.Check(context.Background(), set("baseline", "absent.json")); err == nil {
		t.Error("a missing baseline was accepted")
	}
	if _, err := w.engine.Check(context.Background(), Request{Changed: true}); err == nil {
		t.Error("--changed without a repository was accepted")
	}
}

func TestOnlyWhatTheChangeTouchesIsReported(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	w := newWorld(t)
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "src"},
		{"-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--quiet", "--message=x"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = w.root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args, err, out)
		}
	}
	w.finds("held", "f", 3, finding.Error)
	w.finds("held", "g", 8, finding.Error)
	res := w.check(Request{Changed: true})
	if shown(res) != "" || res.Verdict != Clean || res.Compare.Unchanged != 2 {
		t.Errorf("without a change: %s, %s, %+v", shown(res), res.Verdict, res.Compare)
	}
	w.write("src/lib.rs", strings.Replace(source, "g() {\n    step()", "g() {\n    leap()", 1))
	res = w.check(Request{Changed: true})
	if shown(res) != "held:8:error" || res.Verdict != Findings || res.Compare.New != 1 || res.Compare.Unchanged != 1 {
		t.Errorf("with a change: %s, %s, %+v", shown(res), res.Verdict, res.Compare)
	}
}

func TestACommentAllowsAndAnUnusedOneIsAFinding(t *testing.T) {
	w := newWorld(t)
	w.write("src/lib.rs", strings.Replace(source, "    step().await;\n", "    step().await; // pollux: allow(held) it is short\n", 1)+
		"\n// pollux: allow(hint) no reason to be here\nfn h() {}\n")
	w.finds("held", "f", 3, finding.Error)
	res := w.check(Request{})
	if shown(res) != "unused-allowance:11:warning" || len(res.Suppressed) != 1 || res.Suppressed[0].Reason != "it is short" {
		t.Errorf("got %s, suppressed %v", shown(res), res.Suppressed)
	}
	w.outcome.Units = 1
	if res := w.check(Request{}); shown(res) != "" {
		t.Errorf("an incomplete check called an allowance unused: %s", shown(res))
	}
}

func TestTheCompiledFilesOfAUnitAreRead(t *testing.T) {
	w := newWorld(t)
	w.write("src/a b.rs", "// pollux: allow(held) nothing here\nfn x() {}\n")
	w.write("src/not_compiled.rs", "// pollux: allow(held) nothing here\nfn x() {}\n")
	w.write("demo.d", "target/demo.rmeta: src/lib.rs src/a\\ b.rs\n\nsrc/lib.rs:\nsrc/a\\ b.rs:\n\n# env-dep:X=1\n")
	res := w.check(Request{})
	if len(res.Findings) != 1 || res.Findings[0].File != "src/a b.rs" {
		t.Errorf("got %+v", res.Findings)
	}
}

func TestTwoRunsGiveTheSameBytes(t *testing.T) {
	w := newWorld(t)
	w.finds("held", "g", 8, finding.Error)
	w.finds("held", "f", 3, finding.Error)
	text := func(req Request) string {
		out, err := json.Marshal(w.check(req))
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	first := text(Request{})
	slices.Reverse(w.outcome.Findings)
	if second := text(Request{}); first != second {
		t.Errorf("two runs differ:\n%s\n%s", first, second)
	}
	if strings.Contains(first, "null") {
		t.Errorf("a list is null: %s", first)
	}
	if strings.Contains(first, `"seconds":1`) {
		t.Errorf("the time a run took is part of its answer: %s", first)
	}
	if timed := text(Request{Timings: true}); !strings.Contains(timed, `"seconds":1`) {
		t.Errorf("no time in %s", timed)
	}
}

func TestTheInputHashChangesWithWhatDecides(t *testing.T) {
	w := newWorld(t)
	seen := map[string]string{}
	check := func(name string, req Request) {
		t.Helper()
		hash := w.check(req).InputHash
		if before, ok := seen[hash]; ok {
			t.Errorf("%s has the hash of %s", name, before)
		}
		seen[hash] = name
	}
	check("the plain run", Request{})
	check("a level", set("deny", "held"))
	check("a threshold", set("fail-on", "error"))
	w.capture.Units[0].MIRHash = "01"
	check("other MIR", Request{})
	w.capture.Diagnostics = []cargo.Diagnostic{{Level: "warning", Message: "x"}}
	check("a message of rustc", Request{})
}

func TestAFindingOfTheLastCheckIsFoundByTheBeginningOfItsId(t *testing.T) {
	w := newWorld(t)
	if _, err := w.engine.Last(w.root); err == nil {
		t.Error("there is a last check before the first")
	}
	w.finds("held", "f", 3, finding.Error)
	w.finds("held", "g", 8, finding.Error)
	id := w.check(Request{}).Findings[0].ID
	last, err := w.engine.Last(filepath.Join(w.root, "src"))
	if err != nil {
		t.Fatal(err)
	}
	if _, f, ok := Finding(last, id[:6]); !ok || f.ID != id {
		t.Errorf("got %v, %v", f, ok)
	}
	if _, _, ok := Finding(last, ""); ok {
		t.Error("an ambiguous beginning gave a finding")
	}
}
