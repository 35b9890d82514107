package facts

import (
	"cmp"
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// started is a start with what it starts.
type started struct {
	Start
	holder *Fn // stands for what is started
}

// connectStart notes what a call starts.
func (n *needing) connectStart(fn *Fn, e needEdge, t *mir.Term, to target, root *knowledge.Root) {
	if root.Argument >= len(t.Args) {
		return
	}
	arg := t.Args[root.Argument]
	typ := n.c.operandType(fn, arg)
	e.label = cmp.Or(root.Name, nameOfCall(to.call))
	var targets []polled
	if root.Start == knowledge.StartThread {
		targets = n.callables(fn, stripRefs(typ))
	} else if made := n.callables(fn, stripRefs(typ)); len(made) == 1 && made[0].fn != nil && made[0].fn.body == nil {
		targets = n.futureOf(made[0].fn, maxNesting) // a callable that makes the future
	} else {
		targets = n.polledBy(fn, typ, arg, maxNesting)
	}
	switch root.Start {
	case knowledge.StartCurrent, knowledge.StartLocal:
		e.task = root.Start == knowledge.StartCurrent
		for _, e.what = range targets {
			n.add(fn, e)
		}
		return
	}
	if root.Start != knowledge.StartThread {
		targets = append(targets, n.neededToMake(fn, arg)...)
	}
	n.start(Start{Fn: fn, Block: e.block, Pos: e.pos, Root: root, Name: e.label, Gives: n.gives(fn, t, root)}, targets)
}

// neededToMake is what the call needs that makes a future which is started at once: `block_on(sleep(d))`.
func (n *needing) neededToMake(fn *Fn, o mir.Operand) []polled {
	made := n.origin(fn).Making(o)
	if made.Callee == "" {
		return nil
	}
	call := n.c.resolve(made.Callee).call
	if need, ok := n.c.tables.Need(call.name); ok && !need.Polled {
		return n.leaf(need, call)
	}
	return nil
}

// start files a start. What it starts is followed as if a function of its own did so.
func (n *needing) start(s Start, targets []polled) {
	fn := s.Fn
	of := &started{Start: s, holder: &Fn{Crate: fn.Crate, Path: fn.Path, mir: fn.mir, body: fn.body}}
	of.holder.starting = of
	for _, what := range targets {
		n.add(of.holder, needEdge{block: s.Block, pos: s.Pos, label: s.Name, what: what})
	}
	n.started = append(n.started, of)
	n.push(of.holder)
}

// handUp makes what a start leaves open a matter of who calls the function that it stands in.
func (n *needing) handUp(s *started) {
	changed := false
	for _, open := range s.holder.asks.open {
		up := *open
		up.Root, up.Of, up.Steps = s.Root.ID, s.Gives.Version, open.Steps[1:]
		if s.Fn.asks == nil {
			s.Fn.asks = &asks{}
		}
		e := needEdge{block: s.Block, pos: s.Pos, label: s.Name}
		changed = n.addOpen(s.Fn, &e, &up) || changed
	}
	if changed {
		for _, caller := range n.callers[s.Fn] {
			n.push(caller)
		}
	}
}

// startThrough notes a start that a helper makes of what fn gives it.
func (n *needing) startThrough(fn *Fn, e *needEdge, open *ask, targets []polled) {
	root, ok := n.c.tables.RootRow(open.Root)
	if !ok || slices.ContainsFunc(n.started, func(s *started) bool { return s.Fn == fn && s.Block == e.block && s.Root == root }) {
		return
	}
	n.start(Start{Fn: fn, Block: e.block, Pos: e.pos, Root: root, Name: open.Steps[0].Callee, Via: e.steps(n.c, open.Steps),
		Gives: Gives{Runtime: root.Runtime, Parts: root.Parts, Unknown: root.Holder != knowledge.NoRuntime, Version: open.Of}}, targets)
}

// nameOfCall is a call as its user would write it.
func nameOfCall(call callee) string {
	if call.self != "" {
		return readable(call)
	}
	return call.path
}

// callables is what running a callable of a type runs.
func (n *needing) callables(fn *Fn, typ string) []polled {
	if inner := n.c.callableIn(fn, typ); inner != nil {
		return []polled{{fn: inner}}
	}
	if path, ok := fnItem(typ); ok {
		return n.called(n.c.resolve(path))
	}
	if n.isParameter(typ) {
		return []polled{{open: &ask{Type: typ, Trait: "std::ops::FnOnce", Method: "call_once"}}}
	}
	return nil
}

// gives is the runtime that a start has.
func (n *needing) gives(fn *Fn, t *mir.Term, root *knowledge.Root) Gives {
	g := Gives{Runtime: root.Runtime, Parts: root.Parts}
	if version, ok := n.c.version(knowledge.Versions{Crate: root.Runtime}); ok {
		g.Version = version
	}
	if crate, feature, ok := strings.Cut(root.With, "/"); ok {
		if n.c.hasFeature(crate, feature) {
			g.Runtime, g.Unknown, g.Version = root.WithGive, true, "" // of a version that is not told
		}
	}
	if root.Holder != knowledge.NoRuntime {
		held, ok := n.runtime(fn, t.Args[root.Holder], maxNesting)
		if !ok {
			g.Unknown = true
		}
		g.Parts, g.Built = slices.Concat(g.Parts, held.Parts), held.Built
		if held.Version != "" {
			g.Version = held.Version
		}
	}
	return g
}

// runtime is what the runtime has that an operand is or refers to; ok is false when it is not known.
func (n *needing) runtime(fn *Fn, o mir.Operand, fuel int) (Gives, bool) {
	from := n.origin(fn)
	p, ok := from.Object(o)
	if !ok || fuel == 0 {
		return Gives{}, false
	}
	return n.runtimeAt(fn, p, fuel)
}

// runtimeAt is the same for a place: of a runtime, or of a Result around one.
func (n *needing) runtimeAt(fn *Fn, p mir.Place, fuel int) (Gives, bool) {
	from := n.origin(fn)
	for range maxSteps {
		next, ok := from.Moved(p.Local)
		if !ok {
			break
		}
		p = next
	}
	made := from.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: p.Local}})
	if fuel == 0 {
		return Gives{}, false
	}
	if made.Callee == "" {
		return n.returned(fn, p.Local, fuel)
	}
	to := n.c.resolve(made.Callee)
	if setup, ok := n.c.tables.Setup(to.call.name); ok {
		if setup.Kind == "ready" {
			return Gives{Parts: setup.Parts, Built: made.Pos}, true
		}
		return n.builder(fn, made.Args, setup.Parts)
	}
	name := mir.LastSegment(to.call.path)
	switch {
	case to.kind == resolvedFn && to.fn.mir != nil && len(to.more) == 0:
		return n.runtimeAt(to.fn, mir.Place{Local: 0}, fuel-1)
	case len(made.Args) == 0 || !made.Args[0].IsPlace():
	case name == "build":
		return n.builder(fn, made.Args, nil)
	case unwraps(to.call):
		return n.runtimeAt(fn, made.Args[0].Place, fuel-1)
	}
	return Gives{}, false
}

