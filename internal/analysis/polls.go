package analysis

import (
	"iter"
	"slices"
	"strings"

	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/mir"
	"pollux/internal/poll"
)

// Polls are the hand-written polls of the crate whose paths were all followed, in the order of the text.
func (p *Pass) Polls() iter.Seq[*poll.Function] {
	return func(yield func(*poll.Function) bool) {
		for _, fn := range p.Crate.Fns {
			if f := p.polls.Of(fn); f != nil && f.Decided && !yield(f) {
				return
			}
		}
	}
}

// Temporaries are the futures that hand-written polls make, poll and drop although they are woken only while they live.
func (p *Pass) Temporaries() iter.Seq2[*facts.Fn, poll.Temporary] {
	return func(yield func(*facts.Fn, poll.Temporary) bool) {
		for _, fn := range p.Crate.Fns {
			f := p.polls.Of(fn)
			if f == nil {
				continue
			}
			for _, t := range p.polls.Temporaries(fn) {
				if !yield(fn, t) {
					return
				}
			}
		}
	}
}

// Endings are the ways of a poll to return Pending that a rule asks for, one for each place, in the order of the text.
func Endings(f *poll.Function, wanted func(poll.Ending) bool) []poll.Ending {
	var out []poll.Ending
	for _, e := range f.Pending {
		if wanted(e) && !slices.ContainsFunc(out, func(o poll.Ending) bool { return o.Pos == e.Pos }) {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b poll.Ending) int { return int(a.Pos) - int(b.Pos) })
	return out
}

// IsContract reports whether the executor relies on a poll function itself: a method of a trait, or a closure that becomes a future.
// The caller of any other function may have arranged for the wake-up.
func IsContract(fn *facts.Fn) bool {
	return fn.Trait != "" || strings.HasPrefix(fn.Name, "{closure")
}

// AtInner is where an inner poll stands.
func (p *Pass) AtInner(fn *facts.Fn, in poll.Inner) finding.Span { return p.At(fn, in.Block, in.Pos) }

// NameOf is an inner poll as a reader would write it: `poll_read`.
func NameOf(in poll.Inner) string { return Code(mir.LastSegment(mir.WithoutGenerics(in.Callee))) }
