package report

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"pollux/internal/finding"
)

// pipeColumns bounds a source line where no terminal gives a width: generated code has lines that no reader wants whole.
const pipeColumns = 120

// excerpt is one source line as shown, with the columns to mark below it. Columns are display columns, 0-based; the marked
// range is empty when nothing is to be marked.
type excerpt struct {
	text     string
	from, to int
}

// excerpts cuts out what a span covers: its line, or its first and last line with an ellipsis between. Lines that the
// file does not have give nothing; columns beyond the line are pulled to its end.
func excerpts(lines []string, s finding.Span, limit int) []excerpt {
	if !s.Known() || s.Line > len(lines) {
		return nil
	}
	ranges := markedRanges(lines, s)
	indent := commonIndent(lines, ranges)
	var out []excerpt
	for i, r := range ranges {
		if i > 0 && r.line > ranges[i-1].line+1 {
			out = append(out, excerpt{text: "..."})
		}
		out = append(out, cut(lines[r.line-1], r, indent, limit))
	}
	return out
}

// columnRange marks columns of one line: runes, 0-based, end exclusive.
type columnRange struct{ line, from, to int }

// markedRanges turns a span into the ranges of the lines that are shown.
func markedRanges(lines []string, s finding.Span) []columnRange {
	last := min(max(s.EndLine, s.Line), len(lines))
	endColumn := s.EndColumn
	if last != s.EndLine {
		endColumn = 0 // the end is not known, or lies beyond the file
	}
	if last > s.Line && endColumn == 1 { // ends before the first character of its last line
		last, endColumn = last-1, 0
	}
	first := wholeLine(lines, s.Line)
	if s.Column > 0 {
		first.from = s.Column - 1
	}
	if last > s.Line {
		end := wholeLine(lines, last)
		if endColumn > 0 {
			end.to = endColumn - 1
		}
		return []columnRange{first, end}
	}
	if endColumn > 0 && s.Column > 0 {
		first.to = endColumn - 1
	} else if s.Column > 0 && s.EndLine <= s.Line {
		first.to = s.Column // only the start is known
	}
	return []columnRange{first}
}

// wholeLine is the text of a line without the white space around it.
func wholeLine(lines []string, number int) columnRange {
	text := strings.TrimRight(lines[number-1], " \t\r")
	body := strings.TrimLeft(text, " \t")
	return columnRange{number, utf8.RuneCountInString(text) - utf8.RuneCountInString(body), utf8.RuneCountInString(text)}
}

// commonIndent is the white space, in display columns, that all lines to show begin with.
func commonIndent(lines []string, ranges []columnRange) int {
	indent := -1
	for _, r := range ranges {
		line := lines[r.line-1]
		width := columns(line[:len(line)-len(strings.TrimLeft(line, " \t"))])
		if indent < 0 || width < indent {
			indent = width
		}
	}
	return max(indent, 0)
}

// cut shows one line without indent columns, with at most limit columns around the marked range.
func cut(line string, r columnRange, indent, limit int) excerpt {
	runes := []rune(strings.TrimRight(line, " \t\r"))
	from, to := min(max(r.from, 0), len(runes)), min(max(r.to, 0), len(runes))
	text := printable(string(runes), false)
	e := excerpt{from: columns(string(runes[:from])) - indent, to: columns(string(runes[:max(from, to)])) - indent}
	e.from = max(e.from, 0)
	e.to = max(e.to, e.from+1)
	width := ansi.StringWidth(text)
	e.text = ansi.Cut(text, min(indent, width), width)
	return e.window(width-indent, limit)
}

// window keeps limit columns of an excerpt that is width columns wide: those around the start of the marked range.
func (e excerpt) window(width, limit int) excerpt {
	if width <= limit {
		return e
	}
	before := ansi.Truncate(e.text, min(max(0, e.from-limit/3), width-limit+2), "") // a wide character stays whole
	rest := e.text[len(before):]
	text := ansi.Truncate(rest, limit-2, "")
	more := len(text) < len(rest)
	shift := ansi.StringWidth(before)
	if shift > 0 {
		text = "…" + text
		shift--
	}
	if more {
		text += "…"
	}
	from := e.from - shift
	return excerpt{text: text, from: from, to: max(from+1, min(e.to-shift, ansi.StringWidth(text)))}
}

// marks is the line of carets below an excerpt, without a label; empty when nothing is marked.
func (e excerpt) marks() string {
	if e.to <= e.from {
		return ""
	}
	return strings.Repeat(" ", e.from) + strings.Repeat("^", e.to-e.from)
}

// columns is the display width of source text as printable shows it.
func columns(text string) int { return ansi.StringWidth(printable(text, false)) }
