package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pollux/internal/analysis"
	"pollux/internal/compare"
	"pollux/internal/explore"
	"pollux/internal/fault"
	"pollux/internal/finding"
	"pollux/internal/ladder"
)

// VerifyOptions says how far up the ladder to go, and how long.
type VerifyOptions struct {
	Budget    time.Duration // for all rungs together, the first build included; 0 means no limit
	Rungs     []string      // outer tools to run beside what is run anyway: see [AskableRungs]
	Schedules int           // per test and phase; a test that reaches a suspicion is run under tenfold as many
	Part      Part          // which tests to explore; the zero value means all
	// Suspected explores only what the static rung suspects and, with a revision to compare with, what has changed since: for
	// callers that cannot wait.
	Suspected bool
	Near      string // explore only what reaches a difference from this revision, and report all the same; empty means everything
	// NearSince does as Near, for a state of the tree that was kept; nil means everything.
	NearSince *compare.Snapshot
	Filters   []string // parts of names of tests to explore; none means all
	Fresh     bool     // answers of earlier runs are not used
}

// AskableRungs are the rungs that run only when they are asked for; loom also runs where a package depends on it.
func AskableRungs() []string { return []string{"loom", "sanitize", "miri", "console"} }

// deeper is how many times more schedules a test is run under that reaches a suspicion.
const deeper = 10

// Verify goes up the ladder: compile, static, exploration of each suspicion, exploration of the rest, outer tools. An error means
// that there is no answer at all.
func (p *Project) Verify(ctx context.Context, opt VerifyOptions) (*Result, error) {
	if p.req.WriteBaseline {
		return nil, fault.Usagef("pollux verify writes no baseline").Hint("pollux check --write-baseline does")
	}
	refs, err := p.references(ctx)
	if err != nil {
		return nil, err
	}
	v := &verification{plain: p.without(), refs: refs, near: refs.changes, opt: opt, begun: p.engine.Now(), sources: newSources(p.Root)}
	if err := v.lookNear(ctx); err != nil {
		return nil, err
	}
	check, err := v.checked(ctx)
	if err != nil {
		return nil, err
	}
	if check.Build != nil {
		v.targetDir = check.Build.TargetDir
		v.input, err = v.hashInputs(check)
		if err != nil {
			return nil, err
		}
	}
	g := &gathered{Schema: gatheredSchema, Part: opt.Part, Check: *check, Rules: p.Settings.Rules, FailOn: p.Settings.FailOn}
	if err := v.judgeCheck(ctx, g, check); err != nil {
		return nil, fmt.Errorf("judge the check: %w", err)
	}
	if check.Verdict != DoesNotBuild && check.Build != nil {
		if err := v.climb(ctx, g); err != nil {
			return nil, err
		}
	}
	v.keep(g)
	res := g.assemble()
	if opt.Part.Of > 0 {
		if err := v.seal(g, nil); err != nil {
			return nil, err
		}
		res.Partition = &Partition{Part: opt.Part, Gathered: g}
	}
	res.Rendered, res.Build = check.Rendered, check.Build
	for _, s := range g.Stages {
		if !s.Built && len(s.Rendered) > 0 && !res.TestsBroken {
			res.TestsBroken, res.Rendered = true, slices.Concat(s.Rendered, res.Rendered)
		}
	}
	return res, p.engine.remember(res)
}

// verification is one way up the ladder.
type verification struct {
	plain     *Project // the same without anything to compare with, and with every rule
	refs      references
	near      *compare.Changes // what is to be explored; nil means everything
	opt       VerifyOptions
	exploring bool // it is an exploration alone, of which this is a part
	begun     time.Time
	sources   *sources
	targetDir string // pollux's own
	input     string // names the sources, the lock file, the toolchain and this program; empty when answers cannot be kept
}

// lookNear finds what has changed, where only that is to be explored.
func (v *verification) lookNear(ctx context.Context) (err error) {
	switch {
	case v.near != nil:
	case v.opt.Near != "":
		v.near, err = compare.GitChanges(ctx, v.plain.Root, v.opt.Near)
	case v.opt.NearSince != nil:
		v.near, err = v.opt.NearSince.Changes(ctx, v.plain.Root)
	}
	return err
}

// without is the project as it is when nothing is compared, left out or accepted: that is done once, at the end.
func (p *Project) without() *Project {
	plain := *p
	if plain.req.Progress != nil {
		plain.req.Progress = &shared{to: plain.req.Progress}
	}
	plain.req.Changed, plain.req.Since, plain.Settings.Baseline, plain.Settings.Rules = false, "", "", nil
	return &plain
}

