package analysis

import (
	"iter"
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Races are the places that give futures up before they are complete, for every coroutine of the crate.
func (p *Pass) Races() iter.Seq2[*facts.Fn, *coro.Race] {
	forms := p.raceForms()
	return func(yield func(*facts.Fn, *coro.Race) bool) {
		for _, fn := range p.Crate.AsyncFns() {
			if fn.Coroutine() == nil {
				continue
			}
			races := fn.Coroutine().Races(forms)
			for i := range races {
				p.findOutputs(fn, &races[i])
				if !yield(fn, &races[i]) {
					return
				}
			}
		}
	}
}

const asyncFnType = "{async fn body of "

var raceKinds = map[knowledge.RaceKind]coro.RaceKind{
	knowledge.First: coro.First, knowledge.Limit: coro.Limit, knowledge.Siblings: coro.Siblings, knowledge.Value: coro.Value,
}

func formOf(race *knowledge.Race, ok bool) coro.RaceForm {
	if !ok {
		return coro.RaceForm{}
	}
	return coro.RaceForm{Kind: raceKinds[race.Kind], Cut: race.Cut, Name: race.Name, None: race.None, Time: race.Time}
}

// findOutputs tells what the branches come out with, where the outcome of a race does not say whose it is.
func (p *Pass) findOutputs(fn *facts.Fn, race *coro.Race) {
	for i := range race.Branches {
		branch := &race.Branches[i]
		if inner := p.Crate.CoroutineOf(branch.Type); race.Kind == coro.Value && inner != nil {
			if n, ok := inner.Coroutine().Output(); ok {
				branch.Output = n
			}
		}
	}
}

// Cancelled is what a cancel of a future does, by the tables.
type Cancelled struct {
	Row   *knowledge.CancelRow
	Name  string // last segment of the call that the row speaks of: "read_exact"
	Made  coro.Making
	Outer coro.Making // the outermost future without what it was only wrapped in: `frame(..)` for `frame(..).fuse()`
	Inner []Inner     // from the future outwards in: the awaits of the crate's own async code that lead to the call, outermost first

	// Argument is the row's object or value as an operand of the code that makes the outermost future; a constant when the row names
	// none or when it does not come from there.
	Argument mir.Operand

	// Types are the types of the object, from the call that the row speaks of out to the code that makes the outermost future.
	Types []string
}

// Inner is an await inside of a future of the crate's own.
type Inner struct {
	Fn    *facts.Fn
	Await *coro.Await
}

// TimerOf is what the tables know of a call that gives time.
func (p *Pass) TimerOf(made coro.Making) (*knowledge.Timer, bool) {
	if made.Callee == "" {
		return nil, false
	}
	return p.Tables.Timer(p.Crate.Callee(made.Callee))
}

// maxNesting bounds how deep async functions of the crate are looked into.
const maxNesting = 6

// CancelOf looks up what a cancel of a future loses: by its type, by the call that made it, or, for async code of the crate's own, by
// what it awaits on an object that it borrows. made is where it was made, in the code of fn.
//
// It is no inference: what async code does itself between its awaits is not looked at.
func (p *Pass) CancelOf(fn *facts.Fn, typ string, made coro.Making) (Cancelled, bool) {
	return p.cancelOf(fn, typ, made, maxNesting)
}

func (p *Pass) cancelOf(fn *facts.Fn, typ string, made coro.Making, fuel int) (Cancelled, bool) {
	if made.Block == mir.NoBlock || fuel == 0 {
		return Cancelled{}, false
	}
	if inner, ok := p.wrapped(made); ok {
		return p.cancelOf(fn, fn.MIR().Type(inner.Place), fn.Coroutine().Making(inner), fuel-1)
	}
	if row, ok := p.cancelRow(typ, made.Callee); ok {
		if row.Verdict == knowledge.CancelInherits && len(made.Args) > 0 {
			last := made.Args[len(made.Args)-1]
			return p.cancelOf(fn, fn.MIR().Type(last.Place), fn.Coroutine().Making(last), fuel-1)
		}
		c := Cancelled{Row: row, Name: MethodOf(made.Callee), Made: made, Outer: made}
		if n := max(row.Object, row.Value); n != knowledge.NoArgument && n < len(made.Args) {
			c.Argument = made.Args[n]
			c.seen(fn)
		}
		return c, true
	}
	return p.cancelInside(fn, typ, made, fuel)
}

// seen notes the type of the object as fn's code names it.
func (c *Cancelled) seen(fn *facts.Fn) {
	if object, ok := fn.Coroutine().Object(c.Argument); ok {
		c.Types = append(c.Types, strings.TrimPrefix(strings.TrimPrefix(fn.MIR().Type(object), "&"), "mut "))
	}
}

// Replaces tells of a callee whether some function of its name in the crate assigns a place behind a reference that has a type of the
// object: `reconnect` puts another stream in the place of the one that lost something.
func (p *Pass) Replaces(c *Cancelled) func(callee string) bool {
	names := map[string]bool{}
	for _, fn := range p.Crate.Fns {
		if assignsBehindReference(fn.MIR(), c.Types) {
			names[functionName(fn.Path)] = true
		}
	}
	return func(callee string) bool { return names[MethodOf(callee)] }
}

// functionName is the name of the function that a path belongs to, closures and coroutines being part of it.
func functionName(path string) string {
	path, _, _ = strings.Cut(path, "::{closure#")
	return mir.LastSegment(path)
}

func assignsBehindReference(f *mir.Func, types []string) bool {
	if f == nil {
		return false
	}
	assigns := func(place mir.Place) bool { return !place.IsLocal() && slices.Contains(types, f.Type(place)) }
	for i := range f.Blocks {
		block := &f.Blocks[i]
		if block.Cleanup {
			continue
		}
		if slices.ContainsFunc(block.Stmts, func(s mir.Stmt) bool { return s.Kind == mir.Assign && assigns(s.Place) }) {
			return true
		}
		if t := &block.Term; t.Kind == mir.Call && (assigns(t.Place) || isExchange(t.Func.Text, types)) {
			return true
		}
	}
	return false
}

// isExchange reports whether a callee is core's swap, replace or take of one of the types (library/core/src/mem/mod.rs).
func isExchange(callee string, types []string) bool {
	return strings.HasPrefix(callee, "std::mem::") && slices.ContainsFunc(mir.Args(callee), func(arg string) bool { return slices.Contains(types, arg) })
}

// wrapped is the future that a call only puts in a box or the like.
func (p *Pass) wrapped(made coro.Making) (mir.Operand, bool) {
	if i, ok := p.Tables.Carries(p.Crate.Callee(made.Callee)); ok && i < len(made.Args) && made.Args[i].IsPlace() {
		return made.Args[i], true
	}
	return mir.Operand{}, false
}

func (p *Pass) cancelRow(typ, callee string) (*knowledge.CancelRow, bool) {
	if callee != "" {
		if row, ok := p.Tables.CancelCall(p.Crate.Callee(callee)); ok {
			return row, true
		}
	}
	if path, ok := strings.CutPrefix(typ, asyncFnType); ok {
		typ = asyncFnType + p.Crate.Global(path)
	}
	return p.Tables.Cancel(typ, nil)
}

// MethodOf is the last segment of a printed callee.
func MethodOf(callee string) string {
	path := mir.WithoutGenerics(callee)
	return path[strings.LastIndexByte(path, ':')+1:]
}

// cancelInside looks for a future that loses something among those that a coroutine of the crate awaits, and for what it has received
// itself and not handed on.
func (p *Pass) cancelInside(from *facts.Fn, typ string, made coro.Making, fuel int) (Cancelled, bool) {
	fn := p.Crate.CoroutineOf(typ)
	if fn == nil {
		return Cancelled{}, false
	}
	b := fn.Coroutine()
	outside := func(c Cancelled, a *coro.Await) (Cancelled, bool) {
		n, ok := b.Capture(c.Argument)
		if !ok {
			n, ok = p.Crate.CaptureBehind(fn, c.Argument)
		}
		if !ok || n >= len(made.Args) {
			return Cancelled{}, false
		}
		c.Inner = append([]Inner{{fn, a}}, c.Inner...)
		c.Argument, c.Outer = made.Args[n], made
		c.seen(from)
		return c, true
	}
	for i := range b.Awaits {
		a := &b.Awaits[i]
		if a.Awaitee == 0 {
			continue
		}
		c, ok := p.cancelOf(fn, a.Type, b.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}), fuel-1)
		if !ok || c.Row.Verdict != knowledge.CancelLossy && c.Row.Verdict != knowledge.CancelState || !c.Argument.IsPlace() {
			continue
		}
		if c, ok := outside(c, a); ok {
			return c, true
		}
	}
	for _, r := range p.Crate.Received(fn) {
		if c, ok := p.received(fn, &r); ok {
			if c, ok := outside(c, r.Await); ok {
				return c, true
			}
		}
	}
	return Cancelled{}, false
}

