package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pollux/internal/finding"
)

// left is what is left of the budget; ok is false when nothing is.
func (v *verification) left() (left time.Duration, ok bool) {
	if v.opt.Budget <= 0 {
		return 0, true
	}
	left = v.opt.Budget - v.plain.engine.Now().Sub(v.begun)
	return left, left > 0
}

// within is ctx with what is left of the budget.
func (v *verification) within(ctx context.Context, left time.Duration) (context.Context, context.CancelFunc) {
	if v.opt.Budget <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, left)
}

// spent says that the budget ended before or during a rung.
func (v *verification) spent(when string) string {
	return fmt.Sprintf("the budget of %s was spent %s", v.opt.Budget, when)
}

// checked runs the two rungs at the bottom within the budget. What they say when the time ends under them is no answer, unless
// it is whole.
func (v *verification) checked(ctx context.Context) (*Result, error) {
	left, ok := v.left()
	if !ok {
		return v.unchecked("before cargo was called"), nil
	}
	bounded, cancel := v.within(ctx, left)
	defer cancel()
	check, err := v.plain.Check(bounded)
	cut := ctx.Err() == nil && bounded.Err() != nil
	if cut && (err != nil || !whole(check)) {
		return v.unchecked("while cargo checked the project"), nil
	}
	return check, err
}

// whole reports whether both rungs of a check came to their end: only then does a finding that is missing mean that there is none.
func whole(check *Result) bool {
	return check.Verdict != DoesNotBuild && !slices.ContainsFunc(check.Rungs, func(g Rung) bool { return g.Status == "unknown" })
}

// unchecked is the check that the budget did not suffice for. Nothing in it is green.
func (v *verification) unchecked(when string) *Result {
	reason := v.spent(when)
	return &Result{
		Schema: SchemaVersion, Version: Version, Command: "check", Root: v.plain.Root, Verdict: Incomplete, Findings: []finding.Finding{},
		Rungs: []Rung{{Name: "compile", Status: "unknown", Reason: reason}, {Name: "static", Status: "unknown", Reason: "there was no build to read"}},
		Unknowns: []finding.Unknown{{
			What: "the whole project", Reason: reason,
			Hint: "what cargo has built by then is kept: the same command goes on from there; or give it more with --budget",
		}},
		Suppressed: []finding.Suppressed{},
	}
}
