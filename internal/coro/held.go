package coro

import (
	"slices"
	"strings"

	"pollux/internal/mir"
)

// Leaf is an interesting part of a value: a lock guard inside an Option, say. Path leads from the value to the part by fields and
// variants; it has no dereference, so the value owns the part.
type Leaf struct {
	Path     []mir.Elem
	Type     string // of the part
	Optional bool   // the part can be absent while the value is there: some enum lies on the path, or the value is a collection

	// Collection: the value at Path holds any number of the parts, which have no places of their own. A new one is empty; it
	// is filled by moving a part into a call together with a mutable reference to it.
	Collection bool
}

// Leaves tells which parts of a type are interesting.
type Leaves func(typ string) []Leaf

// Held is an interesting value that is alive at a suspension.
type Held struct {
	Await *Await
	Local mir.Local
	Leaf  Leaf
	Must  bool    // on every path to the suspension; otherwise on some
	From  mir.Pos // where the value came from: the first of the places when there are several
}

// presence is a set of what is known of a leaf at a point: a union over the paths that lead there.
type presence uint8

const (
	absent    presence = 1 << iota // not there on some path
	present                        // there on some path
	undecided                      // lent mutably to code that may have taken it away
)

// value is the state of one leaf.
type value struct {
	is   presence
	from mir.Pos
}

func (v value) join(o value) value {
	v.is |= o.is
	if v.from == 0 || (o.from != 0 && o.from < v.from) {
		v.from = o.from
	}
	return v
}

// Held computes which interesting values are alive at each suspension.
//
// It is a forward data flow over the resume function, entered at the unresumed state and resumed at every suspension with the state
// that the suspension left. Drop flags, which rustc assigns only constants, are tracked exactly; the variants of Option, Result and
// their like are refined where the code switches on them. Unwinding is left out: a panic ends the future.
//
// May miss a value behind a reference, in a collection, or lent mutably inside an enum. Does not report a value whose absence it
// could not exclude for that last reason.
func (b *Body) Held(leaves Leaves) []Held {
	h := newHolding(b, leaves)
	if len(h.parts) == 0 {
		return nil
	}
	h.run()
	var out []Held
	for i := range b.Awaits {
		state, ok := h.at[i]
		if !ok {
			continue // not reachable
		}
		for p, v := range state {
			if v.is&present == 0 || v.is&undecided != 0 {
				continue
			}
			part := h.parts[p]
			out = append(out, Held{Await: &b.Awaits[i], Local: part.local, Leaf: part.leaf, Must: v.is == present && !part.leaf.Optional, From: v.from})
		}
	}
	return out
}

// part is one tracked leaf of one local.
type part struct {
	local mir.Local
	leaf  Leaf
}

// holding is the running analysis.
type holding struct {
	b       *Body
	parts   []part
	byLocal map[mir.Local][]int // indexes into parts
	flags   map[mir.Local]int   // drop flags and conditions, numbered
	alias   map[mir.Local]mir.Place
	tests   map[mir.Local]variantTest
	seen    map[mir.Block]map[string]*world
	work    []job
	at      map[int][]value // by index of Awaits

	watched func(*mir.Term) bool // blocks whose state in front of the terminator is asked for, by that
	before  map[mir.Block][]value
}

// world is the state at the start of a block under one valuation of the drop flags.
type world struct {
	flags  []byte // per flag: 0 unknown, 1 false, 2 true
	values []value
}

type job struct {
	block mir.Block
	world *world
}

func newHolding(b *Body, leaves Leaves) *holding {
	h := &holding{b: b, byLocal: map[mir.Local][]int{}, seen: map[mir.Block]map[string]*world{}, at: map[int][]value{}}
	for l := range b.Func.Locals {
		if b.Type != "" && (l == 1 || l == 2) {
			continue
		}
		for _, leaf := range leaves(b.Func.Locals[l].Type) {
			h.byLocal[mir.Local(l)] = append(h.byLocal[mir.Local(l)], len(h.parts))
			h.parts = append(h.parts, part{mir.Local(l), leaf})
		}
	}
	if len(h.parts) > 0 {
		h.flags = flagsOf(b.Func)
		h.alias = aliases(b.Func)
		h.tests = variantTests(b.Func, h.alias)
	}
	return h
}

// maxWorlds bounds the valuations of drop flags kept apart at one block; beyond it flags are forgotten there.
const maxWorlds = 64

func (h *holding) run() {
	first := &world{flags: make([]byte, len(h.flags)), values: make([]value, len(h.parts))}
	for i := range first.values {
		first.values[i].is = absent
		if h.b.isGiven(h.parts[i].local) {
			first.values[i] = value{is: present, from: h.b.Func.Pos}
		}
	}
	h.enter(h.b.start, first)
	for len(h.work) > 0 {
		j := h.work[len(h.work)-1]
		h.work = h.work[:len(h.work)-1]
		h.step(j.block, j.world.clone())
	}
}

