package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// pending judges what a cancel at a suspension does: the future and everything that it owns is dropped there.
func (x *explorer) pending(t *trace, a *coro.Await) {
	x.noteAsked(t, a)
	before := len(x.out.losses)
	defer func() { x.inside = "" }()
	defer func() { x.explain(t, a, len(x.out.losses) > before) }()
	for i := range t.facts {
		f := &t.facts[i]
		d := &x.deeds[f.deed]
		if f.passing && x.outlives(d.via) {
			continue // that future is not dropped with this one
		}
		x.inside = ""
		if f.passing && a != nil && !strings.Contains(d.what, insideWord) {
			x.inside = futureName(a.Type)
		}
		switch d.kind {
		case holds, sets:
			if a != nil && f.crossed == 0 && (d.kind == sets || len(f.carried) > 0) {
				f.crossed = x.number(a) + 1
			}
		case takes, publishes:
			x.judgeValue(f, d, a)
		case awaits:
			if d.value < 0 {
				x.lose(Loss{Verdict: knowledge.CancelInherits, What: "the future `" + d.what + "` that it runs is dropped", Effect: d.pos, Await: a})
			} else if len(f.carried) > 0 || f.lost || f.isKept && !x.outlives(f.kept) {
				x.lose(Loss{Verdict: knowledge.CancelLossy, What: "what the future `" + d.what + "` gave is dropped", Effect: d.pos, Await: a})
			}
		case starts:
			if len(f.carried) > 0 || f.lost || f.isKept && !x.outlives(f.kept) {
				x.lose(Loss{Verdict: knowledge.CancelDetached, What: "what " + d.what + " started goes on by itself, and its result is lost", Effect: d.pos, Await: a})
			}
		case changes:
			if x.countsTaken(t, d.at) {
				continue
			}
			place := x.placeOf(d)
			if x.compensated(d.at) {
				x.lose(Loss{Verdict: knowledge.CancelFairness, What: "its claim on `" + place + "` is given up by a destructor", Place: place, Shared: true, Effect: d.pos, Await: a})
			} else {
				x.lose(Loss{Verdict: knowledge.CancelState, What: "`" + place + "` stays changed", Place: place, Shared: true, Effect: d.pos, Await: a})
			}
		case puts:
			if x.compensated(d.at) {
				place := x.placeOf(d)
				x.lose(Loss{Verdict: knowledge.CancelFairness, What: "its place in `" + place + "` is given up by a destructor", Place: place, Shared: true, Effect: d.pos, Await: a})
			}
		case loses:
			x.lose(Loss{Verdict: d.verdict, What: d.what, Effect: d.pos, Await: a})
		case undecided:
			x.lose(Loss{Verdict: knowledge.CancelUnknown, What: "what " + d.what + " does is not known", Effect: d.pos, Await: a})
		}
	}
}

// placeOf is what a deed changed as this function would write it.
func (x *explorer) placeOf(d *deed) string {
	if d.at.base == param || d.at.base == own {
		return x.p.described(d.at)
	}
	return d.what
}

// explain adds to the derivation why a suspension loses nothing, or what there is besides a loss.
func (x *explorer) explain(t *trace, a *coro.Await, lost bool) {
	pos, what := x.f.Pos, ""
	if a != nil {
		pos = a.Pos
		if a.Type != "" {
			what = "awaits `" + short(a.Type) + "`: "
		}
	}
	said := false
	for i := range t.facts {
		if why := x.harmless(&t.facts[i]); why != "" {
			x.ground(pos, what+why)
			said = true
		}
	}
	if !said && !lost {
		x.ground(pos, what+"on a path to this suspension nothing was taken, changed or handed over")
	}
}

// harmless says why a fact is no loss; empty when it is one, or not worth a word.
func (x *explorer) harmless(f *fact) string {
	d := &x.deeds[f.deed]
	switch {
	case f.passing && x.outlives(d.via):
		return "the future in `" + x.p.described(d.via) + "` outlives this one, so its progress stays"
	case d.kind == takes && f.isKept && x.outlives(f.kept) && x.root(f.kept) == x.root(d.at):
		return "what " + d.what + " took is kept in `" + x.p.described(f.kept) + "`, where it came from"
	case d.kind == takes && !f.isKept && !f.lost && len(f.carried) == 0:
		return "what " + d.what + " took has been used up"
	case d.kind == puts && !x.compensated(d.at) && d.value < 0 && !f.passing:
		return "it has stored something in `" + x.placeOf(d) + "`"
	}
	return ""
}

func (x *explorer) ground(pos mir.Pos, what string) {
	if g := (Ground{Pos: pos, What: what}); len(x.out.grounds) < maxGrounds && !slices.Contains(x.out.grounds, g) {
		x.out.grounds = append(x.out.grounds, g)
	}
}

