package engine

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"pollux/internal/cargo"
	"pollux/internal/explore"
	"pollux/internal/finding"
	"pollux/internal/ladder"
)

// stage is one exploration on the way up, as it can be kept and joined with others.
type stage struct {
	Name       string               `json:"name"`
	Built      bool                 `json:"built"`
	Complete   bool                 `json:"complete"`
	Looked     int                  `json:"looked"` // tests that were run to see what they reach, and reach nothing of it
	Listed     int                  `json:"listed"` // tests that the programs list
	Tests      []ladder.Test        `json:"tests"`
	Shown      []ladder.Shown       `json:"shown"`
	Unknowns   []finding.Unknown    `json:"unknowns"`
	Suppressed []finding.Suppressed `json:"suppressed"`
	Reason     string               `json:"reason"`             // why nothing was built, or nothing explored
	Cut        bool                 `json:"cut"`                // the budget ended it
	NoTokio    bool                 `json:"no_tokio,omitempty"` // no package depends on the runtime that can be explored
	Explored   Explored             `json:"explored"`
	Rendered   []string             `json:"rendered,omitempty"`
	// Of a part of an exploration alone: what names the programs that were run, by which compiler they were made, and the verdict when there
	// are none.
	hash, toolchain string
	verdict         Verdict
}

// deepStage is the name of the search that goes on after every test was explored once. The budget may cut it.
const deepStage = "suspected"

// stage explores, unless an answer for the same inputs is on record. The budget bounds it, its build included.
func (v *verification) stage(ctx context.Context, name string, opt ExploreOptions) (*stage, error) {
	left, ok := v.left()
	if !ok {
		return v.cutStage(name, v.spent("before it began")), nil
	}
	key := v.stageKey(name, opt)
	if kept, ok := v.recall(key); ok {
		return kept, nil
	}
	bounded, cancel := v.within(ctx, left)
	defer cancel()
	s, err := v.runStage(bounded, name, opt)
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		return v.cutStage(name, v.spent("while the tests were built")), nil
	}
	if err != nil {
		return nil, err
	}
	if ctx.Err() == nil && bounded.Err() != nil {
		s.Cut = true
		for i := range s.Unknowns {
			if s.Unknowns[i].Reason == explore.Interrupted {
				s.Unknowns[i].Reason, s.Unknowns[i].Hint = v.spent("before they were explored"), "--budget"
			}
		}
	}
	if s.Built && s.Complete {
		v.remember(key, s)
	}
	return s, nil
}

func (v *verification) cutStage(name, reason string) *stage {
	return &stage{Name: name, Built: true, Cut: true, Reason: reason, Unknowns: []finding.Unknown{{What: "the tests of the workspace", Reason: reason, Hint: "--budget"}}}
}

// runStage explores and applies allowances and levels to what was found.
func (v *verification) runStage(ctx context.Context, name string, opt ExploreOptions) (*stage, error) {
	p := v.plain
	rules, err := p.rules("explore")
	if err != nil {
		return nil, err
	}
	r := &run{Project: p, rules: rules, sources: v.sources}
	tests, out, err := p.runTests(ctx, opt, opt.within)
	if err != nil {
		return worldStage(name, err)
	}
	defer tests.Close()
	r.capture = &cargo.Capture{Root: tests.Root, TargetDir: tests.TargetDir, Toolchain: tests.Toolchain, Success: out.Build.Success, Diagnostics: out.Build.Diagnostics}
	r.takeExploration(out)
	r.allow()
	r.applyLevels()
	s := &stage{Name: name, Built: out.Build.Success, Complete: out.Complete, Looked: out.Missed, Listed: len(out.Names), Unknowns: r.unknowns, Suppressed: r.suppressed}
	if line := r.rungs[0]; line.Explored != nil {
		s.Explored = *line.Explored
		if !s.Built || out.Tokio == "" {
			s.Reason = line.Reason
		}
		if out.Tokio == "" && len(out.Unknowns) == 1 {
			s.Reason = out.Unknowns[0].Reason
			s.NoTokio = s.Reason == explore.NoTokio
		}
	}
	s.toolchain, s.verdict = r.capture.Toolchain, DoesNotBuild
	if v.exploring {
		if s.hash, err = r.explorationHash(out.Build.Programs); err != nil {
			return nil, err
		}
	}
	if !s.Built {
		s.Rendered = rendered(r.capture)
	}
	for _, t := range out.Tests {
		s.Tests = append(s.Tests, testOf(&t))
	}
	for _, f := range r.findings {
		shown := ladder.Shown{Located: v.located(f), Rung: "explore", Cancels: p.cancels(f.Witness)}
		shown.Touched, shown.New = v.touchedByLines(&f)
		s.Shown = append(s.Shown, shown)
	}
	return s, nil
}

// worldStage is the stage of a build that did not happen because of something in the user's world.
func worldStage(name string, err error) (*stage, error) {
	world, err := asWorld(err)
	if err != nil {
		return nil, err
	}
	return &stage{Name: name, verdict: world.verdict, Reason: world.Message, Unknowns: []finding.Unknown{{What: "the tests of the workspace", Reason: world.Error(), Hint: world.Hint}}}, nil
}

