package parse

import (
	"strings"

	"pollux/internal/mir"
)

// terminator reads a terminator that does not assign.
func (p *parser) terminator(term *mir.Term) bool {
	t := mir.Term{Return: mir.NoBlock, Unwind: mir.NoBlock}
	ok := false
	switch {
	case p.eat("goto -> "):
		t.Kind = mir.Goto
		t.Return, ok = p.blockRef()
	case p.eat("switchInt("):
		ok = p.switchInt(&t)
	case p.eat("drop("):
		t.Kind = mir.Drop
		if t.Place, ok = p.place(); ok {
			ok = p.eat(") -> ") && p.edges(&t) && t.Return != mir.NoBlock
		}
	case p.eat("assert("):
		ok = p.assert(&t)
	case p.eat("return;"):
		t.Kind, ok = mir.Return, true
		p.pos--
	case p.eat("resume;"):
		t.Kind, ok = mir.Resume, true
		p.pos--
	case p.eat("unreachable;"):
		t.Kind, ok = mir.Unreachable, true
		p.pos--
	case p.eat("terminate("):
		t.Kind, ok = mir.Terminate, true
		p.until(";")
	case p.ahead("asm!("):
		ok = p.asm(&t)
	}
	if !ok {
		return false
	}
	t.Pos = mir.Pos(p.pos)
	*term = t
	return true
}

// callEdges completes a call whose arrow was consumed.
func (p *parser) callEdges(term *mir.Term, dest mir.Place, f mir.Operand, args []mir.Operand) bool {
	t := mir.Term{Kind: mir.Call, Place: dest, Func: f, Args: args, Return: mir.NoBlock, Unwind: mir.NoBlock}
	if !p.edges(&t) {
		return false
	}
	t.Pos = mir.Pos(p.pos)
	*term = t
	return true
}

// edges reads `[return: bbN, unwind ..]`, `[success: bbN, unwind ..]`, `unwind ..` or `bbN`. A block alone is where unwinding goes
// when nothing else is left: rustc prints no label for a single successor, and any other unwinding is printed
// (rustc_middle::mir::pretty, Terminator::fmt).
func (p *parser) edges(t *mir.Term) bool {
	if p.eat("unwind") {
		return p.unwind(t)
	}
	if !p.eat("[") {
		b, ok := p.blockRef()
		t.Unwind = b
		return ok
	}
	for !p.eat("]") {
		if !p.edge(t) {
			return false
		}
		p.eat(", ")
	}
	return true
}

// edge reads one labelled successor.
func (p *parser) edge(t *mir.Term) (ok bool) {
	switch {
	case p.eat("return: "), p.eat("success: "):
		t.Return, ok = p.blockRef()
	case p.eat("unwind"):
		ok = p.unwind(t)
	case p.eat("drop: "): // async drop: the coroutine's own drop glue goes on there
		_, ok = p.blockRef()
	case p.eat("label: "): // of asm!
		var b mir.Block
		b, ok = p.blockRef()
		p.targets = append(p.targets, mir.Target{Value: "label", Block: b})
	}
	return ok
}

// asm reads inline assembly, whose template prints as it is, quotes and newlines included. It stays text; its edges are known.
func (p *parser) asm(t *mir.Term) bool {
	if p.pos < p.asmEnd {
		return false
	}
	end := strings.Index(p.src[p.pos:], "\n    }")
	if end < 0 {
		p.asmEnd = len(p.src) // so that a text of many such lines is searched once
		return false
	}
	text := p.src[p.pos : p.pos+end]
	p.asmEnd = p.pos + end
	i := strings.LastIndex(text, ") -> ")
	if i < 0 {
		return false
	}
	t.Text = text[:i+1]
	p.pos += i + len(") -> ")
	p.next()
	p.targets = p.targets[:0]
	ok := p.edges(t)
	t.Targets = p.targetPool.keep(p.targets)
	return ok
}

// unwind reads what follows `unwind`: `: bbN`, ` continue`, ` unreachable`, ` terminate(..)`.
func (p *parser) unwind(t *mir.Term) bool {
	if p.eat(": ") {
		b, ok := p.blockRef()
		t.Unwind = b
		return ok
	}
	p.until(",];")
	return true
}

func (p *parser) blockRef() (mir.Block, bool) {
	if !p.eat("bb") {
		return mir.NoBlock, false
	}
	n, ok := p.int()
	return mir.Block(n), ok
}

// switchInt reads `OPERAND) -> [0: bb1, otherwise: bb2]`.
func (p *parser) switchInt(t *mir.Term) bool {
	t.Kind = mir.Switch
	var ok bool
	if t.Operand, ok = p.operand(")"); !ok || !p.eat(") -> [") {
		return false
	}
	p.targets = p.targets[:0]
	for !p.eat("]") {
		value := p.until(":")
		if value == "" || !p.eat(": ") {
			return false
		}
		b, ok := p.blockRef()
		if !ok {
			return false
		}
		if value == "otherwise" {
			t.Return = b
		} else {
			p.targets = append(p.targets, mir.Target{Value: value, Block: b})
		}
		p.eat(", ")
	}
	t.Targets = p.targetPool.keep(p.targets)
	return len(t.Targets) > 0
}

// assert reads `[!]OPERAND, "message", ..) -> [success: .., unwind ..]`.
func (p *parser) assert(t *mir.Term) bool {
	t.Kind = mir.Assert
	p.eat("!")
	var ok bool
	if t.Operand, ok = p.operand(",)"); !ok {
		return false
	}
	rest := p.src[p.pos:p.line]
	i := strings.LastIndex(rest, ") -> ")
	if i < 0 {
		return false
	}
	p.pos += i + len(") -> ")
	return p.edges(t) && t.Return != mir.NoBlock
}
