package parse

import (
	"strings"

	"pollux/internal/mir"
)

// rvalue reads the right-hand side of an assignment up to, and without, the final semicolon. A path that is applied to arguments
// can turn out to be a call: the caller looks at what follows.
func (p *parser) rvalue() (mir.Rvalue, bool) {
	switch p.peek() {
	case '&':
		return p.borrow()
	case '[':
		return p.array()
	case '(':
		p.pos++
		ops, ok := p.list(')')
		return mir.Rvalue{Kind: mir.Tuple, Operands: ops}, ok
	case '{':
		return p.closure()
	case '*':
		return p.rawAggregate()
	}
	switch {
	case p.ahead("copy "), p.ahead("move "), p.ahead("const "), p.eat(noRetag):
		return p.useOrCast()
	case p.reads("discriminant("):
		place, ok := p.place()
		return mir.Rvalue{Kind: mir.Discriminant, Place: place}, ok && p.eat(")")
	case p.reads("Len("):
		place, ok := p.place()
		return mir.Rvalue{Kind: mir.Len, Place: place}, ok && p.eat(")")
	case p.eat("deref_copy "):
		place, ok := p.place()
		return mir.Rvalue{Kind: mir.CopyForDeref, Place: place}, ok
	}
	return p.pathLed()
}

// reads consumes an operator's name and bracket if a place follows. A function or struct of the same name has operands there.
func (p *parser) reads(name string) bool {
	if !p.ahead(name) || p.pos+len(name) >= p.line {
		return false
	}
	if c := p.src[p.pos+len(name)]; c != '_' && c != '(' {
		return false
	}
	p.pos += len(name)
	return true
}

func (p *parser) useOrCast() (mir.Rvalue, bool) {
	o, ok := p.operand(";")
	if !ok {
		return mir.Rvalue{}, false
	}
	v := mir.Rvalue{Kind: mir.Use}
	if o.Kind == mir.Constant {
		// The constant ran up to the semicolon: a cast shows as ` as TYPE (Kind)` inside it.
		if i := castAt(o.Text); i > 0 {
			if typ, kind := splitCast(o.Text[i+len(" as "):]); kind != "" {
				o.Text, v.Kind, v.Type, v.Op = o.Text[:i], mir.Cast, typ, kind
			}
		}
	} else if p.eat(" as ") {
		v.Kind = mir.Cast
		v.Type, v.Op = splitCast(p.until(";"))
	}
	v.Operands = p.only(o)
	return v, v.Kind == mir.Use || v.Type != ""
}

// castAt is the offset of the ` as ` that makes a cast of a constant, or -1. Paths and types have others inside brackets.
func castAt(s string) int {
	if !strings.HasSuffix(s, ")") {
		return -1
	}
	for at := 0; ; at++ {
		at += mir.TypeEnd(s[at:], " ")
		if at >= len(s) {
			return -1
		}
		if strings.HasPrefix(s[at:], " as ") {
			return at
		}
	}
}

// splitCast splits `TYPE (Kind(..))`.
func splitCast(s string) (typ, kind string) {
	if !strings.HasSuffix(s, ")") {
		return s, ""
	}
	i := strings.LastIndex(s, " (")
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+2 : len(s)-1]
}

func (p *parser) borrow() (mir.Rvalue, bool) {
	p.pos++ // &
	if p.eat("/*tls*/ ") {
		p.eat("mut ")
		path := p.until(";")
		return mir.Rvalue{Kind: mir.ThreadLocal, Op: path}, path != ""
	}
	v := mir.Rvalue{Kind: mir.Ref}
	switch {
	case p.eat("raw const "):
		v.Kind, v.Op = mir.RawPtr, "const"
	case p.eat("raw mut "):
		v.Kind, v.Op = mir.RawPtr, "mut"
	case p.eat("mut "), p.eat("two_phase mut "):
		v.Op = "mut"
	case p.eat("fake shallow "), p.eat("fake deep "), p.eat("fake "):
		v.Op = "fake"
	}
	if p.eat("(fake) ") {
		v.Op = "fake"
	}
	place, ok := p.place()
	v.Place = place
	return v, ok
}

func (p *parser) array() (mir.Rvalue, bool) {
	p.pos++ // [
	if p.eat("]") {
		return mir.Rvalue{Kind: mir.Array}, true
	}
	first, ok := p.operand(",];")
	if !ok {
		return mir.Rvalue{}, false
	}
	if p.eat("; ") {
		count := p.until("]")
		return mir.Rvalue{Kind: mir.Repeat, Type: count, Operands: p.only(first)}, count != "" && p.eat("]")
	}
	p.operands = append(p.operands[:0], first)
	for p.eat(", ") {
		o, ok := p.operand(",]")
		if !ok {
			return mir.Rvalue{}, false
		}
		p.operands = append(p.operands, o)
	}
	return mir.Rvalue{Kind: mir.Array, Operands: p.operandPool.keep(p.operands)}, p.eat("]")
}

