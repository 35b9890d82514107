package rust

import "strings"

// maxModuleDepth bounds the length of Scope.Module, which every item in a module repeats.
const maxModuleDepth = 64

// Parse reads the facts of a file. It never fails; what it does not recognise it skips.
func Parse(path, src string) *File {
	f := &File{Path: path, Src: src, Tokens: Lex(src), lines: newLines(src)}
	p := &parser{File: f, first: -1, start: true}
	p.index()
	p.run()
	return f
}

// parser walks once over the tokens that are not trivia. It only moves forward, and it looks for items only where a
// statement or an item may start; everything else is stepped over token by token.
type parser struct {
	*File
	sig     []int32 // indices in Tokens of the tokens that are not trivia
	partner []int32 // for an opening bracket the place in sig of the closing one; for a matched closing bracket itself; else -1
	at      int     // place in sig
	start   bool    // an item may start here
	first   int     // place in sig where the pending attributes start, -1 if there are none
	pending []Attr
	frames  []frame
}

// frame is an open bracket that the walk is inside of, or an item that ends with its bracket.
type frame struct {
	scope  Scope
	depth  int // of modules
	end    int // place in sig of the closing bracket
	item   *Item
	open   *Item // const or static that ends at the next semicolon in this frame
	impl   *Impl
	trait  *Trait
	call   int  // index in Calls of the innermost call, -1 outside of calls
	repeat bool // `$( .. )` in a macro definition
}

// index builds sig and partner. A closing bracket that matches an outer opening one closes all brackets between.
func (p *parser) index() {
	p.sig = make([]int32, 0, len(p.Tokens)*2/3+1)
	for i := range p.Tokens {
		if !p.Tokens[i].Kind.Trivia() {
			p.sig = append(p.sig, int32(i))
		}
	}
	p.partner = make([]int32, len(p.sig))
	var open []int32
	var count [256]int // open brackets by their closing character
	for i := range p.sig {
		p.partner[i] = -1
		switch p.kind(i) {
		case Open:
			count[closing(p.first1(i))]++
			open = append(open, int32(i))
		case Close:
			c := p.first1(i)
			if count[c] == 0 {
				continue
			}
			p.partner[i] = int32(i)
			for matched := false; !matched; {
				top := open[len(open)-1]
				open = open[:len(open)-1]
				p.partner[top] = int32(i)
				want := closing(p.first1(int(top)))
				count[want]--
				matched = want == c
			}
		}
	}
	for _, i := range open {
		p.partner[i] = int32(len(p.sig))
	}
}

func closing(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '[':
		return ']'
	}
	return '}'
}

func (p *parser) token(i int) Token { return p.Tokens[p.sig[i]] }

// kind is Unknown past the end.
func (p *parser) kind(i int) Kind {
	if i < 0 || i >= len(p.sig) {
		return Unknown
	}
	return p.Tokens[p.sig[i]].Kind
}

// text is "" past the end.
func (p *parser) text(i int) string {
	if i < 0 || i >= len(p.sig) {
		return ""
	}
	return p.Tokens[p.sig[i]].Text(p.Src)
}

// first1 is the first byte of a token, 0 past the end.
func (p *parser) first1(i int) byte {
	if i < 0 || i >= len(p.sig) {
		return 0
	}
	return p.Src[p.Tokens[p.sig[i]].Offset]
}

// is reports whether token i is the bracket or punctuation c.
func (p *parser) is(i int, c byte) bool {
	return p.first1(i) == c && p.kind(i) >= Open
}

func (p *parser) offset(i int) int {
	if i >= len(p.sig) {
		return len(p.Src)
	}
	return int(p.token(i).Offset)
}

// end is the offset after token i.
func (p *parser) end(i int) int {
	if i >= len(p.sig) {
		return len(p.Src)
	}
	return p.token(i).End()
}

// adjacent reports whether nothing stands between tokens i and i+1.
func (p *parser) adjacent(i int) bool {
	return i >= 0 && i+1 < len(p.sig) && p.token(i).End() == int(p.token(i+1).Offset)
}

// pathSep reports whether `::` starts at i.
func (p *parser) pathSep(i int) bool { return p.is(i, ':') && p.is(i+1, ':') && p.adjacent(i) }

// arrow reports whether token i is the `>` of `->` or `=>`.
func (p *parser) arrow(i int) bool {
	return p.is(i, '>') && (p.is(i-1, '-') || p.is(i-1, '=')) && p.adjacent(i-1)
}

