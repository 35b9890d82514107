package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// effectsOf is the summary of a function. Functions are summarised bottom-up, each group of functions that call each other until
// nothing changes.
func (c *Crate) effectsOf(fn *Fn) *effects {
	c.summariseEffects()
	if fn.effects == nil {
		if fn.mir == nil {
			return &effects{outcomes: []outcome{{deeds: []deed{{kind: undecided, what: "`" + fn.Readable() + "`", value: -1, param: -1}}}}}
		}
		if c.settling[fn] {
			return &effects{} // a call that has not been seen to return yet
		}
		return &effects{outcomes: []outcome{{deeds: []deed{{kind: undecided, what: "`" + fn.Readable() + "`", value: -1, param: -1}}}}}
	}
	return fn.effects
}

// summariseEffects summarises all functions once.
func (c *Crate) summariseEffects() {
	if c.summarised {
		return
	}
	c.summarised = true
	for _, group := range c.groups() {
		c.settle(group)
	}
}

// maxRounds bounds how often a group of functions that call each other is looked at.
const maxRounds = 4

func (c *Crate) settle(group []int) {
	c.settling = make(map[*Fn]bool, len(group))
	for _, i := range group {
		c.settling[c.Fns[i]] = true
	}
	for round := range maxRounds {
		changed := false
		for _, i := range group {
			fn := c.Fns[i]
			e := c.explore(fn)
			if fn.effects == nil || !fn.effects.equal(e) {
				changed = true
			}
			fn.effects = e
		}
		if !changed || len(group) == 1 && !slices.Contains(c.callees[group[0]], group[0]) {
			return
		}
		if round == maxRounds-1 {
			for _, i := range group {
				c.giveUp(c.Fns[i])
			}
		}
	}
}

// giveUp marks a summary that did not come to rest.
func (c *Crate) giveUp(fn *Fn) {
	d := deed{kind: undecided, what: "`" + fn.Readable() + "`, which calls itself", value: -1, param: -1, pos: fn.mir.Pos}
	e := &effects{partial: true, losses: fn.effects.losses}
	for _, o := range fn.effects.outcomes {
		o.deeds = addDeed(slices.Clone(o.deeds), d)
		e.outcomes = append(e.outcomes, o)
	}
	fn.effects = e
}

// explore summarises one function with what is known of its callees.
func (c *Crate) explore(fn *Fn) *effects { return c.exploreWith(fn, nil) }

func (c *Crate) exploreWith(fn *Fn, with *binding) *effects {
	if fn.body == nil && !c.isPoll(fn) && !c.doesAnything(fn) {
		return noEffects
	}
	x := &explorer{c: c, fn: fn, with: with, f: fn.mir, p: c.placesOf(fn), pollable: fn.body != nil || c.isPoll(fn), out: &effects{},
		seen: map[mir.Block]map[string]bool{}, wide: map[mir.Block]map[string]*trace{}}
	start := mir.Block(0)
	if fn.body != nil {
		start = fn.body.Start()
		x.suspend = make(map[mir.Block]*coro.Await, len(fn.body.Awaits))
		for i := range fn.body.Awaits {
			x.suspend[fn.body.Awaits[i].Block] = &fn.body.Awaits[i]
		}
	}
	x.run(start)
	x.confirmed()
	return x.out.simplify()
}

// isPoll reports whether a function polls a state that is dropped with it: a Future's poll, or a closure that is called with a context.
func (c *Crate) isPoll(fn *Fn) bool {
	return fn.context && (fn.Trait == "Future" && fn.Name == "poll" || strings.HasSuffix(fn.Path, "}"))
}

// doesAnything reports whether a function has a statement or call that a cancel could be concerned with. Most have none.
func (c *Crate) doesAnything(fn *Fn) bool {
	for b := range fn.mir.Blocks {
		block := &fn.mir.Blocks[b]
		if block.Cleanup {
			continue
		}
		for i := range block.Stmts {
			if s := &block.Stmts[i]; s.Kind == mir.Assign && isBehind(s.Place) {
				return true
			}
		}
		if t := &block.Term; t.Kind == mir.Call && c.callDoes(fn, t) || t.Kind == mir.OpaqueTerm {
			return true
		}
	}
	return false
}

func isBehind(p mir.Place) bool {
	return slices.ContainsFunc(p.Proj, func(e mir.Elem) bool { return e.Kind == mir.Deref })
}

func (c *Crate) callDoes(fn *Fn, t *mir.Term) bool {
	if t.Func.IsPlace() {
		return true
	}
	to := c.resolve(t.Func.Text)
	switch to.kind {
	case polls:
		return true
	case resolvedFn:
		for _, f := range append([]*Fn{to.fn}, to.more...) {
			if c.effectsOf(f) != noEffects {
				return true
			}
		}
		return false
	}
	if _, ok := c.tables.Transfer(to.call.name); ok || isCallable(mir.LastSegment(to.call.name.Trait)) {
		return true
	}
	switch rootOf(to.call.path) {
	case "std", "core", "alloc":
		return slices.ContainsFunc(t.Args, func(a mir.Operand) bool { return strings.HasPrefix(stripRefs(c.operandType(fn, a)), "{closure@") })
	}
	return to.kind != harmless && to.kind != leaf
}