func (w *world) clone() *world {
	return &world{flags: slices.Clone(w.flags), values: slices.Clone(w.values)}
}

// enter joins w into what is known at a block and schedules the block when that changed anything.
func (h *holding) enter(block mir.Block, w *world) {
	if block == mir.NoBlock || int(block) >= len(h.b.Func.Blocks) || h.b.Func.Blocks[block].Cleanup {
		return
	}
	worlds := h.seen[block]
	if worlds == nil {
		worlds = map[string]*world{}
		h.seen[block] = worlds
	}
	key := string(w.flags)
	if worlds[key] == nil && len(worlds) >= maxWorlds {
		w.flags = make([]byte, len(h.flags))
		key = string(w.flags)
	}
	known := worlds[key]
	if known == nil {
		known = w.clone()
		worlds[key] = known
		h.work = append(h.work, job{block, known})
		return
	}
	changed := false
	for i := range known.values {
		if j := known.values[i].join(w.values[i]); j != known.values[i] {
			known.values[i], changed = j, true
		}
	}
	if changed {
		h.work = append(h.work, job{block, known})
	}
}

// step runs one block on w, which it may change, and enters the successors.
func (h *holding) step(at mir.Block, w *world) {
	block := &h.b.Func.Blocks[at]
	for i := range block.Stmts {
		h.statement(&block.Stmts[i], w)
	}
	t := &block.Term
	h.watch(at, t, w)
	switch t.Kind {
	case mir.Return:
		h.suspend(at, w)
	case mir.Switch:
		h.branch(block, w)
	case mir.Drop:
		h.clear(t.Place, w)
		h.enter(t.Return, w)
	case mir.Call:
		h.call(t, w)
		h.enter(t.Return, w)
	default:
		h.enter(t.Return, w)
	}
}

// suspend records what is alive at a suspension and goes on where the coroutine is resumed.
func (h *holding) suspend(at mir.Block, w *world) {
	for i := range h.b.Awaits {
		if h.b.Awaits[i].Block != at {
			continue
		}
		known := h.at[i]
		if known == nil {
			known = make([]value, len(w.values))
			h.at[i] = known
		}
		for p := range known {
			if h.b.IsSaved(h.parts[p].local) {
				known[p] = known[p].join(w.values[p])
			} else {
				w.values[p] = value{is: absent}
			}
		}
		if resume, ok := h.b.entry[h.b.Awaits[i].State]; ok {
			h.enter(resume, w)
		}
	}
}

func (h *holding) statement(s *mir.Stmt, w *world) {
	switch s.Kind {
	case mir.StorageDead:
		h.clear(s.Place, w)
	case mir.Assign:
		if n, ok := h.flags[s.Place.Local]; ok && s.Place.IsLocal() {
			if !copiesFlag(s.Value, h.flags, n) {
				w.flags[n] = constFlag(s.Value)
			}
			return
		}
		h.assign(s, w)
	}
}

func (h *holding) assign(s *mir.Stmt, w *world) {
	// What moves away is computed before anything is overwritten: `x = move x.0` reads before it writes.
	var set []value
	targets := h.byLocal[s.Place.Local]
	for _, i := range targets {
		v := w.values[i]
		if rel, ok := relative(s.Place.Proj, h.parts[i].leaf.Path); ok {
			v = h.source(&s.Value, rel, w, s.Pos)
		}
		set = append(set, v)
	}
	for _, o := range s.Value.Operands {
		h.take(o, w)
	}
	for n, i := range targets {
		w.values[i] = set[n]
	}
}

// clear marks everything in a place, and everything that contains it, as gone.
func (h *holding) clear(p mir.Place, w *world) {
	for _, i := range h.byLocal[p.Local] {
		if _, inside := relative(p.Proj, h.parts[i].leaf.Path); inside || startsWith(p.Proj, h.parts[i].leaf.Path) {
			w.values[i] = value{is: absent}
		}
	}
}

