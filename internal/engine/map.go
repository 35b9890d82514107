package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"pollux/internal/analysis"
	"pollux/internal/cache"
	"pollux/internal/confidence"
	"pollux/internal/ladder"
	"pollux/internal/rust"
)

// MapResult is the confidence map of a project with what a face needs to show it.
type MapResult struct {
	*confidence.Map
	Verdict  Verdict  `json:"verdict"` // clean when the map could be drawn whole: a map judges nothing
	Rendered []string `json:"-"`
}

// ConfidenceMap checks the project, reads its units, and joins what the last verification of these very sources has shown.
func (p *Project) ConfidenceMap(ctx context.Context) (*MapResult, error) {
	v := &verification{plain: p.without(), begun: p.engine.Now(), sources: newSources(p.Root)}
	check, err := v.plain.Check(ctx)
	if err != nil {
		return nil, err
	}
	survey := &confidence.Survey{Name: p.names()}
	unknowns := slices.Clone(check.Unknowns)
	if check.Build != nil && p.engine.Visit != nil {
		more, err := p.engine.Visit(ctx, check.Build, StaticOptions{Knowledge: p.Settings.Knowledge, Jobs: p.Settings.Jobs}, survey.Add)
		if err != nil {
			return nil, fmt.Errorf("survey the project: %w", err)
		}
		unknowns = append(unknowns, more...)
		if v.input, err = v.hashInputs(check); err != nil {
			return nil, err
		}
	}
	m := survey.Judge(v.evidence(check))
	m.Version, m.Toolchain, m.Root = Version, check.Toolchain, p.Root
	sortUnknowns(unknowns)
	m.Unknowns = orEmpty(slices.Compact(unknowns))
	res := &MapResult{Map: m, Rendered: check.Rendered, Verdict: Clean}
	switch {
	case check.Verdict == DoesNotBuild:
		res.Verdict = DoesNotBuild
	case check.Build == nil || check.Verdict == Incomplete:
		res.Verdict = Incomplete
	}
	return res, nil
}

// names finds the function around a place, as its file has it: `Pool::get`.
func (p *Project) names() func(file string, line int) string {
	files := map[string]*rust.File{}
	return func(file string, line int) string {
		parsed, ok := files[file]
		if !ok {
			if text, ok := p.text(file); ok {
				parsed = rust.Parse(file, text)
			}
			files[file] = parsed
		}
		if parsed == nil {
			return ""
		}
		fn := around(parsed, line)
		switch {
		case fn == nil:
			return ""
		case fn.Impl != nil:
			return generics.ReplaceAllString(fn.Impl.SelfType, "") + "::" + fn.Name
		case fn.Trait != nil:
			return fn.Trait.Name + "::" + fn.Name
		}
		return fn.Name
	}
}

// evidence is what the check found, joined with the last verification of the same sources.
func (v *verification) evidence(check *Result) confidence.Evidence {
	e := confidence.Evidence{Findings: check.Findings, Classes: map[string]confidence.Class{}}
	for _, r := range v.plain.engine.Rules {
		e.Classes[r.ID] = confidence.Class(r.Family)
		if r.Rung() != "check" {
			e.Classes[r.ID] = confidence.Schedules
		}
		if r.Explorer == analysis.Cancellations {
			e.Classes[r.ID] = confidence.Cancel
		}
	}
	g, ok := v.lastGathered()
	if !ok {
		return e
	}
	e.Findings = ladder.Join(g.evidence()).Findings
	tests, schedules := 0, 0
	for _, s := range g.Stages {
		for _, t := range s.Explored.PerTest {
			test := confidence.Test{Name: t.Crate + "::" + t.Test, Suspensions: t.Suspensions, Cancelled: t.Cancelled, Cleared: t.Cleared}
			for _, ph := range t.Phases {
				test.Schedules += ph.Schedules
			}
			for _, at := range t.Points {
				test.Points = append(test.Points, confidence.Point{File: at.File, Line: at.Line, Column: at.Column})
			}
			e.Tests = append(e.Tests, test)
			tests, schedules = tests+1, schedules+test.Schedules
		}
	}
	if len(g.Stages) > 0 {
		e.Ran = fmt.Sprintf("the last verification of these sources: %s under %s", count(tests, "test"), count(schedules, "schedule"))
		if line := exploreRung(g.Stages, g.Part, ""); line.Status == "unknown" {
			e.Ran += "; it is not complete: " + line.Reason
		}
	}
	return e
}

func (v *verification) gatheredPath() string {
	return filepath.Join(v.plain.engine.CacheDir, "verify", "of-"+v.input[:32]+".json")
}

// keep leaves what was gathered for the map, unless there is more on record about the same sources already.
func (v *verification) keep(g *gathered) {
	if v.input == "" || g.Part.Of > 1 {
		return
	}
	if have, ok := v.lastGathered(); ok && have.tests() > g.tests() {
		return
	}
	all := *g
	all.Suspicions = slices.Clone(g.Suspicions)
	for i := range all.Suspicions {
		all.Suspicions[i].Touched = true // a map shows the whole, whatever the verification was about
	}
	all.Stages = slices.Clone(g.Stages)
	for i := range all.Stages {
		all.Stages[i].Shown = slices.Clone(g.Stages[i].Shown)
		for n := range all.Stages[i].Shown {
			all.Stages[i].Shown[n].Touched = true
		}
	}
	all.Rules, all.Compare, all.Check = nil, nil, Result{}
	if text, err := json.Marshal(&all); err == nil {
		_ = cache.WriteFile(v.gatheredPath(), text) // without it the map knows less, and says so
	}
}

func (g *gathered) tests() int {
	n := 0
	for _, s := range g.Stages {
		n += s.Explored.Tests
	}
	return n
}

func (v *verification) lastGathered() (*gathered, bool) {
	if v.input == "" {
		return nil, false
	}
	text, err := os.ReadFile(v.gatheredPath())
	if err != nil {
		return nil, false
	}
	var g gathered
	if json.Unmarshal(text, &g) != nil || g.Schema != gatheredSchema {
		return nil, false
	}
	return &g, true
}
