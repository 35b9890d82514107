package coro

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/mir"
)

// Left is a future, or a set of futures, that an await leaves as it is: borrowed and not complete, or given back.
type Left struct {
	After  *Await
	Holder mir.Local // the variable that owns it, or what the await came out with when that has it
	Loser  int       // of a race that gives the others back: which of them; AnyLoser when the outcome does not tell
	At     map[mir.Block]bool
}

// AnyLoser is the loser of a race of many.
const AnyLoser = -1

// LeftBorrowed follows a future that a race only borrowed behind an ending in which it is not complete. At are the blocks whose calls
// and awaits run while it is neither polled, moved, nor dropped.
//
// May miss a future behind a field or a parameter. Takes a way that other conditions exclude.
func (b *Body) LeftBorrowed(r *Race, branch int, end Ending) (Left, bool) {
	br := &r.Branches[branch]
	if br.Owned || len(br.holders) == 0 {
		return Left{}, false
	}
	owner := br.holders[len(br.holders)-1]
	l := b.newLeaving(br.holders)
	l.race, l.ended = r, end.Variant
	l.enter(r.ready, owned{owner: branch}, trail{})
	l.run()
	return Left{After: b.awaitAt(r.Block), Holder: owner, Loser: branch, At: l.at}, true
}

// LeftSet follows a set of futures that an await has taken one result out of.
func (b *Body) LeftSet(a *Await, set mir.Place) (Left, bool) {
	ready, ok := b.readyBlock(a)
	if !ok || !set.IsLocal() {
		return Left{}, false
	}
	l := b.newLeaving([]mir.Local{set.Local})
	l.enter(ready, owned{set.Local: AnyLoser}, trail{})
	l.run()
	return Left{After: a, Holder: set.Local, Loser: AnyLoser, At: l.at}, true
}

// LeftOver follows what a race of two or more gives back with its outcome: the futures that are not complete, for each loser apart.
func (b *Body) LeftOver(a *Await, isFuture func(typ string) bool) []Left {
	ready, ok := b.readyBlock(a)
	if !ok {
		return nil
	}
	outcome := b.Func.Blocks[a.Poll].Term.Place.Local
	l := b.newLeaving(nil)
	l.isFuture = isFuture
	l.enter(ready, owned{outcome: AnyLoser}, trail{})
	l.run()
	var out []Left
	for _, loser := range slices.Sorted(maps.Keys(l.by)) {
		out = append(out, Left{After: a, Holder: outcome, Loser: loser, At: l.by[loser]})
	}
	return out
}

func (b *Body) awaitAt(block mir.Block) *Await {
	for i := range b.Awaits {
		if b.Awaits[i].Block == block {
			return &b.Awaits[i]
		}
	}
	return nil
}

// readyBlock is the first block behind an await.
func (b *Body) readyBlock(a *Await) (mir.Block, bool) {
	r := Race{}
	if a.Poll == mir.NoBlock || !r.findOutcome(b, a) {
		return mir.NoBlock, false
	}
	return r.ready, true
}

// owned are the locals that hold what is left, with the number of the loser in each.
type owned map[mir.Local]int

// leaving is the walk behind an await.
type leaving struct {
	b        *Body
	uses     []mir.Local // locals whose use is a use of the future
	isFuture func(string) bool
	race     *Race
	ended    int
	known    *walk
	seen     map[mir.Block]map[string]bool
	work     []leavingAt
	at       map[mir.Block]bool
	by       map[int]map[mir.Block]bool
}

type leavingAt struct {
	block mir.Block
	has   owned
	trail trail
}

func (b *Body) newLeaving(uses []mir.Local) *leaving {
	return &leaving{b: b, uses: uses, seen: map[mir.Block]map[string]bool{}, at: map[mir.Block]bool{}, by: map[int]map[mir.Block]bool{}}
}

func (h owned) key() string {
	var out strings.Builder
	for _, l := range slices.Sorted(maps.Keys(h)) {
		fmt.Fprintf(&out, "%d=%d ", l, h[l])
	}
	return out.String()
}

func (l *leaving) enter(block mir.Block, has owned, t trail) {
	if block == mir.NoBlock || int(block) >= len(l.b.Func.Blocks) || l.b.Func.Blocks[block].Cleanup || len(has) == 0 {
		return
	}
	if l.seen[block] == nil {
		l.seen[block] = map[string]bool{}
	}
	key := has.key() + t.key()
	if l.seen[block][key] || len(l.seen[block]) >= maxTrails {
		return
	}
	l.seen[block][key] = true
	l.work = append(l.work, leavingAt{block, maps.Clone(has), maps.Clone(t)})
}

func (l *leaving) run() {
	if l.race != nil {
		l.known = &walk{b: l.b, race: l.race, cut: &Branch{}, ended: l.ended, target: mir.NoBlock, defs: l.b.definitions()}
	}
	for len(l.work) > 0 {
		j := l.work[len(l.work)-1]
		l.work = l.work[:len(l.work)-1]
		l.step(j.block, j.has, j.trail)
	}
}