func testOf(t *explore.TestCoverage) ladder.Test {
	out := ladder.Test{
		Name: t.Crate + "::" + t.Test, Suspensions: t.Suspensions, Cancelled: t.Cancelled, Cleared: t.Cleared, Failed: len(t.Witnesses) > 0,
	}
	for _, p := range t.Phases {
		out.Schedules += p.Schedules
		out.Interleavings += p.Interleavings
	}
	for _, p := range t.Points {
		if at := (ladder.Point{File: p.File, Line: p.Line}); !slices.Contains(out.Points, at) {
			out.Points = append(out.Points, at)
		}
	}
	return out
}

// cancels reports whether a task is cancelled in the run of a witness. A witness that cannot be read shows nothing.
func (p *Project) cancels(witness string) bool {
	if witness == "" {
		return false
	}
	path := filepath.FromSlash(witness)
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.Root, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	w, err := explore.ParseWitness(string(text))
	return err == nil && w.Cancels()
}

// exploreRung is the line of the stages in the result.
func exploreRung(stages []stage, part Part, aside string) Rung {
	rung := Rung{Name: "explore", Status: "unknown"}
	if len(stages) == 0 {
		rung.Status, rung.Reason = "skipped", aside
		return rung
	}
	var sum Explored
	shown, listed, looked, complete, short := 0, 0, 0, true, false
	for i := range stages {
		s := &stages[i]
		sum.add(&s.Explored)
		shown, looked, listed = shown+len(s.Shown), looked+s.Looked, max(listed, s.Listed)
		if s.Cut && s.Name == deepStage {
			short = true
			continue
		}
		complete = complete && s.Complete
		if s.Reason != "" {
			rung.Reason = s.Reason
		}
	}
	sum.once()
	rung.Units, rung.Explored = sum.Tests, &sum
	switch {
	case rung.Reason != "":
		rung.Untested = sum.Tests == 0 && !slices.ContainsFunc(stages, func(s stage) bool { return !s.NoTokio })
		if sum.Tests > 0 {
			rung.Reason += "; " + coverageWords(&sum)
		}
	case !complete:
		rung.Reason = "not every test could be explored; " + coverageWords(&sum)
	case sum.Tests == 0 && part.Of > 1 && listed > 0:
		rung.Status, rung.Reason = "skipped", fmt.Sprintf("no test on tokio falls into part %s", part)
	case sum.Tests == 0 && looked > 0:
		rung.Untested = true
		rung.Reason = fmt.Sprintf("no test was seen to reach what is suspected or has changed: %s looked at", count(looked, "test"))
	case sum.Tests == 0 && listed == 0:
		rung.Reason, rung.Untested = "there are no tests", true
	case sum.Tests == 0:
		rung.Reason, rung.Untested = "no test runs on tokio", true
	case shown > 0:
		rung.Status, rung.Reason = "findings", coverageWords(&sum)
	default:
		rung.Status, rung.Reason = "ok", coverageWords(&sum)
	}
	if short {
		rung.Reason += "; the longer search about what is suspected was cut by the budget"
	}
	return rung
}

// once counts a test that was explored twice as one, with the longer of its searches.
func (e *Explored) once() {
	size := func(t explore.TestCoverage) (n int) {
		for _, p := range t.Phases {
			n += p.Schedules
		}
		return n
	}
	slices.SortStableFunc(e.PerTest, func(a, b explore.TestCoverage) int {
		return cmp.Or(compareCoverage(a, b), cmp.Compare(size(b), size(a)))
	})
	e.PerTest = slices.CompactFunc(e.PerTest, func(a, b explore.TestCoverage) bool { return compareCoverage(a, b) == 0 })
	e.Tests, e.Cleared, e.Mapped = 0, 0, 0
	for _, t := range e.PerTest {
		e.Tests++
		if t.Cleared {
			e.Cleared++
		}
		if t.Mapped {
			e.Mapped++
		}
	}
}

func (e *Explored) add(o *Explored) {
	e.Tests += o.Tests
	e.Schedules += o.Schedules
	e.Interleavings += o.Interleavings
	e.Plain += o.Plain
	e.Mapped += o.Mapped
	e.Suspensions += o.Suspensions
	e.Cancelled += o.Cancelled
	e.Woken += o.Woken
	e.CancelledWoken += o.CancelledWoken
	e.Waiting += o.Waiting
	e.Cleared += o.Cleared
	if o.Tokio != "" {
		e.Tokio = o.Tokio
	}
	e.PerTest = append(perTest(e.PerTest), o.PerTest...)
	slices.SortStableFunc(e.PerTest, compareCoverage)
}

func compareCoverage(a, b explore.TestCoverage) int {
	return slices.Compare([]string{a.Package, a.Crate, a.Test}, []string{b.Package, b.Crate, b.Test})
}

func coverageWords(e *Explored) string {
	return coverage(explore.Coverage{Tests: e.Tests, Schedules: e.Schedules, Interleavings: e.Interleavings, Cleared: e.Cleared, Suspensions: e.Suspensions, Cancelled: e.Cancelled,
		Woken: e.Woken, CancelledWoken: e.CancelledWoken, Waiting: e.Waiting})
}
