package coro

import (
	"cmp"
	"slices"
	"strings"

	"pollux/internal/mir"
)

// findAwaits looks for the blocks that set a suspended state and return.
func (b *Body) findAwaits() {
	preds := Predecessors(b.Func)
	for i := range b.Func.Blocks {
		block := &b.Func.Blocks[i]
		if block.Term.Kind != mir.Return {
			continue
		}
		state, pos := b.suspendedState(block)
		if state < firstSuspended {
			continue
		}
		a := Await{State: state, Block: mir.Block(i), Pos: pos, Poll: mir.NoBlock}
		b.traceAwaitee(&a, preds)
		b.Awaits = append(b.Awaits, a)
	}
	slices.SortFunc(b.Awaits, func(x, y Await) int { return cmp.Or(cmp.Compare(x.State, y.State), cmp.Compare(x.Block, y.Block)) })
}

// suspendedState is the state that a block sets, or 0.
func (b *Body) suspendedState(block *mir.BasicBlock) (state int, pos mir.Pos) {
	for _, s := range block.Stmts {
		if s.Kind == mir.SetDiscr && b.isSelf(s.Place) {
			state, pos = atoi(s.Value.Op), s.Pos
		}
	}
	return state, pos
}

// isSelf recognises `(*self)`.
func (b *Body) isSelf(p mir.Place) bool {
	return p.Local == b.self && len(p.Proj) == 1 && p.Proj[0].Kind == mir.Deref ||
		len(p.Proj) == 2 && isPinField(mir.Place{Local: p.Local, Proj: p.Proj[:1]}) && p.Proj[1].Kind == mir.Deref
}

// traceAwaitee walks back from the suspension to the call of `poll` and from its argument to the awaited future.
func (b *Body) traceAwaitee(a *Await, preds [][]mir.Block) {
	at := a.Block
	for range 4 { // suspend <- switch on the Poll <- poll; opt-level 1 MIR puts at most one goto between
		if len(preds[at]) != 1 {
			return
		}
		at = preds[at][0]
		t := &b.Func.Blocks[at].Term
		if t.Kind != mir.Call {
			continue
		}
		if !strings.HasSuffix(t.Func.Text, "::poll") || len(t.Args) == 0 {
			return
		}
		a.Poll = at
		if p, ok := b.pinned(at, t.Args[0].Place.Local, preds); ok && p.IsLocal() {
			a.Awaitee = p.Local
			a.Type = b.Func.Locals[p.Local].Type
		}
		return
	}
}

// pinned follows `_11 = Pin::new_unchecked(copy _12)` and `_12 = &mut P` backwards.
func (b *Body) pinned(at mir.Block, pin mir.Local, preds [][]mir.Block) (mir.Place, bool) {
	want := pin
	for range 8 {
		block := &b.Func.Blocks[at]
		for i := len(block.Stmts) - 1; i >= 0; i-- {
			s := &block.Stmts[i]
			if s.Kind != mir.Assign || !s.Place.IsLocal() || s.Place.Local != want {
				continue
			}
			switch s.Value.Kind {
			case mir.Ref, mir.RawPtr:
				if len(s.Value.Place.Proj) == 1 && s.Value.Place.Proj[0].Kind == mir.Deref {
					want = s.Value.Place.Local // a reborrow
					continue
				}
				return s.Value.Place, true
			case mir.Use:
				want = s.Value.Operands[0].Place.Local
			default:
				return mir.Place{}, false
			}
		}
		if len(preds[at]) == 0 {
			return mir.Place{}, false
		}
		at = preds[at][0]
		if t := &b.Func.Blocks[at].Term; t.Kind == mir.Call && t.Place.IsLocal() && t.Place.Local == want {
			if !strings.HasSuffix(t.Func.Text, "::new_unchecked") || len(t.Args) != 1 {
				return mir.Place{}, false
			}
			want = t.Args[0].Place.Local
		}
	}
	return mir.Place{}, false
}

// Predecessors lists for each block the blocks that can go to it without unwinding, ascending.
func Predecessors(f *mir.Func) [][]mir.Block {
	preds := make([][]mir.Block, len(f.Blocks))
	for i := range f.Blocks {
		for _, to := range Successors(&f.Blocks[i].Term) {
			if int(to) < len(preds) {
				preds[to] = append(preds[to], mir.Block(i))
			}
		}
	}
	return preds
}

// Successors lists the blocks that a terminator can go to without unwinding, each once.
func Successors(t *mir.Term) []mir.Block {
	var out []mir.Block
	for _, target := range t.Targets {
		if !slices.Contains(out, target.Block) {
			out = append(out, target.Block)
		}
	}
	if t.Return != mir.NoBlock && !slices.Contains(out, t.Return) {
		out = append(out, t.Return)
	}
	return out
}
