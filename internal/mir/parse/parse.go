// Package parse reads rustc's MIR text into internal/mir.
//
// It is total: any bytes give a *mir.Crate, and what it does not understand becomes an opaque node and a Problem, counted and
// never guessed at. It does no IO. Files are split by grammar noun: parse.go items and bodies, stmt.go, term.go, rvalue.go,
// place.go; what differs between rustc releases stands in compat.go alone.
//
// The grammar is that of rustc_middle::mir::pretty with -Zmir-include-spans=on and -Ztrim-diagnostic-paths=no.
package parse

import (
	"strings"

	"pollux/internal/mir"
)

// Crate parses the MIR text of one compilation unit.
func Crate(name, text string) *mir.Crate {
	p := &parser{src: text, out: &mir.Crate{Name: name, Text: text}}
	p.out.Stats.Bytes = len(text)
	p.items()
	p.out.Stats.Funcs = len(p.out.Funcs)
	return p.out
}

// parser holds the cursor. A production either consumes what it recognises and returns true, or leaves the caller to give the line up.
type parser struct {
	src  string
	pos  int
	line int // end of the present line: offset of its newline, or len(src)
	out  *mir.Crate

	fn *mir.Func
	arena
}

// maxProblems bounds the list of problems; the count in Stats is always exact.
const maxProblems = 100

// next moves to the start of the next line and reports whether there is one.
func (p *parser) next() bool {
	if p.pos >= len(p.src) {
		return false
	}
	if i := strings.IndexByte(p.src[p.pos:], '\n'); i >= 0 {
		p.line = p.pos + i
	} else {
		p.line = len(p.src)
	}
	return true
}

// skipLine moves behind the present line.
func (p *parser) skipLine() { p.pos = min(p.line+1, len(p.src)) }

// text is the present line without its newline and without trailing spaces.
func (p *parser) text() string { return strings.TrimRight(p.src[p.pos:p.line], " \r") }

func (p *parser) items() {
	forCTFE := false
	for p.next() {
		s := p.src[p.pos:p.line]
		switch {
		case s == "" || s[0] == ' ' || s[0] == '}':
			p.skipLine()
		case strings.HasPrefix(s, "//"):
			// A const fn prints twice; the second body is for the compile-time interpreter.
			forCTFE = s == ctfeMark
			p.skipLine()
		default:
			p.item(s, forCTFE)
			forCTFE = false
		}
	}
}

// item parses one item that begins at column 0. A body that is not wanted is read over.
func (p *parser) item(s string, drop bool) {
	fn, hasBody := header(s)
	if fn == nil {
		if !isAllocation(s) {
			p.problem("item", s)
		}
		p.skipItem(strings.HasSuffix(s, "{"))
		return
	}
	fn.Pos = mir.Pos(p.line)
	p.skipLine()
	if !hasBody || drop {
		if hasBody {
			p.skipItem(true)
		}
		return
	}
	p.fn = fn
	p.blocks = p.blocks[:0]
	p.body()
	fn.Blocks = append([]mir.BasicBlock(nil), p.blocks...)
	p.out.Funcs = append(p.out.Funcs, fn)
}

// skipItem reads over a whole `{ ... }` item whose closing brace stands at column 0.
func (p *parser) skipItem(braced bool) {
	p.skipLine()
	for braced && p.next() {
		done := p.pos < p.line && p.src[p.pos] == '}'
		p.skipLine()
		if done {
			return
		}
	}
}

// header reads the first line of an item. fn is nil when it is not a body at all.
func header(s string) (fn *mir.Func, hasBody bool) {
	s, hasBody = strings.CutSuffix(s, " {")
	if rest, ok := strings.CutPrefix(s, "fn "); ok {
		return fnHeader(rest), hasBody
	}
	kind := mir.Const
	rest, ok := strings.CutPrefix(s, "const ")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "static "); ok {
			kind = mir.Static
			rest = strings.TrimPrefix(rest, "mut ")
		} else if !isAnonConst(s) {
			return nil, hasBody
		} else {
			rest = s
		}
	}
	path, typ := splitConst(rest)
	if path == "" {
		return nil, hasBody
	}
	hasBody = hasBody && strings.HasSuffix(typ, " =")
	return &mir.Func{Kind: kind, Path: path, Locals: []mir.Var{{Type: strings.TrimSuffix(typ, " =")}}}, hasBody
}

// splitConst splits `PATH: TYPE = ..`. A path can hold `<impl at FILE:L:C: L:C>`, so the colon is looked for outside brackets.
func splitConst(s string) (path, typ string) {
	for off := 0; ; {
		i := mir.TypeEnd(s[off:], ":")
		if off+i >= len(s) {
			return "", ""
		}
		at := off + i
		if strings.HasPrefix(s[at:], ": ") {
			return s[:at], s[at+2:]
		}
		off = at + 1
		if strings.HasPrefix(s[off:], ":") {
			off++
		}
	}
}

