package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Need is something that a call of a function, or a poll of a future, needs of the runtime around it.
type Need struct {
	Row   string `json:"i"` // id of the knowledge row
	Name  string `json:"n"` // what needs it in the end, as its library documents it: "tokio::time::sleep"
	Steps []Step `json:"s"` // from the function's own call or await down to the one that needs it
	Must  bool   `json:"m,omitempty"`
	Task  bool   `json:"k,omitempty"` // in a task that is spawned on the way: on the same runtime, outside of its LocalSet
	Of    string `json:"v,omitempty"` // version of the crate that the row speaks of; empty: not known

	row *knowledge.Need
}

// Knowledge is the row that a need comes from.
func (n *Need) Knowledge() *knowledge.Need { return n.row }

// ask is a call or a poll whose target depends on the type arguments of the function.
type ask struct {
	Type   string `json:"t"`           // the type parameter, as the function prints it
	Trait  string `json:"r,omitempty"` // of `<Type as Trait>::Method`
	Method string `json:"m,omitempty"`
	Polled bool   `json:"p,omitempty"` // a future is polled: the value of the type itself, or what the method gives
	Of     string `json:"v,omitempty"` // with Root: the version of the runtime
	Root   string `json:"o,omitempty"` // it is started as this row says, not in the context of the function
	Task   bool   `json:"k,omitempty"`
	Steps  []Step `json:"s"`
}

func (a *ask) same(b *ask) bool {
	return a.Type == b.Type && a.Trait == b.Trait && a.Method == b.Method && a.Polled == b.Polled && a.Root == b.Root && a.Task == b.Task
}

// asks is what a function asks of its surroundings.
type asks struct {
	needs []*Need
	open  []*ask
}

var noAsks = &asks{}

// Start is a place where a future or a closure is started on a runtime of its own, or on none.
type Start struct {
	Fn    *Fn
	Block mir.Block
	Pos   mir.Pos
	Root  *knowledge.Root
	Name  string // the call as printed: "smol::block_on"
	Gives Gives
	Needs []*Need // of what is started
	Bare  bool    // certainly no runtime is around the call: main, or a thread of its own, leads to it
	Known bool    // nothing that may run inside of a runtime leads to it, as far as the crate shows
	Via   []Step  // from the call at Block down to the one that starts it, when a helper does
}

// Gives is the runtime that a start gives.
type Gives struct {
	Runtime string // empty: none
	Parts   []string
	Unknown bool   // what it has is not known: all is possible
	Version string // of the runtime's crate; empty: not known
	Built   mir.Pos
}

// needs works out what the functions of the crate need, once.
func (c *Crate) summariseNeeds() {
	if c.needing != nil {
		return
	}
	c.needing = &needing{c: c, callers: map[*Fn][]*Fn{}, origins: map[*Fn]coro.Origins{}, futures: map[*Fn][]polled{}}
	c.needing.run()
}

// Starts are the places of the crate where futures and closures are started, with what those need, in the order of the text.
func (c *Crate) Starts() []*Start {
	c.summariseNeeds()
	return c.needing.finish()
}

// NeedsOf is what running fn needs: a call of a plain function, a poll of a coroutine.
func (c *Crate) NeedsOf(fn *Fn) []*Need {
	c.summariseNeeds()
	return fn.asked().needs
}

// FutureNeeds is what polling the future needs that a function gives.
func (c *Crate) FutureNeeds(fn *Fn) []*Need {
	c.summariseNeeds()
	var out []*Need
	for _, p := range c.needing.futureOf(fn, maxNesting) {
		out = append(out, p.needs()...)
	}
	return out
}

func (fn *Fn) asked() *asks {
	if fn.asks == nil {
		return noAsks
	}
	return fn.asks
}

// maxNesting bounds how deep a future is looked for inside of others.
const maxNesting = 8

// needing is the working state.
type needing struct {
	c       *Crate
	callers map[*Fn][]*Fn
	origins map[*Fn]coro.Origins
	futures map[*Fn][]polled
	started []*started
	work    []*Fn

	exported map[*Fn]*Fn // see exportNeeds
	queued   map[*Fn]bool
	around   map[*Fn]surroundings
}

// need edge: one thing that a function does and that can need something.
type needEdge struct {
	block  mir.Block
	pos    mir.Pos
	label  string
	what   polled   // what is called or polled
	may    bool     // not always
	task   bool     // in a task of its own
	gives  []string // parts that the runtime has on the way
	via    []Step   // further steps between the call and what
	actual []string // types of the arguments of a call
}

