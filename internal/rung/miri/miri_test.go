package miri

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rung"
)

// transcript is Miri's output in the form of its own test suite, about testdata/crates/sanitize-bugs. Miri cannot be installed
// where these tests are written, so none of them has met the real program; what rustup says without it is real.
func transcript(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func one(t testing.TB) *test {
	t.Helper()
	dir, err := filepath.Abs("../../../testdata/crates/sanitize-bugs")
	if err != nil {
		t.Fatal(err)
	}
	p := cargo.Program{Package: "sanitize-bugs", Crate: "memory", Target: "memory", Kind: "test", PackageDir: dir, Source: filepath.Join(dir, "tests/memory.rs")}
	x := &runner{report: &rung.Report{Name: name}, opt: Options{Seeds: 4, Limit: time.Minute}, toolchain: "nightly"}
	return &test{x, p, "some_test", rung.Places{Root: dir, PackageDir: dir}}
}

const summedUp = "\nrunning 1 test\ntest some_test ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.61s\n"

func TestErrorsOfMiriBecomeFindings(t *testing.T) {
	check := func(name, want string, severity finding.Severity, because ...string) {
		t.Helper()
		o, _ := one(t).judge(rung.Ending{Started: true, Status: 1, Stderr: transcript(t, name)}, 3)
		if o.Kind() != rung.Failed {
			t.Errorf("%s: %s %s", name, o.Kind(), o.Reason())
			return
		}
		f := o.Findings()[0]
		var said []string
		for _, b := range f.Because {
			said = append(said, b.Message)
		}
		got := f.Rule + " " + f.File + ": " + f.Message
		if got != want || f.Severity != severity || f.Line < 2 || !strings.Contains(f.Reproduce, "-Zmiri-seed=3") {
			t.Errorf("%s: %q at line %d, %s, %s\nwant %q", name, got, f.Line, f.Severity, f.Reproduce, want)
		}
		for _, w := range append(because, "under seed 3 of `some_test`") {
			if !strings.Contains(strings.Join(said, "|"), w) {
				t.Errorf("%s: no reason %q in %q", name, w, said)
			}
		}
	}
	check("moved.txt", "undefined-behavior src/lib.rs: memory access failed: an allocation has been freed, so this pointer is dangling (Miri)", finding.Error, "was allocated here", "was deallocated here", "inside `moved_on_the_heap`")
	check("race.txt", "data-race src/lib.rs: data race detected between (1) non-atomic read on thread `tokio-rt-worker` and (2) non-atomic write on thread `unnamed-2` at an allocation+0x8. (2) just happened here (Miri)", finding.Error, "and (1) occurred earlier here")
	check("leak.txt", "memory-leak tests/memory.rs: memory leaked: an allocation (Rust heap, size: 100, align: 1) (Miri)", finding.Warning)
	check("deadlock.txt", "program-deadlock tests/memory.rs: the evaluated program deadlocked (Miri)", finding.Error)
	check("borrow.txt", "undefined-behavior src/lib.rs: write access through a reference at an allocation is forbidden (Miri)", finding.Warning, "are experimental")
}

func TestWhatIsNoGoodRunIsNoPass(t *testing.T) {
	check := func(name string, end rung.Ending, want rung.Kind, reason string) {
		t.Helper()
		o, passed := one(t).judge(end, 0)
		if passed || o.Kind() != want || !strings.Contains(o.Reason(), reason) {
			t.Errorf("%s: passed %t, %s %q", name, passed, o.Kind(), o.Reason())
		}
	}
	check("not started", rung.Ending{}, rung.Unknown, "did not run")
	check("empty", rung.Ending{Started: true}, rung.Unknown, "has not summed up one test")
	check("late", rung.Ending{Started: true, Late: true, Stdout: summedUp}, rung.Unknown, "stopped after")
	check("killed", rung.Ending{Started: true, Status: 137, Stdout: summedUp}, rung.Unknown, "signal 9")
	check("cut", rung.Ending{Started: true, Cut: true, Stdout: summedUp}, rung.Unknown, "lost")
	check("no test", rung.Ending{Started: true, Stdout: "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 8 filtered out\n"}, rung.Unknown, "summed up")
	check("ignored", rung.Ending{Started: true, Stdout: "test result: ok. 0 passed; 0 failed; 1 ignored; 0 measured\n"}, rung.Aside, "ignored under Miri")
	check("two summaries", rung.Ending{Started: true, Stdout: summedUp + summedUp}, rung.Unknown, "summed up")
	check("failed", rung.Ending{Started: true, Status: 101, Stdout: "test result: FAILED. 0 passed; 1 failed\n"}, rung.Unknown, "the test fails")
	check("unsupported", rung.Ending{Started: true, Status: 1, Stderr: transcript(t, "unsupported.txt")}, rung.Unknown, "unsupported operation")
	check("does not compile", rung.Ending{Started: true, Status: 101, Stderr: "error[E0425]: cannot find value `x` in this scope\n --> src/lib.rs:1:1\n"}, rung.Unknown, "Miri stopped")
	check("an error of nobody's", rung.Ending{Started: true, Stdout: summedUp, Stderr: transcript(t, "moved.txt")}, rung.Unknown, "the status is 0")
	if _, passed := one(t).judge(rung.Ending{Started: true, Stdout: summedUp}, 0); !passed {
		t.Error("a good run is no pass")
	}
}

func TestNoBeginningOfAnErrorIsAPass(t *testing.T) {
	for _, name := range []string{"moved.txt", "race.txt", "leak.txt", "deadlock.txt", "borrow.txt", "unsupported.txt"} {
		text := transcript(t, name)
		for i := 0; i <= len(text); i += 13 {
			if _, passed := one(t).judge(rung.Ending{Started: true, Status: 1, Stderr: text[:i], Stdout: summedUp}, 0); passed {
				t.Fatalf("%s: the first %d bytes pass", name, i)
			}
		}
	}
}

func TestNotInstalledIsSaidAndNeverAPass(t *testing.T) {
	for _, said := range []string{transcript(t, "not-installed-stable.txt"), transcript(t, "not-installed-nightly.txt"), "", "miri"} {
		for _, status := range []int{0, 1, 101} {
			x := one(t).runner
			calls := 0
			x.call = func(context.Context, string, []string, time.Duration, ...string) (rung.Ending, error) {
				calls++
				return rung.Ending{Started: true, Status: status, Stderr: said, Stdout: said}, nil
			}
			o, err := x.find(context.Background(), "")
			if err != nil || o == nil || o.Kind() != rung.NotInstalled || !strings.Contains(o.Hint(), "component add miri") || calls != 2 {
				t.Fatalf("%q, status %d: %+v %v after %d calls", said, status, o, err, calls)
			}
			x.report.Add("Miri", *o)
			if x.report.Status() != "unknown" {
				t.Errorf("%q: status %s", said, x.report.Status())
			}
		}
	}
}

func TestEverySeedMustPass(t *testing.T) {
	check := func(name string, ends []rung.Ending, want rung.Kind, words string) {
		t.Helper()
		m := one(t)
		m.tests = &cargo.Tests{}
		seed := 0
		o, err := m.seeds(func(int) (rung.Ending, error) { seed++; return ends[seed-1], nil })
		if err != nil || o.Kind() != want || !strings.Contains(o.Bound()+o.Reason(), words) {
			t.Errorf("%s: %s %q %v", name, o.Kind(), o.Bound()+o.Reason(), err)
		}
	}
	good := rung.Ending{Started: true, Stdout: summedUp}
	check("four", []rung.Ending{good, good, good, good}, rung.Passed, "4 seeds")
	check("the last is late", []rung.Ending{good, good, good, {Started: true, Late: true}}, rung.Unknown, "under seed 3 it was stopped")
	check("the second finds something", []rung.Ending{good, {Started: true, Status: 1, Stderr: transcript(t, "race.txt")}}, rung.Failed, "")
}

func FuzzParse(f *testing.F) {
	f.Add("error: Undefined Behavior: x\n  --> a.rs:1:2\n")
	f.Add("error: test failed, to rerun pass `--lib`\n")
	m := one(f)
	f.Fuzz(func(t *testing.T, text string) {
		if _, passed := m.judge(rung.Ending{Started: true, Status: 1, Stderr: text, Stdout: summedUp}, 0); passed {
			t.Error("a bad status passes")
		}
		if _, passed := m.judge(rung.Ending{Started: true, Stderr: text, Stdout: summedUp}, 0); passed && len(parse(text)) > 0 {
			t.Error("an error passes")
		}
	})
}
