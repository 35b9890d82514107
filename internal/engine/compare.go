package engine

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"pollux/internal/analysis"
	"pollux/internal/compare"
	"pollux/internal/fault"
	"pollux/internal/finding"
)

// baselineName is the baseline file that --write-baseline makes when none is named.
const baselineName = "pollux-baseline.json"

// references is what the findings are compared with. It is read before the build: a mistake shows at once, and an edit
// made while cargo works is not taken for part of the change.
type references struct {
	baseline *compare.Baseline // nil when none was asked for, or none is there yet to be written
	changes  *compare.Changes  // nil when no revision was asked for
}

func (p *Project) references(ctx context.Context) (refs references, err error) {
	if p.Settings.Baseline != "" || p.req.WriteBaseline {
		refs.baseline, err = compare.ReadBaseline(p.baselinePath())
		if err != nil && !(p.req.WriteBaseline && compare.IsAbsent(err)) {
			return refs, err
		}
	}
	if p.req.Changed || p.req.Since != "" {
		if refs.changes, err = compare.GitChanges(ctx, p.Root, p.req.Since); err != nil {
			return refs, err
		}
	}
	return refs, nil
}

// Touched keeps the findings that lines touch which differ from the merge base with the revision since, or from HEAD when it is
// empty. It is a fault of usage when there is no such revision.
func (p *Project) Touched(ctx context.Context, since string, fs []finding.Finding) ([]finding.Finding, error) {
	changes, err := compare.GitChanges(ctx, p.Root, since)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(fs), func(f finding.Finding) bool { return !changes.Touches(&f) }), nil
}

func (p *Project) baselinePath() string {
	return cmp.Or(p.Settings.Baseline, filepath.Join(p.Root, baselineName))
}

// compareWith keeps only the findings that the baseline does not hold and that the change touches, and counts the rest.
func (r *run) compareWith(refs references, complete bool) error {
	if r.req.WriteBaseline {
		return r.writeBaseline(refs.baseline, complete)
	}
	if refs.baseline != nil {
		r.compareWithBaseline(refs.baseline, complete)
	}
	if refs.changes != nil {
		r.compareWithRevision(refs.changes)
	}
	return nil
}

func (r *run) compareWithBaseline(base *compare.Baseline, complete bool) {
	all := slices.Clone(r.findings)
	r.findings = slices.DeleteFunc(r.findings, func(f finding.Finding) bool { return base.Has(&f) })
	r.compare = &Comparison{
		With:      "baseline " + r.shown(r.baselinePath()),
		By:        "fingerprints",
		New:       len(r.findings),
		Unchanged: len(all) - len(r.findings),
	}
	if complete {
		r.compare.Fixed = base.Fixed(all, r.scope())
	}
}

func (r *run) compareWithRevision(changes *compare.Changes) {
	before := len(r.findings)
	r.findings = slices.DeleteFunc(r.findings, func(f finding.Finding) bool { return !changes.Touches(&f) })
	if r.compare == nil {
		r.compare = &Comparison{}
	} else {
		r.compare.With += " and "
	}
	r.compare.With += "revision " + changes.Ref
	r.compare.By = "changed lines"
	r.compare.New, r.compare.Fixed = len(r.findings), 0
	r.compare.Unchanged += before - len(r.findings)
}

// writeBaseline accepts what was found. A run that could not look everywhere must not shrink what was accepted.
func (r *run) writeBaseline(base *compare.Baseline, complete bool) error {
	if !complete {
		return fault.Environmentf("the baseline was not written: the check is not complete").
			Hint("correct what keeps the crate from building, or what pollux names as not checked, and try again")
	}
	if err := base.Update(r.findings, r.scope()).Write(r.baselinePath()); err != nil {
		return err
	}
	r.compare = &Comparison{With: "baseline " + r.shown(r.baselinePath()), By: "fingerprints", Unchanged: len(r.findings)}
	r.findings = nil
	return nil
}

// scope is what this run looked at.
func (r *run) scope() compare.Scope {
	packages := map[string]bool{}
	for _, u := range members(r.capture) {
		packages[u.Package] = true
	}
	return compare.Scope{
		Package: func(name string) bool { return packages[name] },
		Rule: func(id string) bool {
			return slices.ContainsFunc(r.rules, func(have *analysis.Rule) bool { return have.ID == id })
		},
	}
}

// shown is a path as a person knows it: relative to the root when it lies there.
func (r *run) shown(path string) string {
	if rel, err := filepath.Rel(r.Root, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}
