package coro

import (
	"cmp"
	"slices"

	"pollux/internal/mir"
)

// slot is one field of the coroutine's state: a capture (variant -1) or a saved local.
type slot struct{ variant, index int32 }

// lower gives every slot a local of its own and rewrites all places.
func (b *Body) lower() {
	types := map[slot]string{}
	b.eachPlace(func(p *mir.Place) {
		if s, _, typ, ok := b.slotOf(*p); ok {
			types[s] = typ
		}
	})
	slots := make([]slot, 0, len(types))
	for s := range types {
		slots = append(slots, s)
	}
	slices.SortFunc(slots, func(x, y slot) int {
		return cmp.Or(cmp.Compare(x.variant, y.variant), cmp.Compare(x.index, y.index))
	})
	b.saved = mir.Local(len(b.Func.Locals))
	locals := make(map[slot]mir.Local, len(slots))
	for i, s := range slots {
		locals[s] = b.saved + mir.Local(i)
		b.Func.Locals = append(b.Func.Locals, mir.Var{Type: types[s]})
		if s.variant < 0 {
			b.captures = append(b.captures, int(s.index))
		}
	}
	b.eachPlace(func(p *mir.Place) {
		if s, size, _, ok := b.slotOf(*p); ok {
			*p = mir.Place{Local: locals[s], Proj: p.Proj[size:]}
		}
	})
}

// slotOf recognises the prefix of p that names a slot: `(*self).i` or `((*self) as variant#k).i`, where older compilers print
// `(_1.0: &mut ..)` in place of self.
func (b *Body) slotOf(p mir.Place) (s slot, size int, typ string, ok bool) {
	proj := p.Proj
	switch {
	case p.Local == b.self && b.self != 0 && len(proj) >= 2 && proj[0].Kind == mir.Deref:
		size = 1
	case p.Local == 1 && len(proj) >= 3 && isPinField(mir.Place{Local: 1, Proj: proj[:1]}) && proj[1].Kind == mir.Deref:
		size = 2
	default:
		return slot{}, 0, "", false
	}
	s.variant = -1
	if proj[size].Kind == mir.Downcast {
		s.variant = proj[size].Index
		size++
	}
	if size >= len(proj) || proj[size].Kind != mir.Field {
		return slot{}, 0, "", false
	}
	s.index = proj[size].Index
	return s, size + 1, proj[size].Text, true
}

// eachPlace visits every place of the body, for reading or rewriting.
func (b *Body) eachPlace(visit func(*mir.Place)) {
	f := b.Func
	for i := range f.Debug {
		visit(&f.Debug[i].Place)
	}
	for i := range f.Blocks {
		block := &f.Blocks[i]
		for j := range block.Stmts {
			s := &block.Stmts[j]
			visit(&s.Place)
			visit(&s.Value.Place)
			eachOperand(s.Value.Operands, visit)
		}
		t := &block.Term
		visit(&t.Place)
		visit(&t.Func.Place)
		visit(&t.Operand.Place)
		eachOperand(t.Args, visit)
	}
}

func eachOperand(list []mir.Operand, visit func(*mir.Place)) {
	for i := range list {
		visit(&list[i].Place)
	}
}
