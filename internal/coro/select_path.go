package coro

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/mir"
)

// Again reports whether the code can come back to making the future of a branch after it was cut short, with the same object: a place
// that was neither assigned nor dropped on the way. ended is the variant of the outcome: see [Race.Endings]. A future that the race only
// borrowed has to be left alone on the way.
//
// It walks the paths behind the race, through later suspensions too, and keeps what each path itself decides: which branch won,
// which constants were stored, which variants were made. Where a path depends on something that it decided in a way that cannot be
// read here, such as the variant of a user's enum, it is not followed.
//
// May miss a way back through an undecided path. May take a way that other conditions exclude.
func (b *Body) Again(r *Race, ended, branch int, object mir.Place, replaces func(callee string) bool) bool {
	w := b.newWalk(r, ended, branch, object)
	w.elsewhere = replaces
	return w.run()
}

// Unchanged reports whether the code can come back to making the same future: as [Body.Again], with every argument the value that it
// was, as far as this body tells. Arguments that are computed in each turn are not the same.
func (b *Body) Unchanged(r *Race, ended, branch int) bool {
	w := b.newWalk(r, ended, branch, Nothing)
	for _, o := range r.Branches[branch].Made.Args {
		if o.IsPlace() {
			w.frozen = append(w.frozen, w.defs.value(w.defs.object(w.defs.value(o.Place), maxMoves)))
		}
	}
	return w.run()
}

// Nothing is the object of futures that have none.
var Nothing = mir.Place{Local: -1}

func (b *Body) newWalk(r *Race, ended, branch int, object mir.Place) *walk {
	return &walk{b: b, race: r, cut: &r.Branches[branch], ended: ended, object: object, target: r.Branches[branch].Made.Block, seen: map[mir.Block]map[string]bool{}, defs: b.definitions()}
}

func (w *walk) run() bool {
	if w.target == mir.NoBlock {
		return false
	}
	w.enter(w.race.ready, trail{})
	for len(w.work) > 0 && (!w.found || w.works) && !w.undecided && !w.busy {
		j := w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		w.step(j.block, j.trail)
	}
	return w.found && !w.undecided
}

// walk is the search for a way back.
type walk struct {
	b         *Body
	race      *Race
	cut       *Branch // that was cut short
	ended     int
	object    mir.Place
	elsewhere func(callee string) bool
	frozen    []mir.Place // nor may these be assigned, dropped or lent mutably
	target    mir.Block
	defs      *definitions
	seen      map[mir.Block]map[string]bool
	work      []place
	until     func(*mir.Term) bool // when set, the walk looks for such a call, and does not go beyond a suspension
	works     bool                 // when set, the walk tells ways back that do something from those that do not
	left      bool                 // the walk has come to the end of the function
	busy      bool                 // some way back does something
	found     bool
	undecided bool
}

type place struct {
	block mir.Block
	trail trail
}

// trail is what a path has decided: for some locals, the constant that they hold or the variant that they are.
type trail map[mir.Local]decided

type decided struct {
	n       int  // value or number of the variant; unreadable when it cannot be told
	variant bool // the local is an enum and n its variant; otherwise n is its value
	outcome bool // it is what the race came out with, or was made of it
}

const unreadable = -1

func (t trail) key() string {
	var out strings.Builder
	for _, l := range slices.Sorted(maps.Keys(t)) {
		fmt.Fprintf(&out, "%d:%v ", l, t[l])
	}
	return out.String()
}

// maxTrails bounds the trails kept apart at one block. Beyond it nothing is said.
const maxTrails = 128

func (w *walk) enter(block mir.Block, t trail) {
	if block == mir.NoBlock || int(block) >= len(w.b.Func.Blocks) || w.b.Func.Blocks[block].Cleanup {
		return
	}
	seen := w.seen[block]
	if seen == nil {
		seen = map[string]bool{}
		w.seen[block] = seen
	}
	key := t.key()
	if seen[key] {
		return
	}
	if len(seen) >= maxTrails {
		w.undecided = true
		return
	}
	seen[key] = true
	w.work = append(w.work, place{block, maps.Clone(t)})
}

