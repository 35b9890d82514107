package engine

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pollux/internal/cargo"
)

// verify opens the project of w and goes up the ladder.
func (w *world) verify(req Request, opt VerifyOptions) *Result {
	w.t.Helper()
	req.Dir = w.root
	p, err := w.engine.Open(context.Background(), req)
	if err != nil {
		w.t.Fatal(err)
	}
	opt.Schedules, opt.Suspected = 1, true
	res, err := p.Verify(context.Background(), opt)
	if err != nil {
		w.t.Fatal(err)
	}
	return res
}

func TestACheckThatOutlivesTheBudgetIsNoAnswer(t *testing.T) {
	killed := func(ctx context.Context, _ cargo.Request) (*cargo.Capture, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	half := func(ctx context.Context, _ cargo.Request) (*cargo.Capture, error) { // what a cargo that was killed may leave
		<-ctx.Done()
		return &cargo.Capture{Toolchain: "rustc 1.95.0"}, nil
	}
	for name, build := range map[string]func(context.Context, cargo.Request) (*cargo.Capture, error){"killed": killed, "half": half} {
		w := newWorld(t)
		w.engine.Build, w.engine.Now = build, time.Now
		res := w.verify(Request{}, VerifyOptions{Budget: 20 * time.Millisecond})
		if res.Verdict != Incomplete || len(res.Unknowns) != 1 || !strings.Contains(res.Unknowns[0].Reason, "the budget of 20ms was spent while cargo checked") {
			t.Errorf("%s: %s %+v", name, res.Verdict, res.Unknowns)
		}
		for _, rung := range res.Rungs {
			if rung.Status == "ok" {
				t.Errorf("%s: %+v", name, rung)
			}
		}
	}
}

func TestAWholeCheckCountsAlthoughTheBudgetEndsWithIt(t *testing.T) {
	w := newWorld(t)
	w.finds("held", "f", 3, 2)
	build := w.engine.Build
	w.engine.Now = time.Now
	w.engine.Build = func(ctx context.Context, req cargo.Request) (*cargo.Capture, error) {
		<-ctx.Done()
		return build(ctx, req)
	}
	res := w.verify(Request{}, VerifyOptions{Budget: 20 * time.Millisecond})
	if res.Verdict != Findings || len(res.Findings) != 1 {
		t.Errorf("%s %+v", res.Verdict, res.Findings)
	}
}

func TestWhatCouldNotBeCheckedIsNotCalledFixed(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	w := newWorld(t)
	w.finds("held", "f", 3, 2)
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = w.root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	w.write("src/lib.rs", source+"// edited\n")
	now := w.capture
	w.engine.Build = func(_ context.Context, req cargo.Request) (*cargo.Capture, error) {
		c := now
		c.Success = req.Dir != w.root // the state before builds
		return &c, nil
	}
	w.engine.Static = func(_ context.Context, c *cargo.Capture, _ StaticOptions) (StaticOutcome, error) {
		if !c.Success {
			return StaticOutcome{}, nil
		}
		return w.outcome, nil
	}
	res := w.verify(Request{Since: "HEAD"}, VerifyOptions{})
	if res.Verdict != DoesNotBuild || len(res.Fixed) != 0 || res.Compare == nil || res.Compare.Fixed != 0 || res.Compare.By != "changed lines" {
		t.Errorf("%s, fixed %v, %+v", res.Verdict, res.Fixed, res.Compare)
	}
}
