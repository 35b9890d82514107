package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// repaired reports whether a destructor that a cancel at a suspension runs works on the memory: that of a value which is there at the
// suspension, or which the awaited future was given, and which has not been told to do nothing. That of a lock's guard, or of a library's
// future, gives back the lock or the place in its queue, not what lies behind it.
func (t *tearing) repaired(at memory, a *coro.Await) bool {
	for l := range t.fn.mir.Locals {
		l := mir.Local(l)
		typ := t.fn.mir.Locals[l].Type
		if t.c.isLibraryHandle(typ) || !t.x.dropReaches(at, t.p.begin(l), typ, 0) {
			continue
		}
		if t.fn.body.IsSaved(l) && t.isThere(l, typ, a) && !t.defused(l, typ, a) || t.isGivenTo(l, a) {
			return true
		}
	}
	return false
}

// isThere reports whether a saved local can be initialised at a suspension. Captures are there until they are moved away.
func (t *tearing) isThere(l mir.Local, typ string, a *coro.Await) bool {
	if t.there == nil {
		t.there = map[string][]coro.Held{}
	}
	held, ok := t.there[typ]
	if !ok {
		held = t.fn.body.Held(func(of string) []coro.Leaf {
			if of == typ {
				return []coro.Leaf{{Type: typ}}
			}
			return nil
		})
		t.there[typ] = held
	}
	return slices.ContainsFunc(held, func(h coro.Held) bool { return h.Local == l && h.Await == a })
}

// isGivenTo reports whether a value went into the call that made the awaited future. A value with a destructor is no copy, although rustc
// prints its last move as one.
func (t *tearing) isGivenTo(l mir.Local, a *coro.Await) bool {
	if a.Awaitee == 0 {
		return false
	}
	is := func(o mir.Operand) bool { return o.IsPlace() && o.Place.IsLocal() && o.Place.Local == l }
	made := t.fn.body.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
	return slices.ContainsFunc(made.Args, func(o mir.Operand) bool {
		if is(o) || !o.IsPlace() || !o.Place.IsLocal() {
			return is(o)
		}
		d := t.p.defs[o.Place.Local]
		return d.n == 1 && d.stmt != nil && d.stmt.Value.Kind == mir.Use && is(d.stmt.Value.Operands[0])
	})
}

// defused reports whether every way to a suspension has told a value's destructor to do nothing, and not to do it again.
func (t *tearing) defused(l mir.Local, typ string, a *coro.Await) bool {
	drop := t.c.destructor(mir.Head(typ))
	if drop == nil || drop.mir == nil {
		return false
	}
	for _, s := range t.c.switchesOf(drop) {
		at := t.p.walk(t.p.begin(l), s.path)
		var arm []write
		for i := range t.writes {
			if w := &t.writes[i]; w.at == at && !s.isOff(w) {
				arm = append(arm, *w)
			}
		}
		for i := range t.writes {
			if w := &t.writes[i]; w.at == at && s.isOff(w) && t.reaches(w, a, arm) {
				return true
			}
		}
	}
	return false
}

// offSwitch is a field of a value by which its destructor can be told to do nothing.
type offSwitch struct {
	path  string // of the field, from the value: ".1"
	value string // that switches it off: the number of a variant, or 0 and 1 for a bool
	typ   string // of the field
}

// isOff reports whether a write switches the destructor off.
func (s *offSwitch) isOff(w *write) bool {
	switch {
	case strings.HasPrefix(s.typ, "std::option::Option<"):
		return w.way == knowledge.Take && s.value == "0" || w.way == knowledge.Put && s.value == "1"
	case s.typ == "bool":
		return w.way == knowledge.Set && w.value == map[string]string{"0": "false", "1": "true"}[s.value]
	}
	return false
}

