package analysis

import (
	"sync"

	"pollux/internal/finding"
	"pollux/internal/mir"
	"pollux/internal/pin"
)

// Pins is what the crate pins by hand, nil when it does not. It is looked for once.
func (p *Pass) Pins() *pin.Crate { return p.pins() }

func (p *Pass) findPins() func() *pin.Crate {
	return sync.OnceValue(func() *pin.Crate {
		return pin.Of(p.Crate, p.Tables, func(pos mir.Pos) bool { return p.places.Plain(p.Crate.MIR, pos).Known() })
	})
}

// AtEvent is where something happens to memory.
func (p *Pass) AtEvent(e *pin.Event) finding.Span { return p.At(e.Fn, e.Block, e.Pos) }

// AtPlace is a place of the source that MIR does not have.
func (p *Pass) AtPlace(at *pin.Place) finding.Span {
	return p.places.located(finding.Span{File: at.File, Line: at.Line, Column: at.Column, EndLine: at.EndLine, EndColumn: at.EndColumn})
}
