package knowledge

import (
	"cmp"
	"slices"
)

// entry is one pattern of one row.
type entry[R any] struct {
	pattern
	row  R
	user bool // a row of the user's own configuration: it wins over built-in rows
}

// index finds rows by the parts of a pattern that must be equal, so that a miss costs one or two map lookups.
type index[R any] struct {
	exact  map[string][]entry[R]    // by last segment of the path
	below  map[[2]string][]entry[R] // patterns `a::b::*` by their first two segments; the second is "" for `a::*`
	method map[string][]entry[R]    // trait patterns by method
	trait  map[string][]entry[R]    // trait patterns `<.. as a::Trait>::*` by last segment of the trait
}

func newIndex[R any](entries []entry[R]) index[R] {
	ix := index[R]{exact: map[string][]entry[R]{}, below: map[[2]string][]entry[R]{}, method: map[string][]entry[R]{}, trait: map[string][]entry[R]{}}
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, bySpecificity)
	for _, e := range sorted {
		switch {
		case e.trait != nil && e.pattern.method == "*":
			key := e.trait[len(e.trait)-1]
			ix.trait[key] = append(ix.trait[key], e)
		case e.trait != nil:
			ix.method[e.pattern.method] = append(ix.method[e.pattern.method], e)
		case e.prefix:
			key := [2]string{e.path[0]}
			if len(e.path) > 1 {
				key[1] = e.path[1]
			}
			ix.below[key] = append(ix.below[key], e)
		default:
			key := e.path[len(e.path)-1]
			ix.exact[key] = append(ix.exact[key], e)
		}
	}
	return ix
}

// bySpecificity puts the entry that must win first: the user's, then the one with a generic argument, then the longer one.
func bySpecificity[R any](a, b entry[R]) int {
	return cmp.Or(
		cmp.Compare(rank(b.user), rank(a.user)),
		cmp.Compare(len(b.arg), len(a.arg)),
		cmp.Compare(len(b.path), len(a.path)),
	)
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// findPath looks a path up: first as given, then, if its second segment is a crate that others re-export, from there.
func (ix *index[R]) findPath(n *names, path, last string, args []string) (*R, bool) {
	candidates := ix.exact[last]
	if candidates == nil && len(ix.below) == 0 {
		return nil, false
	}
	var s segments
	s.split(path)
	if s.n == 0 {
		return nil, false
	}
	var inner segments
	if s.n > 2 && n.reexported[s.seg[1]] {
		inner.n = copy(inner.seg[:], s.seg[1:s.n])
	}
	n.canonical(&s)
	if row, ok := ix.lookup(n, candidates, &s, args); ok || inner.n == 0 {
		return row, ok
	}
	n.canonical(&inner)
	return ix.lookup(n, candidates, &inner, args)
}

func (ix *index[R]) lookup(n *names, candidates []entry[R], s *segments, args []string) (*R, bool) {
	for i := range candidates {
		e := &candidates[i]
		if matchesPath(e.path, e.tail, false, s.slice()) && n.hasArg(e.arg, args) {
			return &e.row, true
		}
	}
	if len(ix.below) == 0 || s.n < 2 {
		return nil, false
	}
	for _, key := range [2][2]string{{s.seg[0], s.seg[1]}, {s.seg[0], ""}} {
		below := ix.below[key]
		for i := range below {
			if matchesPath(below[i].path, 0, true, s.slice()) {
				return &below[i].row, true
			}
		}
	}
	return nil, false
}

// mayMatch reports whether any trait pattern could speak about c.
func (ix *index[R]) mayMatch(c *Callee) bool {
	return ix.method[c.Method] != nil || len(ix.trait) > 0 && ix.trait[lastSegment(c.Trait)] != nil
}

// findTrait looks up a method of a trait for a self type, which is "" when the type is a parameter.
func (ix *index[R]) findTrait(n *names, c *Callee, self string) (*R, bool) {
	if !ix.mayMatch(c) {
		return nil, false
	}
	q := traitQuery{args: c.SelfArgs}
	q.trait.split(c.Trait)
	n.canonical(&q.trait)
	q.self.split(shape(withoutReference(self)))
	n.canonical(&q.self)
	if row, ok := matchTrait(n, ix.method[c.Method], &q); ok {
		return row, true
	}
	return matchTrait(n, ix.trait[lastSegment(c.Trait)], &q)
}

// traitQuery is a `<self as trait>` cut into segments once.
type traitQuery struct {
	trait, self segments
	args        []string
}

func matchTrait[R any](n *names, candidates []entry[R], q *traitQuery) (*R, bool) {
	for i := range candidates {
		e := &candidates[i]
		if q.trait.n > 0 && matchesPath(e.trait, 1, false, q.trait.slice()) && n.selfMatches(&e.pattern, q) {
			return &e.row, true
		}
	}
	return nil, false
}

func (n *names) selfMatches(p *pattern, q *traitQuery) bool {
	if p.path == nil {
		return true
	}
	return q.self.n > 0 && matchesPath(p.path, 1, p.prefix, q.self.slice()) && n.hasArg(p.arg, q.args)
}

// hasArg reports whether one of the generic arguments is the wanted type or a wrapper around it; nothing wanted is always had.
func (n *names) hasArg(want, args []string) bool {
	if want == nil {
		return true
	}
	for _, arg := range args {
		if n.isType(want, arg) {
			return true
		}
		if inner := n.behind(arg); inner != "" && n.isType(want, inner) {
			return true
		}
	}
	return false
}

func (n *names) isType(want []string, typ string) bool {
	var s segments
	s.split(withoutReference(typ))
	n.canonical(&s)
	return s.n > 0 && matchesPath(want, 1, false, s.slice())
}