// source is the state of the part rel of the value that an rvalue makes.
func (h *holding) source(v *mir.Rvalue, rel []mir.Elem, w *world, pos mir.Pos) value {
	switch v.Kind {
	case mir.Use:
		if o := v.Operands[0]; o.IsPlace() {
			return h.read(o.Place, rel, w, pos)
		}
	case mir.Adt, mir.Tuple, mir.Closure, mir.Coroutine:
		if len(rel) > 0 && rel[0].Kind == mir.Downcast {
			if mir.LastSegment(mir.WithoutGenerics(v.Type)) != rel[0].Text {
				return value{is: absent}
			}
			rel = rel[1:]
		}
		if len(rel) > 0 && rel[0].Kind == mir.Field && int(rel[0].Index) < len(v.Operands) {
			if o := v.Operands[rel[0].Index]; o.IsPlace() {
				return h.read(o.Place, rel[1:], w, pos)
			}
		}
	}
	return value{is: present, from: pos}
}

// read is the state of the part rel of a place. A part that is not tracked is taken to be there: its type says so.
func (h *holding) read(p mir.Place, rel []mir.Elem, w *world, pos mir.Pos) value {
	for _, i := range h.byLocal[p.Local] {
		if rest, ok := relative(p.Proj, h.parts[i].leaf.Path); ok && slices.EqualFunc(rest, rel, mir.Elem.Same) {
			return w.values[i]
		}
	}
	return value{is: present, from: pos}
}

// call moves the arguments into the callee and takes its result for a fresh value.
func (h *holding) call(t *mir.Term, w *world) {
	given := map[string]mir.Pos{} // types of the parts that go in, and where they came from
	feeds := false                // something goes in that can make parts: a closure, or an iterator with one
	for _, a := range t.Args {
		if a.IsPlace() {
			feeds = feeds || strings.Contains(h.b.Func.Type(a.Place), "{closure")
			h.give(a, w, given)
		}
	}
	for _, a := range t.Args {
		if a.IsPlace() {
			h.fill(a.Place, given, w)
		}
	}
	if n, ok := h.flags[t.Place.Local]; ok && t.Place.IsLocal() {
		w.flags[n] = 0
	}
	for _, i := range h.byLocal[t.Place.Local] {
		leaf := h.parts[i].leaf
		if _, ok := relative(t.Place.Proj, leaf.Path); !ok {
			continue
		}
		pos, through := given[leaf.Type] // the guard went in and came out, as through `unwrap`
		switch {
		case through:
			w.values[i] = value{is: present, from: pos}
		case leaf.Collection && !feeds:
			w.values[i] = value{is: absent}
		default:
			w.values[i] = value{is: present, from: t.Pos}
		}
	}
}

// give notes what an argument carries into the callee and takes it from the caller when it moves.
func (h *holding) give(a mir.Operand, w *world, given map[string]mir.Pos) {
	h.lend(a.Place, w)
	for _, i := range h.byLocal[a.Place.Local] {
		if v := w.values[i]; v.is&present != 0 && v.from != 0 {
			given[h.parts[i].leaf.Type] = v.from
		}
	}
	h.take(a, w)
}

// take marks what an operand moves as gone. At the last use of a local rustc may print `copy`: what has a destructor moves all the same.
func (h *holding) take(o mir.Operand, w *world) {
	switch {
	case o.Kind == mir.Move:
		h.clear(o.Place, w)
	case o.IsPlace():
		for _, i := range h.byLocal[o.Place.Local] {
			if _, inside := relative(o.Place.Proj, h.parts[i].leaf.Path); inside {
				w.values[i] = value{is: absent}
			}
		}
	}
}

// fill puts a part that moved into the callee into the collection that the callee got a mutable reference to.
func (h *holding) fill(ref mir.Place, given map[string]mir.Pos, w *world) {
	p, ok := h.alias[ref.Local]
	if !ok || !ref.IsLocal() {
		return
	}
	for _, i := range h.byLocal[p.Local] {
		leaf := h.parts[i].leaf
		pos, gave := given[leaf.Type]
		if _, inside := relative(p.Proj, leaf.Path); inside && leaf.Collection && gave {
			w.values[i] = value{is: present, from: pos}
		}
	}
}

// lend notes that a callee got a mutable reference: what lies in an enum may be taken out of it.
func (h *holding) lend(ref mir.Place, w *world) {
	p, ok := h.alias[ref.Local]
	if !ok || !ref.IsLocal() {
		return
	}
	for _, i := range h.byLocal[p.Local] {
		if _, inside := relative(p.Proj, h.parts[i].leaf.Path); inside && h.parts[i].leaf.Optional && w.values[i].is&present != 0 {
			w.values[i].is |= undecided
		}
	}
}

// relative is what is left of path behind prefix.
func relative(prefix, path []mir.Elem) ([]mir.Elem, bool) {
	if !startsWith(path, prefix) {
		return nil, false
	}
	return path[len(prefix):], true
}

func startsWith(path, prefix []mir.Elem) bool {
	return len(path) >= len(prefix) && slices.EqualFunc(path[:len(prefix)], prefix, mir.Elem.Same)
}
