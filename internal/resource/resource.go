// Package resource is the one fact that all rules about waiting share: what a function takes, waits for, holds meanwhile and gives back.
//
// Locks, permits and places of a pool are resources. A resource has an identity: the place where it lies, as the function sees it
// ([Name]), from a parameter, a capture, a static or a value of the function's own. References, shared pointers and clones lead to the
// same place. At a call the callee's parameters become the caller's arguments, so one lock has one name in the function that knows it.
// Where the place cannot be told the field of the type that it lies in is left ([Name.Field]): good for suspicion between instances of
// one type, never for certainty.
//
// What is awaited counts for the one who awaits it; what is spawned, or handed to another thread, does not.
//
// It knows no rule and no library: which call takes what stands in internal/knowledge.
//
// May miss what lies behind trait objects, in collections, and what recursive functions take. Says nothing of unwinding.
package resource

import (
	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Crate answers for the functions of one crate.
type Crate struct {
	facts   *facts.Crate
	tables  *knowledge.Tables
	guards  func(typ string) bool
	leaves  coro.Leaves
	statics map[string]string // allocation as MIR prints it -> path of the static
	bodies  map[*facts.Fn]*body
	busy    map[*facts.Fn]bool
	written map[string]bool // see Written
	ends    *channels
	plain   map[*facts.Fn]*body // without summaries
	behind  *callbacks
	numbers map[string]int // of constants
	counts  map[string]int // see countFields
}

// New prepares the answers. guards tells the types whose value is the duration of having a resource.
func New(c *facts.Crate, tables *knowledge.Tables, guards func(typ string) bool) *Crate {
	return &Crate{facts: c, tables: tables, guards: guards, leaves: c.Shapes.Leaves(guards), statics: staticsOf(c.MIR.Text), bodies: map[*facts.Fn]*body{}, busy: map[*facts.Fn]bool{}, plain: map[*facts.Fn]*body{}}
}

// Step is one call on the way to where a resource is taken.
type Step struct {
	Fn     *facts.Fn // whose code calls
	Block  mir.Block
	Pos    mir.Pos
	Callee string // as a reader would write it
}

// Held is a resource that somebody has.
type Held struct {
	Name Name
	Row  *knowledge.Acquisition
	Must bool
	At   Step // where it is taken

	Amount int // of permits; 0 when it is not known

	Since mir.Block // of At.Fn, from which on it is held
	Var   string
}

// Wait is a place where a function takes a resource, itself or through what it calls or awaits, and waits until it can be had.
type Wait struct {
	Name   Name
	Row    *knowledge.Acquisition
	Steps  []Step // from the function's own call down to the one that takes it
	Held   []Held // meanwhile, by the function itself and by what it called on the way
	Await  *coro.Await
	Amount int // of permits; 0 when it is not known
	// Bounded: the wait ends in time, or with another future, whatever happens.
	Bounded bool
	Blocks  bool // the future is polled to its end by a call that blocks the thread

	// Object: it is waited for by code behind a trait object or a waker, which is known by the field of the lock alone.
	Object bool
	// Callback: so many steps lead to the call of a callable that Joined gave; the step behind is the callable's own call.
	Callback int
	Joined   *facts.Fn
}

// Given is a resource that the value which a function returns, or its future comes out with, has.
type Given struct {
	Name Name
	Row  *knowledge.Acquisition
	Step Step

	Amount int // of permits; 0 when it is not known

	since mir.Block
}

// maxWaits bounds the waits that are kept of one function, maxSteps the calls on the way to one.
const (
	maxWaits = 48
	maxSteps = 8
)

// Waits are the places where fn, or the future that it resumes, waits for a resource.
func (c *Crate) Waits(fn *facts.Fn) []Wait { return c.body(fn).waits }

// body is what is known of one function; of one that is being worked out, nothing yet.
func (c *Crate) body(fn *facts.Fn) *body {
	if b := c.bodies[fn]; b != nil {
		return b
	}
	b := newBody(c, fn)
	if fn.MIR() == nil || c.busy[fn] || len(c.busy) > maxDepth {
		return b
	}
	c.busy[fn] = true
	b.summarise()
	delete(c.busy, fn)
	c.bodies[fn] = b
	return b
}

// maxDepth bounds how deep calls are followed.
const maxDepth = 64

// At is the block whose call or poll waits.
func (w *Wait) At() mir.Block {
	if w.Await != nil {
		return w.Await.Poll
	}
	return w.Steps[0].Block
}

// Block is where the wait takes place.
func (w *Wait) Block() mir.Block {
	if w.Await != nil {
		return w.Await.Block
	}
	return w.Steps[0].Block
}
