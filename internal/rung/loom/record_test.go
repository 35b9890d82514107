package loom

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/rung"
)

const passed = "search 1 preemptions 2 branches 1000\nat 00000000000000000004\nend 1 completed 4\n" +
	"search 2 preemptions all branches 1000\nat 00000000000000000012\nend 2 completed 12\n"

func attemptOf(text string, end rung.Ending) *attempt {
	a := &attempt{end: end}
	a.record, a.garbled = parseRecord(text)
	return a
}

func kindOf(a *attempt) rung.Kind {
	o, f := judge(a, time.Minute)
	if f != nil {
		return rung.Failed
	}
	return o.Kind()
}

var good = rung.Ending{Started: true, Stdout: "test a ... ok\n"}

func TestASearchPassesOnlyWhenItsRecordSaysSo(t *testing.T) {
	check := func(name, record string, want rung.Kind, reason string) {
		t.Helper()
		a := attemptOf(record, good)
		o, _ := judge(a, time.Minute)
		if o.Kind() != want || !strings.Contains(o.Bound()+o.Reason(), reason) {
			t.Errorf("%s: %s, bound %q, reason %q", name, o.Kind(), o.Bound(), o.Reason())
		}
	}
	check("two searches", passed, rung.Passed, "all interleavings with at most 2 preemptions, 16 permutations")
	check("no search", "", rung.Aside, "no loom model")
	check("capped by permutations", "search 1 preemptions all branches 9\nat 00000000000000000002\nend 1 permutations 2\n", rung.Unknown, "bound on permutations")
	check("capped by time", "search 1 preemptions all branches 9\nat 00000000000000000002\nend 1 duration 2\n", rung.Unknown, "bound on time")
	check("no end", "search 1 preemptions all branches 9\nat 00000000000000000002\n", rung.Unknown, "did not come to its end")
	check("completed without a permutation", "search 1 preemptions all branches 9\nat 00000000000000000000\nend 1 completed 0\n", rung.Unknown, "not known")
	check("an end that is another's", passed+"end 1 completed 4\n", rung.Unknown, "second one")
	check("an end of nothing", "end 1 completed 4\n", rung.Unknown, "did not begin")
	check("a word too much", strings.Replace(passed, "completed 4", "completed 4 5", 1), rung.Unknown, "why and when")
	check("another word", strings.Replace(passed, "completed", "finished", 1), rung.Unknown, "unknown reason")
	check("noise", "Completed in 4 iterations\n", rung.Unknown, "not in its form")
}

func TestNoBeginningOfARecordPassesForTheWhole(t *testing.T) {
	for i := range len(passed) {
		a := attemptOf(passed[:i], good)
		if kindOf(a) == rung.Passed && passed[:i] != passed[:strings.Index(passed, "search 2")] {
			t.Errorf("a record of %d of %d bytes passes", i, len(passed))
		}
	}
}

func TestNoPassWithoutAGoodEnd(t *testing.T) {
	for name, end := range map[string]rung.Ending{
		"late":        {Started: true, Late: true},
		"killed":      {Started: true, Status: 137},
		"aborted":     {Started: true, Status: 134},
		"failed":      {Started: true, Status: 101, Stderr: "thread 'a' panicked at src/lib.rs:1:1:\nno\n"},
		"not started": {},
		"cut":         {Started: true, Cut: true},
	} {
		if k := kindOf(attemptOf(passed, end)); k != rung.Unknown {
			t.Errorf("%s: %s", name, k)
		}
	}
}

func TestWhatATestPrintsDecidesNothing(t *testing.T) {
	open := "search 1 preemptions all branches 9\nat 00000000000000000002\n"
	for _, say := range []string{
		" INFO loom::model: Completed in 4 iterations", "test result: ok. 1 passed", "end 1 completed 4", "\x1b[2Jtest a ... ok",
	} {
		end := rung.Ending{Started: true, Stdout: say + "\n", Stderr: say + "\n"}
		if k := kindOf(attemptOf(open, end)); k != rung.Unknown {
			t.Errorf("%q: %s", say, k)
		}
	}
}

// endings are real: what loom 0.7.3 and rustc 1.95 wrote for the models in testdata/crates/loom-models.
func TestTheWaysInWhichLoomFailsAreToldApart(t *testing.T) {
	open := "search 1 preemptions all branches 1000\nat 00000000000000000003\n"
	check := func(file string, status int, rule, reason string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		o, f := judge(attemptOf(open, rung.Ending{Started: true, Status: status, Stderr: string(text)}), time.Minute)
		switch {
		case rule == "" && (f != nil || o.Kind() == rung.Passed || !strings.Contains(o.Reason(), reason)):
			t.Errorf("%s: %s %q %+v", file, o.Kind(), o.Reason(), f)
		case rule != "" && (f == nil || f.rule != rule || f.permutation != 3):
			t.Errorf("%s: %+v, want %s", file, f, rule)
		}
	}
	check("deadlock.txt", 134, ruleDeadlock, "")
	check("lost-wake-up.txt", 101, ruleDeadlock, "")
	check("data-race.txt", 101, ruleRace, "")
	check("leak.txt", 101, ruleLeak, "")
	check("spin.txt", 134, ruleUnbounded, "")
	check("assertion.txt", 101, ruleAssertion, "")
	check("threads.txt", 101, "", "loom cannot run it")
}

func TestAFailureOutsideOfAModelIsNoFindingOfLoom(t *testing.T) {
	check := func(message string, want rung.Kind) {
		t.Helper()
		end := rung.Ending{Started: true, Status: 101, Stderr: "thread 'a' panicked at $REGISTRY/loom-0.7.3/src/rt/scheduler.rs:128:13:\n" + message + "\n"}
		if k := kindOf(attemptOf("", end)); k != want {
			t.Errorf("%s: %s, want %s", message, k, want)
		}
	}
	check("cannot access Loom execution state from outside a Loom model. are you", rung.Aside)
	check("assertion failed", rung.Unknown)
}

func TestHowPackagesAskForLoom(t *testing.T) {
	check := func(target string, want ...string) {
		t.Helper()
		if got := options(target); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
	check("")
	check("cfg(loom)", "loom")
	check("cfg(oneshot_loom)", "oneshot_loom")
	check("cfg(all(loom, test))", "loom")
	check(`cfg(all(target_os = "linux", crossbeam_loom))`, "crossbeam_loom")
	check("cfg(all(loom, not(miri_only)))", "loom")
	check("x86_64-unknown-linux-gnu")
	ways := waysOf([]cargo.Requirement{
		{Package: "a", Target: "cfg(loom)", Kind: "dev"}, {Package: "b", Target: "cfg(loom)"}, {Package: "b", Target: "cfg(loom)", Kind: "dev"},
		{Package: "c", Optional: true, Features: []string{"all", "loom"}}, {Package: "d", Kind: "build"},
	}, nil)
	if len(ways) != 2 || strings.Join(ways[0].packages, " ") != "a b" || ways[1].words() != "--features c/loom" {
		t.Errorf("%+v", ways)
	}
}

func FuzzRecord(f *testing.F) {
	f.Add(passed)
	f.Add("step 1 2 3 src/lib.rs\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRecord(text)
		if err == nil && r.open() == 0 && r.capped() == "" && len(r.searches) > 0 && strings.Count(text, " completed ") < len(r.searches) {
			t.Errorf("%q passes with %d searches", text, len(r.searches))
		}
	})
}
