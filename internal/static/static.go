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
	"unsafe"

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
	Tables *knowledge.Tables // nil means the built-in ones, read when they are first needed: answers of earlier runs do without
	Jobs   int               // at most so many workers; 0 means one per core

	// Identity names the program and its tables, see [Identity]; with it, answers of earlier runs are used. Empty: never.
	Identity string

	// Fresh makes the summaries of dependencies anew and stores none, for measures of this very program: a stored one may be of an
	// earlier build of it.
	Fresh bool
}

// Outcome is what the rung found, in the order of the units and rules.
type Outcome struct {
	Findings   []finding.Finding
	Unknowns   []finding.Unknown
	Units      int // that were read
	Statements int // of MIR read
	Opaque     int // of them not understood
	// Lost are the dependencies whose kept summaries were edited or damaged, and were thrown away: what their functions do was not known.
	// The next build makes them anew.
	Lost []string

	undecided map[string]int
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
		case n.unit.MIR != "" && !r.recall(g, n):
			m := r.unit(g, n)
			r.out.add(m)
			if !m.failed && len(r.out.Lost) == 0 {
				r.remember(g, n, m)
			}
		}
	}
	r.out.sumUp()
	return r.out, nil
}

type runner struct {
	opt     Options
	root    string
	capture *cargo.Capture
	sources *sources
	out     Outcome
}

func (r *runner) tables() *knowledge.Tables {
	if r.opt.Tables == nil {
		return knowledge.Default()
	}
	return r.opt.Tables
}

// unit reads one unit and runs every rule on it.
func (r *runner) unit(g *graph, n *node) (m memo) {
	u := n.unit
	defer m.recoverAs(u, "the analysis")
	c, places, ok := r.read(&m, g, n)
	if !ok {
		return m
	}
	m.Undecided = c.Undecided()
	pass := analysis.NewPass(nil, c, r.tables(), places, nil)
	for _, rule := range r.opt.Rules {
		if rule.Run != nil {
			m.run(u, rule, pass)
		}
	}
	r.export(g, n, c, places)
	return m
}

// read reads and summarises one unit; false when its MIR cannot be read.
func (r *runner) read(m *memo, g *graph, n *node) (*facts.Crate, analysis.Places, bool) {
	u := n.unit
	text, err := u.ReadMIR()
	if err != nil {
		m.fail(u, fmt.Sprintf("its MIR could not be read: %v", err), "run pollux check again")
		return nil, analysis.Places{}, false
	}
	crate := parse.Crate(u.Crate, asString(text))
	m.Statements, m.Opaque = crate.Stats.Statements, crate.Stats.Opaque
	if m.Opaque > 0 {
		m.unknown(u, fmt.Sprintf("%d of %d MIR statements were not understood, first: %s", m.Opaque, m.Statements, crate.Problems[0].Text),
			"this rustc prints MIR that this pollux does not know; a newer pollux may")
	}
	source := r.sources.in(u.Dir)
	c := facts.Analyze(facts.Unit{MIR: crate, Source: source, Built: g.built(n)}, r.tables(), g.library(n))
	return c, analysis.Places{Root: r.root, Dir: u.Dir, Package: u.PackageDir, Source: source}, true
}

// export keeps what other units can call.
func (r *runner) export(g *graph, n *node, c *facts.Crate, places analysis.Places) {
	if n.unit.Kind == "lib" && !n.unit.Test {
		n.export = c.ExportAll(func(pos mir.Pos) finding.Span { return places.Plain(c.MIR, pos) })
		n.export.Uses = g.uses(n)
	}
}

// asString is the text without a copy: nobody writes to the bytes again, and there can be a hundred megabytes of them.
func asString(text []byte) string { return unsafe.String(unsafe.SliceData(text), len(text)) }

func (m *memo) run(u cargo.Unit, rule *analysis.Rule, pass *analysis.Pass) {
	defer m.recoverAs(u, "rule "+rule.ID)
	rule.Run(pass.For(rule, func(f finding.Finding) {
		f.Package = u.Package
		m.Findings = append(m.Findings, f)
	}))
}

// recoverAs turns a panic into a visible unknown: one bad body must not hide the rest.
func (m *memo) recoverAs(u cargo.Unit, what string) {
	if v := recover(); v != nil {
		if os.Getenv("POLLUX_PANIC") != "" {
			panic(v)
		}
		m.fail(u, fmt.Sprintf("%s stopped with a bug in pollux: %v", what, v), "please report it; POLLUX_PANIC=1 shows where")
	}
}

func (m *memo) unknown(u cargo.Unit, reason, hint string) {
	m.Unknowns = append(m.Unknowns, finding.Unknown{What: unitName(u), Reason: reason, Hint: hint})
}

// fail is unknown for a unit without a whole answer, which is neither counted as checked nor kept: the next run may do better.
func (m *memo) fail(u cargo.Unit, reason, hint string) {
	m.failed = true
	m.unknown(u, reason, hint)
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
