package knowledge

import (
	"errors"

	"pollux/internal/mir"
)

// Source is a call whose future gives one item after another, with what is known of its end.
type Source struct {
	ID      string
	Ends    bool   // it can end
	Refills bool   // its end says only that it is empty, and it can be filled again
	Sender  string // path of the type that keeps it going while one is alive; "" for others
}

// Source looks up a call that gives items for good. No answer means that nothing is known of it.
func (t *Tables) Source(c Callee) (*Source, bool) { return find(t, &t.sources, &c) }

// IsNamed reports whether a printed path is the name of a type of the tables.
func (t *Tables) IsNamed(printed, name string) bool {
	p, err := compile(name, true)
	if err != nil || len(p) != 1 {
		return false
	}
	ix := newIndex([]entry[bool]{{pattern: p[0], row: true}})
	_, ok := ix.findPath(&t.names, printed, mir.LastSegment(printed), nil)
	return ok
}

// sourceRow is one row of a [[source]] table.
type sourceRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Ends     string   `toml:"ends"`   // never; can; refills: when it is empty; sender: not while a sender of it is alive
	Sender   string   `toml:"sender"` // of ends = "sender": its type
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

func (b *builder) sources(rows []sourceRow) (out []entry[Source]) {
	for i := range rows {
		r := &rows[i]
		err := errors.Join(checkRow(r.ID, r.Evidence, r.Source), checkWord(r.ID, "ends", r.Ends, []string{"never", "can", "refills", "sender"}))
		if (r.Ends == "sender") != (r.Sender != "") {
			err = errors.Join(err, errors.New("source "+r.ID+": sender belongs to ends = \"sender\""))
		}
		b.accept(r.ID, err)
		out = append(out, patterns(b, r.ID, r.Match, false, false, func(pattern) Source {
			return Source{ID: r.ID, Ends: r.Ends == "can", Refills: r.Ends == "refills", Sender: r.Sender}
		})...)
	}
	return out
}
