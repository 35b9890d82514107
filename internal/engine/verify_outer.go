package engine

import (
	"context"
	"slices"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/ladder"
	"pollux/internal/rung/console"
	"pollux/internal/rung/loom"
	"pollux/internal/rung/miri"
	"pollux/internal/rung/sanitize"
)

// modelLimit is the time of one loom model on the ladder, testLimit that of one test under another tool.
const (
	modelLimit = time.Minute
	testLimit  = time.Minute
	seeds      = 8
	longPoll   = 200 * time.Millisecond
)

// outer runs those of the tools that were asked for, and loom where a package depends on it. What was not asked for is said, and is
// neither good nor bad. Of several parts only the first runs them.
func (v *verification) outer(ctx context.Context, names []string) ([]outerStage, error) {
	var out []outerStage
	for _, name := range names {
		run, err := v.wanted(ctx, name)
		if err != nil {
			return nil, err
		}
		stage := &outerStage{Rung: Rung{Name: name, Status: "skipped", Reason: notAsked(name)}}
		switch {
		case run && v.opt.Part.K > 1:
			stage.Rung.Reason = "part 1 runs it"
		case run:
			if stage, err = v.outerStage(ctx, name); err != nil {
				return nil, err
			}
		}
		out = append(out, *stage)
	}
	return out, nil
}

func notAsked(name string) string {
	if name == "loom" {
		return "no package depends on loom"
	}
	return "not asked for (--rung " + name + ")"
}

func (v *verification) wanted(ctx context.Context, name string) (bool, error) {
	if slices.Contains(v.opt.Rungs, name) {
		return true, nil
	}
	if name != "loom" || v.opt.Suspected || v.plain.engine.HasLoom == nil {
		return false, nil
	}
	has, err := v.plain.engine.HasLoom(ctx, v.plain.cargoRequest())
	if err != nil && ctx.Err() != nil {
		return false, err
	}
	return has && err == nil, nil // what keeps cargo from saying so has kept the check from an answer, too
}

// outerStage runs one tool within what is left of the budget.
func (v *verification) outerStage(ctx context.Context, name string) (*outerStage, error) {
	cut := func(reason string) *outerStage {
		return &outerStage{Rung: Rung{Name: name, Status: "unknown", Reason: reason}}
	}
	left, ok := v.left()
	if !ok {
		return cut(v.spent("before it began")), nil
	}
	bounded, cancel := v.within(ctx, left)
	defer cancel()
	res, err := v.plain.tool(bounded, name)
	if err != nil && ctx.Err() == nil && bounded.Err() != nil {
		return cut(v.spent("before it came to an end")), nil
	}
	if err != nil {
		return nil, err
	}
	out := &outerStage{Unknowns: res.Unknowns, Suppressed: res.Suppressed, Rung: Rung{Name: name, Status: "unknown", Reason: "it gave no answer"}}
	if len(res.Rungs) > 0 {
		out.Rung = res.Rungs[0]
	}
	for _, f := range res.Findings {
		shown := ladder.Shown{Located: v.located(f), Rung: name}
		shown.Touched, shown.New = v.touchedByLines(&f)
		out.Shown = append(out.Shown, shown)
	}
	return out, nil
}

// tool runs one outer tool as its verb does without flags.
func (p *Project) tool(ctx context.Context, name string) (*Result, error) {
	if p.engine.Tool != nil {
		return p.engine.Tool(ctx, p, name)
	}
	switch name {
	case "loom":
		return p.Loom(ctx, loom.Options{Preemptions: -1, Limit: modelLimit})
	case "sanitize":
		return p.Sanitize(ctx, sanitize.Options{Limit: testLimit})
	case "miri":
		return p.Miri(ctx, miri.Options{Seeds: seeds, Limit: testLimit})
	}
	return p.Record(ctx, console.RunOptions{Tests: true, Limit: testLimit, LongPoll: longPoll})
}

// hasLoom is a seam of [Engine].
type hasLoom func(ctx context.Context, req cargo.Request) (bool, error)
