package facts

import (
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// edge is one call of a function's own code that can have an effect.
type edge struct {
	block  mir.Block
	pos    mir.Pos
	label  string          // the callee as a reader would write it
	name   string          // of a leaf: what is called, as its library documents it, or the label for a method of a trait
	row    *knowledge.Call // a leaf, or
	fn     *Fn             // a function with a summary
	actual []string        // types of the arguments, to instantiate fn's symbolic calls
	sym    *Symbolic       // a call that only the caller can resolve
	may    bool            // not always called: the destructor of the value of an Option, a callable that a library runs if need be
}

// connect finds the edges of one function.
func (c *Crate) connect(i int) {
	fn := c.Fns[i]
	for b := range fn.mir.Blocks {
		block := &fn.mir.Blocks[b]
		if block.Cleanup {
			continue
		}
		switch t := &block.Term; t.Kind {
		case mir.Call:
			c.connectCall(fn, mir.Block(b), t)
		case mir.Drop:
			c.connectDrop(fn, mir.Block(b), t.Pos, fn.mir.Type(t.Place))
		case mir.OpaqueTerm:
			c.unresolved(fn, "in MIR that was not understood")
		}
	}
}

func (c *Crate) unresolved(fn *Fn, why string) {
	fn.Unknown++
	c.unknown[why]++
	if fn.body != nil || fn.context {
		c.undecided[why]++
	}
}

func (c *Crate) connectCall(fn *Fn, block mir.Block, t *mir.Term) {
	if t.Func.IsPlace() {
		c.unresolved(fn, "through function pointers")
		return
	}
	to := c.resolve(t.Func.Text)
	e := edge{block: block, pos: t.Pos, label: readable(to.call)}
	switch to.kind {
	case leaf:
		e.row, e.name = to.row, leafName(to)
		fn.edges = append(fn.edges, e)
	case resolvedFn:
		e.actual = c.types(fn, t.Args)
		for _, e.fn = range append([]*Fn{to.fn}, to.more...) {
			fn.edges = append(fn.edges, e)
		}
	case symbolic:
		e.sym = &Symbolic{Type: stripRefs(to.call.self), Trait: to.call.name.Trait, Method: to.call.name.Method}
		fn.edges = append(fn.edges, e)
	case unresolved:
		c.unresolved(fn, to.cause)
	}
	c.connectArguments(fn, block, t, to)
	if isDropCall(to.call.path) && len(t.Args) == 1 {
		c.connectDrop(fn, block, t.Pos, c.operandType(fn, t.Args[0]))
	}
}

// isDropCall recognises the one function whose whole effect is the destructor of its argument.
func isDropCall(path string) bool { return path == "std::mem::drop" }

// connectArguments follows the callables that the callee runs on this thread before it returns, and notes the futures it drives.
func (c *Crate) connectArguments(fn *Fn, block mir.Block, t *mir.Term, to target) {
	for _, rule := range to.args {
		for n, a := range t.Args {
			if !rule.Covers(n) {
				continue
			}
			typ := stripRefs(c.operandType(fn, a))
			switch rule.Runs {
			case knowledge.Inline:
				c.connectInline(fn, block, t.Pos, typ)
			case knowledge.Driven:
				c.drives(fn, typ)
			case knowledge.Blocking, knowledge.Thread:
				fn.bridge(typ)
			}
		}
	}
}

// bridge notes that a function hands a callable of its caller's to where blocking is allowed. If it also calls it itself, as
// `if on_runtime { block_in_place(f) } else { f() }` does, it knows when it may: nothing is said about that call.
func (fn *Fn) bridge(typ string) {
	if isTypeParameter(typ) {
		if fn.bridged == nil {
			fn.bridged = map[string]bool{}
		}
		fn.bridged[typ] = true
	}
}

// drives notes the root futures: those that a plain function polls to their end. A closure that does so runs on a thread of its own
// or a blocking pool, next to other tasks, so what it drives is no root. `#[tokio::test]` drives a `Pin<&mut dyn Future>`: there every
// coroutine that the function makes counts.
func (c *Crate) drives(fn *Fn, typ string) {
	if fn.body != nil || fn.context || strings.Contains(fn.Path, "{closure#") {
		return
	}
	if strings.HasPrefix(typ, "{") {
		c.roots[envKey(typ)] = true
		return
	}
	if !strings.HasPrefix(typ, "dyn ") {
		return
	}
	for b := range fn.mir.Blocks {
		for i := range fn.mir.Blocks[b].Stmts {
			if v := &fn.mir.Blocks[b].Stmts[i].Value; v.Kind == mir.Coroutine {
				c.roots[envKey(v.Type)] = true
			}
		}
	}
}

// connectInline adds the edge to a callable that runs inside the call: not always, as `Option::map` and `OnceLock::get_or_init` show.
func (c *Crate) connectInline(fn *Fn, block mir.Block, pos mir.Pos, typ string) {
	e := edge{block: block, pos: pos, may: true, label: theClosure}
	switch {
	case strings.HasPrefix(typ, "{closure@"):
		if e.fn = c.callableIn(fn, typ); e.fn == nil {
			c.unresolved(fn, "of closures without a body")
			return
		}
		if e.fn.context {
			return // a poll function: it is async code itself and answers for itself
		}
	case strings.HasPrefix(typ, "{async"), strings.HasPrefix(typ, "{coroutine"):
		return // polled later, in its own async context
	default:
		path, ok := fnItem(typ)
		if !ok {
			if isTypeParameter(typ) {
				e.sym = &Symbolic{Type: typ, Trait: "std::ops::FnOnce", Method: "call_once"}
				break
			}
			return // a value that is no callable
		}
		to := c.resolve(path)
		e.label = readable(to.call)
		switch to.kind {
		case leaf:
			e.row, e.name = to.row, leafName(to)
		case resolvedFn:
			e.fn = to.fn
		default:
			return
		}
	}
	fn.edges = append(fn.edges, e)
}

// connectDrop adds the edges to the destructors that dropping a value of this type runs.
func (c *Crate) connectDrop(fn *Fn, block mir.Block, pos mir.Pos, typ string) {
	for _, owned := range c.Shapes.owned(typ) {
		head := mir.Head(owned.typ)
		e := edge{block: block, pos: pos, may: owned.optional, label: "drop of `" + mir.LastSegment(head) + "`"}
		if row, ok := c.tables.Dropping(c.Global(head)); ok {
			e.row, e.name = row, row.Name
		} else if e.fn = c.method(head, "Drop", "drop"); e.fn == nil {
			if e.fn = c.library.method(c.Global(head), "Drop", "drop"); e.fn == nil {
				continue
			}
		}
		fn.edges = append(fn.edges, e)
	}
}

func (c *Crate) types(fn *Fn, args []mir.Operand) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = c.operandType(fn, a)
	}
	return out
}

