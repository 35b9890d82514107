package facts

import (
	"cmp"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/mir"
)

// maxEffects bounds the effects kept for one function, worst first: a reader needs the few that matter, and the bound keeps the
// fixpoint small. maxSteps bounds the length of a chain; a longer one is cut and so not reported.
const (
	maxEffects = 8
	maxSteps   = 12
)

// fixpoint propagates effects from callees to callers until nothing changes. An effect is identified by its row, and a shorter chain
// replaces a longer one, so the values only ever improve and the loop ends.
func (c *Crate) fixpoint() {
	index := make(map[*Fn]int, len(c.Fns))
	for i, fn := range c.Fns {
		index[fn] = i
	}
	var work []int
	queued := make([]bool, len(c.Fns))
	push := func(i int) {
		if !queued[i] {
			queued[i] = true
			work = append(work, i)
		}
	}
	for i, fn := range c.Fns {
		for _, e := range fn.edges {
			if j, ok := index[e.fn]; ok && e.fn != nil {
				c.Fns[j].callers = append(c.Fns[j].callers, i)
			}
		}
		if len(fn.edges) > 0 {
			push(i)
		}
	}
	for len(work) > 0 {
		i := work[0]
		work = work[1:]
		queued[i] = false
		if c.update(c.Fns[i]) {
			for _, caller := range c.Fns[i].callers {
				push(caller)
			}
		}
	}
}

// update recomputes one summary from its edges and reports whether it changed.
func (c *Crate) update(fn *Fn) bool {
	changed := false
	for i := range fn.edges {
		e := &fn.edges[i]
		switch {
		case e.row != nil:
			changed = c.effect(fn, e, &Effect{Row: e.row.ID, Name: e.name, Must: true, call: e.row}) || changed
		case e.sym != nil:
			changed = fn.addSymbolic(*e.sym) || changed
		case e.fn != nil:
			for _, eff := range e.fn.Effects {
				changed = c.effect(fn, e, eff) || changed
			}
			for _, s := range e.fn.Symbolic {
				changed = c.instantiate(fn, e, s) || changed
			}
		}
	}
	return changed
}

// effect adds the effect of a callee, seen from the call e, to fn.
func (c *Crate) effect(fn *Fn, e *edge, of *Effect) bool {
	async := fn.body != nil || fn.context
	if of.call == nil || len(of.Steps) >= maxSteps {
		return false
	}
	if of.call.Severity < finding.Warning && (e.row == nil || !async) {
		return false // worth knowing at the call itself, noise at a distance
	}
	step := Step{Callee: e.label, Crate: c.Name, pos: e.pos}
	at := slices.IndexFunc(fn.Effects, func(x *Effect) bool { return x.Row == of.Row && (!async || x.Steps[0].pos == e.pos) })
	steps := append([]Step{step}, of.Steps...)
	if at >= 0 && !better(fn, e, of, fn.Effects[at], len(steps)) {
		return false
	}
	next := &Effect{Row: of.Row, Name: of.Name, Steps: steps, call: of.call, block: e.block, Must: of.Must && !e.may && mustPass(fn, e.block)}
	next.Conditional = of.Conditional || !async && fn.isGuarded(e.block)
	if at >= 0 {
		fn.Effects[at] = next
		return true
	}
	if !async && len(fn.Effects) >= maxEffects {
		return false
	}
	fn.Effects = append(fn.Effects, next)
	return true
}

// better reports whether an effect seen through e is worth more than the one known for the same row: one that is not conditional beats
// one that is, then the shorter chain wins.
func better(fn *Fn, e *edge, of, known *Effect, steps int) bool {
	conditional := of.Conditional || fn.body == nil && !fn.context && fn.isGuarded(e.block)
	if conditional != known.Conditional {
		return known.Conditional
	}
	return steps < len(known.Steps)
}

// isGuarded reports whether a block is reached for some values of an argument only.
func (fn *Fn) isGuarded(block mir.Block) bool {
	if fn.guarded == nil {
		fn.guarded = map[mir.Block]bool{}
	}
	known, ok := fn.guarded[block]
	if !ok {
		known = conditionsOf(fn).guards(block)
		fn.guarded[block] = known
	}
	return known
}

func (fn *Fn) addSymbolic(s Symbolic) bool {
	if fn.bridged[s.Type] || slices.Contains(fn.Symbolic, s) || len(fn.Symbolic) >= maxEffects {
		return false
	}
	fn.Symbolic = append(fn.Symbolic, s)
	return true
}

