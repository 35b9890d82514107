package poll

import "pollux/internal/mir"

// made are the locals made from what the inner poll of a block gave, its parts and what calls make of them alone, and constants.
func (w *walk) made(block mir.Block) map[mir.Local]bool {
	if m, ok := w.values[block]; ok {
		return m
	}
	m := map[mir.Local]bool{}
	for l := range w.constants {
		m[l] = true
	}
	if to := w.f.Blocks[block].Term.Place; to.IsLocal() {
		m[to.Local] = true
	}
	for grown := true; grown; {
		grown = false
		add := func(to mir.Place, from bool) {
			if from && to.IsLocal() && to.Local != 0 && !m[to.Local] {
				m[to.Local], grown = true, true
			}
		}
		for i := range w.f.Blocks {
			b := &w.f.Blocks[i]
			for j := range b.Stmts {
				if s := &b.Stmts[j]; s.Kind == mir.Assign {
					add(s.Place, readsOnly(&s.Value, m))
				}
			}
			if t := &b.Term; t.Kind == mir.Call && mir.Block(i) != block {
				add(t.Place, onlyOf(t.Args, m))
			}
		}
	}
	w.values[block] = m
	return m
}

// readsOnly reports whether a value is made from the locals and constants alone.
func readsOnly(v *mir.Rvalue, locals map[mir.Local]bool) bool {
	switch v.Kind {
	case mir.Ref, mir.CopyForDeref, mir.Discriminant, mir.Len:
		return locals[v.Place.Local]
	}
	return onlyOf(v.Operands, locals)
}

// onlyOf reports whether the operands are the locals and constants, and not constants alone.
func onlyOf(operands []mir.Operand, locals map[mir.Local]bool) bool {
	any := false
	for _, o := range operands {
		if !o.IsPlace() {
			continue
		}
		if !locals[o.Place.Local] {
			return false
		}
		any = true
	}
	return any
}

// decidedBy reports whether a switch is about what the inner poll of a block gave, or about a flag of rustc's own.
func (w *walk) decidedBy(o mir.Operand, block mir.Block) bool {
	if !o.IsPlace() || !o.Place.IsLocal() {
		return false
	}
	return w.made(block)[o.Place.Local] || w.isDropFlag(o.Place.Local)
}

// about reports whether a call sees nothing but what the inner poll of a block gave.
func (w *walk) about(t *mir.Term, block mir.Block) bool {
	for _, a := range t.Args {
		if a.IsPlace() && !w.made(block)[a.Place.Local] {
			return false
		}
	}
	return true
}

// constants are the locals that are only ever given constants, and references to those.
func constants(f *mir.Func) map[mir.Local]bool {
	out, other := map[mir.Local]bool{}, map[mir.Local]bool{}
	for i := range f.Blocks {
		b := &f.Blocks[i]
		for j := range b.Stmts {
			s := &b.Stmts[j]
			switch {
			case s.Kind != mir.Assign:
			case s.Place.IsLocal() && s.Value.Kind == mir.Use && !s.Value.Operands[0].IsPlace():
				out[s.Place.Local] = true
			default:
				other[s.Place.Local] = true
			}
			if s.Kind == mir.Assign && s.Value.Kind == mir.Ref && s.Value.Op == "mut" {
				other[s.Value.Place.Local] = true
			}
		}
		if b.Term.Kind == mir.Call {
			other[b.Term.Place.Local] = true
		}
	}
	for l := range other {
		delete(out, l)
	}
	return out
}

// isDropFlag recognises the bools that rustc adds to know what to drop: no name, constants only.
func (w *walk) isDropFlag(l mir.Local) bool {
	if w.f.Locals[l].Type != "bool" {
		return false
	}
	if _, followed := w.number[l]; followed {
		return false
	}
	for i := range w.f.Blocks {
		b := &w.f.Blocks[i]
		if b.Term.Kind == mir.Call && b.Term.Place.Local == l {
			return false
		}
		for j := range b.Stmts {
			if s := &b.Stmts[j]; s.Kind == mir.Assign && s.Place.Local == l && (s.Value.Kind != mir.Use || s.Value.Operands[0].IsPlace()) {
				return false
			}
		}
	}
	return true
}
