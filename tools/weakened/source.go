package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/integrity"
	"pollux/internal/rust"
)

// source is a file that operators edit.
type source struct {
	crate, path, text string
	file              *rust.File
	fns               []fn
}

// fn is a function with a body, by offsets.
type fn struct {
	name   string
	test   bool
	async  bool
	start  int // of its first attribute or comment
	head   int // of its visibility or first keyword
	lo, hi int // inside of the braces
	end    int
	indent string
	module string
	method bool
}

// operator is a way to edit.
type operator struct {
	name    string
	weakens bool
	apply   func(s *source) []after
}

// after is an edited file, and what else the edit changes.
type after struct {
	text string
	line int
	gone bool // the file is deleted
	name string
	more []integrity.Change
}

func (a after) all(s *source) []integrity.Change {
	c := integrity.Change{Path: s.path, OldPath: s.path, Old: &s.text, New: &a.text}
	if a.gone {
		c.New = nil
	}
	if a.name != "" {
		c.Path = a.name
	}
	return append([]integrity.Change{c}, a.more...)
}

// readSources reads the crates in the directories that the patterns name, in the order of their paths.
func readSources(patterns []string) ([]*source, error) {
	var out []*source
	for _, pattern := range patterns {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		for _, dir := range dirs {
			for _, sub := range []string{"src", "tests"} {
				more, err := readCrate(dir, sub)
				if err != nil {
					return nil, err
				}
				out = append(out, more...)
			}
		}
	}
	return out, nil
}

func readCrate(dir, sub string) ([]*source, error) {
	var out []*source
	err := filepath.WalkDir(filepath.Join(dir, sub), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".rs" {
			return nil //nolint:nilerr // a crate without tests has no such directory
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		out = append(out, newSource(filepath.Base(dir), filepath.ToSlash(rel), string(text)))
		return nil
	})
	return out, err
}

func newSource(crate, path, text string) *source {
	s := &source{crate: crate, path: path, text: text, file: rust.Parse(path, text)}
	for _, f := range s.file.Fns {
		if !f.HasBody || f.Macro != "" || f.InFn != "" {
			continue
		}
		one := fn{name: f.Name, async: f.Async, module: f.Module, method: f.Impl != nil || f.Trait != nil}
		one.test = slices.ContainsFunc(f.Attrs, func(a rust.Attr) bool { return a.Path == "test" || strings.HasSuffix(a.Path, "::test") })
		one.start = s.file.Offset(f.Item.StartLine, 1)
		one.head = s.file.Offset(f.Line, f.Column)
		one.lo, one.hi = s.file.Offset(f.Body.Line, f.Body.Column)+1, s.file.Offset(f.Body.EndLine, f.Body.EndColumn)-1
		one.end = one.hi + 1
		line := s.file.Line(f.Line)
		one.indent = line[:len(line)-len(strings.TrimLeft(line, " "))]
		s.fns = append(s.fns, one)
	}
	return s
}

// tests are the test functions of the file, code its other functions.
func (s *source) tests() []fn { return keep(s.fns, func(f fn) bool { return f.test }) }
func (s *source) code() []fn {
	if !strings.HasPrefix(s.path, "src/") || strings.Contains(s.path, "test") {
		return nil
	}
	return keep(s.fns, func(f fn) bool { return !f.test && f.module == "" })
}

func keep[T any](list []T, want func(T) bool) []T {
	var out []T
	for _, e := range list {
		if want(e) {
			out = append(out, e)
		}
	}
	return out
}

// put replaces the text from lo up to hi.
func (s *source) put(lo, hi int, text string) after {
	line, _ := s.file.Position(lo)
	return after{text: s.text[:lo] + text + s.text[hi:], line: line}
}

// body is the text of a function's body.
func (s *source) body(f fn) string { return s.text[f.lo:f.hi] }

// real reports whether code, and no comment or string, starts at an offset.
func (s *source) real(offset int) bool {
	for _, t := range s.file.Tokens {
		if int(t.Offset) == offset {
			return !t.Kind.Trivia() && (t.Kind < rust.Char || t.Kind > rust.RawCStr)
		}
	}
	return false
}

