package apidrift

import (
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/knowledge"
	"pollux/internal/rust"
	"pollux/internal/surface"
)

// scope answers what names of one file mean, as far as its own text and the dependency graph say.
type scope struct {
	*code
	name  string // of the file, as findings spell it
	graph *cargo.Graph
	pkg   *cargo.Package // that the file is compiled for

	source    func(path string) *rust.Source
	surface   func(p *cargo.Package) *surface.Crate
	changelog func(p *cargo.Package) string
}

// maxAliases bounds how many use declarations are followed for one name.
const maxAliases = 8

// named is a path with what its first segment stands for.
type named struct {
	dep   *cargo.Package // nil when the first segment is no package of the graph
	names []string       // in full; the first is the name of dep's library
	added int            // so many names more than are written
}

// resolve finds what a path in a module stands for. It fails where the first name is the file's own.
func (s *scope) resolve(names []string, global bool, module string) (named, bool) {
	out := named{names: slices.Clone(names)}
	for range maxAliases {
		head := out.names[0]
		if head == "crate" || head == "self" || head == "super" || head == "Self" {
			return out, false
		}
		leaf := s.imported(head, module)
		if global || leaf == nil {
			break
		}
		full := leaf.names(s.code)
		if full[0] == head && len(full) == 1 {
			break // `use tokio;`
		}
		global = s.code.sep(leaf.segs[0] - 2)
		out.names = append(full, out.names[1:]...)
		out.added += len(full) - 1
	}
	head := out.names[0]
	if !global && s.declares(head, module) {
		return out, false
	}
	if out.dep = s.graph.Extern(s.pkg, head); out.dep != nil {
		out.names[0] = out.dep.Crate
	}
	return out, true
}

// imported is the declaration that brings a name into a module.
func (s *scope) imported(name, module string) *useLeaf {
	for _, u := range s.uses {
		if u.module != module {
			continue
		}
		for _, l := range u.leaves {
			if l.bound(s.code) == name {
				return l
			}
		}
	}
	return nil
}

// declares reports whether the file has an item of its own of a name.
func (s *scope) declares(name, module string) bool {
	for _, it := range s.Items {
		if it.Name == name && it.Kind != "impl" && it.Kind != "fn" && it.Kind != "use" && inModule(it) == module {
			return true
		}
	}
	return false
}

// inModule is the path of the inline modules around an item.
func inModule(it *rust.Item) string {
	var names []string
	for at := it.Parent; at != nil; at = at.Parent {
		if at.Kind == "mod" {
			names = append(names, at.Name)
		}
	}
	slices.Reverse(names)
	return strings.Join(names, "::")
}

// extern is the name by which the file reaches a library; empty when it cannot.
func (s *scope) extern(library string) string {
	if p := s.graph.Extern(s.pkg, library); p != nil && p.Crate == library {
		return library
	}
	for _, name := range s.pkg.Externs() {
		if p := s.graph.Extern(s.pkg, name); p != nil && p.Crate == library {
			return name
		}
	}
	return ""
}

// local rewrites a path of a row for this file: its first segment by the name that the library has here, which is dep where it is
// dep's. Text around the path stays as it is.
func (s *scope) local(text string, dep *cargo.Package) (string, bool) {
	library, rest, ok := strings.Cut(text, "::")
	if dep != nil && library == dep.Crate {
		for _, name := range s.pkg.Externs() {
			if s.graph.Extern(s.pkg, name) == dep {
				library = name
			}
		}
	} else if name := s.extern(library); name != "" {
		library = name
	} else if library != "std" && library != "core" {
		return text, false
	}
	if !ok {
		return library, true
	}
	return library + "::" + rest, true
}

// rowOf is the row that fits a path best, and how many of its names the row speaks of.
func rowOf(n named, rows []*knowledge.Drift) (best *knowledge.Drift, upto int) {
	score := 0
	for _, d := range rows {
		for _, p := range d.Path {
			if length, points := fits(strings.Split(p, "::"), n.names); points > score {
				best, upto, score = d, length, points
			}
		}
	}
	return best, upto
}

// fits tells how many names a pattern covers, and how exactly: names that are written out count more than a final `*`.
func fits(pattern, names []string) (length, points int) {
	open := pattern[len(pattern)-1] == "*"
	if open {
		pattern = pattern[:len(pattern)-1]
	}
	if len(pattern) > len(names) || !slices.Equal(pattern, names[:len(pattern)]) {
		return 0, 0
	}
	length, points = len(pattern), 2*len(pattern)
	if open {
		if length == len(names) {
			return length, points
		}
		return length + 1, points + 1
	}
	return length, points
}
