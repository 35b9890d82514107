package knowledge

import (
	"fmt"
	"slices"

	"pollux/internal/mir"
)

// Role is a word for what a call, or a type, is in some hazard. The words are a closed set: code asks for each of them somewhere.
type Role string

// The roles of calls. The arguments of a row are those that the role is about.
const (
	Moves Role = "moves" // the value that each argument refers to is moved out, or over another
	Grows Role = "grows" // elements of the collection that the argument refers to can move, or do

	Stays   Role = "stays"   // the future that the call makes comes out with Outcome at once, again and again, when it once has
	Accepts Role = "accepts" // the future gives a new peer
	Peer    Role = "peer"    // the future ends only when the peer, given by argument, does something
	Fills   Role = "fills"   // the future ends once there is room for what it writes: the peer has to read when a buffer is full
	Dials   Role = "dials"   // the future ends only when somebody outside answers
	Limits  Role = "limits"  // the call puts a limit in time on the future that the argument is
	Keeps   Role = "keeps"   // the future writes what has to be there when the program ends
	Stops   Role = "stops"   // the call tells a task to end
	Waits   Role = "waits"   // a busy loop: the call gives a hint to the processor, or the time slice away
)

// The roles of types.
const (
	Pinned Role = "pinned" // a value of the type must not move once it is pinned: it is not Unpin
	Plain  Role = "plain"  // a value of the type can always move: it is Unpin whatever its arguments are
	Holder Role = "holder" // Unpin if, and only if, its arguments are

	Peers Role = "peers" // a stream of new peers, or a future that is one
	Told  Role = "told"  // a future whose failure is told by what was made with it
	Leash Role = "leash" // the handle of a task that ends when the handle is dropped
)

var callRoles, typeRoles = []Role{Moves, Grows, Stays, Accepts, Peer, Fills, Dials, Limits, Keeps, Stops, Waits}, []Role{Pinned, Plain, Holder, Peers, Peer, Told, Leash}

// Part is what is known of a call or a type in one role.
type Part struct {
	ID        string
	Name      string // as its library documents it
	Arguments []int  // of a call: which arguments the role is about
	What      string // for messages, as the role wants it
	Outcome   string // of Stays: the variants, outermost first, each with its number when it is none of core's: "Err.Closed=0"
	Evidence  string
	Source    string
}

// roleRow is one row of a [[role]] table.
type roleRow struct {
	ID        string   `toml:"id"`
	Role      Role     `toml:"role"`
	Match     []string `toml:"match"`     // calls
	Types     []string `toml:"types"`     // or types
	Arguments []int    `toml:"arguments"` // missing: the first one
	What      string   `toml:"what"`
	Outcome   string   `toml:"outcome"`
	Evidence  string   `toml:"evidence"`
	Source    string   `toml:"source"`
}

func (r *roleRow) check() error {
	switch {
	case len(r.Match) > 0 && !slices.Contains(callRoles, r.Role):
		return fmt.Errorf("row %s: calls have no role %q", r.ID, r.Role)
	case len(r.Types) > 0 && !slices.Contains(typeRoles, r.Role):
		return fmt.Errorf("row %s: types have no role %q", r.ID, r.Role)
	}
	return checkRow(r.ID, r.Evidence, r.Source)
}

// roles are the rows by what they speak of.
type roles struct {
	calls, types map[Role]index[Part]
}

// Part looks up what a call is in a role. No answer means unknown.
func (t *Tables) Part(role Role, c Callee) (*Part, bool) {
	ix, ok := t.roles.calls[role]
	if !ok {
		return nil, false
	}
	return find(t, &ix, &c)
}

// TypePart looks up what a type, by its path without generics, is in a role. No answer means unknown.
func (t *Tables) TypePart(role Role, path string) (*Part, bool) {
	ix, ok := t.roles.types[role]
	if !ok || path == "" {
		return nil, false
	}
	return ix.findPath(&t.names, path, mir.LastSegment(path), nil)
}

func (b *builder) roles(rows []roleRow) roles {
	calls, types := map[Role][]entry[Part]{}, map[Role][]entry[Part]{}
	for i := range rows {
		r := &rows[i]
		b.accept(r.ID, r.check())
		part := func(p pattern) Part {
			args := r.Arguments
			if args == nil {
				args = []int{0}
			}
			return Part{ID: r.ID, Name: p.name(), Arguments: args, What: r.What, Outcome: r.Outcome, Evidence: r.Evidence, Source: r.Source}
		}
		if len(r.Types) > 0 {
			types[r.Role] = append(types[r.Role], patterns(b, r.ID, r.Types, true, false, part)...)
			continue
		}
		calls[r.Role] = append(calls[r.Role], patterns(b, r.ID, r.Match, false, false, part)...)
	}
	out := roles{calls: map[Role]index[Part]{}, types: map[Role]index[Part]{}}
	for role, entries := range calls {
		out.calls[role] = newIndex(entries)
	}
	for role, entries := range types {
		out.types[role] = newIndex(entries)
	}
	return out
}
