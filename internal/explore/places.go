package explore

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/rust"
)

// file is a path of the debug information as findings name files: relative to the root when it lies there, absolute
// otherwise. Backtraces shorten paths below the current directory, which is that of the package.
func (s *search) file(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.program.PackageDir, path)
	}
	return relative(s.tests.Root, path)
}

// sourceFile is a path as rustc was given it, relative to the root of the workspace; empty when there is no such file.
func (s *search) sourceFile(path string) string {
	for _, dir := range []string{s.tests.Root, s.program.PackageDir} {
		full := path
		if !filepath.IsAbs(path) {
			full = filepath.Join(dir, path)
		}
		if _, err := os.Stat(full); err == nil {
			return relative(s.tests.Root, full)
		}
	}
	return ""
}

// relative is path below root with forward slashes, or path itself when it lies elsewhere.
func relative(root, path string) string {
	rel, err := filepath.Rel(root, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return path
	}
	return filepath.ToSlash(rel)
}

// scratch reports whether the tests come from a file that is none of the package's: only that file is a test then.
func (s *search) scratch() bool { return s.opt.Scratch != nil }

// isTest reports whether the place is part of the tests rather than of what they test.
func (s *search) isTest(at frame) bool {
	path := filepath.Join(s.tests.Root, filepath.FromSlash(at.file))
	if s.scratch() {
		return path == s.program.Source || at.file == filepath.ToSlash(s.program.Source)
	}
	if s.program.Kind == "test" && within(filepath.Dir(s.program.Source), path) {
		return true
	}
	inPackage := relative(s.program.PackageDir, path)
	segments := strings.Split(inPackage, "/")
	if slices.Contains(segments, "tests") || segments[len(segments)-1] == "tests.rs" || segments[len(segments)-1] == "test.rs" {
		return true
	}
	text, err := os.ReadFile(path)
	return err == nil && inTestItem(rust.Parse(path, string(text)), at.line)
}

// ours reports whether a file, as findings name it, belongs to the user: it lies in the workspace, or is the scratch file.
func (s *search) ours(file string) bool {
	return !filepath.IsAbs(file) || file == filepath.ToSlash(s.program.Source)
}

func within(dir, path string) bool { return !filepath.IsAbs(relative(dir, path)) }

// inTestItem reports whether the line lies in a test function or below an item that is compiled for tests only.
func inTestItem(file *rust.File, line int) bool {
	for item := file.ItemAt(line); item != nil; item = item.Parent {
		for _, a := range item.Attrs {
			last := a.Path[strings.LastIndex(a.Path, ":")+1:]
			if last == "test" || a.Path == "cfg" && slices.Contains(strings.FieldsFunc(quotedText.ReplaceAllString(a.Args, ""), notWord), "test") {
				return true
			}
		}
	}
	return false
}

// quotedText is a value of a cfg option, such as the name of a feature.
var quotedText = regexp.MustCompile(`"[^"]*"`)

func notWord(r rune) bool {
	return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}

// functionAt names the function that a frame in the workspace lies in. Lines alone are in the debug information of a test
// program, so that an async body has no better name there than that it is one: then the source says.
func (s *search) functionAt(at frame) string {
	name := function(at.function)
	if !strings.HasPrefix(name, "{") {
		return name
	}
	path := filepath.Join(s.tests.Root, filepath.FromSlash(at.file))
	text, err := os.ReadFile(path)
	if err != nil {
		return name
	}
	return cmp.Or(itemPath(rust.Parse(path, string(text)), at.line), name)
}

// itemPath is the path of the function at a line, below its file; empty when there is none.
func itemPath(file *rust.File, line int) string {
	var names []string
	for item := file.ItemAt(line); item != nil; item = item.Parent {
		if item.Kind == "fn" || len(names) > 0 {
			name, _, _ := strings.Cut(item.Name, "<")
			names = append([]string{cmp.Or(name, item.Name)}, names...)
		}
	}
	return strings.Join(names, "::")
}

// function is a function as rustc names it in messages: without the closures that async bodies are.
func function(name string) string {
	for {
		shorter, ok := strings.CutSuffix(name, "::{{closure}}")
		if !ok {
			break
		}
		name = shorter
	}
	if i := strings.Index(name, "::{impl#"); i >= 0 {
		return name
	}
	return strings.TrimSuffix(name, "::{async_fn#0}")
}
