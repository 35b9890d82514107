// Package report writes an [engine.Result] in the formats that people, editors and CI systems read: one file per format.
//
// It is not the place where anything is decided: it sorts nothing, filters nothing but info findings in the formats that
// are shown straight to a person (text, cargo, github), and adds no fact that the Result or the caller's [Options] do not
// hold. It reads no file and knows no clock, so the same Result and Options give the same bytes.
//
// Invariants: every format says what was not checked as far as the format has a place for it; control characters of the
// checked source never reach a terminal, a log or a document.
package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

// Options says how to write a Result. The zero value writes plain text without source lines, for a pipe.
type Options struct {
	Color bool // ANSI colours, text only
	Width int  // columns of the terminal; 0 means a pipe: lines are never wrapped, text only
	// Source gives the lines of a file as a finding names it, split at line feeds and nothing else; false when unknown.
	Source func(file string) ([]string, bool)
	// Rule gives the page of a rule, for formats that carry help; false when unknown.
	Rule func(id string) (Rule, bool)
	// Prefix is the path of Result.Root inside the repository, with forward slashes: CI systems want paths relative to
	// the repository. Empty means that the root is the repository.
	Prefix string

	ShowInfo bool // show info findings in text, cargo and github
	Quiet    bool // text: findings only
	Verbose  bool // text: everything, info findings and every unknown included
}

// Rule is what a report may say about a rule.
type Rule struct {
	Title string // one sentence, no period needed
	Help  string // markdown
	URI   string // absolute address of the page; may be empty
}

type format struct {
	name  string
	write func(*bytes.Buffer, *view) error
}

var formats = []format{
	{"text", writeText},
	{"json", writeJSON},
	{"cargo", writeCargo},
	{"sarif", writeSARIF},
	{"github", writeGitHub},
	{"gitlab", writeGitLab},
	{"junit", writeJUnit},
	{"rdjson", writeRDJSON},
}

// Formats lists the names that [Write] accepts, the default first.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Write writes res to w in the named format, in one call of w.Write. An unknown name gives an [UnknownFormatError].
func Write(w io.Writer, name string, res *engine.Result, opt Options) error {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return &UnknownFormatError{Name: name}
	}
	if res == nil {
		return errors.New("report: no result to write")
	}
	var b bytes.Buffer
	if err := formats[i].write(&b, newView(res, opt)); err != nil {
		return fmt.Errorf("report as %s: %w", name, err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write %s report: %w", name, err)
	}
	return nil
}

// UnknownFormatError is a format name that does not exist: a mistake of the user.
type UnknownFormatError struct{ Name string }

func (e *UnknownFormatError) Error() string {
	guess := ""
	if near, ok := didyoumean.Among(e.Name, Formats()); ok {
		guess = fmt.Sprintf(", did you mean %q?", near)
	}
	return fmt.Sprintf("unknown format %q%s (formats: %s)", e.Name, guess, strings.Join(Formats(), ", "))
}

// view is one Result together with how it is wanted, as every format reads it.
type view struct {
	*engine.Result
	opt     Options
	sources map[string][]string
}

func newView(res *engine.Result, opt Options) *view {
	return &view{Result: res, opt: opt, sources: map[string][]string{}}
}

// lines gives the source lines of a file, or none when they are not to be had. It asks once per file.
func (v *view) lines(file string) []string {
	if v.opt.Source == nil || file == "" {
		return nil
	}
	lines, asked := v.sources[file]
	if !asked {
		lines, _ = v.opt.Source(file)
		v.sources[file] = lines
	}
	return lines
}

// line gives one source line without its line end, or false.
func (v *view) line(file string, number int) (string, bool) {
	lines := v.lines(file)
	if number < 1 || number > len(lines) {
		return "", false
	}
	return strings.TrimSuffix(lines[number-1], "\r"), true
}

// visible are the findings to show a person, and how many info findings were left out.
func (v *view) visible() (shown []finding.Finding, hidden int) {
	if v.opt.ShowInfo || v.opt.Verbose {
		return v.Findings, 0
	}
	for _, f := range v.Findings {
		if f.Severity == finding.Info {
			hidden++
			continue
		}
		shown = append(shown, f)
	}
	return shown, hidden
}

// repositoryPath is a file as a CI system wants it: relative to the repository.
func (v *view) repositoryPath(file string) string {
	if v.opt.Prefix == "" || strings.HasPrefix(file, "/") || file == "" {
		return file
	}
	return strings.TrimSuffix(v.opt.Prefix, "/") + "/" + file
}

// anchor is the file to name where a format demands one and the finding has no place: the manifest every workspace has.
func anchor(s finding.Span) finding.Span {
	if s.Known() {
		return s
	}
	return finding.Span{File: "Cargo.toml", Line: 1}
}
