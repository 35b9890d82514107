package engine

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rust"
	"pollux/internal/suppress"
)

// suppressed applies the allowances in the sources of the user's own packages.
func suppressed(in SuppressInput) (kept []finding.Finding, dropped []finding.Suppressed) {
	ran := func(id string) bool {
		return in.Complete && slices.ContainsFunc(in.Rules, func(r *analysis.Rule) bool { return r.ID == id })
	}
	kept, dropped, extra := suppress.Apply(in.Findings, allowances(in.Capture), suppress.Rules{Known: in.Known, Ran: ran})
	if slices.ContainsFunc(in.Rules, func(r *analysis.Rule) bool { return r.ID == suppress.Rule }) {
		kept = append(kept, extra...)
	}
	return kept, dropped
}

// allowances reads the compiled files that speak to pollux.
func allowances(c *cargo.Capture) []suppress.Source {
	var out []suppress.Source
	seen := map[string]bool{}
	for _, u := range members(c) {
		for _, path := range compiled(u) {
			if seen[path] {
				continue
			}
			seen[path] = true
			text, err := os.ReadFile(path)
			if err != nil || !suppress.Mentions(string(text)) {
				continue
			}
			out = append(out, suppress.Source{File: rust.Parse(relative(c.Root, path), string(text)), Package: u.Package})
		}
	}
	return out
}

// relative is a path as findings spell it.
func relative(root, path string) string {
	if rel, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}

// compiled lists the source files of a unit, absolute, from the list that rustc leaves for cargo beside its output; only
// the root of the crate when there is no list.
func compiled(u cargo.Unit) []string {
	text, err := os.ReadFile(strings.TrimSuffix(u.MIR, filepath.Ext(u.MIR)) + ".d")
	if err != nil || u.MIR == "" {
		return []string{u.Source}
	}
	var paths []string
	for line := range strings.Lines(string(text)) {
		path, isFile := strings.CutSuffix(strings.TrimRight(line, "\r\n"), ":") // `src/lib.rs:` stands for each file
		path = strings.ReplaceAll(path, `\ `, " ")
		if !isFile || !strings.HasSuffix(path, ".rs") {
			continue
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(u.Dir, path)
		}
		paths = append(paths, path)
	}
	return paths
}
