package resource

import (
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// awaited is what an await waits for, and the resources that its outcome has.
func (b *body) awaited(a *coro.Await) (waits []Wait, gives []Given) {
	f := &futures{b: b, await: a, step: Step{Fn: b.fn, Block: a.Block, Pos: a.Pos, Callee: "await"}, seen: map[mir.Local]bool{}}
	if race, ok := b.c.tables.Race(a.Type); ok && race.Kind != knowledge.Siblings {
		f.bounded = true // another future can end the wait
	}
	f.value(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}, a.Type, 0)
	for i := range f.waits {
		f.waits[i].Await = a
	}
	b.invoked = append(b.invoked, f.invoked...)
	return f.waits, f.gives
}

// futures collects what the futures in a value wait for. It goes through the calls and aggregates that put futures together: a future
// that is boxed, limited, joined or raced is polled where the whole is awaited.
type futures struct {
	b       *body
	await   *coro.Await
	step    Step
	seen    map[mir.Local]bool
	bounded bool
	waits   []Wait
	gives   []Given
	keeps   []Held
	invoked []invoked
}

// maxNesting bounds how many wrappers are looked through.
const maxNesting = 24

// value looks into the value of an operand.
func (f *futures) value(o mir.Operand, typ string, depth int) {
	if !o.IsPlace() || depth > maxNesting || f.b.isTask(typ) {
		return
	}
	l := o.Place.Local
	if len(o.Place.Proj) > 0 && f.member(o.Place, typ, depth) {
		return
	}
	if f.seen[l] {
		return
	}
	f.seen[l] = true
	d := f.b.defs[l]
	if d.n == 0 || d.n > 1 && d.term == nil && d.stmt == nil {
		return
	}
	if d.term != nil {
		f.call(d, typ, depth)
		return
	}
	switch v := &d.stmt.Value; v.Kind {
	case mir.Use, mir.Cast:
		f.operand(v.Operands[0], depth)
	case mir.Ref, mir.RawPtr, mir.CopyForDeref:
		f.operand(mir.Operand{Kind: mir.Copy, Place: v.Place}, depth)
	case mir.Coroutine:
		f.coroutine(d, f.b.c.facts.CoroutineIn(f.b.fn, f.b.fn.MIR().Type(d.stmt.Place)), v.Operands, depth == 0)
	case mir.Closure:
		if to := f.b.c.facts.BodyOf(f.b.fn, f.b.fn.MIR().Type(d.stmt.Place)); to != nil && to.Coroutine() == nil && MayRun(to.MIR().Locals[0].Type) {
			f.returned(d, to, []mir.Operand{{Kind: mir.Copy, Place: d.stmt.Place}}, depth)
		}
		for _, part := range v.Operands {
			f.operand(part, depth+1)
		}
	case mir.Tuple, mir.Adt, mir.Array:
		for _, part := range v.Operands {
			f.operand(part, depth+1)
		}
	}
}

func (f *futures) operand(o mir.Operand, depth int) {
	if typ := f.b.c.operandType(f.b.fn, o); o.IsPlace() && (depth == 0 || f.runs(o, typ)) {
		f.value(o, typ, depth)
	}
}

// runs reports whether a value can hold code that is yet to run: a coroutine, a closure, or a future that takes a resource.
func (f *futures) runs(o mir.Operand, typ string) bool {
	if MayRun(typ) {
		return true
	}
	d := f.b.defs[o.Place.Local]
	for range 8 {
		if d.n != 1 || d.stmt == nil || d.stmt.Value.Kind != mir.Use || !d.stmt.Value.Operands[0].IsPlace() {
			break
		}
		d = f.b.defs[d.stmt.Value.Operands[0].Place.Local]
	}
	if d.term == nil || d.term.Func.IsPlace() {
		return false
	}
	row, ok := f.b.acquisition(d.term.Func.Text)
	return ok && row.Waits == knowledge.WaitsTask
}

// MayRun reports whether a printed type has code in it that runs when somebody polls or calls it.
func MayRun(typ string) bool {
	return strings.Contains(typ, "{async") || strings.Contains(typ, "{closure@") || strings.Contains(typ, "dyn std::future::Future") || strings.Contains(typ, "dyn futures")
}

