package engine

import (
	"context"
	"fmt"
	"path/filepath"

	"pollux/internal/analysis"
	"pollux/internal/briefing"
	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/static"
)

// Visit shows the member units of a capture as rules see them.
type Visit func(ctx context.Context, capture *cargo.Capture, opt StaticOptions, visit func(cargo.Unit, *analysis.Pass)) ([]finding.Unknown, error)

// Brief says what a model should know before it writes at path, a file or a directory of the project. The error is that of
// a check; what could not be found out is part of the answer.
func (p *Project) Brief(ctx context.Context, path string) (*briefing.Brief, error) {
	at, err := p.below(path)
	if err != nil {
		return nil, err
	}
	res, err := p.Check(ctx)
	if err != nil {
		return nil, err
	}
	capture := res.Build
	if capture == nil {
		capture = &cargo.Capture{Root: p.Root}
	}
	b := briefing.New(capture, at)
	if res.Verdict == DoesNotBuild || res.Verdict == Incomplete {
		for _, r := range res.Rungs {
			if r.Status == "unknown" || res.Verdict == DoesNotBuild && r.Reason != "" {
				b.Unchecked = append(b.Unchecked, r.Name+": "+r.Reason)
			}
		}
	}
	if p.engine.Visit != nil && res.Build != nil {
		opt := StaticOptions{Knowledge: p.Settings.Knowledge, Jobs: p.Settings.Jobs}
		unknowns, err := p.engine.Visit(ctx, capture, opt, b.Add)
		if err != nil {
			return nil, fmt.Errorf("survey the project: %w", err)
		}
		for _, u := range unknowns {
			b.Unchecked = append(b.Unchecked, u.What+": "+u.Reason)
		}
	}
	b.Finish(res.Findings)
	return b, nil
}

// below is a path as findings spell files; "." for the root, and for a path outside of it.
func (p *Project) below(path string) (string, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	if real, err := filepath.EvalSymlinks(full); err == nil {
		full = real
	}
	rel, err := filepath.Rel(p.Root, full)
	if err != nil || !filepath.IsLocal(rel) {
		return ".", nil
	}
	return filepath.ToSlash(rel), nil
}

func visitUnits(ctx context.Context, capture *cargo.Capture, opt StaticOptions, visit func(cargo.Unit, *analysis.Pass)) ([]finding.Unknown, error) {
	tables, err := tablesOf(opt)
	if err != nil {
		return nil, err
	}
	return static.Visit(ctx, capture, static.Options{Tables: tables}, visit)
}
