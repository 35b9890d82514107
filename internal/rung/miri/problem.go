package miri

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rung"
)

// The rules of this rung.
const (
	ruleUndefined = "undefined-behavior"
	ruleRace      = "data-race"
	ruleLeak      = "memory-leak"
	ruleDeadlock  = "program-deadlock"
)

// problem is one error that Miri, or rustc on its behalf, prints.
type problem struct {
	code    string // of rustc, such as E0277; empty for Miri's own
	message string
	places  []place
	text    string // all of its lines
}

// place is a place of a problem and the words above it: its own, a help, or a call of the backtrace.
type place struct {
	words        string
	file         string
	line, column int
}

var (
	errorHead = regexp.MustCompile(`^error(?:\[(E\d{4})\])?: (.+)$`)
	arrow     = regexp.MustCompile(`^ *--> (.+):(\d+):(\d+)$`)
	inline    = regexp.MustCompile(`^ *= note: (inside .+) at (.+):(\d+):(\d+)$`)
	noteHead  = regexp.MustCompile(`^(?:note|help|warning): (.+)$`)
)

// closing are errors that only say that there were others.
func closing(message string) bool {
	return strings.HasPrefix(message, "aborting due to") || strings.HasPrefix(message, "test failed, to rerun") ||
		strings.HasPrefix(message, "could not compile") || regexp.MustCompile(`^\d+ targets? failed`).MatchString(message)
}

// parse reads what was written to standard error, among lines of the test's own. What begins like an error and is none of
// Miri's only makes the answer less sure: every error stands against a pass.
func parse(text string) []problem {
	var out []problem
	words, open := "", false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if m := errorHead.FindStringSubmatch(line); m != nil {
			if open = !closing(m[2]); open {
				out = append(out, problem{code: m[1], message: m[2]})
				words = ""
			}
			continue
		}
		if !open {
			continue
		}
		p := &out[len(out)-1]
		p.text += line + "\n"
		switch {
		case noteHead.MatchString(line):
			words = noteHead.FindStringSubmatch(line)[1]
		case arrow.MatchString(line):
			p.add(words, arrow.FindStringSubmatch(line)[1:])
		case inline.MatchString(line):
			m := inline.FindStringSubmatch(line)
			p.add(m[1], m[2:])
		}
	}
	return out
}

func (p *problem) add(words string, at []string) {
	line, err1 := strconv.Atoi(at[1])
	column, err2 := strconv.Atoi(at[2])
	if err1 == nil && err2 == nil {
		p.places = append(p.places, place{words: words, file: at[0], line: line, column: column})
	}
}

// rule tells which rule a problem is of; empty when it is no finding.
func (p *problem) rule() string {
	switch {
	case p.code != "":
		return "" // of rustc: it does not compile
	case strings.HasPrefix(p.message, "Undefined Behavior: Data race detected"):
		return ruleRace
	case strings.HasPrefix(p.message, "Undefined Behavior: "):
		return ruleUndefined
	case strings.HasPrefix(p.message, "memory leaked: "):
		return ruleLeak
	case strings.Contains(p.message, "the evaluated program deadlocked"):
		return ruleDeadlock
	}
	return ""
}

// finding makes a finding of a problem, false when it is none.
func (t *test) finding(p problem, seed int) (finding.Finding, bool) {
	f := finding.Finding{
		Rule: p.rule(), Severity: finding.Error, Verdict: finding.Witnessed, Package: t.program.Package, Function: t.program.Crate + "::" + t.name,
		Message:   said(p.message) + " (Miri)",
		Reproduce: fmt.Sprintf("MIRIFLAGS=%q cargo %smiri test %s -- --exact", strings.Join(flags(seed), " "), plus(t.toolchain), t.name),
	}
	if f.Rule == "" {
		return f, false
	}
	if f.Rule == ruleLeak {
		f.Severity = finding.Warning
	}
	f.Span, _ = t.places.Span(t.program.Source, 1, 1)
	placed := false
	for _, at := range p.places {
		span, own := t.places.Span(at.file, at.line, at.column)
		words := rung.Shorten(addresses.ReplaceAllString(cmp.Or(strings.TrimSuffix(at.words, ":"), "here"), ""))
		switch {
		case !own:
		case !placed:
			placed, f.Span, f.Label = true, span, label(at, f.Rule)
		default:
			f.Because = append(f.Because, finding.Because{Span: span, Message: words})
		}
	}
	if strings.Contains(p.text, "still experimental") {
		f.Severity = finding.Warning
		f.Because = append(f.Because, finding.Because{Message: "the rules of the borrow model that it breaks are experimental"})
	}
	f.Because = append(f.Because, finding.Because{Message: fmt.Sprintf("under seed %d of `%s`", seed, t.name)})
	return f, true
}

func label(at place, rule string) string {
	if strings.HasPrefix(at.words, "inside ") {
		return "called from here"
	}
	switch rule {
	case ruleLeak:
		return "allocated here"
	case ruleDeadlock:
		return "a thread waits here"
	}
	return "here"
}

func plus(toolchain string) string {
	if toolchain == "" {
		return ""
	}
	return "+" + toolchain + " "
}

// addresses are names that differ from run to run.
var addresses = regexp.MustCompile(`\balloc\d+(\[[^\]]*\])?|<\d+>`)

// said is Miri's message in the form of a finding's: what went wrong, without numbers that differ from run to run.
func said(message string) string {
	message = strings.TrimPrefix(message, "Undefined Behavior: ")
	message = strings.TrimSuffix(message, ", allocated here:")
	message = addresses.ReplaceAllStringFunc(message, func(a string) string {
		if strings.HasPrefix(a, "<") {
			return "a reference"
		}
		return "an allocation"
	})
	message = rung.Shorten(message)
	return strings.ToLower(message[:min(1, len(message))]) + message[min(1, len(message)):]
}