// member goes into the one field of a tuple that is meant.
func (f *futures) member(p mir.Place, typ string, depth int) bool {
	d := f.b.defs[p.Local]
	if p.Proj[0].Kind != mir.Field || d.stmt == nil || d.stmt.Value.Kind != mir.Tuple || int(p.Proj[0].Index) >= len(d.stmt.Value.Operands) {
		return false
	}
	f.value(d.stmt.Value.Operands[p.Proj[0].Index], typ, depth)
	return true
}

// call looks into what a call gives: a future that takes a resource, async code of the crate, or a wrapper of other futures.
func (f *futures) call(d definition, typ string, depth int) {
	t := d.term
	if t.Func.IsPlace() || isPoll(t) {
		return
	}
	if i, ok := f.b.c.tables.LeadsTo(f.b.c.facts.Callee(t.Func.Text)); ok && i < len(t.Args) {
		f.operand(t.Args[i], depth)
		return
	}
	if row, ok := f.b.acquisition(t.Func.Text); ok && row.Waits == knowledge.WaitsTask && row.Of < len(t.Args) {
		step := f.step
		step.Block, step.Pos, step.Callee = d.block, t.Pos, readable(t.Func.Text)
		name, amount := f.b.nameOf(t.Args[row.Of]), f.b.amount(row, t.Args)
		f.waits = append(f.waits, Wait{Name: name, Row: row, Steps: []Step{step}, Amount: amount, Bounded: f.bounded})
		if depth == 0 {
			f.gives = append(f.gives, Given{Name: name, Row: row, Step: step, Amount: amount})
		}
		return
	}
	f.callback(d)
	if fn := f.b.c.facts.CoroutineOf(typ); fn != nil && fn.Coroutine().Kind == coro.AsyncFn {
		f.coroutine(d, fn, t.Args, depth == 0)
		return
	}
	if to := f.b.c.facts.Runs(t.Func.Text); to != nil && to.MIR() != nil && to.Coroutine() == nil {
		f.returned(d, to, t.Args, depth)
		return
	}
	if race, ok := f.b.c.tables.Race(typ); ok && race.Kind == knowledge.Limit && race.Time {
		f.bounded = true
	}
	for _, a := range t.Args {
		f.operand(a, depth+1)
	}
}

// coroutine takes over what async code of the crate waits for.
func (f *futures) coroutine(d definition, fn *facts.Fn, args []mir.Operand, outermost bool) {
	if fn == nil {
		return
	}
	step := f.step
	step.Block, step.Pos, step.Callee = d.block, positionOf(d), fn.Readable()
	inner := f.b.c.body(fn)
	for _, w := range inner.waits {
		if out, ok := f.b.through(step, w, args); ok {
			out.Bounded = out.Bounded || f.bounded
			f.waits = append(f.waits, out)
		}
	}
	for _, in := range inner.invoked {
		joined, handed := f.b.join(step, in, args)
		f.waits, f.invoked = append(f.waits, joined...), append(f.invoked, handed...)
	}
	for _, k := range inner.keeps {
		if name, ok := f.b.translate(k.Name, args); ok {
			k.Name = name
			f.keeps = append(f.keeps, k)
		}
	}
	if !outermost {
		return
	}
	for _, g := range inner.gives {
		if name, ok := f.b.translate(g.Name, args); ok {
			f.gives = append(f.gives, Given{Name: name, Row: g.Row, Step: step, Amount: g.Amount})
		}
	}
}

// returned looks into the future that a plain function of the crate makes, such as a boxed one.
func (f *futures) returned(d definition, to *facts.Fn, args []mir.Operand, depth int) {
	if len(f.b.c.busy) > maxDepth || f.b.c.busy[to] {
		return
	}
	f.b.c.busy[to] = true
	inner := &futures{b: newBody(f.b.c, to), step: Step{Fn: to}, seen: map[mir.Local]bool{}}
	inner.value(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: 0}}, to.MIR().Locals[0].Type, depth)
	delete(f.b.c.busy, to)
	step := f.step
	step.Block, step.Pos, step.Callee = d.block, positionOf(d), to.Readable()
	for _, k := range inner.keeps {
		if name, ok := f.b.translate(k.Name, args); ok {
			k.Name = name
			f.keeps = append(f.keeps, k)
		}
	}
	for _, w := range inner.waits {
		if out, ok := f.b.through(step, w, args); ok {
			out.Bounded = out.Bounded || f.bounded
			f.waits = append(f.waits, out)
		}
	}
	for _, g := range inner.gives {
		if name, ok := f.b.translate(g.Name, args); ok {
			f.gives = append(f.gives, Given{Name: name, Row: g.Row, Step: step, Amount: g.Amount})
		}
	}
}

