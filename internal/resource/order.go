package resource

import (
	"slices"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Order is a place where one resource is waited for while another is held.
type Order struct {
	Fn     *facts.Fn // in whose code both happen
	First  Held
	Second *Wait
	Gates  []string // other locks that are held alone meanwhile: two places with one in common cannot run at the same time

	FirstName, SecondName string // what the two are called where they are compared
	awaited               bool   // by the function that gives them these names, in its own course
	instance              int
}

// Orders are the places of the crate where one resource is waited for while another is held, under names that can be compared: those
// that mean the same everywhere, and for each function those of its own values that it lends or hands to other code.
func (c *Crate) Orders() (global []Order, local map[*facts.Fn][]Order) {
	local = map[*facts.Fn][]Order{}
	for _, fn := range c.facts.Fns {
		if fn.MIR() == nil {
			continue
		}
		for i := range c.Waits(fn) {
			w := &c.Waits(fn)[i]
			for _, h := range w.Held {
				if o, ok := order(fn, h, w, Name.Global); ok && h.At.Fn == fn && h.Name.Shared && w.Name.Shared {
					global = append(global, o)
				}
			}
		}
		if found := c.ordersOfInstances(fn); len(found) > 1 {
			local[fn] = found
		}
	}
	return global, local
}

func order(fn *facts.Fn, h Held, w *Wait, called func(Name) string) (Order, bool) {
	o := Order{Fn: fn, First: h, Second: w, FirstName: called(h.Name), SecondName: called(w.Name)}
	if w.Bounded || o.FirstName == "" || o.SecondName == "" || o.FirstName == o.SecondName || h.Name.Same(w.Name) {
		return o, false
	}
	if h.Row.Mode == knowledge.Permit || w.Row.Mode == knowledge.Permit || w.Row.Mode == knowledge.Event || h.Row.Part || w.Row.Part {
		return o, false
	}
	for _, g := range w.Held {
		if name := called(g.Name); name != "" && name != o.FirstName && name != o.SecondName && g.Row.Mode == knowledge.Exclusive {
			o.Gates = append(o.Gates, name)
		}
	}
	return o, true
}

// ordersOfInstances are the orders of the async code that fn makes, by the names of fn's own values.
func (c *Crate) ordersOfInstances(fn *facts.Fn) (out []Order) {
	b := c.body(fn)
	own := func(n Name) string {
		if n.Vague || n.Base != Static && (n.Base != Own || n.Of != fn.Path) {
			return ""
		}
		return n.Key()
	}
	for i, in := range b.instances() {
		waits := c.Waits(in.fn)
		for k := range waits {
			mapped, ok := b.through(in.step, waits[k], in.args)
			if !ok {
				continue
			}
			for _, h := range mapped.Held {
				if o, ok := order(waits[k].Steps[0].Fn, h, &mapped, own); ok {
					o.Fn, o.awaited, o.instance = in.fn, in.awaited, i
					o.Second = &waits[k]
					out = append(out, o)
				}
			}
		}
	}
	return out
}

// instance is a future of the crate's that a function makes.
type instance struct {
	fn      *facts.Fn
	args    []mir.Operand
	step    Step
	awaited bool // as it is, so that it runs in the course of the function
	place   mir.Place
}

func (b *body) instances() (out []instance) {
	f := b.fn.MIR()
	plain := map[mir.Pos]bool{}
	if body := b.fn.Coroutine(); body != nil {
		for _, a := range body.Awaits {
			if a.Awaitee != 0 {
				plain[body.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}).Pos] = true
			}
		}
	}
	for i := range f.Blocks {
		block := &f.Blocks[i]
		if block.Cleanup {
			continue
		}
		for j := range block.Stmts {
			if s := &block.Stmts[j]; s.Kind == mir.Assign && s.Value.Kind == mir.Coroutine {
				if fn := b.c.facts.CoroutineIn(b.fn, f.Type(s.Place)); fn != nil {
					out = append(out, instance{fn, s.Value.Operands, Step{Fn: b.fn, Block: mir.Block(i), Pos: s.Pos, Callee: "async block"}, plain[s.Pos], s.Place})
				}
			}
		}
		if t := &block.Term; t.Kind == mir.Call && !t.Func.IsPlace() {
			if fn := b.c.facts.CoroutineOf(f.Type(t.Place)); fn != nil && fn.Coroutine().Kind == coro.AsyncFn && b.c.facts.Runs(t.Func.Text) != nil {
				out = append(out, instance{fn, t.Args, Step{Fn: b.fn, Block: mir.Block(i), Pos: t.Pos, Callee: fn.Readable()}, plain[t.Pos], t.Place})
			}
		}
	}
	return out
}

// Inversion is a pair of places that take two resources in opposite order.
type Inversion struct{ One, Other Order }

// Inversions are the pairs of orders that can wait for each other, each pair of names once: One is in the order that fewer places have.
func (c *Crate) Inversions() (out []Inversion) {
	global, local := c.Orders()
	out = c.invert(global, out)
	for _, fn := range c.facts.Fns {
		out = c.invert(local[fn], out)
	}
	return out
}

func (c *Crate) invert(orders []Order, out []Inversion) []Inversion {
	count := map[[2]string]int{}
	for _, o := range orders {
		count[[2]string{o.FirstName, o.SecondName}]++
	}
	seen := map[[2]string]bool{}
	for i := range orders {
		for k := range i {
			one, other := orders[i], orders[k]
			pair := [2]string{min(one.FirstName, one.SecondName), max(one.FirstName, one.SecondName)}
			if seen[pair] || one.FirstName != other.SecondName || one.SecondName != other.FirstName || !c.opposed(one, other) {
				continue
			}
			seen[pair] = true
			if count[[2]string{one.FirstName, one.SecondName}] > count[[2]string{other.FirstName, other.SecondName}] {
				one, other = other, one
			}
			out = append(out, Inversion{one, other})
		}
	}
	return out
}

// opposed reports whether two orders can run at the same time and wait for each other.
func (c *Crate) opposed(one, other Order) bool {
	if one.awaited && other.awaited || slices.ContainsFunc(one.Gates, func(g string) bool { return slices.Contains(other.Gates, g) }) {
		return false
	}
	return c.stops(one.First, other.Second) && c.stops(other.First, one.Second)
}

func (c *Crate) stops(h Held, w *Wait) bool {
	switch Against(h.Row, w.Row) {
	case Always:
		return true
	case Behind:
		return c.Written(w.Name)
	}
	return false
}