func (w *walk) step(at mir.Block, t trail) {
	block := &w.b.Func.Blocks[at]
	if w.comesBack(at, t) {
		return
	}
	for i := range block.Stmts {
		if w.works && w.doesSomething(&block.Stmts[i]) {
			t[busyMark] = decided{}
		}
		if s := &block.Stmts[i]; w.replaces(s) || w.keeps(s.Value.Operands, s.Value.Place, t) {
			return
		} else if s.Kind == mir.Assign {
			w.assign(s, t)
		}
	}
	if at == w.target && !w.works {
		w.found = true
		return
	}
	term := &block.Term
	if w.until != nil && term.Kind == mir.Call && w.until(term) {
		w.found = true
		return
	}
	if w.keeps(term.Args, mir.Place{}, t) {
		return
	}
	switch term.Kind {
	case mir.Return:
		_, suspends := w.b.Resumes(at)
		w.left = w.left || !suspends
		w.resume(at, t)
	case mir.Switch:
		w.branch(term, t)
	case mir.Drop:
		if !w.gone(term.Place) {
			w.enter(term.Return, t)
		}
	case mir.Call:
		if w.elsewhere != nil && w.elsewhere(term.Func.Text) {
			return
		}
		if w.works && callDoesSomething(term) {
			t[busyMark] = decided{}
		}
		if w.call(term, t) && !w.gone(term.Place) {
			w.enter(term.Return, t)
		}
	default:
		w.enter(term.Return, t)
	}
}

// keeps reports whether the code uses the future that was cut short: a variable that holds it, or the loser that comes with the outcome.
func (w *walk) keeps(operands []mir.Operand, place mir.Place, t trail) bool {
	uses := func(p mir.Place) bool {
		if slices.Contains(w.cut.holders, p.Local) {
			return true
		}
		d, ok := t[p.Local]
		return ok && d.outcome && len(p.Proj) > 0 && w.isLoser(p)
	}
	return uses(place) || slices.ContainsFunc(operands, func(o mir.Operand) bool { return o.IsPlace() && uses(o.Place) })
}

// isLoser reports whether a part of the outcome is the losing future, or the pair that has it (futures 0.3: Either of (output, other)).
func (w *walk) isLoser(p mir.Place) bool {
	typ := w.b.Func.Type(p)
	if typ == w.cut.given {
		return true
	}
	members, ok := mir.TupleTypes(typ)
	return ok && len(members) == 2 && members[1] == w.cut.given
}

// replaces reports whether a statement puts another object in the place of the one that the race worked on.
func (w *walk) replaces(s *mir.Stmt) bool {
	switch s.Kind {
	case mir.Assign:
		return w.gone(s.Place) || s.Value.Kind == mir.Ref && s.Value.Op == "mut" && w.isFrozen(s.Value.Place)
	case mir.StorageDead:
		return w.gone(s.Place)
	}
	return false
}

// gone reports whether writing or dropping a place does away with the object.
func (w *walk) gone(p mir.Place) bool {
	isIndex := func(e mir.Elem) bool { return e.Kind == mir.Index && mir.Local(e.Index) == p.Local }
	return w.object.HasPrefix(p) || w.isFrozen(p) || slices.ContainsFunc(w.object.Proj, isIndex)
}

func (w *walk) isFrozen(p mir.Place) bool {
	return slices.ContainsFunc(w.frozen, func(f mir.Place) bool { return f.Overlaps(p) })
}

func (w *walk) resume(at mir.Block, t trail) {
	if w.until != nil {
		return
	}
	for i := range w.b.Awaits {
		if w.b.Awaits[i].Block == at {
			if next, ok := w.b.entry[w.b.Awaits[i].State]; ok {
				w.enter(next, t)
			}
		}
	}
}

func (w *walk) branch(term *mir.Term, t trail) {
	known, ok := decided{}, false
	if term.Operand.IsPlace() && term.Operand.Place.IsLocal() {
		known, ok = t[term.Operand.Place.Local]
	}
	switch {
	case !ok:
		for _, next := range Successors(term) {
			w.enter(next, t)
		}
	case known.n != unreadable && !known.variant:
		for _, to := range term.Targets {
			if to.Value == strconv.Itoa(known.n) {
				w.enter(to.Block, t)
				return
			}
		}
		w.enter(term.Return, t)
	}
}

func (w *walk) assign(s *mir.Stmt, t trail) {
	if s.Value.Kind == mir.Ref && s.Value.Op == "mut" {
		delete(t, s.Value.Place.Local)
	}
	if (s.Value.Kind != mir.Use || !s.Place.IsLocal()) && slices.ContainsFunc(s.Value.Operands, func(o mir.Operand) bool { return w.isOutcome(o, t) }) {
		w.undecided = true // packed into something else
	}
	if !s.Place.IsLocal() {
		if d, ok := t[s.Place.Local]; ok && d.n != unreadable {
			delete(t, s.Place.Local)
		}
		return
	}
	if d, ok := w.value(&s.Value, t); ok {
		t[s.Place.Local] = d
	} else {
		delete(t, s.Place.Local)
	}
}

