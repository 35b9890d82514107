package resource

import (
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/mir"
)

// definition is the one assignment that gives a local its value.
type definition struct {
	block mir.Block
	stmt  *mir.Stmt
	term  *mir.Term
	n     int         // how many there are
	parts []mir.Place // that are assigned by themselves
}

// define finds the assignments of whole locals.
func (b *body) define() {
	f := b.fn.MIR()
	b.defs = make([]definition, len(f.Locals))
	for i := range f.Blocks {
		block := &f.Blocks[i]
		if block.Cleanup {
			continue
		}
		for j := range block.Stmts {
			if s := &block.Stmts[j]; s.Kind == mir.Assign {
				b.add(s.Place, definition{block: mir.Block(i), stmt: s})
			}
		}
		if t := &block.Term; t.Kind == mir.Call {
			b.add(t.Place, definition{block: mir.Block(i), term: t})
		}
	}
}

func (b *body) add(p mir.Place, d definition) {
	if !p.IsLocal() {
		if len(p.Proj) > 0 && p.Proj[0].Kind != mir.Deref {
			b.defs[p.Local].parts = append(b.defs[p.Local].parts, p)
		}
		return
	}
	d.n, d.parts = b.defs[p.Local].n+1, b.defs[p.Local].parts
	b.defs[p.Local] = d
}

// maxWay bounds the steps of a name that is followed into a caller.
const maxWay = 24

// fuel bounds how far one value is followed.
const fuel = 64

// nameOf is the name of what an operand is or leads to.
func (b *body) nameOf(o mir.Operand) Name {
	if !o.IsPlace() {
		return b.constant(o.Text)
	}
	return b.place(o.Place, nil, fuel)
}

// constant is the name of a static that a constant refers to.
func (b *body) constant(text string) Name {
	_, rest, ok := strings.Cut(text, "{alloc")
	if !ok {
		return Name{}
	}
	number, typ, _ := strings.Cut(rest, ":")
	if path, ok := b.c.statics["alloc"+number]; ok {
		return Name{Base: Static, Of: b.c.facts.Global(path), Shared: true, Type: strings.TrimSuffix(strings.TrimSpace(typ), "}")}
	}
	return Name{}
}

// step is a step of a place that matters for a name, with the type of the value that it starts from.
type step struct {
	elem    mir.Elem
	variant string
	owner   string
	content bool
}

// steps are the steps of a place that matter, in front of rest.
func (b *body) steps(p mir.Place, rest []step) []step {
	f := b.fn.MIR()
	var out []step
	for i := 0; i < len(p.Proj); i++ {
		e := p.Proj[i]
		owner := f.Type(mir.Place{Local: p.Local, Proj: p.Proj[:i]})
		switch e.Kind {
		case mir.Deref:
			// A reference or a shared pointer leads to the same thing.
		case mir.Field:
			variant := ""
			if i > 0 && p.Proj[i-1].Kind == mir.Downcast {
				if isPayload(p.Proj[i-1].Text) {
					continue
				}
				variant = p.Proj[i-1].Text + "."
			}
			if strings.HasPrefix(owner, "std::pin::Pin<") || strings.HasPrefix(owner, "std::boxed::Box<") || strings.HasPrefix(owner, "std::mem::ManuallyDrop<") {
				continue
			}
			out = append(out, step{elem: e, variant: variant, owner: owner})
		case mir.Index, mir.Subscript:
			out = append(out, step{elem: e})
		}
	}
	return append(out, rest...)
}

// isPayload are the variants of core's enums that hold one value: it has no place of its own.
func isPayload(variant string) bool {
	switch variant {
	case "Some", "Ok", "Ready", "Continue", "Err", "Break":
		return true
	}
	return false
}

// place is the name of what a place, and from there the steps of rest, is or leads to.
func (b *body) place(p mir.Place, rest []step, left int) Name {
	for _, part := range b.defs[p.Local].parts {
		if part.Overlaps(p) && len(p.Proj) >= len(part.Proj) {
			return Name{Base: Own, N: int(p.Local), Of: b.fn.Path, Vague: true}
		}
	}
	rest = b.steps(p, rest)
	l := p.Local
	if n, ok := b.begin(l); ok {
		return follow(n, rest)
	}
	d := b.defs[l]
	own := Name{Base: Own, N: int(l), Of: b.fn.Path, Type: b.fn.MIR().Locals[l].Type, Vague: d.n > 1}
	if left == 0 || d.n != 1 {
		return follow(own, rest)
	}
	if d.term != nil {
		return b.result(d, own, rest, left-1)
	}
	switch v := &d.stmt.Value; v.Kind {
	case mir.Ref, mir.RawPtr, mir.CopyForDeref:
		return b.place(v.Place, rest, left-1)
	case mir.Use, mir.Cast:
		return b.operand(v.Operands[0], rest, own, left-1)
	case mir.Tuple, mir.Adt, mir.Closure, mir.Coroutine, mir.Array:
		return b.part(v, own, rest, left-1)
	}
	return follow(own, rest)
}

func (b *body) operand(o mir.Operand, rest []step, own Name, left int) Name {
	if o.IsPlace() {
		return b.place(o.Place, rest, left)
	}
	if n := b.constant(o.Text); n.Base != Nowhere {
		return follow(n, rest)
	}
	return follow(own, rest)
}

