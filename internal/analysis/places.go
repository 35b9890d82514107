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
	Source  func(file string) *rust.File
}

// Plain is the place of one element; unknown when it lies outside the package, as in a macro of another crate.
func (p Places) Plain(c *mir.Crate, pos mir.Pos) finding.Span {
	span := c.Span(pos)
	if !span.Known() {
		return finding.Span{}
	}
	abs := span.File
	if !filepath.IsAbs(abs) {
		abs = filepath.Join(p.Dir, abs)
	}
	if !within(abs, p.Package) {
		return finding.Span{}
	}
	if rel, err := filepath.Rel(p.Root, abs); err == nil && !strings.HasPrefix(rel, "..") {
		span.File = filepath.ToSlash(rel)
	} else {
		span.File = filepath.ToSlash(abs)
	}
	return span
}

func within(file, dir string) bool {
	return dir == "" || strings.HasPrefix(file, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

// At is the place of an element of f. For an element that a macro of another crate made, it is the head of the macro's call: rustc
// prints where the macro's own text stands, so the call is found from the nearest code before it that is the user's.
func (p Places) At(c *mir.Crate, f *mir.Func, block mir.Block, pos mir.Pos) finding.Span {
	if span := p.Plain(c, pos); span.Known() {
		return span
	}
	near, raw := p.nearest(c, f, block)
	if !near.Known() {
		return finding.Span{}
	}
	if file := p.Source(raw); file != nil {
		if call, ok := file.CallAt(near.Line, near.Column); ok {
			near.Line, near.Column, near.EndLine = call.Line, call.Column, call.Line
			near.EndColumn = near.Column + len(call.Path) + 1
			return near
		}
	}
	return near
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
			if span := p.Plain(c, pos); span.Known() && span != p.Plain(c, f.Pos) {
				return span, c.Span(pos).File
			}
		}
		queue = append(queue, preds[at]...)
	}
	return finding.Span{}, ""
}