// value is what a path knows of the value of an expression.
func (w *walk) value(v *mir.Rvalue, t trail) (decided, bool) {
	switch v.Kind {
	case mir.Use:
		return w.operand(v.Operands[0], t)
	case mir.Discriminant:
		d, ok := w.read(v.Place, t)
		if !ok || !d.variant {
			return decided{}, false
		}
		return decided{n: d.n}, true
	case mir.Adt:
		return decided{n: variantNumber(v.Type), variant: true}, true
	case mir.Op:
		if d, ok := w.operand(v.Operands[0], t); ok && v.Op == "Not" && (d.n == 0 || d.n == 1) {
			return decided{n: 1 - d.n}, true
		}
	}
	return decided{}, false
}

func (w *walk) operand(o mir.Operand, t trail) (decided, bool) {
	if o.IsPlace() {
		return w.read(o.Place, t)
	}
	switch text := strings.TrimSpace(o.Text); text {
	case "false":
		return decided{n: 0}, true
	case "true":
		return decided{n: 1}, true
	default:
		digits, _, _ := strings.Cut(text, "_")
		n, err := strconv.Atoi(digits)
		return decided{n: n}, err == nil && n >= 0
	}
}

func (w *walk) read(p mir.Place, t trail) (decided, bool) {
	if p.Equal(w.race.outcome) {
		return decided{n: w.ended, variant: true, outcome: true}, true
	}
	if !p.IsLocal() {
		return decided{}, false
	}
	d, ok := t[p.Local]
	return d, ok
}

// variantNumber is the discriminant of a variant of core's own enums, by the path that its constructor prints.
func variantNumber(path string) int {
	name := mir.LastSegment(mir.WithoutGenerics(path))
	head := strings.TrimSuffix(mir.WithoutGenerics(path), "::"+name)
	return slices.Index(variantsOf(head), name)
}

// call follows what a call makes of a decided value; it reports whether the path goes on.
func (w *walk) call(term *mir.Term, t trail) bool {
	var of, made decided
	ok := false
	if len(term.Args) > 0 && term.Args[0].IsPlace() {
		if of, ok = w.argument(term.Args[0].Place, t); ok {
			made, ok = through(term.Func.Text, of)
		}
	}
	if !ok && slices.ContainsFunc(term.Args, func(o mir.Operand) bool { return w.isOutcome(o, t) }) {
		w.undecided = true
	}
	delete(t, term.Place.Local)
	switch {
	case ok && made.n == unreadable && !made.variant:
		return false // it panics
	case ok:
		made.outcome = of.outcome
		t[term.Place.Local] = made
	}
	return true
}

// isOutcome reports whether an operand hands on an outcome that says that a future was cut short: what becomes of it is then not seen
// any more. The enum of a macro cannot be named outside of it.
func (w *walk) isOutcome(o mir.Operand, t trail) bool {
	if w.race.Poll != "" && w.race.Kind == First || !o.IsPlace() {
		return false
	}
	d, ok := w.read(o.Place, t)
	return ok && d.variant && d.outcome
}

// argument reads a place, or what a reference to it leads to.
func (w *walk) argument(p mir.Place, t trail) (decided, bool) {
	if d, ok := w.read(p, t); ok || !p.IsLocal() {
		return d, ok
	}
	if def, ok := w.defs.of(p.Local); ok && def.stmt != nil && def.stmt.Value.Kind == mir.Ref {
		return w.read(def.stmt.Value.Place, t)
	}
	return decided{}, false
}

// through is what a function of core makes of a variant: `?` of an Err is a Break. It is unreadable when the function panics.
func through(callee string, of decided) (decided, bool) {
	isResult := strings.HasPrefix(callee, "std::result::Result::<") || strings.HasPrefix(callee, "<std::result::Result<")
	isOption := strings.HasPrefix(callee, "std::option::Option::<") || strings.HasPrefix(callee, "<std::option::Option<")
	if !isResult && !isOption || !of.variant || of.n == unreadable {
		return decided{}, false
	}
	good := of.n == 0 == isResult
	switch mir.LastSegment(mir.WithoutGenerics(callee)) {
	case "branch":
		return decided{n: number(!good), variant: true}, true
	case "map_err", "map", "inspect", "inspect_err":
		return decided{n: of.n, variant: true}, true
	case "is_ok", "is_some":
		return decided{n: number(good)}, true
	case "is_err", "is_none":
		return decided{n: number(!good)}, true
	case "ok":
		return decided{n: number(good), variant: true}, isResult
	case "unwrap", "expect":
		return decided{n: unreadable}, !good
	}
	return decided{}, false
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