func (p *parser) top() *frame { return &p.frames[len(p.frames)-1] }

// limit is the place in sig where the innermost bracket closes.
func (p *parser) limit() int { return p.top().end }

// last is the last token of the group that i opens: its closing bracket, or if that is missing the last token inside.
func (p *parser) last(i int) int { return min(int(p.partner[i]), p.limit()-1) }

func (p *parser) run() {
	p.frames = append(p.frames, frame{end: len(p.sig), call: -1})
	for p.at < len(p.sig) {
		if p.at >= p.limit() {
			p.leave()
			continue
		}
		if p.start && p.item() {
			continue
		}
		p.forget()
		p.step()
	}
	for len(p.frames) > 0 {
		p.closeOpen(len(p.sig))
		p.frames = p.frames[:len(p.frames)-1]
	}
}

// leave closes the innermost bracket; p.at is its closing token, which may close outer ones as well.
func (p *parser) leave() {
	p.forget()
	p.closeOpen(p.at)
	old := *p.top()
	p.frames = p.frames[:len(p.frames)-1]
	if p.limit() <= p.at && len(p.frames) > 1 {
		return // the bracket was never closed and ends with an outer one
	}
	p.start = p.is(p.at, '}')
	p.at++
	if old.repeat {
		p.repetition()
	}
}

// repetition steps over what follows `$( .. )`: an optional separator and `*`, `+` or `?`. An item may follow it.
func (p *parser) repetition() {
	for n := 0; n < 2; n++ {
		if p.is(p.at+n, '*') || p.is(p.at+n, '+') || p.is(p.at+n, '?') {
			p.at += n + 1
			p.start = true
			return
		}
	}
}

// closeOpen ends a const or static of the innermost bracket before token i.
func (p *parser) closeOpen(i int) {
	f := p.top()
	if f.open == nil {
		return
	}
	f.open.end = max(f.open.start, p.end(i-1))
	f.open.EndLine, f.open.EndColumn = p.lines.position(f.open.end)
	f.open = nil
}

// forget drops pending attributes: they belonged to a statement or an expression.
func (p *parser) forget() { p.pending, p.first = nil, -1 }

// step moves over one token that starts no item.
func (p *parser) step() {
	p.start = false
	switch {
	case p.kind(p.at) == Open:
		p.enter(p.is(p.at, '{'))
	case p.is(p.at, ';'):
		p.at++
		p.closeOpen(p.at)
		p.start = true
	case p.is(p.at, '!') && p.kind(p.at+1) == Open && p.callable(p.at-1):
		p.call()
	default:
		p.at++
	}
}

// enter opens the bracket at p.at with the scope of the bracket around it.
func (p *parser) enter(start bool) *frame {
	f := *p.top()
	f.open, f.impl, f.trait, f.repeat = nil, nil, nil, false
	f.end = int(p.partner[p.at])
	p.frames = append(p.frames, f)
	p.at++
	p.start = start
	return p.top()
}

func (p *parser) callable(i int) bool {
	switch p.kind(i) {
	case RawIdent:
		return true
	case Ident:
		return !expressionKeyword(p.text(i))
	}
	return false
}

// expressionKeyword reports whether `word !(..)` is a negation rather than a macro call.
func expressionKeyword(word string) bool {
	switch word {
	case "if", "while", "match", "return", "in", "break", "else", "let", "mut", "ref", "move", "for", "as", "impl":
		return true
	}
	return false
}

// call records the macro call whose exclamation mark is at p.at and enters its argument. Items in the argument carry its
// name, and if the macro stands where an item may, its argument is read as if it were part of the code around.
func (p *parser) call() {
	first := p.at - 1
	for p.pathSep(first-2) && (p.kind(first-3) == Ident || p.kind(first-3) == RawIdent) {
		first -= 3
	}
	if p.is(first-1, '$') {
		first--
	}
	name := p.normal(first, p.at)
	last := p.last(p.at + 1)
	p.Calls = append(p.Calls, Call{Path: name, Range: p.lines.span(p.offset(first), p.end(last)), outer: p.top().call})
	impl, trait := p.top().impl, p.top().trait
	p.at++
	f := p.enter(true)
	f.call = len(p.Calls) - 1
	f.scope.Macro = name[strings.LastIndex(name, ":")+1:]
	f.impl, f.trait = impl, trait
}
