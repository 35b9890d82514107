package parse

import (
	"strings"

	"pollux/internal/mir"
)

// statementOrTerminator reads the line at the cursor. A line that is not understood becomes an opaque statement, or an opaque
// terminator when it has an arrow, so that no edge is ever invented.
func (p *parser) statementOrTerminator(term *mir.Term) {
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
	text := p.text()
	if i := strings.LastIndex(text, "; // "); i >= 0 {
		text = text[:i]
	}
	p.problem("statement", text)
	if strings.Contains(text, " -> ") {
		*term = mir.Term{Kind: mir.OpaqueTerm, Text: text, Return: mir.NoBlock, Unwind: mir.NoBlock}
		return
	}
	p.stmts = append(p.stmts, mir.Stmt{Kind: mir.OpaqueStmt, Value: mir.Rvalue{Op: text}})
}

// assign reads `PLACE = rvalue;`, `PLACE = call(..) -> ..;` and a call through a parenthesised function operand.
func (p *parser) assign(term *mir.Term) bool {
	place, ok := p.place()
	if !ok || !p.eat(" = ") {
		return false
	}
	if handled, ok := p.pointerCall(place, term); handled {
		return ok
	}
	v, ok := p.rvalue()
	if !ok {
		return false
	}
	if v.Kind == mir.Adt && p.eat(" -> ") {
		return p.callEdges(term, place, mir.Operand{Text: v.Type}, v.Operands)
	}
	if p.peek() != ';' {
		return false
	}
	p.stmts = append(p.stmts, mir.Stmt{Kind: mir.Assign, Place: place, Value: v, Pos: mir.Pos(p.pos)})
	return true
}

// pointerCall reads `move _4(args) -> ..` and `copy (*_1)(args) -> ..`: a call through a function pointer.
func (p *parser) pointerCall(dest mir.Place, term *mir.Term) (handled, ok bool) {
	start := p.pos
	if c := p.peek(); c != 'm' && c != 'c' {
		return false, false
	}
	if p.eat("move ") || p.eat("copy ") {
		f, fok := p.place()
		if fok && p.eat("(") {
			args, aok := p.operands(')')
			if aok && p.eat(" -> ") {
				return true, p.callEdges(term, dest, mir.Operand{Kind: mir.Copy, Place: f}, args)
			}
		}
	}
	p.pos = start
	return false, false
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
	rest := p.src[p.pos:p.line]
	for _, name := range intrinsics {
		if strings.HasPrefix(rest, name) {
			return p.intrinsic(strings.TrimSuffix(name, "("))
		}
	}
	return false
}

func (p *parser) storage(kind mir.StmtKind) bool {
	place, ok := p.place()
	if !ok || !p.eat(")") {
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
	p.stmts = append(p.stmts, mir.Stmt{Kind: mir.SetDiscr, Place: place, Value: mir.Rvalue{Op: value}, Pos: mir.Pos(p.pos)})
	return true
}

// intrinsic keeps the name; its operands are not needed by any analysis and are not decoded.
func (p *parser) intrinsic(name string) bool {
	p.until(";")
	p.stmts = append(p.stmts, mir.Stmt{Kind: mir.Intrinsic, Value: mir.Rvalue{Op: name}, Pos: mir.Pos(p.pos)})
	return true
}
