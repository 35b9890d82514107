package report

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pollux/internal/finding"
)

// A span may be wrong in every way, as the file may have changed since rustc read it.
func FuzzEverySpanOfEveryTextGivesBoundedLines(f *testing.F) {
	f.Add("fn a() {\n\tb().await;\n}", 2, 2, 2, 10)
	f.Add("日本 👩‍👩‍👧 é\r\n\x1b[31m\u202e", 1, 3, 2, 900)
	f.Add("", -1, 0, 1<<40, -5)
	f.Add(strings.Repeat("語", 400), 1, 200, 1, 380)
	f.Fuzz(func(t *testing.T, source string, line, column, endLine, endColumn int) {
		const limit = 40
		found := excerpts(strings.Split(source, "\n"), finding.Span{File: "f", Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}, limit)
		for _, e := range found {
			if ansi.StringWidth(e.text) > limit || len(e.marks()) > limit+1 {
				t.Errorf("more than %d columns: %q %q", limit, e.text, e.marks())
			}
			if strings.ContainsAny(e.text, "\x1b\r\n\t") {
				t.Errorf("a control character in %q", e.text)
			}
		}
	})
}
