package coro

import (
	"slices"

	"pollux/internal/mir"
)

// UsesBehind reports whether the code uses an object behind a race that cut a branch short, before it is assigned or dropped. What the
// function was given by reference is there for its caller, too: ask for what is its own.
//
// It walks as [Body.Again] does, and goes on where that cannot decide.
func (b *Body) UsesBehind(r *Race, ended, branch int, object mir.Place) bool {
	w := b.newWalk(r, ended, branch, object)
	w.cut, w.target = &Branch{}, mir.NoBlock
	w.enter(r.ready, trail{})
	for len(w.work) > 0 {
		j := w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		if b.uses(j.block, object.Local) {
			return true
		}
		w.step(j.block, j.trail)
	}
	return false
}

// uses reports whether a block reads, lends or moves a local, other than by dropping it.
func (b *Body) uses(at mir.Block, l mir.Local) bool {
	block := &b.Func.Blocks[at]
	in := func(list []mir.Operand) bool {
		return slices.ContainsFunc(list, func(o mir.Operand) bool { return o.IsPlace() && o.Place.Local == l })
	}
	return in(block.Term.Args) || slices.ContainsFunc(block.Stmts, func(s mir.Stmt) bool {
		v := &s.Value
		return s.Kind == mir.Assign && (in(v.Operands) || (v.Kind == mir.Ref || v.Kind == mir.RawPtr || v.Kind == mir.CopyForDeref) && v.Place.Local == l)
	})
}
