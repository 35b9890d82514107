package engine

import (
	"context"
	"encoding/json"
	"time"

	"pollux/internal/cache"
	"pollux/internal/cargo"
	"pollux/internal/config"
	"pollux/internal/explore"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/rules"
	"pollux/internal/rules/futurenotsend"
	"pollux/internal/rung/loom"
	"pollux/internal/static"
)

// New returns the engine that faces use.
func New() *Engine {
	dir, err := cache.Dir()
	if err != nil {
		dir = "" // no home: nothing is remembered between runs, and cargo says what else it misses
	}
	return &Engine{
		Locate:    cargo.Root,
		Build:     cargo.Check,
		Static:    runStatic,
		Visit:     visitUnits,
		Cancel:    runCancel,
		OpenTests: explore.Open,
		HasLoom:   loom.Has,
		Explain:   explain,
		Drift:     ExplainDrift,
		Suppress:  suppressed,
		Rules:     rules.All(),
		CacheDir:  dir,
		Now:       time.Now,
	}
}

// Check checks the project that req names, with the engine that faces use.
func Check(ctx context.Context, req Request) (*Result, error) { return New().Check(ctx, req) }

func explain(c *cargo.Capture) []finding.Finding {
	return futurenotsend.Explain(c.Root, c.Diagnostics)
}

func runCancel(ctx context.Context, capture *cargo.Capture, opt StaticOptions) ([]finding.Cancel, []finding.Unknown, error) {
	tables, err := tablesOf(opt)
	if err != nil {
		return nil, nil, err
	}
	out, err := static.CancelSafety(ctx, capture, static.Options{Tables: tables})
	return out.Futures, out.Unknowns, err
}

func runStatic(ctx context.Context, capture *cargo.Capture, opt StaticOptions) (StaticOutcome, error) {
	tables, err := tablesOf(opt)
	if err != nil {
		return StaticOutcome{}, err
	}
	out, err := static.Run(ctx, capture, static.Options{Rules: opt.Rules, Tables: tables, Identity: identity(opt)})
	return StaticOutcome{Findings: out.Findings, Unknowns: out.Unknowns, Units: out.Units, Lost: out.Lost}, err
}

// tablesOf are the built-in tables with what the project adds; nil means that it adds nothing.
func tablesOf(opt StaticOptions) (*knowledge.Tables, error) {
	if config.NoRows(opt.Knowledge) {
		return nil, nil
	}
	return knowledge.Default().Extend(opt.Knowledge)
}

// identity names the program and what the project adds to its tables; empty when answers cannot be kept.
func identity(opt StaticOptions) string {
	own := static.Identity(Version)
	added, err := json.Marshal(opt.Knowledge)
	if own == "" || err != nil {
		return ""
	}
	return own + " " + string(added)
}
