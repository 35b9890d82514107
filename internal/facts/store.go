package facts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"pollux/internal/knowledge"
)

// StoreFormat is the version of the stored form of an [Export]: a file of another format is computed anew.
const StoreFormat = "pollux-summary/10"

// The stored form is a line for the crate and a line for each function: name, path, type and trait, tab-separated, and JSON behind
// them where the function has more than a name. Most functions have none, so reading costs little more than finding the lines.

// rest is the part of a summary that only some functions have.
type rest struct {
	Params   []string   `json:"a,omitempty"`
	Effects  []*Effect  `json:"e,omitempty"`
	Symbolic []Symbolic `json:"s,omitempty"`
	Unknown  int        `json:"u,omitempty"`

	Outcomes []storedOutcome `json:"x,omitempty"` // what a cancel could be concerned with
	Future   []storedOutcome `json:"f,omitempty"` // of an async fn: the same of its future
	Async    bool            `json:"y,omitempty"`

	Needs       []*Need `json:"n,omitempty"` // of a call
	Open        []*ask  `json:"o,omitempty"`
	FutureNeeds []*Need `json:"m,omitempty"` // of a poll of the future that it gives
	FutureOpen  []*ask  `json:"q,omitempty"`
	FutureType  string  `json:"z,omitempty"`
}

// Encode writes an export: the same bytes for the same export.
func (e *Export) Encode() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\t%s\t%d\n", StoreFormat, e.Crate, len(e.Fns))
	for _, fn := range e.Fns {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t", fn.Name, fn.Path, fn.Type, fn.Trait)
		r := rest{Params: fn.Params, Effects: fn.Effects, Symbolic: fn.Symbolic, Unknown: fn.Unknown, Outcomes: stored(fn.effects), Future: stored(fn.future), Async: fn.future != nil,
			Needs: fn.asked().needs, Open: fn.asked().open, FutureNeeds: fn.futureAsked().needs, FutureOpen: fn.futureAsked().open, FutureType: fn.futureType}
		if len(r.Effects)+len(r.Symbolic)+r.Unknown+len(r.Outcomes)+len(r.Needs)+len(r.Open)+len(r.FutureNeeds)+len(r.FutureOpen) > 0 || r.Async {
			text, err := json.Marshal(r)
			if err != nil {
				return nil, fmt.Errorf("encode summary of %s: %w", fn.Path, err)
			}
			b.Write(text)
		}
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

var errSummary = errors.New("not a summary of this format, or cut short")

// Decode reads what Encode wrote. Rows of the tables that no longer exist lose their effects. A text that was cut short is an error.
func Decode(text string, tables *knowledge.Tables) (*Export, error) {
	head, body, _ := strings.Cut(text, "\n")
	fields := strings.Split(head, "\t")
	if len(fields) != 3 || fields[0] != StoreFormat {
		return nil, errSummary
	}
	e := &Export{Crate: fields[1]}
	for line := range strings.Lines(body) {
		line, whole := strings.CutSuffix(line, "\n")
		f := strings.SplitN(line, "\t", 5)
		if !whole || len(f) != 5 {
			return nil, errSummary
		}
		fn := &Fn{Name: f[0], Path: f[1], Type: f[2], Trait: f[3], effects: noEffects}
		if f[4] != "" {
			var r rest
			if err := json.Unmarshal([]byte(f[4]), &r); err != nil {
				return nil, fmt.Errorf("summary of %s: %w", fn.Path, err)
			}
			fn.Params, fn.Symbolic, fn.Unknown = r.Params, r.Symbolic, r.Unknown
			fn.Effects = withRows(r.Effects, tables)
			fn.restoreNeeds(&r, tables)
			if err := fn.restore(&r); err != nil {
				return nil, fmt.Errorf("summary of %s: %w", fn.Path, err)
			}
		}
		e.Fns = append(e.Fns, fn)
	}
	if fmt.Sprint(len(e.Fns)) != fields[2] {
		return nil, errSummary
	}
	return e, nil
}

func (fn *Fn) restore(r *rest) (err error) {
	if fn.effects, err = restored(r.Outcomes); err != nil || !r.Async {
		return err
	}
	fn.future, err = restored(r.Future)
	return err
}

// withRows finds the table rows of stored effects again.
func withRows(effects []*Effect, tables *knowledge.Tables) []*Effect {
	var out []*Effect
	for _, eff := range effects {
		if row, ok := tables.Row(eff.Row); ok && len(eff.Steps) > 0 {
			eff.call = row
			out = append(out, eff)
		}
	}
	return out
}
