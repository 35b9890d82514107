package pin

import "slices"

// Growing are the elements of collections that are pinned in place although the collection moves its elements: one pair for each place
// that pins.
func (c *Crate) Growing() []Pair {
	var out []Pair
	grows := c.Events(Grows)
	for _, p := range c.Events(Pins) {
		collection, ok := p.mem.collection()
		if !ok || slices.ContainsFunc(out, func(o Pair) bool { return o.Pin.Pos == p.Pos }) || c.Unpin(p.Fn, p.Type) != No {
			continue
		}
		for _, g := range grows {
			if c.shifts(p, collection, g) {
				out = append(out, Pair{p, g})
				break
			}
		}
	}
	return out
}

// collection is the memory of the collection that the memory is an element of, by value.
func (m memory) collection() (memory, bool) {
	for i := len(m.steps) - 1; i >= 0; i-- {
		switch m.steps[i].kind {
		case element:
			m.steps = m.steps[:i]
			return m, !isArray(m.end())
		case deref:
			return memory{}, false
		}
	}
	return memory{}, false
}

// isArray reports whether a type holds its elements where it is itself, and so many for ever.
func isArray(typ string) bool { return len(typ) > 0 && typ[0] == '[' }

// shifts reports whether g moves elements of the collection that p has pinned one of.
func (c *Crate) shifts(p *Event, collection memory, g *Event) bool {
	if collection.owned() {
		if p.Fn != g.Fn || !sameMemory(collection, g.mem) {
			return false
		}
		return p.Via != "" && p.Block == g.Block || c.after(&Event{Fn: p.Fn, Block: p.Block, mem: collection}, g)
	}
	pk, gk := collection.key(), g.mem.key()
	if pk.way == "" { // a parameter
		return p.Fn == g.Fn && sameMemory(collection, g.mem)
	}
	if pk != gk || c.inDrop(g) {
		return false
	}
	return g.FromPin() || !p.FromPin() || c.Unpin(p.Fn, collection.ownerType()) == Yes
}

// ownerType is the type, as printed, that owns the memory by value.
func (m memory) ownerType() string {
	owner, at := "", m.typ
	for i, s := range m.steps {
		inside := i > 0 && m.steps[i-1].kind == variant
		if s.kind == deref {
			owner = ""
		} else if !inside && !isStd(at) {
			owner = at
		}
		at = s.typ
	}
	return owner
}
