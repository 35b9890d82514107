// Package rung says how a run of an outer tool ended: loom, Miri, a sanitizer, tokio-console.
//
// An [Outcome] is one of a closed set of answers. Its zero value is "unknown", and the only way to "passed" is [Pass], which
// wants to see how the process ended. So a tool that is not installed, was killed, ran out of time, said nothing or lost a
// part of what it said can never look like a pass. Each tool has a room of its own below this one; none of them decides what
// a finding is worth together with other evidence.
package rung

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// Kind is the answer of an [Outcome].
type Kind uint8

// The closed set of answers.
const (
	Unknown      Kind = iota // nothing can be said, with the reason
	NotInstalled             // the tool is not here, with how to get it
	NotRun                   // the tool is here and was not run, with the reason
	Aside                    // not a question for this tool: neither a pass nor a gap
	Failed                   // the tool found something
	Passed                   // the tool ran to its end and found nothing, within a bound
)

var kindNames = [...]string{"unknown", "not-installed", "not-run", "aside", "failed", "passed"}

func (k Kind) String() string { return kindNames[k] }

// Outcome is the answer about one subject: a model, a test, a program. The zero value is unknown.
type Outcome struct {
	kind         Kind
	bound        string
	reason, hint string
	findings     []finding.Finding
}

// Kind is the answer.
func (o Outcome) Kind() Kind { return o.kind }

// Bound says what a pass covers; empty for other answers.
func (o Outcome) Bound() string { return o.bound }

// Reason says why there is no answer; Hint what to do about it.
func (o Outcome) Reason() string { return cmp.Or(o.reason, "nothing is known") }

// Hint is what would let the tool answer; it may be empty.
func (o Outcome) Hint() string { return o.hint }

// Findings are what a failed subject gave, at least one.
func (o Outcome) Findings() []finding.Finding { return o.findings }

// Undecided is an answer that is none.
func Undecided(reason, hint string) Outcome {
	return Outcome{kind: Unknown, reason: reason, hint: hint}
}

// Missing says that the tool is not installed.
func Missing(reason, hint string) Outcome {
	return Outcome{kind: NotInstalled, reason: reason, hint: hint}
}

// Skipped says that the tool was not run though it is there.
func Skipped(reason, hint string) Outcome { return Outcome{kind: NotRun, reason: reason, hint: hint} }

// Beside says that the subject is none for this tool.
func Beside(reason string) Outcome { return Outcome{kind: Aside, reason: reason} }

// Fail holds what the tool found. Without a finding it is unknown: a tool that says "failed" and nothing else has not
// answered.
func Fail(fs ...finding.Finding) Outcome {
	if len(fs) == 0 {
		return Undecided("the tool failed and named nothing", "")
	}
	return Outcome{kind: Failed, findings: fs}
}

// Pass is a pass within bound, if the process ended as a pass must: started, in time, with status 0, with all of its output
// kept. Anything else is unknown, and so is a bound without words.
func Pass(end Ending, bound string) Outcome {
	if reason := end.Fault(); reason != "" {
		return Undecided(reason, "")
	}
	if bound == "" {
		return Undecided("what the run covered is not known", "")
	}
	return Outcome{kind: Passed, bound: bound}
}

// Subject is one thing that a tool was asked about.
type Subject struct {
	Name string
	Outcome
}

// Report is what a rung came to.
type Report struct {
	Name      string // loom, miri, sanitize, console
	Toolchain string // first line of `rustc -vV`
	Tool      string // what ran, with its version; empty when nothing ran
	Subjects  []Subject
	Findings  []finding.Finding // beside those of the subjects
	Unknowns  []finding.Unknown // beside those of the subjects
	Notes     []string          // what a reader should know beside the verdict: what was lost, what was left out
	Build     *cargo.TestBuild  // nil when nothing was built
}

// Add puts in one more answer.
func (r *Report) Add(name string, o Outcome) { r.Subjects = append(r.Subjects, Subject{name, o}) }

// Lacking notes a gap that belongs to no subject.
func (r *Report) Lacking(what, reason, hint string) {
	r.Unknowns = append(r.Unknowns, finding.Unknown{What: what, Reason: reason, Hint: hint})
}

// Sort puts subjects into the order of their names.
func (r *Report) Sort() {
	slices.SortStableFunc(r.Subjects, func(a, b Subject) int { return cmp.Compare(a.Name, b.Name) })
}

// Count is how many subjects have the answer.
func (r *Report) Count(k Kind) int {
	n := 0
	for _, s := range r.Subjects {
		if s.kind == k {
			n++
		}
	}
	return n
}

// All gives every finding and every gap.
func (r *Report) All() ([]finding.Finding, []finding.Unknown) {
	fs, us := slices.Clone(r.Findings), slices.Clone(r.Unknowns)
	for _, s := range r.Subjects {
		switch s.kind {
		case Failed:
			fs = append(fs, s.findings...)
		case Unknown, NotInstalled, NotRun:
			us = append(us, finding.Unknown{What: s.Name, Reason: s.Reason(), Hint: s.hint})
		}
	}
	return fs, us
}

// Status is the word for the whole rung in a result: "ok" only when something passed, nothing failed and nothing is open.
func (r *Report) Status() string {
	fs, us := r.All()
	switch {
	case len(us) > 0 || len(fs) == 0 && r.Count(Passed) == 0:
		return "unknown"
	case len(fs) > 0:
		return "findings"
	}
	return "ok"
}

// fewBounds is how many different bounds a line has room for.
const fewBounds = 2

// bounds are what the passes cover, in brackets; empty when they differ too much for one line.
func (r *Report) bounds() string {
	var all []string
	for _, s := range r.Subjects {
		if s.kind == Passed && !slices.Contains(all, s.bound) {
			all = append(all, s.bound)
		}
	}
	if len(all) == 0 || len(all) > fewBounds {
		return ""
	}
	return " (" + strings.Join(all, "; ") + ")"
}

// Words sums the subjects up: "3 passed, 1 failed, 2 not decided".
func (r *Report) Words() string {
	var parts []string
	for _, c := range []struct {
		kinds []Kind
		word  string
	}{{[]Kind{Passed}, "passed" + r.bounds()}, {[]Kind{Failed}, "failed"}, {[]Kind{Unknown, NotRun}, "not decided"}, {[]Kind{NotInstalled}, "not installed"}} {
		n := 0
		for _, k := range c.kinds {
			n += r.Count(k)
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, c.word))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing to decide"}
	}
	return strings.Join(append(parts, r.Notes...), ", ")
}