// received is what a cancel loses of a value that async code of the crate has taken from a source for good.
func (p *Pass) received(fn *facts.Fn, r *facts.Received) (Cancelled, bool) {
	made := fn.Coroutine().Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: r.From.Awaitee}})
	if made.Callee == "" || len(made.Args) == 0 || !made.Args[0].IsPlace() {
		return Cancelled{}, false
	}
	if _, ok := p.Tables.Source(p.Crate.Callee(made.Callee)); !ok {
		return Cancelled{}, false
	}
	c := Cancelled{Name: MethodOf(made.Callee), Made: made, Outer: made, Argument: made.Args[0], Row: &knowledge.CancelRow{
		ID: "received", Verdict: knowledge.CancelLossy, Severity: finding.Warning, Object: 0, Value: knowledge.NoArgument,
		Lost: "what it has given as " + Code(r.Value) + " is dropped before it is handed on",
		Fix:  "keep what was received in the object until it is handed on, so that the next call goes on with it, or receive in a task of its own",
	}}
	c.seen(fn)
	return c, true
}

// raceForms tell what is a race, by the tables.
func (p *Pass) raceForms() coro.RaceForms {
	return coro.RaceForms{
		Awaited: func(typ string) coro.RaceForm {
			if path, ok := strings.CutPrefix(typ, asyncFnType); ok {
				typ = asyncFnType + p.Crate.Global(path)
			}
			return formOf(p.Tables.Race(typ))
		},
		Called: func(callee string) coro.RaceForm { return formOf(p.Tables.RaceCall(p.Crate.Callee(callee))) },
	}
}
