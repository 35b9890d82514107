package knowledge

import (
	"errors"
	"fmt"

	"pollux/internal/mir"
)

// EndKind tells what a call does with a future.
type EndKind string

// What ends futures that are not races.
const (
	Serves EndKind = "serves" // a server runs what the callable argument gives, and drops it when nobody waits for it any more
	Aborts EndKind = "aborts" // the task of the handle is dropped
	Clears EndKind = "clears" // the tasks of a set are dropped
)

// End is a call after which a future can be dropped half done by somebody else.
type End struct {
	ID       string
	Kind     EndKind
	Argument int    // index of the callable or handle
	When     string // completes "the future is dropped ..": "when its client goes away"
}

// Ender looks up a call that lets others drop futures.
func (t *Tables) Ender(c Callee) (*End, bool) { return find(t, &t.ends, &c) }

// ServedBy looks up the type of a parameter by which a server's trait can be told, such as tonic's Request: what a method with it gives
// is dropped when nobody waits for it any more.
func (t *Tables) ServedBy(typePath string) (*End, bool) {
	return t.served.findPath(&t.names, typePath, mir.LastSegment(typePath), nil)
}

// Spawns reports whether a call runs a future that it is given in a task of its own.
func (t *Tables) Spawns(c Callee) bool {
	for _, a := range t.Argument(c) {
		if a.Runs == Task {
			return true
		}
	}
	return false
}

// endRow is one row of an [[end]] table.
type endRow struct {
	ID        string   `toml:"id"`
	Kind      EndKind  `toml:"kind"`
	Match     []string `toml:"match"`
	Parameter []string `toml:"parameter"` // of serves: types of a parameter of the methods that the server calls
	Argument  int      `toml:"argument"`
	When      string   `toml:"when"`
	Evidence  string   `toml:"evidence"`
	Source    string   `toml:"source"`
}

func (r *endRow) check() error {
	if r.When == "" || len(r.Match)+len(r.Parameter) == 0 || r.Argument < 0 {
		return fmt.Errorf("end %s: needs when, and match or parameter", r.ID)
	}
	return errors.Join(checkRow(r.ID, r.Evidence, r.Source), checkWord(r.ID, "kind", r.Kind, []EndKind{Serves, Aborts, Clears}))
}

func (b *builder) ends(rows []endRow) (calls, parameters index[End]) {
	var byCall, byParameter []entry[End]
	for i := range rows {
		r := &rows[i]
		b.accept(r.ID, r.check())
		give := func(pattern) End { return End{ID: r.ID, Kind: r.Kind, Argument: r.Argument, When: r.When} }
		if len(r.Match) > 0 {
			byCall = append(byCall, patterns(b, r.ID, r.Match, false, false, give)...)
		}
		if len(r.Parameter) > 0 {
			byParameter = append(byParameter, patterns(b, r.ID, r.Parameter, true, false, give)...)
		}
	}
	return newIndex(byCall), newIndex(byParameter)
}
