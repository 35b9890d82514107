package loop

import (
	"context"
	"strings"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/compare"
	"pollux/internal/engine"
	"pollux/internal/finding"
	"pollux/internal/loop/looptest"
)

// verifies lets the runs of a round come to what the source says: a line STUCK at which a run fails, UNTESTED, CUT, TESTFAULT.
func (w *world) verifies() {
	w.loop.Engine.Rules = append(w.loop.Engine.Rules, &analysis.Rule{ID: "stuck-task", Family: analysis.FamilyExplore, Severity: finding.Error})
	w.loop.Verify = func(ctx context.Context, p *engine.Project, since *compare.Snapshot) (*engine.Result, error) {
		res, err := p.Check(ctx)
		if err != nil || res.Verdict == engine.DoesNotBuild {
			return res, err
		}
		if since == nil {
			w.t.Error("nobody says what the verification is about")
		}
		rung, source := engine.Rung{Name: "explore", Status: "ok", Reason: "1 test, 30 schedules"}, w.lib()
		switch {
		case strings.Contains(source, "TESTFAULT"):
			rung.Status, rung.Reason = "unknown", "the tests do not build: 1 error"
			res.TestsBroken, res.Rendered = true, []string{"error[E0425]: cannot find `helper`"}
		case strings.Contains(source, "CUT"):
			rung.Status, rung.Reason = "unknown", "not every test could be explored"
		case strings.Contains(source, "UNTESTED"):
			rung.Status, rung.Reason, rung.Untested = "unknown", "there are no tests", true
		}
		for i, line := range strings.Split(source, "\n") {
			if strings.Contains(line, "STUCK") {
				res.Findings = append(res.Findings, finding.Finding{
					ID: "stuck" + line, Rule: "stuck-task", Severity: finding.Error, Verdict: finding.Shrunk, Message: "a task waits for ever",
					Span: finding.Span{File: "src/lib.rs", Line: i + 1, EndLine: i + 1},
				})
			}
		}
		res.Rungs = append(res.Rungs, rung)
		return res, nil
	}
}

func TestARoundIsVerifiedByRuns(t *testing.T) {
	check := func(before string, turns []string, verdict engine.Verdict, by Evidence, words ...string) {
		t.Helper()
		script := make([]looptest.Turn, len(turns))
		for i, text := range turns {
			script[i] = brings(clean + text)
		}
		w := newWorld(t, script...)
		w.write("src/lib.rs", clean+before)
		w.verifies()
		w.loop.Agent = w.agent(Options{})
		rep := w.run()
		w.wants(rep, verdict, len(turns), words...)
		if got := rep.Rounds[len(rep.Rounds)-1].By; got != by {
			t.Errorf("the verdict rests on %s, want %s\n%s", got, by, rep.Text())
		}
	}
	check("", []string{"// STUCK\n", "// fine\n"}, engine.Clean, ByRuns, "a task waits for ever", "verified by runs: 1 test, 30 schedules", "clean: nothing is open\n")
	check("", []string{"// UNTESTED\n"}, engine.Clean, ByReading, "checked by reading alone: there are no tests", "as far as reading the code tells: no run was made")
	check("", []string{"// CUT\n"}, engine.Incomplete, ByNothing, "could not be checked")
	check("// STUCK\n", []string{"// STUCK\n// more\n"}, engine.Clean, ByRuns) // it was there before
	check("// CUT\n", []string{"// CUT\n// STUCK\n", "// fine\n"}, engine.Clean, ByRuns, "a task waits for ever")
	check("// TESTFAULT\n", []string{"// TESTFAULT\n// more\n"}, engine.Incomplete, ByNothing)
	check("", []string{"// TESTFAULT\n", "// fine\n"}, engine.Clean, ByRuns, "The tests of the crate do not build after this turn", "cannot find `helper`")
}

func TestWhatARunFindsElsewhereIsNotHeldAgainstTheAgentWhenNobodyRanItBefore(t *testing.T) {
	w := newWorld(t, looptest.Turn{Write: map[string]string{"src/more.rs": "fn g() {}\n"}})
	w.write("src/lib.rs", clean+"// STUCK\n")
	w.verifies()
	inner, calls := w.loop.Verify, 0
	w.loop.Verify = func(ctx context.Context, p *engine.Project, since *compare.Snapshot) (*engine.Result, error) {
		res, err := inner(ctx, p, since)
		if calls++; calls == 1 { // the first look is cut before it comes to the test
			res.Findings = nil
			res.Rungs[len(res.Rungs)-1] = engine.Rung{Name: "explore", Status: "unknown", Reason: "cut"}
		}
		return res, err
	}
	w.loop.Agent = w.agent(Options{})
	w.wants(w.run(), engine.Incomplete, 1, "it may have been there before, when the tests could not all be run")
}
