package facts

import (
	"pollux/internal/coro"
	"pollux/internal/mir"
)

// liveness tells for each block which locals are read, lent or dropped behind it before they are assigned anew. A local whose address is
// taken counts as live everywhere.
type liveness struct {
	words int
	in    []uint64 // by block
	lent  []uint64
}

func (l *liveness) live(block mir.Block, local mir.Local) bool {
	w, bit := int(local)>>6, uint64(1)<<(local&63)
	return l.lent[w]&bit != 0 || l.in[int(block)*l.words+w]&bit != 0
}

// livenessOf is a backward data flow over the blocks that do not unwind; a coroutine goes on behind a suspension where it is resumed.
func livenessOf(f *mir.Func, body *coro.Body) *liveness {
	words := (len(f.Locals) + 63) / 64
	n := len(f.Blocks)
	l := &liveness{words: words, in: make([]uint64, n*words), lent: make([]uint64, words)}
	use, kill := make([]uint64, n*words), make([]uint64, n*words)
	for b := range f.Blocks {
		if !f.Blocks[b].Cleanup {
			s := scan{use: use[b*words : (b+1)*words], kill: kill[b*words : (b+1)*words], lent: l.lent}
			s.block(&f.Blocks[b])
		}
	}
	set(l.lent, 0)
	for changed := true; changed; {
		changed = false
		for b := n - 1; b >= 0; b-- {
			if f.Blocks[b].Cleanup {
				continue
			}
			changed = l.flow(b, next(f, body, mir.Block(b)), use, kill) || changed
		}
	}
	return l
}

func next(f *mir.Func, body *coro.Body, b mir.Block) []mir.Block {
	if body != nil && f.Blocks[b].Term.Kind == mir.Return {
		if at, ok := body.Resumes(b); ok {
			return []mir.Block{at}
		}
	}
	return coro.Successors(&f.Blocks[b].Term)
}

func (l *liveness) flow(b int, next []mir.Block, use, kill []uint64) bool {
	changed := false
	for w := range l.words {
		var out uint64
		for _, s := range next {
			if int(s) < len(l.in)/l.words {
				out |= l.in[int(s)*l.words+w]
			}
		}
		at := b*l.words + w
		if in := use[at] | out&^kill[at]; in != l.in[at] {
			l.in[at], changed = in, true
		}
	}
	return changed
}

// scan collects the uses and assignments of one block.
type scan struct{ use, kill, lent []uint64 }

func set(bits []uint64, l mir.Local) {
	if l >= 0 && int(l)>>6 < len(bits) {
		bits[l>>6] |= 1 << (l & 63)
	}
}

func has(bits []uint64, l mir.Local) bool {
	return l >= 0 && int(l)>>6 < len(bits) && bits[l>>6]&(1<<(l&63)) != 0
}

func (s scan) read(l mir.Local) {
	if !has(s.kill, l) {
		set(s.use, l)
	}
}

func (s scan) operand(o *mir.Operand) {
	if o.IsPlace() {
		s.place(o.Place)
	}
}

func (s scan) place(p mir.Place) {
	s.read(p.Local)
	for _, e := range p.Proj {
		if e.Kind == mir.Index {
			s.read(mir.Local(e.Index))
		}
	}
}

func (s scan) write(p mir.Place) {
	if p.IsLocal() {
		set(s.kill, p.Local)
	} else {
		s.place(p)
	}
}

func (s scan) block(b *mir.BasicBlock) {
	for i := range b.Stmts {
		st := &b.Stmts[i]
		if st.Kind != mir.Assign {
			continue
		}
		v := &st.Value
		for j := range v.Operands {
			s.operand(&v.Operands[j])
		}
		switch v.Kind {
		case mir.Ref, mir.RawPtr:
			s.place(v.Place)
			if !isBehind(v.Place) {
				set(s.lent, v.Place.Local)
			}
		case mir.Discriminant, mir.Len, mir.CopyForDeref:
			s.place(v.Place)
		}
		s.write(st.Place)
	}
	t := &b.Term
	s.operand(&t.Func)
	s.operand(&t.Operand)
	for i := range t.Args {
		s.operand(&t.Args[i])
	}
	switch t.Kind {
	case mir.Call:
		s.write(t.Place)
	case mir.Drop:
		s.place(t.Place)
	}
}
