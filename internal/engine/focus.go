package engine

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/explore"
	"pollux/internal/fault"
	"pollux/internal/rust"
)

// focused is one thing that was asked about, as the functions that it lies in.
type focused struct {
	asked string
	lines []explore.Lines
}

func linesOf(focus []focused) []explore.Lines {
	var out []explore.Lines
	for _, f := range focus {
		out = append(out, f.lines...)
	}
	return out
}

// focus finds what the words name. Words that name nothing are a fault of usage.
func (p *Project) focus(words []string) ([]focused, error) {
	var out []focused
	for _, word := range words {
		lines, err := p.focusOn(word)
		if err != nil {
			return nil, err
		}
		out = append(out, focused{word, lines})
	}
	return out, nil
}

var (
	fileLine  = regexp.MustCompile(`^(.+\.rs):(\d+)(?::\d+)?$`)
	findingID = regexp.MustCompile(`^[0-9a-f]{4,16}$`)
)

func (p *Project) focusOn(word string) ([]explore.Lines, error) {
	if m := fileLine.FindStringSubmatch(word); m != nil {
		line, err := strconv.Atoi(m[2])
		if err != nil {
			return nil, fault.Usagef("--focus %s: no line has that number", word)
		}
		return p.focusOnLine(m[1], line)
	}
	if findingID.MatchString(word) {
		results, err := p.engine.Last(p.Root)
		if err == nil {
			if _, f, ok := Finding(results, word); ok {
				return p.focusOnLine(f.File, f.Line)
			}
		}
	}
	lines, err := p.functions(word)
	if err != nil || len(lines) > 0 {
		return lines, err
	}
	return nil, fault.Usagef("--focus %s: there is no such function, and no such finding on record", word).
		Hint("name FILE.rs:LINE, a function such as Pool::get, or the id of a finding of the last pollux check")
}

// focusOnLine is the function around the line. The file may be named from the root or from the current directory.
func (p *Project) focusOnLine(file string, line int) ([]explore.Lines, error) {
	for _, dir := range []string{p.Root, ""} {
		path, err := filepath.Abs(filepath.Join(dir, filepath.FromSlash(file)))
		if filepath.IsAbs(file) {
			path, err = file, nil
		}
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", file, err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		name := relative(p.Root, path)
		if fn := around(rust.Parse(name, string(text)), line); fn != nil {
			return []explore.Lines{{File: name, From: fn.Line, To: fn.EndLine}}, nil
		}
		return nil, fault.Usagef("--focus %s:%d: this line lies in no function", file, line)
	}
	return nil, fault.Usagef("--focus %s:%d: there is no such file", file, line)
}

// around is the innermost function that holds the line.
func around(f *rust.File, line int) *rust.Fn {
	var best *rust.Fn
	for _, fn := range f.Fns {
		if fn.HasBody && fn.Line <= line && line <= fn.EndLine && (best == nil || fn.Line >= best.Line) {
			best = fn
		}
	}
	return best
}

// functions finds the functions of the workspace whose path ends with the words.
func (p *Project) functions(path string) ([]explore.Lines, error) {
	var out []explore.Lines
	err := filepath.WalkDir(p.Root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // a directory that cannot be read holds no function that can be named
		}
		if d.IsDir() {
			if name := d.Name(); file != p.Root && (name == "target" || strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".rs") {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), path[strings.LastIndex(path, ":")+1:]) {
			return nil // as above
		}
		name := relative(p.Root, file)
		for _, fn := range rust.Parse(name, string(text)).Fns {
			if fn.HasBody && fn.Item != nil && named(fn.Item.Path(), name, path) {
				out = append(out, explore.Lines{File: name, From: fn.Line, To: fn.EndLine})
			}
		}
		return nil
	})
	return out, err
}

// generics are the arguments of types in a path.
var generics = regexp.MustCompile(`<[^<>]*>`)

// named reports whether the words name the function with this path in its file. Modules that are files of their own may stand
// before it.
func named(path, file, words string) bool {
	path = generics.ReplaceAllString(path, "")
	segments := strings.Split(strings.TrimSuffix(file, ".rs"), "/")
	segments = slices.DeleteFunc(segments, func(s string) bool { return s == "src" || s == "lib" || s == "mod" || s == "main" })
	full := "::" + strings.Join(append(segments, path), "::")
	return strings.HasSuffix(full, "::"+strings.TrimPrefix(words, "crate::"))
}
