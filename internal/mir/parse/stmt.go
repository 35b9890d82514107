package parse

import (
	"strings"

	"pollux/internal/mir"
)

// statementOrTerminator reads the line at the cursor. A line that is not understood becomes an opaque statement, or an opaque
// terminator when it has an arrow, so that no edge is ever invented.
func (p *parser) statementOrTerminator(term *mir.Term) {
	if term.Kind != mir.OpaqueTerm || term.Text != "" {
		p.damage("statement behind a terminator")
	}
	start := p.pos
	switch p.src[p.pos] {
	case '_', '(':
		if p.assign(term) {
			return
		}
	default:
		if p.keyword(term) {
			return
		}
	}
	p.pos = start
	text := p.code()
	p.problem("statement", text)
	if strings.Contains(text, " -> ") {
		*term = mir.Term{Kind: mir.OpaqueTerm, Text: text, Return: mir.NoBlock, Unwind: mir.NoBlock}
		return
	}
	p.stmts = append(p.stmts, mir.Stmt{Kind: mir.OpaqueStmt, Value: mir.Rvalue{Op: text}})
}

// code is the present line without its semicolon and the comment behind it.
func (p *parser) code() string {
	text := p.text()
	if i := strings.LastIndex(text, " // "); i >= 0 {
		if s := strings.TrimRight(text[:i], " "); strings.HasSuffix(s, ";") {
			text = s
		}
	}
	return strings.TrimSuffix(text, ";")
}

// assign reads `PLACE = rvalue;`, `PLACE = call(..) -> ..;` and a call through a function pointer.
func (p *parser) assign(term *mir.Term) bool {
	place, ok := p.place()
	if !ok || !p.eat(" = ") {
		return false
	}
	if f, ok := p.calledConstant(); ok {
		return p.pointerCall(term, place, f)
	}
	v, ok := p.rvalue()
	if !ok {
		return false
	}
	if v.Kind == mir.Adt && p.eat(" -> ") {
		return p.callEdges(term, place, mir.Operand{Text: v.Type}, v.Operands)
	}
	if v.Kind == mir.Use && p.peek() == '(' {
		return p.pointerCall(term, place, v.Operands[0])
	}
	if p.peek() != ';' {
		return false
	}
	if v.Kind == mir.Op && p.isNamed(place, v.Op) {
		v.Kind, v.Type, v.Op = mir.Adt, v.Op, ""
	}
	p.stmts = append(p.stmts, mir.Stmt{Kind: mir.Assign, Place: place, Value: v, Pos: mir.Pos(p.pos)})
	return true
}

// isNamed reports whether a place is a local whose type is called name: `Add(..)` then makes a struct of the user's.
func (p *parser) isNamed(place mir.Place, name string) bool {
	return place.IsLocal() && int(place.Local) < len(p.fn.Locals) && p.fn.Locals[place.Local].Type == name
}

// calledConstant reads the callee of `const F(args) -> ..`, a constant that is a function pointer. Constants such as
// `const Some(1_u8)` begin alike: only the arrow behind the brackets tells.
func (p *parser) calledConstant() (f mir.Operand, ok bool) {
	if !p.ahead("const ") {
		return f, false
	}
	start := p.pos
	if f, ok = p.operand("(; "); ok && p.peek() == '(' {
		open := p.pos
		p.pos++
		if p.until(")"); p.ahead(") -> ") {
			p.pos = open
			return f, true
		}
	}
	p.pos = start
	return f, false
}

// pointerCall reads the arguments and edges of a call through a function pointer.
func (p *parser) pointerCall(term *mir.Term, dest mir.Place, f mir.Operand) bool {
	p.pos++ // (
	args, ok := p.list(')')
	if f.Kind == mir.Move {
		f.Kind = mir.Copy // rustc moves its temporaries, and a function pointer stays where it was
	}
	return ok && p.eat(" -> ") && p.callEdges(term, dest, f, args)
}

// keyword reads everything that does not begin with a place.
func (p *parser) keyword(term *mir.Term) bool {
	switch p.src[p.pos] {
	case 'S':
		if p.eat("StorageLive(") {
			return p.storage(mir.StorageLive)
		}
		if p.eat("StorageDead(") {
			return p.storage(mir.StorageDead)
		}
	case 'd':
		if p.eat("discriminant(") {
			return p.setDiscriminant()
		}
	}
	if p.terminator(term) {
		return true
	}
	for i, name := range intrinsics {
		if p.eat(name) {
			return p.intrinsic(strings.TrimSuffix(name, "("), i < 2)
		}
	}
	return false
}

func (p *parser) storage(kind mir.StmtKind) bool {
	place, ok := p.place()
	if !ok || !place.IsLocal() || !p.eat(")") {
		return false
	}
	p.stmts = append(p.stmts, mir.Stmt{Kind: kind, Place: place, Pos: mir.Pos(p.pos)})
	return true
}

func (p *parser) setDiscriminant() bool {
	place, ok := p.place()
	if !ok || !p.eat(") = ") {
		return false
	}
	value := p.until(";")
	if value == "" {
		return false
	}
	p.stmts = append(p.stmts, mir.Stmt{Kind: mir.SetDiscr, Place: place, Value: mir.Rvalue{Op: value}, Pos: mir.Pos(p.pos)})
	return true
}

// intrinsic reads what follows the name. The operands of those that no analysis needs are read over.
func (p *parser) intrinsic(name string, decode bool) bool {
	var ops []mir.Operand
	if decode {
		var ok bool
		if ops, ok = p.labelled(); !ok {
			return false
		}
	}
	p.until(";")
	p.stmts = append(p.stmts, mir.Stmt{Kind: mir.Intrinsic, Value: mir.Rvalue{Op: name, Operands: ops}, Pos: mir.Pos(p.pos)})
	return true
}

// labelled reads `dst = op, src = op, count = op)`, with or without the labels.
func (p *parser) labelled() ([]mir.Operand, bool) {
	p.operands = p.operands[:0]
	for p.peek() != ')' {
		_ = p.eat("dst = ") || p.eat("src = ") || p.eat("count = ")
		o, ok := p.operand(",)")
		if !ok {
			return nil, false
		}
		p.operands = append(p.operands, o)
		p.eat(", ")
	}
	p.pos++
	return p.operandPool.keep(p.operands), true
}
