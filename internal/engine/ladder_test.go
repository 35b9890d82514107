package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rung"
)

// endings are processes that did not end as a pass must.
var badEndings = []rung.Ending{
	{}, {Started: true, Late: true}, {Started: true, Status: 137}, {Started: true, Status: 1}, {Started: true, Cut: true}, {Late: true, Status: 0},
}

// outcome draws one answer of a tool, with whether it is a pass or beside the question.
func outcome(r *rand.Rand) (o rung.Outcome, good bool) {
	good = true
	switch r.IntN(9) {
	case 0:
		return rung.Outcome{}, false
	case 1:
		return rung.Undecided("it said something that nobody knows", ""), false
	case 2:
		return rung.Missing("it is not installed", "install it"), false
	case 3:
		return rung.Skipped("there was no time", ""), false
	case 4:
		return rung.Fail(), false // it says that it failed, and names nothing
	case 5:
		return rung.Pass(badEndings[r.IntN(len(badEndings))], "the bound"), false
	case 6:
		return rung.Pass(rung.Ending{Started: true}, ""), false
	case 7:
		return rung.Beside("no question for it"), true
	}
	return rung.Pass(rung.Ending{Started: true}, "the bound"), true
}

// ladderOf verifies a project in which everything is fine but for what one tool says.
func ladderOf(t *testing.T, w *world, report *rung.Report) *Result {
	t.Helper()
	w.engine.Tool = func(ctx context.Context, p *Project, name string) (*Result, error) {
		return p.outer(ctx, name, "memory", func(context.Context, cargo.Request) (*rung.Report, error) { return report, nil })
	}
	p, err := w.engine.Open(context.Background(), Request{Dir: w.root})
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Verify(context.Background(), VerifyOptions{Suspected: true, Schedules: 1, Rungs: []string{"miri"}})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestWhatAToolDoesNotSayIsNeverClean draws reports of a tool over the closed set of answers: the whole is clean only when something
// passed, and all that was asked passed or was none of the tool's business.
func TestWhatAToolDoesNotSayIsNeverClean(t *testing.T) {
	w := newWorld(t)
	clean := 0
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 3))
		report, passed, all := &rung.Report{Name: "miri", Tool: "miri"}, false, true
		for n := range r.IntN(4) {
			o, good := outcome(r)
			report.Add(fmt.Sprint("test ", n), o)
			passed, all = passed || o.Kind() == rung.Passed, all && good
		}
		if r.IntN(4) == 0 {
			report.Lacking("a part", "it was lost", "")
			all = false
		}
		res := ladderOf(t, w, report)
		if want := passed && all; (res.Verdict == Clean) != want {
			t.Fatalf("seed %d: %s, want clean: %v\n%+v", seed, res.Verdict, want, report.Subjects)
		}
		if res.Verdict == Clean {
			clean++
		}
	}
	if clean == 0 || clean > 60 {
		t.Errorf("%d of 120 are clean: the draw tries too little", clean)
	}
}

func TestAToolThatFindsSomethingMakesAFinding(t *testing.T) {
	w := newWorld(t)
	f := finding.Finding{Rule: "data-race", Severity: finding.Error, Verdict: finding.Witnessed, Message: "two accesses", Span: finding.Span{File: "src/lib.rs", Line: 3, Column: 1}}
	report := &rung.Report{Name: "miri", Tool: "miri"}
	report.Add("a test", rung.Fail(f))
	res := ladderOf(t, w, report)
	if res.Verdict != Findings || len(res.Findings) != 1 || res.Findings[0].Rule != "data-race" {
		t.Errorf("%s %+v", res.Verdict, res.Findings)
	}
	// A tool whose answer is no answer at all.
	w.engine.Tool = func(context.Context, *Project, string) (*Result, error) { return &Result{}, nil }
	p, err := w.engine.Open(context.Background(), Request{Dir: w.root})
	if err != nil {
		t.Fatal(err)
	}
	res, err = p.Verify(context.Background(), VerifyOptions{Suspected: true, Schedules: 1, Rungs: []string{"miri"}})
	if err != nil || res.Verdict != Incomplete {
		t.Errorf("%v %v", res, err)
	}
}

func TestARungThatWasNotAskedForIsSaidAndIsNeitherGoodNorBad(t *testing.T) {
	w := newWorld(t)
	p, err := w.engine.Open(context.Background(), Request{Dir: w.root})
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Verify(context.Background(), VerifyOptions{Suspected: true, Schedules: 1})
	if err != nil || res.Verdict != Clean {
		t.Fatalf("%v %v", res, err)
	}
	for _, name := range []string{"explore", "loom", "sanitize", "miri", "console"} {
		i := slices.IndexFunc(res.Rungs, func(r Rung) bool { return r.Name == name })
		if i < 0 || res.Rungs[i].Status != "skipped" || res.Rungs[i].Reason == "" {
			t.Errorf("%s: %+v", name, res.Rungs)
		}
	}
}
