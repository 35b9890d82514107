package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// connect finds what a function's own code calls, polls and starts.
func (n *needing) connect(fn *Fn) {
	where := n.surroundingsOf(fn)
	for b := range fn.mir.Blocks {
		block := &fn.mir.Blocks[b]
		if block.Cleanup || block.Term.Kind != mir.Call || block.Term.Func.IsPlace() || where.sheltered(mir.Block(b)) {
			continue
		}
		n.connectCall(fn, mir.Block(b), &block.Term)
	}
}

func (n *needing) connectCall(fn *Fn, block mir.Block, t *mir.Term) {
	to := n.c.resolve(t.Func.Text)
	e := needEdge{block: block, pos: t.Pos, label: readable(to.call)}
	if to.kind == polls {
		n.connectPoll(fn, e, t, to)
		return
	}
	root, isRoot := n.c.tables.Root(to.call.name)
	if isRoot {
		n.connectStart(fn, e, t, to, root)
	}
	if need, ok := n.c.tables.Need(to.call.name); ok {
		if !need.Polled {
			for _, e.what = range n.leaf(need, to.call) {
				n.add(fn, e)
			}
		}
		return
	}
	if isRoot {
		return
	}
	switch to.kind {
	case resolvedFn:
		if n.guessed(to) {
			return
		}
		e.actual = n.c.types(fn, t.Args)
		for _, e.what = range n.called(to) {
			n.add(fn, e)
		}
	case symbolic:
		e.what = polled{open: &ask{Type: stripRefs(to.call.self), Trait: to.call.name.Trait, Method: to.call.name.Method}}
		n.add(fn, e)
	}
	n.connectInline(fn, e, t, to)
}

// guessed reports whether a target is the one implementation that a trait object can have in this crate, which is a library: others can
// have their own.
func (n *needing) guessed(to target) bool {
	return !n.c.IsProgram() && strings.HasPrefix(stripRefs(to.call.self), "dyn ")
}

// IsProgram reports whether the crate has a main function: it is no library that others are compiled against.
func (c *Crate) IsProgram() bool {
	_, ok := c.byPath["main"]
	return ok
}

// nameOf is what needs something, as a reader knows it.
func nameOf(need *knowledge.Need, call callee) string {
	if need.Name != "" && call.self == "" {
		return need.Name
	}
	return readable(call)
}

// leaf is what a row says of a call, if it holds for what the crate was built against.
func (n *needing) leaf(need *knowledge.Need, call callee) []polled {
	return n.leafNamed(need, nameOf(need, call))
}

func (n *needing) leafNamed(need *knowledge.Need, name string) []polled {
	version, ok := n.c.version(need.Versions)
	if !ok {
		return nil
	}
	if crate, feature, ok := strings.Cut(need.Without, "/"); ok && n.c.hasFeature(crate, feature) {
		return nil
	}
	return []polled{{need: need, name: name, version: version}}
}

// connectInline follows the callables that the callee runs on this thread.
func (n *needing) connectInline(fn *Fn, e needEdge, t *mir.Term, to target) {
	for _, rule := range to.args {
		for i, a := range t.Args {
			if !rule.Covers(i) || rule.Runs != knowledge.Inline {
				continue
			}
			e.may, e.label = true, theClosure
			switch typ := stripRefs(n.c.operandType(fn, a)); {
			case strings.HasPrefix(typ, "{closure@"):
				if e.what.fn = n.c.callableIn(fn, typ); e.what.fn != nil && !e.what.fn.context {
					n.add(fn, e)
				}
			case n.isParameter(typ):
				e.what = polled{open: &ask{Type: typ, Trait: "std::ops::FnOnce", Method: "call_once"}}
				n.add(fn, e)
			default:
				if path, ok := fnItem(typ); ok {
					n.connectItem(fn, e, path)
				}
			}
		}
	}
}

// connectItem follows a function that is given by its name.
func (n *needing) connectItem(fn *Fn, e needEdge, path string) {
	to := n.c.resolve(path)
	e.label = readable(to.call)
	if need, ok := n.c.tables.Need(to.call.name); ok && !need.Polled {
		for _, e.what = range n.leaf(need, to.call) {
			n.add(fn, e)
		}
		return
	}
	for _, e.what = range n.called(to) {
		n.add(fn, e)
	}
}

