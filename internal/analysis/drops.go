package analysis

import (
	"cmp"
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Drop is a place where a future of the crate is dropped before it is complete.
type Drop struct {
	Fn     *facts.Fn // whose code drops it
	Block  mir.Block
	Pos    mir.Pos
	How    string  // completes "the future is dropped ..": "when the timeout cuts it short"
	GoesOn bool    // the code that drops it, or others of the program, go on as if nothing had happened
	Time   bool    // it is dropped because time is up
	Apart  bool    // the future borrows nothing from who drops it: it runs in a task or a server of its own
	Via    []Inner // from the future that is dropped inwards: the awaits that lead to the one in question, outermost first

	race   *coro.Race // that drops it, if one does
	branch int
	ended  int // variant of the race's outcome
}

// Drops tells for each coroutine of the crate where it is dropped half done, if anywhere: by a race, by an abort of the task that it
// runs in, by a server whose client is gone; or because a future that awaits it is. Drops after which the program goes on come before
// those that may be the end of it; of many, the first few stand for all.
//
// May miss futures behind trait objects and in collections, and tasks whose handles are kept in a struct.
func (p *Pass) Drops() map[*facts.Fn][]*Drop {
	d := &drops{pass: p, found: map[*facts.Fn][]*Drop{}}
	for fn, race := range p.Races() {
		d.addRace(fn, race)
	}
	for _, fn := range p.Crate.Fns {
		if fn.MIR() != nil {
			d.addCalls(fn)
			d.addServed(fn)
		}
	}
	d.follow()
	return d.found
}

type drops struct {
	pass  *Pass
	found map[*facts.Fn][]*Drop
	work  []dropped
}

// dropped is a coroutine and one of the drops that were found of it.
type dropped struct {
	fn   *facts.Fn
	drop *Drop
}

// maxDrops bounds the drops that are kept of one coroutine.
const maxDrops = 4

// add notes a drop of a coroutine.
func (d *drops) add(fn *facts.Fn, drop Drop) {
	if fn == nil || fn.Coroutine() == nil {
		return
	}
	known := d.found[fn]
	if len(known) >= maxDrops || slices.ContainsFunc(known, func(k *Drop) bool { return k.Fn == drop.Fn && k.Block == drop.Block && k.GoesOn == drop.GoesOn }) {
		return
	}
	d.found[fn] = append(known, &drop)
	slices.SortStableFunc(d.found[fn], func(a, b *Drop) int { return cmp.Compare(number(b.GoesOn), number(a.GoesOn)) })
	d.work = append(d.work, dropped{fn, &drop})
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (d *drops) addRace(fn *facts.Fn, race *coro.Race) {
	for i := range race.Branches {
		branch := &race.Branches[i]
		if branch.Made.Block == mir.NoBlock && !branch.Owned {
			continue // it outlives the race
		}
		inner := d.pass.coroutineOf(fn, branch.Type, branch.Made, maxNesting)
		if inner == nil {
			continue
		}
		for _, end := range race.Endings(i) {
			d.add(inner, Drop{Fn: fn, Block: race.Block, Pos: race.Pos, How: "when " + Cutting(race), GoesOn: d.goesOn(fn, race, i, end), Time: d.timed(race, end), race: race, branch: i, ended: end.Variant})
		}
	}
}

// goesOn reports whether the program goes on behind a race: time was up, or the code comes back to the future.
func (d *drops) goesOn(fn *facts.Fn, race *coro.Race, branch int, end coro.Ending) bool {
	return d.timed(race, end) || fn.Coroutine().Again(race, end.Variant, branch, coro.Nothing, nil)
}

// timed reports whether what cuts a future short is time.
func (d *drops) timed(race *coro.Race, end coro.Ending) bool {
	if race.Time || end.Rival == coro.NoRival {
		return race.Time
	}
	_, ok := d.pass.TimerOf(race.Branches[end.Rival].Made)
	return ok
}

// addCalls notes the futures that a call hands to a server, and those of tasks that are aborted.
func (d *drops) addCalls(fn *facts.Fn) {
	f := fn.MIR()
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind != mir.Call || f.Blocks[i].Cleanup || t.Func.IsPlace() {
			continue
		}
		row, ok := d.pass.Tables.Ender(d.pass.Crate.Callee(t.Func.Text))
		if !ok || row.Argument >= len(t.Args) {
			continue
		}
		drop := Drop{Fn: fn, Block: mir.Block(i), Pos: t.Pos, How: row.When, GoesOn: true, Apart: true}
		switch {
		case row.Kind == knowledge.Serves:
			d.add(d.pass.Crate.MadeBy(d.pass.Crate.OperandType(fn, t.Args[row.Argument])), drop)
		case fn.Coroutine() != nil && row.Kind == knowledge.Clears:
			d.addCleared(fn, t.Args[row.Argument], drop)
		case fn.Coroutine() != nil:
			d.addAborted(fn, t.Args[row.Argument], drop)
		}
	}
}

// addServed notes the futures that the methods of a server's trait give.
func (d *drops) addServed(fn *facts.Fn) {
	f := fn.MIR()
	if fn.Trait == "" || fn.Coroutine() != nil {
		return
	}
	for l := 1; l <= f.Params; l++ {
		if row, ok := d.pass.Tables.ServedBy(d.pass.Crate.Global(mir.Head(f.Locals[l].Type))); ok {
			d.add(d.pass.Crate.Gives(fn), Drop{Fn: fn, Block: mir.NoBlock, Pos: f.Pos, How: row.When, GoesOn: true, Apart: true})
		}
	}
}

// addAborted notes the future of the task whose handle is aborted.
func (d *drops) addAborted(fn *facts.Fn, handle mir.Operand, drop Drop) {
	b := fn.Coroutine()
	object, ok := b.Object(handle)
	if !ok || !object.IsLocal() {
		return
	}
	made := b.Making(mir.Operand{Kind: mir.Move, Place: object})
	if made.Callee == "" || !d.pass.Tables.Spawns(d.pass.Crate.Callee(made.Callee)) || len(made.Args) == 0 {
		return
	}
	for _, a := range made.Args {
		if a.IsPlace() {
			d.add(d.pass.coroutineOf(fn, fn.MIR().Type(a.Place), b.Making(a), maxNesting), drop)
		}
	}
}

// addCleared notes the futures of the tasks that a function spawns into a set and aborts there.
func (d *drops) addCleared(fn *facts.Fn, set mir.Operand, drop Drop) {
	b := fn.Coroutine()
	object, ok := b.Object(set)
	if !ok {
		return
	}
	for i := range fn.MIR().Blocks {
		t := &fn.MIR().Blocks[i].Term
		if t.Kind != mir.Call || t.Func.IsPlace() || len(t.Args) < 2 || !d.pass.Tables.Spawns(d.pass.Crate.Callee(t.Func.Text)) {
			continue
		}
		if into, ok := b.Object(t.Args[0]); !ok || !into.Equal(object) {
			continue
		}
		for _, a := range t.Args[1:] {
			if a.IsPlace() {
				d.add(d.pass.coroutineOf(fn, fn.MIR().Type(a.Place), b.Making(a), maxNesting), drop)
			}
		}
	}
}

// follow goes from each future that is dropped to those that it awaits.
func (d *drops) follow() {
	for len(d.work) > 0 {
		fn, outer := d.work[0].fn, d.work[0].drop
		d.work = d.work[1:]
		if len(outer.Via) >= maxNesting {
			continue
		}
		b := fn.Coroutine()
		for i := range b.Awaits {
			a := &b.Awaits[i]
			if a.Awaitee == 0 {
				continue
			}
			made := b.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
			inner := *outer
			inner.Via = append(append([]Inner{}, outer.Via...), Inner{fn, a})
			to, _ := d.pass.unwrapped(fn, a.Type, made, maxNesting)
			d.add(to, inner)
		}
	}
}

// coroutineOf is the crate's own coroutine that a future is, without the boxes and adapters around it, or nil. A future that is only
// borrowed is none.
func (p *Pass) coroutineOf(fn *facts.Fn, typ string, made coro.Making, fuel int) *facts.Fn {
	inner, _ := p.unwrapped(fn, typ, made, fuel)
	return inner
}

// unwrapped is coroutineOf with the expression that makes it.
func (p *Pass) unwrapped(fn *facts.Fn, typ string, made coro.Making, fuel int) (*facts.Fn, coro.Making) {
	if inner := p.Crate.CoroutineOf(typ); inner != nil {
		return inner, made
	}
	if made.Block == mir.NoBlock || fuel == 0 || strings.HasPrefix(typ, "&") {
		return nil, made
	}
	if inner, ok := p.wrapped(made); ok {
		return p.unwrapped(fn, fn.MIR().Type(inner.Place), fn.Coroutine().Making(inner), fuel-1)
	}
	return nil, made
}

// Survives reports whether what capture n of a coroutine refers to is still there when the future is dropped as drop says: whether it
// was borrowed all the way from outside of what is dropped.
func (p *Pass) Survives(drop *Drop, n int) bool {
	_, ok := p.outside(drop, n)
	return ok && !drop.Apart
}

// outside is the number of the capture of the future that is dropped by which it has what capture n of the coroutine in question refers to.
func (p *Pass) outside(drop *Drop, n int) (int, bool) {
	for i := len(drop.Via) - 1; i >= 0; i-- {
		outer, a := drop.Via[i].Fn, drop.Via[i].Await
		b := outer.Coroutine()
		_, made := p.unwrapped(outer, a.Type, b.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}), maxNesting)
		if n >= len(made.Args) {
			return 0, false
		}
		var ok bool
		if n, ok = b.Capture(made.Args[n]); !ok {
			return 0, false // a variable of the future that is dropped
		}
	}
	return n, true
}

