package engine

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"

	"pollux/internal/finding"
	"pollux/internal/ladder"
)

// Part is a share of the tests: number K of N, counted from 1. The zero value is all of them.
type Part struct {
	K  int `json:"k"`
	Of int `json:"of"`
}

func (p Part) String() string { return fmt.Sprintf("%d/%d", p.K, p.Of) }

// Holds reports whether a test, program::path, falls into the part: by its name alone, so that every machine agrees.
func (p Part) Holds(test string) bool {
	if p.Of <= 1 {
		return true
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(test)) // cannot fail
	return int(h.Sum64()%uint64(p.Of)) == p.K-1
}

// Partition is what a run over a part of the tests leaves for pollux merge.
type Partition struct {
	Part
	Gathered *gathered `json:"gathered"`
}

// gatheredSchema names the form of gathered; parts of another form are not merged.
const gatheredSchema = "pollux-gathered/1"

// gathered is everything the rungs of one run came to, before it is judged.
type gathered struct {
	Schema     string             `json:"schema"`
	Verb       string             `json:"verb,omitempty"` // that it is a part of, where that is not verify
	Part       Part               `json:"part"`
	Inputs     string             `json:"inputs"`              // names sources, toolchain and options, wherever the files lie: parts of one whole share it
	Rules      []string           `json:"rules"`               // the only ones of interest; none means all
	FailOn     finding.Severity   `json:"fail_on"`             // from which severity on a finding counts
	Witnesses  map[string]string  `json:"witnesses,omitempty"` // of a part: their texts, by path, since they lie on another machine
	Check      Result             `json:"check"`
	Suspicions []ladder.Suspicion `json:"suspicions"`
	Stages     []stage            `json:"stages"`
	Outer      []outerStage       `json:"outer"`
	Aside      string             `json:"aside,omitempty"` // why there was nothing to explore
	Compare    *base              `json:"compare,omitempty"`
}

// outerStage is what one outer tool came to.
type outerStage struct {
	Rung       Rung                 `json:"rung"`
	Shown      []ladder.Shown       `json:"shown"`
	Unknowns   []finding.Unknown    `json:"unknowns"`
	Suppressed []finding.Suppressed `json:"suppressed"`
}

// evidence is what the ladder judges.
func (g *gathered) evidence() ladder.Evidence {
	e := ladder.Evidence{Suspicions: slices.Clone(g.Suspicions), Complete: len(g.Stages) > 0}
	for _, s := range g.Stages {
		e.Shown = append(e.Shown, s.Shown...)
		e.Tests = append(e.Tests, s.Tests...)
		e.Looked += s.Looked
		e.Complete = e.Complete && s.Complete && s.Built
	}
	for _, o := range g.Outer {
		e.Shown = append(e.Shown, o.Shown...)
	}
	if rules := g.Rules; len(rules) > 0 {
		e.Suspicions = slices.DeleteFunc(e.Suspicions, func(s ladder.Suspicion) bool { return !slices.Contains(rules, s.Rule) })
		e.Shown = slices.DeleteFunc(e.Shown, func(s ladder.Shown) bool { return !slices.Contains(rules, s.Rule) })
	}
	return e
}

// rungs are the lines of the ladder, from the bottom to the top.
func (g *gathered) rungs() []Rung {
	out := slices.Clone(g.Check.Rungs)
	aside := cmp.Or(g.Aside, "the rungs below it came to no build")
	out = append(out, exploreRung(g.Stages, g.Part, aside))
	for _, o := range g.Outer {
		out = append(out, o.Rung)
	}
	return out
}

func (g *gathered) unknowns() []finding.Unknown {
	out := slices.Clone(g.Check.Unknowns)
	for _, s := range g.Stages {
		out = append(out, s.Unknowns...)
	}
	for _, o := range g.Outer {
		out = append(out, o.Unknowns...)
	}
	if g.Compare != nil && g.Compare.Reason != "" {
		out = append(out, finding.Unknown{What: "what was there before the change", Reason: g.Compare.Reason, Hint: "only lines are compared, which cannot tell what was fixed"})
	}
	sortUnknowns(out)
	return slices.Compact(out)
}

func (g *gathered) suppressed() []finding.Suppressed {
	out := slices.Clone(g.Check.Suppressed)
	for _, s := range g.Stages {
		out = append(out, s.Suppressed...)
	}
	for _, o := range g.Outer {
		out = append(out, o.Suppressed...)
	}
	sortSuppressed(out)
	return slices.Compact(out)
}