// judgeCheck makes suspicions of what the check found.
func (v *verification) judgeCheck(ctx context.Context, g *gathered, check *Result) error {
	base, err := v.base(ctx, check)
	if err != nil {
		return err
	}
	g.Compare = base
	for _, f := range check.Findings {
		s := ladder.Suspicion{Located: v.located(f), By: v.proof(f.Rule)}
		s.Touched, s.New = v.touched(&f, base)
		if s.By != ladder.NoRun {
			s.Within = v.around(f)
		}
		g.Suspicions = append(g.Suspicions, s)
	}
	return nil
}

func (v *verification) located(f finding.Finding) ladder.Located {
	return ladder.Located{Finding: f, Text: v.sources.line(f.File, f.Line), Touched: true}
}

// proof is what can show that a finding of the rule is right.
func (v *verification) proof(rule string) ladder.Proof {
	i := slices.IndexFunc(v.plain.engine.Rules, func(r *analysis.Rule) bool { return r.ID == rule })
	if i < 0 {
		return ladder.NoRun
	}
	switch v.plain.engine.Rules[i].Explorer {
	case analysis.Schedules:
		return ladder.Schedules
	case analysis.Cancellations:
		return ladder.Cancellations
	}
	return ladder.NoRun
}

// around is the function of a finding; none when it lies in none.
func (v *verification) around(f finding.Finding) []ladder.Lines {
	lines, err := v.plain.focusOnLine(f.File, f.Line)
	if err != nil {
		return nil
	}
	return fromLines(lines)
}

func fromLines(lines []explore.Lines) []ladder.Lines {
	var out []ladder.Lines
	for _, l := range lines {
		out = append(out, ladder.Lines{File: l.File, From: l.From, To: l.To})
	}
	return out
}

func toLines(lines []ladder.Lines) []explore.Lines {
	var out []explore.Lines
	for _, l := range lines {
		if e := (explore.Lines{File: l.File, From: l.From, To: l.To}); !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// explore runs every test, or with a change to look at those that reach the change or a suspicion that belongs to it. It gives the lines
// of what is suspected.
func (v *verification) explore(ctx context.Context, g *gathered) ([]ladder.Lines, error) {
	var suspected []ladder.Lines
	for i := range g.Suspicions {
		s := &g.Suspicions[i]
		s.Aside = v.near != nil && v.refs.changes == nil && !v.near.Touches(&s.Finding)
		if s.Touched && !s.Aside {
			suspected = append(suspected, s.Within...)
		}
	}
	opt := ExploreOptions{Filters: v.opt.Filters, Schedules: v.opt.Schedules, only: v.opt.Part.Holds}
	if v.opt.Suspected || v.near != nil {
		changed, err := v.changedFunctions()
		if err != nil {
			return nil, err
		}
		opt.within = toLines(slices.Concat(suspected, changed))
		if len(opt.within) == 0 {
			g.Aside = "nothing is suspected that a run could show, and no async function has changed"
			return nil, nil
		}
	}
	stage, err := v.stage(ctx, "all", opt)
	if err != nil {
		return nil, err
	}
	g.Stages = append(g.Stages, *stage)
	return suspected, nil
}

// deepen runs the tests that reach a suspicion under more schedules. It depends on each test alone, so that parts do as the whole does.
func (v *verification) deepen(ctx context.Context, g *gathered, suspected []ladder.Lines) error {
	var names []string
	for _, s := range g.Stages {
		for i := range s.Tests {
			if s.Tests[i].Reaches(suspected) {
				names = append(names, s.Tests[i].Name)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	only := func(test string) bool { return slices.Contains(names, test) }
	stage, err := v.stage(ctx, deepStage, ExploreOptions{Schedules: v.opt.Schedules * deeper, Seed: uint64(v.opt.Schedules), only: only, names: names})
	if err != nil {
		return err
	}
	g.Stages = append(g.Stages, *stage)
	return nil
}

// assemble judges what was gathered. It asks nothing else, so that parts that were gathered elsewhere are judged alike.
func (g *gathered) assemble() *Result {
	out := ladder.Join(g.evidence())
	res := &Result{
		Schema: SchemaVersion, Version: Version, Command: cmp.Or(g.Verb, "verify"), Toolchain: g.Check.Toolchain, Root: g.Check.Root, InputHash: g.Check.InputHash,
		Findings: orEmpty(out.Findings), Unknowns: orEmpty(g.unknowns()), Suppressed: orEmpty(g.suppressed()), Answers: answersFrom(out.Answers), Rungs: g.rungs(),
	}
	if g.Compare != nil {
		res.Compare, res.Fixed = g.Compare.count(out), g.Compare.Fixed
	}
	res.Verdict = verdict(res, g.Check.Verdict != DoesNotBuild, g.FailOn)
	return res
}

func answersFrom(list []ladder.Answer) []Answer {
	var out []Answer
	for _, a := range list {
		out = append(out, Answer{
			About: a.About, Asked: a.Asked, Answer: Verified(a.Word), Words: a.Words, Tests: a.Tests, Schedules: a.Schedules, Interleavings: a.Interleavings,
			Findings: a.Findings,
		})
	}
	return out
}
