package explore

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/explore/exploretest"
	"pollux/internal/finding"
	"pollux/internal/wrapper"
)

// TestMain lets this test binary be the test program of a scripted workspace.
func TestMain(m *testing.M) {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	if os.Getenv(exploretest.Env) != "" {
		os.Exit(exploretest.Main(os.Args[1:], os.Stdout))
	}
	os.Exit(m.Run())
}

// play explores a scripted program and gives its directory, too.
func play(t *testing.T, tests map[string]exploretest.Test, opt Options) (string, *Outcome) {
	t.Helper()
	return playIn(t, "", tests, opt)
}

// playIn is play with a directory of the package's own; empty means that of the workspace.
func playIn(t *testing.T, pkg string, tests map[string]exploretest.Test, opt Options) (string, *Outcome) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "src/lib.rs", strings.Repeat("let mut right = self.right.lock().await;\n", 9))
	write(t, dir, "tests/schedules.rs", "// the tests\n")
	description := filepath.Join(dir, "program.json")
	if err := exploretest.Write(description, tests); err != nil {
		t.Fatal(err)
	}
	t.Setenv(exploretest.Env, description)
	program := exploretest.Program(dir, exe)
	if pkg != "" {
		program.PackageDir = pkg
	}
	if opt.Schedules == 0 {
		opt.Schedules = 60
	}
	out, err := Run(context.Background(), Scripted(dir, filepath.Join(dir, "target"), []cargo.Program{program}), cargo.Request{Dir: dir}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return dir, out
}

// inCode is a place that is no test's.
const inCode = "src/lib.rs:3:5 demo::f"

func TestAStuckTestIsFoundAndShrunkToWhatItNeeds(t *testing.T) {
	for _, once := range []bool{false, true} {
		asks := []string{"i", "t3", "b", "t3", "b", "i", "b", "t2", "b", "s2", "b"}
		tests := map[string]exploretest.Test{"stops": {Asks: asks, Fails: []string{"3:t1/3", "6:b2"}, How: "stuck", At: inCode, Once: once}}
		dir, out := play(t, tests, Options{})
		if len(out.Findings) != 1 || out.Findings[0].Rule != ruleStuck || out.Findings[0].Verdict != finding.Shrunk {
			t.Fatalf("findings %+v, unknowns %+v", out.Findings, out.Unknowns)
		}
		w := witness(t, dir, out.Findings[0])
		odd := slices.DeleteFunc(slices.Clone(w.Decisions), plain)
		if !slices.Equal(odd, []string{"t1/3", "b2"}) {
			t.Errorf("kept %v of %v, want t1/3 b2", odd, w.Decisions)
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "target", "witnesses", "*")); len(files) != 1 {
			t.Errorf("%d witnesses are left: %v", len(files), files)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "target", "records", "*")); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestATestThatAlwaysPassesIsCoveredAndNothingElse(t *testing.T) {
	tests := map[string]exploretest.Test{
		"sound": {Asks: []string{"t2", "b"}}, "no_runtime": {Plain: true}, "skipped": {Ignored: true, Asks: []string{"b"}, Always: "fails"},
	}
	_, out := play(t, tests, Options{})
	if !out.Complete || len(out.Findings)+len(out.Unknowns) > 0 || out.Covered.Tests != 1 || out.Covered.Plain != 1 {
		t.Errorf("%+v", out)
	}
}

func TestAPanicIsTheCodesOrTheTestsByWhereItHappens(t *testing.T) {
	check := func(at, rule string) {
		t.Helper()
		_, out := play(t, map[string]exploretest.Test{"fails": {Asks: []string{"b"}, Fails: []string{"0:b1"}, How: "panic", At: at}}, Options{})
		if len(out.Findings) != 1 || out.Findings[0].Rule != rule {
			t.Errorf("%s: %+v, want %s", at, out.Findings, rule)
		}
	}
	check(inCode, rulePanic)
	check("tests/schedules.rs:1:1 schedules::fails", ruleTest)
}

func TestAWitnessIsShrunkBesideItself(t *testing.T) {
	asks := []string{"i", "t3", "b", "t3", "s2", "b", "t2"}
	dir, out := play(t, map[string]exploretest.Test{"stops": {Asks: asks, Fails: []string{"2:b1", "6:t1/2"}, How: "stuck", At: inCode}}, Options{})
	w := witness(t, dir, out.Findings[0])
	long := *w
	long.Decisions = strings.Fields("i2 t2/3 b1 t1/2 t2/3 s1/2 b3 t1/2 t1/2")
	h := fnv.New64a()
	fmt.Fprint(h, long.Decisions)
	long.Hash = fmt.Sprintf("%016x", h.Sum64())
	path := filepath.Join(dir, "long.txt")
	write(t, dir, "long.txt", long.String())
	again, err := Shrink(context.Background(), Scripted(dir, filepath.Join(dir, "target"), out.Build.Programs), &long, path, Options{})
	if err != nil || again.Shrunk == nil {
		t.Fatalf("%+v, %v", again, err)
	}
	if s := again.Shrunk; s.From != 9 || s.To != 2 || !s.Minimal || s.Path != filepath.Join(dir, "long.shrunk.txt") {
		t.Errorf("%+v", s)
	}
	if again.Finding.Verdict != finding.Shrunk || again.Deviations != 2 {
		t.Errorf("%+v", again)
	}
}

func TestATestOfWhichEveryScheduleRanIsCleared(t *testing.T) {
	tests := map[string]exploretest.Test{
		"small": {Asks: []string{"t2"}, Walks: 2}, "large": {Asks: []string{"t2", "b"}},
		"wrong": {Asks: []string{"t2"}, Walks: 12, Fails: []string{"0:t1/2"}, How: "panic", At: inCode},
	}
	_, out := play(t, tests, Options{Schedules: 40})
	got := map[string]TestCoverage{}
	for _, c := range out.Tests {
		got[c.Test] = c
	}
	small, large := got["small"], got["large"]
	if !small.Cleared || small.Phases[0].Schedules != 2 || !small.Phases[0].Walk.Complete {
		t.Errorf("small: %+v", small)
	}
	if large.Cleared || large.Phases[0].Schedules != 40 || large.Phases[0].Walk.Complete || large.Phases[0].Walk.Within != 1 {
		t.Errorf("large: %+v", large)
	}
	if got["wrong"].Cleared || out.Covered.Cleared != 1 {
		t.Errorf("a test that fails is cleared: %+v, %+v", got["wrong"], out.Covered)
	}
}

func TestAPhaseOfTimersIsLeftOutWhereThereAreNone(t *testing.T) {
	_, out := play(t, map[string]exploretest.Test{"sound": {Asks: []string{"t2", "b"}}}, Options{Schedules: 10})
	phases := out.Tests[0].Phases
	if len(phases) != 3 || phases[2].Phase != "time" || phases[2].Skipped == "" || phases[2].Schedules != 0 {
		t.Errorf("phases %+v", phases)
	}
	_, out = play(t, map[string]exploretest.Test{"sound": {Asks: []string{"t2", "b"}}}, Options{Schedules: 10, Phases: []Phase{PhaseBody}, Strategy: StrategyRandom})
	if phases := out.Tests[0].Phases; len(phases) != 1 || phases[0].Phase != "body" || phases[0].Schedules != 10 || phases[0].Walk != nil {
		t.Errorf("only the body by chance: %+v", phases)
	}
}
