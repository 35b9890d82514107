package facts

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// explorer walks the paths of one function and keeps, for each, what was done on it that a cancel could lose.
//
// A call forks the path into the ways in which it can end, each with what was done by then, and a switch over the result goes on with
// those that fit: what a call did only when it was ready does not count where it was pending. Unwinding is left out: a panic ends the
// future.
type explorer struct {
	c        *Crate
	fn       *Fn
	f        *mir.Func
	p        *places
	pollable bool // the function polls a state that is dropped with it: a coroutine, a Future's poll, a closure of poll_fn
	out      *effects

	deeds   []deed // numbered: facts name them
	seen    map[mir.Block]map[string]bool
	wide    map[mir.Block]map[string]*trace
	work    []visit
	suspend map[mir.Block]*coro.Await
	live    *liveness
	with    *binding        // the callable that the function is looked at with, if any
	inside  string          // name of the awaited future that the loss being noted happens in
	undone  map[memory]bool // answers of compensated
	steps   int
}

type visit struct {
	block mir.Block
	trace *trace
}

// trace is what is known at one point of one path.
type trace struct {
	variants []variantOf
	consts   []constOf
	facts    []fact
}

type variantOf struct {
	local mir.Local
	text  string // variants, outermost first; `=N` a number
}

type constOf struct {
	local mir.Local
	n     int
}

// fact is a deed that was done on this path, and where its value is now.
type fact struct {
	deed    int
	carried []mir.Local // locals that hold the value, sorted
	kept    memory      // memory that holds it, when isKept
	isKept  bool
	lost    bool // in memory that is dropped with the future
	passing bool // of a pending future: it is forgotten when that is polled again
	crossed int  // holds: number+1 of the first suspension that the value was held at
}

const (
	maxTraces = 8    // traces kept apart at one block; beyond it they are joined
	maxVisits = 4000 // visits of blocks of one function; beyond it the function is undecided
	minVisits = 64   // of each function, however much the crate has taken

	// A visit costs one, and one more for so many facts that it carries along. A crate may take so much for each block of its text:
	// parsers made of parsers would take minutes otherwise, and say nothing about cancels.
	factsAStep      = 4
	allowanceABlock = 24
)

// allowance is what the functions of the crate may take together, apart from minVisits each.
func (c *Crate) allowance() int { return allowanceABlock * c.blocks }

func (x *explorer) run(start mir.Block) {
	x.live = livenessOf(x.f, x.fn.body)
	first := &trace{}
	x.holdParameters(first)
	x.enter(start, first)
	for len(x.work) > 0 {
		v := x.work[len(x.work)-1]
		x.work = x.work[:len(x.work)-1]
		x.steps++
		x.c.spent += 1 + len(v.trace.facts)/factsAStep
		if x.steps > maxVisits || x.steps > minVisits && x.c.spent > x.c.allowance() {
			x.out.partial = true
			x.out.end(outcome{deeds: []deed{{kind: undecided, what: "`" + x.fn.Readable() + "` has too many paths to follow", value: -1, param: -1, pos: x.f.Pos}}})
			return
		}
		x.step(v.block, v.trace)
	}
}

// holdParameters notes the values that the function was given and has not handed on.
func (x *explorer) holdParameters(t *trace) {
	hold := func(l mir.Local, n int) {
		if !isPayload(x.f.Locals[l].Type) && !(l == 1 && x.fn.body == nil && strings.HasPrefix(x.f.Locals[l].Type, "{closure@")) {
			return
		}
		d := x.deed(deed{kind: holds, value: n, param: -1, at: x.p.begin(l), pos: x.f.Pos})
		t.facts = append(t.facts, fact{deed: d, carried: []mir.Local{l}})
	}
	if b := x.fn.body; b != nil {
		for l := range x.f.Locals {
			if b.IsCapture(mir.Local(l)) {
				hold(mir.Local(l), b.CaptureIndex(mir.Local(l)))
			}
		}
		return
	}
	for l := 1; l <= x.f.Params; l++ {
		hold(mir.Local(l), l-1)
	}
}

// isPayload reports whether a value of this type is something of its own: no reference, number, handle or callable.
func isPayload(typ string) bool {
	if refers(typ) || isScalar(typ) || strings.HasPrefix(typ, "{") || strings.HasPrefix(typ, "std::pin::Pin<") || strings.HasPrefix(typ, "fn(") {
		return false
	}
	return !strings.HasPrefix(typ, "std::time::") && !strings.HasPrefix(typ, "std::task::")
}