// returned is the runtime that a function returns inside of an Ok, where that is the only one.
func (n *needing) returned(fn *Fn, l mir.Local, fuel int) (Gives, bool) {
	if l != 0 {
		return Gives{}, false
	}
	var found *mir.Place
	for b := range fn.mir.Blocks {
		for i := range fn.mir.Blocks[b].Stmts {
			s := &fn.mir.Blocks[b].Stmts[i]
			if s.Kind != mir.Assign || s.Place.Local != 0 || s.Value.Kind != mir.Adt || mir.LastSegment(mir.WithoutGenerics(s.Value.Type)) != "Ok" {
				continue
			}
			if found != nil || len(s.Value.Operands) != 1 || !s.Value.Operands[0].IsPlace() {
				return Gives{}, false
			}
			found = &s.Value.Operands[0].Place
		}
	}
	if found == nil {
		return Gives{}, false
	}
	return n.runtimeAt(fn, *found, fuel-1)
}

// unwraps reports whether a call gives what is inside of its first argument, or the argument itself.
func unwraps(call callee) bool {
	switch mir.LastSegment(call.path) {
	case "unwrap", "expect", "map_err", "branch", "unwrap_or_else", "context", "with_context", "into_inner", "new":
		return true
	}
	return false
}

// builder is what a builder was told, along the calls of its methods. A builder that came from elsewhere is not known.
func (n *needing) builder(fn *Fn, args []mir.Operand, parts []string) (Gives, bool) {
	out := Gives{Parts: slices.Clone(parts)}
	if len(args) == 0 {
		return out, true
	}
	made := n.firstOf(fn, args[0])
	start, ok := n.c.tables.Setup(n.c.Callee(made.Callee))
	if !ok || start.Kind != "new" {
		return out, false
	}
	out.Parts, out.Built = append(out.Parts, start.Parts...), made.Pos
	out.Version, _ = n.c.version(start.Versions)
	for b := range fn.mir.Blocks {
		t := &fn.mir.Blocks[b].Term
		if t.Kind != mir.Call || fn.mir.Blocks[b].Cleanup || len(t.Args) == 0 || t.Func.IsPlace() || n.firstOf(fn, t.Args[0]).Block != made.Block {
			continue
		}
		if setup, ok := n.c.tables.Setup(n.c.Callee(t.Func.Text)); ok && setup.Kind == "with" {
			out.Parts = append(out.Parts, setup.Parts...)
		} else if to := n.c.resolve(t.Func.Text); to.kind == resolvedFn && to.fn.mir != nil {
			return out, false // a function of the crate that may set it up
		}
	}
	return out, true
}

