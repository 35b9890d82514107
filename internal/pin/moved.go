package pin

import (
	"slices"
	"strings"

	"pollux/internal/mir"
)

// Pair is a pin and what breaks its promise.
type Pair struct{ Pin, By *Event }

// Moved are the pinned values that are moved later: variables in the function that pins them, and fields that one method pins and one,
// the same or another, moves. One pair for each place that moves, in the order of the text.
func (c *Crate) Moved() []Pair {
	var out []Pair
	pins, links := c.fixed(), c.Events(Links)
	for _, move := range c.Events(Moves) {
		at := slices.IndexFunc(pins, func(p *Event) bool { return c.breaks(p, move) })
		if at >= 0 {
			out = append(out, Pair{pins[at], move})
			continue
		}
		if at = slices.IndexFunc(links, func(l *Event) bool { return c.leaves(l, move) }); at >= 0 {
			out = append(out, Pair{links[at], move})
		}
	}
	return append(out, c.returned(append(pins, links...))...)
}

// fixed are the pins of values that must not move.
func (c *Crate) fixed() []*Event {
	return slices.DeleteFunc(c.Events(Pins), func(p *Event) bool { return c.Unpin(p.Fn, p.Type) != No })
}

// returned are the values that a function builds in the place of its result: the caller gets them moved.
func (c *Crate) returned(events []*Event) []Pair {
	var out []Pair
	for _, e := range events {
		if e.mem.root != 0 || !e.mem.owned() || e.Kind == Pins && c.Unpin(e.Fn, e.Type) != No {
			continue
		}
		by := *e
		by.Kind, by.What, by.Via = Moves, "return", ""
		out = append(out, Pair{e, &by})
	}
	return out
}

// leaves reports whether a variable moves after a pointer into it was stored in it.
func (c *Crate) leaves(link, move *Event) bool {
	if link.Fn != move.Fn || link.Via != "" || !link.mem.owned() || !move.mem.owned() || len(move.mem.steps) > 0 {
		return false
	}
	return move.mem.holds(link.mem) && move.mem.holds(link.to) && c.after(link, move)
}

func (c *Crate) breaks(p, move *Event) bool {
	if p.Fn == move.Fn && p.mem.owned() && move.mem.owned() {
		return move.mem.holds(p.mem) && inline(p.mem, len(move.mem.steps)-1) && c.after(p, move)
	}
	return c.movesField(p, move)
}

// movesField reports whether a method moves a field that a method pins. What is moved through a plain `&mut` is moved before it was ever
// pinned, unless the pin, too, was made through one.
func (c *Crate) movesField(p, move *Event) bool {
	if p.Fn != move.Fn && p.key.owner != move.key.owner || move.mem.owned() {
		return false
	}
	pk, mk := p.key, move.key
	if p.Fn == move.Fn && move.mem.holds(p.mem) && inline(p.mem, len(move.mem.steps)-1) { // named by one function, whoever owns it
		pk, mk = key{"here", way(p.mem.steps)}, key{"here", way(move.mem.steps)}
	}
	if pk.way == "" || !mk.covers(pk) || strings.Contains(pk.way[len(mk.way):], "[]") || c.inDrop(move) || move.mem.owned() {
		return false
	}
	if !move.FromPin() && p.FromPin() {
		return false
	}
	if mk.way == pk.way && c.isEnum(move.Type) {
		return false // what it holds where it is moved is a matter of the code that looks at it
	}
	if mk.way == pk.way || !strings.HasPrefix(pk.way[len(mk.way):], ":") {
		return true
	}
	variant, _, _ := strings.Cut(pk.way[len(mk.way)+1:], ".")
	return c.mayBe(move, variant)
}

func (c *Crate) isEnum(typ string) bool {
	d := c.source.declared(mir.Head(typ))
	return d != nil && d.Kind == "enum"
}

// inDrop reports whether an event stands in a destructor.
func (c *Crate) inDrop(e *Event) bool { return e.Fn.Trait == "Drop" && e.Fn.Name == "drop" }

