package analysis

import (
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/resource"
)

// Resources is what the functions of the crate take and wait for, worked out once for all rules.
func (p *Pass) Resources() *resource.Crate {
	if *p.resources == nil {
		*p.resources = resource.New(p.Crate, p.Tables, func(typ string) bool {
			_, ok := p.GuardOf(typ)
			return ok
		})
	}
	return *p.resources
}

// Chain tells the way down from a function's own call to where a resource is taken: the places of the further calls, in order.
func (p *Pass) Chain(steps []resource.Step) []finding.Because {
	var out []finding.Because
	for i, s := range steps[1:] {
		verb := "which awaits or calls " + Code(s.Callee)
		if i == len(steps)-2 {
			verb = "there " + Code(s.Callee) + " is taken"
		}
		out = append(out, finding.Because{Span: p.At(s.Fn, s.Block, s.Pos), Message: verb})
	}
	return out
}

// Called is the place of a step in the source.
func (p *Pass) Called(s resource.Step) finding.Span { return p.At(s.Fn, s.Block, s.Pos) }

// Describe is a resource as the source of fn writes it: "self.pool", or what it is.
func (p *Pass) Describe(fn *facts.Fn, n resource.Name, what string) string {
	if text := p.Resources().Text(fn, n); text != "" {
		return "`" + text + "`"
	}
	return what
}

// Named is a function as a message names it.
func (p *Pass) Named(fn *facts.Fn) string { return "`" + fn.Readable() + "`" }

// Channel is where the channel of an end is made; unknown when that is not in the code of fn.
func (p *Pass) Channel(fn *facts.Fn, n resource.Name) finding.Span {
	at, block, pos := p.Resources().MadeAt(fn, n)
	if at == nil {
		return finding.Span{}
	}
	return p.At(at, block, pos)
}
