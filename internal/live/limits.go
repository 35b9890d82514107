package live

import (
	"iter"
	"slices"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Missed is a limit in time that does not cover the work it is meant for.
type Missed struct {
	At            // of the await that comes first, or of the limit
	Limit  At     // the call that sets the limit
	Name   string // of that call
	Before string // what is awaited before the limit begins; empty when the future never suspends
	Block  *facts.Effect
}

// Missed are those of the crate's coroutines, in the order of the text.
func (c *Crate) Missed() iter.Seq[Missed] {
	return func(yield func(Missed) bool) {
		for _, fn := range c.crate.Fns {
			b := fn.Coroutine()
			if b == nil {
				continue
			}
			for i := range b.Func.Blocks {
				t := &b.Func.Blocks[i].Term
				if t.Kind != mir.Call || t.Func.IsPlace() || b.Func.Blocks[i].Cleanup {
					continue
				}
				part, ok := c.part(knowledge.Limits, t.Func.Text)
				if !ok || len(part.Arguments) == 0 || part.Arguments[0] >= len(t.Args) {
					continue
				}
				if m, ok := c.missed(fn, b, mir.Block(i), part.Arguments[0]); ok && !yield(m) {
					return
				}
			}
		}
	}
}

func (c *Crate) missed(fn *facts.Fn, b *coro.Body, at mir.Block, arg int) (Missed, bool) {
	t := &b.Func.Blocks[at].Term
	limit := At{fn, at, t.Pos}
	span := c.crate.MIR.Span(t.Pos)
	for i := range b.Awaits {
		a := &b.Awaits[i]
		if !inside(c.crate.MIR.Span(a.Pos), span) || c.neverSuspends(a.Type) {
			continue
		}
		_, value, ok := readyOf(b, a)
		if ok && t.Args[arg].IsPlace() && descendants(b, value)[t.Args[arg].Place.Local] {
			return Missed{At: At{fn, a.Block, a.Pos}, Limit: limit, Name: nameOf(t.Func.Text), Before: nameOf(made(b, a).Callee)}, true
		}
	}
	future := c.crate.CoroutineOf(b.Func.Type(t.Args[arg].Place))
	if future == nil || !t.Args[arg].IsPlace() || !c.neverSuspends(b.Func.Type(t.Args[arg].Place)) {
		return Missed{}, false
	}
	return Missed{At: limit, Limit: limit, Name: nameOf(t.Func.Text), Block: c.works(future)}, c.works(future) != nil
}

// works is something that a coroutine does that takes long, or nil.
func (c *Crate) works(fn *facts.Fn) *facts.Effect {
	i := slices.IndexFunc(fn.Effects, func(e *facts.Effect) bool {
		return e.Call().Effect == knowledge.Block && e.Call().Severity >= finding.Warning
	})
	if i < 0 {
		return nil
	}
	return fn.Effects[i]
}

// inside reports whether one place of the source lies within another.
func inside(in, out finding.Span) bool {
	if !in.Known() || !out.Known() || in.File != out.File {
		return false
	}
	after := in.Line > out.Line || in.Line == out.Line && in.Column >= out.Column
	before := in.EndLine < out.EndLine || in.EndLine == out.EndLine && in.EndColumn <= out.EndColumn
	return after && before && in != out
}
