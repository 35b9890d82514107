package confidence

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Survey is what the units show, before any finding or run is looked at.
type Survey struct {
	// Name is the function around a place as the source has it, with the type that it belongs to; empty when it is not known.
	Name func(file string, line int) string

	functions []*surveyed
}

// surveyed is a function with what its analyses came to.
type surveyed struct {
	Function
	unresolved int           // calls that could not be followed, in it and below it
	cancel     *facts.Cancel // nil for what is never cancelled by itself
	losses     map[int]string
	decided    bool         // of a hand-written poll: every path was followed
	opaque     map[int]bool // lines of awaits at which a value is held whose type says nothing
}

// Add takes in what one unit of the project shows. Tests, benches and build scripts are left out: what they do is no part of the product.
func (s *Survey) Add(u cargo.Unit, pass *analysis.Pass) {
	if u.Test || u.Kind != "lib" && u.Kind != "bin" {
		return
	}
	polls := map[*facts.Fn]bool{}
	for p := range pass.Polls() {
		polls[p.Fn] = true
	}
	opaque := heldBehindPointers(pass)
	for _, fn := range pass.Crate.AsyncFns() {
		at := pass.At(fn, 0, fn.MIR().Pos)
		if !at.Known() || path.IsAbs(at.File) {
			continue
		}
		f := &surveyed{unresolved: fn.Unknown, decided: polls[fn], opaque: opaque[fn], losses: map[int]string{}}
		f.Function = Function{Package: u.Package, Module: moduleOf(at.File), Name: fn.Readable(), Kind: "hand-written poll", File: at.File, Line: at.Line, EndLine: at.EndLine}
		if s.Name != nil {
			f.Function.Name = cmp.Or(s.Name(at.File, at.Line), f.Function.Name)
		}
		if body := fn.Coroutine(); body != nil {
			f.Kind = kindOf(body)
			f.awaits(pass, fn, body)
			f.cancels(pass, fn, body)
		}
		f.zone(pass, fn)
		s.functions = append(s.functions, f)
	}
}

// heldBehindPointers are the lines of awaits at which a value is held behind `dyn`: whether it is a guard is not known.
func heldBehindPointers(pass *analysis.Pass) map[*facts.Fn]map[int]bool {
	out := map[*facts.Fn]map[int]bool{}
	for fn, held := range pass.Held(func(typ string) bool { return strings.HasPrefix(typ, "dyn ") }) {
		if out[fn] == nil {
			out[fn] = map[int]bool{}
		}
		for _, h := range held {
			out[fn][pass.At(fn, h.Await.Block, h.Await.Pos).Line] = true
		}
	}
	return out
}

// moduleOf is the module that a file is, by its path.
func moduleOf(file string) string {
	name := strings.TrimSuffix(file, ".rs")
	if i := strings.Index("/"+name, "/src/"); i >= 0 {
		name = name[i+len("src/"):]
	}
	name = strings.TrimSuffix(strings.TrimSuffix(name, "/mod"), "/main")
	if name == "lib" || name == "main" {
		return "crate"
	}
	return strings.ReplaceAll(name, "/", "::")
}

func kindOf(b *coro.Body) string {
	switch b.Kind {
	case coro.AsyncBlock:
		return "async block"
	case coro.AsyncClosure:
		return "async closure"
	}
	return "async fn"
}

// awaits notes the await points of a coroutine, those at one place once.
func (f *surveyed) awaits(pass *analysis.Pass, fn *facts.Fn, body *coro.Body) {
	for i := range body.Awaits {
		a := &body.Awaits[i]
		at := pass.At(fn, a.Block, a.Pos)
		if !at.Known() || at.File != f.File {
			continue
		}
		f.Awaits = append(f.Awaits, Await{Line: at.Line, Column: at.Column, For: awaited(pass, a.Type)})
	}
	slices.SortStableFunc(f.Awaits, func(a, b Await) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	f.Awaits = slices.CompactFunc(f.Awaits, func(a, b Await) bool { return a.Line == b.Line && a.Column == b.Column })
}

// awaited is a future as a reader would write it.
func awaited(pass *analysis.Pass, typ string) string {
	if race, ok := pass.Tables.Race(typ); ok {
		return strings.Trim(race.Name, "`")
	}
	if name, ok := strings.CutPrefix(typ, "{async fn body of "); ok {
		name = strings.TrimSuffix(name, "}")
		return mir.LastSegment(mir.WithoutGenerics(strings.TrimSuffix(name, "()"))) + "()"
	}
	if strings.HasPrefix(typ, "{") {
		kind, _, _ := strings.Cut(strings.Trim(typ, "{}"), "@")
		return kind
	}
	return mir.LastSegment(mir.Head(typ))
}

// cancels infers what dropping the future does, and at which of its await points.
func (f *surveyed) cancels(pass *analysis.Pass, fn *facts.Fn, body *coro.Body) {
	if pass.Crate.IsRoot(body) {
		return // main's own future ends with the program
	}
	f.cancel = pass.Crate.CancelFn(fn)
	for _, l := range f.cancel.Losses {
		if l.Await == nil {
			continue
		}
		line := pass.At(fn, l.Await.Block, l.Await.Pos).Line
		if f.losses[line] == "" {
			f.losses[line] = l.What
		}
	}
}

// harmless reports whether a cancel is known to lose nothing, or the place in a queue alone.
func harmless(v knowledge.CancelVerdict) bool {
	return v == knowledge.CancelSafe || v == knowledge.CancelFairness
}

// span is a function as a place.
func (f *Function) span() finding.Span {
	return finding.Span{File: f.File, Line: f.Line, Column: 1, EndLine: f.EndLine}
}
