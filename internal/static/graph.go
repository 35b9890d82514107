package static

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"pollux/internal/cache"
	"pollux/internal/cargo"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir/parse"
)

// graph is the units of a capture by what they were compiled against.
type graph struct {
	nodes map[string]*node // by file stem: crate name and hash
	order []*node          // dependencies before dependents, otherwise as captured
}

type node struct {
	unit   cargo.Unit
	export *facts.Export // nil until the unit was looked at, and for units that nobody can name
	key    string        // see runner.key
	load   func()        // makes export of a dependency when it is first needed
}

func newGraph(units []cargo.Unit) *graph {
	g := &graph{nodes: make(map[string]*node, len(units))}
	for _, u := range units {
		g.nodes[u.Crate+"-"+u.Hash] = &node{unit: u}
	}
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, stem := range n.unit.Externs {
			if dep := g.nodes[stem]; dep != nil {
				visit(dep)
			}
		}
		g.order = append(g.order, n)
	}
	for _, u := range units {
		visit(g.nodes[u.Crate+"-"+u.Hash])
	}
	return g
}

// library is what a unit can call: the crates it was compiled against, then theirs, and so on.
func (g *graph) library(of *node) *facts.Library {
	var visible []*facts.Export
	seen := map[*node]bool{of: true}
	queue := []*node{of}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, stem := range n.unit.Externs {
			dep := g.nodes[stem]
			if dep == nil || seen[dep] {
				continue
			}
			seen[dep] = true
			queue = append(queue, dep)
			if dep.load != nil {
				dep.load()
			}
			if dep.export != nil {
				visible = append(visible, dep.export)
			}
		}
	}
	return facts.NewLibrary(visible...)
}

// built is what a unit was compiled against, directly and further on.
func (g *graph) built(of *node) []facts.Built {
	out := []facts.Built{}
	seen := map[*node]bool{of: true}
	queue := []*node{of}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, stem := range n.unit.Externs {
			dep := g.nodes[stem]
			if dep == nil || seen[dep] {
				continue
			}
			seen[dep] = true
			queue = append(queue, dep)
			out = append(out, facts.Built{Crate: dep.unit.Crate, Version: dep.unit.Version, Features: dep.unit.Features, Direct: n == of})
		}
	}
	return out
}

// uses are the names of the crates that a unit may re-export.
func (g *graph) uses(n *node) []string {
	var out []string
	for _, stem := range n.unit.Externs {
		if dep := g.nodes[stem]; dep != nil {
			out = append(out, dep.unit.Crate)
		}
	}
	slices.SortFunc(out, cmp.Compare)
	return slices.Compact(out)
}

// dependency prepares the summary of a crate outside the workspace. One that is stored is read only when a member is looked at.
func (r *runner) dependency(g *graph, n *node) {
	u := n.unit
	path := r.capture.SummaryPath(u)
	if u.SummaryKey == "" || r.opt.Fresh && u.MIR != "" {
		r.summarise(g, n, "")
		return
	}
	if _, err := os.Stat(path); err != nil {
		r.summarise(g, n, path)
		return
	}
	n.load = func() {
		n.load = nil
		if n.export = stored(path); n.export == nil {
			_ = os.Remove(path) // edited or damaged: the next build captures it again
			if u.MIR == "" {
				r.out.Lost = append(r.out.Lost, u.Crate)
			}
			r.summarise(g, n, path)
			return
		}
		n.export.Uses = g.uses(n)
	}
}

// stored is a summary that was kept; nil when it cannot be read, or is not as it was written.
func stored(path string) *facts.Export {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	text, ours := cache.Unseal(text)
	if !ours {
		return nil
	}
	export, err := facts.Decode(string(text), knowledge.Default())
	if err != nil {
		return nil
	}
	return export
}

// summarise makes the summary of a dependency from its MIR, which is not needed any more once the summary is stored. The built-in
// tables are used alone, so that the summary is the same for every project.
func (r *runner) summarise(g *graph, n *node, path string) {
	u := n.unit
	m := memo{}
	defer func() { r.out.Unknowns = append(r.out.Unknowns, m.Unknowns...) }()
	defer m.recoverAs(u, "the summary of a dependency")
	if u.MIR == "" {
		return
	}
	text, err := u.ReadMIR()
	if err != nil {
		return
	}
	crate := parse.Crate(u.Crate, asString(text))
	c := facts.Analyze(facts.Unit{MIR: crate, Source: newSources().in(u.Dir), Built: g.built(n)}, knowledge.Default(), g.library(n))
	n.export = c.Export()
	n.export.Uses = g.uses(n)
	if path != "" && store(path, n.export) == nil {
		_ = os.Remove(u.MIR)
	}
}

// store writes a summary as a whole, so that a reader never sees half of one, and under a seal, so that one that was edited is not read.
func store(path string, e *facts.Export) error {
	text, err := e.Encode()
	if err != nil {
		return err
	}
	text, ok := cache.Seal(text)
	if !ok {
		return errors.New("store summary: there is no place for a seal")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("store summary: %w", err)
	}
	if err := cache.WriteFile(path, text); err != nil {
		return fmt.Errorf("store summary: %w", err)
	}
	return nil
}
