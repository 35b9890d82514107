// Package live asks of async code whether its loops and limits let other work go on: whether a loop comes back at once to what has
// failed for good, waits for one peer at a time, never gives its thread back, or sets a limit that does not cover the slow part.
//
// It knows the language and core's own enums. Which call accepts a peer, which result stays, which call sets a limit are rows of the
// tables.
//
// Invariant: a way through the code is told only when no condition on it is about the value in question.
package live

import (
	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Crate is one crate while it is asked.
type Crate struct {
	crate  *facts.Crate
	tables *knowledge.Tables
	forms  coro.RaceForms
	waits  map[*facts.Fn]*Wait // for a peer; nil while it is looked for, and when there is none
	ends   map[*facts.Fn]bool  // whether a coroutine never suspends
}

// New prepares for one crate. forms tell what is a race, see coro.
func New(crate *facts.Crate, tables *knowledge.Tables, forms coro.RaceForms) *Crate {
	return &Crate{crate: crate, tables: tables, forms: forms, waits: map[*facts.Fn]*Wait{}, ends: map[*facts.Fn]bool{}}
}

// At is a place in a function.
type At struct {
	Fn    *facts.Fn
	Block mir.Block
	Pos   mir.Pos
}

// made is the expression that makes the future of an await.
func made(b *coro.Body, a *coro.Await) coro.Making {
	if a.Awaitee == 0 {
		return coro.Making{Block: mir.NoBlock}
	}
	return b.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
}

// part looks a call up in a role.
func (c *Crate) part(role knowledge.Role, callee string) (*knowledge.Part, bool) {
	if callee == "" {
		return nil, false
	}
	return c.tables.Part(role, c.crate.Callee(callee))
}

// neverSuspends reports whether a coroutine of the crate comes to its end in its first poll, whatever happens.
func (c *Crate) neverSuspends(typ string) bool {
	fn := c.crate.CoroutineOf(typ)
	if fn == nil {
		return mir.Head(typ) == "std::future::Ready" || mir.LastSegment(mir.Head(typ)) == "Ready" && len(mir.Args(typ)) == 1
	}
	if known, ok := c.ends[fn]; ok {
		return known
	}
	c.ends[fn] = false // in terms of itself
	for i := range fn.Coroutine().Awaits {
		if a := &fn.Coroutine().Awaits[i]; a.Type == "" || !c.neverSuspends(a.Type) {
			return false
		}
	}
	c.ends[fn] = true
	return true
}

// readyOf is the block where an await goes on with what the future gave, and the place where that is.
func readyOf(b *coro.Body, a *coro.Await) (at mir.Block, value mir.Place, ok bool) {
	if a.Poll == mir.NoBlock {
		return mir.NoBlock, value, false
	}
	poll := &b.Func.Blocks[a.Poll].Term
	if !poll.Place.IsLocal() || poll.Return == mir.NoBlock || b.Func.Blocks[poll.Return].Term.Kind != mir.Switch {
		return mir.NoBlock, value, false
	}
	for _, t := range b.Func.Blocks[poll.Return].Term.Targets {
		if t.Value == "0" {
			value = mir.Place{Local: poll.Place.Local, Proj: []mir.Elem{{Kind: mir.Downcast, Text: "Ready"}, {Kind: mir.Field}}}
			return t.Block, value, true
		}
	}
	return mir.NoBlock, value, false
}

// awaitOf is the await whose future a block polls, or nil.
func awaitOf(b *coro.Body, block mir.Block) *coro.Await {
	for i := range b.Awaits {
		if b.Awaits[i].Poll == block {
			return &b.Awaits[i]
		}
	}
	return nil
}

// successors are where a block goes on, over a suspension too.
func successors(b *coro.Body, at mir.Block) []mir.Block {
	out := coro.Successors(&b.Func.Blocks[at].Term)
	if to, ok := b.Resumes(at); ok {
		out = append(out, to)
	}
	return out
}

// reaches reports whether code can come from one block to another.
func reaches(b *coro.Body, from, to mir.Block) bool { return reachesAround(b, from, to, nil) }

// reachesAround is reaches on the ways that do not poll an await; nil bars none.
func reachesAround(b *coro.Body, from, to mir.Block, barred *coro.Await) bool {
	seen := make([]bool, len(b.Func.Blocks))
	if barred != nil && barred.Poll != mir.NoBlock {
		seen[barred.Poll] = true
	}
	for work := []mir.Block{from}; len(work) > 0; {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if at == to {
			return true
		}
		if at < 0 || int(at) >= len(seen) || seen[at] || b.Func.Blocks[at].Cleanup {
			continue
		}
		seen[at] = true
		work = append(work, successors(b, at)...)
	}
	return false
}
