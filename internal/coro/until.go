package coro

import "pollux/internal/mir"

// UntilEnd reports whether an await stands in a loop that nothing but its own outcome ends: with the variant end the code goes on behind
// the loop, with the other one it always comes back.
func (b *Body) UntilEnd(a *Await, end int) bool {
	made := b.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
	if made.Block == mir.NoBlock || a.Poll == mir.NoBlock {
		return false
	}
	r := &Race{Block: a.Block, Branches: []Branch{{Made: made}}}
	return r.findOutcome(b, a) && !b.Leaves(r, 1-end) && b.Leaves(r, end)
}
