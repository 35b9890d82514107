package facts

import (
	"slices"
	"strconv"
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// ending is one way in which a call can end, seen from the caller.
type ending struct {
	variants string
	fills    []filling
	deeds    []deed // with memory of the caller; kept and inside are told apart by kept.base
}

// filling is a variant that a call leaves in memory.
type filling struct {
	at       memory
	variants string
}

// call forks a path into the ways in which a call can end.
func (x *explorer) call(at mir.Block, term *mir.Term, t *trace) {
	if term.Return == mir.NoBlock {
		return
	}
	given := x.given(t, term)
	if term.Func.IsPlace() {
		x.pointer(term, t, given)
		return
	}
	to := x.c.resolve(term.Func.Text)
	if to.kind == polls {
		x.poll(term, t, given, to)
		return
	}
	if variants, known := x.throughCore(t, term); known {
		if variants != impossible {
			x.finish(term, t, given, ending{variants: variants})
		}
		return
	}
	endings := x.endings(term, to)
	for i, e := range endings {
		next := t
		if i < len(endings)-1 {
			next = t.clone()
		}
		x.finish(term, next, given, e)
	}
}

// given are for each fact the arguments that carry its value.
func (x *explorer) given(t *trace, term *mir.Term) map[int][]int {
	var out map[int][]int
	for i := range t.facts {
		for n, a := range term.Args {
			if a.IsPlace() && x.leadsTo(&t.facts[i], a) {
				if out == nil {
					out = map[int][]int{}
				}
				out[i] = append(out[i], n)
			}
		}
	}
	return out
}

// leadsTo reports whether an argument is the value of a fact, or a reference to it.
func (x *explorer) leadsTo(f *fact, a mir.Operand) bool {
	return f.carries(a.Place.Local)
}

func (x *explorer) unknown(term *mir.Term, what string) deed {
	return deed{kind: undecided, what: what, value: -1, param: -1, pos: term.Pos}
}

// finish goes on behind a call that has ended in one way.
func (x *explorer) finish(term *mir.Term, t *trace, given map[int][]int, e ending) {
	deeds := t.deedsOf(given)
	x.moveArguments(t, term, given)
	x.assignResult(t, term, given, deeds, e)
	guarded := slices.ContainsFunc(e.deeds, func(d deed) bool { return d.kind == changes || d.kind == sets }) &&
		x.c.destructor(mir.Head(x.f.Type(term.Place))) != nil
	for i := range e.deeds {
		if d := e.deeds[i]; d.kind != changes && d.kind != sets || !guarded { // the result's destructor undoes it
			x.apply(t, term, deeds, d)
		}
	}
	for _, f := range e.fills {
		x.fill(t, f.at, f.variants)
	}
	if e.variants == "@" && term.Place.IsLocal() {
		x.forward(t, term.Place.Local)
	}
	x.enter(term.Return, t)
}

// forward notes that a local is the result of the callable that was run last.
func (x *explorer) forward(t *trace, l mir.Local) {
	for i := len(t.facts) - 1; i >= 0; i-- {
		if x.deeds[t.facts[i].deed].kind == runs {
			t.setVariants(l, "@"+strconv.Itoa(t.facts[i].deed))
			return
		}
	}
}

// deedsOf turns numbers of facts into numbers of deeds, which stay when the facts change.
func (t *trace) deedsOf(given map[int][]int) map[int][]int {
	if given == nil {
		return nil
	}
	out := make(map[int][]int, len(given))
	for i, args := range given {
		out[t.facts[i].deed] = args
	}
	return out
}

// moveArguments takes the values that move into the callee from their locals.
func (x *explorer) moveArguments(t *trace, term *mir.Term, given map[int][]int) {
	for i, args := range given {
		for _, n := range args {
			if a := term.Args[n]; a.Kind == mir.Move && a.Place.IsLocal() {
				t.facts[i].drop(a.Place.Local)
			}
		}
	}
}

// assignResult lets the result carry what went in, unless it is only a number or nothing, and what is written through arguments too.
func (x *explorer) assignResult(t *trace, term *mir.Term, given, deeds map[int][]int, e ending) {
	if !term.Place.IsLocal() {
		var from []int
		for i := range t.facts {
			if _, ok := given[i]; ok {
				from = append(from, i)
			}
		}
		x.write(t, x.p.storage(term.Place), from, func(memory) bool { return false }, x.f.Type(term.Place), term.Pos)
		return
	}
	l := term.Place.Local
	typ := x.f.Locals[l].Type
	for i := range t.facts {
		if _, ok := deeds[t.facts[i].deed]; ok && typ != "()" && typ != "bool" && e.variants != "Pending" && e.variants != "None" {
			t.facts[i].carry(l)
		} else {
			t.facts[i].drop(l)
		}
	}
	t.setVariants(l, e.variants)
	x.throughReferences(t, term, deeds)
}

// throughReferences keeps values in what the other arguments refer to: `buf.extend_from_slice(&taken)`, `reader.consume(n)`.
func (x *explorer) throughReferences(t *trace, term *mir.Term, deeds map[int][]int) {
	if len(deeds) == 0 || len(term.Args) < 2 {
		return
	}
	first := term.Args[0]
	if !first.IsPlace() || !strings.HasPrefix(x.f.Type(first.Place), "&mut ") && !strings.HasPrefix(x.f.Type(first.Place), "std::pin::Pin<&mut ") {
		return
	}
	if isSlice(x.f.Type(first.Place)) || !x.mayKeep(term) {
		return // a slice does not say how much of it is used
	}
	var at memory
	for i := range t.facts {
		args, ok := deeds[t.facts[i].deed]
		if !ok || slices.Contains(args, 0) || x.deeds[t.facts[i].deed].kind == holds {
			continue
		}
		if at == (memory{}) {
			at = x.p.handleOf(first)
		}
		x.keep(&t.facts[i], at)
	}
}

// mayKeep reports whether a call can note a value in what its first argument refers to: not one that only makes a future, nor one of which
// nothing is known.
func (x *explorer) mayKeep(term *mir.Term) bool {
	if typ := x.f.Type(term.Place); term.Func.IsPlace() || strings.HasPrefix(typ, "impl ") || x.c.isFuture(typ) {
		return false
	}
	to := x.c.resolve(term.Func.Text)
	if to.kind != symbolic && to.kind != unresolved {
		return true
	}
	_, listed := x.c.tables.Transfer(to.call.name)
	root := rootOf(to.call.path)
	return listed || root == "std" || root == "core" || root == "alloc"
}

// isSlice reports whether a reference leads to a slice, however often it is lent.
func isSlice(typ string) bool { return strings.HasPrefix(stripRefs(typ), "[") }

// handleOf is the memory that a reference argument leads to.
func (p *places) handleOf(a mir.Operand) memory { return p.handle(a, target{}) }

// apply does what a callee did, on the caller's path.
func (x *explorer) apply(t *trace, term *mir.Term, given map[int][]int, d deed) {
	if d.passing {
		x.passing(t, d)
		return
	}
	switch d.kind {
	case puts:
		x.put(t, term, given, d)
		return
	case takes, publishes, starts, awaits, shows:
		x.taken(t, term, d)
		return
	case consumes:
		x.consumed(t, d)
		return
	case changes, sets:
		if !x.outlives(d.at) {
			return
		}
	}
	x.do(t, d)
}

// put stores an argument in memory: what it carries is there now.
func (x *explorer) put(t *trace, term *mir.Term, given map[int][]int, d deed) {
	outlives := x.outlives(d.at)
	stored := false
	for i := range t.facts {
		if !slices.Contains(given[t.facts[i].deed], d.value) {
			continue
		}
		stored = true
		if x.deeds[t.facts[i].deed].kind == holds {
			if outlives {
				x.handOver(t, i, d.at, term.Pos)
			}
			continue
		}
		x.keep(&t.facts[i], d.at)
	}
	if outlives && !stored {
		d.value = -1
		x.do(t, d)
	}
}

// consumed makes what an object has shown so far taken from it: the copy that the path made is the only one now.
func (x *explorer) consumed(t *trace, d deed) {
	any := false
	for i := range t.facts {
		if was := x.deeds[t.facts[i].deed]; was.kind == shows && x.root(was.at) == x.root(d.at) {
			was.kind, was.object, any = takes, true, true
			t.facts[i].deed = x.deed(was)
		}
	}
	if !any {
		x.do(t, d)
	}
}

// taken notes a value that a callee took, started or sent, and where it is.
func (x *explorer) taken(t *trace, term *mir.Term, d deed) {
	if d.kind == takes && d.at.base == own && x.isOwn(&d) {
		x.movedOn(t, term, &d)
	}
	if d.kind == takes && (d.end == nowhere || x.isOwn(&d)) || d.at.base == thread || movesWithin(&d) {
		return
	}
	end, where := d.end, d.kept
	d.end, d.kept = nowhere, memory{}
	f := x.do(t, d)
	switch {
	case end == inResult && term.Place.IsLocal():
		f.carry(term.Place.Local)
	case end == inResult:
		x.keep(f, x.p.storage(term.Place))
	case end == kept:
		x.keep(f, where)
	case end == inside:
		f.lost = true
	}
}

// movedOn follows a value that a callee took out of a local: what that local carried is where the callee put it.
func (x *explorer) movedOn(t *trace, term *mir.Term, d *deed) {
	for i := range t.facts {
		f := &t.facts[i]
		if !f.carries(d.at.local) || x.deeds[f.deed].kind == holds {
			continue
		}
		switch {
		case d.end == kept:
			x.keep(f, d.kept)
		case d.end == inResult && term.Place.IsLocal():
			f.carry(term.Place.Local)
		}
	}
}

// isOwn reports whether a value was taken from memory that the function, or the future that it polls, has to itself.
func (x *explorer) isOwn(d *deed) bool {
	switch {
	case d.object:
		return false
	case d.at.base == own, d.at.base == elsewhere:
		return !strings.Contains(d.at.path, "*")
	}
	return d.at.base == param && x.pollable && !x.outlives(d.at)
}

// endings are the ways in which a call can end: by the callee's summary, by the tables, or, for core's and std's functions that no row
// names, with nothing done but to their arguments.
func (x *explorer) endings(term *mir.Term, to target) []ending {
	rows, ok := x.c.tables.Transfer(to.call.name)
	if ok && x.pollable && isContract(to) {
		x.ground(term.Pos, "relies on the contract of `"+readable(to.call)+"` ("+rows[0].Source+")")
	}
	if ok && (to.kind != resolvedFn || isContract(to) || rows[0].Does == knowledge.Nothing) {
		return x.rowEndings(term, to, rows)
	}
	if to.kind == resolvedFn {
		return x.resolvedEndings(term, to)
	}
	if isCallable(mir.LastSegment(to.call.name.Trait)) {
		return x.callableEndings(term, to)
	}
	if fns := x.c.implementations(to); len(fns) > 0 {
		var out []ending
		for _, fn := range fns {
			out = append(out, x.mapped(term, to, x.c.effectsOf(fn))...)
		}
		return out
	}
	if root := rootOf(to.call.path); root == "std" || root == "core" || root == "alloc" || to.kind == harmless || to.kind == leaf {
		return x.standardEndings(term, to)
	}
	if fns := x.c.likely(to.call); len(fns) > 0 {
		to.fn, to.more = fns[0], fns[1:]
		return x.resolvedEndings(term, to)
	}
	return []ending{{deeds: []deed{x.unknown(term, "`"+to.call.path+"`")}}}
}

// likely are the functions of other crates that a callee can mean when its path does not say which.
func (c *Crate) likely(call callee) []*Fn {
	if call.self == "" {
		return c.library.candidates(call.path, func(fn *Fn) bool { return fn.Trait == "" })
	}
	head := mir.Head(stripRefs(call.self))
	if head == "" {
		return nil
	}
	trait := mir.LastSegment(call.name.Trait)
	return c.library.candidates(c.Global(head)+"::"+call.name.Method, func(fn *Fn) bool { return fn.Trait == trait && fn.Type != "" })
}

// isContract reports whether a call goes through a trait of the async libraries: whoever calls poll_read relies on what the trait says, not
// on what one implementation does.
func isContract(to target) bool {
	return to.call.self != "" && !strings.HasPrefix(to.call.path, "std::")
}

func (x *explorer) resolvedEndings(term *mir.Term, to target) []ending {
	var out []ending
	for _, fn := range append([]*Fn{to.fn}, to.more...) {
		out = append(out, x.mapped(term, to, x.specialised(term, to, fn))...)
	}
	return out
}

// standardEndings is a function of core or std: it works on its arguments, and it may run the callables that it is given. A result of
// the callable's type is taken to be the callable's.
func (x *explorer) standardEndings(term *mir.Term, to target) []ending {
	out := []ending{{}}
	for _, a := range term.Args {
		typ := stripRefs(x.c.operandType(x.fn, a))
		if !strings.HasPrefix(typ, "{closure@") {
			continue
		}
		fn := x.c.callableIn(x.fn, typ)
		if fn == nil {
			out[0].deeds = append(out[0].deeds, x.unknown(term, "a closure without a body"))
			continue
		}
		if fn.context {
			continue // a poll function: it answers for itself where it is polled
		}
		at := memory{base: global}
		if a.IsPlace() {
			_, at = x.p.valueAt(x.p.storage(a.Place))
		}
		given := x.receiver(term, to)
		ran := x.closureEndings(term, at, fn, []memory{given, given, given})
		if fn.Ret == x.f.Type(term.Place) && len(out) == 1 {
			out = append(out, ran...)
			continue
		}
		for _, e := range ran {
			for _, d := range e.deeds {
				out[0].deeds = addDeed(out[0].deeds, d)
			}
		}
	}
	return out
}

// receiver is the memory that the first argument leads to: std's functions give their callables parts of it.
func (x *explorer) receiver(term *mir.Term, to target) memory {
	if strings.HasPrefix(to.call.path, "std::thread::LocalKey::") {
		return memory{base: thread}
	}
	if len(term.Args) == 0 || !term.Args[0].IsPlace() {
		return memory{base: own}
	}
	return x.p.handleOf(term.Args[0])
}

// callableEndings runs a callable: one whose body is known here, one that the caller gave, or one that is not known.
func (x *explorer) callableEndings(term *mir.Term, to target) []ending {
	if len(term.Args) == 0 || !term.Args[0].IsPlace() {
		return []ending{{deeds: []deed{x.unknown(term, "a callable")}}}
	}
	at := x.p.storage(term.Args[0].Place)
	for typ := x.f.Type(term.Args[0].Place); mir.Pointee(typ) != ""; typ = mir.Pointee(typ) {
		at = x.p.follow(at)
	}
	d := deed{kind: runs, at: at, value: -1, given: x.argumentMemory(term, to), what: "the callable it was given", pos: term.Pos}
	return x.runAt(term, d)
}

// argumentMemory is what the arguments of a callable refer to.
func (x *explorer) argumentMemory(term *mir.Term, to target) []memory {
	var given []memory
	args := x.p.argumentsOf(term, to)
	for _, o := range args[min(1, len(args)):] {
		if o.IsPlace() {
			given = append(given, x.p.follow(x.p.storage(o.Place)))
		} else {
			given = append(given, memory{base: global})
		}
	}
	return given
}

// runAt runs the callable that lies at d.at.
func (x *explorer) runAt(term *mir.Term, d deed) []ending {
	typ, was := x.p.valueAt(d.at)
	typ = stripRefs(typ)
	if fn := x.callableAt(was); fn != nil {
		return x.closureEndings(term, was, fn, d.given)
	}
	if fn := x.c.callableIn(x.fn, typ); fn != nil {
		return x.closureEndings(term, was, fn, d.given)
	}
	if path, ok := fnItem(typ); ok {
		to := x.c.resolve(path)
		if root := rootOf(to.call.path); root == "std" || root == "core" || to.kind == harmless {
			return []ending{{}}
		}
		if to.kind == resolvedFn && !to.fn.context {
			return x.itemEndings(term, to.fn, d.given)
		}
	}
	switch {
	case was.base == param && x.fn.body == nil && !x.pollable:
		d.at, d.param = was, -1
		if was.path == "" {
			d.param = int(was.local)
		}
		return []ending{{variants: "@", deeds: []deed{d}}}
	case was.outlives() || was.base == param || isTypeParameter(typ) || strings.HasPrefix(typ, "dyn "):
		return []ending{{}} // what the caller's own callable does, or a callback that was left there, is the caller's
	}
	return []ending{{deeds: []deed{x.unknown(term, "a callable behind a pointer in `"+x.fn.Readable()+"`")}}}
}

// itemEndings are the outcomes of a function that is run as a callable.
func (x *explorer) itemEndings(term *mir.Term, fn *Fn, given []memory) []ending {
	return x.closureEndings(term, memory{base: global}, fn, append([]memory{{base: global}}, given...)[1:])
}

// mapped are the outcomes of a summary with the memory of the caller, and the callables that it runs put in.
func (x *explorer) mapped(term *mir.Term, to target, e *effects) []ending {
	args := x.p.argumentsOf(term, to)
	out := make([]ending, 0, len(e.outcomes))
	for _, o := range e.outcomes {
		end := ending{variants: o.variants}
		for _, w := range o.writes {
			if w.Param < len(args) && args[w.Param].IsPlace() {
				end.fills = append(end.fills, filling{x.p.follow(x.p.storage(args[w.Param].Place)), w.Variants})
			}
		}
		forwarded := []ending{{}}
		for i, d := range o.deeds {
			if d.kind != runs {
				end.deeds = addDeed(end.deeds, calledBy(x.translated(term, d, args), to))
				continue
			}
			ran := x.ran(term, d, args)
			if i+1 == o.forwards {
				forwarded = ran
				continue
			}
			for _, r := range ran {
				for _, rd := range r.deeds {
					end.deeds = addDeed(end.deeds, rd)
				}
			}
		}
		for _, f := range forwarded {
			joined := ending{variants: end.variants, fills: end.fills, deeds: slices.Clone(end.deeds)}
			if joined.variants == "" {
				joined.variants = f.variants
			}
			for _, d := range f.deeds {
				joined.deeds = addDeed(joined.deeds, d)
			}
			out = append(out, joined)
		}
	}
	return out
}

// calledBy names a deed of another crate's function by the call that the reader sees, not by what that function calls inside.
func calledBy(d deed, to target) deed {
	if to.fn != nil && to.fn.mir == nil && (d.kind == takes || d.kind == publishes) {
		d.what = "`" + readable(to.call) + "`"
	}
	return d
}

// translated is a callee's deed in the caller's terms, at the place of the call.
func (x *explorer) translated(term *mir.Term, d deed, args []mir.Operand) deed {
	d = x.translate(d, args)
	d.pos = term.Pos
	return d
}

func (x *explorer) translate(d deed, args []mir.Operand) deed {
	d.at, d.via = x.p.from(d.at, args), x.p.from(d.via, args)
	if d.end == kept {
		d.kept = x.p.from(d.kept, args)
	}
	for i := range d.given {
		if i == 0 {
			d.given = slices.Clone(d.given)
		}
		d.given[i] = x.p.from(d.given[i], args)
	}
	return d
}

// ran are the ways in which a callable that a callee runs can end.
func (x *explorer) ran(term *mir.Term, d deed, args []mir.Operand) []ending {
	d = x.translated(term, d, args)
	if d.at.base == global && d.param >= 0 && d.param < len(args) { // a function or a closure without captures
		if fn := x.c.callableIn(x.fn, stripRefs(x.c.operandType(x.fn, args[d.param]))); fn != nil {
			return x.closureEndings(term, d.at, fn, d.given)
		}
		if path, ok := fnItem(stripRefs(x.c.operandType(x.fn, args[d.param]))); ok {
			to := x.c.resolve(path)
			if root := rootOf(to.call.path); root == "std" || root == "core" || to.kind == harmless {
				return []ending{{}}
			}
			if to.kind == resolvedFn && !to.fn.context {
				return x.itemEndings(term, to.fn, d.given)
			}
		}
	}
	return x.runAt(term, d)
}

// closureEndings are the outcomes of a closure that lies at a piece of memory: its captures are memory of this function, its arguments
// are given by who runs it.
func (x *explorer) closureEndings(term *mir.Term, at memory, fn *Fn, given []memory) []ending {
	var out []ending
	for _, o := range x.c.effectsOf(fn).outcomes {
		e := ending{variants: o.variants}
		for i, d := range o.deeds {
			d.at, d.via = x.fromClosure(d.at, at, given), x.fromClosure(d.via, at, given)
			if d.end == kept {
				d.kept = x.fromClosure(d.kept, at, given)
			}
			d.pos = term.Pos
			if d.kind == puts && d.value >= 0 {
				d.value = x.argumentAt(term, at, d.value)
			}
			if d.kind == runs {
				d.given = slices.Clone(d.given)
				for n := range d.given {
					d.given[n] = x.fromClosure(d.given[n], at, given)
				}
				inner := x.runAt(term, d)
				if o.forwards == i+1 && len(inner) > 0 {
					e.variants = inner[0].variants
				}
				for _, in := range inner {
					for _, d := range in.deeds {
						e.deeds = addDeed(e.deeds, d)
					}
				}
				continue
			}
			e.deeds = addDeed(e.deeds, d)
		}
		out = append(out, e)
	}
	return out
}

// argumentAt is the number of the argument of a call that holds the closure whose captured value is meant.
func (x *explorer) argumentAt(term *mir.Term, closure memory, value int) int {
	if value != 0 {
		return -1
	}
	for n, a := range term.Args {
		if a.IsPlace() {
			if at := x.p.storage(a.Place); at == closure {
				return n
			} else if _, was := x.p.valueAt(at); was == closure {
				return n
			}
		}
	}
	return -1
}

func (x *explorer) fromClosure(m, closure memory, given []memory) memory {
	switch {
	case m.base != param:
		return m
	case m.local == 0:
		return x.p.walk(closure, strings.TrimPrefix(m.path, "*"))
	case int(m.local)-1 < len(given):
		return x.p.walk(given[m.local-1], strings.TrimPrefix(m.path, "*"))
	}
	return memory{base: global, path: "*"}
}
