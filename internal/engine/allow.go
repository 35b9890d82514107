package engine

import (
	"os"
	"path/filepath"

	"pollux/internal/rust"
	"pollux/internal/suppress"
)

// allow drops the findings of an exploration that a comment at their place allows. Whether an allowance is still needed is not
// asked: that a search found nothing does not show that there is nothing.
func (r *run) allow() {
	var sources []suppress.Source
	seen := map[string]bool{}
	for _, f := range r.findings {
		if seen[f.File] || !f.Known() {
			continue
		}
		seen[f.File] = true
		path := filepath.FromSlash(f.File)
		if !filepath.IsAbs(path) {
			path = filepath.Join(r.Root, path)
		}
		if text, err := os.ReadFile(path); err == nil && suppress.Mentions(string(text)) {
			sources = append(sources, suppress.Source{File: rust.Parse(f.File, string(text)), Package: f.Package})
		}
	}
	r.findings, r.suppressed, _ = suppress.Apply(r.findings, sources, suppress.Rules{
		Known: ruleIDs(r.engine.Rules), Ran: func(string) bool { return false },
	})
}