func (x *explorer) deed(d deed) int {
	for i := range x.deeds {
		if x.deeds[i].same(&d) && x.deeds[i].pos == d.pos {
			return i
		}
	}
	x.deeds = append(x.deeds, d)
	return len(x.deeds) - 1
}

func (t *trace) clone() *trace {
	return &trace{variants: slices.Clone(t.variants), consts: slices.Clone(t.consts), facts: slices.Clone(t.facts)}
}

func (t *trace) key() string {
	b := make([]byte, 0, 64)
	for _, v := range t.variants {
		b = binary.AppendUvarint(b, uint64(v.local))
		b = append(append(b, v.text...), 0)
	}
	b = append(b, 1)
	for _, c := range t.consts {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(c.local)), uint64(c.n))
	}
	return string(t.factKey(append(b, 1)))
}

func (t *trace) factKey(b []byte) []byte {
	for _, f := range t.facts {
		b = binary.AppendUvarint(b, uint64(f.deed))
		for _, l := range f.carried {
			b = binary.AppendUvarint(b, uint64(l)+1)
		}
		b = append(b, 0, flags(f.isKept, f.lost, f.passing), byte(f.crossed))
		if f.isKept {
			b = append(append(b, byte(f.kept.base), byte(f.kept.local)), f.kept.path...)
		}
		b = append(b, 2)
	}
	return b
}

func flags(list ...bool) byte {
	var out byte
	for i, b := range list {
		if b {
			out |= 1 << i
		}
	}
	return out
}

// enter schedules a block for a trace that is new there. Beyond maxTraces what distinguishes the traces is given up: their facts are
// joined.
func (x *explorer) enter(block mir.Block, t *trace) {
	if block == mir.NoBlock || int(block) >= len(x.f.Blocks) || x.f.Blocks[block].Cleanup {
		return
	}
	seen := x.seen[block]
	if seen == nil {
		seen = map[string]bool{}
		x.seen[block] = seen
	}
	x.prune(block, t)
	slices.SortFunc(t.facts, func(a, b fact) int { return a.deed - b.deed })
	key := t.key()
	if seen[key] {
		return
	}
	if len(seen) < maxTraces {
		seen[key] = true
		x.work = append(x.work, visit{block, t})
		return
	}
	x.widen(block, t)
}

// widen joins a trace with others at its block: those that know the same variants first, then all with the same result.
func (x *explorer) widen(block mir.Block, t *trace) {
	wide := x.wide[block]
	if wide == nil {
		wide = map[string]*trace{}
		x.wide[block] = wide
	}
	if len(wide) >= maxTraces {
		result := t.variantsOf(0)
		t.variants, t.consts = nil, nil
		t.setVariants(0, result)
	}
	facts := t.facts
	t.facts = nil
	key := t.key()
	w := wide[key]
	isNew := w == nil
	if isNew {
		w = &trace{variants: t.variants, consts: t.consts}
		wide[key] = w
	}
	if w.join(&trace{facts: facts}) || isNew {
		x.work = append(x.work, visit{block, w.clone()})
	}
}

// prune forgets what a path knows of locals that nothing behind it looks at.
func (x *explorer) prune(block mir.Block, t *trace) {
	live := x.live
	t.variants = slices.DeleteFunc(t.variants, func(v variantOf) bool { return !live.live(block, v.local) && v.text[0] != '*' })
	t.consts = slices.DeleteFunc(t.consts, func(c constOf) bool { return !live.live(block, c.local) })
	for i := range t.facts {
		f := &t.facts[i]
		handedOn := f.isKept && x.outlives(f.kept)
		dead := func(l mir.Local) bool { return handedOn && l != 0 || !handedOn && !live.live(block, l) }
		if slices.ContainsFunc(f.carried, dead) {
			f.carried = slices.DeleteFunc(slices.Clone(f.carried), dead) // other traces have the same slice
		}
	}
	t.facts = slices.DeleteFunc(t.facts, func(f fact) bool {
		return x.deeds[f.deed].kind == holds && len(f.carried) == 0 && !f.isKept
	})
}

// join adds the facts of another trace and reports whether there were new ones.
func (t *trace) join(o *trace) bool {
	changed := false
	for _, f := range o.facts {
		i := slices.IndexFunc(t.facts, func(g fact) bool {
			return g.deed == f.deed && g.isKept == f.isKept && g.kept == f.kept && g.passing == f.passing
		})
		if i < 0 {
			t.facts, changed = append(t.facts, f), true
			continue
		}
		g := &t.facts[i]
		for _, l := range f.carried {
			changed = g.carry(l) || changed
		}
		if f.lost && !g.lost || f.crossed > g.crossed {
			g.lost, g.crossed, changed = g.lost || f.lost, max(f.crossed, g.crossed), true
		}
	}
	return changed
}

