package analysis

import (
	"iter"
	"sync"

	"pollux/internal/finding"
	"pollux/internal/live"
)

// Live asks whether the crate's loops and limits let other work go on.
func (p *Pass) Live() *live.Crate { return p.live() }

func (p *Pass) prepareLive() func() *live.Crate {
	return sync.OnceValue(func() *live.Crate { return live.New(p.Crate, p.Tables, p.raceForms()) })
}

// Turnings are the loops of async code that keep their thread.
func (p *Pass) Turnings() iter.Seq[live.Turning] { return p.Live().Turnings(p.polls.Pure) }

// AtLive is where something stands.
func (p *Pass) AtLive(at live.At) finding.Span { return p.At(at.Fn, at.Block, at.Pos) }
