package knowledge

import (
	"cmp"
	"slices"

	"pollux/internal/mir"
)

// entry is one pattern of one row.
type entry[R any] struct {
	pattern
	row  R
	user bool // a row of the user's own configuration: it wins over built-in rows
}

// index finds rows by the parts of a pattern that must be equal, so that a miss costs one or two map lookups.
//
// Most paths that are asked for match nothing. What decides cheaply comes first: the map, the text of the tail, the root;
// a path is cut into segments only after that.
type index[R any] struct {
	exact  map[string][]entry[R]    // by last segment of the path
	below  map[[2]string][]entry[R] // patterns `a::b::*` by their first two segments; the second is "" for `a::*`
	method map[string][]entry[R]    // trait patterns by method
	trait  map[string][]entry[R]    // trait patterns `<.. as a::Trait>::*` by last segment of the trait
	roots  map[string]bool          // first segments of the keys of below
}

func newIndex[R any](entries []entry[R]) index[R] {
	ix := index[R]{exact: map[string][]entry[R]{}, below: map[[2]string][]entry[R]{}, method: map[string][]entry[R]{}, trait: map[string][]entry[R]{}, roots: map[string]bool{}}
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
			ix.roots[e.path[0]] = true
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

// findPath looks a path up; last is its last segment.
func (ix *index[R]) findPath(n *names, path, last string, args []string) (*R, bool) {
	q := query{names: n, text: path}
	candidates := ix.exact[last]
	for i := range candidates {
		e := &candidates[i]
		if q.matches(e.path, e.suffix, e.tail, false) && n.hasArg(e.arg, args) {
			return &e.row, true
		}
	}
	if len(ix.below) == 0 || !n.mayBeBelow(ix.roots, path) {
		return nil, false
	}
	p := q.cut()
	if row, ok := ix.findBelow(&p.full); ok {
		return row, true
	}
	return ix.findBelow(&p.inner)
}

func (ix *index[R]) findBelow(s *segments) (*R, bool) {
	if s.n < 2 {
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
	return ix.method[c.Method] != nil || len(ix.trait) > 0 && ix.trait[mir.LastSegment(c.Trait)] != nil
}

// findTrait looks up a method of a trait for a self type, which is "" when the type is a parameter.
func (ix *index[R]) findTrait(n *names, c *Callee, self string) (*R, bool) {
	if !ix.mayMatch(c) {
		return nil, false
	}
	q := traitQuery{
		trait: query{names: n, text: c.Trait},
		self:  query{names: n, text: shape(withoutReference(self))},
		args:  c.SelfArgs,
	}
	if row, ok := matchTrait(n, ix.method[c.Method], &q); ok {
		return row, true
	}
	return matchTrait(n, ix.trait[mir.LastSegment(c.Trait)], &q)
}

// traitQuery asks for a `<self as trait>`.
type traitQuery struct {
	trait, self query
	args        []string
}

func matchTrait[R any](n *names, candidates []entry[R], q *traitQuery) (*R, bool) {
	for i := range candidates {
		e := &candidates[i]
		if e.path != nil && !q.self.matches(e.path, e.suffix, 1, e.prefix) {
			continue
		}
		if q.trait.matches(e.trait, e.trait[len(e.trait)-1], 1, false) && n.hasArg(e.arg, q.args) {
			return &e.row, true
		}
	}
	return nil, false
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
	q := query{names: n, text: mir.Head(withoutReference(typ))}
	return q.matches(want, want[len(want)-1], 1, false)
}
