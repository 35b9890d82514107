// Package facts computes one summary per function and answers the rules' questions from them.
//
// A summary says what a call of the function may do to its thread and its caller: block it, run a callable that it was given, call a
// trait method whose implementation only the caller knows. Summaries are computed bottom-up to a fixpoint within a crate, and over
// crates in the order of their dependencies: a crate's exported summaries are plain values (see [Export]), kept in a cache.
//
// Where a callee cannot be told the summary says so (Unknown), and nothing is derived from it: a finding rests only on calls that were
// resolved, and silence on an unknown is "not decided", never "safe".
//
// It knows no library: names are answered by internal/knowledge. It knows no rule.
package facts

import (
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
	"pollux/internal/rust"
)

// Unit is the input: one crate's MIR and its surroundings.
type Unit struct {
	MIR    *mir.Crate
	Source func(file string) *rust.Source // text of a file as the MIR names it; nil when it cannot be read
	Built  []Built                        // what the crate was compiled against, its dependencies' dependencies included; nil: not known
}

// Built is a crate that another one was compiled against.
type Built struct {
	Crate    string // as rustc sees it: underscores
	Version  string
	Features []string
	Direct   bool // the crate can name it itself
}

// Fn is a function with its summary.
type Fn struct {
	Crate    string     `json:"c,omitempty"`
	Path     string     `json:"p"`           // as printed, without generics; `<impl at ..>` for methods
	Type     string     `json:"t,omitempty"` // methods: path of the self type within its crate, without generics
	Trait    string     `json:"r,omitempty"` // methods of trait impls, and default methods: last segment of the trait
	Name     string     `json:"n"`           // last segment
	Params   []string   `json:"a,omitempty"` // types of the parameters; kept only where Symbolic needs them
	Ret      string     `json:"-"`
	Effects  []*Effect  `json:"e,omitempty"`
	Symbolic []Symbolic `json:"s,omitempty"`
	Unknown  int        `json:"u,omitempty"` // calls that could not be resolved, its callees' included

	mir     *mir.Func
	body    *coro.Body // when it is a coroutine
	context bool       // a hand-written poll: it has a `&mut Context` parameter
	edges   []edge
	callers []int              // indexes into Crate.Fns
	bridged map[string]bool    // type parameters whose values also go to where blocking is allowed
	guarded map[mir.Block]bool // blocks whose effects are conditional, as far as asked
	places  *places            // what memory its places name, when asked
	effects *effects           // what it does that a cancel could lose
	future  *effects           // of another crate's function: what the future does that it gives

	asking     []needEdge // what it does that can need something of a runtime
	starting   *started   // it is no function but stands for what that starts
	asks       *asks      // what it needs, when that was worked out
	futureAsks *asks      // of another crate's function: what the future needs that it gives
	futureType string     // of another crate's async fn: the printed type of its future
}

// Effect is something a call of a function may do to the thread it runs on.
type Effect struct {
	Row   string `json:"i"` // id of the knowledge row
	Name  string `json:"n"` // what is called in the end, as its library documents it: "std::thread::sleep"
	Steps []Step `json:"s"` // from the function's own call down to the one that has the effect
	Must  bool   `json:"m,omitempty"`

	// Conditional: some function on the way has the effect for some values of an argument only.
	Conditional bool `json:"d,omitempty"`

	call  *knowledge.Call
	block mir.Block // of the first step's call
}

// Step is one call on the way to an effect.
type Step struct {
	Callee string       `json:"c"`           // as a reader would write it: "Config::load"; "drop of `Pool`" for destructors
	At     finding.Span `json:"a,omitzero"`  // in another member of the workspace: where the call stands
	Crate  string       `json:"k,omitempty"` // crate of the calling function
	pos    mir.Pos
}

// Symbolic is a call whose target depends on the type arguments of the function.
type Symbolic struct {
	Type   string `json:"t"` // the type parameter as the function prints it: "F", "impl Fn()"
	Trait  string `json:"r"` // full path
	Method string `json:"m"`
	Must   bool   `json:"u,omitempty"`
}

// Crate is the analysed unit.
type Crate struct {
	Name   string
	MIR    *mir.Crate
	Fns    []*Fn
	Bodies []*coro.Body
	Shapes *Shapes

	tables  *knowledge.Tables
	library *Library
	source  func(string) *rust.Source
	built   []Built
	structs map[string]*rust.Struct // see declared; nil before it was asked for

	local     map[string]bool  // first segments of the crate's own paths
	byPath    map[string]int   // printed path without generics
	byName    map[string][]int // last segment -> methods
	byEnv     map[string][]int // type of a closure or coroutine -> its bodies: a macro writes many of one printed type
	impls     map[string]impl
	hasImpl   map[string]bool // "Type Trait" without generics
	ownTypes  map[string]bool // types of this crate that have methods
	resolved  map[string]target
	blocks    int               // of all functions
	spent     int               // by the exploration of cancels, see allowance
	parsed    map[string]callee // printed callees taken apart, once the crate's own paths are known
	roots     map[string]bool   // coroutine types driven by a sync function: main and tests
	unknown   map[string]int    // reasons
	undecided map[string]int    // reasons, of async functions alone

	summarised   bool                 // effects are computed
	callees      [][]int              // by number of the function
	settling     map[*Fn]bool         // being summarised
	destructors  map[string]*Fn       // by head of a type, as far as asked
	switches     map[*Fn][]offSwitch  // of destructors, as far as asked
	boundEffects map[binding]*effects // of functions looked at for one callable
	binding      bool                 // a function is being looked at for one callable
	tested       map[fieldID]bool     // fields that code goes by, as far as asked
	number       map[*Fn]int          // of the functions in Fns
	stored       map[string][]*Fn     // functions that fields of function pointers hold
	returning    int                  // depth of places.returned
	needing      *needing             // what functions need of a runtime, when asked
	enumNames    map[string]string    // "head discriminant" -> variant
	enumNumbers  map[string]int       // "head variant" -> discriminant
	writes       map[writesKey][]write
}

