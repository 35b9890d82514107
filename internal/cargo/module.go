package cargo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/rust"
)

// modulePlace is where a module ends: the file that holds it, and an offset into its text.
type modulePlace struct {
	file, text string
	end        int // in bytes; the closing bracket of an inline module, or the end of the text
}

// with is the text of the file with one more item in the module. No line moves.
func (p modulePlace) with(item string) string {
	before := p.text[:p.end]
	if p.end == len(p.text) && !strings.HasSuffix(before, "\n") && before != "" {
		before += "\n" // the last line may be a comment
	}
	return before + item + p.text[p.end:]
}

// findModule follows a path of modules from the root file of a crate, as rustc looks for their files.
func findModule(root, path string) (modulePlace, error) {
	file, isDir := root, true // isDir: children lie beside the file, not in a directory of its name
	path = strings.TrimPrefix(strings.TrimPrefix(path, "crate"), "::")
	var inline []string
	for rest := path; ; {
		text, err := os.ReadFile(file)
		if err != nil {
			return modulePlace{}, noScratch(fmt.Sprintf("cannot read %s: %v", file, err), "")
		}
		parsed := rust.Parse(file, string(text))
		if rest == "" {
			return endOf(parsed, strings.Join(inline, "::")), nil
		}
		name, after, _ := strings.Cut(rest, "::")
		if inlineModule(parsed, strings.Join(append(inline, name), "::")) != nil {
			inline, rest = append(inline, name), after
			continue
		}
		next, nextIsDir, ok := moduleFile(parsed, file, isDir, inline, name)
		if !ok {
			return modulePlace{}, noScratch(fmt.Sprintf("there is no module `%s` in %s", name, file), "--inside takes the path of a module, such as pool::idle")
		}
		file, isDir, inline, rest = next, nextIsDir, nil, after
	}
}

// inlineModule is the module whose body stands in the file, by its path in the file; nil when there is none.
func inlineModule(f *rust.File, path string) *rust.Item {
	for _, item := range f.Items {
		if item.Kind == "mod" && item.Path() == path && strings.HasSuffix(f.Src[:f.Offset(item.EndLine, item.EndColumn)], "}") {
			return item
		}
	}
	return nil
}

func endOf(f *rust.File, inline string) modulePlace {
	p := modulePlace{file: f.Path, text: f.Src, end: len(f.Src)}
	if item := inlineModule(f, inline); inline != "" && item != nil {
		p.end = f.Offset(item.EndLine, item.EndColumn) - 1
	}
	return p
}

// moduleFile finds the file of `mod name;` and whether modules below it lie beside it.
func moduleFile(f *rust.File, file string, isDir bool, inline []string, name string) (path string, dir, ok bool) {
	base := filepath.Dir(file)
	if !isDir {
		base = filepath.Join(base, strings.TrimSuffix(filepath.Base(file), ".rs"))
	}
	base = filepath.Join(append([]string{base}, inline...)...)
	for _, m := range f.Mods {
		if m.Name != name || m.Module != strings.Join(inline, "::") {
			continue
		}
		candidates := []string{filepath.Join(base, name+".rs"), filepath.Join(base, name, "mod.rs")}
		if m.Path != "" {
			from := base
			if len(inline) == 0 {
				from = filepath.Dir(file)
			}
			candidates = []string{filepath.Join(from, filepath.FromSlash(m.Path))}
		}
		for _, c := range candidates {
			if _, err := os.Stat(c); err == nil {
				return c, filepath.Base(c) == "mod.rs" || m.Path != "", true
			}
		}
	}
	return "", false, false
}
