package live

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Turning is a loop of async code that keeps its thread: it waits for others without ever giving the thread to them.
type Turning struct {
	At           // where the loop looks, or where it begins
	Looks string // the call by which it looks at what others change; empty for a loop without an end
	Polls bool   // it polls again what is pending
}

// Turnings are those of the crate's async code, in the order of the text.
func (c *Crate) Turnings(pure func(callee string) bool) iter.Seq[Turning] {
	return func(yield func(Turning) bool) {
		for _, fn := range c.crate.AsyncFns() {
			g := newGraph(c, fn)
			if !g.loops() {
				continue
			}
			if t, ok := g.turning(pure); ok && !yield(t) {
				return
			}
		}
	}
}

// graph is what of a body runs in one poll: an await that can suspend ends it.
type graph struct {
	c  *Crate
	fn *facts.Fn
	f  *mir.Func
	b  *coro.Body // nil for a hand-written poll

	look   mir.Local // what the look gave that a way begins with
	answer bool      // that is an Option or a Result
}

func newGraph(c *Crate, fn *facts.Fn) *graph {
	return &graph{c: c, fn: fn, f: fn.MIR(), b: fn.Coroutine()}
}

// loops reports whether some block can be reached from itself: most bodies have no loop.
func (g *graph) loops() bool {
	for i := range g.f.Blocks {
		if g.f.Blocks[i].Cleanup {
			continue
		}
		for _, to := range coro.Successors(&g.f.Blocks[i].Term) {
			if int(to) <= i {
				return true
			}
		}
	}
	return false
}

// suspends reports whether a block polls a future that can be pending, so that the loop is left there.
func (g *graph) suspends(at mir.Block) bool {
	if g.b == nil {
		return false
	}
	a := awaitOf(g.b, at)
	return a != nil && (a.Type == "" || !g.c.neverSuspends(a.Type))
}

// turning finds a way from a look at what others change back to it, on which nothing else happens; or a loop without an end.
func (g *graph) turning(pure func(string) bool) (Turning, bool) {
	for i := range g.f.Blocks {
		t := &g.f.Blocks[i].Term
		if t.Kind != mir.Call || t.Func.IsPlace() || g.f.Blocks[i].Cleanup {
			continue
		}
		polls := g.b == nil && g.isInnerPoll(t)
		if !polls && !g.looks(t) {
			continue
		}
		if g.comesBack(mir.Block(i), polls, pure) && !(polls && g.escapes(mir.Block(i))) {
			return Turning{At: At{g.fn, mir.Block(i), t.Pos}, Looks: nameOf(t.Func.Text), Polls: polls}, true
		}
	}
	return g.endless()
}

// looks reports whether a call looks at what others change. A compare-and-exchange that writes what was read before is a step of an
// algorithm that makes progress, not a wait.
func (g *graph) looks(t *mir.Term) bool {
	if !g.c.tables.Shared(g.c.crate.Callee(t.Func.Text)) {
		return false
	}
	if strings.HasPrefix(nameOf(t.Func.Text), "compare_exchange") {
		return len(t.Args) > 2 && !t.Args[1].IsPlace() && !t.Args[2].IsPlace()
	}
	return !strings.HasPrefix(nameOf(t.Func.Text), "fetch_")
}

// isInnerPoll reports whether a call of a hand-written poll polls another future with the same context.
func (g *graph) isInnerPoll(t *mir.Term) bool {
	return strings.HasPrefix(g.f.Type(t.Place), "std::task::Poll<") && len(t.Args) > 1
}

// comesBack searches a way around. Calls on it may only look, or read; an inner poll must have been pending. The second time around the
// flags are what the first has left.
func (g *graph) comesBack(start mir.Block, polls bool, pure func(string) bool) bool {
	to := g.f.Blocks[start].Term.Place
	g.look, g.answer = to.Local, to.IsLocal() && !polls && nothing(g.f.Type(to)) != ""
	flags := g.flags()
	for _, set := range g.lap(start, flags, "", pure, nil) {
		var way []mir.Block
		if len(g.lap(start, flags, set, pure, &way)) > 0 && !g.counts(append(g.around(start, way), start)) {
			return true
		}
	}
	return false
}

