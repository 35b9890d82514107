// Package confidence draws the map of what is known about async code: for every async function, hand-written poll and await point, what
// each class of hazard comes to, on what evidence, and what would raise it; and which zone the code lies in.
//
// It finds nothing of its own. It reads the units as rules see them, takes the findings of the rungs and what the tests of an
// exploration reached, and says for each place the strongest thing that this evidence carries.
//
// Invariants: the states are a closed set, and without evidence a cell is "not decided", never better; "decided" says that an analysis
// came to an end about this place, within the known misses of its rule; a zone is a statement about the kind of code and no verdict.
package confidence

import (
	"pollux/internal/finding"
)

// Schema names the form of a Map as JSON.
const Schema = "pollux-map/1"

// State is what is known about one hazard at one place, one of a closed set.
type State string

// The closed set of states, worst first: what a reviewer must see comes first.
const (
	Witnessed  State = "witnessed"   // a run failed
	Suspected  State = "suspected"   // a rule matched, and no run has shown it
	NotDecided State = "not-decided" // no analysis could decide, and no run looked
	NotReached State = "not-reached" // tests were explored, and none was seen to stop there
	Explored   State = "explored"    // as many schedules or cancels as are named, without a failure
	Cleared    State = "cleared"     // every schedule of every test that reaches it, within the printed bound
	Decided    State = "decided"     // an analysis came to an end: there is nothing, within the known misses of its rule
)

// States are the closed set, worst first.
func States() []State {
	return []State{Witnessed, Suspected, NotDecided, NotReached, Explored, Cleared, Decided}
}

// Class is a class of hazards: a family of rules, or what only runs can show.
type Class string

// The classes that every place is looked at for. A finding of another family has a cell where it is, and nowhere else.
const (
	Cancel    Class = "cancel"    // what dropping the future half-way loses or leaves
	Locks     Class = "locks"     // what blocks its thread or its peers while it is held
	Blocking  Class = "blocking"  // calls that block the thread
	Wakers    Class = "wakers"    // hand-written polls: who wakes the task
	Schedules Class = "schedules" // deadlocks, lost wake-ups and panics under some order of tasks
)

// Zone is the kind of code a function is.
type Zone string

// The zones, hardest first.
const (
	Hard  Zone = "hard"  // only its author's care keeps it right
	Async Zone = "async" // where cancellation, order and shared state matter
	Safe  Zone = "safe"  // the compiler and a basic test suffice
)

// Zones are the zones, hardest first.
func Zones() []Zone { return []Zone{Hard, Async, Safe} }

// Cell is what is known about one class at one place.
type Cell struct {
	Class Class  `json:"class"`
	State State  `json:"state"`
	Words string `json:"words"`           // the evidence, with its bound
	Raise string `json:"raise,omitempty"` // the command, or the deed, that would raise it

	minor bool // a finding of severity info: worth knowing, and no reason to look at once
}

// Reason is why a function lies in its zone.
type Reason struct {
	What string `json:"what"`
	Line int    `json:"line"` // in the function's file; 0 when it is about the function as a whole
}

// Await is one await point.
type Await struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	For    string `json:"for"`   // what is awaited, as a reader would write it; may be empty
	Tests  int    `json:"tests"` // that were seen to stop there
	Cells  []Cell `json:"cells"`
}

// Function is one async function, async block or hand-written poll.
type Function struct {
	Package string   `json:"package"`
	Module  string   `json:"module"` // of its file, in the crate
	Name    string   `json:"name"`
	Kind    string   `json:"kind"` // async fn, async block, async closure, hand-written poll
	File    string   `json:"file"`
	Line    int      `json:"line"`
	EndLine int      `json:"end_line"`
	Zone    Zone     `json:"zone"`
	Reasons []Reason `json:"reasons"`
	Tests   []string `json:"tests"` // that were seen to stop in it
	Cells   []Cell   `json:"cells"` // the worst of its await points and of itself
	Awaits  []Await  `json:"awaits"`
}

// Item is one place of the list that a reviewer reads, the most urgent first.
type Item struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Function string `json:"function"`
	Zone     Zone   `json:"zone"`
	Why      string `json:"why"`
	Do       string `json:"do"`
	Rank     int    `json:"rank"` // 1 is a failure that was seen; items of one rank are equally urgent
}

// Map is the whole.
type Map struct {
	Schema    string            `json:"schema"`
	Version   string            `json:"version"`
	Toolchain string            `json:"toolchain"`
	Root      string            `json:"root"`
	Ran       string            `json:"ran"` // which runs the map knows of
	Functions []Function        `json:"functions"`
	Review    []Item            `json:"review"`
	Unknowns  []finding.Unknown `json:"unknowns"`
}

// Totals counts the cells of await points, and of hand-written polls, by state.
func (m *Map) Totals() map[State]int {
	out := map[State]int{}
	for _, f := range m.Functions {
		for _, c := range f.Cells {
			if len(f.Awaits) == 0 || c.Class == Blocking || c.Class == Wakers {
				out[c.State]++
			}
		}
		for _, a := range f.Awaits {
			for _, c := range a.Cells {
				out[c.State]++
			}
		}
	}
	return out
}
