package resource

import (
	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Conflict tells why one cannot have a resource while another has it.
type Conflict uint8

// The conflicts.
const (
	NoConflict Conflict = iota
	Always              // one of them has it alone
	Behind              // both read, and a writer that waits between the two goes first
	Count               // there are only so many
)

// Against is the conflict between having a resource and waiting for it.
func Against(held, wanted *knowledge.Acquisition) Conflict {
	switch {
	case held.Mode == knowledge.Permit && wanted.Mode == knowledge.Permit:
		return Count
	case held.Mode == knowledge.Permit || wanted.Mode == knowledge.Permit, held.Mode == knowledge.Event, wanted.Mode == knowledge.Event:
		return NoConflict
	case held.Mode == knowledge.Exclusive || wanted.Mode == knowledge.Exclusive:
		return Always
	case wanted.Writers:
		return Behind
	}
	return NoConflict
}

// Written reports whether the crate writes to a lock of the name, as far as one lock can be told from another: by its field, or else
// by its type.
func (c *Crate) Written(n Name) bool {
	if c.written == nil {
		c.written = map[string]bool{}
		for _, fn := range c.facts.Fns {
			if fn.MIR() != nil {
				c.findWrites(fn)
			}
		}
	}
	if g := n.Global(); g != "" && c.written[g] {
		return true
	}
	return c.written["type "+bare(n.Type)] && (n.Global() == "" || c.written["type only "+bare(n.Type)])
}

func (c *Crate) findWrites(fn *facts.Fn) {
	b := c.bodies[fn]
	if b == nil {
		b = newBody(c, fn)
	}
	for i := range fn.MIR().Blocks {
		t := &fn.MIR().Blocks[i].Term
		if t.Kind != mir.Call || t.Func.IsPlace() || fn.MIR().Blocks[i].Cleanup {
			continue
		}
		row, ok := b.acquisition(t.Func.Text)
		if !ok || row.Mode != knowledge.Exclusive || row.Of >= len(t.Args) {
			continue
		}
		n := b.nameOf(t.Args[row.Of])
		typ := bare(fn.MIR().Type(t.Args[row.Of].Place))
		c.written["type "+typ] = true
		if g := n.Global(); g != "" {
			c.written[g] = true
		} else {
			c.written["type only "+typ] = true // a lock that was lent: it can be any of this type
		}
	}
}

// bare is a type without references and shared pointers around it.
func bare(typ string) string {
	for {
		inner := mir.Pointee(typ)
		if args := mir.Args(typ); inner == "" && isShared(typ) && len(args) > 0 {
			inner = args[0]
		}
		if inner == "" {
			return typ
		}
		typ = inner
	}
}

// Still reports whether a name that was good at one block can still mean the same place at another: a way leads there on which the
// value that it begins with is not made anew.
func (c *Crate) Still(fn *facts.Fn, n Name, from, to mir.Block) bool {
	if n.Base != Own {
		return true
	}
	if n.Of != fn.Path {
		return false
	}
	d := c.body(fn).defs[n.N]
	return reaches(fn, from, to, d.block)
}

// reaches reports whether a way leads from a block to another without going through avoid.
func reaches(fn *facts.Fn, from, to, avoid mir.Block) bool {
	f := fn.MIR()
	seen := make([]bool, len(f.Blocks))
	work := []mir.Block{from}
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if int(at) >= len(seen) || seen[at] {
			continue
		}
		seen[at] = true
		if at == to {
			return true
		}
		if at != avoid {
			work = append(work, next(fn, at)...)
		}
	}
	return false
}

// next are the blocks that follow a block, over suspensions.
func next(fn *facts.Fn, at mir.Block) []mir.Block {
	t := &fn.MIR().Blocks[at].Term
	if t.Kind == mir.Return && fn.Coroutine() != nil {
		if resume, ok := fn.Coroutine().Resumes(at); ok {
			return []mir.Block{resume}
		}
	}
	return coro.Successors(t)
}

// Meets reports whether two names, both of one function, mean the same place: for certain, or, when where one of them begins cannot be
// told, by the field that they lie in.
func (c *Crate) Meets(a, b Name) bool {
	if a.Same(b) {
		return true
	}
	return (a.Base == Nowhere || b.Base == Nowhere) && a.Global() != "" && a.Global() == b.Global()
}

// Stops reports whether who has a resource in the way of a row can keep a wait from ending.
func (c *Crate) Stops(row *knowledge.Acquisition, w *Wait) bool {
	switch Against(row, w.Row) {
	case Always, Count:
		return true
	case Behind:
		return c.Written(w.Name)
	}
	return false
}
