// Package coro finds the coroutines in MIR and says what happens at their suspensions: which await it is, what is being awaited,
// and which values are alive while the future is parked, so that a cancel would drop them.
//
// It knows what rustc makes of `async`, and nothing about libraries: whether a held value is a lock guard is asked of the caller.
//
// After [Lower] every local that the coroutine keeps across a suspension, and every capture, is an ordinary local of its own.
// rustc prints them as fields of the coroutine's state, `(((*_21) as variant#3).0: T)`, under the last variant that holds them,
// so the variant's number says nothing about where the value lives (measured: rustc 1.95.0).
package coro

import (
	"slices"
	"strings"
	"sync"

	"pollux/internal/finding"
	"pollux/internal/mir"
)

// Kind tells where a coroutine comes from.
type Kind uint8

// Kinds of coroutines.
const (
	AsyncFn Kind = iota
	AsyncBlock
	AsyncClosure
)

// Body is one coroutine.
type Body struct {
	Crate  *mir.Crate
	Func   *mir.Func // lowered: see the package comment
	Type   string    // as printed: `{async fn body of f()}`, `{async block@FILE:L:C: L:C}`
	Kind   Kind
	Awaits []Await // by state, ascending

	self     mir.Local // holds `&mut` to the coroutine
	saved    mir.Local // first lowered local
	captures []int     // the first lowered locals are captures: their numbers
	entry    map[int]mir.Block
	start    mir.Block
	defsOnce sync.Once
	defs     *definitions
}

// Await is one suspension.
type Await struct {
	State   int       // 3..: rustc's number of the suspended state
	Block   mir.Block // the block that returns Pending
	Awaitee mir.Local // lowered local that holds the awaited future; 0 when it could not be told
	Type    string    // type of the awaited future
	Poll    mir.Block // block whose call polls the awaitee; NoBlock when it could not be told
	Pos     mir.Pos
}

// IsCoroutine reports whether f is the resume function of a coroutine: its first parameter is a pinned reference to one.
func IsCoroutine(f *mir.Func) bool { return selfType(f) != "" }

// selfType is the type of the coroutine that f resumes, or empty.
func selfType(f *mir.Func) string {
	if f.Kind != mir.Fn || f.Params != 2 {
		return ""
	}
	t, ok := strings.CutPrefix(f.Locals[1].Type, "std::pin::Pin<&mut {async ")
	if !ok {
		return ""
	}
	return "{async " + strings.TrimSuffix(t, ">")
}

func kindOf(typ string) Kind {
	switch {
	case strings.HasPrefix(typ, "{async block"):
		return AsyncBlock
	case strings.HasPrefix(typ, "{async closure"):
		return AsyncClosure
	}
	return AsyncFn
}

// Bodies lowers every coroutine of a crate, in the order of the text.
func Bodies(c *mir.Crate) []*Body {
	var out []*Body
	for _, f := range c.Funcs {
		if b := Lower(c, f); b != nil {
			out = append(out, b)
		}
	}
	return out
}

// Lower turns the resume function of a coroutine into a Body, rewriting the places of f. It returns nil when f is none, or when
// its shape is not the one that rustc prints.
func Lower(c *mir.Crate, f *mir.Func) *Body {
	typ := selfType(f)
	if typ == "" || len(f.Blocks) == 0 {
		return nil
	}
	b := &Body{Crate: c, Func: f, Type: typ, Kind: kindOf(typ), start: mir.NoBlock}
	if !b.findEntries() {
		return nil
	}
	b.lower()
	b.findAwaits()
	return b
}

// findEntries reads the switch over the state in the first block.
func (b *Body) findEntries() bool {
	first := &b.Func.Blocks[0]
	for _, s := range first.Stmts {
		if s.Kind == mir.Assign && s.Value.Kind == mir.Use && isPinField(s.Value.Operands[0].Place) {
			b.self = s.Place.Local
		}
	}
	if first.Term.Kind != mir.Switch {
		// A coroutine without a suspension still switches; one whose switch was optimised away is never resumed twice.
		return false
	}
	b.entry = make(map[int]mir.Block, len(first.Term.Targets))
	for _, t := range first.Term.Targets {
		state := atoi(t.Value)
		if state == 0 {
			b.start = t.Block
		} else if state >= firstSuspended {
			b.entry[state] = t.Block
		}
	}
	return b.start != mir.NoBlock
}

// firstSuspended is the number of the first suspended state: 0 is unresumed, 1 returned, 2 panicked
// (rustc_middle::ty::CoroutineArgs::RESERVED_VARIANTS).
const firstSuspended = 3

// isPinField recognises `(_1.0: &mut {async ..})`, the reference inside the Pin.
func isPinField(p mir.Place) bool {
	return p.Local == 1 && len(p.Proj) == 1 && p.Proj[0].Kind == mir.Field && p.Proj[0].Index == 0
}

// Span is the source range of the coroutine's own body.
func (b *Body) Span() finding.Span { return b.Crate.Span(b.Func.Pos) }

// IsSaved reports whether l lives across suspensions: a lowered local, captures included.
func (b *Body) IsSaved(l mir.Local) bool { return l >= b.saved }

// IsCapture reports whether l is a capture (or argument) of the coroutine, initialised before its first poll.
func (b *Body) IsCapture(l mir.Local) bool {
	return l >= b.saved && int(l-b.saved) < len(b.captures)
}

// Resumes is where the coroutine goes on after the suspension that a block returns from; ok is false for other blocks.
func (b *Body) Resumes(block mir.Block) (at mir.Block, ok bool) {
	for _, a := range b.Awaits {
		if a.Block == block {
			at, ok = b.entry[a.State]
			return at, ok
		}
	}
	return mir.NoBlock, false
}

// Start is the block of the unresumed state.
func (b *Body) Start() mir.Block { return b.start }

// Name is the name that the source gives to a local, or empty. Names that the compiler or a macro made up begin with two underscores.
func (b *Body) Name(l mir.Local) string { return NameOf(b.Func, l) }

// NameOf is the name that the source gives to a local of f, or empty.
func NameOf(f *mir.Func, l mir.Local) string {
	name := ""
	for _, d := range f.Debug {
		if d.Place.Local == l && d.Place.IsLocal() && (name == "" || strings.HasPrefix(name, "__")) {
			name = d.Name
		}
	}
	return name
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || n > 1<<24 {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// CaptureIndex is the number of a capture: of an async fn the number of the argument.
func (b *Body) CaptureIndex(l mir.Local) int { return b.captures[l-b.saved] }

// CaptureName is the name and the type of a capture by its number, or empty.
func (b *Body) CaptureName(i int) (name, typ string) {
	n := slices.Index(b.captures, i)
	if n < 0 {
		return "", ""
	}
	l := b.saved + mir.Local(n)
	return b.Name(l), b.Func.Locals[l].Type
}
