package coro

import (
	"slices"
	"strconv"
	"strings"

	"pollux/internal/mir"
)

// Precondition is what switches a branch of a race off before it is polled: the switch that decides, and where it goes for off.
type Precondition struct {
	Block mir.Block
	Off   mir.Block
}

// Preconditions are those of a macro's branches, by their numbers. The macro sets one bit of a mask for each branch that is off:
// `disabled = BitOr(disabled, Shl(1, N))`.
func (b *Body) Preconditions(r *Race) map[int]Precondition {
	d := b.definitions()
	preds := Predecessors(b.Func)
	out := map[int]Precondition{}
	for i := range b.Func.Blocks {
		for j := range b.Func.Blocks[i].Stmts {
			s := &b.Func.Blocks[i].Stmts[j]
			n, ok := d.switchedOff(s)
			if ok && s.Place.IsLocal() && s.Place.Local == r.mask {
				if p, ok := decides(b.Func, preds, mir.Block(i)); ok {
					out[n] = p
				}
			}
		}
	}
	return out
}

// switchedOff is the N of `P = BitOr(P, Shl(1, N))`.
func (d *definitions) switchedOff(s *mir.Stmt) (int, bool) {
	if s.Kind != mir.Assign || s.Value.Kind != mir.Op || s.Value.Op != "BitOr" || len(s.Value.Operands) != 2 {
		return 0, false
	}
	def, ok := d.ofOperand(s.Value.Operands[1])
	if !ok || def.stmt == nil || def.stmt.Value.Op != "Shl" || len(def.stmt.Value.Operands) != 2 {
		return 0, false
	}
	digits, _, _ := strings.Cut(strings.TrimSpace(def.stmt.Value.Operands[1].Text), "_")
	n, err := strconv.Atoi(digits)
	return n, err == nil
}

// decides walks back from a block to the switch that leads there.
func decides(f *mir.Func, preds [][]mir.Block, at mir.Block) (Precondition, bool) {
	for range 8 {
		if len(preds[at]) != 1 {
			return Precondition{}, false
		}
		before := preds[at][0]
		if f.Blocks[before].Term.Kind == mir.Switch {
			return Precondition{Block: before, Off: at}, true
		}
		at = before
	}
	return Precondition{}, false
}

// Requires is what has to hold for a branch to be on: a test of one place. ok is false when the precondition is of another form.
func (b *Body) Requires(p Precondition) (test Test, ok bool) {
	d := b.definitions()
	t := &b.Func.Blocks[p.Block].Term
	off := "otherwise"
	for _, to := range t.Targets {
		if to.Block == p.Off {
			off = to.Value
		}
	}
	def, ok := d.ofOperand(t.Operand)
	if !ok {
		return Test{}, false
	}
	switch {
	case def.term != nil && len(def.term.Args) == 1 && def.term.Args[0].IsPlace():
		name := mir.LastSegment(mir.WithoutGenerics(def.term.Func.Text))
		return Test{Method: name, True: off == "0", Of: d.object(def.term.Args[0].Place, maxMoves)}, true
	case def.stmt != nil && def.stmt.Value.Kind == mir.Discriminant && off == "0":
		return Test{Method: "is_some", True: true, Of: d.object(def.stmt.Value.Place, maxMoves)}, mir.LastSegment(mir.Head(b.Func.Type(def.stmt.Value.Place))) == "Option"
	}
	return Test{}, false
}

// Test is the answer that a method of a place has to give.
type Test struct {
	Method string
	True   bool
	Of     mir.Place
}

// Full reports whether the test says that the place is not empty, and of what kind it is: an Option, or something with elements.
func (t Test) Full() (option, elements bool) {
	option = t.Method == "is_some" && t.True || t.Method == "is_none" && !t.True
	return option, t.Method == "is_empty" && !t.True
}

// Unwraps finds, in the expression that makes the future of a branch, the call that panics when a place is empty: `unwrap` of an Option,
// or an index.
func (b *Body) Unwraps(branch *Branch, of Test) (at mir.Block, call *mir.Term, ok bool) {
	if branch.Made.Block == mir.NoBlock {
		return mir.NoBlock, nil, false
	}
	return b.definitions().unwraps(branch.Made.Args, of, maxMoves)
}

