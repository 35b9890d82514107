package report

import (
	"fmt"
	"strings"
	"unicode"

	"pollux/internal/finding"
)

// place is a span in words: file:line:column as far as known.
func place(s finding.Span) string {
	switch {
	case !s.Known():
		return ""
	case s.Column < 1:
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column)
}

// because is one reason in words, the place first.
func because(b finding.Because) string {
	if !b.Known() {
		return b.Message
	}
	return fmt.Sprintf("%s:%d  %s", b.File, b.Line, b.Message)
}

// prose is a whole finding as a few plain lines, for formats that take one text.
func prose(f finding.Finding) string {
	lines := []string{f.Message}
	if f.Label != "" {
		lines = append(lines, "here: "+f.Label)
	}
	for _, b := range f.Because {
		lines = append(lines, "because: "+because(b))
	}
	if f.Fix != "" {
		lines = append(lines, "fix: "+f.Fix)
	}
	if text := evidence(f); text != "" {
		lines = append(lines, "verdict: "+text)
	}
	return strings.Join(lines, "\n")
}

// evidence says how sure the finding is and how to make sure. A bare suspicion that nothing can prove says nothing.
func evidence(f finding.Finding) string {
	switch {
	case f.Reproduce == "" && (f.Verdict == finding.Suspected || f.Verdict == ""):
		return ""
	case f.Reproduce == "":
		return string(f.Verdict)
	case f.Verdict == finding.Suspected:
		return "suspected · prove it: " + f.Reproduce
	}
	return string(f.Verdict) + " · reproduce it: " + f.Reproduce
}

// count is a number with its noun: "1 warning", "2 warnings".
func count(n int, noun string) string {
	if n == 1 || noun == "info" {
		return fmt.Sprintf("%d %s", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// printable replaces what could steer a terminal, fool a reader or break a document: control characters, bidirectional
// overrides and code points that are no characters. A tab becomes four spaces, as in rustc; line feeds stay when lines is
// true.
func printable(text string, lines bool) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\t':
			b.WriteString("    ")
		case r == '\n' && lines:
			b.WriteRune(r)
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r&0xfffe == 0xfffe:
			b.WriteRune(unicode.ReplacementChar)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
