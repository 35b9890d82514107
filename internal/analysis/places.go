package analysis

import (
	"path/filepath"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/finding"
	"pollux/internal/mir"
	"pollux/internal/rust"
)

// Places turns the spans of MIR into places of the user's source.
type Places struct {
	Root    string // absolute: what finding paths are relative to
	Dir     string // absolute: what relative paths of the MIR are relative to
	Package string // absolute directory of the package: its own sources lie below
	Source  func(file string) *rust.Source
}

// Plain is the place of one element; unknown when it lies outside the package, as in a macro of another crate.
func (p Places) Plain(c *mir.Crate, pos mir.Pos) finding.Span {
	return p.located(c.Span(pos))
}

// located is a place as MIR names it, relative to the root; unknown when it lies outside the package.
func (p Places) located(span finding.Span) finding.Span {
	if !span.Known() {
		return finding.Span{}
	}
	// cargo gives rustc a relative path for the members of the workspace, so a relative span is always the user's.
	abs := span.File
	if !filepath.IsAbs(abs) {
		abs = filepath.Join(p.Dir, abs)
	} else if !within(abs, p.Package) {
		return finding.Span{}
	}
	if rel, err := filepath.Rel(p.Root, abs); err == nil && !strings.HasPrefix(rel, "..") {
		span.File = filepath.ToSlash(rel)
	} else {
		span.File = filepath.ToSlash(abs)
	}
	return span
}

// file is a parsed source file, or nil.
func (p Places) file(name string) *rust.File {
	if src := p.Source(name); src != nil {
		return src.File()
	}
	return nil
}

func within(file, dir string) bool {
	return dir == "" || strings.HasPrefix(file, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

// At is the place of an element of f. For an element that a macro made it is the head of the macro's call: rustc prints where the
// macro's own text stands, so the call is looked for inside the function.
func (p Places) At(c *mir.Crate, f *mir.Func, block mir.Block, pos mir.Pos) finding.Span {
	span := p.Plain(c, pos)
	macro := ""
	if span.Known() {
		if macro = p.macroAround(c.Span(pos)); macro == "" {
			return span
		}
	}
	near, raw := p.nearest(c, f, block)
	if file := p.file(raw); file != nil && near.Known() {
		if call, ok := file.CallAt(near.Line, near.Column); ok {
			return callSpan(near.File, call)
		}
	}
	if macro != "" {
		return p.callOf(c, f, macro, near)
	}
	return near
}

// macroAround is the name of the user's own macro whose definition holds a place, or empty.
func (p Places) macroAround(raw finding.Span) string {
	file := p.file(raw.File)
	if file == nil {
		return ""
	}
	if m, ok := file.MacroAt(raw.Line, raw.Column); ok {
		return m.Name
	}
	return ""
}

// callOf finds the call of a macro inside the function: the first one behind near, which is the last place before it.
func (p Places) callOf(c *mir.Crate, f *mir.Func, macro string, near finding.Span) finding.Span {
	body := p.Plain(c, f.Pos)
	file := p.file(c.Span(f.Pos).File)
	if file == nil || !body.Known() {
		return finding.Span{}
	}
	var found finding.Span
	for _, call := range file.Calls {
		inside := call.Line > body.Line || call.Line == body.Line && call.Column >= body.Column
		inside = inside && (call.EndLine < body.EndLine || call.EndLine == body.EndLine && call.EndColumn <= body.EndColumn)
		if !inside || call.Path != macro && !strings.HasSuffix(call.Path, "::"+macro) {
			continue
		}
		span := callSpan(body.File, call)
		if !found.Known() || near.Known() && finding.ComparePlace(found, near) < 0 && finding.ComparePlace(span, near) >= 0 {
			found = span
		}
	}
	return found
}

// callSpan is the head of a macro call: its path and the exclamation mark.
func callSpan(file string, call rust.Call) finding.Span {
	return finding.Span{File: file, Line: call.Line, Column: call.Column, EndLine: call.Line, EndColumn: call.Column + len(call.Path) + 1}
}

// nearest walks back from a block to the closest element with a place in the package. raw is its file as the MIR names it.
func (p Places) nearest(c *mir.Crate, f *mir.Func, block mir.Block) (near finding.Span, raw string) {
	if block == mir.NoBlock {
		return finding.Span{}, ""
	}
	preds := coro.Predecessors(f)
	seen := make([]bool, len(f.Blocks))
	queue := []mir.Block{block}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		b := &f.Blocks[at]
		positions := make([]mir.Pos, 0, len(b.Stmts)+1)
		if at != block {
			positions = append(positions, b.Term.Pos)
		}
		for i := len(b.Stmts) - 1; i >= 0; i-- {
			positions = append(positions, b.Stmts[i].Pos)
		}
		for _, pos := range positions {
			if span := p.Plain(c, pos); span.Known() && span != p.Plain(c, f.Pos) && p.macroAround(c.Span(pos)) == "" {
				return span, c.Span(pos).File
			}
		}
		queue = append(queue, preds[at]...)
	}
	return finding.Span{}, ""
}