func (d *definitions) unwraps(args []mir.Operand, of Test, fuel int) (mir.Block, *mir.Term, bool) {
	for _, a := range args {
		def, ok := d.ofOperand(a)
		if !ok || fuel == 0 {
			continue
		}
		def = d.throughMoves(def)
		if def.stmt != nil && def.stmt.Value.Kind == mir.Ref {
			// `&mut *ref` of what a call gave
			from := mir.Operand{Kind: mir.Copy, Place: mir.Place{Local: def.stmt.Value.Place.Local}}
			if at, call, ok := d.unwraps([]mir.Operand{from}, of, fuel-1); ok {
				return at, call, true
			}
			continue
		}
		if def.term == nil || len(def.term.Args) == 0 || !def.term.Args[0].IsPlace() {
			continue
		}
		if d.panicsWithout(def.term, of) {
			return def.block, def.term, true
		}
		if at, call, ok := d.unwraps(def.term.Args, of, fuel-1); ok {
			return at, call, true
		}
	}
	return mir.NoBlock, nil, false
}

// panicsWithout reports whether a call panics when the place of a test is empty.
func (d *definitions) panicsWithout(t *mir.Term, of Test) bool {
	option, elements := of.Full()
	name := mir.LastSegment(mir.WithoutGenerics(t.Func.Text))
	if strings.HasPrefix(t.Func.Text, "<") {
		name = t.Func.Text[strings.LastIndexByte(t.Func.Text, ':')+1:]
	}
	switch {
	case option && (name == "unwrap" || name == "expect") && strings.HasPrefix(t.Func.Text, "std::option::Option::<"):
	case elements && (name == "index" || name == "index_mut") && strings.Contains(t.Func.Text, " as std::ops::Index"):
	default:
		return false
	}
	return d.whole(t.Args[0]).Equal(of.Of)
}

// whole is the place that an operand was made of by calls of one argument, such as `as_mut` and `as_deref`.
func (d *definitions) whole(o mir.Operand) mir.Place {
	for range maxMoves {
		p := d.object(o.Place, maxMoves)
		def, ok := d.of(p.Local)
		if !ok || !p.IsLocal() || def.term == nil || len(def.term.Args) != 1 || !def.term.Args[0].IsPlace() {
			return p
		}
		o = def.term.Args[0]
	}
	return o.Place
}

// Panics reports whether the race panics with a message when all of its branches are off.
func (b *Body) Panics(r *Race, message string) bool {
	quoted := strconv.Quote(message)
	w := &walk{b: b, race: r, cut: &Branch{}, ended: len(r.Branches), object: Nothing, target: mir.NoBlock, seen: map[mir.Block]map[string]bool{}, defs: b.definitions()}
	w.until = func(t *mir.Term) bool {
		return slices.ContainsFunc(t.Args, func(o mir.Operand) bool { return strings.TrimSpace(o.Text) == quoted })
	}
	w.enter(r.ready, trail{})
	for len(w.work) > 0 && !w.found {
		j := w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		w.step(j.block, j.trail)
	}
	return w.found
}

// Mismatch is a value of a branch that its pattern does not take: a variant of the printed type, or another value when Variant is empty.
type Mismatch struct{ Type, Variant string }

// Mismatches are, for each branch, the values that its pattern does not take, read from the closure that polls the branches: behind a
// future that is ready, the ways that lead to the next future without an outcome.
func Mismatches(poll *mir.Func, branches int) [][]Mismatch {
	out := make([][]Mismatch, branches)
	for i := range poll.Blocks {
		t := &poll.Blocks[i].Term
		n, ok := polledBranch(poll, t)
		if !ok || n >= branches || t.Return == mir.NoBlock || poll.Blocks[t.Return].Term.Kind != mir.Switch {
			continue
		}
		for _, to := range poll.Blocks[t.Return].Term.Targets {
			if to.Value == "0" {
				out[n] = mismatches(poll, mir.Block(i), to.Block)
			}
		}
	}
	return out
}

