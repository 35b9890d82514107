package rust

import "strings"

// item reads what starts at p.at if it is an item, an attribute, or a prefix of an item in a macro definition. It
// returns false, without having moved, for anything else.
func (p *parser) item() bool {
	if p.is(p.at, '#') {
		return p.attribute()
	}
	if p.is(p.at, '$') && p.top().scope.Template {
		return p.metavariable()
	}
	if k := p.kind(p.at); k != Ident {
		return false
	}
	h := p.head()
	if h.keyword == "" {
		return false
	}
	if p.first < 0 {
		p.first = p.at
	}
	return p.dispatch(h)
}

// metavariable steps over `$vis` before an item, or enters `$( #[$meta] )*`.
func (p *parser) metavariable() bool {
	switch {
	case p.is(p.at+1, '('):
		p.at++
		p.enter(true).repeat = true
		return true
	case p.kind(p.at+1) == Ident && p.kind(p.at+2) == Ident:
		p.at += 2
		return true
	}
	return false
}

// head is the start of an item: its visibility, qualifiers and keyword.
type head struct {
	first     int // place of the first token after the attributes
	public    bool
	unsafe    bool
	async     bool
	constant  bool
	qualified int    // place of the first qualifier, or of the keyword
	at        int    // place of the keyword
	keyword   string // "" if there is none
}

func (p *parser) head() head {
	h := head{first: p.at, at: p.at}
	if p.text(h.at) == "pub" {
		h.public = true
		h.at++
		if p.is(h.at, '(') && p.visibility(h.at+1) {
			h.at = p.group(h.at, p.limit())
		}
		for p.is(h.at, '$') && p.kind(h.at+1) == Ident && p.kind(h.at+2) == Ident {
			h.at += 2
		}
	}
	h.qualified = h.at
	for ; h.at < p.limit(); h.at++ {
		word := p.text(h.at)
		if !p.qualifier(word, h.at) {
			if itemKeyword(word) {
				h.keyword = word
			}
			return h
		}
		h.unsafe = h.unsafe || word == "unsafe"
		h.async = h.async || word == "async"
		h.constant = h.constant || word == "const"
	}
	return h
}

// visibility reports whether `(` after pub is followed by a restriction and not by the type of a tuple field.
func (p *parser) visibility(i int) bool {
	switch p.text(i) {
	case "crate", "self", "super", "in":
		return true
	}
	return false
}

// qualifier reports whether word at i qualifies the keyword of an item that follows.
func (p *parser) qualifier(word string, i int) bool {
	switch word {
	case "async", "unsafe", "default", "auto", "safe", "gen":
		return p.kind(i+1) == Ident
	case "const":
		next := p.text(i + 1)
		return next == "fn" || next == "unsafe" || next == "async" || next == "extern" || next == "trait" || next == "impl"
	case "extern":
		return p.text(i+1) == "fn" || p.kind(i+1) >= Str && p.kind(i+1) <= RawStr && p.text(i+2) == "fn"
	}
	return p.kind(i) >= Str && p.kind(i) <= RawStr && p.text(i-1) == "extern" && p.text(i+1) == "fn"
}

func itemKeyword(word string) bool {
	switch word {
	case "fn", "impl", "struct", "enum", "union", "trait", "mod", "use", "type", "const", "static", "extern",
		"macro_rules", "macro":
		return true
	}
	return false
}

func (p *parser) dispatch(h head) bool {
	switch h.keyword {
	case "fn":
		return p.function(h)
	case "impl":
		return p.implementation(h)
	case "struct", "enum", "union":
		return p.structure(h)
	case "trait":
		return p.traitItem(h)
	case "mod":
		return p.module(h)
	case "use":
		return p.use(h)
	case "type":
		return p.alias(h)
	case "const", "static":
		return p.constant(h)
	case "extern":
		return p.foreign(h)
	}
	return p.macro(h)
}

// add records the item that starts with the pending attributes and ends with token last. It takes the attributes.
func (p *parser) add(h head, name string, last int) *Item {
	it := &Item{Kind: h.keyword, Name: name, Attrs: p.pending, Parent: p.top().item}
	last = min(last, p.limit()-1) // the end of its bracket, when its own end is missing
	it.Range = p.lines.span(p.offset(h.first), p.end(last))
	it.start, it.end, it.head = p.docStart(p.first), p.end(last), p.offset(h.at)
	it.StartLine = p.lines.line(it.start)
	p.Items = append(p.Items, it)
	p.forget()
	return it
}

// docStart is the offset of the first doc comment directly before token i, or of the token.
func (p *parser) docStart(i int) int {
	start := p.offset(i)
	for t := int(p.sig[i]) - 1; t >= 0 && p.Tokens[t].Kind.Trivia(); t-- {
		text := p.Tokens[t].Text(p.Src)
		outer := strings.HasPrefix(text, "///") || strings.HasPrefix(text, "/**")
		if k := p.Tokens[t].Kind; (k == LineDoc || k == BlockDoc) && outer {
			start = int(p.Tokens[t].Offset)
		}
	}
	return start
}

