package resource

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// body is what is known of one function.
type body struct {
	c     *Crate
	fn    *facts.Fn
	defs  []definition
	waits []Wait
	gives []Given
	keeps []Held // at some suspension

	held  map[mir.Block][]coro.Held
	sites map[mir.Pos][]Given

	invoked []invoked // calls of callables that it is given

	exchanges []Exchange
	asked     bool
	alive     map[knowledge.Side]map[mir.Block][]coro.Held
}

func newBody(c *Crate, fn *facts.Fn) *body {
	b := &body{c: c, fn: fn}
	if fn.MIR() != nil {
		b.define()
	}
	return b
}

// acquisition is what the tables know of a printed callee.
func (b *body) acquisition(callee string) (*knowledge.Acquisition, bool) {
	if callee == "" {
		return nil, false
	}
	return b.c.tables.Acquires(b.c.facts.Callee(callee))
}

// summarise goes through the calls, awaits and destructors of the function.
func (b *body) summarise() {
	f := b.fn.MIR()
	held := coro.HeldBefore(f, b.fn.Coroutine(), b.c.leaves, func(t *mir.Term) bool {
		return t.Kind == mir.Call || t.Kind == mir.Drop || t.Kind == mir.Return
	})
	sites := map[mir.Pos][]Given{}
	b.held, b.sites = held, sites
	type found struct {
		at    mir.Block
		waits []Wait
	}
	var all []found
	var invokedAt []mir.Block
	for i := range f.Blocks {
		if f.Blocks[i].Cleanup {
			continue
		}
		t := &f.Blocks[i].Term
		before := len(b.invoked)
		waits, gives := b.at(mir.Block(i), t)
		for n := before; n < len(b.invoked); n++ {
			invokedAt = append(invokedAt, mir.Block(i))
		}
		for n := range gives {
			gives[n].since = b.behind(mir.Block(i))
		}
		if len(gives) > 0 {
			sites[t.Pos] = gives
		}
		if len(waits) > 0 {
			all = append(all, found{mir.Block(i), waits})
		}
	}
	for _, x := range all {
		holds := b.holds(held[x.at], &f.Blocks[x.at].Term, sites)
		for _, w := range x.waits {
			w.Held = append(slices.Clone(holds), w.Held...)
			b.keep(w)
		}
	}
	for n, at := range invokedAt {
		in := &b.invoked[n]
		in.Held = append(b.holds(held[at], &f.Blocks[at].Term, sites), in.Held...)
	}
	b.findReplies()
	b.findKeeps(held, sites)
	for i := range f.Blocks {
		if f.Blocks[i].Term.Kind == mir.Return && !f.Blocks[i].Cleanup {
			for _, h := range held[mir.Block(i)] {
				if h.Local == 0 {
					b.give(sites[h.From])
				}
			}
		}
	}
}

// findKeeps notes what is held while the coroutine is suspended, by itself or by what it awaits.
func (b *body) findKeeps(held map[mir.Block][]coro.Held, sites map[mir.Pos][]Given) {
	if b.fn.Coroutine() == nil {
		return
	}
	for i := range b.fn.Coroutine().Awaits {
		a := &b.fn.Coroutine().Awaits[i]
		if a.Poll == mir.NoBlock {
			continue
		}
		b.keeps = append(b.keeps, b.holds(held[a.Poll], &b.fn.MIR().Blocks[a.Poll].Term, sites)...)
		if a.Awaitee != 0 && len(b.keeps) < maxWaits {
			f := &futures{b: b, await: a, step: Step{Fn: b.fn, Block: a.Block, Pos: a.Pos}, seen: map[mir.Local]bool{}}
			f.value(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}, a.Type, 0)
			b.keeps = append(b.keeps, f.keeps...)
		}
	}
}

// behind is the block that follows a call; of the poll of an await the one that follows when it is ready.
func (b *body) behind(block mir.Block) mir.Block {
	f := b.fn.MIR()
	t := &f.Blocks[block].Term
	if a := b.awaitOf(block); a != nil && t.Return != mir.NoBlock {
		for _, to := range f.Blocks[t.Return].Term.Targets {
			if to.Value == "0" {
				return to.Block
			}
		}
	}
	return t.Return
}