// escapes reports whether a way leads from a pending inner poll out of the function before it is polled again. Which of two ways is taken
// is not read here, so nothing is said then.
func (g *graph) escapes(start mir.Block) bool {
	seen := map[mir.Block]bool{start: true}
	work := g.leave(start)
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[at] || at < 0 || int(at) >= len(g.f.Blocks) || g.f.Blocks[at].Cleanup {
			continue
		}
		seen[at] = true
		if g.f.Blocks[at].Term.Kind == mir.Return {
			return true
		}
		work = append(work, g.leave(at)...)
	}
	return false
}

// lap are the flags with which a way that begins at start with some flags comes back to it. way collects the blocks that were passed.
func (g *graph) lap(start mir.Block, flags map[mir.Local]bool, with string, pure func(string) bool, way *[]mir.Block) []string {
	type state struct {
		at  mir.Block
		set string
	}
	var work []state
	push := func(at mir.Block, set map[mir.Local]string) {
		for _, to := range g.leave(at) {
			if g.allows(at, to, set) {
				work = append(work, state{to, encode(set)})
			}
		}
	}
	push(start, g.effect(start, flags, with))
	seen := map[state]bool{}
	var back []string
	for len(work) > 0 && len(seen) < maxSteps {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[s] || s.at < 0 || int(s.at) >= len(g.f.Blocks) || g.f.Blocks[s.at].Cleanup {
			continue
		}
		seen[s] = true
		if s.at == start {
			back = append(back, s.set)
			continue
		}
		t := &g.f.Blocks[s.at].Term
		if g.suspends(s.at) || t.Kind == mir.Call && !g.idle(t, pure) || t.Kind == mir.OpaqueTerm || t.Kind == mir.Return {
			continue
		}
		if way != nil {
			*way = append(*way, s.at)
		}
		push(s.at, g.effect(s.at, flags, s.set))
	}
	return back
}

// flags are the bools that are only ever given constants.
func (g *graph) flags() map[mir.Local]bool {
	out, other := map[mir.Local]bool{}, map[mir.Local]bool{}
	for i := range g.f.Blocks {
		for j := range g.f.Blocks[i].Stmts {
			s := &g.f.Blocks[i].Stmts[j]
			if s.Kind != mir.Assign || !s.Place.IsLocal() || g.f.Locals[s.Place.Local].Type != "bool" {
				continue
			}
			if s.Value.Kind == mir.Use && !s.Value.Operands[0].IsPlace() {
				out[s.Place.Local] = true
			} else {
				other[s.Place.Local] = true
			}
		}
	}
	for l := range other {
		delete(out, l)
	}
	return out
}

// effect is what the flags are behind a block's statements: their values by local, as text.
func (g *graph) effect(at mir.Block, flags map[mir.Local]bool, before string) map[mir.Local]string {
	set := decode(before)
	for i := range g.f.Blocks[at].Stmts {
		s := &g.f.Blocks[at].Stmts[i]
		if s.Kind != mir.Assign || !s.Place.IsLocal() {
			continue
		}
		switch {
		case flags[s.Place.Local]:
			set[s.Place.Local] = s.Value.Operands[0].Text
		case s.Value.Kind == mir.Use && s.Value.Operands[0].IsPlace() && s.Value.Operands[0].Place.IsLocal() && set[s.Value.Operands[0].Place.Local] != "":
			set[s.Place.Local] = set[s.Value.Operands[0].Place.Local] // the copy that a switch is about
		default:
			delete(set, s.Place.Local)
		}
	}
	return set
}

// allows reports whether a flag that is known lets a switch go that way.
func (g *graph) allows(at, to mir.Block, set map[mir.Local]string) bool {
	t := &g.f.Blocks[at].Term
	if t.Kind != mir.Switch || !t.Operand.IsPlace() || !t.Operand.Place.IsLocal() {
		return true
	}
	value, ok := map[string]string{"false": "0", "true": "1"}[set[t.Operand.Place.Local]]
	if !ok {
		return true
	}
	for _, target := range t.Targets {
		if target.Value == value {
			return target.Block == to
		}
	}
	return t.Return == to
}