// maxGrounds bounds the derivation of one function.
const maxGrounds = 40

// judgeValue tells what becomes of a value that was taken, or of the progress that was made.
func (x *explorer) judgeValue(f *fact, d *deed, a *coro.Await) {
	loss := Loss{Effect: d.pos, Await: a}
	switch {
	case f.isKept && x.outlives(f.kept):
		if x.root(f.kept) == x.root(d.at) && d.kind == takes {
			return // it is back where it came from
		}
		loss.Verdict, loss.Place, loss.Shared = knowledge.CancelCaller, x.p.described(f.kept), true
		loss.What = "what " + d.what + " gave so far is in `" + loss.Place + "`, how much it was is not told"
	case len(f.carried) > 0 || f.lost || f.isKept || d.kind == publishes:
		loss.Verdict, loss.Value = knowledge.CancelLossy, x.nameOf(f)
		loss.What = "what " + d.what + " gave" + x.outOf(d) + " is dropped"
		if d.kind == publishes {
			loss.What = "how much " + d.what + " has sent is forgotten"
		}
	default:
		return
	}
	x.lose(loss)
}

// outOf names the place that something was taken out of, when the source has a name for it.
func (x *explorer) outOf(d *deed) string {
	if d.at.base != param || d.kind != takes {
		return ""
	}
	place := x.p.described(d.at)
	if place == "it" || strings.HasPrefix(place, "it.") {
		return ""
	}
	return " out of `" + place + "`"
}

// countsTaken reports whether a change belongs to something that was taken from the same object: an index that moved on with an item.
func (x *explorer) countsTaken(t *trace, at memory) bool {
	return slices.ContainsFunc(t.facts, func(f fact) bool {
		d := &x.deeds[f.deed]
		return (d.kind == takes || d.kind == publishes) && x.root(d.at) == x.root(at)
	})
}

// nameOf is the source's name of a local that holds a value, or empty.
func (x *explorer) nameOf(f *fact) string {
	for _, l := range f.carried {
		if name := coro.NameOf(x.f, l); name != "" && !strings.HasPrefix(name, "__") {
			return name
		}
	}
	return ""
}

// root is the parameter that memory belongs to; of what a future owns, its field.
func (x *explorer) root(m memory) memory {
	if m.base != param {
		m.path = ""
		return m
	}
	if !x.pollable || m.local != 0 {
		m.path = ""
		return m
	}
	if i := strings.IndexByte(strings.TrimPrefix(m.path, "*"), '*'); i >= 0 && strings.HasPrefix(m.path, "*") {
		m.path = m.path[:i+1]
	}
	if i := strings.IndexByte(strings.TrimPrefix(m.path, "*."), '.'); i >= 0 && strings.HasPrefix(m.path, "*.") {
		m.path = m.path[:i+2]
	}
	return m
}

func (x *explorer) number(a *coro.Await) int {
	for i := range x.fn.body.Awaits {
		if &x.fn.body.Awaits[i] == a {
			return i
		}
	}
	return 0
}

// confirm notes that a value which the function was given is handed on only behind a suspension.
func (x *explorer) confirm(param, await int, at memory, pos mir.Pos) {
	name, _ := x.fn.body.CaptureName(param)
	what := "the value that it was given"
	if name != "" {
		what += " as `" + name + "`"
	}
	x.lose(Loss{Verdict: knowledge.CancelLossy, What: what + " is dropped without being handed on", Value: name, Place: x.p.described(at), Effect: x.f.Pos,
		Await: &x.fn.body.Awaits[await], Later: pos})
}

// confirmed adds to what is known of the pending future the losses that only what comes later shows: who awaits it has them too.
func (x *explorer) confirmed() {
	for _, l := range x.out.losses {
		if l.Later != 0 {
			x.out.end(outcome{variants: "Pending", deeds: []deed{{kind: loses, verdict: l.Verdict, what: l.What, value: -1, param: -1, pos: l.Effect}}})
		}
	}
}

// insideWord stands before the name of the awaited future that a loss happens in.
const insideWord = ", in the awaited `"

// futureName is what a reader would call an awaited future: the function that makes it, or its type; empty when it has no name.
func futureName(typ string) string {
	if path, ok := asyncPath(stripRefs(typ)); ok {
		if parent := mir.LastSegment(parentOf(path)); parent != "" && !strings.Contains(parent, "<") {
			return parent + "::" + mir.LastSegment(path)
		}
		return mir.LastSegment(path)
	}
	if name := mir.LastSegment(mir.Head(stripRefs(typ))); name != "PollFn" {
		return name
	}
	return ""
}

