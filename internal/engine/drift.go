package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rules/apidrift"
	"pollux/internal/rust"
	"pollux/internal/surface"
)

// Drift explains the errors of a build that are gaps between versions. An error means that the build's dependency graph could not be
// read.
type Drift func(ctx context.Context, req cargo.Request, capture *cargo.Capture) ([]apidrift.Explained, error)

// explainDrift adds what is found, and remembers the errors that each finding stands for.
func (r *run) explainDrift(ctx context.Context) {
	if r.engine.Drift == nil || r.capture.Success || !r.wants(apidrift.Rule.ID) || !ownErrors(r.capture) {
		return
	}
	found, err := r.askDrift(ctx)
	if err != nil {
		r.unknowns = append(r.unknowns, finding.Unknown{
			What: "which of rustc's errors come from another version of a library", Reason: err.Error(), Hint: "`cargo metadata --offline` says the same",
		})
		return
	}
	for _, f := range found {
		r.findings = append(r.findings, f.Finding)
		r.stands = append(r.stands, f)
	}
}

// askDrift turns a panic into an error: what rustc said is shown in any case.
func (r *run) askDrift(ctx context.Context) (found []apidrift.Explained, err error) {
	defer func() {
		if p := recover(); p != nil {
			found, err = nil, fmt.Errorf("the search stopped at a bug of pollux: %v", p)
		}
	}()
	return r.engine.Drift(ctx, r.cargoRequest(), r.capture)
}

func ownErrors(c *cargo.Capture) bool {
	return slices.ContainsFunc(c.Diagnostics, func(d cargo.Diagnostic) bool { return d.Member && d.Level == "error" })
}

// replaceErrors marks the errors for which a finding stands that is shown: those that a setting or an allowance hides leave rustc's
// own words in place.
func (r *run) replaceErrors() {
	for _, s := range r.stands {
		shown := slices.ContainsFunc(r.findings, func(f finding.Finding) bool {
			return f.Rule == s.Rule && f.Span == s.Span && f.Message == s.Message
		})
		for _, i := range s.Errors {
			if shown {
				r.capture.Diagnostics[i].Explained = true
			}
		}
	}
}

// featureDrift explains a feature that cargo does not find, from cargo's words.
func (r *run) featureDrift(words string) []finding.Finding {
	if !r.wants(apidrift.Rule.ID) {
		return nil
	}
	return apidrift.Features(words, func(dir string) (text, file string) {
		path := filepath.Join(dir, "Cargo.toml")
		data, err := os.ReadFile(path)
		if err != nil {
			return "", ""
		}
		if rel, err := filepath.Rel(r.Root, path); err == nil && filepath.IsLocal(rel) {
			path = filepath.ToSlash(rel)
		}
		return string(data), path
	})
}

// ExplainDrift reads the dependency graph behind a failed build and explains its errors.
func ExplainDrift(ctx context.Context, req cargo.Request, capture *cargo.Capture) ([]apidrift.Explained, error) {
	graph, err := cargo.ReadGraph(ctx, req)
	if err != nil {
		return nil, err
	}
	l := &libraries{graph: graph, files: map[string]*rust.Source{}, surfaces: map[*cargo.Package]*surface.Crate{}}
	return apidrift.Explain(apidrift.Input{
		Root: capture.Root, Diagnostics: capture.Diagnostics, Graph: graph, Source: l.source, Surface: l.surface, Changelog: changelog,
	}), nil
}

// libraries reads sources of packages, each once.
type libraries struct {
	graph    *cargo.Graph
	files    map[string]*rust.Source
	surfaces map[*cargo.Package]*surface.Crate
}

func (l *libraries) source(path string) *rust.Source {
	if s, ok := l.files[path]; ok {
		return s
	}
	l.files[path] = nil
	if text, err := os.ReadFile(path); err == nil {
		l.files[path] = rust.NewSource(path, string(text))
	}
	return l.files[path]
}

func (l *libraries) surface(p *cargo.Package) *surface.Crate {
	if p == nil || p.Library == "" {
		return nil
	}
	if s, ok := l.surfaces[p]; ok {
		return s
	}
	l.surfaces[p] = nil // for libraries that depend on each other by way of tests
	l.surfaces[p] = surface.Read(surface.Library{
		Name: p.Crate, Root: p.Library, Enabled: p.Enabled, Read: l.source,
		Extern: func(name string) *surface.Crate { return l.surface(l.graph.Extern(p, name)) },
	})
	return l.surfaces[p]
}

// changelog is the text of a package's changelog, which many publish with their source.
func changelog(p *cargo.Package) string {
	for _, name := range []string{"CHANGELOG.md", "Changelog.md", "CHANGES.md"} {
		if text, err := os.ReadFile(filepath.Join(filepath.Dir(p.Manifest), name)); err == nil {
			return string(text)
		}
	}
	return ""
}
