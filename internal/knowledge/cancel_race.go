package knowledge

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pollux/internal/mir"
)

// RaceKind tells how a race ends, and what its outcome tells.
type RaceKind string

// The races.
const (
	First    RaceKind = "first"    // runs futures until one is complete, then drops the others; the outcome's variant is the number of that one
	Limit    RaceKind = "limit"    // runs one future until it is complete or something else ends it, then drops it
	Siblings RaceKind = "siblings" // runs futures until all are complete or one fails, then drops the others
	Value    RaceKind = "value"    // as first, but the outcome is the output of the one that is complete
)

var raceKinds = []RaceKind{First, Limit, Siblings, Value}

// Race is what is known of a future, or of a call, that drops others before they are complete.
type Race struct {
	ID   string
	Kind RaceKind
	Name string // in the words of a message: "`select!`", "timeout"
	None string // of a macro: what it panics with when every branch is off and there is no other arm; "" when it does not
	Time bool   // what cuts a future short is time, not the end of the program
	Cut  int    // of limit and siblings: number of the variant of the outcome when futures were cut short: 1 for Err, 0 for None
}

// Race recognises an await that drops futures, by the awaited type as MIR prints it.
func (t *Tables) Race(awaited string) (*Race, bool) {
	if file, ok := closureFile(awaited); ok {
		for i := range t.races.macros {
			if m := &t.races.macros[i]; m.wrote(file) {
				return &m.race, true
			}
		}
		return nil, false
	}
	if path, ok := asyncFnOf(awaited); ok {
		return t.races.calls.findPath(&t.names, path, mir.LastSegment(path), nil)
	}
	head := mir.Head(awaited)
	return t.races.types.findPath(&t.names, head, mir.LastSegment(head), nil)
}

// RaceCall recognises a call that polls a future once and then drops it.
func (t *Tables) RaceCall(c Callee) (*Race, bool) { return find(t, &t.races.polls, &c) }

// closureFile is the source file of the closure in `PollFn<{closure@FILE:L:C: L:C}>`.
func closureFile(typ string) (file string, ok bool) {
	_, at, ok := strings.Cut(typ, "PollFn<{closure@")
	if !ok || !strings.HasSuffix(at, "}>") {
		return "", false
	}
	return mir.ParseSpan(strings.TrimSuffix(at, "}>")).File, true
}

type races struct {
	types  index[Race]
	calls  index[Race] // async functions whose futures are races
	polls  index[Race] // functions that are races themselves
	macros []raceMacro
}

// raceMacro is the file of a macro: the directory of its crate, which may carry a version, and the rest of the path.
type raceMacro struct {
	crate, rest string
	race        Race
}

// wrote reports whether a file is the macro's: `.../tokio-1.54.1/src/macros/select.rs` for tokio's `src/macros/select.rs`.
func (m raceMacro) wrote(file string) bool {
	dir, ok := strings.CutSuffix(file, "/"+m.rest)
	if !ok {
		return false
	}
	name := dir[strings.LastIndexByte(dir, '/')+1:]
	version, versioned := strings.CutPrefix(name, m.crate+"-")
	return name == m.crate || versioned && version != "" && version[0] >= '0' && version[0] <= '9'
}

// raceRow is one row of a [[race]] table.
type raceRow struct {
	ID       string   `toml:"id"`
	Kind     RaceKind `toml:"kind"`
	Name     string   `toml:"name"`
	Macro    string   `toml:"macro"` // crate and file of the macro: "tokio/src/macros/select.rs"
	Types    []string `toml:"types"`
	Match    []string `toml:"match"` // async functions
	Polls    []string `toml:"polls"` // functions that poll and drop the future themselves
	Cut      string   `toml:"cut"`   // variant of the outcome when a future was cut short: Err or None
	Time     bool     `toml:"time"`  // what cuts the future short is time
	None     string   `toml:"none"`  // of a macro: what it panics with when all branches are off
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// cuts are the variants by their numbers (library/core/src/{option,result}.rs).
var cuts = map[string]int{"": 0, "None": 0, "Err": 1}

func (r *raceRow) check() error {
	_, ok := cuts[r.Cut]
	switch {
	case !ok || (r.Cut == "") != (r.Kind == First || r.Kind == Value):
		return fmt.Errorf("race %s: cut belongs to limit and siblings, and is Err or None", r.ID)
	case r.Name == "":
		return fmt.Errorf("race %s: name is missing", r.ID)
	case r.Macro == "" && len(r.Types)+len(r.Match)+len(r.Polls) == 0:
		return fmt.Errorf("race %s: names nothing", r.ID)
	}
	return errors.Join(checkRow(r.ID, r.Evidence, r.Source), checkWord(r.ID, "kind", r.Kind, raceKinds))
}

func (b *builder) races(rows []raceRow) races {
	var out races
	var types, calls, polls []entry[Race]
	for i := range rows {
		r := &rows[i]
		b.accept(r.ID, r.check())
		race := Race{ID: r.ID, Kind: r.Kind, Name: r.Name, None: r.None, Time: r.Time, Cut: cuts[r.Cut]}
		if crate, rest, isFile := strings.Cut(r.Macro, "/"); isFile {
			out.macros = append(out.macros, raceMacro{crate: crate, rest: rest, race: race})
		}
		types = append(types, someRaces(b, r.ID, r.Types, true, race)...)
		calls = append(calls, someRaces(b, r.ID, r.Match, false, race)...)
		polls = append(polls, someRaces(b, r.ID, r.Polls, false, race)...)
	}
	out.types, out.calls, out.polls = newIndex(types), newIndex(calls), newIndex(polls)
	return out
}

func someRaces(b *builder, id string, lines []string, asType bool, race Race) []entry[Race] {
	if len(lines) == 0 {
		return nil
	}
	return patterns(b, id, lines, asType, false, func(pattern) Race { return race })
}

// Timer is a call that gives a future, or an object with futures, that ends when time has passed.
type Timer struct {
	ID       string
	Every    bool // the call gives an object whose future ends whenever the time has passed again
	Duration int  // index of the argument that says how much time
	keeps    []string
}

// Keeps reports whether a method of the object leaves alone when it is ready next.
func (t *Timer) Keeps(method string) bool { return slices.Contains(t.keeps, method) }

// Timer looks up a call that gives time.
func (t *Tables) Timer(c Callee) (*Timer, bool) { return find(t, &t.timers, &c) }

// timerRow is one row of a [[timer]] table.
type timerRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Ends     string   `toml:"ends"` // once or every
	Duration int      `toml:"duration"`
	Keeps    []string `toml:"keeps"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (b *builder) timers(rows []timerRow) (out []entry[Timer]) {
	for _, r := range rows {
		b.accept(r.ID, errors.Join(checkRow(r.ID, r.Evidence, r.Source), checkWord(r.ID, "ends", r.Ends, []string{"once", "every"})))
		out = append(out, patterns(b, r.ID, r.Match, false, false, func(pattern) Timer {
			return Timer{ID: r.ID, Every: r.Ends == "every", Duration: r.Duration, keeps: r.Keeps}
		})...)
	}
	return out
}