func (x *explorer) lose(l Loss) {
	if x.inside != "" {
		l.What += insideWord + x.inside + "`"
	}
	same := func(o Loss) bool {
		return o.Verdict == l.Verdict && o.What == l.What && o.Await == l.Await && o.Effect == l.Effect
	}
	if !slices.ContainsFunc(x.out.losses, same) {
		x.out.losses = append(x.out.losses, l)
	}
}

// compensated reports whether a destructor that runs when the future is dropped works on the same memory: it takes a waiter out of
// its queue, or gives back what was taken.
func (x *explorer) compensated(at memory) bool {
	if known, ok := x.undone[at]; ok {
		return known
	}
	found := false
	if x.fn.body == nil {
		found = x.dropReaches(at, memory{base: param, path: "*"}, stripRefs(x.f.Locals[min(1, x.f.Params)].Type), 0)
	} else {
		for l := range x.f.Locals {
			if l := mir.Local(l); x.fn.body.IsSaved(l) && x.dropReaches(at, x.p.begin(l), x.f.Locals[l].Type, 0) {
				found = true
				break
			}
		}
	}
	if x.undone == nil {
		x.undone = map[memory]bool{}
	}
	x.undone[at] = found
	return found
}

// maxGlue bounds how deep the fields of a dropped value are looked into.
const maxGlue = 5

// dropReaches reports whether dropping a value of a type that lies at a piece of memory works on other memory, by its own destructor or
// by those of its fields.
func (x *explorer) dropReaches(at, lies memory, typ string, depth int) bool {
	head := mir.Head(typ)
	if head == "" || depth > maxGlue {
		return false
	}
	if drop := x.c.destructor(head); drop != nil {
		for _, m := range x.c.touches(drop) {
			if there := x.p.walk(lies, strings.TrimPrefix(m.path, "*")); there.outlives() && there.overlaps(at) {
				return true
			}
		}
	}
	for _, f := range x.c.Shapes.parts(typ) {
		there := lies
		if last := f.step[len(f.step)-1]; last.Kind == mir.Field && !isPayloadOf(f.step[0]) {
			there = lies.field(last.Index)
		}
		if owns(f.typ) && x.dropReaches(at, there, f.typ, depth+1) {
			return true
		}
	}
	return false
}

// destructor is the body of a type's Drop, or of the one that pin-project makes of a PinnedDrop.
func (c *Crate) destructor(head string) *Fn {
	if head == "" {
		return nil
	}
	if fn, ok := c.destructors[head]; ok {
		return fn
	}
	fn := c.method(head, "PinnedDrop", "drop")
	if fn == nil {
		fn = c.method(head, "Drop", "drop")
	}
	if fn == nil {
		fn = c.library.method(c.Global(head), "Drop", "drop")
	}
	if c.destructors == nil {
		c.destructors = map[string]*Fn{}
	}
	c.destructors[head] = fn
	return fn
}

// touches is the memory behind references of its self that a destructor writes, or works on through calls.
func (c *Crate) touches(drop *Fn) []memory {
	var out []memory
	note := func(m memory) {
		if m.base == param && m.local == 0 && strings.Contains(strings.TrimPrefix(m.path, "*"), "*") && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	if drop.mir != nil {
		c.written(drop, note)
		for _, w := range c.writesIn(drop) {
			note(w.at)
		}
	}
	for _, o := range c.effectsOf(drop).outcomes {
		for _, d := range o.deeds {
			note(d.at)
		}
	}
	return out
}

// written visits the memory that a function writes itself, or gives to a call first.
func (c *Crate) written(fn *Fn, note func(memory)) {
	p := c.placesOf(fn)
	for b := range fn.mir.Blocks {
		block := &fn.mir.Blocks[b]
		if block.Cleanup {
			continue
		}
		for i := range block.Stmts {
			if s := &block.Stmts[i]; s.Kind == mir.Assign && isBehind(s.Place) {
				note(p.storage(s.Place))
			}
		}
		if t := &block.Term; t.Kind == mir.Call && len(t.Args) > 0 && t.Args[0].IsPlace() {
			note(p.handleOf(t.Args[0]))
		}
	}
}

// worst first.
var severity = []knowledge.CancelVerdict{knowledge.CancelLossy, knowledge.CancelState, knowledge.CancelDetached, knowledge.CancelUnknown,
	knowledge.CancelInherits, knowledge.CancelCaller, knowledge.CancelFairness, knowledge.CancelSafe}

func worse(a, b knowledge.CancelVerdict) int {
	return slices.Index(severity, a) - slices.Index(severity, b)
}
