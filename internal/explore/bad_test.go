package explore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pollux/internal/explore/exploretest"
)

func TestATestThatCannotBeExploredIsNamedWithItsReason(t *testing.T) {
	check := func(test exploretest.Test, reason, hint string) {
		t.Helper()
		dir, out := play(t, map[string]exploretest.Test{"bad": test}, Options{PlainLimit: time.Second})
		if out.Complete || len(out.Findings) > 0 || len(out.Unknowns) != 1 {
			t.Errorf("%+v: %+v", test, out)
			return
		}
		if u := out.Unknowns[0]; u.What != "schedules::bad" || !strings.Contains(u.Reason, reason) || !strings.Contains(u.Hint, hint) {
			t.Errorf("%+v: %+v, want %q, %q", test, u, reason, hint)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "target", "*", "*")); len(left) > 0 {
			t.Errorf("%+v: left behind: %v", test, left)
		}
	}
	asks := []string{"b"}
	check(exploretest.Test{Always: "fails Connection refused (os error 111)"}, "fails without exploration", "panic at tests/schedules.rs:3:5: Connection refused")
	check(exploretest.Test{Always: "hangs"}, "takes more than 1s without exploration", "")
	check(exploretest.Test{Always: "aborts"}, "fails without exploration", "it ends with status 137")
	check(exploretest.Test{Asks: asks, Fails: []string{"0:b1"}, How: "leaves"}, "ended the process with status 7", "")
}

func TestATestThatHangsIsExploredForTheReason(t *testing.T) {
	hangs := exploretest.Test{Hangs: true, Asks: []string{"b"}, Fails: []string{"0:b1"}, How: "stuck", At: "src/lib.rs:7:5 demo::wait"}
	_, out := play(t, map[string]exploretest.Test{"hangs": hangs}, Options{PlainLimit: time.Second})
	if !out.Complete || len(out.Unknowns) > 0 || len(out.Findings) != 1 {
		t.Fatalf("%+v", out)
	}
	f := out.Findings[0]
	if last := f.Because[len(f.Because)-1].Message; f.Rule != ruleStuck || last != "without exploration the test did not end within 1s either" {
		t.Errorf("%+v", f)
	}
}

func TestATestThatHangsForNoReasonThatAScheduleShowsIsUndecided(t *testing.T) {
	_, out := play(t, map[string]exploretest.Test{"hangs": {Hangs: true, Asks: []string{"b"}}}, Options{PlainLimit: time.Second, Schedules: 4})
	if out.Complete || len(out.Findings) > 0 || len(out.Unknowns) != 1 || out.Unknowns[0].Reason != "takes more than 1s without exploration" {
		t.Errorf("%+v", out)
	}
}

func TestATestThatWritesWithoutEndIsExploredAllTheSame(t *testing.T) {
	_, out := play(t, map[string]exploretest.Test{"loud": {Always: "floods", Asks: []string{"b"}}}, Options{Schedules: 2})
	if !out.Complete || out.Covered.Tests != 1 || len(out.Unknowns) > 0 {
		t.Errorf("%+v", out)
	}
}

func TestATestThatRemovesItsOwnDirectoryIsNamedAndTheOthersAreNotLost(t *testing.T) {
	gone := t.TempDir()
	tests := map[string]exploretest.Test{
		"a_sound": {Asks: []string{"b"}}, "b_removes": {Always: "removes " + gone, Asks: []string{"b"}}, "c_sound": {Asks: []string{"b"}},
	}
	_, out := playIn(t, gone, tests, Options{Schedules: 8, Jobs: 1})
	if out.Complete || out.Covered.Tests != 1 || len(out.Unknowns) != 2 {
		t.Fatalf("%+v", out)
	}
	for _, u := range out.Unknowns {
		if !strings.Contains(u.Reason, "the directory of its package is not there any more: "+gone) {
			t.Errorf("%+v", u)
		}
	}
}

func TestThePanicOfATestIsFoundInWhatItWrote(t *testing.T) {
	check := func(stderr, want string) {
		t.Helper()
		if got := panicWords(stderr); got != want {
			t.Errorf("%q: %q, want %q", stderr, got, want)
		}
	}
	check("noise\n\nthread 'a::b' (12) panicked at src/lib.rs:3:5:\nassertion failed\n  left: 1\nnote: run with\n", "panic at src/lib.rs:3:5: assertion failed   left: 1")
	check("thread 'main' panicked at 'old words, with a comma', src/lib.rs:3:5\nnote: run with\n", "panic at src/lib.rs:3:5: old words, with a comma")
	check("thread 'main' panicked at src/lib.rs:3:5:\n", "panic at src/lib.rs:3:5: without a message")
	check("error: x", "")
}

func TestAProgramThatIsGoneIsNoErrorOfPollux(t *testing.T) {
	x := &explorer{tests: &Workspace{TargetDir: t.TempDir()}}
	p := process{limit: time.Minute}
	p.program.Path = filepath.Join(t.TempDir(), "gone")
	end, err := x.start(t.Context(), p)
	if err != nil || end.garbled == nil || end.status == 0 {
		t.Errorf("%+v, %v", end, err)
	}
	if err := os.WriteFile(p.program.Path, []byte("no program"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := x.start(t.Context(), p); err == nil {
		t.Error("a file that cannot be run is no ending of a test")
	}
}
