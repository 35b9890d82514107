package knowledge

import (
	"errors"
	"fmt"
	"slices"

	"pollux/internal/mir"
)

// Mode tells who else can have a resource at the same time.
type Mode string

// The modes.
const (
	Exclusive Mode = "exclusive" // nobody
	Reading   Mode = "shared"    // others in this mode
	Permit    Mode = "permit"    // so many as there are: a semaphore, a pool
	Event     Mode = "event"     // nobody has it: it happens
)

var modes = []Mode{Exclusive, Reading, Permit, Event}

// Waiter is who waits when a resource cannot be had at once.
type Waiter string

// The waiters.
const (
	WaitsTask   Waiter = "task"   // the future is pending
	WaitsThread Waiter = "thread" // the call blocks its thread
	WaitsNever  Waiter = "never"  // the call gives up
)

var waiters = []Waiter{WaitsTask, WaitsThread, WaitsNever}

// Acquisition is what is known of a call that takes a resource, or gives a future that does.
type Acquisition struct {
	ID       string
	Name     string // the call as its library documents it: "tokio::sync::Mutex::lock"
	What     string // with article, for messages: "a tokio mutex"
	Of       int    // index of the argument that is the resource, or leads to it
	Mode     Mode
	Amount   int  // of a permit: index of the argument that says how many are taken; 0 for one
	Part     bool // one of several parts of the resource is taken: two calls need not mean the same one
	Waits    Waiter
	Queued   bool // a waiter is given the resource in the order of the queue, whether or not anybody polls it
	Writers  bool // in mode shared: waits behind a writer that waits
	Evidence string
	Source   string
}

// Acquires looks up a call that takes a resource.
func (t *Tables) Acquires(c Callee) (*Acquisition, bool) { return find(t, &t.acquires, &c) }

// AcquisitionRow is the row of an id.
func (t *Tables) AcquisitionRow(id string) (*Acquisition, bool) {
	row, ok := t.acquisitions[id]
	return row, ok
}

// LeadsTo tells that the result of a call is, or leads to, the same thing as its argument with this index: `Arc::clone`, `as_ref`.
func (t *Tables) LeadsTo(c Callee) (argument int, ok bool) {
	if i, ok := find(t, &t.leads, &c); ok {
		return *i, true
	}
	return 0, false
}

// Counted tells that a call makes so many permits, or a channel with so many places, as its argument with this index says.
func (t *Tables) Counted(c Callee) (argument int, ok bool) {
	if i, ok := find(t, &t.counted, &c); ok {
		return *i, true
	}
	return 0, false
}

// acquireRow is one row of an [[acquire]] table.
type acquireRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	What     string   `toml:"what"`
	Of       int      `toml:"of"`
	Mode     Mode     `toml:"mode"`
	Amount   int      `toml:"amount"`
	Part     bool     `toml:"part"`
	Waits    Waiter   `toml:"waits"`
	Queued   bool     `toml:"queued"`
	Writers  bool     `toml:"writers-first"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (r *acquireRow) check() error {
	switch {
	case r.What == "":
		return fmt.Errorf("acquire %s: what is missing", r.ID)
	case !slices.Contains(modes, r.Mode):
		return fmt.Errorf("acquire %s: mode %q, want one of %q", r.ID, r.Mode, modes)
	case !slices.Contains(waiters, r.Waits):
		return fmt.Errorf("acquire %s: waits %q, want one of %q", r.ID, r.Waits, waiters)
	}
	return checkRow(r.ID, r.Evidence, r.Source)
}

func (b *builder) acquires(rows []acquireRow) (out []entry[Acquisition], byID map[string]*Acquisition) {
	byID = map[string]*Acquisition{}
	for _, r := range rows {
		b.accept(r.ID, r.check())
		out = append(out, patterns(b, r.ID, r.Match, false, false, func(p pattern) Acquisition {
			a := Acquisition{ID: r.ID, Name: p.text, What: r.What, Of: r.Of, Mode: r.Mode, Amount: r.Amount, Part: r.Part, Waits: r.Waits, Queued: r.Queued, Writers: r.Writers, Evidence: r.Evidence, Source: r.Source}
			if byID[r.ID] == nil {
				byID[r.ID] = &a
			}
			return a
		})...)
	}
	return out, byID
}

// leadRow is one row of a [[leads]] table: calls whose result is or leads to what an argument is or leads to.
type leadRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Argument int      `toml:"argument"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// leads reads the rows of [[leads]] and [[counted]], which both name an argument.
func (b *builder) leads(rows []leadRow) (out []entry[int]) {
	for _, r := range rows {
		var err error
		if r.Argument < 0 {
			err = fmt.Errorf("%s: argument %d, want 0 or more", r.ID, r.Argument)
		}
		b.accept(r.ID, errors.Join(err, checkRow(r.ID, r.Evidence, r.Source)))
		out = append(out, patterns(b, r.ID, r.Match, false, false, func(pattern) int { return r.Argument })...)
	}
	return out
}

// Leaving is a type whose await leaves futures that are not complete and that nobody polls until the next use.
type Leaving struct {
	ID     string
	Name   string // the type as its library documents it
	Losers bool   // they are given back with the outcome; otherwise they stay in the set that the await borrowed
}

// Leaves looks a type up.
func (t *Tables) Leaves(typePath string) (*Leaving, bool) {
	return t.leaving.findPath(&t.names, typePath, mir.LastSegment(typePath), nil)
}

// leavingRow is one row of a [[leaving]] table.
type leavingRow struct {
	ID       string   `toml:"id"`
	Types    []string `toml:"types"`
	Losers   bool     `toml:"losers"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (b *builder) leavings(rows []leavingRow) (out []entry[Leaving]) {
	for _, r := range rows {
		b.accept(r.ID, checkRow(r.ID, r.Evidence, r.Source))
		out = append(out, patterns(b, r.ID, r.Types, true, false, func(p pattern) Leaving {
			return Leaving{ID: r.ID, Name: p.text, Losers: r.Losers}
		})...)
	}
	return out
}
