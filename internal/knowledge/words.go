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

var (
	effects = []Effect{Block, Panic, CPU, Harmless}
	places  = []Where{Inline, Blocking, Thread, Task, LocalTask, Driven, Stored, Never}
)

// checkWord refuses a word that is not in the closed set all.
func checkWord[T ~string](id, key string, word T, all []T) error {
	if slices.Contains(all, word) {
		return nil
	}
	names := make([]string, len(all))
	for i, w := range all {
		names[i] = string(w)
	}
	return fmt.Errorf("row %s: %s is %q, want one of %s", id, key, word, strings.Join(names, ", "))
}
