package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// Effect is what a call does to the thread it runs on, seen from async code.
type Effect string

// The effects.
const (
	Block    Effect = "block"    // stalls the thread: every task on it, timers and sibling branches too
	Panic    Effect = "panic"    // the library detects async context and panics
	CPU      Effect = "cpu"      // as block, through computation
	Harmless Effect = "harmless" // neither blocks nor waits
)

// Where is the place at which a callable or future argument runs.
type Where string

// The places.
const (
	Inline    Where = "inline"     // on this thread, before the call returns or, for lazy adaptors, when their result is consumed
	Blocking  Where = "blocking"   // on a thread where blocking is allowed (spawn_blocking, block_in_place)
	Thread    Where = "thread"     // on a thread of its own
	Task      Where = "task"       // in a spawned async task: async context, but not on this function's path
	LocalTask Where = "local-task" // as task, on this thread
	Driven    Where = "driven"     // a future polled to completion on this thread before the call returns
	Stored    Where = "stored"     // kept for later: nobody knows when and where
	Never     Where = "never"      // not run: only moved, compared or dropped
)

// UnmarshalText accepts exactly the effects above.
func (e *Effect) UnmarshalText(text []byte) error {
	return oneOf(e, string(text), "effect", Block, Panic, CPU, Harmless)
}

// UnmarshalText accepts exactly the places above.
func (w *Where) UnmarshalText(text []byte) error {
	return oneOf(w, string(text), "place to run", Inline, Blocking, Thread, Task, LocalTask, Driven, Stored, Never)
}

func oneOf[T ~string](to *T, text, what string, all ...T) error {
	if !slices.Contains(all, T(text)) {
		words := make([]string, len(all))
		for i, w := range all {
			words[i] = string(w)
		}
		return fmt.Errorf("unknown %s %q, want one of %s", what, text, strings.Join(words, ", "))
	}
	*to = T(text)
	return nil
}
