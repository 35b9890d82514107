package knowledge

import (
	"errors"
	"fmt"
	"regexp"

	"pollux/internal/finding"
)

// Pitfall is a call that compiles with a version of a library and does not do there what it did, or does, in others.
type Pitfall struct {
	ID   string
	Name string
	Versions
	Kind     PitfallKind
	Argument int            // which argument decides
	Pattern  *regexp.Regexp // of a constant text
	Happens  string         // completes "`name` ..": "panics: .."
	Fix      string
	Severity finding.Severity
	others   index[bool]
}

// PitfallKind says what makes the call one.
type PitfallKind string

// The kinds.
const (
	TextArgument   PitfallKind = "text"     // a constant argument matches the pattern, unless the function makes one of the other calls
	WithoutOther   PitfallKind = "without"  // the same builder gets none of the other calls
	BlockingSocket PitfallKind = "blocking" // the argument comes from one of the other calls, and the function never sets it non-blocking
)

// Other reports whether a call is one that the pitfall's kind speaks of.
func (p *Pitfall) Other(t *Tables, c Callee) bool {
	_, ok := find(t, &p.others, &c)
	return ok
}

// Pitfalls are the rows about a call: those of other versions among them.
func (t *Tables) Pitfalls(c Callee) []*Pitfall {
	if list, ok := find(t, &t.runtimes.pitfalls, &c); ok {
		return *list
	}
	return nil
}

type pitfallRow struct {
	Match []string     `toml:"match"`
	Row   []pitfallWay `toml:"way"`
}

// pitfallWay is one way in which the calls of a row go wrong.
type pitfallWay struct {
	ID       string           `toml:"id"`
	Crate    string           `toml:"crate"`
	Since    string           `toml:"since"`
	Until    string           `toml:"until"`
	Kind     PitfallKind      `toml:"kind"`
	Argument int              `toml:"argument"`
	Pattern  string           `toml:"pattern"`
	Others   []string         `toml:"others"`
	Happens  string           `toml:"happens"`
	Fix      string           `toml:"fix"`
	Severity finding.Severity `toml:"severity"`
	Evidence string           `toml:"evidence"`
	Source   string           `toml:"source"`
}

func (b *builder) pitfalls(rows []pitfallRow) (out []entry[[]*Pitfall]) {
	for _, row := range rows {
		var ways []*Pitfall
		id := "pitfall"
		for i := range row.Row {
			ways = append(ways, b.pitfall(&row.Row[i]))
			id = row.Row[i].ID
		}
		out = append(out, patterns(b, id, row.Match, false, false, func(p pattern) []*Pitfall {
			named := make([]*Pitfall, len(ways))
			for i, w := range ways {
				way := *w
				way.Name = p.name()
				named[i] = &way
			}
			return named
		})...)
	}
	return out
}

func (b *builder) pitfall(w *pitfallWay) *Pitfall {
	pattern, err := regexp.Compile(w.Pattern)
	if err != nil {
		err = fmt.Errorf("pitfall %s: %w", w.ID, err)
	}
	b.accept(w.ID, errors.Join(err, checkRow(w.ID, w.Evidence, w.Source), checkWord(w.ID, "kind", w.Kind, []PitfallKind{TextArgument, WithoutOther, BlockingSocket}), checkLevel(w.ID, w.Evidence, w.Severity)))
	return &Pitfall{ID: w.ID, Versions: Versions{w.Crate, w.Since, w.Until}, Kind: w.Kind, Argument: w.Argument, Pattern: pattern, Happens: w.Happens, Fix: w.Fix,
		Severity: w.Severity, others: newIndex(patterns(b, w.ID, w.Others, false, false, yes))}
}
