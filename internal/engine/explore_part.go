package engine

import (
	"context"
	"path/filepath"

	"pollux/internal/fault"
)

// explorePart explores one part of the tests, and leaves what pollux merge needs to put it together with the others.
func (p *Project) explorePart(ctx context.Context, opt ExploreOptions) (*Result, error) {
	switch {
	case len(opt.Focus) > 0 || opt.Scratch != nil:
		return nil, fault.Usagef("a part of an exploration has no focus and no scratch file").Hint("such explorations are short: run them whole")
	case p.Settings.Baseline != "" || p.req.WriteBaseline:
		return nil, fault.Usagef("a part of an exploration is not compared with a baseline").Hint("leave the baseline away; --since goes with parts")
	}
	if _, err := p.rules("explore"); err != nil {
		return nil, err
	}
	refs, err := p.references(ctx)
	if err != nil {
		return nil, err
	}
	v := &verification{
		plain: p.without(), refs: refs, opt: VerifyOptions{Part: opt.Part, Schedules: opt.Schedules}, begun: p.engine.Now(), sources: newSources(p.Root), exploring: true,
	}
	v.plain.Settings.Rules = p.Settings.Rules
	g := &gathered{Schema: gatheredSchema, Verb: "explore", Part: opt.Part, Rules: p.Settings.Rules, FailOn: p.Settings.FailOn}
	if refs.changes != nil {
		g.Compare = &base{With: "revision " + refs.changes.Ref, By: "changed lines"}
	}
	opt.only = opt.Part.Holds
	s, err := v.runStage(ctx, "all", opt)
	if err != nil {
		return nil, err
	}
	g.Stages = []stage{*s}
	g.Check = Result{Toolchain: s.toolchain, Root: filepath.Clean(p.Root), InputHash: s.hash, Verdict: Clean}
	if !s.Built {
		g.Check.Verdict = s.verdict
	}
	if err := v.seal(g, []any{opt.Strategy, opt.Depth, opt.Phases, opt.Seed, opt.Filters}); err != nil {
		return nil, err
	}
	res := g.assemble()
	res.Partition, res.Rendered = &Partition{Part: opt.Part, Gathered: g}, s.Rendered
	return res, p.engine.rememberMore(res)
}