// polled is what runs: a body, a future of another crate's function, a leaf, or something that only the caller knows.
type polled struct {
	fn      *Fn
	future  bool // of a function of another crate: its future
	formal  string
	actual  string
	need    *knowledge.Need
	name    string
	version string // of the crate that need speaks of
	open    *ask
	gives   []string
}

func (p *polled) asks() *asks {
	switch {
	case p.fn == nil:
		return noAsks
	case p.future:
		if p.fn.futureAsks == nil {
			return noAsks
		}
		return p.fn.futureAsks
	}
	return p.fn.asked()
}

func (p *polled) needs() []*Need {
	if p.need != nil {
		return []*Need{{Row: p.need.ID, Name: p.name, Must: true, Of: p.version, row: p.need}}
	}
	return without(p.asks().needs, p.gives)
}

// without leaves out what is satisfied by parts that are given on the way.
func without(needs []*Need, parts []string) []*Need {
	if len(parts) == 0 {
		return needs
	}
	return slices.DeleteFunc(slices.Clone(needs), func(n *Need) bool {
		return len(n.row.Capability.Parts) > 0 && knowledge.Has(parts, n.row.Capability.Parts)
	})
}

func (n *needing) run() {
	n.queued = map[*Fn]bool{}
	for _, fn := range n.c.Fns {
		n.connect(fn)
		n.push(fn)
	}
	for len(n.work) > 0 {
		fn := n.work[0]
		n.work = n.work[1:]
		n.queued[fn] = false
		if n.update(fn) {
			for _, caller := range n.callers[fn] {
				n.push(caller)
			}
		}
	}
}

func (n *needing) push(fn *Fn) {
	if !n.queued[fn] && len(fn.asking) > 0 {
		n.queued[fn] = true
		n.work = append(n.work, fn)
	}
}

// add files an edge, and who must be looked at again when its target changes.
func (n *needing) add(fn *Fn, e needEdge) {
	fn.asking = append(fn.asking, e)
	if to := e.what.fn; to != nil && !slices.Contains(n.callers[to], fn) {
		n.callers[to] = append(n.callers[to], fn)
	}
}

// maxAsks bounds what is kept of one function; maxAsking bounds its edges.
const (
	maxAsks   = 24
	maxAsking = 4000
)

// update recomputes the summary of a function from its edges and reports whether it changed.
func (n *needing) update(fn *Fn) bool {
	if fn.asks == nil {
		fn.asks = &asks{}
	}
	changed := false
	for i := 0; i < len(fn.asking); i++ {
		e := fn.asking[i]
		for _, need := range e.what.needs() {
			changed = n.addNeed(fn, &e, need) || changed
		}
		if e.what.open != nil {
			changed = n.addOpen(fn, &e, e.what.open) || changed
		}
		for _, open := range e.what.asks().open {
			changed = n.instantiate(fn, &e, open) || changed
		}
	}
	if fn.starting != nil {
		n.handUp(fn.starting)
	}
	return changed
}

func (e *needEdge) steps(c *Crate, below []Step) []Step {
	return slices.Concat([]Step{{Callee: e.label, Crate: c.Name, pos: e.pos}}, e.via, below)
}

func (n *needing) addNeed(fn *Fn, e *needEdge, of *Need) bool {
	if len(of.Steps)+len(e.via) >= maxSteps || len(without([]*Need{of}, e.gives)) == 0 {
		return false
	}
	a := fn.asks
	steps := e.steps(n.c, of.Steps)
	task := of.Task || e.task
	last := steps[len(steps)-1]
	at := slices.IndexFunc(a.needs, func(x *Need) bool {
		return x.Row == of.Row && x.Name == of.Name && x.Task == task && x.Of == of.Of && x.Steps[len(x.Steps)-1] == last
	})
	if at >= 0 && len(a.needs[at].Steps) <= len(steps) || at < 0 && len(a.needs) >= maxAsks {
		return false
	}
	next := &Need{Row: of.Row, Name: of.Name, Of: of.Of, Steps: steps, Task: task, Must: of.Must && !e.may && mustPass(fn, e.block), row: of.row}
	if at >= 0 {
		a.needs[at] = next
		return true
	}
	a.needs = append(a.needs, next)
	return true
}