// switchesOf finds the fields of a value that its destructor looks at before it touches memory which is not the value's own: with one
// value of the field it touches none.
func (c *Crate) switchesOf(drop *Fn) []offSwitch {
	if known, ok := c.switches[drop]; ok {
		return known
	}
	touching := c.touching(drop)
	p := c.placesOf(drop)
	var out []offSwitch
	tested := map[string][]mir.Block{} // by path
	types := map[string]string{}
	for b := range drop.mir.Blocks {
		if path, typ, ok := p.testedField(mir.Block(b)); ok {
			tested[path] = append(tested[path], mir.Block(b))
			types[path] = typ
		}
	}
	for _, path := range sortedKeys(tested) {
		for _, value := range []string{"0", "1"} {
			if !leadsToAny(drop.mir, tested[path], value, touching) {
				out = append(out, offSwitch{path, value, types[path]})
			}
		}
	}
	if c.switches == nil {
		c.switches = map[*Fn][]offSwitch{}
	}
	c.switches[drop] = out
	return out
}

func sortedKeys(m map[string][]mir.Block) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// touching are the blocks of a destructor that write memory behind a reference, or call a function with such memory first.
func (c *Crate) touching(drop *Fn) []bool {
	p := c.placesOf(drop)
	out := make([]bool, len(drop.mir.Blocks))
	isOutside := func(m memory) bool {
		return m.base == global || m.base == param && strings.Contains(strings.TrimPrefix(m.path, "*"), "*")
	}
	for b := range drop.mir.Blocks {
		block := &drop.mir.Blocks[b]
		if block.Cleanup {
			continue
		}
		for i := range block.Stmts {
			if s := &block.Stmts[i]; s.Kind == mir.Assign && isBehind(s.Place) && isOutside(p.storage(s.Place)) {
				out[b] = true
			}
		}
		if t := &block.Term; t.Kind == mir.Call && len(t.Args) > 0 && t.Args[0].IsPlace() && coreEnum(t.Func.Text) == "" {
			out[b] = out[b] || isOutside(p.handleOf(t.Args[0]))
		}
	}
	return out
}

// testedField is the field of self that the switch at the end of a block looks at.
func (p *places) testedField(b mir.Block) (path, typ string, ok bool) {
	block := &p.f.Blocks[b]
	t := &block.Term
	if t.Kind != mir.Switch || !t.Operand.IsPlace() || block.Cleanup {
		return "", "", false
	}
	place := t.Operand.Place
	for range 6 {
		if !place.IsLocal() {
			break
		}
		d := p.defs[place.Local]
		if d.n != 1 {
			return "", "", false
		}
		switch {
		case d.term != nil && coreEnum(d.term.Func.Text) == "Option" && len(d.term.Args) > 0 && d.term.Args[0].IsPlace():
			return p.fieldOfSelf(p.lying(d.term.Args[0]), p.f.Type(d.term.Args[0].Place))
		case d.stmt != nil && d.stmt.Value.Kind == mir.Discriminant:
			place = d.stmt.Value.Place
		case d.stmt != nil && d.stmt.Value.Kind == mir.Use && d.stmt.Value.Operands[0].IsPlace():
			place = d.stmt.Value.Operands[0].Place
		default:
			return "", "", false
		}
	}
	return p.fieldOfSelf(p.storage(place), p.f.Type(place))
}

func (p *places) fieldOfSelf(m memory, typ string) (path, of string, ok bool) {
	path = strings.TrimPrefix(m.path, "*")
	return path, stripRefs(typ), m.base == param && m.local == 0 && path != "" && !strings.Contains(path, "*")
}

// leadsToAny reports whether a way through a function on which the switches at some blocks go by one value comes to one of the blocks that
// are sought.
func leadsToAny(f *mir.Func, switches []mir.Block, value string, sought []bool) bool {
	seen := make([]bool, len(f.Blocks))
	work := []mir.Block{0}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == mir.NoBlock || seen[b] || f.Blocks[b].Cleanup {
			continue
		}
		seen[b] = true
		if sought[b] {
			return true
		}
		term := &f.Blocks[b].Term
		if slices.Contains(switches, b) {
			work = append(work, chosenBy(term, value))
			continue
		}
		work = append(work, coro.Successors(term)...)
	}
	return false
}

func chosenBy(term *mir.Term, value string) mir.Block {
	for _, to := range term.Targets {
		if to.Value == value {
			return to.Block
		}
	}
	return term.Return
}
