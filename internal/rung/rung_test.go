package rung

import (
	"context"
	"strings"
	"testing"
	"time"

	"pollux/internal/finding"
)

// whole is a process that ended as a pass must.
func whole() Ending { return Ending{Started: true, Stdout: "test result: ok"} }

func TestOnlyAWholeAndGoodEndingPasses(t *testing.T) {
	check := func(name string, end Ending, bound string, want Kind) {
		t.Helper()
		if got := Pass(end, bound); got.Kind() != want {
			t.Errorf("%s: %s (%s), want %s", name, got.Kind(), got.Reason(), want)
		}
	}
	broken := func(change func(*Ending)) Ending { e := whole(); change(&e); return e }
	check("a good end", whole(), "ten seeds", Passed)
	check("no bound", whole(), "", Unknown)
	check("nothing started", Ending{}, "ten seeds", Unknown)
	check("a good status of a process that did not start", broken(func(e *Ending) { e.Started = false }), "ten seeds", Unknown)
	check("late", broken(func(e *Ending) { e.Late = true }), "ten seeds", Unknown)
	check("cut output", broken(func(e *Ending) { e.Cut = true }), "ten seeds", Unknown)
	check("killed", broken(func(e *Ending) { e.Status = 137 }), "ten seeds", Unknown)
	check("status 1", broken(func(e *Ending) { e.Status = 1 }), "ten seeds", Unknown)
	check("status 66", broken(func(e *Ending) { e.Status = 66 }), "ten seeds", Unknown)
}

func TestWhatIsNoAnswerNeverMakesARungGreen(t *testing.T) {
	check := func(name, want string, outcomes ...Outcome) {
		t.Helper()
		r := &Report{Name: "loom"}
		for _, o := range outcomes {
			r.Add("a", o)
		}
		if got := r.Status(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	good, bad := Pass(whole(), "all"), Fail(finding.Finding{Rule: "loom-deadlock"})
	check("nothing", "unknown")
	check("the zero outcome", "unknown", Outcome{})
	check("the zero outcome beside a pass", "unknown", good, Outcome{})
	check("not installed", "unknown", good, Missing("there is no Miri", "rustup component add miri"))
	check("not run", "unknown", good, Skipped("no time", ""))
	check("only what is beside the question", "unknown", Beside("no model"))
	check("a failure without a finding", "unknown", Fail())
	check("a failure and a gap", "unknown", bad, Undecided("late", ""))
	check("a failure", "findings", good, bad)
	check("a pass", "ok", good, Beside("no model"))
}

func TestEveryGapIsNamedWithItsReason(t *testing.T) {
	r := &Report{Name: "miri"}
	r.Add("a", Missing("there is no Miri", "rustup component add miri"))
	r.Add("b", Outcome{})
	r.Lacking("c", "does not build", "")
	_, us := r.All()
	var got []string
	for _, u := range us {
		got = append(got, u.What+": "+u.Reason+u.Hint)
	}
	want := "c: does not build|a: there is no Mirirustup component add miri|b: nothing is known"
	if strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
}

func TestAProcessThatFloodsOrHangsIsNoPass(t *testing.T) {
	run := func(limit time.Duration, script string) Ending {
		t.Helper()
		end, err := Run(context.Background(), Process{Path: "sh", Args: []string{"-c", script}, Limit: limit, Keep: 100})
		if err != nil {
			t.Fatal(err)
		}
		return end
	}
	check := func(name string, end Ending, want string) {
		t.Helper()
		if !strings.Contains(end.Fault(), want) || Pass(end, "all").Kind() == Passed {
			t.Errorf("%s: fault %q, want %q", name, end.Fault(), want)
		}
	}
	check("flood", run(0, "seq 1000"), "lost")
	check("hang", run(50*time.Millisecond, "sleep 100"), "stopped after")
	check("kill", run(0, "kill -9 $$"), "signal 9")
	check("status", run(0, "exit 66"), "status 66")
	if end := run(0, "echo first; seq 1000"); !strings.HasPrefix(end.Stdout, "first\n1\n") || len(end.Stdout) != 100 {
		t.Errorf("what is kept is not the beginning: %q", end.Stdout)
	}
	end, err := Run(context.Background(), Process{Path: "/no/such/program"})
	if err != nil || end.Started || end.Fault() == "" {
		t.Errorf("%+v %v", end, err)
	}
}

func TestPanicsAreReadInOrder(t *testing.T) {
	text := "thread 't::deadlock' (11368) panicked at src/lib.rs:5:257:\nfirst\n  left: 1\nnote: run with `RUST_BACKTRACE=1` environment\n" +
		"noise\nthread 'main' panicked at a b.rs:1:2:\nsecond\nstack backtrace:\n  0: x\n"
	got := Panics(text)
	if len(got) != 2 || got[0] != (Panic{"t::deadlock", "src/lib.rs", 5, 257, "first\n  left: 1"}) || got[1] != (Panic{"main", "a b.rs", 1, 2, "second"}) {
		t.Errorf("%+v", got)
	}
}

func FuzzPanics(f *testing.F) {
	f.Add("thread 'x' panicked at a:1:2:\nmessage\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range Panics(text) {
			if p.File == "" || len(p.Message) > len(text) {
				t.Errorf("%+v", p)
			}
		}
	})
}

func TestTheSummarySaysWhatPassesCover(t *testing.T) {
	r := &Report{}
	r.Add("a", Pass(whole(), "4 seeds"))
	r.Add("b", Pass(whole(), "4 seeds"))
	r.Add("c", Undecided("late", ""))
	if got := r.Words(); got != "2 passed (4 seeds), 1 not decided" {
		t.Errorf("%q", got)
	}
	r.Add("d", Pass(whole(), "5 seeds"))
	r.Add("e", Pass(whole(), "6 seeds"))
	if got := r.Words(); got != "4 passed, 1 not decided" {
		t.Errorf("%q", got)
	}
}