func (b *body) keep(w Wait) {
	if len(b.waits) < maxWaits && len(w.Steps) <= maxSteps {
		b.waits = append(b.waits, w)
	}
}

func (b *body) give(gives []Given) {
	for _, g := range gives {
		if !slices.ContainsFunc(b.gives, func(k Given) bool { return k.Name.Key() == g.Name.Key() && k.Row == g.Row }) {
			b.gives = append(b.gives, g)
		}
	}
}

// holds are the resources of the guards that are alive in front of a terminator, without those that move into a call.
func (b *body) holds(held []coro.Held, t *mir.Term, sites map[mir.Pos][]Given) []Held {
	var out []Held
	awaited := mir.Local(0)
	if isPoll(t) {
		if a := b.awaitAt(t); a != nil {
			awaited = a.Awaitee
		}
	}
	for _, h := range held {
		moved := slices.ContainsFunc(t.Args, func(a mir.Operand) bool { return a.IsPlace() && a.Place.Local == h.Local && a.Place.IsLocal() })
		if moved || h.Local == awaited || t.Kind == mir.Drop && t.Place.Local == h.Local && t.Place.IsLocal() {
			continue
		}
		for _, g := range sites[h.From] {
			out = append(out, Held{Name: g.Name, Row: g.Row, Must: h.Must, At: g.Step, Amount: g.Amount, Since: g.since, Var: coro.NameOf(b.fn.MIR(), h.Local)})
		}
	}
	return out
}

// awaitAt is the await that polls by a terminator, or nil: a hand-written poll polls by calls, too, and awaits nothing.
func (b *body) awaitAt(t *mir.Term) *coro.Await {
	if b.fn.Coroutine() == nil {
		return nil
	}
	for i := range b.fn.Coroutine().Awaits {
		a := &b.fn.Coroutine().Awaits[i]
		if a.Poll != mir.NoBlock && &b.fn.MIR().Blocks[a.Poll].Term == t && a.Awaitee != 0 {
			return a
		}
	}
	return nil
}

// at is what the terminator of a block waits for, and the resources that its result has.
func (b *body) at(block mir.Block, t *mir.Term) (waits []Wait, gives []Given) {
	switch {
	case t.Kind == mir.Drop:
		return b.destructor(block, t, b.fn.MIR().Type(t.Place), t.Place), nil
	case t.Kind != mir.Call || t.Func.IsPlace():
		return nil, nil
	case isPoll(t):
		if b.fn.Coroutine() == nil {
			return nil, nil
		}
		if a := b.awaitAt(t); a != nil {
			return b.awaited(a)
		}
		return nil, nil
	}
	step := Step{Fn: b.fn, Block: block, Pos: t.Pos, Callee: readable(t.Func.Text)}
	callee := b.c.facts.Callee(t.Func.Text)
	if row, ok := b.c.tables.Acquires(callee); ok {
		if row.Waits == knowledge.WaitsTask || row.Of >= len(t.Args) {
			return nil, nil // the future waits, when it is polled
		}
		name, amount := b.nameOf(t.Args[row.Of]), b.amount(row, t.Args)
		if row.Waits == knowledge.WaitsThread {
			waits = []Wait{{Name: name, Row: row, Steps: []Step{step}, Amount: amount}}
		}
		return waits, []Given{{Name: name, Row: row, Step: step, Amount: amount}}
	}
	if isDropCall(t) {
		return b.destructor(block, t, b.fn.MIR().Type(t.Args[0].Place), t.Args[0].Place), nil
	}
	waits = b.invokes(step, t)
	if to := b.c.facts.Runs(t.Func.Text); to != nil && to.Coroutine() == nil {
		inner, gives := b.called(step, to, t.Args)
		return append(waits, inner...), gives
	}
	return append(waits, b.closures(step, t)...), nil
}

func isDropCall(t *mir.Term) bool {
	return len(t.Args) == 1 && t.Args[0].IsPlace() && strings.HasPrefix(mir.WithoutGenerics(t.Func.Text), "std::mem::drop")
}

