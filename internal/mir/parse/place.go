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
	var buf [16]mir.Elem
	local, proj, ok := p.nested(buf[:0], 0)
	if !ok {
		return mir.Place{}, false
	}
	return mir.Place{Local: local, Proj: p.keepElems(proj)}, true
}

func (p *parser) nested(proj []mir.Elem, depth int) (mir.Local, []mir.Elem, bool) {
	if depth > maxDepth {
		return 0, nil, false
	}
	local, proj, ok := p.core(proj, depth)
	for ok && p.peek() == '[' {
		proj, ok = p.subscript(proj)
	}
	return local, proj, ok
}

// core reads a local or a parenthesised projection.
func (p *parser) core(proj []mir.Elem, depth int) (mir.Local, []mir.Elem, bool) {
	if p.eat("_") {
		n, ok := p.int()
		return mir.Local(n), proj, ok
	}
	if !p.eat("(") {
		return 0, nil, false
	}
	if p.eat("*") {
		local, proj, ok := p.nested(proj, depth+1)
		return local, append(proj, mir.Elem{Kind: mir.Deref}), ok && p.eat(")")
	}
	local, proj, ok := p.nested(proj, depth+1)
	if !ok {
		return 0, nil, false
	}
	switch {
	case p.eat("."):
		n, ok := p.int()
		if !ok || !p.eat(": ") {
			return 0, nil, false
		}
		proj = append(proj, mir.Elem{Kind: mir.Field, Index: int32(n), Text: p.until(")")})
	case p.eat(" as subtype "):
		proj = append(proj, mir.Elem{Kind: mir.Retype, Text: p.until(")")})
	case p.eat(" as "):
		proj = append(proj, downcast(p.until(")")))
	default:
		return 0, nil, false
	}
	return local, proj, p.eat(")")
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
func (p *parser) subscript(proj []mir.Elem) ([]mir.Elem, bool) {
	if !p.eat("[") {
		return nil, false
	}
	if p.eat("_") {
		n, ok := p.int()
		return append(proj, mir.Elem{Kind: mir.Index, Index: int32(n)}), ok && p.eat("]")
	}
	name := p.until("]")
	return append(proj, mir.Elem{Kind: mir.Subscript, Text: name}), p.eat("]")
}

// operand reads `copy P`, `move P`, `const C`, or a function item, which prints as its bare path. stops end a constant.
func (p *parser) operand(stops string) (mir.Operand, bool) {
	switch {
	case p.eat("copy "):
		place, ok := p.place()
		return mir.Operand{Kind: mir.Copy, Place: place}, ok
	case p.eat("move "):
		place, ok := p.place()
		return mir.Operand{Kind: mir.Move, Place: place}, ok
	case p.eat("const "):
		return mir.Operand{Text: p.until(stops)}, true
	}
	path := p.until(stops)
	return mir.Operand{Text: path}, path != ""
}

// operands reads a comma-separated list up to the closing bracket, which it consumes.
func (p *parser) operands(end byte) ([]mir.Operand, bool) {
	var buf [12]mir.Operand
	list := buf[:0]
	for p.peek() != end {
		o, ok := p.operand(",)]}")
		if !ok {
			return nil, false
		}
		list = append(list, o)
		if !p.eat(", ") && !p.eat(",") {
			break
		}
	}
	if p.peek() != end {
		return nil, false
	}
	p.pos++
	return p.keepOperands(list), true
}
