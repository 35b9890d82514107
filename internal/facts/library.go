package facts

import (
	"cmp"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/mir"
)

// Library is what one crate can call in other crates: their exported summaries, by the names under which rustc prints them.
type Library struct {
	crates map[string]*Export
}

// NewLibrary makes the library of a crate from the exports it can name, nearest first: of two versions of one crate the nearer counts.
func NewLibrary(visible ...*Export) *Library {
	l := &Library{crates: make(map[string]*Export, len(visible))}
	for _, e := range visible {
		if l.crates[e.Crate] == nil {
			l.crates[e.Crate] = e
		}
	}
	return l
}

// Export is what other crates need to know of a crate: a plain value.
type Export struct {
	Crate string
	Fns   []*Fn    // sorted by path, type and trait
	Uses  []string // names of the crates it was compiled against, whose items it may re-export; not stored

	byName map[string][]*Fn
}

// named are the functions with this last segment.
func (e *Export) named(name string) []*Fn {
	if e.byName == nil {
		e.byName = make(map[string][]*Fn, len(e.Fns))
		for _, fn := range e.Fns {
			fn.Crate = e.Crate
			e.byName[fn.Name] = append(e.byName[fn.Name], fn)
		}
	}
	return e.byName[name]
}

// Export takes from the summaries what is certain enough to speak of at a distance: effects that every call of the function has.
// What may happen inside a dependency, in an error path or the first time, is left out: nobody could judge it from outside.
func (c *Crate) Export() *Export {
	nowhere := func(mir.Pos) finding.Span { return finding.Span{} }
	c.exportNeeds(nowhere, true)
	return c.export(func(e *Effect) *Effect {
		if !e.Must {
			return nil
		}
		return c.detached(e, nowhere)
	})
}

// ExportAll is Export for the crates of one workspace, whose user can look at all of it: at tells where a step stands.
func (c *Crate) ExportAll(at func(mir.Pos) finding.Span) *Export {
	c.exportNeeds(at, false)
	return c.export(func(e *Effect) *Effect { return c.detached(e, at) })
}

// detached is an effect without positions in this crate's MIR text, which mean nothing outside of it: what is exported must not depend
// on whether it was just made or read from a store.
func (c *Crate) detached(e *Effect, at func(mir.Pos) finding.Span) *Effect {
	out := &Effect{Row: e.Row, Name: e.Name, Must: e.Must, Conditional: e.Conditional, Steps: slices.Clone(e.Steps), call: e.call}
	for i, s := range out.Steps {
		if pos, ok := s.Pos(c); ok {
			out.Steps[i].At = at(pos)
		}
		out.Steps[i].pos = 0
	}
	return out
}

func (c *Crate) export(keep func(*Effect) *Effect) *Export {
	c.summariseEffects()
	out := &Export{Crate: c.Name}
	for _, fn := range c.Fns {
		if fn.body != nil || isAnonymous(fn.Path) {
			continue
		}
		e := &Fn{Path: fn.Path, Type: fn.Type, Trait: fn.Trait, Name: fn.Name, Unknown: min(fn.Unknown, 1)}
		for _, eff := range fn.Effects {
			if kept := keep(eff); kept != nil && !fn.context && kept.call.Severity >= finding.Warning {
				e.Effects = append(e.Effects, kept)
			}
		}
		if len(fn.Symbolic) > 0 {
			e.Symbolic, e.Params = fn.Symbolic, fn.Params
		}
		c.exportEffects(fn, e)
		if of, ok := c.needing.exported[fn]; ok {
			e.asks, e.futureAsks, e.futureType = of.asks, of.futureAsks, of.futureType
			if len(e.asked().open)+len(e.futureAsked().open) > 0 {
				e.Params = fn.Params
			}
		}
		out.Fns = append(out.Fns, e)
	}
	slices.SortFunc(out.Fns, func(a, b *Fn) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Trait, b.Trait))
	})
	return out
}

