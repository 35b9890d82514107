package coro

import (
	"slices"
	"strings"

	"pollux/internal/mir"
)

// Idles reports whether the code comes back to making the future of a branch after another has won without having done anything: every way
// that comes back only looks at what it got and throws it away. It is false when no way comes back.
//
// Calls of core that compare or look at a value do nothing; every other call, and every change of a variable of the source, does something.
func (b *Body) Idles(r *Race, ended, branch int) bool {
	w := b.newWalk(r, ended, branch, Nothing)
	w.works = true
	return w.run() && !w.busy
}

// busyMark is the entry of a trail that says that its path has done something.
const busyMark mir.Local = -2

// doesSomething reports whether a statement changes a variable of the source.
func (w *walk) doesSomething(s *mir.Stmt) bool {
	if s.Kind != mir.Assign {
		return false
	}
	if !s.Place.IsLocal() {
		return s.Place.Proj[0].Kind == mir.Deref || w.isVariable(s.Place.Local)
	}
	def, single := w.defs.of(s.Place.Local)
	return w.isVariable(s.Place.Local) && !(single && def.stmt == s)
}

func (w *walk) isVariable(l mir.Local) bool {
	name := w.b.Name(l)
	return name != "" && !strings.HasPrefix(name, "_")
}

// looks are the methods that only look at a value, and what a macro calls before it makes its futures.
var looks = []string{"eq", "ne", "lt", "le", "gt", "ge", "cmp", "partial_cmp", "deref", "as_ref", "as_str", "as_bytes", "branch", "is_some", "is_none", "is_ok", "is_err", "is_empty", "len", "drop", "default"}

// callDoesSomething reports whether a call is more than a look.
func callDoesSomething(t *mir.Term) bool {
	path := mir.WithoutGenerics(t.Func.Text)
	return t.Func.IsPlace() || !slices.Contains(looks, path[strings.LastIndexByte(path, ':')+1:])
}

// comesBack notes a way that has come back to the making of the race's futures.
func (w *walk) comesBack(at mir.Block, t trail) bool {
	if !w.works || !slices.ContainsFunc(w.race.Branches, func(br Branch) bool { return br.Made.Block == at }) {
		return false
	}
	w.found = true
	_, busy := t[busyMark]
	w.busy = w.busy || busy
	return true
}

// Leaves reports whether the function can end behind a branch that has won, without coming back to the race.
func (b *Body) Leaves(r *Race, ended int) bool {
	w := b.newWalk(r, ended, 0, Nothing)
	w.cut, w.target, w.works = &Branch{}, mir.NoBlock, true
	w.enter(r.ready, trail{})
	for len(w.work) > 0 && !w.left {
		j := w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		w.step(j.block, j.trail)
	}
	return w.left
}