func (n *needing) addOpen(fn *Fn, e *needEdge, of *ask) bool {
	a := fn.asks
	next := *of
	next.Task = of.Task || e.task
	if len(of.Steps)+len(e.via) >= maxSteps || len(a.open) >= maxAsks || slices.ContainsFunc(a.open, func(x *ask) bool { return x.same(&next) }) {
		return false
	}
	next.Steps = e.steps(n.c, of.Steps)
	a.open = append(a.open, &next)
	return true
}

// instantiate answers an open ask of a callee with the types at e.
func (n *needing) instantiate(fn *Fn, e *needEdge, open *ask) bool {
	if isInside(e.what.fn, fn) || fn == e.what.fn || fn.starting != nil && e.what.fn == fn.starting.Fn {
		return n.addOpen(fn, e, open)
	}
	actual, ok := e.bind(open.Type)
	if !ok {
		return false
	}
	actual = stripRefs(actual)
	if n.isParameter(actual) {
		next := *open
		next.Type = actual
		return n.addOpen(fn, e, &next)
	}
	via := slices.Concat(e.via, open.Steps)
	targets := n.answer(fn, actual, open)
	if open.Root != "" {
		n.startThrough(fn, e, open, targets)
		return false
	}
	changed := false
	for _, t := range targets {
		next := needEdge{block: e.block, pos: e.pos, label: e.label, what: t, may: true, task: e.task || open.Task, gives: e.gives, via: via}
		if len(fn.asking) < maxAsking && !slices.ContainsFunc(fn.asking, func(x needEdge) bool {
			return x.block == e.block && x.what.fn == t.fn && x.what.future == t.future && x.what.need == t.need && len(x.via) == len(via)
		}) {
			n.add(fn, next)
			changed = true
		}
	}
	return changed
}

// bind finds what a type parameter of the target stands for.
func (e *needEdge) bind(param string) (string, bool) {
	if e.what.formal != "" {
		if t, ok := bind([]string{e.what.formal}, []string{e.what.actual}, param); ok {
			return t, true
		}
		return bindGroups(e.what.formal, e.what.actual, param)
	}
	return bind(e.what.fn.Params, e.actual, param)
}

// bindGroups matches two printed types of one coroutine, `{async fn body of a::S<T>::f<U>()}`, group by group.
func bindGroups(formal, actual, param string) (string, bool) {
	f, a := groups(formal), groups(actual)
	if len(f) != len(a) {
		return "", false
	}
	return matchAll(f, a, param, 0)
}

// groups are the generic arguments of all the `<..>` of a path, in order.
func groups(t string) []string {
	var out []string
	t = strings.TrimPrefix(t, "{async fn body of ")
	for i := 0; i < len(t); i++ {
		if t[i] == '<' {
			end := i + 1 + mir.TypeEnd(t[i+1:], ">")
			out = append(out, mir.List(t[i+1:min(end, len(t))])...)
			i = end
		}
	}
	return out
}

// isParameter reports whether a type is a parameter of the function it stands in.
func (n *needing) isParameter(t string) bool {
	_, named := n.c.byPath[t]
	return isTypeParameter(t) && !named && !n.c.ownTypes[t] && len(n.c.Shapes.fields[t]) == 0
}

// answer finds what an ask comes to for a concrete type.
func (n *needing) answer(fn *Fn, actual string, open *ask) []polled {
	if open.Method == "" {
		return n.polledBy(fn, actual, mir.Operand{}, maxNesting)
	}
	t := n.c.answer(actual, Symbolic{Type: actual, Trait: open.Trait, Method: open.Method})
	if open.Polled {
		return n.futureOfTarget(fn, t, maxNesting)
	}
	return n.called(t)
}

// called is what a call comes to.
func (n *needing) called(t target) []polled {
	if t.kind != resolvedFn {
		return nil
	}
	var out []polled
	for _, fn := range append([]*Fn{t.fn}, t.more...) {
		out = append(out, polled{fn: fn})
	}
	return out
}

// FnAt is the function whose text holds a position, or nil.
func (c *Crate) FnAt(pos mir.Pos) *Fn {
	var found *Fn
	for _, fn := range c.Fns {
		if fn.mir.Pos <= pos && (found == nil || fn.mir.Pos > found.mir.Pos) {
			found = fn
		}
	}
	return found
}