// body enters the braces at i, which belong to it.
func (p *parser) body(i int, it *Item) *frame {
	p.at = i
	f := p.enter(true)
	f.item = it
	return f
}

// name is the identifier at i, or `$name` in a macro definition, and the place after it; "" if there is none.
func (p *parser) name(i int) (string, int) {
	switch {
	case p.kind(i) == Ident || p.kind(i) == RawIdent:
		return p.text(i), i + 1
	case p.is(i, '$') && p.kind(i+1) == Ident && p.top().scope.Template:
		return "$" + p.text(i+1), i + 2
	case p.is(i, '#') && p.kind(i+1) == Ident && p.top().scope.Macro != "":
		return "#" + p.text(i+1), i + 2 // quote!
	}
	return "", i
}

func (p *parser) module(h head) bool {
	name, next := p.name(h.at + 1)
	if name == "" {
		return false
	}
	switch {
	case p.is(next, ';'):
		m := Mod{Scope: p.top().scope, Name: name, Attrs: p.pending, Line: p.lines.line(p.offset(h.first))}
		for _, a := range p.pending {
			if a.Path == "path" {
				m.Path = unquote(a.Args)
			}
		}
		p.Mods = append(p.Mods, m)
		p.add(h, name, next)
		p.at = next + 1
	case p.is(next, '{'):
		f := p.body(next, p.add(h, name, p.last(next)))
		if f.depth++; f.depth <= maxModuleDepth {
			f.scope.Module = strings.TrimPrefix(f.scope.Module+"::"+name, "::")
		}
		f.scope.InFn = ""
	default:
		return false
	}
	return true
}

// unquote is the text of a string literal without escapes, as paths are written.
func unquote(literal string) string {
	_, text, ok := strings.Cut(literal, `"`)
	if !ok {
		return ""
	}
	return strings.TrimRight(text, `"#`)
}

// constant reads the head of a const or static; its value is walked like any code, since it may hold items.
func (p *parser) constant(h head) bool {
	at := h.at + 1
	if p.text(at) == "mut" {
		at++
	}
	name, next := p.name(at)
	if name == "" || !p.is(next, ':') && !p.is(next, '=') && !p.is(next, '<') {
		return false
	}
	p.top().open = p.add(h, name, next)
	p.at, p.start = next, false
	return true
}

// foreign reads `extern crate x;` or enters `extern "C" { .. }`.
func (p *parser) foreign(h head) bool {
	at := h.at + 1
	if p.text(at) == "crate" {
		name, next := p.name(at + 1)
		end := p.until(next, func(int) bool { return false })
		p.add(h, name, end)
		p.at = min(end+1, p.limit())
		return true
	}
	if p.kind(at) >= Str && p.kind(at) <= RawStr {
		at++
	}
	if !p.is(at, '{') {
		return false
	}
	p.body(at, p.add(h, "", p.last(at)))
	return true
}

// macro reads the definition of a macro and enters it: its rules may hold items.
func (p *parser) macro(h head) bool {
	at := h.at + 1
	if h.keyword == "macro_rules" {
		if !p.is(at, '!') {
			return false
		}
		at++
	}
	name, open := p.name(at)
	if name == "" || p.kind(open) != Open {
		return false
	}
	last := open
	if h.keyword == "macro" && p.is(open, '(') {
		if after := p.group(open, p.limit()); p.is(after, '{') {
			last = after
		}
	}
	end := p.last(last)
	p.Macros = append(p.Macros, Macro{Name: name, Scope: p.top().scope, Range: p.lines.span(p.offset(h.first), p.end(end))})
	f := p.body(last, p.add(h, name, end))
	f.scope.Macro, f.scope.Template = name, true
	return true
}

// attribute reads `#[..]` or `#![..]`; outer ones wait for the item that follows.
func (p *parser) attribute() bool {
	open := p.at + 1
	if p.is(open, '!') {
		open++
	}
	if !p.is(open, '[') {
		return false
	}
	a := p.readAttribute(p.at, open)
	if !a.Inner {
		if p.first < 0 {
			p.first = p.at
		}
		p.pending = append(p.pending, a)
	}
	p.at = p.group(open, p.limit())
	return true
}

// readAttribute records the attribute whose hash is at first and whose bracket is at open.
func (p *parser) readAttribute(first, open int) Attr {
	end := int(p.partner[open])
	a := Attr{Inner: open > first+1, Range: p.lines.span(p.offset(first), p.end(p.last(open)))}
	lo, hi := open+1, min(end, len(p.sig))
	if p.text(lo) == "unsafe" && p.is(lo+1, '(') {
		lo, hi = lo+2, min(hi, int(p.partner[lo+1]))
	}
	i := lo
	for i < hi && (p.kind(i) == Ident || p.kind(i) == RawIdent || p.is(i, ':') || p.is(i, '$')) {
		i++
	}
	a.Path = p.normal(lo, i)
	if p.is(i, '=') {
		a.Args = p.normal(i+1, hi)
	} else if p.kind(i) == Open && i < hi {
		a.Args = p.normal(i+1, min(hi, int(p.partner[i])))
	}
	p.Attrs = append(p.Attrs, a)
	return a
}
