package rust

import (
	"slices"
	"strconv"
	"strings"
)

// generics reads a parameter list that opens at i: the names of its type parameters, its text, and the place after it.
func (p *parser) generics(i int) (names []string, text string, next int) {
	if !p.is(i, '<') {
		return nil, "", i
	}
	end := p.until(i+1, func(j int) bool { return p.is(j, '{') })
	depth := 0
	for j := i; j < end; j = p.group(j, end) {
		if p.is(j, '<') {
			depth++
		} else if p.is(j, '>') && !p.arrow(j) {
			if depth--; depth == 0 {
				end = j
			}
		}
	}
	p.split(i+1, end, true, func(lo, hi int) {
		for p.is(lo, '#') && p.is(lo+1, '[') {
			lo = p.group(lo+1, hi)
		}
		if name, _ := p.name(lo); name != "" && name != "const" && lo < hi {
			names = append(names, name)
		}
	})
	text = strings.TrimSuffix(p.normal(i+1, end), ",")
	if p.is(end, '>') {
		end++
	}
	return names, text, end
}

// where reads the predicates of a where clause whose keyword is at i; next is the place of the token after it.
func (p *parser) where(i int) (text string, next int) {
	if p.text(i) != "where" {
		return "", i
	}
	next = p.until(i+1, func(j int) bool { return p.is(j, '{') || p.is(j, '=') && !p.is(j+1, '=') && !p.is(j-1, '=') })
	return strings.TrimSuffix(p.normal(i+1, next), ","), next
}

// qualifiedPath reports whether `<` at i opens `<T as Trait>` rather than a list of parameters.
func (p *parser) qualifiedPath(i int) bool {
	next := i + 1
	if p.is(next, '>') || p.is(next, '#') || p.is(next, '$') || p.kind(next) == Lifetime || p.text(next) == "const" {
		return false
	}
	if p.kind(next) != Ident && p.kind(next) != RawIdent {
		return true
	}
	after := next + 1
	return !(p.is(after, '>') || p.is(after, ',') || p.is(after, '=') || p.is(after, ':') && !p.pathSep(after))
}

func (p *parser) implementation(h head) bool {
	m := &Impl{Scope: p.top().scope, Unsafe: h.unsafe}
	at := h.at + 1
	if !p.is(at, '<') || !p.qualifiedPath(at) {
		m.Generics, m.Params, at = p.generics(at)
	}
	if p.text(at) == "const" {
		at++
	}
	if m.Negative = p.is(at, '!'); m.Negative {
		at++
	}
	self := at
	stop := p.until(at, func(i int) bool { return p.is(i, '{') || p.text(i) == "where" || p.forType(i) })
	if p.text(stop) == "for" {
		m.Trait, m.TraitArgs = p.traitPath(at, stop)
		self = stop + 1
		stop = p.until(self, func(i int) bool { return p.is(i, '{') || p.text(i) == "where" })
	}
	m.SelfType = p.normal(self, stop)
	var open int
	m.Where, open = p.where(stop)
	if !p.is(open, '{') || open >= p.limit() || m.SelfType == "" {
		p.at, p.start = max(open, h.at+1), false
		return true
	}
	m.Range = p.lines.span(p.offset(h.qualified), p.end(open-1))
	m.Item = p.add(h, m.SelfType, p.last(open))
	p.Impls = append(p.Impls, m)
	p.body(open, m.Item).impl = m
	return true
}

// forType reports whether `for` at i separates a trait from a type and does not bind lifetimes.
func (p *parser) forType(i int) bool {
	return p.text(i) == "for" && !(p.is(i+1, '<') && (p.kind(i+2) == Lifetime || p.is(i+2, '>')))
}

// traitPath splits the path of a trait into its name and the arguments of its last segment.
func (p *parser) traitPath(lo, hi int) (path, args string) {
	for i := lo; i < hi; i++ {
		if p.is(i, '<') && p.is(hi-1, '>') {
			return strings.TrimSuffix(p.normal(lo, i), "::"), p.normal(i+1, hi-1)
		}
		if p.is(i, '(') {
			return p.normal(lo, i), p.normal(i, hi) // Fn(A) -> B
		}
	}
	return p.normal(lo, hi), ""
}