// implementations are the functions of this crate that a call of a trait's method on an unknown type can run, when the trait is the
// crate's own: whoever implements it elsewhere is not seen.
func (c *Crate) implementations(to target) []*Fn {
	if to.call.self == "" || !c.isLocal(parentOf(to.call.path)) {
		return nil
	}
	trait := mir.LastSegment(to.call.name.Trait)
	var out []*Fn
	for _, i := range c.byName[to.call.name.Method] {
		if fn := c.Fns[i]; fn.Trait == trait && fn.body == nil {
			out = append(out, fn)
		}
	}
	return out
}

// groups are the functions of the crate in an order in which callees come first; functions that call each other are in one group
// (Tarjan, SIAM J. Comput. 1, 1972, without recursion).
func (c *Crate) groups() [][]int {
	c.findCallees()
	n := len(c.Fns)
	g := &grouping{index: make([]int, n), low: make([]int, n), on: make([]bool, n)}
	for v := range n {
		if g.index[v] == 0 {
			g.visit(v, c.callees)
		}
	}
	return g.groups
}

type grouping struct {
	index, low []int
	on         []bool
	stack      []int
	next       int
	groups     [][]int
}

type frame struct{ v, edge int }

func (g *grouping) visit(root int, callees [][]int) {
	frames := []frame{{root, 0}}
	g.open(root)
	for len(frames) > 0 {
		f := &frames[len(frames)-1]
		if f.edge < len(callees[f.v]) {
			w := callees[f.v][f.edge]
			f.edge++
			if g.index[w] == 0 {
				g.open(w)
				frames = append(frames, frame{w, 0})
			} else if g.on[w] {
				g.low[f.v] = min(g.low[f.v], g.index[w])
			}
			continue
		}
		v := f.v
		frames = frames[:len(frames)-1]
		if len(frames) > 0 {
			up := frames[len(frames)-1].v
			g.low[up] = min(g.low[up], g.low[v])
		}
		if g.low[v] == g.index[v] {
			g.close(v)
		}
	}
}

func (g *grouping) open(v int) {
	g.next++
	g.index[v], g.low[v] = g.next, g.next
	g.stack, g.on[v] = append(g.stack, v), true
}

func (g *grouping) close(v int) {
	at := len(g.stack) - 1
	for g.stack[at] != v {
		at--
	}
	group := slices.Clone(g.stack[at:])
	slices.Sort(group)
	for _, w := range group {
		g.on[w] = false
	}
	g.stack = g.stack[:at]
	g.groups = append(g.groups, group)
}

// findCallees lists for each function those whose summaries its own needs: what it calls, the closures that it hands on, and the
// futures that it polls.
func (c *Crate) findCallees() {
	c.number = make(map[*Fn]int, len(c.Fns))
	for i, fn := range c.Fns {
		c.number[fn] = i
	}
	c.callees = make([][]int, len(c.Fns))
	for i, fn := range c.Fns {
		var out []int
		c.eachCallee(fn, func(to *Fn) {
			if n, ok := c.number[to]; ok && !slices.Contains(out, n) {
				out = append(out, n)
			}
		})
		c.callees[i] = out
	}
}

func (c *Crate) eachCallee(fn *Fn, visit func(*Fn)) {
	for b := range fn.mir.Blocks {
		block := &fn.mir.Blocks[b]
		if block.Cleanup || block.Term.Kind != mir.Call {
			continue
		}
		t := &block.Term
		if t.Func.IsPlace() {
			for _, to := range c.pointees(c.placesOf(fn).fieldOf(t.Func.Place)) {
				visit(to)
			}
			continue
		}
		to := c.resolve(t.Func.Text)
		switch {
		case to.kind == polls:
			c.eachPolled(fn, to.call.self, visit, 0)
		case to.kind == resolvedFn:
			visit(to.fn)
			for _, fn := range to.more {
				visit(fn)
			}
		default:
			for _, fn := range c.implementations(to) {
				visit(fn)
			}
		}
		for _, a := range t.Args {
			if typ := c.operandType(fn, a); strings.Contains(typ, "{") { // a closure, a coroutine or a function, or something around one
				c.eachPolled(fn, typ, visit, 0)
			}
		}
	}
}

// eachPolled visits the closures, coroutines and polls that a type in fn holds.
func (c *Crate) eachPolled(fn *Fn, typ string, visit func(*Fn), depth int) {
	typ = stripRefs(typ)
	if typ == "" || depth > maxWrapped {
		return
	}
	if strings.HasPrefix(typ, "{") {
		if body := c.callableIn(fn, typ); body != nil {
			visit(body)
		}
		return
	}
	for _, kind := range c.associated(typ) {
		c.eachPolled(fn, kind, visit, depth+1)
	}
	if path, ok := fnItem(typ); ok {
		if to := c.resolve(path); to.kind == resolvedFn {
			visit(to.fn)
		}
		return
	}
	head := mir.Head(typ)
	if head == "" || strings.HasPrefix(head, "std::") && !strings.Contains(typ, "{") {
		return
	}
	if poll := c.method(head, "Future", "poll"); poll != nil {
		visit(poll)
	}
	for _, a := range mir.Args(typ) {
		if strings.ContainsAny(a, "{<:") {
			c.eachPolled(fn, a, visit, depth+1)
		}
	}
}