func encode(set map[mir.Local]string) string {
	var b strings.Builder
	for _, l := range slices.Sorted(maps.Keys(set)) {
		b.WriteString(strconv.Itoa(int(l)) + "=" + set[l] + ";")
	}
	return b.String()
}

func decode(text string) map[mir.Local]string {
	out := map[mir.Local]string{}
	for _, part := range strings.Split(text, ";") {
		if l, value, ok := strings.Cut(part, "="); ok {
			n, _ := strconv.Atoi(l)
			out[mir.Local(n)] = value
		}
	}
	return out
}

// around are those blocks of a search from which the start can be reached again.
func (g *graph) around(start mir.Block, way []mir.Block) []mir.Block {
	in := map[mir.Block]bool{}
	for _, b := range way {
		in[b] = true
	}
	back := map[mir.Block]bool{start: true}
	for grown := true; grown; {
		grown = false
		for _, b := range way {
			if back[b] {
				continue
			}
			for _, to := range g.leave(b) {
				if back[to] && (in[to] || to == start) {
					back[b], grown = true, true
					break
				}
			}
		}
	}
	var out []mir.Block
	for _, b := range way {
		if back[b] {
			out = append(out, b)
		}
	}
	return out
}

// leave are the edges of a block on which nothing was given: of an inner poll only the pending one.
func (g *graph) leave(at mir.Block) []mir.Block {
	t := &g.f.Blocks[at].Term
	if t.Kind == mir.Switch {
		if pending, ok := g.pendingEdge(at); ok {
			return []mir.Block{pending}
		}
		if empty, ok := g.emptyEdge(at); ok {
			return []mir.Block{empty}
		}
	}
	return coro.Successors(t)
}

// pendingEdge is where a switch over a Poll goes on when it is pending.
func (g *graph) pendingEdge(at mir.Block) (mir.Block, bool) {
	b := &g.f.Blocks[at]
	if g.b != nil || !b.Term.Operand.IsPlace() {
		return 0, false
	}
	for i := len(b.Stmts) - 1; i >= 0; i-- {
		s := &b.Stmts[i]
		if s.Kind == mir.Assign && s.Place.Equal(b.Term.Operand.Place) && s.Value.Kind == mir.Discriminant && strings.HasPrefix(g.f.Type(s.Value.Place), "std::task::Poll<") {
			for _, t := range b.Term.Targets {
				if t.Value == "1" {
					return t.Block, true
				}
			}
			return b.Term.Return, true
		}
	}
	return 0, false
}

// nothing is the discriminant with which a look says that there was nothing: the Err of try_recv, the None of pop.
func nothing(typ string) string {
	switch mir.LastSegment(mir.Head(typ)) {
	case "Result":
		return "1"
	case "Option":
		return "0"
	}
	return ""
}

// emptyEdge is where a switch goes on when the look that the way began with has given nothing: what was given is progress.
func (g *graph) emptyEdge(at mir.Block) (mir.Block, bool) {
	b := &g.f.Blocks[at]
	if !g.answer || !b.Term.Operand.IsPlace() || !b.Term.Operand.Place.IsLocal() {
		return 0, false
	}
	want := ""
	for i := len(b.Stmts) - 1; i >= 0 && want == ""; i-- {
		s := &b.Stmts[i]
		if s.Kind == mir.Assign && s.Place.Equal(b.Term.Operand.Place) && s.Value.Kind == mir.Discriminant && s.Value.Place.Local == g.look && s.Value.Place.IsLocal() {
			want = nothing(g.f.Type(s.Value.Place))
		}
	}
	if want == "" {
		want = g.asked(b.Term.Operand.Place.Local)
	}
	if want == "" {
		return 0, false
	}
	for _, t := range b.Term.Targets {
		if t.Value == want {
			return t.Block, true
		}
	}
	return b.Term.Return, true
}

