package facts

import (
	"slices"
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// statement follows one assignment: which variants and constants it makes, where values go, and what it does to memory that outlives
// the function.
func (x *explorer) statement(s *mir.Stmt, t *trace) {
	if s.Kind != mir.Assign {
		return
	}
	v := &s.Value
	if v.Kind == mir.RawPtr || v.Kind == mir.Ref && v.Op == "mut" {
		t.forget(v.Place.Local) // whoever has the reference may write another variant
	}
	from := x.carriers(t, v)
	variants, n, isConst := x.valueOf(t, v, x.f.Type(s.Place))
	for _, o := range v.Operands {
		if o.Kind == mir.Move && o.Place.IsLocal() {
			t.drop(o.Place.Local, from)
		}
	}
	if s.Place.IsLocal() {
		l := s.Place.Local
		for i := range t.facts {
			if !slices.Contains(from, i) {
				t.facts[i].drop(l)
			} else {
				t.facts[i].carry(l)
			}
		}
		if t.setVariants(l, variants); isConst {
			t.setConst(l, n)
		}
		return
	}
	at := x.p.storage(s.Place)
	if _, ok := t.constant(s.Place.Local); ok || t.variantsOf(s.Place.Local) != "" {
		t.forget(s.Place.Local)
	}
	x.fill(t, at, variants)
	x.write(t, at, from, func(at memory) bool { return x.updates(v, at, 4) }, x.f.Type(s.Place), s.Pos)
}

// fill notes the variant that is left in a local through a reference, or in what a parameter refers to.
func (x *explorer) fill(t *trace, at memory, variants string) {
	switch {
	case variants == "" || strings.HasPrefix(variants, "@"):
	case at.base == own && at.path == "":
		t.setVariants(at.local, variants)
	case at.base == param && at.path == "*" && x.fn.body == nil:
		t.setVariants(at.local+1, "*"+variants)
	}
}

// drop takes whole locals that move away from the facts that they carry.
func (t *trace) drop(l mir.Local, from []int) {
	for _, i := range from {
		t.facts[i].drop(l)
	}
}

// carriers are the numbers of the facts whose value goes into an rvalue.
func (x *explorer) carriers(t *trace, v *mir.Rvalue) []int {
	var out []int
	for i := range t.facts {
		f := &t.facts[i]
		switch v.Kind {
		case mir.Ref, mir.RawPtr, mir.CopyForDeref:
			if f.carries(v.Place.Local) {
				out = append(out, i)
			}
		case mir.Discriminant, mir.Len:
		default:
			if slices.ContainsFunc(v.Operands, func(o mir.Operand) bool { return o.IsPlace() && f.carries(o.Place.Local) }) {
				out = append(out, i)
			}
		}
	}
	return out
}

// write is a store into memory that is no local: by the function's own hand, or by a call on its behalf.
func (x *explorer) write(t *trace, at memory, from []int, updates func(memory) bool, typ string, pos mir.Pos) {
	outlives := x.outlives(at)
	for _, i := range from {
		f := &t.facts[i]
		d := &x.deeds[f.deed]
		if d.kind == holds && outlives {
			x.handOver(t, i, at, pos)
			continue
		}
		x.keep(f, at)
	}
	if !outlives || len(from) > 0 || registers(typ) {
		return
	}
	switch {
	case updates(at):
		x.do(t, deed{kind: changes, at: at, what: x.p.described(at), value: -1, param: -1, pos: pos})
	case x.fn.body != nil:
		x.do(t, deed{kind: sets, at: at, what: x.p.described(at), value: -1, param: -1, pos: pos})
	}
}

// registers reports whether a value of this type asks to be woken: storing it, or taking it away, loses nothing.
func registers(typ string) bool { return strings.Contains(typ, "std::task::Waker") }

// handOver notes that a value which the function was given has gone to memory that outlives it.
func (x *explorer) handOver(t *trace, i int, at memory, pos mir.Pos) {
	n, crossed := x.deeds[t.facts[i].deed].value, t.facts[i].crossed
	if crossed > 0 {
		x.confirm(n, crossed-1, at, pos)
	}
	t.facts[i].carried = nil
	x.do(t, deed{kind: puts, at: at, what: x.p.described(at), value: n, param: -1, pos: pos})
}

// updates reports whether a value is computed from what the memory holds: `x += 1`.
func (x *explorer) updates(v *mir.Rvalue, at memory, fuel int) bool {
	return fuel > 0 && slices.ContainsFunc(v.Operands, func(o mir.Operand) bool { return x.reads(o, at, v.Kind != mir.Use, fuel) })
}

func (x *explorer) reads(o mir.Operand, at memory, computed bool, fuel int) bool {
	if !o.IsPlace() || fuel == 0 {
		return false
	}
	if computed && x.p.storage(o.Place) == at {
		return true
	}
	d := x.p.defs[o.Place.Local]
	switch {
	case d.n != 1:
	case d.stmt != nil:
		v := &d.stmt.Value
		computed = computed || v.Kind == mir.Op
		return slices.ContainsFunc(v.Operands, func(o mir.Operand) bool { return x.reads(o, at, computed, fuel-1) })
	case d.term != nil && isArithmetic(d.term.Func.Text):
		return slices.ContainsFunc(d.term.Args, func(o mir.Operand) bool { return x.reads(o, at, true, fuel-1) })
	}
	return false
}

func isArithmetic(callee string) bool {
	return strings.HasPrefix(callee, "core::num::<impl ") || strings.Contains(callee, " as std::ops::Add") || strings.Contains(callee, " as std::ops::Sub")
}

// valueOf is what a path knows of a value: the variants of an enum, or a number.
func (x *explorer) valueOf(t *trace, v *mir.Rvalue, typ string) (variants string, n int, isConst bool) {
	switch v.Kind {
	case mir.Use:
		return x.operand(t, v.Operands[0], typ)
	case mir.Discriminant:
		if text := x.variantsAt(t, v.Place); text != "" {
			first, _ := cutVariant(text)
			if i, ok := x.c.variantNumber(mir.Head(x.f.Type(v.Place)), first); ok {
				return "", i, true
			}
		}
	case mir.Adt:
		if name := variantName(v.Type, typ); name != "" {
			if len(v.Operands) == 1 && v.Operands[0].IsPlace() {
				inner := x.variantsAt(t, v.Operands[0].Place)
				if !strings.HasPrefix(inner, "@") {
					name = joinVariants(name, inner)
				}
			}
			return name, 0, false
		}
	case mir.Op:
		if v.Op == "Not" && v.Operands[0].IsPlace() && v.Operands[0].Place.IsLocal() {
			if n, ok := t.constant(v.Operands[0].Place.Local); ok && n <= 1 {
				return "", 1 - n, true
			}
		}
	}
	return "", 0, false
}

func (x *explorer) operand(t *trace, o mir.Operand, typ string) (variants string, n int, isConst bool) {
	if o.IsPlace() {
		if o.Place.IsLocal() {
			if n, ok := t.constant(o.Place.Local); ok {
				return "", n, true
			}
		}
		return x.variantsAt(t, o.Place), 0, false
	}
	switch text := strings.TrimSpace(o.Text); text {
	case "false":
		return "", 0, true
	case "true":
		return "", 1, true
	default:
		digits, _, _ := strings.Cut(text, "_")
		if n, err := strconv.Atoi(digits); err == nil && n >= 0 {
			return "", n, true
		}
		return variantName(text, typ), 0, false
	}
}

// variantName is the variant that a path of a value of an enum names; empty for a struct.
func variantName(path, typ string) string {
	path = mir.WithoutGenerics(path)
	if head := mir.Head(typ); head == "" || parentOf(path) != head {
		return ""
	}
	return mir.LastSegment(path)
}

// variantsAt are the variants known of a place: of a local, or of what lies in its variants.
func (x *explorer) variantsAt(t *trace, p mir.Place) string {
	local, names, ok := x.inVariants(p)
	if !ok {
		return ""
	}
	text := t.variantsOf(local)
	if strings.HasPrefix(text, "@") {
		if len(names) > 0 {
			return ""
		}
		return text
	}
	if strings.HasPrefix(text, "*") {
		return ""
	}
	for _, name := range names {
		first, rest := cutVariant(text)
		if first != name {
			return ""
		}
		text = rest
	}
	return text
}

// inVariants reads a place as a local and the variants that lead into it, through a reference to a local too.
func (x *explorer) inVariants(p mir.Place) (local mir.Local, names []string, ok bool) {
	local, proj := p.Local, p.Proj
	if len(proj) > 0 && proj[0].Kind == mir.Deref {
		at := x.p.storage(mir.Place{Local: local, Proj: proj[:1]})
		if at.base != own || at.path != "" {
			return 0, nil, false
		}
		local, proj = at.local, proj[1:]
	}
	for i := 0; i < len(proj); i += 2 {
		if proj[i].Kind != mir.Downcast || i+1 >= len(proj) || proj[i+1].Kind != mir.Field || proj[i+1].Index != 0 {
			return 0, nil, false
		}
		names = append(names, proj[i].Text)
	}
	return local, names, true
}

// branch follows a switch along the edges that fit what the path knows, and learns from the edge that it takes.
func (x *explorer) branch(block *mir.BasicBlock, t *trace) {
	term := &block.Term
	if !term.Operand.IsPlace() || !term.Operand.Place.IsLocal() {
		for _, next := range coro.Successors(term) {
			x.enter(next, t.clone())
		}
		return
	}
	l := term.Operand.Place.Local
	if n, ok := t.constant(l); ok {
		x.enter(chosen(term, n), t)
		return
	}
	place, tested := discriminantIn(block, l)
	for _, to := range term.Targets {
		next := t.clone()
		if n, err := strconv.Atoi(to.Value); err == nil && !tested {
			next.setConst(l, n)
		} else if tested && !x.learn(next, place, to.Value) {
			continue
		}
		x.enter(to.Block, next)
	}
	next := t.clone()
	if !tested && len(term.Targets) == 1 && term.Targets[0].Value == "0" && x.f.Locals[l].Type == "bool" {
		next.setConst(l, 1)
	} else if tested && !x.learnRest(next, place, term.Targets) {
		return
	}
	x.enter(term.Return, next)
}

func chosen(term *mir.Term, n int) mir.Block {
	for _, to := range term.Targets {
		if to.Value == strconv.Itoa(n) {
			return to.Block
		}
	}
	return term.Return
}

// discriminantIn finds the place whose discriminant a local of the block holds.
func discriminantIn(block *mir.BasicBlock, l mir.Local) (mir.Place, bool) {
	for i := len(block.Stmts) - 1; i >= 0; i-- {
		if s := &block.Stmts[i]; s.Kind == mir.Assign && s.Place.IsLocal() && s.Place.Local == l {
			return s.Value.Place, s.Value.Kind == mir.Discriminant
		}
	}
	return mir.Place{}, false
}

// learn notes the variant of a place on an edge; false when what is known already excludes it.
func (x *explorer) learn(t *trace, p mir.Place, value string) bool {
	head := mir.Head(x.f.Type(p))
	name, ok := x.c.variantNamed(head, value)
	if !ok {
		return true
	}
	return x.learnVariant(t, p, name)
}

func (x *explorer) learnVariant(t *trace, p mir.Place, name string) bool {
	local, names, ok := x.inVariants(p)
	if !ok {
		return true
	}
	known := t.variantsOf(local)
	if strings.HasPrefix(known, "@") || strings.HasPrefix(known, "*") {
		return true
	}
	path := append(slices.Clone(names), name)
	rest := known
	for _, want := range path {
		if rest == "" {
			break
		}
		var first string
		if first, rest = cutVariant(rest); first != want {
			return false
		}
	}
	if text := strings.Join(path, "."); len(text) > len(known) {
		t.setVariants(local, text)
	}
	x.spare(t, local, path)
	return true
}

// spare drops facts that ride on a value which turned out to be empty: nothing was taken when the result is None.
func (x *explorer) spare(t *trace, l mir.Local, path []string) {
	switch path[len(path)-1] {
	case "Pending", "None":
		for i := range t.facts {
			if d := &x.deeds[t.facts[i].deed]; d.kind == takes || d.kind == publishes {
				if !t.facts[i].isKept && t.facts[i].carries(l) && len(t.facts[i].carried) == 1 && d.end == nowhere {
					t.facts[i].drop(l)
				}
			}
		}
	}
}

// learnRest does the same on the edge of all other values, when only one variant is left.
func (x *explorer) learnRest(t *trace, p mir.Place, targets []mir.Target) bool {
	head := mir.Head(x.f.Type(p))
	var left []string
	for i := 0; ; i++ {
		name, ok := x.c.variantNamed(head, strconv.Itoa(i))
		if !ok {
			break
		}
		if !slices.ContainsFunc(targets, func(to mir.Target) bool { return to.Value == strconv.Itoa(i) }) {
			left = append(left, name)
		}
	}
	if len(left) == 1 && siblings[left[0]] != "" {
		return x.learnVariant(t, p, left[0])
	}
	return true
}
