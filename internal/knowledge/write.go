package knowledge

import (
	"errors"
	"fmt"
)

// Way is the direction of a change of memory.
type Way string

// The ways; what goes one way is undone by what goes the other.
const (
	Up   Way = "up"   // a number goes up
	Down Way = "down" // a number goes down
	Put  Way = "put"  // something is put in
	Take Way = "take" // something is taken out, or a placeholder is left in its place
	Set  Way = "set"  // it is overwritten
	Tell Way = "tell" // a message goes to somebody who acts on it; what undoes it is another message
)

// Write is what is known of a call that changes memory.
type Write struct {
	ID    string
	Way   Way
	To    int // index of the argument that refers to the memory
	Value int // index of the argument with the new value, or of Take with what is left in the place; NoArgument for others
	Done  Done
}

// Done tells by what the call gives whether it has made the change.
type Done string

// When a call has made its change.
const (
	DoneAlways Done = ""
	DoneGiven  Done = "given" // when it gives Some, Ok or true
	DoneOther  Done = "other" // when it gives another value than the new one
)

// Write looks up a call that changes memory in a direction. No answer means unknown.
func (t *Tables) Write(c Callee) (*Write, bool) { return find(t, &t.writes, &c) }

// Channel reports whether a call makes both ends of a channel for one message, sender first.
func (t *Tables) Channel(c Callee) bool {
	_, ok := find(t, &t.channels, &c)
	return ok
}

// channelRow is one row of a [[channel]] table.
type channelRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (b *builder) channels(rows []channelRow) (out []entry[bool]) {
	for i := range rows {
		b.accept(rows[i].ID, checkRow(rows[i].ID, rows[i].Evidence, rows[i].Source))
		out = append(out, patterns(b, rows[i].ID, rows[i].Match, false, false, func(pattern) bool { return true })...)
	}
	return out
}

// writeRow is one row of a [[write]] table.
type writeRow struct {
	ID       string   `toml:"id"`
	Way      Way      `toml:"way"`
	Match    []string `toml:"match"`
	To       int      `toml:"to"`
	Value    *int     `toml:"value"`
	Done     Done     `toml:"done"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (r *writeRow) check() error {
	err := errors.Join(checkRow(r.ID, r.Evidence, r.Source), checkWord(r.ID, "way", r.Way, []Way{Up, Down, Put, Take, Set, Tell}))
	if r.Way == Set && r.Value == nil || r.Way != Set && r.Way != Take && r.Value != nil {
		err = errors.Join(err, fmt.Errorf("write %s: value belongs to set and take", r.ID))
	}
	if r.Done == DoneOther && r.Value == nil {
		err = errors.Join(err, fmt.Errorf("write %s: done = %q needs value", r.ID, r.Done))
	}
	err = errors.Join(err, checkWord(r.ID, "done", r.Done, []Done{DoneAlways, DoneGiven, DoneOther}))
	return err
}

func (b *builder) writes(rows []writeRow) (out []entry[Write]) {
	for i := range rows {
		r := &rows[i]
		b.accept(r.ID, r.check())
		out = append(out, patterns(b, r.ID, r.Match, false, false, func(pattern) Write {
			return Write{ID: r.ID, Way: r.Way, To: r.To, Value: orNone(r.Value), Done: r.Done}
		})...)
	}
	return out
}
