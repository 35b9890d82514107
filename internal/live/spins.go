package live

import (
	"iter"
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Spin is a loop that comes back at once to a future that has failed, or ended, for good.
type Spin struct {
	At
	Callee string // that makes the future
	Part   *knowledge.Part
}

// Spins are those of the crate's coroutines, in the order of the text.
func (c *Crate) Spins() iter.Seq[Spin] {
	return func(yield func(Spin) bool) {
		for _, fn := range c.crate.Fns {
			b := fn.Coroutine()
			if b == nil {
				continue
			}
			for i := range b.Awaits {
				if s, ok := c.spins(fn, b, &b.Awaits[i]); ok && !yield(s) {
					return
				}
			}
			races := b.Races(c.forms)
			for i := range races {
				if s, ok := c.spinsInRace(fn, b, &races[i]); ok && !yield(s) {
					return
				}
			}
		}
	}
}

func (c *Crate) spins(fn *facts.Fn, b *coro.Body, a *coro.Await) (Spin, bool) {
	m := made(b, a)
	part, ok := c.part(knowledge.Stays, m.Callee)
	if !ok || c.keepsSender(b, m) {
		return Spin{}, false
	}
	from, value, ok := readyOf(b, a)
	if !ok || !c.comesBack(b, from, a.Poll, outcome(value, part.Outcome), sourceOf(b, m)) {
		return Spin{}, false
	}
	return Spin{At: At{fn, a.Block, a.Pos}, Callee: m.Callee, Part: part}, true
}

// spinsInRace is the same for a branch of a race, whose outcome is a variant of the race's.
func (c *Crate) spinsInRace(fn *facts.Fn, b *coro.Body, r *coro.Race) (Spin, bool) {
	if r.Kind != coro.First || r.Conditional {
		return Spin{}, false
	}
	var await *coro.Await
	for i := range b.Awaits {
		if b.Awaits[i].Block == r.Block {
			await = &b.Awaits[i]
		}
	}
	if await == nil {
		return Spin{}, false
	}
	from, value, ok := readyOf(b, await)
	if !ok {
		return Spin{}, false
	}
	for i := range r.Branches {
		m := r.Branches[i].Made
		part, ok := c.part(knowledge.Stays, m.Callee)
		if !ok || c.keepsSender(b, m) || part.Outcome == "None" && !strings.Contains(b.Func.Type(value), "__tokio_select_util") {
			continue // the select! of futures leaves out what is_terminated
		}
		payload := mir.Place{Local: value.Local, Proj: append(append([]mir.Elem{}, value.Proj...), mir.Elem{Kind: mir.Downcast, Text: "_" + strconv.Itoa(i)}, mir.Elem{Kind: mir.Field})}
		knows := append([]known{{value, i, false}}, outcome(payload, part.Outcome)...)
		if c.comesBack(b, from, await.Poll, knows, sourceOf(b, m)) {
			return Spin{At: At{fn, m.Block, m.Pos}, Callee: m.Callee, Part: part}, true
		}
	}
	return Spin{}, false
}

// keepsSender reports whether a value that the coroutine has by reference, or owns, has a sender of the kind that belongs to the receiver
// that a future is made of: as long as the coroutine is there the channel is not closed.
func (c *Crate) keepsSender(b *coro.Body, m coro.Making) bool {
	if len(m.Args) == 0 || !m.Args[0].IsPlace() {
		return false
	}
	receiver := pointee(b.Func.Type(m.Args[0].Place))
	head := mir.Head(receiver)
	at := strings.LastIndex(head, "Receiver")
	if at < 0 {
		return false
	}
	sender := receiver[:at] + "Sender" + receiver[at+len("Receiver"):]
	for l := range b.Func.Locals {
		if typ := b.Func.Locals[l].Type; b.IsCapture(mir.Local(l)) && c.crate.Shapes.MayHave(pointee(typ), sender) {
			return true
		}
	}
	return false
}

// pointee is a printed type without the references around it.
func pointee(typ string) string {
	for strings.HasPrefix(typ, "&") {
		typ = strings.TrimPrefix(strings.TrimPrefix(typ, "&"), "mut ")
	}
	return typ
}

// sourceOf is what the future that an expression makes works on.
func sourceOf(b *coro.Body, m coro.Making) source {
	out := source{callee: m.Callee}
	if len(m.Args) == 0 || !m.Args[0].IsPlace() {
		return out
	}
	for _, a := range m.Args[1:] {
		if into, ok := b.Object(a); a.IsPlace() && ok {
			out.fills = append(out.fills, into.Local)
		}
	}
	if out.object, out.known = b.Object(m.Args[0]); !out.known {
		return out
	}
	for i := range b.Func.Blocks {
		for j := range b.Func.Blocks[i].Stmts {
			s := &b.Func.Blocks[i].Stmts[j]
			if s.Kind == mir.Assign && s.Place.IsLocal() && s.Value.Kind == mir.Ref && s.Value.Op == "mut" && s.Value.Place.Overlaps(out.object) {
				out.lent = append(out.lent, s.Place.Local)
			}
		}
	}
	return out
}