func (p *parser) function(h head) bool {
	name, next := p.name(h.at + 1)
	if name == "" {
		return false
	}
	fn := &Fn{Scope: p.top().scope, Name: name, Async: h.async, Const: h.constant, Unsafe: h.unsafe, Attrs: p.pending}
	fn.Impl, fn.Trait = p.top().impl, p.top().trait
	fn.Generics, fn.Bounds, next = p.generics(next)
	if !p.is(next, '(') || next >= p.limit() {
		p.at, p.start = max(next, h.at+1), false
		return true
	}
	params := next
	next = p.group(next, p.limit())
	if p.is(next, '-') && p.arrow(next+1) {
		ret := next + 2
		next = p.until(ret, func(i int) bool { return p.is(i, '{') || p.text(i) == "where" })
		fn.Ret = p.normal(ret, next)
	}
	fn.Where, next = p.where(next)
	p.params(fn, params)
	p.finish(fn, h, next)
	return true
}

// finish records fn, whose head ends before token next.
func (p *parser) finish(fn *Fn, h head, next int) {
	fn.HasBody = p.is(next, '{') && next < p.limit()
	last := next - 1
	if fn.HasBody {
		last = p.last(next)
		fn.Body = p.lines.span(p.offset(next), p.end(last))
	} else if p.is(next, ';') && next < p.limit() {
		last = next
	}
	fn.Item = p.add(h, fn.Name, last)
	fn.Range = fn.Item.Range
	p.Fns = append(p.Fns, fn)
	if fn.Impl != nil {
		fn.Impl.Items = append(fn.Impl.Items, fn)
	} else if fn.Trait != nil {
		fn.Trait.Items = append(fn.Trait.Items, fn)
	}
	if fn.HasBody {
		p.bodies = append(p.bodies, fn)
		p.body(next, fn.Item).scope.InFn = fn.Name
		return
	}
	p.at, p.start = last+1, true
}

func (p *parser) params(fn *Fn, open int) {
	end := min(int(p.partner[open]), p.limit())
	p.split(open+1, end, true, func(lo, hi int) {
		for p.is(lo, '#') && p.is(lo+1, '[') && lo+1 < hi {
			lo = p.group(lo+1, hi)
		}
		if lo < hi {
			fn.Params = append(fn.Params, p.param(fn, lo, hi))
		}
	})
}

func (p *parser) param(fn *Fn, lo, hi int) Param {
	colon := p.colon(lo, hi)
	if p.text(lo) == "mut" && lo+1 < hi && colon != lo+1 {
		lo++
	}
	last := colon
	if colon < 0 {
		last = hi
	}
	if len(fn.Params) == 0 && p.text(last-1) == "self" {
		fn.HasSelf = true
		if colon < 0 {
			return Param{"self", p.normal(lo, hi-1) + receiverSpace(p, lo, hi-1) + "Self"}
		}
		return Param{"self", p.normal(colon+1, hi)}
	}
	if colon < 0 {
		return Param{"_", p.normal(lo, hi)} // only types, as in traits of edition 2015
	}
	return Param{p.normal(lo, colon), p.normal(colon+1, hi)}
}

// receiverSpace separates `mut` or a lifetime from Self.
func receiverSpace(p *parser, lo, hi int) string {
	if lo < hi && p.word(hi-1) {
		return " "
	}
	return ""
}

func (p *parser) traitItem(h head) bool {
	name, next := p.name(h.at + 1)
	if name == "" {
		return false
	}
	t := &Trait{Scope: p.top().scope, Name: name, Unsafe: h.unsafe, Attrs: p.pending}
	t.Generics, t.Bounds, next = p.generics(next)
	if p.is(next, ':') {
		from := next + 1
		next = p.until(from, func(i int) bool { return p.is(i, '{') || p.text(i) == "where" })
		t.Supertraits = p.normal(from, next)
	}
	t.Where, next = p.where(next)
	if !p.is(next, '{') || next >= p.limit() {
		p.at, p.start = max(next, h.at+1), false // a trait alias, or no trait
		return true
	}
	t.Item = p.add(h, name, p.last(next))
	t.Range = t.Item.Range
	p.Traits = append(p.Traits, t)
	p.body(next, t.Item).trait = t
	return true
}

