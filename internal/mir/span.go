package mir

import (
	"strconv"
	"strings"

	"pollux/internal/finding"
)

// Span decodes the source range that rustc prints behind an element. The file is as printed: relative to the directory of the
// rustc call for the crate's own files, absolute for others. The zero Span means that rustc printed none.
func (c *Crate) Span(p Pos) finding.Span {
	if p <= 0 || int(p) >= len(c.Text) {
		return finding.Span{}
	}
	rest := c.Text[p:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	_, at, ok := strings.Cut(rest, " at ")
	if !ok {
		return finding.Span{}
	}
	return ParseSpan(at)
}

// ParseSpan reads `FILE:L:C: L:C`, with or without the `(#N)` that marks a macro expansion.
func ParseSpan(s string) finding.Span {
	s = strings.TrimSpace(s)
	if i := strings.LastIndex(s, " (#"); i >= 0 {
		s = s[:i]
	}
	var n [4]int
	for i := 3; i >= 0; i-- {
		j := strings.LastIndexByte(s, ':')
		if j < 0 {
			return finding.Span{}
		}
		v, err := strconv.Atoi(strings.TrimSpace(s[j+1:]))
		if err != nil {
			return finding.Span{}
		}
		n[i], s = v, s[:j]
	}
	return finding.Span{File: s, Line: n[0], Column: n[1], EndLine: n[2], EndColumn: n[3]}
}
