// Package finding holds the values that cross every boundary of pollux: what is wrong, where, why, and how sure we are.
//
// It is the bottom of the import graph: plain values, no analysis, no IO, no knowledge of cargo or rustc. Every face and
// every report format reads these types and nothing else.
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Span is a range of source text. Lines and columns are 1-based, and columns count Unicode scalar values, as rustc does.
// The end column is exclusive. The zero Span means "no place known".
type Span struct {
	File      string `json:"file"` // relative to the workspace root with forward slashes; absolute when outside of it
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
}

// Known reports whether s names a place.
func (s Span) Known() bool { return s.File != "" && s.Line > 0 }

// Because is one place that matters for a finding, in the order in which a reader should visit them.
type Because struct {
	Span
	Message string `json:"message"`
}

// Finding is one hazard at one place. Consequences of one root cause are one Finding with several Because entries.
type Finding struct {
	ID       string   `json:"id"` // fingerprint, see [Fingerprint]
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Verdict  Verdict  `json:"verdict"`
	Span
	Function  string    `json:"function"`        // path of the enclosing function as rustc prints it, without generics
	Package   string    `json:"package"`         // cargo package that contains the place
	Message   string    `json:"message"`         // what goes wrong: lower case, no final period
	Label     string    `json:"label,omitempty"` // short text for the caret under the place
	Because   []Because `json:"because"`
	Fix       string    `json:"fix"`             // one concrete fix in words
	Edits     []Edit    `json:"edits,omitempty"` // the fix as changes of the source, where it can be made without understanding the code
	Witness   string    `json:"witness"`         // path of the kept schedule, empty while suspected
	Reproduce string    `json:"reproduce"`       // command that reproduces or proves it, empty when there is none
	New       bool      `json:"new"`             // not in the baseline or in the revision compared with
}

// Edit replaces a range of source text. The edits of one finding do not overlap, are sorted, and belong together: they are applied
// all or not at all.
type Edit struct {
	Span
	Text string `json:"text"` // may be empty: the range goes
}

// Suppressed is a finding that the source or the configuration allows, with the mandatory reason.
type Suppressed struct {
	Rule   string `json:"rule"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Unknown is something that was not checked, why, and what would let pollux check it.
type Unknown struct {
	What   string `json:"what"`
	Reason string `json:"reason"`
	Hint   string `json:"hint"`
}

// Fingerprint names a finding so that it survives unrelated edits: it depends on the rule, the package, the function path
// and the normalised text (source line without white space), never on the line number. n tells apart equal findings in
// one function, in source order, starting at 0.
func Fingerprint(rule, pkg, function, text string, n int) string {
	h := sha256.New()
	for _, part := range []string{rule, pkg, function, strings.Join(strings.Fields(text), " ")} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	h.Write([]byte{byte(n), byte(n >> 8)})
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Sort orders findings worst first, then by place, then by rule: the order of every report.
func Sort(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity),
			ComparePlace(a.Span, b.Span),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Function, b.Function),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

// ComparePlace orders spans by file, line and column.
func ComparePlace(a, b Span) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.EndLine, b.EndLine),
		cmp.Compare(a.EndColumn, b.EndColumn),
	)
}

// Apply makes edits in a text. They must lie in it, be sorted and not overlap.
func Apply(text string, edits []Edit) (string, error) {
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	offset := func(line, column int) int {
		if line < 1 || line > len(starts) {
			return -1
		}
		at := starts[line-1]
		for range column - 1 {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
		}
		return at
	}
	var b strings.Builder
	done := 0
	for _, e := range edits {
		from, to := offset(e.Line, e.Column), offset(e.EndLine, e.EndColumn)
		if from < done || to < from {
			return "", fmt.Errorf("edit of %s:%d:%d does not fit", e.File, e.Line, e.Column)
		}
		b.WriteString(text[done:from])
		b.WriteString(e.Text)
		done = to
	}
	b.WriteString(text[done:])
	return b.String(), nil
}