// swap makes an edit of every match in code of the functions given: template as of regexp.Expand.
func swap(pattern, template string, of func(*source) []fn) func(*source) []after {
	re := regexp.MustCompile(pattern)
	return func(s *source) []after {
		var out []after
		for _, f := range of(s) {
			body := s.body(f)
			for _, m := range re.FindAllStringSubmatchIndex(body, -1) {
				if !s.real(f.lo + m[0]) {
					continue
				}
				out = append(out, s.put(f.lo+m[0], f.lo+m[1], string(re.ExpandString(nil, template, body, m))))
			}
		}
		return out
	}
}

// each makes one edit for every function given.
func each(of func(*source) []fn, make func(*source, fn) (after, bool)) func(*source) []after {
	return func(s *source) []after {
		var out []after
		for _, f := range of(s) {
			if a, ok := make(s, f); ok {
				out = append(out, a)
			}
		}
		return out
	}
}

// above puts a line above a function.
func above(of func(*source) []fn, line string) func(*source) []after {
	return each(of, func(s *source, f fn) (after, bool) { return s.put(f.head, f.head, line+"\n"+f.indent), true })
}

// first puts a statement at the start of a body.
func first(of func(*source) []fn, statement string) func(*source) []after {
	return each(of, func(s *source, f fn) (after, bool) {
		return s.put(f.lo, f.lo, "\n"+f.indent+"    "+statement), checked(s, f)
	})
}

// whole makes one edit of a file.
func whole(make func(*source) (after, bool)) func(*source) []after {
	return func(s *source) []after {
		if a, ok := make(s); ok {
			return []after{a}
		}
		return nil
	}
}

var assertion = regexp.MustCompile(`\bassert(_eq|_ne)?!\(`)

// checked reports whether a function holds an assertion.
func checked(s *source, f fn) bool { return assertion.MatchString(s.body(f)) }

// asserting are the tests that hold an assertion.
func asserting(s *source) []fn {
	return keep(s.tests(), func(f fn) bool { return checked(s, f) })
}

func testsOf(s *source) []fn    { return s.tests() }
func codeOf(s *source) []fn     { return s.code() }
func anyOf(s *source) []fn      { return s.fns }
func asyncTests(s *source) []fn { return keep(s.tests(), func(f fn) bool { return f.async }) }

// statements are the ranges of the statements of a body that start with an assertion and end with a semicolon.
func (s *source) assertions(f fn) [][2]int {
	var out [][2]int
	for _, m := range assertion.FindAllStringIndex(s.body(f), -1) {
		lo := f.lo + m[0]
		if !s.real(lo) {
			continue
		}
		call, ok := s.file.CallAt(s.file.Position(lo))
		if !ok {
			continue
		}
		hi := s.file.Offset(call.EndLine, call.EndColumn)
		if hi < len(s.text) && s.text[hi] == ';' {
			out = append(out, [2]int{lo, hi + 1})
		}
	}
	return out
}

// arguments are the texts of a call's arguments, split at its outer commas.
func arguments(call string) []string {
	open := strings.IndexByte(call, '(')
	inner := strings.TrimSuffix(strings.TrimSuffix(call[open+1:], ";"), ")")
	depth, from := 0, 0
	var out []string
	inString := false
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; {
		case c == '"' && (i == 0 || inner[i-1] != '\\'):
			inString = !inString
		case inString:
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case c == ',' && depth == 0:
			out = append(out, strings.TrimSpace(inner[from:i]))
			from = i + 1
		}
	}
	if rest := strings.TrimSpace(inner[from:]); rest != "" {
		out = append(out, rest)
	}
	return out
}

// reassert makes an edit of every assertion of a macro: replacement gets its arguments, and gives "" where it does not fit.
func reassert(macro string, replacement func(args []string) string) func(*source) []after {
	return func(s *source) []after {
		var out []after
		for _, f := range asserting(s) {
			for _, r := range s.assertions(f) {
				call := s.text[r[0]:r[1]]
				if !strings.HasPrefix(call, macro+"!(") {
					continue
				}
				args := arguments(call)
				if len(args) == 0 || args[0] == "" || strings.HasSuffix(macro, "_eq") && (len(args) < 2 || args[1] == "") {
					continue
				}
				if text := replacement(args); text != "" {
					out = append(out, s.put(r[0], r[1], text))
				}
			}
		}
		return out
	}
}

func format(pattern string, args ...string) string {
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a
	}
	return fmt.Sprintf(pattern, values...)
}
