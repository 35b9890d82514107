// Package parse reads rustc's MIR text into internal/mir.
//
// It is total: any bytes give a *mir.Crate, and what it does not understand becomes an opaque node and a Problem, counted and
// never guessed at. A body that was cut short, or that names locals or blocks it does not have, is left out with a Problem: every
// Func satisfies mir.Check. It does no IO; time and memory are linear in the text, at most some 200 bytes for a byte of it and one
// for a byte of what rustc prints. Files are split by grammar noun: parse.go items, header.go, body.go, stmt.go, term.go, rvalue.go,
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
	text = underStd(text)
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

	fn      *mir.Func
	settled bool   // fn.Locals is complete
	highest int    // highest number of a local that the body names
	damaged string // why the body cannot be used, or empty
	arena

	counted, newlines int // newlines is the number of newlines before offset counted
	asmEnd            int // no block ends between here and the end of the text: see asm
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
	switch {
	case fn == nil:
		if !isAllocation(s) {
			p.problem("item", s)
		}
		p.skipItem(strings.HasSuffix(s, "{"))
	case !hasBody:
		if !strings.HasSuffix(s, ";") {
			p.problem("item", s)
		}
		p.skipLine()
	case drop:
		p.skipItem(true)
	default:
		p.function(fn, s)
	}
}

// function reads a body whose header is the present line, and keeps it if it is whole.
func (p *parser) function(fn *mir.Func, s string) {
	at := p.pos
	fn.Pos = mir.Pos(p.line)
	p.skipLine()
	p.beginBody(fn)
	if !p.body() {
		p.damage("body cut short")
	}
	if !p.whole() {
		p.problemAt(at, p.damaged, s)
		return
	}
	fn.Debug = p.debugPool.keep(p.names)
	fn.Blocks = p.blockPool.keep(p.blocks)
	p.out.Funcs = append(p.out.Funcs, fn)
	p.out.Stats.Blocks += len(fn.Blocks)
}

func (p *parser) beginBody(fn *mir.Func) {
	p.fn, p.settled, p.highest, p.damaged = fn, false, 0, ""
	p.blocks, p.lets, p.names = p.blocks[:0], p.lets[:0], p.names[:0]
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

func (p *parser) problem(what, text string) { p.problemAt(p.pos, what, text) }

func (p *parser) problemAt(at int, what, text string) {
	p.out.Stats.Opaque++
	if len(p.out.Problems) < maxProblems {
		p.out.Problems = append(p.out.Problems, mir.Problem{Line: p.lineOf(at), What: what, Text: clip(text)})
	}
}

// lineOf is the 1-based line of an offset. It counts on from the last answer, so that many problems cost one pass over the text.
func (p *parser) lineOf(at int) int {
	if at >= p.counted {
		p.newlines += strings.Count(p.src[p.counted:at], "\n")
	} else {
		p.newlines -= strings.Count(p.src[at:p.counted], "\n")
	}
	p.counted = at
	return 1 + p.newlines
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
