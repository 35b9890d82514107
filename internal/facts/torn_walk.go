package facts

import (
	"fmt"
	"slices"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// A walk goes along every way through a function, through suspensions too, with what each way has decided: see [paths]. It does not go
// along ways on which an error is passed on.
type walker struct {
	t     *tearing
	ways  *paths
	seen  []map[string]bool // by block
	work  []standing
	fuel  int  // blocks that are gone through with what is known; beyond it nothing is kept
	blind bool // the fuel is used up

	visit func(*standing, mir.Block) bool // at the beginning of a block; false ends the way
	write func(*standing, mir.Block, int) // at a statement, or at the terminator
}

// standing is where a way has come to.
type standing struct {
	block   mir.Block
	stmt    int
	known   trail
	written bool // the write in question was made
	over    bool // the way ends here
	forks   []standing
}

const (
	maxTrailsAtBlock = 48
	fuelForBlock     = 24
)

func (t *tearing) walker() *walker {
	if t.ways == nil {
		t.ways = t.c.pathsOf(t.fn)
	}
	n := len(t.fn.mir.Blocks)
	return &walker{t: t, ways: t.ways, seen: make([]map[string]bool, n), fuel: fuelForBlock*n + 1000}
}

func (w *walker) enter(s standing) {
	if s.block == mir.NoBlock || int(s.block) >= len(w.seen) || w.t.fn.mir.Blocks[s.block].Cleanup {
		return
	}
	if s.stmt == 0 {
		if w.blind || len(w.seen[s.block]) >= maxTrailsAtBlock {
			s.known = nil
		}
		s.known = w.ways.settle(s.block, s.known)
		key := s.known.key()
		if s.written {
			key += "w"
		}
		if w.seen[s.block] == nil {
			w.seen[s.block] = map[string]bool{}
		}
		if w.seen[s.block][key] {
			return
		}
		w.seen[s.block][key] = true
	}
	w.work = append(w.work, s)
}

func (w *walker) run() {
	for len(w.work) > 0 {
		s := w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		w.fuel--
		w.blind = w.blind || w.fuel < 0
		if w.visit == nil || w.visit(&s, s.block) {
			w.step(s)
		}
	}
}

// step goes through a block.
func (w *walker) step(s standing) {
	f := w.t.fn.mir
	at := s.block
	block := &f.Blocks[at]
	for i := s.stmt; i < len(block.Stmts); i++ {
		s.known = w.ways.assign(&block.Stmts[i], s.known)
		if w.write(&s, at, i); s.over {
			return
		}
	}
	term := &block.Term
	if next, ok := w.resumes(at); ok {
		w.enter(standing{block: next, known: s.known, written: s.written})
		return
	}
	if term.Kind == mir.Switch {
		w.ways.branches(block, s.known, func(to mir.Block, known trail) { w.enter(standing{block: to, known: known, written: s.written}) })
		return
	}
	if term.Kind == mir.Call {
		if passesError(term) {
			return
		}
		goesOn := false
		if s.known, goesOn = w.ways.called(term, s.known); !goesOn {
			return
		}
	}
	if w.write(&s, at, len(block.Stmts)); s.over {
		return
	}
	for _, next := range coro.Successors(term) {
		w.enter(standing{block: next, known: s.known, written: s.written})
		for _, fork := range s.forks {
			w.enter(standing{block: next, known: fork.known, written: fork.written})
		}
	}
}

func (w *walker) resumes(at mir.Block) (mir.Block, bool) {
	if w.t.fn.body == nil {
		return mir.NoBlock, false
	}
	return w.t.fn.body.Resumes(at)
}

// walk goes from a statement on and reports whether it comes to a block that is sought. It does not go past one of the writes.
func (t *tearing) walk(from mir.Block, stmt int, past []write, sought func(mir.Block) bool) bool {
	return t.walkFrom([]standing{{block: from, stmt: stmt}}, past, sought)
}

func (t *tearing) walkFrom(starts []standing, past []write, sought func(mir.Block) bool) bool {
	found := false
	w := t.walker()
	w.visit = func(s *standing, b mir.Block) bool {
		if slices.ContainsFunc(past, func(p write) bool { return p.block == b && p.stmt >= s.stmt }) {
			return false
		}
		found = found || sought(b) && (s.stmt == 0 || t.fn.mir.Blocks[b].Term.Kind == mir.Return)
		return !found
	}
	w.write = func(*standing, mir.Block, int) {}
	for _, s := range starts {
		w.enter(s)
	}
	w.run()
	return found
}

// arrivals is what a march through a function has seen.
type arrivals struct {
	with, without map[*coro.Await]bool    // suspensions that some way comes to behind the write, and without it
	trails        map[*coro.Await][]trail // what is known at those behind it
}

// maxStarts bounds the trails that are kept of one suspension.
const maxStarts = 8

// march goes from the beginning to every suspension and tells which come behind a write. A way ends where the write is undone.
func (t *tearing) march(of *write, undo []write) *arrivals {
	key := fmt.Sprint(of.block, of.stmt, len(undo))
	for i := range undo {
		key += fmt.Sprint(" ", undo[i].block, undo[i].stmt)
	}
	if known, ok := t.marks[key]; ok {
		return known
	}
	out := &arrivals{map[*coro.Await]bool{}, map[*coro.Await]bool{}, map[*coro.Await][]trail{}}
	w := t.walker()
	w.write = func(s *standing, b mir.Block, i int) {
		if b == of.block && i == of.stmt {
			t.done(of, s)
		} else if s.written && slices.ContainsFunc(undo, func(u write) bool { return u.block == b && u.stmt == i }) {
			s.over = true
		}
	}
	awaits := map[mir.Block]*coro.Await{}
	for i := range t.fn.body.Awaits {
		awaits[t.fn.body.Awaits[i].Block] = &t.fn.body.Awaits[i]
	}
	w.visit = func(s *standing, b mir.Block) bool {
		if a := awaits[b]; a != nil {
			out.note(a, s)
		}
		return true
	}
	w.enter(standing{block: t.fn.body.Start()})
	w.run()
	if t.marks == nil {
		t.marks = map[string]*arrivals{}
	}
	t.marks[key] = out
	return out
}

func (r *arrivals) note(a *coro.Await, s *standing) {
	if !s.written {
		r.without[a] = true
		return
	}
	r.with[a] = true
	if len(r.trails[a]) < maxStarts {
		r.trails[a] = append(r.trails[a], s.known)
	} else {
		r.trails[a][0] = nil
	}
}

// done notes a write. One that its call may not have made leaves two ways: what the call gives tells them apart.
func (t *tearing) done(w *write, s *standing) {
	block := &t.fn.mir.Blocks[w.block]
	if w.done != "" && w.stmt == len(block.Stmts) && block.Term.Place.IsLocal() && t.ways.keeps[block.Term.Place.Local] {
		l := block.Term.Place.Local
		for _, value := range w.undone {
			s.forks = append(s.forks, standing{known: s.known.with(l, value), written: s.written})
		}
		s.known = s.known.with(l, w.done)
	}
	s.written = true
}

// reaches reports whether a suspension comes always behind a write, and with none of the others between.
func (t *tearing) reaches(w *write, a *coro.Await, undo []write) bool {
	seen := t.march(w, undo)
	return seen.with[a] && !seen.without[a]
}

// mustMeet reports whether every way behind an await comes by one of the writes before the function ends. Ways on which an error is passed on do not count. trails are what is known at the await; none for nothing.
func (t *tearing) mustMeet(a *coro.Await, undo []write, trails []trail) bool {
	ready := t.ready(a)
	if ready == mir.NoBlock {
		return false
	}
	if len(trails) == 0 {
		trails = []trail{nil}
	}
	var starts []standing
	for _, known := range trails {
		starts = append(starts, standing{block: ready, known: known})
	}
	isUndo := func(b mir.Block) bool { return slices.ContainsFunc(undo, func(w write) bool { return w.block == b }) }
	ends := func(b mir.Block) bool { return t.fn.mir.Blocks[b].Term.Kind == mir.Return && !t.suspends(b) }
	return t.walkFrom(starts, nil, isUndo) && !t.walkFrom(starts, undo, ends)
}
