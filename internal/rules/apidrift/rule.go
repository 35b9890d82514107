// Package apidrift explains errors of rustc and cargo that are gaps between versions: code that was written for another version
// of a library than the one that Cargo.lock has.
//
// It reads rustc's own errors, the source around their places, and the dependency graph; what changed in which version is data
// (internal/knowledge, drift_*.toml). It never decides that something is an error: rustc has.
//
// Invariants: a finding only where rustc reports an error at that place and the path or type in it belongs to the package that
// the row speaks of, at a version in the row's range; an edit only where its result is known to exist in that version; errors that
// no finding stands for are not touched.
//
// May miss code inside macros of the user's own, names that come through a glob import, and types that rustc does not name.
package apidrift

import (
	"cmp"
	_ "embed"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/rust"
	"pollux/internal/surface"
)

//go:embed doc.md
var doc string

// Rule is the registry entry. It has no Run: its evidence is rustc's diagnostics, see [Explain].
var Rule = &analysis.Rule{
	ID:       "api-drift",
	Family:   "compile",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
}

// Input is a build that failed.
type Input struct {
	Root        string // absolute path of the workspace
	Diagnostics []cargo.Diagnostic
	Graph       *cargo.Graph
	Source      func(path string) *rust.Source // the text of a file by its absolute path, nil when it cannot be read

	// Surface is what a package of the graph gives, nil when that is not known; the function itself may be nil.
	Surface func(p *cargo.Package) *surface.Crate
	// Changelog is the text of a package's changelog, empty when it has none; the function itself may be nil.
	Changelog func(p *cargo.Package) string
}

// Explained is a finding with the errors, by their index in the input, that it stands for.
type Explained struct {
	finding.Finding
	Errors []int
}

// Explain turns the errors that are gaps between versions into findings, one for each statement of the tables and file. The
// result is sorted and does not depend on the order of the errors. IDs stay empty.
func Explain(in Input) []Explained {
	e := &explainer{Input: in, scopes: map[string]*scope{}}
	for i, d := range in.Diagnostics {
		if d.Level == "error" && d.Member {
			e.read(i, d)
		}
	}
	return e.findings()
}

type explainer struct {
	Input
	scopes map[string]*scope
	hits   []*hit
}

// hit is one place that a row explains.
type hit struct {
	*scope
	error   int
	row     *knowledge.Drift
	dep     *cargo.Package
	at      [2]int // offsets of the place
	written string
	now     string // what it is in the locked version, in words of code
	spelt   string // now, as this file writes it
	edits   []edit
	leaf    *useLeaf // an import that is to become leaf.now
	words   string   // what has to be done besides, or instead
	method  string   // its name, for rows about several
	from    int      // offsets of the error itself
	to      int
	taken   []int // offsets of uses of the import that other hits replace
}

// edit replaces the text between two offsets.
type edit struct {
	from, to int
	text     string
}

// read looks at one error.
func (e *explainer) read(i int, d cargo.Diagnostic) {
	for _, span := range d.Spans {
		if !span.Primary || span.Macro != "" && !attributeError(d) && !strings.HasPrefix(span.Macro, "desugaring of") {
			continue
		}
		s := e.scope(d, span.File)
		if s == nil {
			continue
		}
		from, to := s.Offset(span.Line, span.Column), s.Offset(span.EndLine, span.EndColumn)
		if from < 0 || to <= from || s.tokenAt(to-1) >= len(s.toks) {
			continue
		}
		at := &site{scope: s, error: i, diag: d, span: span, from: from, to: to, module: s.module(span.Line, span.Column)}
		e.hits = append(e.hits, at.hits()...)
	}
}

// scope is the file of a span, as the package of the error sees it.
func (e *explainer) scope(d cargo.Diagnostic, file string) *scope {
	path := file
	if !filepath.IsAbs(path) {
		path = filepath.Join(e.Root, filepath.FromSlash(file))
	}
	key := d.Package + "\n" + path
	if s, ok := e.scopes[key]; ok {
		return s
	}
	e.scopes[key] = nil
	pkg := e.member(d.Package)
	source := e.Source(path)
	if pkg == nil || source == nil {
		return nil
	}
	name := path
	if rel, err := filepath.Rel(e.Root, path); err == nil && filepath.IsLocal(rel) {
		name = filepath.ToSlash(rel)
	}
	e.scopes[key] = &scope{code: newCode(source.File()), name: name, graph: e.Graph, pkg: pkg, source: e.Source,
		surface: e.Surface, changelog: e.Changelog}
	return e.scopes[key]
}

func (e *explainer) member(name string) *cargo.Package {
	for _, p := range e.Graph.Named(name) {
		if p.Member {
			return p
		}
	}
	return nil
}

// findings joins the hits of one statement in one file.
func (e *explainer) findings() []Explained {
	slices.SortStableFunc(e.hits, func(a, b *hit) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.pkg.Name, b.pkg.Name), cmp.Compare(a.at[0], b.at[0]), cmp.Compare(a.at[1], b.at[1]))
	})
	var groups []*group
	for _, h := range e.hits {
		into := &group{}
		rest := groups[:0]
		for _, g := range groups {
			if g.takes(h) {
				into.hits = append(into.hits, g.hits...)
				continue
			}
			rest = append(rest, g)
		}
		into.hits = append(into.hits, h)
		groups = append(rest, into)
	}
	var out []Explained
	for _, g := range groups {
		g.follow(e.Diagnostics)
		out = append(out, Explained{g.finding(), g.errors()})
	}
	slices.SortStableFunc(out, func(a, b Explained) int {
		return cmp.Or(finding.ComparePlace(a.Span, b.Span), strings.Compare(a.Message, b.Message))
	})
	return out
}
