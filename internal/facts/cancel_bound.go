package facts

import (
	"strings"

	"pollux/internal/mir"
)

// binding is a function together with the body of the callable that it is given as one of its parameters.
type binding struct {
	fn       *Fn
	param    int
	callable *Fn
}

// maxBoundBlocks bounds the size of functions that are looked at again for each callable.
const maxBoundBlocks = 400

// specialised is the summary of a function for a call that gives it a callable whose body is known, when the summary for any callable cannot
// tell which way of the callable's ends leads to which of its own: `match write(stream) { Blocked => Pending, .. }`.
func (x *explorer) specialised(term *mir.Term, to target, fn *Fn) *effects {
	e := x.c.effectsOf(fn)
	n, ok := runsParameter(e)
	if !ok || fn.mir == nil || fn.body != nil || x.c.binding || len(fn.mir.Blocks) > maxBoundBlocks || x.c.settling[fn] {
		return e
	}
	args := x.p.argumentsOf(term, to)
	if n >= len(args) {
		return e
	}
	callable := x.c.callableIn(x.fn, stripRefs(x.c.operandType(x.fn, args[n])))
	if callable == nil || callable.mir == nil || callable.context || callable.effects == nil || len(callable.effects.outcomes) < 2 {
		return e
	}
	key := binding{fn, n, callable}
	if known, ok := x.c.boundEffects[key]; ok {
		return known
	}
	x.c.binding = true
	again := x.c.exploreWith(fn, &key)
	x.c.binding = false
	if x.c.boundEffects == nil {
		x.c.boundEffects = map[binding]*effects{}
	}
	x.c.boundEffects[key] = again
	return again
}

// runsParameter is the callable parameter that a function runs for something else than its result.
func runsParameter(e *effects) (int, bool) {
	for _, o := range e.outcomes {
		for i, d := range o.deeds {
			if d.kind == runs && d.param >= 0 && o.forwards != i+1 {
				return d.param, true
			}
		}
	}
	return 0, false
}

// movesWithin reports whether something was only moved between parts of one thing behind a pointer, wherever that is: from a list of
// spare parts into the place where they are used.
func movesWithin(d *deed) bool {
	if d.kind != takes || d.end != kept || d.at.base != own && d.at.base != elsewhere || d.kept.base != d.at.base || d.kept.local != d.at.local {
		return false
	}
	from, _, ok := strings.Cut(d.at.path, "*")
	to, _, alsoOK := strings.Cut(d.kept.path, "*")
	return ok && alsoOK && from == to
}

// callableAt is the callable that the function is looked at with, when it lies at a piece of memory.
func (x *explorer) callableAt(m memory) *Fn {
	if x.with == nil || m.base != param || strings.Trim(m.path, "*") != "" || int(m.local) != x.with.param {
		return nil
	}
	return x.with.callable
}