// carry notes that a local holds the value, and reports whether that is new.
func (f *fact) carry(l mir.Local) bool {
	i, ok := slices.BinarySearch(f.carried, l)
	if ok {
		return false
	}
	f.carried = slices.Insert(slices.Clone(f.carried), i, l)
	return true
}

func (f *fact) drop(l mir.Local) {
	if i, ok := slices.BinarySearch(f.carried, l); ok {
		f.carried = slices.Delete(slices.Clone(f.carried), i, i+1)
	}
}

func (f *fact) carries(l mir.Local) bool {
	_, ok := slices.BinarySearch(f.carried, l)
	return ok
}

// keep notes memory that holds the value now. Memory that outlives the future is worth more than other.
func (x *explorer) keep(f *fact, at memory) {
	if at.base == own {
		f.carry(at.local)
		return
	}
	if at.base == elsewhere || at.base == thread {
		f.lost = f.lost || !f.isKept
		return
	}
	if !f.isKept || x.outlives(at) || !x.outlives(f.kept) {
		f.kept, f.isKept = at, true
	}
}

// outlives reports whether memory is still there when the future that the function polls is dropped; for a plain function, when it
// returns.
func (x *explorer) outlives(m memory) bool {
	if !x.pollable || m.base != param || m.local != 0 {
		return m.outlives()
	}
	return strings.Contains(strings.TrimPrefix(m.path, "*"), "*")
}

func (x *explorer) step(at mir.Block, t *trace) {
	block := &x.f.Blocks[at]
	for i := range block.Stmts {
		x.statement(&block.Stmts[i], t)
	}
	switch term := &block.Term; term.Kind {
	case mir.Return:
		x.end(at, t)
	case mir.Switch:
		x.branch(block, t)
	case mir.Drop:
		if term.Place.IsLocal() {
			t.gone(term.Place.Local)
		}
		x.enter(term.Return, t)
	case mir.Call:
		x.call(at, term, t)
	case mir.OpaqueTerm:
		x.do(t, deed{kind: undecided, what: "MIR that was not understood", value: -1, param: -1, pos: term.Pos})
		x.enter(term.Return, t)
	default:
		x.enter(term.Return, t)
	}
}

func (t *trace) gone(l mir.Local) {
	for i := range t.facts {
		t.facts[i].drop(l)
	}
	t.forget(l)
}

func (t *trace) forget(l mir.Local) {
	t.variants = slices.DeleteFunc(t.variants, func(v variantOf) bool { return v.local == l })
	t.consts = slices.DeleteFunc(t.consts, func(c constOf) bool { return c.local == l })
}

func (t *trace) setVariants(l mir.Local, text string) {
	t.forget(l)
	if text != "" {
		i, _ := slices.BinarySearchFunc(t.variants, l, func(v variantOf, l mir.Local) int { return int(v.local - l) })
		t.variants = slices.Insert(t.variants, i, variantOf{l, text})
	}
}

func (t *trace) setConst(l mir.Local, n int) {
	t.forget(l)
	i, _ := slices.BinarySearchFunc(t.consts, l, func(c constOf, l mir.Local) int { return int(c.local - l) })
	t.consts = slices.Insert(t.consts, i, constOf{l, n})
}

func (t *trace) constant(l mir.Local) (int, bool) {
	for _, c := range t.consts {
		if c.local == l {
			return c.n, true
		}
	}
	return 0, false
}

func (t *trace) variantsOf(l mir.Local) string {
	for _, v := range t.variants {
		if v.local == l {
			return v.text
		}
	}
	return ""
}

// do adds a deed to a path and gives the fact.
func (x *explorer) do(t *trace, d deed) *fact {
	n := x.deed(d)
	if d.kind == sets && x.fn.body != nil {
		x.tear(t, n, &d)
	}
	for i := range t.facts {
		if t.facts[i].deed == n {
			return &t.facts[i]
		}
	}
	t.facts = append(t.facts, fact{deed: n})
	return &t.facts[len(t.facts)-1]
}

// tear notes that memory which was set before a suspension is set again, elsewhere in the code, behind it: a cancel in between leaves it
// as it was never meant to stay.
func (x *explorer) tear(t *trace, n int, d *deed) {
	for i := range t.facts {
		f := &t.facts[i]
		was := &x.deeds[f.deed]
		if was.kind != sets || f.deed == n || f.crossed == 0 || was.at != d.at || was.pos == d.pos || x.compensated(d.at) {
			continue
		}
		place := x.placeOf(d)
		x.lose(Loss{Verdict: knowledge.CancelState, What: "`" + place + "` is set before the suspension and again only behind it", Place: place, Shared: true,
			Effect: was.pos, Await: &x.fn.body.Awaits[f.crossed-1], Later: d.pos})
	}
}