// instantiate answers a callee's symbolic call with the types of the arguments at e.
func (c *Crate) instantiate(fn *Fn, e *edge, s Symbolic) bool {
	if isInside(e.fn, fn) {
		return fn.addSymbolic(s) // a closure shares its function's type parameters
	}
	actual, ok := bind(e.fn.Params, e.actual, s.Type)
	if !ok {
		return false
	}
	actual = stripRefs(actual)
	if isTypeParameter(actual) && c.byPath[actual] == 0 && len(c.methods(actual, mir.LastSegment(s.Trait), c.symbolicCallee(actual, s))) == 0 {
		return fn.addSymbolic(Symbolic{Type: actual, Trait: s.Trait, Method: s.Method})
	}
	t := c.answer(actual, s)
	label := readable(t.call)
	if isCallable(mir.LastSegment(s.Trait)) {
		label = "the closure passed in"
	}
	inner := Step{Callee: label, Crate: c.Name, pos: e.pos}
	changed := false
	switch t.kind {
	case leaf:
		changed = c.effect(fn, e, &Effect{Row: t.row.ID, Name: leafName(t), Steps: []Step{inner}, call: t.row})
	case resolvedFn:
		for _, to := range append([]*Fn{t.fn}, t.more...) {
			for _, eff := range to.Effects {
				through := &Effect{Row: eff.Row, Name: eff.Name, Steps: append([]Step{inner}, eff.Steps...), call: eff.call, Conditional: eff.Conditional}
				changed = c.effect(fn, e, through) || changed
			}
			for _, deeper := range to.Symbolic {
				if isInside(to, fn) {
					changed = fn.addSymbolic(deeper) || changed
				}
			}
			c.subscribe(fn, to)
		}
	}
	return changed
}

// isInside reports whether inner is a closure or coroutine written inside the function of outer.
func isInside(inner, outer *Fn) bool {
	return inner.mir != nil && outer.mir != nil && strings.HasPrefix(inner.mir.Path, outer.mir.Path+"::{")
}

// answer resolves a symbolic call for a concrete type.
func (c *Crate) answer(actual string, s Symbolic) target {
	if isCallable(mir.LastSegment(s.Trait)) {
		if fn := c.callable(actual); fn != nil {
			return target{kind: resolvedFn, fn: fn}
		}
		if path, ok := fnItem(actual); ok {
			return c.resolve(path)
		}
		return target{}
	}
	return c.lookUp(c.symbolicCallee(actual, s))
}

func (c *Crate) symbolicCallee(actual string, s Symbolic) callee {
	return callee{self: actual, path: s.Trait + "::" + s.Method, name: c.methodName(s.Trait, s.Method, actual)}
}

// subscribe makes fn be recomputed when to changes: an edge that only instantiation found.
func (c *Crate) subscribe(fn, to *Fn) {
	i, ok := c.byPath[fn.Path]
	if !ok || c.Fns[i] != fn || slices.Contains(to.callers, i) {
		return
	}
	to.callers = append(to.callers, i)
}

// bind finds what a type parameter stands for by matching the formal types of the parameters with the actual ones.
func bind(formal, actual []string, param string) (string, bool) {
	for i := range formal {
		if i < len(actual) && actual[i] != "" {
			if t, ok := match(formal[i], actual[i], param, 0); ok {
				return t, true
			}
		}
	}
	return "", false
}

func match(formal, actual, param string, depth int) (string, bool) {
	if formal == param {
		return actual, true
	}
	if depth > 6 || !strings.Contains(formal, param) {
		return "", false
	}
	if fp := mir.Pointee(formal); fp != "" {
		return match(fp, mir.Pointee(actual), param, depth+1)
	}
	fa, aa := mir.Args(formal), mir.Args(actual)
	if ft, ok := mir.TupleTypes(formal); ok {
		fa = ft
		aa, _ = mir.TupleTypes(actual)
	} else if mir.Head(formal) != mir.Head(actual) {
		return "", false
	}
	return matchAll(fa, aa, param, depth)
}

func matchAll(formal, actual []string, param string, depth int) (string, bool) {
	for i := range formal {
		if i < len(actual) {
			if t, ok := match(formal[i], actual[i], param, depth+1); ok {
				return t, true
			}
		}
	}
	return "", false
}

// Sites are the effects of an async function by the place of its own call, worst first at each place.
func (c *Crate) Sites(fn *Fn) []*Effect {
	out := slices.Clone(fn.Effects)
	slices.SortStableFunc(out, func(a, b *Effect) int {
		return cmp.Or(cmp.Compare(a.Steps[0].pos, b.Steps[0].pos), cmp.Compare(b.call.Severity, a.call.Severity), cmp.Compare(len(a.Steps), len(b.Steps)), cmp.Compare(a.Row, b.Row))
	})
	return out
}

// Pos is where the step's call stands in the MIR text of the analysed crate; ok is false for steps inside other crates.
func (s Step) Pos(c *Crate) (mir.Pos, bool) { return s.pos, s.Crate == c.Name && s.pos != 0 }

// IsClosure reports whether the step runs a closure rather than calling a function by name.
func (s Step) IsClosure() bool { return s.Callee == theClosure }

// Foreign reports whether the step stands in a crate whose source the user cannot be shown.
func (s Step) Foreign() bool { return s.pos == 0 && !s.At.Known() }
