package facts

import (
	"slices"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// surroundings tell where in a function a runtime may be around that the function entered itself, or asked for.
type surroundings struct {
	blocks []bool // nil: nowhere
	calls  []*Fn  // functions that are called there
}

func (s surroundings) sheltered(b mir.Block) bool { return s.blocks != nil && s.blocks[b] }

// surroundingsOf follows the guards of an entered runtime from where they are made to where they are dropped. Behind a question
// whether there is a runtime everything counts as sheltered: the answer decides.
func (n *needing) surroundingsOf(fn *Fn) surroundings {
	if n.around == nil {
		n.around = map[*Fn]surroundings{}
	}
	guards := n.guardsOf(fn)
	asked := n.questions(fn)
	if len(guards) == 0 && len(asked) == 0 {
		return surroundings{}
	}
	s := surroundings{blocks: make([]bool, len(fn.mir.Blocks))}
	for _, g := range guards {
		n.follow(fn, g, guards, s.blocks)
	}
	for _, b := range asked {
		reach(fn, b, s.blocks)
	}
	for b := range fn.mir.Blocks {
		t := &fn.mir.Blocks[b].Term
		if s.blocks[b] && t.Kind == mir.Call && !t.Func.IsPlace() {
			if to := n.c.resolve(t.Func.Text); to.kind == resolvedFn {
				s.calls = append(append(s.calls, to.fn), to.more...)
			}
		}
	}
	n.around[fn] = s
	return s
}

// guardsOf are the locals that are, or own, the guard of an entered runtime.
func (n *needing) guardsOf(fn *Fn) []mir.Local {
	var out []mir.Local
	for l := range fn.mir.Locals {
		for _, o := range n.c.Shapes.owned(fn.mir.Locals[l].Type) {
			if shelter, ok := n.c.tables.Shelter(n.c.Global(mir.Head(o.typ))); ok && shelter.Guard {
				out = append(out, mir.Local(l))
				break
			}
		}
	}
	return out
}

func (n *needing) questions(fn *Fn) []mir.Block {
	var out []mir.Block
	for b := range fn.mir.Blocks {
		t := &fn.mir.Blocks[b].Term
		if t.Kind == mir.Call && !t.Func.IsPlace() && n.c.tables.AsksForRuntime(n.c.resolve(t.Func.Text).call.name) {
			out = append(out, mir.Block(b))
		}
	}
	return out
}

// follow marks the blocks whose ends run while the guard may be in a local. A guard that moves into another local is followed there;
// one that moves elsewhere is taken to live for ever.
func (n *needing) follow(fn *Fn, g mir.Local, guards []mir.Local, out []bool) {
	for b := range fn.mir.Blocks {
		block := &fn.mir.Blocks[b]
		if block.Cleanup {
			continue
		}
		starts := block.Term.Kind == mir.Call && block.Term.Place.Local == g && block.Term.Return != mir.NoBlock
		for i := range block.Stmts {
			starts = starts || block.Stmts[i].Kind == mir.Assign && block.Stmts[i].Place.Local == g
		}
		if starts || int(g) <= fn.mir.Params && g > 0 && b == 0 {
			reachWhile(fn, mir.Block(b), out, func(t *mir.Term) bool { return ends(t, g, guards) })
		}
	}
}

// ends reports whether a terminator ends the life of a guard in a local: it drops it, or hands it to mem::drop.
func ends(t *mir.Term, g mir.Local, guards []mir.Local) bool {
	switch t.Kind {
	case mir.Drop:
		return t.Place.Local == g && t.Place.IsLocal()
	case mir.Call:
		return len(t.Args) == 1 && t.Args[0].Kind == mir.Move && t.Args[0].Place.Local == g && mir.WithoutGenerics(t.Func.Text) == "std::mem::drop" && slices.Contains(guards, g)
	}
	return false
}

func reach(fn *Fn, from mir.Block, out []bool) {
	reachWhile(fn, from, out, func(*mir.Term) bool { return false })
}

// reachWhile marks what is behind a block, up to the blocks that end it.
func reachWhile(fn *Fn, from mir.Block, out []bool, end func(*mir.Term) bool) {
	seen := make([]bool, len(fn.mir.Blocks))
	work := slices.Clone(successorsOf(fn, from))
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if at == mir.NoBlock || int(at) >= len(seen) || seen[at] {
			continue
		}
		seen[at] = true
		if end(&fn.mir.Blocks[at].Term) {
			continue
		}
		out[at] = true
		work = append(work, successorsOf(fn, at)...)
	}
}

// successorsOf are the blocks behind one; a coroutine goes on behind a suspension where it is resumed.
func successorsOf(fn *Fn, b mir.Block) []mir.Block {
	if fn.body != nil && fn.mir.Blocks[b].Term.Kind == mir.Return {
		if at, ok := fn.body.Resumes(b); ok {
			return []mir.Block{at}
		}
	}
	return coro.Successors(&fn.mir.Blocks[b].Term)
}