// UsedBehind reports whether what capture n refers to can be used again behind the race that drops the future: the code that drops it
// has it from its caller, or comes to a use of it.
func (p *Pass) UsedBehind(drop *Drop, n int) bool {
	n, ok := p.outside(drop, n)
	if !ok || drop.Apart || drop.race == nil {
		return false
	}
	branch := &drop.race.Branches[drop.branch]
	_, made := p.unwrapped(drop.Fn, branch.Type, branch.Made, maxNesting)
	if n >= len(made.Args) {
		return false
	}
	b := drop.Fn.Coroutine()
	if _, ok := b.Capture(made.Args[n]); ok {
		return true
	}
	object, ok := b.Object(made.Args[n])
	return ok && b.UsesBehind(drop.race, drop.ended, drop.branch, object)
}

// Cutting completes "when ..": what has to happen for a race to cut a future short.
func Cutting(race *coro.Race) string {
	switch race.Kind {
	case coro.Limit:
		return "the " + race.Name + " cuts it short"
	case coro.Siblings:
		return "another future of the " + race.Name + " fails"
	}
	return "another branch of the " + race.Name + " is ready first"
}

// Because says where a future is dropped, and which awaits lead from there to the one in question.
func (p *Pass) Because(drop *Drop) []finding.Because {
	out := []finding.Because{{Span: p.At(drop.Fn, drop.Block, drop.Pos), Message: "dropped half done from here, " + drop.How}}
	for _, in := range drop.Via {
		out = append(out, finding.Because{Span: p.At(in.Fn, in.Await.Block, in.Await.Pos), Message: "it is awaited here, in what is dropped"})
	}
	return out
}