// isTask reports whether a value is the handle of something that runs by itself.
func (b *body) isTask(typ string) bool {
	t := typ
	for strings.HasPrefix(t, "&") || strings.HasPrefix(t, "std::pin::Pin<") || strings.HasPrefix(t, "std::boxed::Box<") || strings.HasPrefix(t, "std::option::Option<") {
		inner := mir.Pointee(t)
		if inner == "" {
			args := mir.Args(t)
			if len(args) == 0 {
				return false
			}
			inner = args[0]
		}
		t = inner
	}
	head := mir.Head(t)
	if head == "" {
		return false
	}
	row, ok := b.c.tables.Future(b.c.facts.Global(head))
	return ok && row.Eager
}

func positionOf(d definition) mir.Pos {
	if d.term != nil {
		return d.term.Pos
	}
	return d.stmt.Pos
}

// Inside is what the futures in a value of fn's wait for when they are polled, and what they keep while they are pending.
type Inside struct {
	Waits []Wait
	Keeps []Held
}

// Inside looks into a value. set tells that the value is a collection that calls put futures into.
func (c *Crate) Inside(fn *facts.Fn, o mir.Operand, set bool) Inside {
	b := c.body(fn)
	f := &futures{b: b, step: Step{Fn: fn, Callee: "the future"}, seen: map[mir.Local]bool{}}
	typ := fn.MIR().Type(o.Place)
	f.value(o, typ, 0)
	if set {
		f.pushed(o.Place.Local)
	}
	if len(f.waits) == 0 && len(f.keeps) == 0 && !strings.Contains(typ, "JoinHandle<") {
		f.byType(typ)
		f.byFunction(typ)
	}
	return Inside{f.waits, f.keeps}
}

// pushed looks into what calls put into a collection.
func (f *futures) pushed(set mir.Local) {
	fn := f.b.fn
	for i := range fn.MIR().Blocks {
		t := &fn.MIR().Blocks[i].Term
		if t.Kind != mir.Call || len(t.Args) != 2 || !t.Args[0].IsPlace() || fn.MIR().Blocks[i].Cleanup {
			continue
		}
		if at, ok := fn.Coroutine().Object(t.Args[0]); ok && at.Local == set && at.IsLocal() {
			f.operand(t.Args[1], 1)
		}
	}
}

// byType looks for the async functions of the crate that a type names. What they take of their caller's has no name then.
func (f *futures) byType(typ string) {
	const mark = "{async fn body of "
	for {
		i := strings.Index(typ, mark)
		if i < 0 {
			return
		}
		typ = typ[i:]
		end := strings.Index(typ, "()}")
		if end < 0 {
			return
		}
		if fn := f.b.c.facts.CoroutineOf(typ[:end+3]); fn != nil {
			f.coroutine(definition{stmt: &mir.Stmt{}, block: mir.NoBlock}, fn, nil, false)
		}
		typ = typ[end:]
	}
}

// byFunction does so for the functions that a type names: `Map<Range<u32>, fn(u32) -> impl Future {f05::foo}>`.
func (f *futures) byFunction(typ string) {
	for _, part := range strings.Split(typ, " {")[1:] {
		path, _, ok := strings.Cut(part, "}")
		if !ok || path == "" || strings.ContainsAny(path[:1], "(&") {
			continue
		}
		if fn := f.b.c.facts.Runs(path); fn != nil {
			f.byType(fn.MIR().Locals[0].Type)
		}
	}
}

func (c *Crate) operandType(fn *facts.Fn, o mir.Operand) string {
	if o.IsPlace() {
		return fn.MIR().Type(o.Place)
	}
	return ""
}
