package apidrift

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/knowledge"
	"pollux/internal/surface"
)

// derive asks the library's own source about a path that no row speaks of: the item may need a feature that is off, or stand at
// another path, in this library or in one of the same family.
func (s *site) derive(n named, failed int) (row *knowledge.Drift, upto int) {
	if n.dep == nil || s.surface == nil || s.surface(n.dep) == nil {
		return nil, 0
	}
	if row, upto = s.gated(n, failed); row != nil {
		return row, upto
	}
	for k := failed; k < len(n.names); k++ {
		if e, ok := s.moved(n, k); ok {
			return s.movedRow(n, k, e), k + 1
		}
	}
	return nil, 0
}

// gated finds an item that is where the path says, behind a feature.
func (s *site) gated(n named, failed int) (*knowledge.Drift, int) {
	for k := len(n.names); k > failed; k-- {
		e, ok := s.surface(n.dep).Path(strings.Join(n.names[:k], "::"))
		if !ok || len(e.Missing) == 0 || strings.HasPrefix(e.Missing[0], "!") {
			continue
		}
		return &knowledge.Drift{
			ID: "feature " + strings.Join(e.Missing, " ") + " " + n.dep.Name, Crate: n.dep.Name,
			Now: e.Path, Edit: knowledge.EditNone, Fix: featureFix(s.pkg, n.dep, e.Missing), Gated: true,
		}, k
	}
	return nil, 0
}

// featureFix is the line of the manifest that switches features on.
func featureFix(pkg, dep *cargo.Package, features []string) string {
	for _, d := range pkg.Declares {
		if d.Package == dep.Name && d.Kind == "" {
			all := slices.Concat(d.Features, features)
			return fmt.Sprintf("in the Cargo.toml of `%s`: `%s = { version = \"%s\", features = [\"%s\"] }`, with what else stands there", pkg.Name,
				strings.ReplaceAll(d.Name, "_", "-"), series(dep.Version), strings.Join(all, "\", \""))
		}
	}
	return fmt.Sprintf("switch on the feature `%s` of `%s`", strings.Join(features, "`, `"), dep.Name)
}

// series is the part of a version that cargo treats as compatible.
func series(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if parts[0] == "0" && len(parts) > 1 {
		return "0." + parts[1]
	}
	return parts[0]
}

// moved finds the one place where a name of the path is now.
func (s *site) moved(n named, k int) (surface.Entry, bool) {
	name := n.names[k]
	if name == "*" {
		return surface.Entry{}, false
	}
	if e, ok := only(s.surface(n.dep).Find(name), n.names[:k]); ok {
		return e, true
	}
	for _, extern := range s.pkg.Externs() {
		dep := s.graph.Extern(s.pkg, extern)
		if dep == n.dep || !family(dep.Name, n.dep.Name) || s.surface(dep) == nil {
			continue
		}
		if e, ok := only(s.surface(dep).Find(name), n.names[:k]); ok {
			return e, true
		}
	}
	return surface.Entry{}, false
}

// family reports whether two packages are by their names parts of one project: tokio and tokio-util.
func family(a, b string) bool {
	first := func(name string) string { head, _, _ := strings.Cut(name, "-"); return head }
	return first(a) == first(b)
}

// only is the place of an item if all places that are there lead to the same one, and the name or its surroundings say that it is the
// one that is meant: the name has several words, or a module of the written path is in the new one.
func only(entries []surface.Entry, before []string) (surface.Entry, bool) {
	entries = slices.DeleteFunc(slices.Clone(entries), func(e surface.Entry) bool { return len(e.Missing) > 0 })
	if len(entries) == 0 {
		return surface.Entry{}, false
	}
	for _, e := range entries[1:] {
		if !e.Same(entries[0]) {
			return surface.Entry{}, false
		}
	}
	now := strings.Split(entries[0].Path, "::")
	shared := slices.ContainsFunc(before[1:], func(m string) bool { return slices.Contains(now[1:len(now)-1], m) })
	return entries[0], shared || severalWords(now[len(now)-1])
}

// severalWords reports whether a name is distinctive: `RecvError`, `spawn_blocking`.
func severalWords(name string) bool {
	capitals := 0
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			capitals++
		}
	}
	return capitals > 1 || strings.Contains(strings.Trim(name, "_"), "_")
}

func (s *site) movedRow(n named, k int, e surface.Entry) *knowledge.Drift {
	row := &knowledge.Drift{ID: "moved " + strings.Join(n.names[:k+1], "::"), Crate: n.dep.Name, Now: e.Path}
	if since, _ := s.changed(n.dep, n.names[k]); since != "" {
		row.Was = n.dep.Name + " before " + since
	}
	return row
}
