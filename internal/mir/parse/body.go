package parse

import (
	"strings"

	"pollux/internal/mir"
)

// body reads declarations and blocks up to the brace at column 0, and reports whether that brace came.
func (p *parser) body() bool {
	for p.next() {
		s := p.src[p.pos:p.line]
		if s == "}" {
			p.skipLine()
			p.settle()
			return true
		}
		if s != "" && s[0] != ' ' && !strings.HasPrefix(s, "//") {
			break
		}
		p.bodyLine(strings.TrimLeft(s, " "))
	}
	return false
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

// declared is one `let`. They come in the order of the scopes, so the table of locals is made when all have been read.
type declared struct {
	local mir.Local
	mir.Var
}

// local reads `let mut _N: TYPE;`.
func (p *parser) local(s string) {
	rest := strings.TrimPrefix(strings.TrimPrefix(s, "let "), "mut ")
	at := p.line - len(rest)
	n, size := number(rest, 1)
	if size == 0 || rest[0] != '_' || !strings.HasPrefix(rest[1+size:], ": ") || p.settled {
		p.problem("local", s)
		return
	}
	typ := rest[size+3:]
	end := mir.TypeEnd(typ, ";")
	if end == 0 || end == len(typ) {
		p.problem("local", s)
		return
	}
	p.lets = append(p.lets, declared{mir.Local(n), mir.Var{Type: typ[:end], Pos: mir.Pos(at + size + 3 + end)}})
}

// settle makes the table of locals. Its size is that of the text: a number beyond what is declared leaves the body damaged.
func (p *parser) settle() {
	if p.settled {
		return
	}
	p.settled = true
	size := len(p.fn.Locals)
	for _, d := range p.lets {
		size = max(size, int(d.local)+1)
	}
	if size > len(p.fn.Locals)+len(p.lets) {
		p.damage("local without declaration")
		return
	}
	table := p.localPool.room(size)
	copy(table, p.fn.Locals)
	for _, d := range p.lets {
		table[d.local] = d.Var
	}
	p.fn.Locals = p.localPool.take(size)
	if at := p.fn.Locals[0].Pos; at != 0 {
		p.fn.Pos = at
	}
}

// debug reads `debug NAME => VALUE;`. Composite values are left out: no rule needs them.
func (p *parser) debug(s string) {
	name, value, ok := strings.Cut(s[len("debug "):], " => ")
	if !ok {
		p.problem("debug", s)
		return
	}
	v := mir.DebugVar{Name: name, Place: mir.Place{Local: -1}}
	saved, highest := p.pos, p.highest
	p.pos = p.line - len(value)
	if place, ok := p.place(); ok && p.peek() == ';' {
		v.Place, v.Pos = place, mir.Pos(p.pos)
	} else {
		p.highest = highest
	}
	p.pos = saved
	p.names = append(p.names, v)
}

// block reads `bbN: {` with its statements and its terminator. rustc prints all blocks, in their order.
func (p *parser) block(s string) {
	n, size := number(s, 2)
	cleanup := s[2+size:] == " (cleanup): {"
	if size == 0 || n != len(p.blocks) || !cleanup && s[2+size:] != ": {" {
		p.problem("block", s)
		p.skipLine()
		return
	}
	p.settle()
	p.skipLine()
	p.blocks = append(p.blocks, mir.BasicBlock{
		Cleanup: cleanup,
		Term:    mir.Term{Return: mir.NoBlock, Unwind: mir.NoBlock},
	})
	p.stmts = p.stmts[:0]
	b := &p.blocks[n]
	p.lines(&b.Term)
	b.Stmts = p.stmtPool.keep(p.stmts)
}

// lines reads the inside of a block. Statements stand at eight spaces; deeper lines are comments about constants.
func (p *parser) lines(term *mir.Term) {
	for p.next() {
		s := p.src[p.pos:p.line]
		if len(s) > 4 && s[4] == '}' && s[0] == ' ' || s != "" && s[0] != ' ' {
			if s[0] == ' ' {
				p.skipLine()
			}
			return
		}
		if len(s) <= 8 || s[8] == ' ' || s[8] == '/' {
			p.skipLine()
			continue
		}
		p.pos += 8
		p.out.Stats.Statements++
		p.statementOrTerminator(term)
		p.skipLine()
	}
}

// damage marks the body as one that analyses cannot walk.
func (p *parser) damage(what string) {
	if p.damaged == "" {
		p.damaged = what
	}
}

// whole reports whether every local and block that the body names is there, and every block ends. What is not whole was cut
// short or is not rustc's: half a body would look like one that does less.
func (p *parser) whole() bool {
	if p.highest >= len(p.fn.Locals) {
		p.damage("local without declaration")
	}
	for i := range p.fn.Locals {
		if p.fn.Locals[i].Type == "" {
			p.damage("local without declaration")
		}
	}
	if len(p.blocks) == 0 {
		p.damage("body without blocks")
	} else if p.blocks[0].Cleanup {
		p.damage("body that begins with cleanup")
	}
	for i := range p.blocks {
		if t := &p.blocks[i].Term; !p.leads(i, t) {
			p.damage("edge to nowhere")
		} else if t.Kind == mir.OpaqueTerm && t.Text == "" {
			p.damage("block without terminator")
		}
	}
	return p.damaged == ""
}

// leads reports whether the edges of block i go to blocks that are there: unwinding is entered by unwinding only, and never left.
func (p *parser) leads(i int, t *mir.Term) bool {
	cleanup := p.blocks[i].Cleanup
	ok := p.leadsTo(t.Return, cleanup) && p.leadsTo(t.Unwind, true)
	for _, to := range t.Targets {
		ok = ok && p.leadsTo(to.Block, cleanup)
	}
	return ok
}

func (p *parser) leadsTo(b mir.Block, cleanup bool) bool {
	return b == mir.NoBlock || int(b) < len(p.blocks) && p.blocks[b].Cleanup == cleanup
}
