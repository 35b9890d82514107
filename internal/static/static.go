// Package static is the static rung: it reads the MIR of every captured unit, summarises it, and runs the rules.
//
// It cannot fail because of what the MIR holds. A unit that cannot be read, text that was not understood, and a rule that panics
// become unknowns of the outcome; the other units and rules still run.
package static

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
	"pollux/internal/mir/parse"
	"pollux/internal/rust"
)

// Options says what to run.
type Options struct {
	Rules  []*analysis.Rule
	Tables *knowledge.Tables
	Jobs   int // at most so many workers; 0 means one per core
}

// Outcome is what the rung found, in the order of the units and rules.
type Outcome struct {
	Findings   []finding.Finding
	Unknowns   []finding.Unknown
	Units      int
	Statements int // of MIR read
	Opaque     int // of them not understood
}

// Run checks the member units of a capture. Dependencies are summarised first, so that what their functions do is known.
func Run(ctx context.Context, capture *cargo.Capture, opt Options) (Outcome, error) {
	r := &runner{opt: opt, root: capture.Root, capture: capture, sources: newSources()}
	g := newGraph(capture.Units)
	for _, n := range g.order {
		if err := ctx.Err(); err != nil {
			return Outcome{}, err
		}
		switch {
		case !n.unit.Member:
			r.dependency(g, n)
		case n.unit.MIR != "":
			r.unit(g, n)
		}
	}
	return r.out, nil
}

type runner struct {
	opt     Options
	root    string
	capture *cargo.Capture
	sources *sources
	out     Outcome
}

// unit reads one unit and runs every rule on it.
func (r *runner) unit(g *graph, n *node) {
	u := n.unit
	defer r.recoverAs(u, "the analysis")
	text, err := os.ReadFile(u.MIR)
	if err != nil {
		r.unknown(u, fmt.Sprintf("its MIR could not be read: %v", err), "run pollux check again")
		return
	}
	crate := parse.Crate(u.Crate, string(text))
	r.out.Units++
	r.out.Statements += crate.Stats.Statements
	r.out.Opaque += crate.Stats.Opaque
	if crate.Stats.Opaque > 0 {
		r.unknown(u, fmt.Sprintf("%d of %d MIR statements were not understood, first: %s", crate.Stats.Opaque, crate.Stats.Statements, crate.Problems[0].Text),
			"this rustc prints MIR that this pollux does not know; a newer pollux may")
	}
	source := r.sources.in(u.Dir)
	c := facts.Analyze(facts.Unit{MIR: crate, Source: source}, r.opt.Tables, g.library(n))
	places := analysis.Places{Root: r.root, Dir: u.Dir, Package: u.PackageDir, Source: source}
	for _, rule := range r.opt.Rules {
		if rule.Run != nil {
			r.rule(u, rule, c, places)
		}
	}
	if u.Kind == "lib" && !u.Test {
		n.export = c.ExportAll(func(pos mir.Pos) finding.Span { return places.Plain(crate, pos) })
		n.export.Uses = g.uses(n)
	}
}

func (r *runner) rule(u cargo.Unit, rule *analysis.Rule, c *facts.Crate, places analysis.Places) {
	defer r.recoverAs(u, "rule "+rule.ID)
	rule.Run(analysis.NewPass(rule, c, r.opt.Tables, places, func(f finding.Finding) {
		f.Package = u.Package
		r.out.Findings = append(r.out.Findings, f)
	}))
}

// recoverAs turns a panic into a visible unknown: one bad body must not hide the rest.
func (r *runner) recoverAs(u cargo.Unit, what string) {
	if v := recover(); v != nil {
		if os.Getenv("POLLUX_PANIC") != "" {
			panic(v)
		}
		r.unknown(u, fmt.Sprintf("%s stopped with a bug in pollux: %v", what, v), "please report it; POLLUX_PANIC=1 shows where")
	}
}

func (r *runner) unknown(u cargo.Unit, reason, hint string) {
	r.out.Unknowns = append(r.out.Unknowns, finding.Unknown{What: unitName(u), Reason: reason, Hint: hint})
}

func unitName(u cargo.Unit) string {
	name := u.Package + " (" + u.Kind + " " + u.Crate
	if u.Test {
		name += ", test"
	}
	return name + ")"
}

// sources reads each source file once.
type sources struct {
	mu    sync.Mutex
	files map[string]*rust.Source
}

func newSources() *sources { return &sources{files: map[string]*rust.Source{}} }

// in gives the function that finds files named relative to dir.
func (s *sources) in(dir string) func(string) *rust.Source {
	return func(name string) *rust.Source {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		file, ok := s.files[path]
		if !ok {
			if text, err := os.ReadFile(path); err == nil {
				file = rust.NewSource(name, string(text))
			}
			s.files[path] = file
		}
		return file
	}
}