// fnHeader reads `PATH(_1: T, ..) -> R`.
func fnHeader(s string) *mir.Func {
	open := mir.TypeEnd(s, "(")
	if open == len(s) {
		return nil
	}
	fn := &mir.Func{Kind: mir.Fn, Path: s[:open]}
	end := open + 1 + mir.TypeEnd(s[open+1:], ")")
	if end >= len(s) {
		return nil
	}
	fn.Locals = append(fn.Locals, mir.Var{Type: strings.TrimPrefix(s[end+1:], " -> ")})
	for params := s[open+1 : end]; params != ""; fn.Params++ {
		i := mir.TypeEnd(params, ",")
		_, typ, _ := strings.Cut(params[:i], ": ")
		fn.Locals = append(fn.Locals, mir.Var{Type: typ})
		params = strings.TrimPrefix(params[min(i+1, len(params)):], " ")
	}
	return fn
}

// body reads declarations and blocks up to the brace at column 0.
func (p *parser) body() {
	for p.next() {
		s := p.src[p.pos:p.line]
		if s == "}" {
			p.skipLine()
			return
		}
		if s != "" && s[0] != ' ' && !strings.HasPrefix(s, "//") {
			return // the body ended without its brace: cut short
		}
		p.bodyLine(strings.TrimLeft(s, " "))
	}
}

func (p *parser) bodyLine(s string) {
	switch {
	case strings.HasPrefix(s, "let "):
		p.local(s)
		p.skipLine()
	case strings.HasPrefix(s, "debug "):
		p.debug(s)
		p.skipLine()
	case strings.HasPrefix(s, "bb"):
		p.block(s)
	case s == "" || s[0] == '}' || s[0] == '|' || strings.HasPrefix(s, "//") || strings.HasPrefix(s, "scope "):
		p.skipLine()
	default:
		p.problem("declaration", s)
		p.skipLine()
	}
}

// local reads `let mut _N: TYPE;`.
func (p *parser) local(s string) {
	rest := strings.TrimPrefix(strings.TrimPrefix(s, "let "), "mut ")
	at := p.line - len(s) + (len(s) - len(rest))
	n, size := number(rest, 1)
	if rest[:min(1, len(rest))] != "_" || size == 0 || !strings.HasPrefix(rest[1+size:], ": ") {
		p.problem("local", s)
		return
	}
	typ := rest[size+3:]
	end := mir.TypeEnd(typ, ";")
	if n > maxLocals {
		p.problem("local number", s)
		return
	}
	for len(p.fn.Locals) <= n {
		p.fn.Locals = append(p.fn.Locals, mir.Var{})
	}
	pos := mir.Pos(at + size + 3 + end)
	p.fn.Locals[n] = mir.Var{Type: typ[:end], Pos: pos}
	if n == 0 {
		p.fn.Pos = pos
	}
}

// maxLocals bounds the size of a table that a hostile text could otherwise make grow without end.
const maxLocals = 1 << 20

// debug reads `debug NAME => VALUE;`. Composite values are left out: no rule needs them.
func (p *parser) debug(s string) {
	name, value, ok := strings.Cut(s[len("debug "):], " => ")
	if !ok {
		p.problem("debug", s)
		return
	}
	v := mir.DebugVar{Name: name, Place: mir.Place{Local: -1}}
	at := p.line - len(value)
	saved := p.pos
	p.pos = at
	if place, ok := p.place(); ok && p.peek() == ';' {
		v.Place, v.Pos = place, mir.Pos(p.pos)
	}
	p.pos = saved
	p.fn.Debug = append(p.fn.Debug, v)
}

// block reads `bbN: {` with its statements and its terminator.
func (p *parser) block(s string) {
	n, size := number(s, 2)
	if size == 0 || n > maxLocals {
		p.problem("block", s)
		p.skipLine()
		return
	}
	cleanup := strings.HasPrefix(s[2+size:], " (cleanup)")
	p.skipLine()
	for len(p.blocks) <= n {
		p.blocks = append(p.blocks, mir.BasicBlock{Term: mir.Term{Return: mir.NoBlock, Unwind: mir.NoBlock}})
	}
	p.out.Stats.Blocks++
	p.beginBlock()
	b := &p.blocks[n]
	b.Cleanup = cleanup
	p.lines(&b.Term)
	b.Stmts = p.endBlock()
}

// lines reads the inside of a block. Statements stand at eight spaces; deeper lines are comments about constants.
func (p *parser) lines(term *mir.Term) {
	for p.next() {
		if strings.HasPrefix(p.src[p.pos:p.line], "    }") || (p.pos < p.line && p.src[p.pos] != ' ') {
			if p.src[p.pos] == ' ' {
				p.skipLine()
			}
			return
		}
		if p.pos+8 >= p.line || p.src[p.pos+8] == ' ' || p.src[p.pos+8] == '/' {
			p.skipLine()
			continue
		}
		p.pos += 8
		p.out.Stats.Statements++
		p.statementOrTerminator(term)
		p.skipLine()
	}
}

func (p *parser) problem(what, text string) {
	p.out.Stats.Opaque++
	if len(p.out.Problems) >= maxProblems {
		return
	}
	line := 1 + strings.Count(p.src[:min(p.pos, len(p.src))], "\n")
	p.out.Problems = append(p.out.Problems, mir.Problem{Line: line, What: what, Text: clip(text)})
}

func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "..."
	}
	return s
}

// number reads decimal digits of s from offset at; size is 0 when there are none or too many.
func number(s string, at int) (n, size int) {
	for i := at; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		if size++; size > 9 {
			return 0, 0
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, size
}
