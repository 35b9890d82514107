package facts

import (
	"slices"
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// paths tells which locals of a function decide where it goes: what is switched on, and what that was copied or made from. A walk that
// keeps them does not take an edge that the way to it excludes: who sets a flag and notes that it did comes to the arm of those who did.
type paths struct {
	c     *Crate
	f     *mir.Func
	p     *places
	keeps []bool // by local
	alive *liveness
}

// decided is what a walk knows of a local: the number that it holds, or the variant that it is.
type decided struct {
	local mir.Local
	value string // "0", "17", or "=Some"
}

// knowledge of a walk, sorted by local. It is never changed in place.
type trail []decided

func (t trail) of(l mir.Local) string {
	for _, d := range t {
		if d.local == l {
			return d.value
		}
	}
	return ""
}

// with is the trail with another value of a local; empty for one that is not known.
func (t trail) with(l mir.Local, value string) trail {
	if t.of(l) == value {
		return t
	}
	out := make(trail, 0, len(t)+1)
	for _, d := range t {
		if d.local != l {
			out = append(out, d)
		}
	}
	if value == "" {
		return out
	}
	at, _ := slices.BinarySearchFunc(out, l, func(d decided, l mir.Local) int { return int(d.local - l) })
	return slices.Insert(out, at, decided{l, value})
}

func (t trail) key() string {
	var b strings.Builder
	for _, d := range t {
		b.WriteString(strconv.Itoa(int(d.local)))
		b.WriteString(d.value)
		b.WriteByte(' ')
	}
	return b.String()
}

// pathsOf finds the locals that decide.
func (c *Crate) pathsOf(fn *Fn) *paths {
	p := &paths{c: c, f: fn.mir, p: c.placesOf(fn), keeps: make([]bool, len(fn.mir.Locals)), alive: livenessOf(fn.mir, fn.body)}
	var work []mir.Local
	note := func(o mir.Operand) {
		if o.IsPlace() && o.Place.IsLocal() && !p.keeps[o.Place.Local] {
			p.keeps[o.Place.Local] = true
			work = append(work, o.Place.Local)
		}
	}
	if fn.body == nil {
		note(mir.Operand{Kind: mir.Move})
	}
	for b := range p.f.Blocks {
		if t := &p.f.Blocks[b].Term; t.Kind == mir.Switch && !p.f.Blocks[b].Cleanup && !p.isDropFlag(t) {
			note(t.Operand)
		}
	}
	from := p.madeOf()
	for len(work) > 0 {
		l := work[len(work)-1]
		work = work[:len(work)-1]
		for _, o := range from[l] {
			note(o)
		}
	}
	p.leaveLent()
	return p
}

// isDropFlag reports whether a switch only decides whether something is dropped: its flag says nothing of where the code goes.
func (p *paths) isDropFlag(t *mir.Term) bool {
	return len(t.Targets) == 1 && t.Return != mir.NoBlock && p.f.Blocks[t.Return].Term.Kind == mir.Drop && len(p.f.Blocks[t.Return].Stmts) == 0
}

// madeOf lists for each local the operands that its values are copied or made from.
func (p *paths) madeOf() map[mir.Local][]mir.Operand {
	out := map[mir.Local][]mir.Operand{}
	for b := range p.f.Blocks {
		block := &p.f.Blocks[b]
		if block.Cleanup {
			continue
		}
		for i := range block.Stmts {
			s := &block.Stmts[i]
			if s.Kind != mir.Assign || !s.Place.IsLocal() {
				continue
			}
			switch v := &s.Value; {
			case v.Kind == mir.Use, v.Kind == mir.Op && v.Op == "Not":
				out[s.Place.Local] = append(out[s.Place.Local], v.Operands[0])
			case v.Kind == mir.Discriminant:
				out[s.Place.Local] = append(out[s.Place.Local], mir.Operand{Kind: mir.Copy, Place: v.Place})
			}
		}
		if t := &block.Term; t.Kind == mir.Call && t.Place.IsLocal() && len(t.Args) > 0 && coreEnum(t.Func.Text) != "" {
			out[t.Place.Local] = append(out[t.Place.Local], p.subject(t.Args[0]))
		}
	}
	return out
}

// subject is the operand, or what a reference in it leads to.
func (p *paths) subject(o mir.Operand) mir.Operand {
	if o.IsPlace() && o.Place.IsLocal() {
		if d := p.p.defs[o.Place.Local]; d.n == 1 && d.stmt != nil && d.stmt.Value.Kind == mir.Ref {
			return mir.Operand{Kind: mir.Copy, Place: d.stmt.Value.Place}
		}
	}
	return o
}

// leaveLent forgets what can change behind the walk's back.
func (p *paths) leaveLent() {
	for b := range p.f.Blocks {
		for i := range p.f.Blocks[b].Stmts {
			s := &p.f.Blocks[b].Stmts[i]
			if v := &s.Value; s.Kind == mir.Assign && (v.Kind == mir.RawPtr || v.Kind == mir.Ref && v.Op == "mut") && v.Place.IsLocal() {
				p.keeps[v.Place.Local] = false
			}
		}
	}
}

// assign follows a statement.
func (p *paths) assign(s *mir.Stmt, t trail) trail {
	switch {
	case s.Kind == mir.StorageDead, s.Kind == mir.SetDiscr && s.Place.IsLocal():
		return t.with(s.Place.Local, "")
	case s.Kind != mir.Assign || !s.Place.IsLocal() || !p.keeps[s.Place.Local]:
		return t
	}
	return t.with(s.Place.Local, p.value(&s.Value, t))
}

// value is what a walk knows of the value of an expression.
func (p *paths) value(v *mir.Rvalue, t trail) string {
	switch v.Kind {
	case mir.Use:
		return p.operand(v.Operands[0], t)
	case mir.Adt:
		return p.variant(v.Type)
	case mir.Discriminant:
		if name, ok := strings.CutPrefix(p.place(v.Place, t), "="); ok {
			if n, ok := p.c.variantIn(mir.Head(p.f.Type(v.Place)), name); ok {
				return strconv.Itoa(n)
			}
		}
	case mir.Op:
		if v.Op == "Not" {
			return not(p.operand(v.Operands[0], t))
		}
	}
	return ""
}

func not(value string) string {
	switch value {
	case "0":
		return "1"
	case "1":
		return "0"
	}
	return ""
}

func (p *paths) place(pl mir.Place, t trail) string {
	if !pl.IsLocal() {
		return ""
	}
	return t.of(pl.Local)
}

func (p *paths) operand(o mir.Operand, t trail) string {
	if o.IsPlace() {
		return p.place(o.Place, t)
	}
	switch text := strings.TrimSpace(o.Text); {
	case text == "false":
		return "0"
	case text == "true":
		return "1"
	case strings.Contains(text, "::"):
		return p.variant(text)
	default:
		digits, _, _ := strings.Cut(text, "_")
		if _, err := strconv.ParseUint(digits, 10, 64); err != nil {
			return ""
		}
		return digits
	}
}

// variant is the variant that a path of a constructor names.
func (p *paths) variant(path string) string {
	path = mir.WithoutGenerics(path)
	name := mir.LastSegment(path)
	if _, ok := p.c.variantIn(strings.TrimSuffix(path, "::"+name), name); !ok {
		return ""
	}
	return "=" + name
}

// called follows what core makes of a variant; false when it panics.
func (p *paths) called(term *mir.Term, t trail) (trail, bool) {
	if !term.Place.IsLocal() {
		return t, true
	}
	value := ""
	if self := coreEnum(term.Func.Text); self != "" && len(term.Args) > 0 && term.Args[0].IsPlace() {
		if of, ok := strings.CutPrefix(p.place(p.subject(term.Args[0]).Place, t), "="); ok {
			name := mir.LastSegment(mir.WithoutGenerics(term.Func.Text))
			if good := of == "Some" || of == "Ok" || of == "Ready"; !good && (name == "unwrap" || name == "expect") {
				return t, false
			}
			value = made(self, name, of)
		}
	}
	if !p.keeps[term.Place.Local] {
		return t, true
	}
	return t.with(term.Place.Local, value), true
}

// made is what a method of one of core's enums gives for a variant.
func made(self, name, of string) string {
	if truth, ok := predicate[name]; ok {
		if of == truth {
			return "1"
		}
		return "0"
	}
	if out, ok := throughMethod(self, name, of); ok {
		if first, _ := cutVariant(out); first != "" && !strings.HasPrefix(first, "@") && !strings.HasPrefix(first, "*") {
			return "=" + first
		}
	}
	return ""
}

// predicate are the methods of core's enums that tell the variant.
var predicate = map[string]string{"is_some": "Some", "is_none": "None", "is_ok": "Ok", "is_err": "Err", "is_ready": "Ready", "is_pending": "Pending"}

// branches are the edges of a switch that a way can take, each with what is known there.
func (p *paths) branches(block *mir.BasicBlock, t trail, enter func(mir.Block, trail)) {
	term := &block.Term
	known := p.operand(term.Operand, t)
	if !term.Operand.IsPlace() || !term.Operand.Place.IsLocal() || strings.HasPrefix(known, "=") {
		for _, to := range coro.Successors(term) {
			enter(to, t)
		}
		return
	}
	l := term.Operand.Place.Local
	var rest []string
	for _, to := range term.Targets {
		switch {
		case known == to.Value:
			enter(to.Block, t)
			return
		case known == "":
			if next, ok := p.learn(l, to.Value, t); ok {
				enter(to.Block, next)
			}
		}
		rest = append(rest, to.Value)
	}
	if term.Return == mir.NoBlock {
		return
	}
	if value := p.lastLeft(l, rest); known == "" && value != "" {
		if next, ok := p.learn(l, value, t); ok {
			enter(term.Return, next)
		}
		return
	}
	enter(term.Return, t)
}

// lastLeft is the one value that a switch leaves for its last edge, when there is only one.
func (p *paths) lastLeft(l mir.Local, taken []string) string {
	if p.f.Locals[l].Type == "bool" && len(taken) == 1 {
		return not(taken[0])
	}
	d := p.p.defs[l]
	if d.n != 1 || d.stmt == nil || d.stmt.Value.Kind != mir.Discriminant {
		return ""
	}
	left := ""
	for i, name := range p.c.variants(mir.Head(p.f.Type(d.stmt.Value.Place))) {
		if n := strconv.Itoa(i); name != "" && !slices.Contains(taken, n) {
			if left != "" {
				return ""
			}
			left = n
		}
	}
	return left
}

// learn notes on an edge the value of what was switched on, and of what that was made from; false when what is known excludes it.
func (p *paths) learn(l mir.Local, value string, t trail) (trail, bool) {
	for range 6 {
		if known := t.of(l); known != "" && known != value {
			return t, false
		}
		if p.keeps[l] {
			t = t.with(l, value)
		}
		d := p.p.defs[l]
		if d.n != 1 {
			return t, true
		}
		var from mir.Operand
		switch {
		case d.stmt != nil && d.stmt.Value.Kind == mir.Use:
			from = d.stmt.Value.Operands[0]
		case d.stmt != nil && d.stmt.Value.Kind == mir.Op && d.stmt.Value.Op == "Not":
			from, value = d.stmt.Value.Operands[0], not(value)
		case d.stmt != nil && d.stmt.Value.Kind == mir.Discriminant:
			from = mir.Operand{Kind: mir.Copy, Place: d.stmt.Value.Place}
			name, _ := p.c.variantOf(mir.Head(p.f.Type(from.Place)), value)
			value = "=" + name
		case d.term != nil && coreEnum(d.term.Func.Text) != "" && len(d.term.Args) > 0:
			from = p.subject(d.term.Args[0])
			value = p.tested(d.term, value)
		}
		if !from.IsPlace() || !from.Place.IsLocal() || value == "" || value == "=" || !p.keeps[from.Place.Local] {
			return t, true
		}
		l = from.Place.Local
	}
	return t, true
}

// tested is the variant that the answer of a predicate tells.
func (p *paths) tested(term *mir.Term, answer string) string {
	truth := predicate[mir.LastSegment(mir.WithoutGenerics(term.Func.Text))]
	switch {
	case truth == "":
		return ""
	case answer == "1":
		return "=" + truth
	}
	return "=" + siblings[truth]
}

// settle forgets what nothing reads any more behind the beginning of a block.
func (p *paths) settle(b mir.Block, t trail) trail {
	for _, d := range t {
		if d.local != 0 && !p.alive.live(b, d.local) {
			t = t.with(d.local, "")
		}
	}
	return t
}