// connectPoll follows `<T as Future>::poll(pin, cx)`.
func (n *needing) connectPoll(fn *Fn, e needEdge, t *mir.Term, to target) {
	what := stripRefs(to.call.self)
	value := mir.Operand{}
	if len(t.Args) > 0 {
		if p, ok := n.origin(fn).Object(t.Args[0]); ok {
			value = mir.Operand{Kind: mir.Move, Place: p}
		}
	}
	if fn.body != nil {
		for i := range fn.body.Awaits {
			if a := &fn.body.Awaits[i]; a.Poll == e.block && a.Awaitee != 0 {
				value = mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}}
				e.pos = a.Pos
			}
		}
	}
	for _, e.what = range n.polledBy(fn, what, value, maxNesting) {
		e.label = n.labelOf(what, e.what)
		e.gives = e.what.gives
		n.add(fn, e)
	}
}

// labelOf is a polled future as a reader would write it.
func (n *needing) labelOf(typ string, p polled) string {
	switch {
	case p.name != "":
		return p.name
	case p.open != nil:
		return "the future that it is given"
	case p.fn != nil && strings.HasPrefix(typ, "{async fn body of "):
		return readable(n.c.parseCallee(strings.TrimSuffix(strings.TrimPrefix(typ, "{async fn body of "), "()}")))
	case p.fn != nil && p.fn.body != nil && p.fn.body.Kind == coro.AsyncBlock:
		return "the async block"
	case p.fn != nil:
		return p.fn.Readable()
	}
	return short(typ)
}

func (n *needing) origin(fn *Fn) coro.Origins {
	o, ok := n.origins[fn]
	if !ok {
		o = coro.OriginsOf(fn.mir)
		n.origins[fn] = o
	}
	return o
}

// polledBy is what a poll of a future of a type runs. value is the future where it is known: what a pointer hides is looked for where
// the value was made.
func (n *needing) polledBy(fn *Fn, typ string, value mir.Operand, fuel int) []polled {
	typ = stripRefs(typ)
	if fuel == 0 || typ == "" {
		return nil
	}
	if path, ok := asyncFnPath(typ); ok {
		return n.asyncFn(fn, typ, path, fuel)
	}
	if inner := n.bodyOf(fn, typ); inner != nil {
		return []polled{{fn: inner}}
	}
	if strings.HasPrefix(typ, "{") || strings.HasPrefix(typ, "dyn ") || strings.HasPrefix(typ, "<") {
		return n.behind(fn, typ, value, fuel)
	}
	if n.isParameter(typ) { // or the opaque result of a call
		if made := n.madeBy(fn, value, fuel); len(made) > 0 {
			return made
		}
		return []polled{{open: &ask{Type: typ, Polled: true}}}
	}
	if out, ok := n.named(fn, typ, fuel); ok {
		return out
	}
	return n.madeBy(fn, value, fuel)
}

// bodyOf is the body of a closure or coroutine. rustc makes a second one of an async closure, for calls that consume it.
func (n *needing) bodyOf(fn *Fn, typ string) *Fn {
	if inner := n.c.callableIn(fn, typ); inner != nil || !strings.HasPrefix(typ, "{async closure body@") {
		return inner
	}
	for _, i := range n.c.byEnv[envKey(typ)] {
		if inner := n.c.Fns[i]; inner.body != nil && !strings.HasPrefix(inner.Name, "{synthetic#") {
			return inner
		}
	}
	return nil
}

// asyncFnPath is the path of the function in `{async fn body of path()}`.
func asyncFnPath(typ string) (string, bool) {
	rest, ok := strings.CutPrefix(typ, "{async fn body of ")
	return strings.TrimSuffix(rest, "()}"), ok
}

// asyncFn is the future of an async fn.
func (n *needing) asyncFn(fn *Fn, typ, path string, fuel int) []polled {
	c := n.c
	if inner := c.callableIn(fn, typ); inner != nil && inner.body != nil {
		return []polled{{fn: inner, formal: inner.body.Type, actual: typ}}
	}
	call := c.parseCallee(path)
	if need, ok := c.tables.Need(call.name); ok {
		if need.Polled {
			return n.leaf(need, call)
		}
		return nil
	}
	if shelter, ok := c.tables.Shelter(c.Global(call.path)); ok {
		return n.inside(fn, shelter, groups(path), fuel)
	}
	if c.tables.PollsInside(c.Global(call.path)) {
		return n.each(fn, groups(path), fuel)
	}
	t := c.lookUp(call)
	if t.kind != resolvedFn || t.fn.mir != nil {
		return nil
	}
	return []polled{{fn: t.fn, future: true, formal: t.fn.futureType, actual: typ}}
}

