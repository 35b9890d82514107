package knowledge

import (
	"errors"
	"slices"
	"strings"

	"pollux/internal/mir"
)

// Race tells how an await ends futures that are not complete.
type Race string

// The races.
const (
	First Race = "first" // runs futures until one is complete, then drops those that it owns
	Limit Race = "limit" // runs one future until it is complete or the time is up, then drops it
)

// Race recognises an await that drops futures, by the awaited type as MIR prints it.
func (t *Tables) Race(awaited string) (Race, bool) {
	if file, ok := closureFile(awaited); ok {
		for _, m := range t.races.macros {
			if m.wrote(file) {
				return m.kind, true
			}
		}
		return "", false
	}
	head := mir.Head(awaited)
	if kind, ok := t.races.types.findPath(&t.names, head, mir.LastSegment(head), nil); ok {
		return *kind, true
	}
	return "", false
}

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
	macros []raceMacro
}

// raceMacro is the file of a macro: the directory of its crate, which may carry a version, and the rest of the path.
type raceMacro struct {
	crate, rest string
	kind        Race
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
	Kind     Race     `toml:"kind"`
	Macro    string   `toml:"macro"` // crate and file of the macro: "tokio/src/macros/select.rs"
	Types    []string `toml:"types"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (b *builder) races(rows []raceRow) races {
	var out races
	var types []entry[Race]
	for _, r := range rows {
		crate, rest, isFile := strings.Cut(r.Macro, "/")
		b.accept(r.ID, errors.Join(checkRow(r.ID, r.Evidence, r.Source), checkWord(r.ID, "kind", r.Kind, []Race{First, Limit})))
		if isFile {
			out.macros = append(out.macros, raceMacro{crate: crate, rest: rest, kind: r.Kind})
		}
		if len(r.Types) > 0 || !isFile {
			types = append(types, patterns(b, r.ID, r.Types, true, false, func(pattern) Race { return r.Kind })...)
		}
	}
	out.types = newIndex(types)
	return out
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
