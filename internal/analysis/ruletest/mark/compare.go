package mark

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// Comparison is what marks and findings of one file have to do with each other.
type Comparison struct {
	Fulfilled int // marks that a finding fulfils
	Missed    int // marks without a finding
	Extra     int // findings without a mark
	Known     int // known misses that are still missed
	Resolved  int // known misses that are found now

	Differences []Difference // in the order of the lines; empty when all is as marked
}

// Difference is one disagreement.
type Difference struct {
	Line    int
	Kind    string // "missed", "extra", "found"
	Message string
}

// Compare sets the findings of one file beside its marks. Findings at info level count only where a mark asks for that level.
func Compare(marks []Mark, findings []finding.Finding) Comparison {
	var c Comparison
	for _, m := range marks {
		c.mark(m, findings)
	}
	for _, f := range findings {
		if !slices.ContainsFunc(marks, func(m Mark) bool { return !m.Named && m.covers(f) }) && f.Severity > finding.Info {
			c.Extra++
			c.differ(f.Line, "extra", fmt.Sprintf("found and not marked: %s", describe(f)))
		}
	}
	slices.SortStableFunc(c.Differences, func(a, b Difference) int { return cmp.Compare(a.Line, b.Line) })
	return c
}

func (c *Comparison) mark(m Mark, findings []finding.Finding) {
	at := slices.IndexFunc(findings, m.fulfilledBy)
	switch {
	case m.Missed && at >= 0:
		c.Resolved++
		c.differ(m.Line, "found", fmt.Sprintf("a known miss is found now, write `//~` instead of `//~?`: %s", describe(findings[at])))
	case m.Missed:
		c.Known++
	case at >= 0:
		c.Fulfilled++
	default:
		c.Missed++
		c.differ(m.Line, "missed", "marked and not found: "+m.String()+m.nearMiss(findings))
	}
}

func (c *Comparison) differ(line int, kind, message string) {
	c.Differences = append(c.Differences, Difference{line, kind, message})
}

// covers reports whether m speaks of the place and rule of f, or of a further place of it.
func (m Mark) covers(f finding.Finding) bool {
	if m.Rule != f.Rule {
		return false
	}
	if m.Named {
		return slices.ContainsFunc(f.Because, func(b finding.Because) bool { return b.File == f.File && b.Line == m.Line })
	}
	return m.Line == f.Line
}

// fulfilledBy reports whether f is what m asks for.
func (m Mark) fulfilledBy(f finding.Finding) bool {
	if !m.covers(f) || !containsText(f.Message, m.Text) {
		return false
	}
	if m.Severity == "" {
		return f.Severity > finding.Info
	}
	return m.Severity == f.Severity.String()
}

// nearMiss names the findings at the place of m that it does not accept.
func (m Mark) nearMiss(findings []finding.Finding) string {
	text := ""
	for _, f := range findings {
		if m.covers(f) {
			text += "\n      but found: " + describe(f)
		}
	}
	return text
}

// String is the mark as it would be written on its line.
func (m Mark) String() string {
	text := "//~"
	if m.Missed {
		text += "?"
	}
	if m.Named {
		text += "+"
	}
	text += m.Edition + " " + m.Rule
	if m.Severity != "" {
		text += "(" + m.Severity + ")"
	}
	if m.Text != "" {
		text += ": " + m.Text
	}
	return text
}

func describe(f finding.Finding) string {
	return fmt.Sprintf("%s(%s): %s", f.Rule, f.Severity, f.Message)
}

func containsText(message, part string) bool { return part == "" || strings.Contains(message, part) }
