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
		ops, ok := p.operands(')')
		return mir.Rvalue{Kind: mir.Tuple, Operands: ops}, ok
	case '{':
		return p.closure()
	case '*':
		return p.rawAggregate()
	}
	rest := p.src[p.pos:p.line]
	switch {
	case strings.HasPrefix(rest, "copy "), strings.HasPrefix(rest, "move "), strings.HasPrefix(rest, "const "):
		return p.useOrCast()
	case p.eat("discriminant("):
		place, ok := p.place()
		return mir.Rvalue{Kind: mir.Discriminant, Place: place}, ok && p.eat(")")
	case p.eat("Len("):
		place, ok := p.place()
		return mir.Rvalue{Kind: mir.Len, Place: place}, ok && p.eat(")")
	case p.eat("deref_copy "):
		place, ok := p.place()
		return mir.Rvalue{Kind: mir.CopyForDeref, Place: place}, ok
	}
	return p.pathLed()
}

func (p *parser) useOrCast() (mir.Rvalue, bool) {
	var one [1]mir.Operand
	o, ok := p.operand(";")
	if !ok {
		return mir.Rvalue{}, false
	}
	if o.Kind == mir.Constant {
		// The constant ran up to the semicolon: a cast shows as ` as TYPE (Kind)` inside it.
		return constOrCast(o, p), true
	}
	one[0] = o
	v := mir.Rvalue{Kind: mir.Use, Operands: p.keepOperands(one[:])}
	if p.eat(" as ") {
		v.Kind = mir.Cast
		v.Type, v.Op = splitCast(p.until(";"))
	}
	return v, true
}

func constOrCast(o mir.Operand, p *parser) mir.Rvalue {
	if strings.HasSuffix(o.Text, ")") {
		if i := strings.LastIndex(o.Text, " as "); i > 0 && o.Text[0] != '"' {
			if typ, kind := splitCast(o.Text[i+4:]); kind != "" {
				o.Text = o.Text[:i]
				return mir.Rvalue{Kind: mir.Cast, Type: typ, Op: kind, Operands: p.keepOperands([]mir.Operand{o})}
			}
		}
	}
	return mir.Rvalue{Kind: mir.Use, Operands: p.keepOperands([]mir.Operand{o})}
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
		return mir.Rvalue{Kind: mir.ThreadLocal, Op: p.until(";")}, true
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
	if p.peek() == ']' {
		p.pos++
		return mir.Rvalue{Kind: mir.Array}, true
	}
	first, ok := p.operand(",];")
	if !ok {
		return mir.Rvalue{}, false
	}
	if p.eat("; ") {
		count := p.until("]")
		return mir.Rvalue{Kind: mir.Repeat, Type: count, Operands: p.keepOperands([]mir.Operand{first})}, p.eat("]")
	}
	list := []mir.Operand{first}
	for p.eat(", ") {
		o, ok := p.operand(",]")
		if !ok {
			return mir.Rvalue{}, false
		}
		list = append(list, o)
	}
	return mir.Rvalue{Kind: mir.Array, Operands: p.keepOperands(list)}, p.eat("]")
}

// rawAggregate reads `*const T from (ptr, meta)`.
func (p *parser) rawAggregate() (mir.Rvalue, bool) {
	head, _, ok := strings.Cut(p.src[p.pos:p.line], " from (")
	if !ok {
		return mir.Rvalue{}, false
	}
	p.pos += len(head) + len(" from (")
	ops, ok := p.operands(')')
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
	v.Named = &mir.Named{}
	if p.eat(" { ") {
		var ok bool
		if v.Operands, v.Named.Fields, ok = p.fields(); !ok {
			return v, false
		}
	}
	v.Named.Def = p.definition()
	return v, true
}

// fields reads `name: op, ..}`.
func (p *parser) fields() ([]mir.Operand, []string, bool) {
	var ops []mir.Operand
	var names []string
	for p.peek() != '}' {
		name := p.until(":")
		if !p.eat(": ") {
			return nil, nil, false
		}
		o, ok := p.operand(",}")
		if !ok {
			return nil, nil, false
		}
		o.Text = strings.TrimRight(o.Text, " ")
		ops, names = append(ops, o), append(names, name)
		p.eat(",")
		p.eat(" ")
	}
	p.pos++
	return ops, names, true
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
	case operators[path] && p.eat("("):
		return p.operator(path)
	case p.eat(" { "):
		ops, names, ok := p.fields()
		return mir.Rvalue{Kind: mir.Adt, Type: path, Operands: ops, Named: &mir.Named{Fields: names}}, ok
	case p.eat(" {{ }}"), p.eat(" {  }"), p.eat(" { }"):
		return mir.Rvalue{Kind: mir.Adt, Type: path}, true
	case p.eat("("):
		ops, ok := p.operands(')')
		return mir.Rvalue{Kind: mir.Adt, Type: path, Operands: ops}, ok
	case p.eat(" as "):
		typ, kind := splitCast(p.until(";"))
		return mir.Rvalue{Kind: mir.Cast, Type: typ, Op: kind, Operands: p.keepOperands([]mir.Operand{{Text: path}})}, true
	}
	return mir.Rvalue{Kind: mir.Adt, Type: path}, true
}

// operator reads the arguments of `Name(..)`. Those of SizeOf and its like are types: they are kept as one constant.
func (p *parser) operator(name string) (mir.Rvalue, bool) {
	at := p.pos
	if ops, ok := p.operands(')'); ok {
		return mir.Rvalue{Kind: mir.Op, Op: name, Operands: ops}, true
	}
	p.pos = at
	text := p.until(")")
	return mir.Rvalue{Kind: mir.Op, Op: name, Operands: p.keepOperands([]mir.Operand{{Text: text}})}, p.eat(")")
}

// path consumes a path with its generics: up to a parenthesis, space or semicolon outside `<..>` and `{..}`.
func (p *parser) path() string { return p.until("(; ") }