// firstOf is the call that made what a chain of methods that give their receiver back leads to.
func (n *needing) firstOf(fn *Fn, o mir.Operand) coro.Making {
	from := n.origin(fn)
	for range maxSteps {
		p, ok := from.Object(o)
		if !ok {
			break
		}
		made := from.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: p.Local}})
		if made.Callee == "" || !strings.HasPrefix(fn.mir.Locals[p.Local].Type, "&mut ") || len(made.Args) == 0 {
			return made
		}
		o = made.Args[0]
	}
	return coro.Making{Block: mir.NoBlock}
}

// finish gives the starts with what they need by now.
func (n *needing) finish() []*Start {
	var out []*Start
	inside := n.inRuntime()
	for _, s := range n.started {
		start := s.Start
		for _, need := range s.holder.asked().needs {
			below := *need
			below.Steps = need.Steps[1:]
			if len(below.Steps) == 0 {
				below.Steps = need.Steps
			}
			start.Needs = append(start.Needs, &below)
		}
		start.Bare, start.Known = n.bare(s.Fn), !inside[s.Fn]
		out = append(out, &start)
	}
	out = append(out, n.mains()...)
	slices.SortStableFunc(out, func(a, b *Start) int { return cmp.Compare(a.Pos, b.Pos) })
	return out
}

// mains is the start that a program is itself: main, without a runtime.
func (n *needing) mains() []*Start {
	i, ok := n.c.byPath["main"]
	if !ok || n.c.Fns[i].mir.Params > 0 || n.c.Fns[i].body != nil {
		return nil
	}
	fn := n.c.Fns[i]
	return []*Start{{Fn: fn, Block: mir.NoBlock, Pos: fn.mir.Pos, Name: "main", Needs: fn.asked().needs, Bare: true, Known: true}}
}

// bare reports whether a function certainly runs without a runtime around it on some path: main calls it, or a thread of its own.
func (n *needing) bare(fn *Fn) bool {
	seen := map[*Fn]bool{}
	work := []*Fn{fn}
	for len(work) > 0 {
		at := work[0]
		work = work[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		if at.Path == "main" && at.body == nil {
			return true
		}
		if at.body == nil && !at.context {
			work = append(work, n.callers[at]...)
		}
	}
	return false
}

// inRuntime are the plain functions that may run inside of a runtime: called from async code, from where a runtime was entered, or
// from a closure or a method of a trait, of which nobody knows who calls it.
func (n *needing) inRuntime() map[*Fn]bool {
	inside := map[*Fn]bool{}
	var work []*Fn
	mark := func(fn *Fn) {
		if fn != nil && !inside[fn] {
			inside[fn] = true
			work = append(work, fn)
		}
	}
	threads := n.onThreads()
	for _, fn := range n.c.Fns {
		closure := strings.Contains(fn.Path, "{closure#")
		if fn.body != nil || fn.context || fn.Trait != "" || closure && !threads[fn] {
			mark(fn)
			continue
		}
		for _, to := range n.around[fn].calls {
			mark(to)
		}
	}
	for len(work) > 0 {
		fn := work[0]
		work = work[1:]
		for i := range fn.asking {
			if to := fn.asking[i].what.fn; to != nil && to.body == nil {
				mark(to)
			}
		}
	}
	return inside
}

// onThreads are the closures that run on a thread without a runtime.
func (n *needing) onThreads() map[*Fn]bool {
	out := map[*Fn]bool{}
	for _, s := range n.started {
		if s.Root.Start == knowledge.StartThread {
			for i := range s.holder.asking {
				out[s.holder.asking[i].what.fn] = true
			}
		}
	}
	return out
}