// Analyze summarises a unit whose dependencies are in the library. It lowers the coroutines of u.MIR.
func Analyze(u Unit, tables *knowledge.Tables, library *Library) *Crate {
	c := &Crate{
		Name: u.MIR.Name, MIR: u.MIR, tables: tables, library: library, source: u.Source, built: u.Built,
		byPath: map[string]int{}, byName: map[string][]int{}, byEnv: map[string][]int{}, impls: map[string]impl{}, hasImpl: map[string]bool{}, ownTypes: map[string]bool{},
		resolved: map[string]target{}, roots: map[string]bool{}, unknown: map[string]int{}, undecided: map[string]int{},
	}
	c.index()
	c.parsed = map[string]callee{}
	for _, fn := range c.Fns {
		c.blocks += len(fn.mir.Blocks)
	}
	c.Shapes = newShapes(c)
	for i := range c.Fns {
		c.connect(i)
	}
	c.fixpoint()
	return c
}

// Undecided are the reasons why calls of async functions could not be followed, with their counts.
func (c *Crate) Undecided() map[string]int { return c.undecided }

// Unknown is the same for all functions.
func (c *Crate) Unknown() map[string]int { return c.unknown }

// IsRoot reports whether a coroutine is the future that a sync function drives to its end: the body of main or of a test.
// No other task runs on its thread's account on a multi-threaded runtime, so blocking it is less of a hazard.
func (c *Crate) IsRoot(b *coro.Body) bool { return c.roots[envKey(b.Type)] }

// AsyncFns are the functions whose code runs inside a poll: coroutines and hand-written polls, in the order of the text.
func (c *Crate) AsyncFns() []*Fn {
	var out []*Fn
	for _, fn := range c.Fns {
		if fn.body != nil || fn.context {
			out = append(out, fn)
		}
	}
	return out
}

// Coroutine is the coroutine that fn resumes, or nil.
func (fn *Fn) Coroutine() *coro.Body { return fn.body }

// MIR is the body of fn; nil for a function of another crate.
func (fn *Fn) MIR() *mir.Func { return fn.mir }

// Call is the knowledge row that an effect comes from.
func (e *Effect) Call() *knowledge.Call { return e.call }

// Block is the block of the function's own call that leads to the effect.
func (e *Effect) Block() mir.Block { return e.block }

// ClosureOf is the body of a closure that is made in fn, or nil. definition is the path of its body as MIR notes it beside the closure,
// which is not always there; the type of the closure, a macro's place, need not be its own.
func (c *Crate) ClosureOf(fn *Fn, typ, definition string) *mir.Func {
	if i, ok := c.byPath[fn.Path+"::"+mir.LastSegment(definition)]; ok && definition != "" {
		return c.Fns[i].mir
	}
	var found *mir.Func
	for n := 0; ; n++ {
		i, ok := c.byPath[fn.Path+"::{closure#"+strconv.Itoa(n)+"}"]
		if !ok {
			return found
		}
		f := c.Fns[i].mir
		if f == nil || f.Params == 0 || strings.TrimPrefix(f.Locals[1].Type, "&mut ") != typ {
			continue
		}
		if found != nil {
			return nil
		}
		found = f
	}
}

// CoroutineOf is the crate's own coroutine of a printed type such as `{async fn body of f()}`, or nil.
func (c *Crate) CoroutineOf(typ string) *Fn {
	if fn := c.callable(typ); fn != nil && fn.body != nil {
		return fn
	}
	return nil
}

// CoroutineIn is CoroutineOf for a coroutine that fn makes: of several that a macro wrote it is the one that fn itself contains.
func (c *Crate) CoroutineIn(fn *Fn, typ string) *Fn {
	if to := c.BodyOf(fn, typ); to != nil && to.body != nil {
		return to
	}
	return nil
}

// BodyOf is the function of a closure or coroutine type that appears in fn, or nil when there is none or more than one.
func (c *Crate) BodyOf(fn *Fn, typ string) *Fn {
	if to := c.callableIn(fn, typ); to != nil && to.mir != nil {
		return to
	}
	return nil
}

// Destructor is the crate's own destructor of a type, or nil.
func (c *Crate) Destructor(typ string) *Fn {
	head := mir.Head(typ)
	if head == "" {
		return nil
	}
	if fn := c.method(head, "Drop", "drop"); fn != nil && fn.mir != nil {
		return fn
	}
	return nil
}
