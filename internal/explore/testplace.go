package explore

import (
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rust"
)

// testPlace is where the test stands: its name in its source file, or the first line of the program's root file when it is not
// found there, as when a macro makes it.
func (s *search) testPlace() finding.Span {
	name := strings.TrimPrefix(s.test, s.program.Scratch)
	segments := strings.Split(name, "::")
	for i := range segments {
		below := filepath.Join(append([]string{filepath.Dir(s.program.Source)}, segments[:i]...)...)
		candidates := []string{below + ".rs", filepath.Join(below, "mod.rs")}
		if i == 0 {
			candidates = []string{s.program.Source}
		}
		for _, path := range candidates {
			if at, ok := s.testIn(path, strings.Join(segments[i:], "::")); ok {
				return at
			}
		}
	}
	return finding.Span{File: relative(s.tests.Root, s.program.Source), Line: 1, Column: 1, EndLine: 1, EndColumn: 1}
}

// testIn finds the function with the path in one file.
func (s *search) testIn(path, name string) (finding.Span, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return finding.Span{}, false
	}
	file := rust.Parse(path, string(text))
	for _, fn := range file.Fns {
		if fn.Item == nil || fn.Item.Path() != name {
			continue
		}
		line := file.Line(fn.Line)
		column := fn.Column
		if at := strings.Index(line, "fn "+fn.Name); at >= 0 {
			column = len([]rune(line[:at])) + len("fn ") + 1
		}
		return finding.Span{File: relative(s.tests.Root, path), Line: fn.Line, Column: column, EndLine: fn.Line, EndColumn: column + len([]rune(fn.Name))}, true
	}
	return finding.Span{}, false
}