// operandType is the type of an argument. A function item prints as its bare path and gets the type that rustc would print for it.
func (c *Crate) operandType(fn *Fn, o mir.Operand) string {
	if o.IsPlace() {
		return fn.mir.Type(o.Place)
	}
	if rest, ok := strings.CutPrefix(o.Text, "ZeroSized: "); ok {
		return rest
	}
	if c.ownTypes[mir.WithoutGenerics(o.Text)] {
		return o.Text // the only value of a type without fields
	}
	// A function at the root of the crate is a bare name.
	if _, root := c.byPath[o.Text]; root || strings.Contains(o.Text, "::") && !strings.ContainsAny(o.Text[:1], `"'-0123456789`) {
		return "fn() {" + o.Text + "}"
	}
	return ""
}

// theClosure is how a step through a closure reads.
const theClosure = "the closure"

// leafName is what a leaf is called in messages. A row about a trait's method names the trait; the reader knows the type.
func leafName(to target) string {
	if to.row.Name == "" || to.call.self != "" {
		return readable(to.call)
	}
	return to.row.Name
}

// readable is a callee as a person would write it: the last two segments, the type's arguments left out.
func readable(call callee) string {
	if call.self != "" {
		if strings.HasPrefix(stripRefs(call.self), "{closure@") {
			return "the local closure"
		}
		if head := mir.Head(stripRefs(call.self)); head != "" && !isTypeParameter(head) && !strings.HasPrefix(head, "std::iter::") {
			return mir.LastSegment(head) + "::" + call.name.Method
		}
		return mir.LastSegment(call.name.Trait) + "::" + call.name.Method
	}
	parent := parentOf(call.path)
	if parent == "" {
		return call.path
	}
	if at := implAt(parent); at != "" {
		return mir.LastSegment(call.path)
	}
	return mir.LastSegment(parent) + "::" + mir.LastSegment(call.path)
}

// Name is fn as a reader would write it: `Type::method`, `module::function`, and `closure` for closures.
func (fn *Fn) Readable() string {
	path := fn.Path
	for strings.HasSuffix(path, "}") {
		if i := strings.LastIndex(path, "::{"); i >= 0 {
			path = path[:i]
			continue
		}
		break
	}
	if at := implAt(parentOf(path)); at != "" {
		if fn.Type != "" {
			return mir.LastSegment(fn.Type) + "::" + mir.LastSegment(path)
		}
		return mir.LastSegment(path)
	}
	return path
}

// mustPass reports whether every way of a function to its end leads through a block. A suspension is not an end: the coroutine goes on
// where it is resumed.
func mustPass(fn *Fn, through mir.Block) bool {
	seen := make([]bool, len(fn.mir.Blocks))
	work := []mir.Block{0}
	if fn.body != nil {
		work[0] = fn.body.Start()
	}
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if at == through || int(at) >= len(seen) || seen[at] {
			continue
		}
		seen[at] = true
		t := &fn.mir.Blocks[at].Term
		if t.Kind != mir.Return {
			work = append(work, coro.Successors(t)...)
			continue
		}
		if fn.body == nil {
			return false
		}
		next, suspended := fn.body.Resumes(at)
		if !suspended {
			return false
		}
		work = append(work, next)
	}
	return true
}
