package rung

import (
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// Places turns the places that tools name into spans of the workspace.
type Places struct {
	Root       string // absolute path of the workspace
	PackageDir string // absolute path of the package: some tools name files relative to it
}

// PlacesOf are those of a program.
func PlacesOf(t *cargo.Tests, p cargo.Program) Places { return Places{t.Root, p.PackageDir} }

// Span is the span of a place; without a column, of the whole line. Own is false for one that is not a file of the workspace: a library's, or one that is
// not there.
func (p Places) Span(file string, line, column int) (s finding.Span, own bool) {
	s = finding.Span{File: file, Line: line, Column: max(column, 1), EndLine: line, EndColumn: max(column, 1) + 1}
	if line < 1 || file == "" {
		return finding.Span{}, false
	}
	for _, dir := range []string{p.Root, p.PackageDir} {
		path := file
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		info, err := os.Stat(path)
		rel, outside := filepath.Rel(p.Root, path)
		if err != nil || info.IsDir() || outside != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			continue
		}
		s.File = filepath.ToSlash(rel)
		s.Column, s.EndColumn = columns(path, line, column)
		return s, !foreign(s.File)
	}
	return s, false
}

// foreign reports whether a file below the root is not the user's: what builds put there, and vendored packages.
func foreign(file string) bool {
	first, _, _ := strings.Cut(file, "/")
	return first == "target" || first == "vendor" || first == ".cargo"
}

// columns are those of the word at the column of a line, or of all that the line says when there is no column.
func columns(path string, number, column int) (start, end int) {
	start, end = max(column, 1), max(column, 1)+1
	text, err := os.ReadFile(path)
	if err != nil {
		return start, end
	}
	lines := strings.Split(string(text), "\n")
	if number > len(lines) {
		return start, end
	}
	line := []rune(strings.TrimRight(lines[number-1], " \t\r"))
	if column < 1 {
		for start <= len(line) && (line[start-1] == ' ' || line[start-1] == '\t') {
			start++
		}
		return start, max(len(line)+1, start+1)
	}
	last := start
	for last <= len(line) && isWord(line[last-1]) {
		last++
	}
	return start, max(last, end)
}

func isWord(r rune) bool {
	return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// FirstLine is the first line of a text that says something, bounded.
func FirstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			return Shorten(line)
		}
	}
	return ""
}

// longest bounds a quotation, in characters.
const longest = 300

// Shorten makes one line of a text that a tool said.
func Shorten(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}
