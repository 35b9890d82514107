package facts

import (
	"regexp"
	"slices"
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// poll forks a path into the ways in which polling another future can end. A future in memory that outlives this one is not dropped
// with it, so what a drop of it would lose is lost by nobody here.
func (x *explorer) poll(term *mir.Term, t *trace, given map[int][]int, to target) {
	self := to.call.self
	at := x.p.lying(term.Args[0])
	endings := x.futureEndings(term, self, at, 0)
	t.forget(term.Place.Local)
	for i, e := range endings {
		next := t
		if i < len(endings)-1 {
			next = t.clone()
		}
		if strings.HasPrefix(e.variants, "Pending") {
			x.stillPending(term, next, e, at)
			continue
		}
		x.finish(term, next, nil, e)
	}
}

// stillPending goes on behind a poll that gave Pending. What that future would lose is lost when it is dropped with this one.
func (x *explorer) stillPending(term *mir.Term, t *trace, e ending, at memory) {
	if term.Place.IsLocal() {
		t.gone(term.Place.Local)
		t.setVariants(term.Place.Local, "Pending")
	}
	for _, d := range e.deeds {
		if !d.passing {
			d.passing, d.via = true, at
		}
		x.passing(t, d)
	}
	x.enter(term.Return, t)
}

// passing notes what another future has done so far, until it is polled again.
func (x *explorer) passing(t *trace, d deed) {
	if movesWithin(&d) {
		return
	}
	end, where := d.end, d.kept
	d.end, d.kept = nowhere, memory{}
	if (d.kind == changes || d.kind == sets || d.kind == puts) && x.pollable && !x.outlives(d.at) || d.kind == takes && x.isOwn(&d) && end != kept {
		return
	}
	f := x.do(t, d)
	f.passing = true
	switch {
	case end == kept && (where.base == own || where.base == elsewhere):
		f.lost = true // in what the two futures have in common, which is dropped with both
	case end == kept:
		x.keep(f, where)
	case end == inside:
		f.lost = true
	}
}

// maxWrapped bounds how deep futures that wrap futures are looked into.
const maxWrapped = 8

// futureEndings are the ways in which a poll of a future of a printed type ends; at is where the future lies.
func (x *explorer) futureEndings(term *mir.Term, typ string, at memory, depth int) []ending {
	typ = stripRefs(typ)
	if depth > maxWrapped {
		return x.unknownFuture(term, "`"+short(typ)+"`")
	}
	switch {
	case strings.HasPrefix(typ, "{"):
		return x.coroutineEndings(term, typ, at, depth)
	case strings.HasPrefix(typ, "std::future::PollFn<"):
		return x.pollFnEndings(term, mir.Args(typ), at, depth)
	case strings.HasPrefix(typ, "std::future::Ready<"), strings.HasPrefix(typ, "std::future::Pending<"):
		return []ending{{}}
	case strings.HasPrefix(typ, "dyn "), strings.HasPrefix(typ, "(dyn "):
		return x.dynEndings(term, typ, at, depth)
	}
	if fn := x.c.method(mir.Head(typ), "Future", "poll"); fn != nil {
		return x.rebased(term, x.c.effectsOf(fn), typ, fn, at, depth)
	}
	if kinds := x.c.associated(typ); len(kinds) > 0 {
		var out []ending
		for _, kind := range kinds {
			out = append(out, x.futureEndings(term, kind, at, depth+1)...)
		}
		return out
	}
	if isTypeParameter(typ) || strings.HasPrefix(typ, "<") {
		return x.parameterEndings(term, typ, at)
	}
	if fn := x.c.library.method(x.c.Global(mir.Head(typ)), "Future", "poll"); fn != nil && mir.Head(typ) != "" {
		return x.rebased(term, x.c.effectsOf(fn), typ, fn, at, depth)
	}
	if fns := x.c.likely(x.c.parseCallee("<" + typ + " as std::future::Future>::poll")); len(fns) > 0 {
		var out []ending
		for _, fn := range fns {
			out = append(out, x.rebased(term, x.c.effectsOf(fn), typ, fn, at, depth)...)
		}
		return out
	}
	if row, ok := x.c.tables.Cancel(x.c.Global(typ), nil); ok {
		return x.tableEndings(term, row)
	}
	return x.unknownFuture(term, "the future `"+short(typ)+"`")
}

// associated are the futures that an associated type of a trait of the crate's own stands for: what the methods of its impls give.
func (c *Crate) associated(typ string) []string {
	q, ok := qualified(typ)
	if !ok || !c.isLocal(q.trait) {
		return nil
	}
	trait := mir.LastSegment(q.trait)
	var out []string
	for _, fn := range c.Fns {
		if fn.Trait == trait && fn.Type != "" && fn.body == nil && c.isFuture(fn.Ret) && !slices.Contains(out, fn.Ret) {
			out = append(out, fn.Ret)
		}
	}
	return out
}

// isFuture reports whether a printed type can be polled, as far as it is known.
func (c *Crate) isFuture(typ string) bool {
	return strings.HasPrefix(typ, "{async") || strings.HasPrefix(typ, "std::future::") || c.method(mir.Head(typ), "Future", "poll") != nil
}

// placed is a type that rustc names by its place, which is one of this machine.
var placed = regexp.MustCompile(`\{(closure|async block|async closure|coroutine)@[^{}]*\}`)

// short is a type as a derivation shows it.
func short(typ string) string {
	typ = placed.ReplaceAllString(typ, "{$1}")
	if len(typ) > 80 {
		return typ[:77] + ".."
	}
	return typ
}

func (x *explorer) unknownFuture(term *mir.Term, what string) []ending {
	d := x.unknown(term, what)
	return []ending{{variants: "Pending", deeds: []deed{d}}, {variants: "Ready", deeds: []deed{d}}}
}

// parameterEndings is a future that the caller chose.
func (x *explorer) parameterEndings(term *mir.Term, typ string, at memory) []ending {
	d := deed{kind: awaits, what: typ, at: at, value: -1, param: -1, pos: term.Pos}
	ready := d
	ready.end, ready.value = inResult, 0
	return []ending{{variants: "Pending", deeds: []deed{d}}, {variants: "Ready", deeds: []deed{ready}}}
}

// tableEndings is a future that only the tables know.
func (x *explorer) tableEndings(term *mir.Term, row *knowledge.CancelRow) []ending {
	ready := deed{kind: takes, what: "`" + row.Name + "`", at: memory{base: global, path: "*"}, end: inResult, value: -1, param: -1, pos: term.Pos}
	out := []ending{{variants: "Pending"}, {variants: "Ready", deeds: []deed{ready}}}
	if row.Verdict != knowledge.CancelSafe {
		out[0].deeds = []deed{{kind: loses, verdict: row.Verdict, what: "`" + row.Name + "`: " + row.Lost, value: -1, param: -1, pos: term.Pos}}
	}
	return out
}

// coroutineEndings is async code: of this crate by its body, of another by the summary of the function that makes it.
func (x *explorer) coroutineEndings(term *mir.Term, typ string, at memory, depth int) []ending {
	if fn := x.c.callableIn(x.fn, typ); fn != nil && fn.body != nil {
		return x.rebased(term, x.c.effectsOf(fn), typ, fn, at, depth)
	}
	path, ok := asyncPath(typ)
	if !ok {
		return x.unknownFuture(term, "`"+short(typ)+"`")
	}
	if fn := x.c.asyncLibrary(path); fn != nil && fn.future != nil {
		return x.ofLibrary(term, fn, at, typ, depth)
	}
	if row, ok := x.c.tables.Cancel("{async fn body of "+x.c.Global(path)+"()}", nil); ok {
		return x.tableEndings(term, row)
	}
	return x.unknownFuture(term, "the async function `"+short(path)+"`")
}

// asyncPath is the path in `{async fn body of PATH()}` without generic arguments.
func asyncPath(typ string) (string, bool) {
	path, ok := strings.CutPrefix(typ, "{async fn body of ")
	if !ok {
		return "", false
	}
	return strings.TrimSuffix(mir.WithoutGenerics(strings.TrimSuffix(path, "}")), "()"), true
}

// asyncLibrary is the function of another crate whose body a coroutine is.
func (c *Crate) asyncLibrary(path string) *Fn {
	if fn := c.library.function(path); fn != nil {
		return fn
	}
	if t := c.lookUp(c.parseCallee(path)); t.kind == resolvedFn {
		return t.fn
	}
	for _, fn := range c.library.candidates(path, func(fn *Fn) bool { return fn.future != nil }) {
		return fn
	}
	return nil
}

// ofLibrary puts the arguments of the call that made a future of another crate into its summary.
func (x *explorer) ofLibrary(term *mir.Term, fn *Fn, at memory, typ string, depth int) []ending {
	var args []mir.Operand
	if made := x.p.maker(at); made != nil {
		args = made.Args
	}
	var out []ending
	for _, o := range fn.future.outcomes {
		e := ending{variants: o.variants}
		for _, d := range o.deeds {
			if args == nil && (d.at.base == param || d.end == kept) {
				d.at = memory{base: global, path: "*"}
				if d.end == kept {
					d.end = inside
				}
			}
			e.deeds = addDeed(e.deeds, awaitedAs(x.translated(term, d, args), typ))
		}
		out = append(out, e)
	}
	return x.c.withRow(out, typ)
}

// awaitedAs names a deed of another crate's future by that future.
func awaitedAs(d deed, typ string) deed {
	if name := futureName(typ); name != "" && (d.kind == takes || d.kind == publishes) {
		d.what = "`" + name + "`"
	}
	return d
}

// withRow takes from a pending future of another crate what a row of the tables says that a cancel of it does not lose.
func (c *Crate) withRow(ends []ending, typ string) []ending {
	path, ok := asyncPath(typ)
	if !ok {
		return ends
	}
	row, ok := c.tables.Cancel("{async fn body of "+c.Global(path)+"()}", nil)
	if !ok || losesSomething(row.Verdict) || row.Verdict == knowledge.CancelInherits || row.Verdict == knowledge.CancelUnknown {
		return ends
	}
	for i := range ends {
		if ends[i].variants == "Pending" {
			ends[i].deeds = slices.DeleteFunc(ends[i].deeds, func(d deed) bool { return d.kind != loses || losesSomething(d.verdict) })
		}
	}
	return ends
}

// maker is the call that made the future in a local.
func (p *places) maker(at memory) *mir.Term {
	for range 12 {
		if at.base != own || at.path != "" {
			return nil
		}
		d := p.defs[at.local]
		switch {
		case d.n != 1:
			return nil
		case d.stmt != nil && (d.stmt.Value.Kind == mir.Use || d.stmt.Value.Kind == mir.Cast) && d.stmt.Value.Operands[0].IsPlace():
			at = p.storage(d.stmt.Value.Operands[0].Place)
		case d.term != nil && strings.HasSuffix(d.term.Func.Text, "::into_future") && len(d.term.Args) == 1 && d.term.Args[0].IsPlace():
			at = p.storage(d.term.Args[0].Place)
		case d.term != nil:
			return d.term
		default:
			return nil
		}
	}
	return nil
}

// pollFnEndings is a closure, or a function, that polls.
func (x *explorer) pollFnEndings(term *mir.Term, args []string, at memory, depth int) []ending {
	if len(args) != 1 {
		return x.unknownFuture(term, "a poll function")
	}
	if path, ok := fnItem(args[0]); ok {
		to := x.c.resolve(path)
		if to.kind == resolvedFn {
			return x.rebased(term, x.c.effectsOf(to.fn), "", to.fn, memory{base: global, path: "*"}, depth)
		}
		return x.unknownFuture(term, "`"+readable(to.call)+"`")
	}
	fn := x.c.callableIn(x.fn, args[0])
	if fn == nil {
		if isTypeParameter(args[0]) {
			return x.parameterEndings(term, args[0], at)
		}
		return x.unknownFuture(term, "a poll function without a body")
	}
	return x.rebased(term, x.c.effectsOf(fn), "", fn, x.p.wrapped(at), depth)
}

// wrapped is what the call that made a PollFn was given: the closure.
func (p *places) wrapped(at memory) memory {
	if made := p.maker(at); made != nil && len(made.Args) == 1 && made.Args[0].IsPlace() {
		return p.storage(made.Args[0].Place)
	}
	return at.step(".0")
}

// dynEndings is a future behind a pointer: the one that was put there when the code shows it.
func (x *explorer) dynEndings(term *mir.Term, typ string, at memory, depth int) []ending {
	if made, inner := x.p.boxed(at); inner != "" {
		return x.futureEndings(term, inner, made, depth+1)
	}
	if x.outlives(at) {
		d := deed{kind: takes, what: "the future in `" + x.p.described(at) + "`", at: at, end: inResult, value: -1, param: -1, pos: term.Pos}
		return []ending{{variants: "Pending"}, {variants: "Ready", deeds: []deed{d}}}
	}
	return x.unknownFuture(term, "a future behind a pointer")
}

// boxed is the future that was put into a box: by this function, or by the one that gave the box.
func (p *places) boxed(at memory) (made memory, typ string) {
	t := p.maker(at)
	if t == nil || t.Func.IsPlace() {
		return memory{}, ""
	}
	if len(t.Args) == 1 && t.Args[0].IsPlace() && strings.Contains(t.Func.Text, "boxed::Box::<") {
		return p.storage(t.Args[0].Place), p.f.Type(t.Args[0].Place)
	}
	return memory{}, ""
}

// rebased are the outcomes of a poll of a future that lies at a piece of memory.
func (x *explorer) rebased(term *mir.Term, e *effects, typ string, fn *Fn, at memory, depth int) []ending {
	move := func(m memory) memory {
		switch {
		case m.base != param:
			return m
		case m.local != 0:
			return memory{base: thread} // the context
		}
		return x.p.walk(at, strings.TrimPrefix(m.path, "*"))
	}
	var out []ending
	for _, o := range e.outcomes {
		ends := []ending{{variants: o.variants}}
		for _, d := range o.deeds {
			d.at, d.via = move(d.at), move(d.via)
			if d.end == kept {
				d.kept = move(d.kept)
			}
			d.pos = term.Pos
			if fn.mir == nil {
				d = awaitedAs(d, typ)
			}
			if d.kind == runs {
				d = x.unknown(term, "a callable that a future runs")
			}
			if d.kind == awaits {
				if inner := x.bound(term, d, typ, fn, depth); inner != nil {
					ends = product(ends, inner, d.value < 0)
					continue
				}
			}
			for i := range ends {
				ends[i].deeds = addDeed(ends[i].deeds, d)
			}
		}
		out = append(out, ends...)
	}
	return out
}

// bound are the endings of a wrapped future whose type the wrapper's type argument tells.
func (x *explorer) bound(term *mir.Term, d deed, typ string, fn *Fn, depth int) []ending {
	if typ == "" || len(fn.Params) == 0 {
		return nil
	}
	actual, ok := bind([]string{stripRefs(fn.Params[0])}, []string{typ}, d.what)
	if !ok || actual == d.what {
		return nil
	}
	return x.futureEndings(term, actual, d.at, depth+1)
}

// product adds to each ending of a wrapper what the wrapped future did in an ending of the same kind.
func product(ends, inner []ending, pending bool) []ending {
	for i := range ends {
		for _, in := range inner {
			if in.variants != "" && strings.HasPrefix(in.variants, "Pending") != pending {
				continue
			}
			for _, d := range in.deeds {
				ends[i].deeds = addDeed(ends[i].deeds, d)
			}
		}
	}
	return ends
}