// step goes through a block.
func (l *leaving) step(at mir.Block, has owned, t trail) {
	block := &l.b.Func.Blocks[at]
	for i := range block.Stmts {
		s := &block.Stmts[i]
		if s.Kind == mir.StorageDead {
			delete(has, s.Place.Local)
		}
		if s.Kind != mir.Assign {
			continue
		}
		if !l.assign(s, has) {
			return
		}
		if l.known != nil {
			l.known.assign(s, t)
		}
	}
	if len(has) == 0 {
		return
	}
	term := &block.Term
	for _, a := range term.Args {
		if a.IsPlace() && l.isUse(a.Place, has) {
			return // polled, moved away, or lent to code that may do so
		}
	}
	switch term.Kind {
	case mir.Call:
		l.note(at, has)
		if l.known != nil && !l.known.call(term, t) {
			return
		}
		l.enter(term.Return, has, t)
	case mir.Drop:
		if term.Place.IsLocal() {
			delete(has, term.Place.Local)
		}
		l.enter(term.Return, has, t)
	case mir.Return:
		if resume, ok := l.b.Resumes(at); ok {
			l.enter(resume, has, t)
		}
	case mir.Switch:
		l.branch(block, has, t)
	default:
		l.enter(term.Return, has, t)
	}
}

func (l *leaving) note(at mir.Block, has owned) {
	l.at[at] = true
	for _, loser := range has {
		if l.by[loser] == nil {
			l.by[loser] = map[mir.Block]bool{}
		}
		l.by[loser][at] = true
	}
}

func (l *leaving) isUse(p mir.Place, has owned) bool {
	if slices.Contains(l.uses, p.Local) {
		return true
	}
	_, ok := has[p.Local]
	return ok && (l.isFuture == nil || p.IsLocal() || l.isFuture(l.b.Func.Type(p)))
}

// assign follows moves of what is left; it reports whether it is still left alone.
func (l *leaving) assign(s *mir.Stmt, has owned) bool {
	if s.Value.Kind == mir.Discriminant {
		return true
	}
	if l.isFuture == nil {
		if slices.ContainsFunc(s.Value.Operands, func(o mir.Operand) bool { return o.IsPlace() && l.isUse(o.Place, has) }) {
			return false
		}
		return s.Value.Kind != mir.Ref && s.Value.Kind != mir.RawPtr || !l.isUse(s.Value.Place, has)
	}
	if s.Value.Kind == mir.Ref {
		_, lent := has[s.Value.Place.Local]
		return !lent || !l.isFuture(l.b.Func.Type(s.Value.Place)) && !s.Value.Place.IsLocal()
	}
	if s.Value.Kind != mir.Use || !s.Value.Operands[0].IsPlace() {
		return true
	}
	from := s.Value.Operands[0].Place
	loser, ok := has[from.Local]
	if !ok || !s.Place.IsLocal() {
		return true
	}
	typ := l.b.Func.Type(s.Place)
	switch {
	case from.IsLocal(), strings.HasPrefix(typ, mir.WithoutGenerics(l.b.Func.Type(mir.Place{Local: from.Local}))), isPollPayload(from):
		delete(has, from.Local)
		has[s.Place.Local] = loser
	case l.isFuture(typ):
		delete(has, from.Local)
		has[s.Place.Local] = loser
	}
	return true
}

func isPollPayload(p mir.Place) bool {
	return len(p.Proj) == 2 && p.Proj[0].Kind == mir.Downcast && p.Proj[0].Text == "Ready"
}

// branch follows the switch over what the race came out with: of two futures the other one is left.
func (l *leaving) branch(block *mir.BasicBlock, has owned, t trail) {
	term := &block.Term
	if l.known != nil {
		l.known.work, l.known.seen = nil, map[mir.Block]map[string]bool{}
		l.known.branch(term, t)
		for _, to := range l.known.work {
			l.enter(to.block, has, t)
		}
		return
	}
	of := l.switched(block)
	loser, ok := has[of]
	if !ok || loser != AnyLoser || mir.LastSegment(mir.WithoutGenerics(l.b.Func.Locals[of].Type)) != "Either" {
		for _, to := range Successors(term) {
			l.enter(to, has, t)
		}
		return
	}
	for _, to := range term.Targets {
		if n, err := strconv.Atoi(to.Value); err == nil {
			next := maps.Clone(has)
			next[of] = 1 - n
			l.enter(to.Block, next, t)
		}
	}
}

// switched is the local whose variant a block switches on, or -1.
func (l *leaving) switched(block *mir.BasicBlock) mir.Local {
	for i := range block.Stmts {
		s := &block.Stmts[i]
		if s.Kind == mir.Assign && s.Value.Kind == mir.Discriminant && block.Term.Operand.IsPlace() && s.Place.Local == block.Term.Operand.Place.Local && s.Value.Place.IsLocal() {
			return s.Value.Place.Local
		}
	}
	return -1
}