func (p *parser) alias(h head) bool {
	name, next := p.name(h.at + 1)
	if name == "" {
		return false
	}
	a := &TypeAlias{Scope: p.top().scope, Name: name, Impl: p.top().impl, Trait: p.top().trait}
	a.Generics, _, next = p.generics(next)
	end := p.until(next, func(i int) bool { return p.is(i, '=') })
	if p.is(end, '=') && end < p.limit() {
		from := end + 1
		where := p.until(from, func(i int) bool { return p.text(i) == "where" })
		a.Type = p.normal(from, where)
		end = p.until(where, func(int) bool { return false })
	}
	a.Range = p.add(h, name, end).Range
	p.Aliases = append(p.Aliases, a)
	if a.Impl != nil {
		a.Impl.Types = append(a.Impl.Types, a)
	} else if a.Trait != nil {
		a.Trait.Types = append(a.Trait.Types, a)
	}
	p.at = min(end+1, p.limit())
	return true
}

func (p *parser) structure(h head) bool {
	name, next := p.name(h.at + 1)
	if name == "" || h.keyword == "union" && !p.is(next, '{') && !p.is(next, '<') && p.text(next) != "where" {
		return false
	}
	s := &Struct{Scope: p.top().scope, Kind: h.keyword, Name: name, Attrs: p.pending}
	s.Generics, s.Bounds, next = p.generics(next)
	s.Where, next = p.where(next)
	if next >= p.limit() || !p.is(next, '{') && !p.is(next, '(') && !p.is(next, ';') {
		p.at, p.start = max(min(next, p.limit()), h.at+1), false
		return true
	}
	end := next
	if p.kind(next) == Open {
		end = p.last(next)
		p.members(s, next, int(p.partner[next]))
	}
	if p.is(next, '(') {
		s.Where, end = p.where(min(end+1, p.limit()))
	}
	s.Item = p.add(h, name, end)
	s.Range = s.Item.Range
	p.Structs = append(p.Structs, s)
	p.at, p.start = min(end+1, p.limit()), true
	return true
}

// members reads the fields of a struct or the variants of an enum between the brackets at open and end.
func (p *parser) members(s *Struct, open, end int) {
	end = min(end, len(p.sig))
	if s.Kind != "enum" {
		p.fields(s, "", open, end)
		return
	}
	p.split(open+1, end, false, func(lo, hi int) {
		attrs, lo := p.memberAttrs(lo, hi)
		name, next := p.name(lo)
		if name == "" {
			return
		}
		s.Variants = append(s.Variants, name)
		if p.kind(next) == Open && next < hi {
			p.fields(s, name, next, min(int(p.partner[next]), hi))
			next = p.group(next, hi)
		}
		isConditional := func(a Attr) bool { return a.Path == "cfg" || a.Path == "cfg_attr" }
		s.Numbered = s.Numbered || next < hi && p.is(next, '=') || slices.ContainsFunc(attrs, isConditional)
	})
}

// memberAttrs reads the attributes at lo and returns the place after them.
func (p *parser) memberAttrs(lo, hi int) (attrs []Attr, next int) {
	for lo+1 < hi && p.is(lo, '#') && p.is(lo+1, '[') {
		attrs = append(attrs, p.readAttribute(lo, lo+1))
		lo = p.group(lo+1, hi)
	}
	return attrs, lo
}

func (p *parser) fields(s *Struct, variant string, open, end int) {
	named, n := p.is(open, '{'), 0
	p.split(open+1, end, true, func(lo, hi int) {
		attrs, lo := p.memberAttrs(lo, hi)
		f := Field{Variant: variant, Attrs: attrs}
		f.Line, f.Column = p.lines.position(p.offset(lo))
		if p.text(lo) == "pub" {
			lo++
			if p.is(lo, '(') && p.visibility(lo+1) {
				lo = p.group(lo, hi)
			}
		}
		f.Name = strconv.Itoa(n)
		if named {
			colon := p.colon(lo, hi)
			if colon < 0 {
				return
			}
			f.Name, lo = p.normal(lo, colon), colon+1
		}
		n++
		f.Type = p.normal(lo, hi)
		s.Fields = append(s.Fields, f)
	})
}
