package compare

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/google/renameio/v2/maybe"

	"pollux/internal/fault"
	"pollux/internal/finding"
)

// BaselineSchema names the form of a baseline file.
const BaselineSchema = "pollux-baseline/1"

// Baseline is a set of findings that somebody accepted. Only the fingerprint decides; the rest is for its readers.
type Baseline struct {
	Schema   string     `json:"schema"`
	Accepted []Accepted `json:"accepted"` // sorted by package, rule, function, id
}

// Accepted is one finding of a baseline.
type Accepted struct {
	ID       string `json:"id"`
	Rule     string `json:"rule"`
	Package  string `json:"package"`
	Function string `json:"function"`
	Message  string `json:"message"`
}

// Scope says what a run looked at, so that what it did not look at is not taken for fixed.
type Scope struct {
	Package func(string) bool
	Rule    func(string) bool
}

func (s Scope) covers(a Accepted) bool { return s.Package(a.Package) && s.Rule(a.Rule) }

// ReadBaseline reads a baseline file. A file that does not exist is a fault of usage, and so is one of another form.
func ReadBaseline(path string) (*Baseline, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Usagef("there is no baseline %s", path).Because(fs.ErrNotExist).Hint("pollux check --baseline FILE --write-baseline makes one")
	}
	if err != nil {
		return nil, fault.Usagef("cannot read the baseline").Because(err)
	}
	var b Baseline
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, fault.Usagef("%s is not a baseline", path).Because(err)
	}
	if b.Schema != BaselineSchema {
		return nil, fault.Usagef("%s has the form %q, this pollux reads %q", path, b.Schema, BaselineSchema)
	}
	return &b, nil
}

// IsAbsent reports whether err says that there is no baseline file yet.
func IsAbsent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// Has reports whether the baseline holds f.
func (b *Baseline) Has(f *finding.Finding) bool {
	return slices.ContainsFunc(b.Accepted, func(a Accepted) bool { return a.ID == f.ID })
}

// Fixed counts what the baseline holds, the run looked for, and did not find.
func (b *Baseline) Fixed(found []finding.Finding, scope Scope) int {
	seen := map[string]bool{}
	for _, f := range found {
		seen[f.ID] = true
	}
	n := 0
	for _, a := range b.Accepted {
		if scope.covers(a) && !seen[a.ID] {
			n++
		}
	}
	return n
}

// Update returns the baseline after a run: what the run found, and of b what lies outside of what it looked at.
// b may be nil.
func (b *Baseline) Update(found []finding.Finding, scope Scope) *Baseline {
	next := &Baseline{Schema: BaselineSchema, Accepted: []Accepted{}}
	if b != nil {
		for _, a := range b.Accepted {
			if !scope.covers(a) {
				next.Accepted = append(next.Accepted, a)
			}
		}
	}
	for _, f := range found {
		next.Accepted = append(next.Accepted, Accepted{f.ID, f.Rule, f.Package, f.Function, f.Message})
	}
	slices.SortFunc(next.Accepted, func(a, b Accepted) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Function, b.Function), cmp.Compare(a.ID, b.ID))
	})
	next.Accepted = slices.Compact(next.Accepted)
	return next
}

// Write replaces the file at path as a whole: a reader sees the old or the new baseline, never half of one.
func (b *Baseline) Write(path string) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(b); err != nil {
		return fmt.Errorf("encode the baseline: %w", err)
	}
	if err := maybe.WriteFile(path, text.Bytes(), 0o644); err != nil {
		return fault.Environmentf("cannot write the baseline").Because(err)
	}
	return nil
}