// part goes into a value that is built of others.
func (b *body) part(v *mir.Rvalue, own Name, rest []step, left int) Name {
	if v.Kind == mir.Adt && len(v.Operands) == 1 && isPayload(mir.LastSegment(mir.WithoutGenerics(v.Type))) {
		return b.operand(v.Operands[0], rest, own, left)
	}
	if len(rest) == 0 || rest[0].elem.Kind != mir.Field || int(rest[0].elem.Index) >= len(v.Operands) || v.Kind == mir.Array {
		return follow(own, rest)
	}
	n := b.operand(v.Operands[rest[0].elem.Index], rest[1:], own, left)
	if n.Field == "" && rest[0].owner != "" {
		n.Field = follow(Name{Base: own.Base}, rest).Field // the type it lies in is known here
	}
	return n
}

// begin is the name of a parameter or capture.
func (b *body) begin(l mir.Local) (Name, bool) {
	f := b.fn.MIR()
	if body := b.fn.Coroutine(); body != nil {
		if body.IsCapture(l) {
			return Name{Base: Param, N: body.CaptureIndex(l), Type: f.Locals[l].Type}, true
		}
		return Name{}, false
	}
	if l >= 1 && int(l) <= f.Params {
		return Name{Base: Param, N: int(l) - 1, Type: f.Locals[l].Type}, true
	}
	return Name{}, false
}

// follow goes on from a name.
func follow(n Name, rest []step) Name {
	if len(n.way) == 0 {
		n.root = n.Type
	}
	return followed(n, rest).back()
}

func followed(n Name, rest []step) Name {
	if isShared(n.Type) {
		n.Shared = true
	}
	n.way = append(n.way[:len(n.way):len(n.way)], rest...)
	for _, s := range rest {
		switch {
		case s.content:
			n = n.content()
		case s.elem.Kind == mir.Field && s.elem.Text != "":
			n = n.field(s.elem.Index, s.variant, s.owner, s.elem.Text)
			n.Shared = n.Shared || isShared(n.Type)
		case s.elem.Kind == mir.Index, s.elem.Kind == mir.Subscript:
			n.Vague = true
		}
	}
	return n
}

// result is the name of what a call's result leads to.
func (b *body) result(d definition, own Name, rest []step, left int) Name {
	t := d.term
	if t.Func.IsPlace() {
		return follow(own, rest)
	}
	callee := b.c.facts.Callee(t.Func.Text)
	if i, ok := b.c.tables.LeadsTo(callee); ok && i < len(t.Args) {
		return b.operand(t.Args[i], rest, own, left)
	}
	if row, ok := b.c.tables.Acquires(callee); ok && row.Of < len(t.Args) {
		return b.operand(t.Args[row.Of], append([]step{{content: true}}, rest...), own, left)
	}
	if isPoll(t) {
		if a := b.awaitOf(d.block); a != nil {
			m := b.fn.Coroutine().Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
			if row, ok := b.acquisition(m.Callee); ok && row.Of < len(m.Args) {
				return b.operand(m.Args[row.Of], append([]step{{content: true}}, rest...), own, left)
			}
		}
		return follow(own, rest)
	}
	if to := b.c.facts.Runs(t.Func.Text); to != nil && to.Coroutine() == nil {
		if inner := b.c.returned(to, rest, left); inner.Base != Nowhere {
			if n, ok := b.translate(inner, t.Args); ok {
				return n
			}
		}
	}
	return follow(own, rest)
}

// returned is what the value that a function returns leads to, when that is something of its caller's.
func (c *Crate) returned(fn *facts.Fn, rest []step, left int) Name {
	if left < 8 {
		return Name{}
	}
	b := c.bodies[fn]
	if b == nil {
		b = newBody(c, fn)
	}
	n := b.place(mir.Place{Local: 0}, rest, left/2)
	if n.Base == Param || n.Base == Static {
		return n
	}
	return Name{}
}

// translate turns a name of a callee's into one of the caller's. args are the callee's parameters, or the captures of a coroutine.
func (b *body) translate(n Name, args []mir.Operand) (Name, bool) {
	switch n.Base {
	case Static:
		return n, true
	case Param:
		unknown := Name{Field: n.Field, Shared: true, Vague: true, Type: n.Type}
		if n.N >= len(args) || len(n.way) > maxWay {
			return unknown, true
		}
		out := b.operand(args[n.N], n.way, Name{}, fuel)
		if out.Base == Nowhere {
			return unknown, true
		}
		if out.Field == "" {
			out.Field = n.Field
		}
		out.Vague = out.Vague || n.Vague
		return out, true
	case Own:
		return n, true // another function's own: equal only to itself
	}
	return Name{Field: n.Field, Shared: true, Vague: true, Type: n.Type}, true
}

// awaitOf is the await whose future is polled in a block, or nil.
func (b *body) awaitOf(block mir.Block) *coro.Await {
	if b.fn.Coroutine() == nil {
		return nil
	}
	for i := range b.fn.Coroutine().Awaits {
		if a := &b.fn.Coroutine().Awaits[i]; a.Poll == block && a.Awaitee != 0 {
			return a
		}
	}
	return nil
}

// isPoll recognises a poll of core's Future, which rustc prints by its shortest path: `futures::Future` where that crate is a dependency.
func isPoll(t *mir.Term) bool {
	return t.Kind == mir.Call && !t.Func.IsPlace() && strings.HasSuffix(t.Func.Text, "::Future>::poll")
}
