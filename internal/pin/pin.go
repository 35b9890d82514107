// Package pin finds what code pins by hand, and what moves the same memory.
//
// The contract is that of std's `Pin`: a value that is not Unpin and has been pinned stays where it is until it is dropped. Code that pins
// with `Pin::new_unchecked` or `map_unchecked_mut` has promised so. What macros of other crates pin (`pin!`, pin-project) keeps the
// promise by construction and is not looked at.
//
// A field is known by the type that owns it and the way from there, so what one method pins another one may move. Whether a type is
// Unpin comes from its parts, from the impls and bounds in the source, and from the tables; where that does not decide, nothing is said.
//
// Invariant: a pinned value is reported only when its type need not be Unpin.
//
// May miss moves through pointers that are stored, and through functions of other crates.
package pin

import (
	"slices"
	"strings"

	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Kind tells what happens to memory.
type Kind uint8

// The kinds of events.
const (
	Pins    Kind = iota // it is pinned by hand
	Moves               // its value is moved out, or over another
	Grows               // it is a collection whose elements move, or can
	Exposes             // a reference through which it can be moved is given to the caller
	Links               // it is a pointer, and is made to lead to another part of its own owner
)

// Event is something that one place of a function does to memory.
type Event struct {
	Kind  Kind
	Fn    *facts.Fn
	Block mir.Block
	Pos   mir.Pos
	What  string // of Moves and Grows: the function's name
	Type  string // of the value; of Links, of the owner
	Via   string // of an event inside of another function of the crate: its name

	mem memory
	key key    // of mem
	to  memory // of Links: where the pointer leads
}

// Linked tells that what holds the memory in its place is a pointer into its own owner, and no Pin.
func (e *Event) Linked() bool { return e.Kind == Links }

// Owner is the path of the type that the memory is a part of, empty for a variable.
func (e *Event) Owner() string { return e.key.owner }

// FromPin tells that the memory was reached through a Pin that was taken apart by unsafe code.
func (e *Event) FromPin() bool { return e.mem.fromPin }

// Crate is what one crate pins.
type Crate struct {
	crate  *facts.Crate
	tables *knowledge.Tables
	source *source
	fns    map[*facts.Fn]*function
	events []*Event
	ours   func(mir.Pos) bool

	closures map[string][]*facts.Fn // by type
	callees  map[string]*callee
}

// Of looks at a crate. It is nil when the crate neither pins by hand nor stores pointers. ours tells the crate's own text from that of other crates' macros.
func Of(crate *facts.Crate, tables *knowledge.Tables, ours func(mir.Pos) bool) *Crate {
	pins := pinsByHand(crate.MIR)
	if !pins && !slices.ContainsFunc(crate.MIR.Funcs, storesPointer) {
		return nil
	}
	c := &Crate{crate: crate, tables: tables, source: newSource(crate), fns: map[*facts.Fn]*function{}, ours: ours,
		closures: map[string][]*facts.Fn{}, callees: map[string]*callee{}}
	for _, fn := range crate.Fns {
		if f := fn.MIR(); f != nil && f.Params > 0 && strings.HasPrefix(fn.Name, "{closure") {
			c.closures[stripped(f.Locals[1].Type)] = append(c.closures[stripped(f.Locals[1].Type)], fn)
		}
	}
	for _, fn := range crate.Fns {
		if fn.MIR() != nil && (pins || storesPointer(fn.MIR())) {
			c.events = append(c.events, c.function(fn).events...)
		}
	}
	return c
}

// pinsByHand reports whether any call of the crate pins what it cannot know to stay.
func pinsByHand(m *mir.Crate) bool {
	for _, f := range m.Funcs {
		for i := range f.Blocks {
			if t := &f.Blocks[i].Term; t.Kind == mir.Call && !t.Func.IsPlace() && isUncheckedPin(t.Func.Text) {
				return true
			}
		}
	}
	return false
}

// storesPointer reports whether a body puts a pointer into a field.
func storesPointer(f *mir.Func) bool {
	for i := range f.Blocks {
		for j := range f.Blocks[i].Stmts {
			s := &f.Blocks[i].Stmts[j]
			if n := len(s.Place.Proj) - 1; s.Kind == mir.Assign && n >= 0 && s.Place.Proj[n].Kind == mir.Field && isPointer(s.Place.Proj[n].Text) && !f.Blocks[i].Cleanup {
				return true
			}
		}
	}
	return false
}

func isPointer(typ string) bool {
	typ = strings.TrimPrefix(typ, "std::option::Option<")
	return strings.HasPrefix(typ, "*") || strings.HasPrefix(typ, "std::ptr::NonNull<")
}

// isUncheckedPin recognises the constructors of core's Pin that trust their caller (library/core/src/pin.rs).
func isUncheckedPin(callee string) bool {
	if !strings.HasPrefix(callee, "std::pin::Pin::") {
		return false
	}
	switch mir.LastSegment(mir.WithoutGenerics(callee)) {
	case "new_unchecked", "map_unchecked_mut":
		return true
	}
	return false
}

// Events are those of a kind, in the order of the text. Those of a helper appear again where it is called with memory of the caller.
func (c *Crate) Events(kind Kind) []*Event {
	var out []*Event
	for _, e := range c.events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}
