package engine

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/ladder"
	"pollux/internal/rust"
)

// base is what the findings are compared with.
type base struct {
	With  string            `json:"with"`
	By    string            `json:"by"`    // as of [Comparison]
	Known []string          `json:"known"` // ids of findings that were there before; nil when only lines are compared
	Fixed []finding.Finding `json:"fixed"` // that were there before and are not any more
	// Reason says why the state before was not checked, so that lines alone are compared.
	Reason string `json:"reason,omitempty"`
}

// base says what was there before the change; nil when nothing is compared.
func (v *verification) base(ctx context.Context, check *Result) (*base, error) {
	switch {
	case v.refs.baseline == nil && v.refs.changes == nil:
		return nil, nil
	case v.refs.changes == nil:
		return v.accepted(check), nil
	}
	b := &base{With: "revision " + v.refs.changes.Ref, By: "changed lines"}
	if !whole(check) { // what is missing now may only not have been looked at
		b.Reason = "the state of now could not be checked in full"
		return b, nil
	}
	before, reason, err := v.before(ctx)
	if err != nil {
		return nil, err
	}
	if before == nil {
		b.Reason = reason
		return b, nil
	}
	b.By, b.Known = "fingerprints", []string{}
	for _, f := range before {
		b.Known = append(b.Known, f.ID)
		if !slices.ContainsFunc(check.Findings, func(now finding.Finding) bool { return now.ID == f.ID }) {
			b.Fixed = append(b.Fixed, f)
		}
	}
	return b, nil
}

// accepted compares with a baseline file.
func (v *verification) accepted(check *Result) *base {
	b := &base{With: "baseline " + v.plain.Settings.Baseline, By: "fingerprints", Known: []string{}}
	for i := range check.Findings {
		if v.refs.baseline.Has(&check.Findings[i]) {
			b.Known = append(b.Known, check.Findings[i].ID)
		}
	}
	return b
}

// touched says whether a finding of the check belongs to the change, and whether it is new.
func (v *verification) touched(f *finding.Finding, b *base) (touched, fresh bool) {
	if b == nil {
		return true, true
	}
	if b.Known != nil {
		fresh = !slices.Contains(b.Known, f.ID)
		return fresh || v.refs.changes != nil && v.refs.changes.Touches(f), fresh
	}
	touched = v.refs.changes.Touches(f)
	return touched, touched
}

// touchedByLines is [verification.touched] for what a run found: no run was made of the state before.
func (v *verification) touchedByLines(f *finding.Finding) (touched, fresh bool) {
	if v.refs.changes == nil {
		return true, true
	}
	touched = v.refs.changes.Touches(f)
	return touched, touched
}

// count compares.
func (b *base) count(out ladder.Outcome) *Comparison {
	c := &Comparison{With: b.With, By: b.By, Fixed: len(b.Fixed), Unchanged: out.Elsewhere}
	for _, f := range out.Findings {
		if f.New {
			c.New++
		} else {
			c.Unchanged++
		}
	}
	return c
}

func (v *verification) parsed(name string) (*rust.File, error) {
	text, ok := v.plain.text(name)
	if !ok {
		return nil, fmt.Errorf("read %s: it is gone", name)
	}
	return rust.Parse(name, text), nil
}

// mayWait reports whether a function holds code that can be suspended: an async body, or a poll.
func mayWait(file *rust.File, fn *rust.Fn) bool {
	if fn.Async || fn.Name == "poll" || strings.HasPrefix(fn.Name, "poll_") {
		return true
	}
	for n := fn.Line; n <= fn.EndLine; n++ {
		if asyncWord.MatchString(file.Line(n)) {
			return true
		}
	}
	return false
}

// asyncWord may also stand in a string or a comment: then a test too many is explored.
var asyncWord = regexp.MustCompile(`\basync\b`)
