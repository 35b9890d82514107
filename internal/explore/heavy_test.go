package explore

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// heavy gives a copy of a crate of testdata/crates, or skips: it compiles tokio.
func heavy(t *testing.T, crate string) string {
	t.Helper()
	if os.Getenv("POLLUX_HEAVY") != "1" {
		t.Skip("compiles tokio and runs real tests: set POLLUX_HEAVY=1")
	}
	dir := filepath.Join(t.TempDir(), crate)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	src := filepath.Join("..", "..", "testdata", "crates", crate)
	for _, part := range []string{"Cargo.toml", "Cargo.lock", "src/lib.rs", "tests/schedules.rs"} {
		text, err := os.ReadFile(filepath.Join(src, part))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, part, string(text))
	}
	return dir
}

func run(t *testing.T, dir string, opt Options) (*Workspace, *Outcome) {
	t.Helper()
	req := cargo.Request{Dir: dir, Offline: true, CacheDir: filepath.Join(dir, "cache")}
	tests, err := Open(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tests.Close() })
	out, err := Run(context.Background(), tests, req, opt)
	if err != nil {
		t.Fatal(err)
	}
	if !out.Build.Success {
		t.Fatalf("the tests do not build: %+v %v", out.Build.Diagnostics, out.Build.Complaints)
	}
	return tests, out
}

// users is a hash of everything in the project that is the user's.
func users(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	for _, part := range []string{"Cargo.toml", "Cargo.lock", "src/lib.rs", "tests/schedules.rs"} {
		text, err := os.ReadFile(filepath.Join(dir, part))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(h, "%s %d %s", part, len(text), text)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

const replays = 20

func TestEachKnownMistakeIsFoundAndItsWitnessRepeats(t *testing.T) {
	dir := heavy(t, "explore-bugs")
	before := users(t, dir)
	tests, out := run(t, dir, Options{Schedules: 100})
	want := map[string]string{
		"lost_update": ruleTest, "lock_order": ruleStuck, "recursive_read": ruleStuck, "permit_twice": ruleStuck,
		"lost_wakeup": ruleStuck, "lossy_select": ruleTest, "cancelled_leader": ruleStuck, "short_stock": rulePanic,
		"unpolled_request": ruleStuck, "lossy_timeout": ruleTest, "a_task_that_nobody_awaits": rulePanic,
	}
	if !out.Complete || len(out.Unknowns) > 0 {
		t.Errorf("not complete: %+v", out.Unknowns)
	}
	for _, f := range out.Findings {
		w := witness(t, dir, f)
		if want[w.Test] != f.Rule || f.Verdict != finding.Shrunk {
			t.Errorf("%s: %s %s, want %s shrunk", w.Test, f.Verdict, f.Rule, want[w.Test])
		}
		delete(want, w.Test)
		if n := repeats(t, tests, out, w); n != replays {
			t.Errorf("%s: %d of %d replays end as the witness says", w.Test, n, replays)
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
	if users(t, dir) != before {
		t.Error("something of the user's was changed")
	}
}

func witness(t *testing.T, dir string, f finding.Finding) *Witness {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, f.Witness))
	if err != nil {
		t.Fatal(err)
	}
	w, err := ParseWitness(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func repeats(t *testing.T, tests *Workspace, out *Outcome, w *Witness) int {
	t.Helper()
	x := &explorer{tests: tests, out: out, progress: newTicker(nil)}
	n := 0
	for _, p := range out.Build.Programs {
		if p.Crate != w.Crate || p.Kind != w.Kind {
			continue
		}
		s := &search{explorer: x, target: target{p, w.Test}, limit: replayLimit}
		for range replays {
			end, err := s.replay(context.Background(), w, plan{mode: "one", phase: w.Phase, seed: w.Seed})
			if err != nil {
				t.Fatal(err)
			}
			if differs(w, end) == "" {
				n++
			}
		}
	}
	return n
}

func TestCorrectTestsPassUnderEverySchedule(t *testing.T) {
	dir := heavy(t, "explore-sound")
	_, out := run(t, dir, Options{Schedules: 300, Phases: []Phase{PhaseTasks, PhaseBody}})
	if len(out.Findings) > 0 || !out.Complete {
		t.Errorf("findings %+v, unknowns %+v", out.Findings, out.Unknowns)
	}
	// One test of thirteen has no runtime; all others run under schedules, two of them under all there are.
	if out.Covered.Tests != 13 || out.Covered.Plain != 1 || out.Covered.Mapped != 1 || out.Covered.Cleared == 0 {
		t.Errorf("covered %+v", out.Covered)
	}
	for _, c := range out.Tests {
		if tasks := c.Phases[0]; !tasks.Walk.Complete && tasks.Schedules < 300 {
			t.Errorf("%s was left early: %s", c.Test, c.Words())
		}
	}
	if !slices.ContainsFunc(out.Unknowns, func(u finding.Unknown) bool { return u.What == "schedules::a_thread_that_wakes" }) {
		t.Errorf("that a thread takes part is not said: %+v", out.Unknowns)
	}
}

func TestAnAssertionAboutTimeFailsOnASlowMachineOnly(t *testing.T) {
	dir := heavy(t, "explore-sound")
	_, out := run(t, dir, Options{Schedules: 100, Filters: []string{"timers"}})
	if len(out.Findings) != 1 || out.Findings[0].Rule != ruleTest ||
		!slices.ContainsFunc(out.Findings[0].Because, func(b finding.Because) bool { return b.Message == PhaseTime.Assumption() }) {
		t.Errorf("findings %+v", out.Findings)
	}
}

func TestABuildInWhichAQuestionNoLongerBitesIsNeverCalledClean(t *testing.T) {
	dir := heavy(t, "explore-bugs")
	opt := Options{Schedules: 2, Filters: []string{"lost_update"}}
	tests, out := run(t, dir, opt)
	if !out.Complete {
		t.Fatalf("not complete before anything was broken: %+v", out.Unknowns)
	}
	path, ok := firstFile(filepath.Join(tests.TargetDir, "pollux-src", "tokio-"+out.Tokio), coopFile)
	if !ok {
		t.Fatal("the copy has no file for budgets")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	blind := strings.Replace(string(text), "crate::pollux::budget()", "128", 1)
	if err := os.WriteFile(path, []byte(blind), 0o644); err != nil || blind == string(text) {
		t.Fatalf("the question could not be taken out: %v", err)
	}
	_, out = run(t, dir, opt)
	if out.Complete || len(out.Unknowns) != 1 || !strings.Contains(out.Unknowns[0].Reason, "`lock-order` was found in 0 of 200") {
		t.Errorf("complete %v, unknowns %+v", out.Complete, out.Unknowns)
	}
}