// rawAggregate reads `*const T from (ptr, meta)`.
func (p *parser) rawAggregate() (mir.Rvalue, bool) {
	head, _, ok := strings.Cut(p.src[p.pos:p.line], " from (")
	if !ok {
		return mir.Rvalue{}, false
	}
	p.pos += len(head) + len(" from (")
	ops, ok := p.list(')')
	return mir.Rvalue{Kind: mir.Adt, Type: head, Operands: ops}, ok
}

// closure reads `{closure@SPAN} { name: op, .. }` and the coroutine forms.
func (p *parser) closure() (mir.Rvalue, bool) {
	p.pos++
	in := p.until("}")
	if !p.eat("}") {
		return mir.Rvalue{}, false
	}
	typ := p.src[p.pos-len(in)-2 : p.pos]
	v := mir.Rvalue{Kind: mir.Closure, Type: typ}
	if strings.HasPrefix(in, "coroutine@") {
		v.Kind = mir.Coroutine
	}
	p.eat(" (#0)")
	ok := true
	var fields []string
	if p.eat(" { ") {
		v.Operands, fields, ok = p.captured()
	}
	v.Named = p.named(mir.Named{Fields: fields, Def: p.definition()})
	return v, ok
}

// captured reads `name: op, ..}`.
func (p *parser) captured() ([]mir.Operand, []string, bool) {
	p.operands, p.fields = p.operands[:0], p.fields[:0]
	for p.peek() != '}' {
		name := p.until(":")
		if !p.eat(": ") {
			return nil, nil, false
		}
		o, ok := p.operand(",}")
		if o.Kind == mir.Constant {
			o.Text = strings.TrimRight(o.Text, " ")
			ok = ok && o.Text != ""
		}
		if !ok {
			return nil, nil, false
		}
		p.operands, p.fields = append(p.operands, o), append(p.fields, name)
		p.eat(",")
		p.eat(" ")
	}
	p.pos++
	return p.operandPool.keep(p.operands), p.fieldPool.keep(p.fields), true
}

func (p *parser) named(n mir.Named) *mir.Named {
	p.namedPool.room(1)[0] = n
	return &p.namedPool.take(1)[0]
}

// definition looks into the comment lines below for `// + def_id: DefId(0:11 ~ crate[ef8d]::path)`.
func (p *parser) definition() string {
	at := p.line + 1
	for range 3 {
		end := strings.IndexByte(p.src[min(at, len(p.src)):], '\n')
		if end < 0 {
			return ""
		}
		s := strings.TrimLeft(p.src[at:at+end], " ")
		if !strings.HasPrefix(s, "// ") {
			return ""
		}
		if _, def, ok := strings.Cut(s, "+ def_id: DefId("); ok {
			if _, path, ok := strings.Cut(def, "]::"); ok {
				return strings.TrimSuffix(path, ")")
			}
		}
		at += end + 1
	}
	return ""
}

// pathLed reads what begins with a path: an operator, a struct, tuple struct or unit variant, or the callee of a call.
func (p *parser) pathLed() (mir.Rvalue, bool) {
	path := p.path()
	if path == "" {
		return mir.Rvalue{}, false
	}
	switch {
	case p.peek() == '(' && isOperator(path):
		p.pos++
		return p.operator(path)
	case p.eat(" { "):
		ops, names, ok := p.captured()
		return mir.Rvalue{Kind: mir.Adt, Type: path, Operands: ops, Named: p.named(mir.Named{Fields: names})}, ok
	case p.eat("("):
		ops, ok := p.list(')')
		return mir.Rvalue{Kind: mir.Adt, Type: path, Operands: ops}, ok
	case p.eat(" as "):
		typ, kind := splitCast(p.until(";"))
		return mir.Rvalue{Kind: mir.Cast, Type: typ, Op: kind, Operands: p.only(mir.Operand{Text: path})}, typ != ""
	}
	return mir.Rvalue{Kind: mir.Adt, Type: path}, true
}

// operator reads the arguments of `Name(..)`. Those of SizeOf and its like are types: they are kept as one constant.
func (p *parser) operator(name string) (mir.Rvalue, bool) {
	at := p.pos
	if ops, ok := p.list(')'); ok {
		return mir.Rvalue{Kind: mir.Op, Op: name, Operands: ops}, true
	}
	p.pos = at
	text := p.until(")")
	return mir.Rvalue{Kind: mir.Op, Op: name, Operands: p.only(mir.Operand{Text: text})}, text != "" && p.eat(")")
}

// path consumes a path with its generics: up to a parenthesis, space or semicolon outside `<..>` and `{..}`.
func (p *parser) path() string { return p.until("(; ") }
