package facts

import (
	"slices"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// channelsIn are the calls that made channels of which a call puts one end in.
func (t *tearing) channelsIn(w *write) []mir.Block {
	f := t.fn.mir
	call := &f.Blocks[w.block].Term
	if w.stmt != len(f.Blocks[w.block].Stmts) || call.Kind != mir.Call {
		return nil
	}
	var out []mir.Block
	for _, o := range call.Args {
		if channel := t.fn.body.CameFrom(o); channel != mir.NoBlock && t.c.tables.Channel(t.c.resolve(f.Blocks[channel].Term.Func.Text).call.name) {
			out = append(out, channel)
		}
	}
	return out
}

// orphaned are the suspensions that await one end of a channel whose other end was put in.
func (t *tearing) orphaned(w *write) []*coro.Await {
	return t.awaiting(w, func(a *coro.Await, channel mir.Block) bool {
		return t.fn.body.CameFrom(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}) == channel
	})
}

// limited are those at which a limit in time gives that end up.
func (t *tearing) limited(w *write) []*coro.Await {
	return t.awaiting(w, func(a *coro.Await, channel mir.Block) bool {
		race, ok := t.c.tables.Race(a.Type)
		return ok && race.Time && t.holds(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}, channel, maxHeld)
	})
}

func (t *tearing) awaiting(w *write, is func(*coro.Await, mir.Block) bool) []*coro.Await {
	var out []*coro.Await
	for _, channel := range t.channelsIn(w) {
		for i := range t.fn.body.Awaits {
			if a := &t.fn.body.Awaits[i]; a.Awaitee != 0 && is(a, channel) && t.reaches(w, a, nil) {
				out = append(out, a)
			}
		}
	}
	return out
}

// maxHeld bounds how deep one end of a channel is looked for in futures.
const maxHeld = 4

// holds reports whether a future was made of what a call gave: of the receiver of a channel, say.
func (t *tearing) holds(o mir.Operand, channel mir.Block, fuel int) bool {
	if !o.IsPlace() || fuel == 0 {
		return false
	}
	if t.fn.body.CameFrom(o) == channel {
		return true
	}
	made := t.fn.body.Making(o)
	return slices.ContainsFunc(made.Args, func(a mir.Operand) bool { return t.holds(a, channel, fuel-1) })
}