// asked is the value of a bool that tells the variant of what the look gave, when that was nothing.
func (g *graph) asked(l mir.Local) string {
	for i := range g.f.Blocks {
		t := &g.f.Blocks[i].Term
		if t.Kind != mir.Call || !t.Place.IsLocal() || t.Place.Local != l || len(t.Args) != 1 || !t.Args[0].IsPlace() || !g.refersToLook(t.Args[0].Place.Local) {
			continue
		}
		switch nameOf(t.Func.Text) {
		case "is_ok", "is_some":
			return "0"
		case "is_err", "is_none":
			return "1"
		}
	}
	return ""
}

func (g *graph) refersToLook(ref mir.Local) bool {
	for i := range g.f.Blocks {
		for j := range g.f.Blocks[i].Stmts {
			s := &g.f.Blocks[i].Stmts[j]
			if s.Kind == mir.Assign && s.Place.IsLocal() && s.Place.Local == ref && s.Value.Kind == mir.Ref && s.Value.Place.IsLocal() && s.Value.Place.Local == g.look {
				return true
			}
		}
	}
	return false
}

// idle reports whether a call leaves everything as it was.
func (g *graph) idle(t *mir.Term, pure func(string) bool) bool {
	if t.Func.IsPlace() {
		return false
	}
	callee := g.c.crate.Callee(t.Func.Text)
	if _, ok := g.c.tables.Part(knowledge.Waits, callee); ok {
		return true
	}
	return g.looks(t) || g.c.tables.Reads(callee) || pure(t.Func.Text) || g.b == nil && g.isInnerPoll(t)
}

// counts reports whether the loop changes anything that it can end by: a number that it computes, a place that outlives the turn.
func (g *graph) counts(blocks []mir.Block) bool {
	for _, at := range blocks {
		b := &g.f.Blocks[at]
		if b.Term.Kind == mir.Drop && !b.Term.Place.IsLocal() {
			return true
		}
		for i := range b.Stmts {
			s := &b.Stmts[i]
			if s.Kind != mir.Assign {
				continue
			}
			if !s.Place.IsLocal() && s.Place.Proj[0].Kind == mir.Deref {
				return true
			}
			if s.Value.Kind == mir.Op && isArithmetic(s.Value.Op) {
				return true
			}
		}
	}
	return false
}

func isArithmetic(op string) bool {
	return strings.HasPrefix(op, "Add") || strings.HasPrefix(op, "Sub") || strings.HasPrefix(op, "Mul") || strings.HasPrefix(op, "Shl") || strings.HasPrefix(op, "Shr")
}

// endless finds a loop that nothing leaves and in which nothing suspends.
func (g *graph) endless() (Turning, bool) {
	if g.b == nil {
		return Turning{}, false
	}
	for i := range g.f.Blocks {
		at := mir.Block(i)
		if g.f.Blocks[i].Cleanup || g.suspends(at) || !g.neverLeaves(at) || !reaches(g.b, g.b.Start(), at) {
			continue
		}
		pos := g.f.Blocks[i].Term.Pos
		for _, s := range g.f.Blocks[i].Stmts {
			if pos == 0 {
				pos = s.Pos
			}
		}
		return Turning{At: At{g.fn, at, pos}}, true
	}
	return Turning{}, false
}

// neverLeaves reports whether everything that can be reached from a block comes back to it, without a suspension or a return. The block
// must do something: rustc turns `loop {}` into one jump.
func (g *graph) neverLeaves(start mir.Block) bool {
	seen := map[mir.Block]bool{}
	cycle := false
	for work := []mir.Block{start}; len(work) > 0; {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[at] {
			cycle = cycle || at == start
			continue
		}
		seen[at] = true
		t := &g.f.Blocks[at].Term
		if g.suspends(at) || t.Kind == mir.Return || t.Kind == mir.OpaqueTerm || t.Kind == mir.Call && t.Return == mir.NoBlock && t.Func.IsPlace() {
			return false
		}
		next := coro.Successors(t)
		if len(next) == 0 {
			return false // it panics, or ends the process
		}
		work = append(work, next...)
	}
	return cycle
}
