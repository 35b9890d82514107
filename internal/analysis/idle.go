package analysis

import (
	"iter"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/mir"
	"pollux/internal/resource"
)

// IdleFuture is a future, or a set of futures, that a coroutine leaves before it is complete and does not poll for a while.
type IdleFuture struct {
	coro.Left
	Subject string // for messages: "`collection`", "the losing future"
	Fix     string
	Inside  resource.Inside
}

// Idle are the futures that coroutines of the crate leave alone: those that a race only borrowed when another one was ready, the losers
// that a race gives back, and the sets of futures that a loop takes results out of.
func (p *Pass) Idle() iter.Seq2[*facts.Fn, IdleFuture] {
	return func(yield func(*facts.Fn, IdleFuture) bool) {
		for fn, race := range p.Races() {
			for i := range race.Branches {
				for _, end := range race.Endings(i) {
					left, ok := fn.Coroutine().LeftBorrowed(race, i, end)
					if ok && left.After != nil && !yield(fn, p.borrowed(fn, race, left)) {
						return
					}
				}
			}
		}
		for _, fn := range p.Crate.AsyncFns() {
			if fn.Coroutine() == nil {
				continue
			}
			for _, idle := range p.left(fn) {
				if !yield(fn, idle) {
					return
				}
			}
		}
	}
}

func (p *Pass) borrowed(fn *facts.Fn, race *coro.Race, left coro.Left) IdleFuture {
	holder := mir.Operand{Kind: mir.Copy, Place: mir.Place{Local: left.Holder}}
	return IdleFuture{Left: left, Subject: p.variable(fn, left.Holder, "the future that "+race.Name+" borrowed"), Inside: p.Resources().Inside(fn, holder, false),
		Fix: "await nothing here that needs it: drop the future first, let it run as a task of its own and await its handle, or make this wait a branch beside it"}
}

// variable is a local as a message names it.
func (p *Pass) variable(fn *facts.Fn, l mir.Local, otherwise string) string {
	if name := fn.Coroutine().Name(l); name != "" && !strings.HasPrefix(name, "__") {
		return "`" + name + "`"
	}
	return otherwise
}

// left are the losers and sets of one coroutine.
func (p *Pass) left(fn *facts.Fn) (out []IdleFuture) {
	b := fn.Coroutine()
	for i := range b.Awaits {
		a := &b.Awaits[i]
		if a.Awaitee == 0 {
			continue
		}
		made := b.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
		if row, ok := p.Tables.Leaves(p.Crate.Global(mir.Head(a.Type))); ok && row.Losers {
			out = append(out, p.losers(fn, a, made)...)
			continue
		}
		if len(made.Args) == 0 || !made.Args[0].IsPlace() || !isLent(b.Func.Type(made.Args[0].Place)) {
			continue // what the awaited future owns is gone with it
		}
		set, ok := b.Object(made.Args[0])
		if !ok || !p.isSet(b.Func.Type(set)) {
			continue
		}
		if left, ok := b.LeftSet(a, set); ok {
			holder := mir.Operand{Kind: mir.Copy, Place: set}
			out = append(out, IdleFuture{Left: left, Subject: p.variable(fn, set.Local, "a future of this stream"), Inside: p.Resources().Inside(fn, holder, true),
				Fix: "await nothing here that the futures of the stream need: do the work inside of them, with `for_each_concurrent`, or in a task of its own"})
		}
	}
	return out
}

// isLent recognises references, pinned ones too.
func isLent(typ string) bool {
	return mir.Pointee(typ) != "" || strings.HasPrefix(typ, "std::pin::Pin<&")
}

// isSet reports whether a type is a set of futures, or a stream around one.
func (p *Pass) isSet(typ string) bool {
	for range 6 {
		if inner := mir.Pointee(typ); inner != "" {
			typ = inner
			continue
		}
		if row, ok := p.Tables.Leaves(p.Crate.Global(mir.Head(typ))); ok {
			return !row.Losers
		}
		args := mir.Args(typ)
		if len(args) == 0 {
			return false
		}
		typ = args[0]
	}
	return false
}

func (p *Pass) losers(fn *facts.Fn, a *coro.Await, made coro.Making) (out []IdleFuture) {
	for _, left := range fn.Coroutine().LeftOver(a, resource.MayRun) {
		args := made.Args
		if left.Loser != coro.AnyLoser && left.Loser < len(args) {
			args = args[left.Loser : left.Loser+1]
		}
		idle := IdleFuture{Left: left, Subject: "the future that lost", Fix: "drop the future that lost before this, poll it beside it, or let it run as a task of its own"}
		for _, o := range args {
			if o.IsPlace() {
				in := p.Resources().Inside(fn, o, false)
				idle.Inside.Waits, idle.Inside.Keeps = append(idle.Inside.Waits, in.Waits...), append(idle.Inside.Keeps, in.Keeps...)
			}
		}
		out = append(out, idle)
	}
	return out
}