// isAnonymous reports whether a path names a closure or another item that cannot be called by name from outside.
func isAnonymous(path string) bool { return len(path) > 0 && path[len(path)-1] == '}' }

// function finds a function by the visible path that rustc prints in another crate. The path can go through re-exports and leave out
// private modules, so it names a function when crate, type and name agree and exactly one function fits.
func (l *Library) function(path string) *Fn {
	return l.find(path, func(fn *Fn) bool { return fn.Trait == "" })
}

// method finds the implementation of a trait's method for a type of another crate.
func (l *Library) method(typ, trait, name string) *Fn {
	return l.find(typ+"::"+name, func(fn *Fn) bool { return fn.Trait == trait && fn.Type != "" })
}

// find looks in the crate that the path begins with, then in the crates whose items that one may re-export.
func (l *Library) find(path string, fits func(*Fn) bool) *Fn {
	root, rest := cutSegment(path)
	e := l.crates[root]
	if e == nil {
		return nil
	}
	if fn, _ := e.only(rest, fits); fn != nil {
		return fn
	}
	var found *Fn
	for _, name := range e.Uses {
		if name == root || l.crates[name] == nil {
			continue
		}
		fn, several := l.crates[name].only(strings.TrimPrefix(rest, name+"::"), fits)
		if several || fn != nil && found != nil {
			return nil
		}
		if fn != nil {
			found = fn
		}
	}
	return found
}

// candidates are the functions of a crate that a visible path can mean when it is not said which: those of the same name, on a type of
// the same name. Whoever asks must reckon with any of them.
func (l *Library) candidates(path string, fits func(*Fn) bool) []*Fn {
	root, rest := cutSegment(path)
	e := l.crates[root]
	if e == nil {
		return nil
	}
	var out []*Fn
	for _, name := range append([]string{root}, e.Uses...) {
		if e := l.crates[name]; e != nil {
			out = append(out, e.like(rest, fits)...)
		}
		if len(out) > 0 {
			break
		}
	}
	if len(out) > maxCandidates {
		return nil
	}
	return out
}

// maxCandidates bounds how many functions of one name are reckoned with.
const maxCandidates = 6

func (e *Export) like(path string, fits func(*Fn) bool) []*Fn {
	owner := mir.LastSegment(parentOf(path))
	var out []*Fn
	for _, fn := range e.named(mir.LastSegment(path)) {
		definition := fn.Type
		if definition == "" {
			definition = parentOf(fn.Path)
		}
		if fits(fn) && (mir.LastSegment(definition) == owner || fn.Type == "" && inOrder(path, fn.Path)) {
			out = append(out, fn)
		}
	}
	return out
}

// only is the one function of the crate that a path without the crate's name can mean; several tells why there is none.
func (e *Export) only(path string, fits func(*Fn) bool) (found *Fn, several bool) {
	for _, fn := range e.named(mir.LastSegment(path)) {
		if !fits(fn) || !fn.visibleAs(path) {
			continue
		}
		if found != nil {
			return nil, true
		}
		found = fn
	}
	return found, false
}

// visibleAs reports whether fn can be what a visible path, without its crate, means.
func (fn *Fn) visibleAs(path string) bool {
	definition := fn.Path
	if fn.Type != "" {
		definition = fn.Type + "::" + fn.Name
		if mir.LastSegment(parentOf(definition)) != mir.LastSegment(parentOf(path)) {
			return false
		}
	}
	return inOrder(path, definition)
}

// inOrder reports whether the segments of path occur in the definition in the same order.
func inOrder(path, definition string) bool {
	for path != "" {
		head, rest := cutSegment(path)
		for {
			if definition == "" {
				return false
			}
			var d string
			d, definition = cutSegment(definition)
			if d == head {
				break
			}
		}
		path = rest
	}
	return true
}

func cutSegment(path string) (head, rest string) {
	for i := 0; i+1 < len(path); i++ {
		if path[i] == ':' && path[i+1] == ':' {
			return path[:i], path[i+2:]
		}
	}
	return path, ""
}
