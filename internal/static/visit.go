package static

import (
	"context"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// Visit reads the member units of a capture and shows each to visit as a rule would see it, without running one. What could not
// be read is returned; answers of earlier runs are not used, as what visit wants to know is not in them.
func Visit(ctx context.Context, capture *cargo.Capture, opt Options, visit func(cargo.Unit, *analysis.Pass)) ([]finding.Unknown, error) {
	r := &runner{opt: opt, root: capture.Root, capture: capture, sources: newSources()}
	g := newGraph(capture.Units)
	var unknowns []finding.Unknown
	for _, n := range g.order {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		switch {
		case !n.unit.Member:
			r.dependency(g, n)
		case n.unit.MIR != "":
			m := r.visit(g, n, visit)
			unknowns = append(unknowns, m.Unknowns...)
		}
	}
	return unknowns, nil
}

func (r *runner) visit(g *graph, n *node, visit func(cargo.Unit, *analysis.Pass)) (m memo) {
	defer m.recoverAs(n.unit, "the survey")
	c, places, ok := r.read(&m, g, n)
	if !ok {
		return m
	}
	r.export(g, n, c, places)
	visit(n.unit, analysis.NewPass(nil, c, r.tables(), places, nil))
	return m
}