// each is what polls of several futures run.
func (n *needing) each(fn *Fn, types []string, fuel int) []polled {
	var out []polled
	for _, t := range types {
		out = append(out, n.polledBy(fn, t, mir.Operand{}, fuel-1)...)
		if inner := n.c.callableIn(fn, t); inner != nil && inner.body == nil && !inner.context {
			out = append(out, n.futureOf(inner, fuel-1)...) // what a combinator calls, and then polls
		}
	}
	return out
}

// inside is what the futures among some types need, in what a shelter adds.
func (n *needing) inside(fn *Fn, shelter *knowledge.Shelter, types []string, fuel int) []polled {
	if len(shelter.Parts) == 0 {
		return nil // it gives all
	}
	out := n.each(fn, types, fuel)
	for i := range out {
		out[i].gives = append(slices.Clone(out[i].gives), shelter.Parts...)
	}
	return out
}

// named is a future whose type has a name; ok is false when nothing is known of it.
func (n *needing) named(fn *Fn, typ string, fuel int) ([]polled, bool) {
	c := n.c
	head := c.Global(mir.Head(typ))
	if shelter, ok := c.tables.Shelter(head); ok {
		return n.inside(fn, shelter, mir.Args(typ), fuel), true
	}
	if need, ok := c.tables.NeedOfType(head); ok {
		return n.leafNamed(need, need.Name), true
	}
	if c.tables.PollsInside(head) {
		return n.each(fn, mir.Args(typ), fuel), true
	}
	if poll := c.method(mir.Head(typ), "Future", "poll"); poll != nil {
		return []polled{{fn: poll, formal: stripRefs(poll.Params[0]), actual: typ}}, true
	}
	if poll := c.library.method(head, "Future", "poll"); poll != nil && len(poll.Params) > 0 {
		return []polled{{fn: poll, formal: stripRefs(poll.Params[0]), actual: typ}}, true
	}
	return nil, false
}

// behind is what a future runs of which the type does not tell: the value that a reference to it leads to, or the expression that made it.
func (n *needing) behind(fn *Fn, typ string, value mir.Operand, fuel int) []polled {
	if p, ok := n.origin(fn).Object(value); ok {
		if real := stripRefs(fn.mir.Type(p)); strings.HasPrefix(real, "{") && real != typ {
			return n.polledBy(fn, real, mir.Operand{Kind: mir.Move, Place: p}, fuel-1)
		}
	}
	return n.madeBy(fn, value, fuel)
}

// madeBy is what a future runs by the expression that made it.
func (n *needing) madeBy(fn *Fn, value mir.Operand, fuel int) []polled {
	if !value.IsPlace() {
		return nil
	}
	made := n.origin(fn).Making(value)
	switch {
	case made.Block == mir.NoBlock:
		return nil
	case made.Callee == "":
		if made.Type == "" {
			return nil
		}
		if inner := n.c.callableIn(fn, made.Type); inner != nil && inner.body != nil {
			return []polled{{fn: inner}}
		}
		return nil
	}
	to := n.c.resolve(made.Callee)
	if i, ok := n.c.tables.Carries(to.call.name); ok && i < len(made.Args) {
		return n.polledBy(fn, n.c.operandType(fn, made.Args[i]), made.Args[i], fuel-1)
	}
	return n.futureOfTarget(fn, to, fuel)
}

// futureOfTarget is what the future runs that a call gives.
func (n *needing) futureOfTarget(fn *Fn, to target, fuel int) []polled {
	if need, ok := n.c.tables.Need(to.call.name); ok {
		if need.Polled {
			return n.leaf(need, to.call)
		}
		return nil
	}
	switch to.kind {
	case symbolic:
		return []polled{{open: &ask{Type: stripRefs(to.call.self), Trait: to.call.name.Trait, Method: to.call.name.Method, Polled: true}}}
	case resolvedFn:
		if len(to.more) > 0 || n.guessed(to) {
			return nil
		}
		return n.futureOf(to.fn, fuel-1)
	}
	return nil
}

// futureOf is what the future runs that a function gives.
func (n *needing) futureOf(fn *Fn, fuel int) []polled {
	if fn.mir == nil {
		return []polled{{fn: fn, future: true}}
	}
	if known, ok := n.futures[fn]; ok || fuel <= 0 {
		return known
	}
	n.futures[fn] = nil // while it is worked out
	var out []polled
	if made := n.c.futureIn(fn); made != nil {
		out = []polled{{fn: made}}
	} else if fn.body == nil {
		out = n.polledBy(fn, fn.Ret, mir.Operand{Kind: mir.Move, Place: mir.Place{Local: 0}}, fuel)
	}
	n.futures[fn] = out
	return out
}
