package engine

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/ladder"
	"pollux/internal/rust"
)

// changedFunctions are the functions that can wait and that the change may make wait otherwise: those that it touches, and those that
// come to what else it touches through their calls. Calls are told by names, so there may be some too many, which costs time; none when
// no revision was named.
func (v *verification) changedFunctions() ([]ladder.Lines, error) {
	if v.near == nil {
		return nil, nil
	}
	var out []ladder.Lines
	var called []string
	for _, file := range v.near.Files() {
		name := relative(v.plain.Root, file)
		if v.sources.lines(name) == nil {
			continue
		}
		parsed, err := v.parsed(name)
		if err != nil {
			return nil, err
		}
		for _, fn := range parsed.Fns {
			switch {
			case !fn.HasBody || !v.near.TouchesLines(name, fn.Line, fn.EndLine):
			case mayWait(parsed, fn):
				out = append(out, ladder.Lines{File: name, From: fn.Line, To: fn.EndLine})
			default:
				called = append(called, reachable(fn)...)
			}
		}
		for _, it := range parsed.Items {
			if isData(it.Kind) && v.near.TouchesLines(name, it.Line, it.EndLine) {
				called = append(called, it.Name)
			}
		}
	}
	callers, err := v.comingTo(called)
	return append(out, callers...), err
}

// isData reports whether an item is something that functions use by its name, and that is no function.
func isData(kind string) bool {
	return slices.Contains([]string{"const", "static", "struct", "enum", "union", "type", "macro_rules"}, kind)
}

// reachable are the names by which a function is called. What a trait asks for may be called without its name, by an operator or at the
// end of a scope: there the type stands for it.
func reachable(fn *rust.Fn) []string {
	out := []string{fn.Name}
	if fn.Impl == nil || fn.Impl.Trait == "" {
		return out
	}
	for _, t := range rust.Lex(fn.Impl.SelfType) {
		if t.Kind == rust.Ident {
			return append(out, fn.Impl.SelfType[t.Offset:t.End()])
		}
	}
	return out
}

// caller is a function with a body and the names that stand in it.
type caller struct {
	file  string
	fn    *rust.Fn
	waits bool
	uses  []string
}

// comingTo are the functions that can wait and in which one of the names stands, or that of a function that cannot wait and comes to one.
func (v *verification) comingTo(called []string) ([]ladder.Lines, error) {
	if len(called) == 0 {
		return nil, nil
	}
	all, err := v.callers()
	if err != nil {
		return nil, err
	}
	using := map[string][]int{}
	for i := range all {
		for _, name := range all[i].uses {
			using[name] = append(using[name], i)
		}
	}
	var out []ladder.Lines
	seen := make([]bool, len(all))
	for ; len(called) > 0; called = called[1:] {
		for _, i := range using[called[0]] {
			if c := all[i]; seen[i] {
				continue
			} else if seen[i] = true; c.waits {
				out = append(out, ladder.Lines{File: c.file, From: c.fn.Line, To: c.fn.EndLine})
			} else {
				called = append(called, reachable(c.fn)...)
			}
		}
		delete(using, called[0])
	}
	slices.SortFunc(out, func(a, b ladder.Lines) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.From, b.From)) })
	return out, nil
}

// callers are the functions of the workspace.
func (v *verification) callers() ([]caller, error) {
	var out []caller
	err := filepath.WalkDir(v.plain.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // a directory that cannot be read holds no function that a test could be seen to reach
		}
		if d.IsDir() {
			if name := d.Name(); path != v.plain.Root && (strings.HasPrefix(name, ".") || name == "target" || isTarget(path)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".rs") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil //nolint:nilerr // as above
		}
		out = append(out, callersIn(rust.Parse(relative(v.plain.Root, path), string(text)))...)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for callers of what has changed: %w", err)
	}
	return out, nil
}

func callersIn(file *rust.File) []caller {
	var out []caller
	for _, fn := range file.Fns {
		if !fn.HasBody {
			continue
		}
		c := caller{file: file.Path, fn: fn, waits: mayWait(file, fn)}
		first, end := file.Offset(fn.Line, fn.Column), file.Offset(fn.Body.EndLine, fn.Body.EndColumn)
		from, _ := slices.BinarySearchFunc(file.Tokens, first, func(t rust.Token, at int) int { return cmp.Compare(int(t.Offset), at) })
		own := true // the name of the function itself stands first
		seen := map[string]bool{}
		for _, t := range file.Tokens[from:] {
			if end >= 0 && t.End() > end {
				break
			}
			name := file.Src[t.Offset:t.End()]
			switch {
			case t.Kind != rust.Ident || seen[name]:
			case own && name == fn.Name:
				own = false
			default:
				seen[name] = true
				c.uses = append(c.uses, name)
			}
		}
		out = append(out, c)
	}
	return out
}
