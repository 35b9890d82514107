// Package poll follows the paths of a hand-written poll function and tells, for each way it can return, who will wake the task.
//
// The contract is that of std's `Future::poll`: a poll that returns Pending has arranged for a wake-up of the task whose context it was
// given. It has when it handed the context's waker to something that keeps it, when an inner poll that was given the context returned
// Pending on this very path, or when it woke the task itself.
//
// It is not about coroutines: rustc writes their polls, and they keep the contract.
//
// Invariant: a path counts as one on which nobody wakes the task only if every use of the context on it is understood. What is not
// understood (a result of an inner poll that is thrown away, a context handed to a function without a body here) counts as arranged.
package poll

import (
	"strings"

	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Woken tells who wakes the task after a return of Pending.
type Woken uint8

// Who wakes the task.
const (
	Nobody  Woken = iota // on this path the context is not used, or only by inner polls that were ready
	Earlier              // nobody new: the path takes a waker of an earlier poll to be there
	Somebody
	Itself // the task is woken at once, by its own poll
)

// Ending is one way in which a poll function returns Pending.
type Ending struct {
	Woken   Woken
	Block   mir.Block // where the Pending is made
	Pos     mir.Pos
	Ready   []Inner // the inner polls that were ready on this path, each once, in no order of time
	Foreign *Inner  // the inner poll with a context of its own whose Pending is handed on

	// Swallowed is the last inner poll that was ready, when the path came from there to Pending by its value alone.
	Swallowed *Inner
	Late      *Late // the waker was kept too late, if it was
	Ended     bool  // that value was None: a stream or a channel has ended
	Wrote     bool  // something that outlives the call may have been changed on the way, other than by inner polls
	Shared    bool  // something that other tasks or threads change was looked at on the way
}

// Inner is a call of another poll.
type Inner struct {
	Block  mir.Block
	Pos    mir.Pos
	Callee string // as printed
	Type   string // of the result
}

// Again is a way to return after which the next poll of the function polls an inner future that is complete.
type Again struct {
	Future Inner
	Block  mir.Block // where the result is made
	Pos    mir.Pos
}

// Function is what is known of one poll function.
type Function struct {
	Fn      *facts.Fn
	Pending []Ending // each place and kind once
	Again   []Again
	// Used tells that the context is used at all, or that what is not understood uses it.
	Used bool
	// Registers tells that some path hands the waker to something that keeps it.
	Registers bool
	// Ready tells that some path may return something other than a Pending that is made here.
	Ready bool
	// ReadyAlone tells that some path is ready without an inner poll.
	ReadyAlone bool
	// Keeps tells that an inner poll, or a path that is ready, may have kept the waker even so.
	Keeps bool
	// Decided is false when there were too many paths.
	Decided bool
}

// Must reports whether every Pending of the function is one after which nobody wakes the task.
func (f *Function) Must() bool {
	for _, e := range f.Pending {
		if e.Woken > Earlier {
			return false
		}
	}
	return f.Decided && len(f.Pending) > 0
}

// Functions looks at poll functions of one crate and remembers its answers: one poll calls another.
type Functions struct {
	crate  *facts.Crate
	tables *knowledge.Tables
	known  map[*facts.Fn]*Function // nil while it is looked at
}

// New prepares for one crate.
func New(crate *facts.Crate, tables *knowledge.Tables) *Functions {
	return &Functions{crate: crate, tables: tables, known: map[*facts.Fn]*Function{}}
}

// Of is what is known of fn, nil when it is no poll function: one with a context that returns a Poll and is no coroutine.
func (fs *Functions) Of(fn *facts.Fn) *Function {
	if fn == nil || fn.MIR() == nil || fn.Coroutine() != nil || contextOf(fn.MIR()) == 0 {
		return nil
	}
	if f, ok := fs.known[fn]; ok {
		return f
	}
	fs.known[fn] = nil
	f := newWalk(fs, fn).run()
	fs.known[fn] = f
	return f
}

// contextOf is the parameter that is the context, or 0.
func contextOf(f *mir.Func) mir.Local {
	for l := 1; l <= f.Params; l++ {
		if isContext(f.Locals[l].Type) {
			return mir.Local(l)
		}
	}
	return 0
}

// isContext recognises a reference to core's Context.
func isContext(typ string) bool {
	p := mir.Pointee(typ)
	return p != "" && isPath(mir.Head(p), "task", "Context")
}

// isWaker recognises core's Waker and references to it.
func isWaker(typ string) bool {
	if p := mir.Pointee(typ); p != "" {
		typ = p
	}
	return isPath(mir.Head(typ), "task", "Waker")
}

// isPoll recognises core's Poll.
func isPoll(typ string) bool { return isPath(mir.Head(typ), "task", "Poll") }

// isPath recognises a type of core by module and name. rustc prints the path in full in a declaration, the name alone in a callee.
func isPath(head, module, name string) bool {
	rest, ok := strings.CutSuffix(head, name)
	return ok && (rest == "" || strings.HasSuffix(rest, module+"::") && (strings.HasPrefix(rest, "std::") || strings.HasPrefix(rest, "core::")))
}

// hasPoll reports whether a type holds a Poll by value, as far as it prints it: in Option, Result, ControlFlow or a tuple.
func hasPoll(typ string) bool {
	return strings.Contains(typ, "task::Poll<") && !strings.HasPrefix(typ, "&") && !strings.HasPrefix(typ, "{")
}