// after reports whether the move can come after the pin, with no new value in between.
func (c *Crate) after(p, move *Event) bool {
	w := c.fns[p.Fn]
	if p.Block == move.Block && move.Pos > p.Pos && p.Kind == Links {
		return true // statements of one block, in the order of the text
	}
	seen := make([]bool, len(w.f.Blocks))
	work := w.successors(p.Block)
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if int(at) >= len(seen) || at < 0 || seen[at] || w.f.Blocks[at].Cleanup {
			continue
		}
		seen[at] = true
		if at == move.Block {
			return !w.renewed(at, p.mem, move.Pos)
		}
		if !w.renewed(at, p.mem, 0) {
			work = append(work, w.successors(at)...)
		}
	}
	return false
}

// successors are where a block goes on without unwinding, over a suspension too.
func (w *function) successors(at mir.Block) []mir.Block {
	t := &w.f.Blocks[at].Term
	out := make([]mir.Block, 0, len(t.Targets)+1)
	for _, target := range t.Targets {
		out = append(out, target.Block)
	}
	if t.Return != mir.NoBlock {
		out = append(out, t.Return)
	}
	if b := w.fn.Coroutine(); b != nil && t.Kind == mir.Return {
		if to, ok := b.Resumes(at); ok {
			out = append(out, to)
		}
	}
	return out
}

// renewed reports whether a block gives the memory a new value, or ends its life, before a position; 0 is the end of the block.
func (w *function) renewed(at mir.Block, m memory, before mir.Pos) bool {
	b := &w.f.Blocks[at]
	for i := range b.Stmts {
		s := &b.Stmts[i]
		if before != 0 && s.Pos == before {
			return false
		}
		if (s.Kind == mir.Assign || s.Kind == mir.StorageDead || s.Kind == mir.StorageLive) && w.memory(s.Place).holds(m) {
			return true
		}
	}
	if before != 0 {
		return false
	}
	t := &b.Term
	return (t.Kind == mir.Drop || t.Kind == mir.Call) && w.memory(t.Place).holds(m)
}

// mayBe reports whether an enum can be of a variant where it is moved: the code has looked at it on the way there, and went on with that
// variant. Where it has not looked nothing is known.
func (c *Crate) mayBe(move *Event, name string) bool {
	w := c.fns[move.Fn]
	possible, looked := false, false
	for i := range w.f.Blocks {
		b := &w.f.Blocks[i]
		if b.Cleanup || b.Term.Kind != mir.Switch {
			continue
		}
		for j := range b.Stmts {
			s := &b.Stmts[j]
			if s.Kind != mir.Assign || s.Value.Kind != mir.Discriminant || !sameMemory(w.memory(s.Value.Place), move.mem) {
				continue
			}
			looked = true
			number := c.source.variantNumber(mir.Head(w.f.Type(s.Value.Place)), name)
			if number == "" {
				return false
			}
			to := b.Term.Return
			for _, t := range b.Term.Targets {
				if t.Value == number {
					to = t.Block
				}
			}
			possible = possible || to != mir.NoBlock && w.reaches(to, move, mir.Block(i))
		}
	}
	return looked && possible
}

func sameMemory(a, b memory) bool { return a.holds(b) && b.holds(a) }

// reaches reports whether the move can come after a block without a new look or a new value.
func (w *function) reaches(from mir.Block, move *Event, look mir.Block) bool {
	seen := make([]bool, len(w.f.Blocks))
	for work := []mir.Block{from}; len(work) > 0; {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if at < 0 || int(at) >= len(seen) || seen[at] || w.f.Blocks[at].Cleanup || at == look {
			continue
		}
		seen[at] = true
		if at == move.Block {
			return !w.renewed(at, move.mem, move.Pos)
		}
		if !w.renewed(at, move.mem, 0) {
			work = append(work, w.successors(at)...)
		}
	}
	return false
}