// called is what a call of a function of the crate does, in the names of the caller.
func (b *body) called(step Step, to *facts.Fn, args []mir.Operand) (waits []Wait, gives []Given) {
	inner := b.c.body(to)
	for _, w := range inner.waits {
		if w.Row.Waits == knowledge.WaitsThread || w.Blocks {
			if out, ok := b.through(step, w, args); ok {
				waits = append(waits, out)
			}
		}
	}
	for _, in := range inner.invoked {
		if !in.gives {
			joined, handed := b.join(step, in, args)
			waits, b.invoked = append(waits, joined...), append(b.invoked, handed...)
		}
	}
	for _, g := range inner.gives {
		if name, ok := b.translate(g.Name, args); ok {
			gives = append(gives, Given{Name: name, Row: g.Row, Step: step, Amount: g.Amount})
		}
	}
	return waits, gives
}

// through is a wait of a callee as its caller sees it.
func (b *body) through(step Step, w Wait, args []mir.Operand) (Wait, bool) {
	name, ok := b.translate(w.Name, args)
	if !ok || len(w.Steps) >= maxSteps {
		return w, false
	}
	out := Wait{Name: name, Row: w.Row, Steps: append([]Step{step}, w.Steps...), Amount: w.Amount, Bounded: w.Bounded, Blocks: w.Blocks, Object: w.Object, Joined: w.Joined}
	if w.Callback > 0 {
		out.Callback = w.Callback + 1
	}
	for _, h := range w.Held {
		if h.Name, ok = b.translate(h.Name, args); ok {
			out.Held = append(out.Held, h)
		}
	}
	return out, true
}

// closures are the closures that a library runs inside of the call.
func (b *body) closures(step Step, t *mir.Term) (waits []Wait) {
	for _, rule := range b.c.tables.Argument(b.c.facts.Callee(t.Func.Text)) {
		for n, a := range t.Args {
			if !rule.Covers(n) || !a.IsPlace() {
				continue
			}
			switch {
			case rule.Runs == knowledge.Inline, rule.Runs == knowledge.Blocking && !b.isTask(b.fn.MIR().Type(t.Place)):
				waits = append(waits, b.closure(step, a)...)
			case rule.Runs == knowledge.Driven:
				waits = append(waits, b.driven(step, a)...)
			}
		}
	}
	return waits
}

// closure is what a closure waits for that runs inside of a call.
func (b *body) closure(step Step, a mir.Operand) []Wait {
	typ := b.fn.MIR().Type(a.Place)
	if !strings.HasPrefix(typ, "{closure@") {
		return nil
	}
	fn := b.c.facts.BodyOf(b.fn, typ)
	if fn == nil || fn.Coroutine() != nil {
		return nil
	}
	waits, _ := b.called(step, fn, []mir.Operand{a})
	return waits
}

// driven is what a future waits for that the call polls to its end.
func (b *body) driven(step Step, a mir.Operand) []Wait {
	f := &futures{b: b, step: step, seen: map[mir.Local]bool{}}
	f.value(a, b.fn.MIR().Type(a.Place), 0)
	for i := range f.waits {
		f.waits[i].Blocks = true
		f.waits[i].Steps[0].Block = step.Block
	}
	return f.waits
}

// destructor is what dropping a value waits for.
func (b *body) destructor(block mir.Block, t *mir.Term, typ string, at mir.Place) (waits []Wait) {
	fn := b.c.facts.Destructor(typ)
	if fn == nil {
		return nil
	}
	step := Step{Fn: b.fn, Block: block, Pos: t.Pos, Callee: "drop of `" + mir.LastSegment(mir.Head(typ)) + "`"}
	waits, _ = b.called(step, fn, []mir.Operand{{Kind: mir.Copy, Place: at}})
	return waits
}

// readable is a printed callee as a reader would write it: its last two segments.
func readable(callee string) string {
	path := callee
	if strings.HasPrefix(path, "<") {
		if i := strings.Index(path, " as "); i > 0 {
			typ := mir.LastSegment(mir.WithoutGenerics(strings.TrimLeft(path[1:i], "&")))
			return typ + "::" + path[strings.LastIndex(path, "::")+2:]
		}
	}
	path = mir.WithoutGenerics(path)
	parts := strings.Split(path, "::")
	return strings.Join(parts[max(0, len(parts)-2):], "::")
}
