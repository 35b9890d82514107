package parse

import (
	"strings"

	"pollux/internal/mir"
)

// maxDepth bounds the nesting of places; rustc prints a handful of levels.
const maxDepth = 64

func (p *parser) peek() byte {
	if p.pos < p.line {
		return p.src[p.pos]
	}
	return 0
}

// eat consumes s if the line goes on with it.
func (p *parser) eat(s string) bool {
	if strings.HasPrefix(p.src[p.pos:p.line], s) {
		p.pos += len(s)
		return true
	}
	return false
}

// ahead reports whether the line goes on with s.
func (p *parser) ahead(s string) bool { return strings.HasPrefix(p.src[p.pos:p.line], s) }

// until consumes up to the first of stops that lies outside every bracket and literal.
func (p *parser) until(stops string) string {
	rest := p.src[p.pos:p.line]
	end := mir.TypeEnd(rest, stops)
	p.pos += end
	return rest[:end]
}

// int consumes a decimal number.
func (p *parser) int() (int, bool) {
	n, size := number(p.src[:p.line], p.pos)
	p.pos += size
	return n, size > 0
}

// place reads `_1`, `(*P)`, `(P.0: T)`, `(P as V)`, `P[..]`, nested in each other.
func (p *parser) place() (mir.Place, bool) {
	p.elems = p.elems[:0]
	local, ok := p.nested(0)
	if !ok {
		return mir.Place{}, false
	}
	return mir.Place{Local: local, Proj: p.elemPool.keep(p.elems)}, true
}

// nested reads a place and leaves its projections, innermost first, in p.elems.
func (p *parser) nested(depth int) (mir.Local, bool) {
	if depth > maxDepth {
		return 0, false
	}
	local, ok := p.core(depth)
	for ; ok && p.peek() == '['; depth++ {
		ok = depth <= maxDepth && p.subscript()
	}
	return local, ok
}

// core reads a local or a parenthesised projection.
func (p *parser) core(depth int) (mir.Local, bool) {
	switch p.peek() {
	case '_':
		p.pos++
		n, ok := p.int()
		p.highest = max(p.highest, n)
		return mir.Local(n), ok
	case '(':
		p.pos++
	default:
		return 0, false
	}
	deref := p.peek() == '*'
	if deref {
		p.pos++
	}
	local, ok := p.nested(depth + 1)
	if !ok {
		return 0, false
	}
	if deref {
		p.step(mir.Elem{Kind: mir.Deref})
	} else if !p.projection() {
		return 0, false
	}
	return local, p.eat(")")
}

func (p *parser) step(e mir.Elem) { p.elems = append(p.elems, e) }

// projection reads what follows a place inside parentheses: `.0: T`, ` as V`, ` as subtype T`.
func (p *parser) projection() bool {
	e := mir.Elem{Kind: mir.Retype}
	switch {
	case p.peek() == '.':
		p.pos++
		n, ok := p.int()
		if !ok || !p.eat(": ") {
			return false
		}
		e = mir.Elem{Kind: mir.Field, Index: int32(n), Text: p.until(")")}
	case p.eat(" as subtype "):
		e.Text = p.until(")")
	case p.eat(" as "):
		e = downcast(p.until(")"))
	}
	p.step(e)
	return e.Text != ""
}

// downcast reads what follows `as`: a variant name, `variant#N` of a coroutine, or the type of an opaque cast.
func downcast(name string) mir.Elem {
	if rest, ok := strings.CutPrefix(name, "variant#"); ok {
		if n, size := number(rest, 0); size == len(rest) {
			return mir.Elem{Kind: mir.Downcast, Index: int32(n), Text: name}
		}
	}
	if strings.ContainsAny(name, ":<&( ") {
		return mir.Elem{Kind: mir.Retype, Text: name}
	}
	return mir.Elem{Kind: mir.Downcast, Text: name}
}

// subscript reads `[_4]`, `[3 of 5]`, `[-1 of 2]`, `[1:]`, `[1:-2]`.
func (p *parser) subscript() bool {
	p.pos++ // [
	if p.peek() == '_' {
		p.pos++
		n, ok := p.int()
		p.highest = max(p.highest, n)
		p.step(mir.Elem{Kind: mir.Index, Index: int32(n)})
		return ok && p.eat("]")
	}
	text := p.until("]")
	p.step(mir.Elem{Kind: mir.Subscript, Text: text})
	return text != "" && p.eat("]")
}

// operand reads `copy P`, `move P`, `const C`, or a function item, which prints as its bare path. stops end a constant.
func (p *parser) operand(stops string) (mir.Operand, bool) {
	kind := mir.Copy
	switch {
	case p.eat("copy "):
	case p.eat("move "):
		kind = mir.Move
	default:
		p.eat("const ")
		text := p.until(stops)
		return mir.Operand{Text: text}, text != ""
	}
	place, ok := p.place()
	return mir.Operand{Kind: kind, Place: place}, ok
}

// list reads a comma-separated list up to the closing bracket, which it consumes.
func (p *parser) list(end byte) ([]mir.Operand, bool) {
	p.operands = p.operands[:0]
	for p.peek() != end {
		o, ok := p.operand(",)]}")
		if !ok {
			return nil, false
		}
		p.operands = append(p.operands, o)
		if !p.eat(", ") && !p.eat(",") {
			break
		}
	}
	if p.peek() != end {
		return nil, false
	}
	p.pos++
	return p.operandPool.keep(p.operands), true
}

// only keeps a list of one operand.
func (p *parser) only(o mir.Operand) []mir.Operand {
	p.operands = append(p.operands[:0], o)
	return p.operandPool.keep(p.operands)
}