// end records the outcome of a path, or goes on behind a suspension.
func (x *explorer) end(at mir.Block, t *trace) {
	variants := t.variantsOf(0)
	if a := x.suspend[at]; a != nil {
		x.pending(t, a)
		x.pendingOutcome(t)
		x.resume(a, t)
		return
	}
	if x.pollable && x.fn.body == nil && (variants == "" || strings.HasPrefix(variants, "Pending")) {
		x.pending(t, nil)
		if variants != "" {
			x.pendingOutcome(t)
			return
		}
	}
	o := outcome{variants: variants, writes: t.filled()}
	if strings.HasPrefix(variants, "@") {
		n, _ := strconv.Atoi(variants[1:])
		o.variants = ""
		for i := range t.facts {
			if t.facts[i].deed == n {
				o.deeds, o.forwards = addDeed(o.deeds, x.export(&t.facts[i])), 1
			}
		}
	}
	for i := range t.facts {
		if d := x.export(&t.facts[i]); d.kind != holds && !x.private(&d) && !slices.ContainsFunc(o.deeds, func(e deed) bool { return e.same(&d) }) {
			o.deeds = addDeed(o.deeds, d)
		}
	}
	x.out.end(o)
}

// pendingOutcome adds what has been done when the function gives Pending. What a destructor undoes is told as such: who polls this future
// does not know its destructor.
func (x *explorer) pendingOutcome(t *trace) {
	o := outcome{variants: "Pending", writes: t.filled()}
	for i := range t.facts {
		d := x.export(&t.facts[i])
		d.asked = x.hasAsked(t, &t.facts[i])
		switch d.kind {
		case holds, sets:
			continue
		case changes, puts:
			if x.private(&d) || d.kind == changes && x.countsTaken(t, d.at) {
				continue
			}
			if x.compensated(d.at) {
				d = deed{kind: loses, verdict: knowledge.CancelFairness, what: "its claim on `" + x.placeOf(&d) + "` is given up by a destructor", value: -1, param: -1, pos: d.pos}
			} else if d.kind == puts {
				continue
			}
		}
		o.deeds = addDeed(o.deeds, d)
	}
	x.out.end(o)
}

// private reports whether a deed is nobody's business outside of the function: on memory of its own.
func (x *explorer) private(d *deed) bool {
	switch d.kind {
	case changes, puts:
		return d.at.base == own || d.at.base == thread || d.at.base == elsewhere
	case sets:
		return true
	}
	return false
}

// export is a fact as a deed of the function's outcome.
func (x *explorer) export(f *fact) deed {
	d := x.deeds[f.deed]
	d.passing, d.at, d.via = f.passing, abroad(d.at), abroad(d.via)
	for i, g := range d.given {
		if i == 0 {
			d.given = slices.Clone(d.given)
		}
		d.given[i] = abroad(g)
	}
	switch {
	case d.kind != takes && d.kind != publishes && d.kind != starts && d.kind != awaits && d.kind != shows:
	case f.carries(0):
		d.end = inResult
	case f.isKept && f.kept.base != own:
		d.end, d.kept = kept, f.kept
	case f.lost || x.fn.body != nil && len(f.carried) > 0:
		d.end = inside
	default:
		d.end = nowhere
	}
	return d
}

// filled are the variants that the path has left in what the parameters refer to.
func (t *trace) filled() []written {
	var out []written
	for _, v := range t.variants {
		if v.text[0] == '*' {
			out = append(out, written{int(v.local) - 1, v.text[1:]})
		}
	}
	return out
}

// abroad is memory as other functions see it: a function's own has no name there.
func abroad(m memory) memory {
	if m.base == own {
		m.base, m.local = elsewhere, 0
	}
	return m
}

func (x *explorer) resume(a *coro.Await, t *trace) {
	t.facts = slices.DeleteFunc(t.facts, func(f fact) bool { return f.passing })
	t.variants, t.consts = slices.DeleteFunc(t.variants, func(v variantOf) bool { return !x.fn.body.IsSaved(v.local) }), slices.DeleteFunc(t.consts, func(c constOf) bool { return !x.fn.body.IsSaved(c.local) })
	if next, ok := x.fn.body.Resumes(a.Block); ok {
		x.enter(next, t)
	}
}
