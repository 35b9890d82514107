// Package integrity tells a change that weakens a check from one that mends the code: a test that is ignored, deleted or
// emptied, an assertion that holds whatever happens, a lint that is allowed, a lower bound of a search, settings of the tools
// that look at the code.
//
// It compares two states of files as texts and runs nothing. Rust is read as tokens and items, settings as TOML, YAML and JSON:
// comments and strings never count. What moved, was renamed or merged is followed through the whole change before anything
// is called gone. Which words mean a test, a sleep or a bound is data, see words.toml.
//
// May miss a weakening in a function that was rewritten so far that it cannot be told from a new one, in macros of the crate's
// own that hold assertions, and in programs that tests start. May report a change that a person made for a good reason: the
// escape is a row [[weakening]] in the pollux.toml of the state that was compared with, which the change itself cannot write.
package integrity

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rust"
)

// Rule is the id of all findings of this package.
const Rule = "check-weakened"

// Change is one file of a change. A state in which there is no such file has a nil text.
type Change struct {
	Path    string // with forward slashes, relative to the root that findings are relative to
	OldPath string // before a rename; empty means Path
	Old     *string
	New     *string
}

// Kind names what was weakened: a closed set of words, which rows of accepted weakenings use.
type Kind string

// The closed set of kinds.
const (
	LintAllowed      Kind = "lint-allowed"      // allow, expect, or a level lowered, in the source
	PolluxAllowed    Kind = "pollux-allowed"    // `// pollux: allow(..)`
	TestIgnored      Kind = "test-ignored"      // #[ignore], should_panic, no #[test] any more
	TestDeleted      Kind = "test-deleted"      // or its module is no longer compiled
	TestEmptied      Kind = "test-emptied"      // nothing left that could fail
	TestConditional  Kind = "test-conditional"  // compiled only under a cfg that it did not have
	AssertionRemoved Kind = "assertion-removed" // without one in its place
	AssertionWeaker  Kind = "assertion-weaker"  // holds in more cases than before, or in all
	UnsafeSendSync   Kind = "unsafe-send-sync"  // a new `unsafe impl Send` or `Sync`
	GuardForgotten   Kind = "guard-forgotten"   // mem::forget or ManuallyDrop
	ResultSwallowed  Kind = "result-swallowed"  // an error that was handled goes nowhere
	SleepAdded       Kind = "sleep-added"       // in a test, or in the place of a wait
	BoundLowered     Kind = "bound-lowered"     // fewer schedules, cases, repetitions
	SettingsWeaker   Kind = "settings-weaker"   // of lints, tools, CI, agents, pollux
	SettingsChanged  Kind = "settings-changed"  // in a way that is not known to be weaker
)

// Kinds lists the closed set, for messages about rows that name none of it.
func Kinds() []string {
	return []string{
		string(LintAllowed), string(PolluxAllowed), string(TestIgnored), string(TestDeleted), string(TestEmptied),
		string(TestConditional), string(AssertionRemoved), string(AssertionWeaker), string(UnsafeSendSync), string(GuardForgotten),
		string(ResultSwallowed), string(SleepAdded), string(BoundLowered), string(SettingsWeaker), string(SettingsChanged),
	}
}

// Weakening is one of them, at a place.
type Weakening struct {
	Kind Kind
	finding.Finding
}

// Compare reports what a change weakens, in the order of files and places. read gives a file of the new state that did not
// change; it may be nil.
func Compare(changes []Change, read func(path string) (string, bool)) []Weakening {
	if read == nil {
		read = func(string) (string, bool) { return "", false }
	}
	c := &comparison{read: read, old: newState(), new: newState()}
	for _, change := range changes {
		c.take(change)
	}
	c.settle()
	c.source()
	slices.SortStableFunc(c.out, func(a, b Weakening) int {
		return cmp.Or(finding.ComparePlace(a.Span, b.Span), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Message, b.Message))
	})
	c.out = slices.CompactFunc(c.out, func(a, b Weakening) bool {
		return a.Kind == b.Kind && a.Span == b.Span && a.Message == b.Message
	})
	identify(c.out)
	return c.out
}

// comparison is one call of Compare on its way.
type comparison struct {
	read     func(string) (string, bool)
	old, new *state
	settings []Change
	pairs    []pair // functions of both states
	gone     names  // what the old state defines and the new one does not
	narrowed []*narrowed
	out      []Weakening
}

func (c *comparison) take(change Change) {
	if change.OldPath == "" {
		change.OldPath = change.Path
	}
	if path.Ext(change.Path) != ".rs" {
		c.settings = append(c.settings, change)
		return
	}
	if path.Base(change.Path) == "build.rs" {
		c.settings = append(c.settings, change)
	}
	if change.Old != nil {
		c.old.add(change.OldPath, change.Path, *change.Old)
	}
	if change.New != nil {
		c.new.add(change.Path, change.Path, *change.New)
	}
}

// source compares the Rust sources.
func (c *comparison) source() {
	c.match()
	c.attributes()
	c.allowances()
	c.tests()
	c.modules()
	c.bodies()
	c.impls()
}

// report adds a weakening at a range of a file.
func (c *comparison) report(kind Kind, file string, r rust.Range, function, message, fix string, because ...finding.Because) {
	c.out = append(c.out, Weakening{kind, finding.Finding{
		Rule: Rule, Severity: severities[kind], Verdict: finding.Suspected,
		Span:     finding.Span{File: file, Line: r.Line, Column: r.Column, EndLine: r.EndLine, EndColumn: r.EndColumn},
		Function: function, Message: message, Because: because,
		Fix: fix + fmt.Sprintf("; or a person accepts it: [[weakening]] what = %q, in the pollux.toml compared with", kind),
	}})
}

// severities of the kinds: an error where nothing but the check has changed, a warning where the same edit can be right.
var severities = map[Kind]finding.Severity{
	LintAllowed: finding.Warning, PolluxAllowed: finding.Warning, TestIgnored: finding.Error, TestDeleted: finding.Error,
	TestEmptied: finding.Error, TestConditional: finding.Warning, AssertionRemoved: finding.Warning, AssertionWeaker: finding.Warning,
	UnsafeSendSync: finding.Warning, GuardForgotten: finding.Warning, ResultSwallowed: finding.Warning, SleepAdded: finding.Warning,
	BoundLowered: finding.Warning, SettingsWeaker: finding.Error, SettingsChanged: finding.Info,
}

// identify gives fingerprints that do not depend on lines.
func identify(ws []Weakening) {
	seen := map[string]int{}
	for i := range ws {
		w := &ws[i]
		key := w.File + "\x00" + w.Function + "\x00" + w.Message
		w.ID = finding.Fingerprint(Rule, w.File, w.Function, w.Message, seen[key])
		w.New = true
		if w.Because == nil {
			w.Because = []finding.Because{}
		}
		seen[key]++
	}
}

// Watched reports whether a change of the file can weaken a check.
func Watched(name string) bool {
	return path.Ext(name) == ".rs" || settingsReader(name) != nil
}

func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return "`" + strings.Join(strings.Fields(s), " ") + "`"
}