// polledBranch is the number of the branch that a call polls: the field of the tuple that its argument leads to.
func polledBranch(f *mir.Func, t *mir.Term) (int, bool) {
	if t.Kind != mir.Call || !strings.HasSuffix(t.Func.Text, "::poll") || len(t.Args) == 0 || !t.Args[0].IsPlace() {
		return 0, false
	}
	want := t.Args[0].Place.Local
	for range maxMoves {
		next := mir.Local(0)
		for i := range f.Blocks {
			block := &f.Blocks[i]
			for j := range block.Stmts {
				s := &block.Stmts[j]
				if s.Kind != mir.Assign || !s.Place.IsLocal() || s.Place.Local != want {
					continue
				}
				if p := s.Value.Place; s.Value.Kind == mir.Ref && len(p.Proj) == 2 && p.Proj[0].Kind == mir.Deref && p.Proj[1].Kind == mir.Field {
					return int(p.Proj[1].Index), true
				}
				if len(s.Value.Operands) == 1 {
					next = s.Value.Operands[0].Place.Local
				}
			}
			if c := &block.Term; c.Kind == mir.Call && c.Place.IsLocal() && c.Place.Local == want && len(c.Args) == 1 {
				next = c.Args[0].Place.Local
			}
		}
		if next == 0 {
			return 0, false
		}
		want = next
	}
	return 0, false
}

// mismatches walks from a future that is ready to the places where its value is refused.
func mismatches(f *mir.Func, poll, ready mir.Block) []Mismatch {
	taken := func(at mir.Block) bool { return comesOut(f, at) }
	var out []Mismatch
	seen := map[mir.Block]bool{}
	var visit func(at mir.Block)
	visit = func(at mir.Block) {
		if seen[at] || taken(at) {
			return
		}
		seen[at] = true
		t := &f.Blocks[at].Term
		for _, next := range Successors(t) {
			if t.Kind == mir.Switch && !reachesBefore(f, next, poll, taken) {
				if f.Blocks[next].Term.Kind != mir.Unreachable {
					out = append(out, refused(f, at, next))
				}
				continue
			}
			visit(next)
		}
	}
	visit(ready)
	return out
}

// comesOut reports whether a block sets what the closure returns.
func comesOut(f *mir.Func, at mir.Block) bool {
	return slices.ContainsFunc(f.Blocks[at].Stmts, func(s mir.Stmt) bool { return s.Kind == mir.Assign && s.Place.Local == 0 })
}

// reachesBefore reports whether an outcome can be reached from a block without polling again.
func reachesBefore(f *mir.Func, from, poll mir.Block, taken func(mir.Block) bool) bool {
	seen := map[mir.Block]bool{}
	work := []mir.Block{from}
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[at] || pollsNext(f, at) {
			continue
		}
		seen[at] = true
		if taken(at) {
			return true
		}
		work = append(work, Successors(&f.Blocks[at].Term)...)
	}
	return false
}

// pollsNext reports whether a block goes on with another branch: the loop over the branches asks its range for the next one.
func pollsNext(f *mir.Func, at mir.Block) bool {
	t := &f.Blocks[at].Term
	return t.Kind == mir.Call && strings.HasSuffix(t.Func.Text, " as std::iter::Iterator>::next")
}

// refused says which value takes the way from a switch to a block.
func refused(f *mir.Func, at, to mir.Block) Mismatch {
	t := &f.Blocks[at].Term
	for i := len(f.Blocks[at].Stmts) - 1; i >= 0; i-- {
		s := &f.Blocks[at].Stmts[i]
		if s.Kind != mir.Assign || s.Value.Kind != mir.Discriminant || s.Place.Local != t.Operand.Place.Local {
			continue
		}
		typ := f.Type(s.Value.Place)
		names := variantsOf(mir.Head(typ))
		for _, target := range t.Targets {
			n, err := strconv.Atoi(target.Value)
			if target.Block == to && err == nil && n < len(names) {
				return Mismatch{Type: typ, Variant: names[n]}
			}
		}
		return Mismatch{Type: typ}
	}
	return Mismatch{Type: f.Type(t.Operand.Place)}
}
