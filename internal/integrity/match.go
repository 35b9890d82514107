package integrity

import (
	"cmp"
	"slices"

	"pollux/internal/rust"
)

// pair is a function in both states.
type pair struct{ old, new *function }

// names is a set of identifiers.
type names map[string]bool

// alike is how much of a body must be the same for a function under another name to be the same one.
const alike = 0.55

// match finds which function of the new state is which of the old one: by file and path, then by name wherever it went, then
// by body under another name.
func (c *comparison) match() {
	c.join(func(o, n *function) bool { return o.code.name == n.code.name && o.path == n.path && o.test == n.test })
	c.join(func(o, n *function) bool { return o.code.name == n.code.name && o.path == n.path })
	c.join(func(o, n *function) bool { return o.Name == n.Name && likeness(o.grams, n.grams) >= 0.3 })
	c.byBody()
	c.gone = names{}
	for _, o := range c.old.fns {
		if o.twin != nil {
			c.pairs = append(c.pairs, pair{o, o.twin})
		} else if !o.inTests {
			c.gone[o.Name] = true
		}
	}
	c.definitions()
}

// join pairs functions that fit, in order.
func (c *comparison) join(fits func(o, n *function) bool) {
	for _, o := range c.old.fns {
		if o.twin != nil {
			continue
		}
		for _, n := range c.new.fns {
			if n.twin == nil && fits(o, n) {
				o.twin, n.twin = n, o
				break
			}
		}
	}
}

// byBody pairs what is left by likeness, the most alike first.
func (c *comparison) byBody() {
	type candidate struct {
		o, n *function
		like float64
	}
	var all []candidate
	for _, o := range c.old.fns {
		for _, n := range c.new.fns {
			if o.twin != nil || n.twin != nil || o.hi-o.lo < 4 || o.inTests != n.inTests {
				continue
			}
			if like := likeness(o.grams, n.grams); like >= alike {
				all = append(all, candidate{o, n, like})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.like, a.like) })
	for _, m := range all {
		if m.o.twin == nil && m.n.twin == nil {
			m.o.twin, m.n.twin = m.n, m.o
		}
	}
}

// definitions adds to the names that are gone those of types, fields, variants and constants outside of tests.
func (c *comparison) definitions() {
	have := names{}
	for _, f := range c.new.files {
		defined(f, have)
	}
	had := names{}
	for _, f := range c.old.files {
		if !inTestFile(f.name) {
			defined(f, had)
		}
	}
	for name := range had {
		if !have[name] {
			c.gone[name] = true
		}
	}
}

// defined adds the names that a file defines, functions aside: a renamed one is not gone.
func defined(f *code, into names) {
	for _, it := range f.Items {
		if it.Kind != "fn" && it.Kind != "impl" && it.Kind != "use" && it.Name != "" && !underTestCfg(it) {
			into[it.Name] = true
		}
	}
	for _, s := range f.Structs {
		if underTestCfg(s.Item) {
			continue
		}
		for _, field := range s.Fields {
			into[field.Name] = true
		}
		for _, v := range s.Variants {
			into[v] = true
		}
	}
}

// usesGone reports whether the tokens name something that the change took away.
func (c *comparison) usesGone(f *code, lo, hi int) bool {
	for i := lo; i < hi && i < len(f.toks); i++ {
		if f.toks[i].kind == rust.Ident && c.gone[f.toks[i].text] {
			return true
		}
	}
	return false
}
