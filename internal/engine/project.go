package engine

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/compare"
	"pollux/internal/config"
	"pollux/internal/fault"
)

// Project is a workspace with its settings: what a face opens before it asks questions.
type Project struct {
	Root     string // absolute
	Settings config.Settings
	Color    bool // ask rustc for colours in what it writes

	engine *Engine
	req    Request
}

// Open finds the workspace and loads its settings. Errors are faults of usage: no project here, wrong configuration.
func (e *Engine) Open(ctx context.Context, req Request) (*Project, error) {
	root, err := e.root(ctx, req)
	if err != nil {
		return nil, err
	}
	cwd, err := filepath.Abs("")
	if err != nil {
		return nil, fmt.Errorf("find the current directory: %w", err)
	}
	settings, err := config.Load(config.Source{
		Root:      root,
		Dir:       cwd,
		Config:    req.Config,
		Env:       req.Env,
		Overrides: req.Overrides,
		Rules:     ruleIDs(e.Rules),
	})
	if err != nil {
		return nil, err
	}
	if err := validateWeakenings(settings.Weakenings); err != nil {
		return nil, err
	}
	return &Project{Root: root, Settings: settings, engine: e, req: req}, nil
}

// Check opens the project that req names and checks it.
func (e *Engine) Check(ctx context.Context, req Request) (*Result, error) {
	p, err := e.Open(ctx, req)
	if err != nil {
		return nil, err
	}
	return p.Check(ctx)
}

// cargoRequest is what the settings ask of cargo.
func (p *Project) cargoRequest() cargo.Request {
	s := &p.Settings
	return cargo.Request{
		Dir:               p.req.Dir,
		ManifestPath:      p.req.ManifestPath,
		Packages:          s.Packages,
		Exclude:           s.Exclude,
		Workspace:         s.Workspace,
		Features:          s.Features,
		AllFeatures:       s.AllFeatures,
		NoDefaultFeatures: s.NoDefaultFeatures,
		Lib:               s.Lib,
		Bins:              s.Bins,
		Tests:             s.Tests,
		Examples:          s.Examples,
		Benches:           s.Benches,
		AllTargets:        s.AllTargets,
		Bin:               s.Bin,
		Test:              s.Test,
		Example:           s.Example,
		Bench:             s.Bench,
		Profile:           s.Profile,
		Target:            s.Target,
		Offline:           s.Offline || s.Frozen,
		Locked:            s.Locked || s.Frozen,
		Toolchain:         s.Toolchain,
		Jobs:              s.Jobs,
		KeepGoing:         true, // one broken unit must not hide what is wrong in the others
		TargetDir:         s.TargetDir,
		Dependencies:      !s.NoDeps,
		Color:             p.Color,
		Progress:          p.req.Progress,
	}
}

// rules are those of a rung, as [analysis.Rule.Rung] names it, that the settings ask for. An allowed rule runs all the same, so that
// its findings can be listed as suppressed. Asking only for rules of another rung is a fault of usage: the answer would always be
// clean.
func (p *Project) rules(rung string) ([]*analysis.Rule, error) {
	var chosen []*analysis.Rule
	for _, r := range p.engine.Rules {
		if r.Rung() == rung && (len(p.Settings.Rules) == 0 || slices.Contains(p.Settings.Rules, r.ID)) {
			chosen = append(chosen, r)
		}
	}
	if len(chosen) > 0 || len(p.Settings.Rules) == 0 {
		return chosen, nil
	}
	return nil, fault.Usagef("pollux %s has no rule `%s`", rung, p.Settings.Rules[0]).Hint("it is a rule of pollux " + p.verbOf(p.Settings.Rules[0]))
}

// verbOf names the verb that can report the rule.
func (p *Project) verbOf(id string) string {
	i := slices.IndexFunc(p.engine.Rules, func(r *analysis.Rule) bool { return r.ID == id })
	switch rung := p.engine.Rules[max(i, 0)].Rung(); {
	case i < 0:
		return "check"
	case rung == analysis.FamilyMemory:
		return "miri and pollux sanitize"
	default:
		return rung
	}
}

func ruleIDs(rules []*analysis.Rule) []string {
	ids := make([]string, len(rules))
	for i, r := range rules {
		ids[i] = r.ID
	}
	return ids
}

// RepositoryPath is the path of the root inside its git repository, as CI systems want it in front of files.
func (p *Project) RepositoryPath(ctx context.Context) string {
	return compare.RepositoryPath(ctx, p.Root)
}

// Source gives the lines of a file as a finding names it, false when it cannot be read.
func (p *Project) Source(file string) ([]string, bool) { return SourceOf(p.Root)(file) }

// SourceOf gives the lines of files relative to root.
func SourceOf(root string) func(file string) ([]string, bool) {
	s := newSources(root)
	return func(file string) ([]string, bool) {
		lines := s.lines(file)
		return lines, lines != nil
	}
}
