package engine

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/explore"
	"pollux/internal/fault"
)

// lanes gives a world whose exploration waits for an outer tool, or the reverse, so that it ends only where both run at once.
func lanes(t *testing.T, explores func(ctx context.Context, toolRuns <-chan struct{}) error, tool func(ctx context.Context, exploreRuns <-chan struct{}) (*Result, error)) *world {
	w := newWorld(t)
	exploreRuns, toolRuns := make(chan struct{}), make(chan struct{})
	w.engine.OpenTests = func(ctx context.Context, _ cargo.Request) (*explore.Workspace, error) {
		close(exploreRuns)
		return nil, explores(ctx, toolRuns)
	}
	w.engine.Tool = func(ctx context.Context, _ *Project, _ string) (*Result, error) {
		close(toolRuns)
		return tool(ctx, exploreRuns)
	}
	return w
}

func wait(ctx context.Context, other <-chan struct{}) error {
	select {
	case <-other:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var noTests = &cargo.UserError{Kind: cargo.NoCargo, Message: "there is no cargo"}

// climbs verifies the whole of w with one outer tool.
func climbs(t *testing.T, w *world, jobs, tool string) (*Result, error) {
	t.Helper()
	req := set("jobs", jobs)
	req.Dir = w.root
	p, err := w.engine.Open(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	return p.Verify(context.Background(), VerifyOptions{Schedules: 1, Rungs: []string{tool}})
}

func TestToolsThatAskNoClockRunBesideTheExploration(t *testing.T) {
	w := lanes(t,
		func(ctx context.Context, toolRuns <-chan struct{}) error {
			return errors.Join(wait(ctx, toolRuns), noTests)
		},
		func(ctx context.Context, exploreRuns <-chan struct{}) (*Result, error) {
			return &Result{Rungs: []Rung{{Name: "miri", Status: "ok"}}}, wait(ctx, exploreRuns)
		})
	res, err := climbs(t, w, "2", "miri")
	if err != nil {
		t.Fatal(err)
	}
	if got := statuses(res); !strings.Contains(got, "explore:unknown") || !strings.Contains(got, "miri:ok") {
		t.Error(got)
	}
}

func TestWhatMeasuresTimeRunsAlone(t *testing.T) {
	for _, test := range []struct{ jobs, tool string }{{"2", "console"}, {"1", "miri"}} {
		ended := false
		w := lanes(t,
			func(context.Context, <-chan struct{}) error { ended = true; return noTests },
			func(context.Context, <-chan struct{}) (*Result, error) {
				if !ended {
					t.Errorf("%s began beside the exploration with %s jobs", test.tool, test.jobs)
				}
				return &Result{Rungs: []Rung{{Name: test.tool, Status: "ok"}}}, nil
			})
		if _, err := climbs(t, w, test.jobs, test.tool); err != nil {
			t.Error(err)
		}
	}
}

func TestTheErrorOfOneLaneEndsTheOther(t *testing.T) {
	broken := fault.Usagef("no such thing")
	w := lanes(t,
		func(ctx context.Context, _ <-chan struct{}) error { <-ctx.Done(); return ctx.Err() },
		func(context.Context, <-chan struct{}) (*Result, error) { return nil, broken })
	if _, err := climbs(t, w, "2", "miri"); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	w = lanes(t,
		func(ctx context.Context, _ <-chan struct{}) error { <-ctx.Done(); return ctx.Err() },
		func(context.Context, <-chan struct{}) (*Result, error) { panic("a bug") })
	if _, err := climbs(t, w, "2", "miri"); err == nil || !strings.Contains(err.Error(), "panic: a bug") {
		t.Errorf("%v", err)
	}
}
