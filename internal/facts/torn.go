package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Torn is memory that outlives a future and that a cancel leaves half changed: what is done to it before a suspension is undone or
// completed only behind it, and by no destructor that a cancel runs.
type Torn struct {
	Place  string        // as the source would write it: "self.state"
	Kind   knowledge.Way // of the first write: up and down are counted, set is a flag or a state, put and take are things put in and taken out
	Value  string        // of set: what it is set to before the suspension
	Free   bool          // it lies behind a shared pointer or in a static: it outlives everything that borrows it
	Root   int           // number of the capture (or argument) of the coroutine that leads to it; -1 for a static
	Awaits []*coro.Await // the suspensions where a cancel tears it, in the order of the states
	Guard  string        // name of the type whose destructor would undo the write: it is made only behind the suspension
	Orphan bool          // what is put in is one end of a channel whose other end goes with the future
	Timed  bool          // of an orphan: the await itself gives the other end up when time is up
	Before mir.Pos       // where the first write stands
	Later  mir.Pos       // where it is undone or completed; zero when what was taken is dropped instead of handed on

	block mir.Block // of the first write
}

// Block is the block of the first write.
func (t *Torn) Block() mir.Block { return t.block }

// Torn finds what a cancel of a coroutine leaves half changed.
//
// Two writes belong together when they are on the same memory and go opposite ways - up and down, put and take, one constant and another
// - and every way that leads from the suspension to the end of the function, but for errors that are passed on, comes by the second one.
// A thing that is taken out and is still held at the suspension is torn as well when it is dropped there.
//
// May miss changes made through functions of other crates, and memory that cannot be named. May report a state that is meant to be left
// as it is by a cancel.
func (c *Crate) Torn(fn *Fn) []Torn {
	if fn.body == nil || len(fn.body.Awaits) == 0 {
		return nil
	}
	t := &tearing{c: c, fn: fn, p: c.placesOf(fn), x: c.explorerOf(fn)}
	t.findWrites(maxWriteDepth)
	out := t.byAwaited()
	for i := range t.writes {
		if w := &t.writes[i]; t.outlives(w.at) {
			if torn, ok := t.judge(i); ok {
				out = append(out, torn)
			}
		}
	}
	return t.firstOfEach(out)
}

// explorerOf answers questions about the memory of one function without walking it.
func (c *Crate) explorerOf(fn *Fn) *explorer {
	return &explorer{c: c, fn: fn, f: fn.mir, p: c.placesOf(fn), pollable: fn.body != nil || c.isPoll(fn), out: &effects{}}
}

// write is one change of memory.
type write struct {
	at    memory
	way   knowledge.Way
	value string // of set: the constant or variant; empty when it is neither
	block mir.Block
	stmt  int // index of the statement; that of the terminator is the number of statements
	pos   mir.Pos
	fresh bool // of set: the value is new, not one that the memory had before

	done   string    // what the call gives when it has done so, as a trail knows it; empty when it does so always
	undone []string  // what it can give when it has not
	maybe  bool      // a function of the crate does so on some of its ways only
	poll   mir.Block // of what an awaited future has written: the block that polls it; otherwise zero
}

// source is the block whose call gave what a write took out.
func (w *write) source() mir.Block {
	if w.poll != 0 {
		return w.poll
	}
	return w.block
}

type tearing struct {
	c      *Crate
	fn     *Fn
	p      *places
	x      *explorer
	writes []write
	there  map[string][]coro.Held // answers of isThere, by type
	ways   *paths                 // see pathsOf
	marks  map[string]*arrivals   // answers of march
}

// maxWriteDepth bounds how many calls are looked into for writes on what they are given.
const maxWriteDepth = 3

func (t *tearing) outlives(m memory) bool { return t.x.outlives(m) }

// findWrites lists the writes of the function's own code, and those of the functions that it calls.
func (t *tearing) findWrites(depth int) {
	f := t.fn.mir
	for b := range f.Blocks {
		block := &f.Blocks[b]
		if block.Cleanup {
			continue
		}
		for i := range block.Stmts {
			if s := &block.Stmts[i]; s.Kind == mir.Assign {
				t.assigned(s, mir.Block(b), i)
			}
		}
		if block.Term.Kind == mir.Call && !block.Term.Func.IsPlace() {
			t.called(&block.Term, mir.Block(b), len(block.Stmts), depth)
		}
	}
	if t.fn.body != nil && depth > 0 {
		t.awaited(depth)
	}
}

func (t *tearing) add(w write) {
	if w.at.base != own || w.at.path != "" {
		t.writes = append(t.writes, w)
	}
}

// assigned notes what a statement writes behind a reference, or into a capture.
func (t *tearing) assigned(s *mir.Stmt, block mir.Block, i int) {
	if s.Place.IsLocal() || !isBehind(s.Place) && t.c.destructor(mir.Head(t.fn.mir.Locals[s.Place.Local].Type)) == nil {
		return
	}
	w := write{at: t.p.storage(s.Place), way: knowledge.Set, block: block, stmt: i, pos: s.Pos, fresh: true}
	switch v := &s.Value; v.Kind {
	case mir.Adt:
		w.value, w.way = t.variant(v.Type)
	case mir.Use:
		w.value, w.way = t.valueOf(v.Operands[0])
	case mir.Op:
		w.way = arithmetic(v)
	}
	if w.way != "" {
		t.add(w)
	}
}

// variant is what a write of a variant means: Some fills an Option, None empties it, other variants are states.
func (t *tearing) variant(path string) (string, knowledge.Way) {
	head := mir.WithoutGenerics(path)
	switch {
	case strings.HasPrefix(head, "std::option::Option::"):
		if strings.HasSuffix(head, "::Some") {
			return "", knowledge.Put
		}
		return "", knowledge.Take
	case strings.Contains(head, "::"):
		return head, knowledge.Set
	}
	return "", knowledge.Set
}

// valueOf is the constant that an operand is, and what a write of it means.
func (t *tearing) valueOf(o mir.Operand) (string, knowledge.Way) {
	if !o.IsPlace() {
		switch text := strings.TrimSpace(o.Text); {
		case text == "true" || text == "false":
			return text, knowledge.Set
		case strings.HasPrefix(text, "std::option::Option::"):
			return t.variant(text)
		default:
			return text, knowledge.Set
		}
	}
	if !o.Place.IsLocal() {
		if len(o.Place.Proj) == 1 && o.Place.Proj[0].Kind == mir.Field { // the sum of a checked addition
			if d := t.p.defs[o.Place.Local]; d.n == 1 && d.stmt != nil && d.stmt.Value.Kind == mir.Op {
				return "", arithmetic(&d.stmt.Value)
			}
		}
		return "", knowledge.Set
	}
	d := t.p.defs[o.Place.Local]
	if d.n != 1 || d.stmt == nil {
		return "", knowledge.Set
	}
	switch v := &d.stmt.Value; v.Kind {
	case mir.Adt:
		return t.variant(v.Type)
	case mir.Use, mir.Cast:
		return t.valueOf(v.Operands[0])
	case mir.Op:
		return "", arithmetic(v)
	}
	return "", knowledge.Set
}

// arithmetic is the way of an addition or subtraction; nothing for other operators, whose results say nothing of a direction.
func arithmetic(v *mir.Rvalue) knowledge.Way {
	switch {
	case strings.HasPrefix(v.Op, "Add"):
		return knowledge.Up
	case strings.HasPrefix(v.Op, "Sub"):
		return knowledge.Down
	}
	return ""
}

// called notes what a call writes: by the tables, or by the callee's own code.
func (t *tearing) called(term *mir.Term, block mir.Block, i, depth int) {
	to := t.c.resolve(term.Func.Text)
	if row, ok := t.c.tables.Write(to.call.name); ok {
		if row.To >= len(term.Args) || !term.Args[row.To].IsPlace() {
			return
		}
		w := write{at: t.objectOf(term.Args[row.To]), way: row.Way, block: block, stmt: i, pos: term.Pos}
		if row.Value != knowledge.NoArgument && row.Value < len(term.Args) {
			w.value, w.way = t.placed(row, term)
		}
		t.setDone(&w, row, term)
		t.add(w)
		return
	}
	if to.kind != resolvedFn || len(to.more) > 0 || to.fn.mir == nil || to.fn.body != nil || depth == 0 || to.fn == t.fn {
		return
	}
	for _, w := range t.c.writesOf(to.fn, depth-1) {
		if w.at.base == param && strings.HasPrefix(w.at.path, "*") {
			w.at, w.block, w.stmt, w.pos, w.poll, w.fresh = t.p.from(w.at, t.p.argumentsOf(term, to)), block, i, term.Pos, 0, false
			t.add(w)
		}
	}
}

// objectOf is the memory that an argument leads to. What an await gave, such as a permit, leads to what it was asked of.
func (t *tearing) objectOf(o mir.Operand) memory {
	m := t.p.handleOf(o)
	if m.base != own || t.fn.body == nil {
		return m
	}
	poll := t.fn.body.ReceivedFrom(o)
	for i := range t.fn.body.Awaits {
		if a := &t.fn.body.Awaits[i]; poll != mir.NoBlock && a.Poll == poll && a.Awaitee != 0 {
			made := t.fn.body.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
			if len(made.Args) > 0 && made.Args[0].IsPlace() {
				return t.p.handleOf(made.Args[0])
			}
		}
	}
	return m
}

// writesIn are the writes of a plain function, whether it comes by them or not.
func (c *Crate) writesIn(fn *Fn) []write {
	t := &tearing{c: c, fn: fn, p: c.placesOf(fn)}
	t.findWrites(maxWriteDepth)
	return t.writes
}

// judge tells whether a write is torn by a cancel at some suspension.
func (t *tearing) judge(n int) (Torn, bool) {
	w := &t.writes[n]
	undo := t.undoing(n)
	torn := Torn{Kind: w.way, Value: w.value, Before: w.pos, block: w.block}
	torn.Root, torn.Free = t.root(w.at)
	if len(undo) > 0 {
		torn.Later = undo[0].pos
		for i := range t.fn.body.Awaits {
			a := &t.fn.body.Awaits[i]
			if t.reaches(w, a, undo) && t.mustMeet(a, undo, t.march(w, undo).trails[a]) {
				torn.Awaits = append(torn.Awaits, a)
			}
		}
	}
	switch {
	case len(torn.Awaits) == 0 && w.way == knowledge.Take:
		torn.Awaits, torn.Later = t.dropped(w), 0
	case len(torn.Awaits) == 0 && w.way == knowledge.Put && len(undo) == 0:
		torn.Awaits, torn.Orphan = t.orphaned(w), true
		if len(torn.Awaits) == 0 {
			torn.Awaits = t.limited(w)
			torn.Timed = len(torn.Awaits) > 0
		}
	}
	if len(torn.Awaits) == 0 {
		if torn.Awaits, torn.Guard, torn.Later = t.undoneLater(w); len(torn.Awaits) > 0 {
			torn.Orphan, torn.Timed = false, false
		}
	}
	torn.Awaits = slices.DeleteFunc(torn.Awaits, func(a *coro.Await) bool { return t.repaired(w.at, a) })
	if len(torn.Awaits) == 0 {
		return Torn{}, false
	}
	torn.Place = t.described(w.at)
	return torn, true
}

// described is memory as the source would write it.
func (t *tearing) described(m memory) string {
	if i, rest, ok := firstField(strings.TrimPrefix(m.path, "*")); ok && m.base == param && t.fn.body != nil {
		_, typ := t.fn.body.CaptureName(i)
		t.c.learnNamesAlong(typ, rest)
	}
	text := t.p.described(m)
	if rest, unnamed := strings.CutPrefix(text, "it"); unnamed && (rest == "" || rest[0] == '.') {
		return t.byVariable(m, text)
	}
	return text
}

// byVariable names memory by a variable that leads to it, as for a parameter that is a pattern.
func (t *tearing) byVariable(m memory, otherwise string) string {
	best := memory{}
	for _, v := range t.fn.mir.Debug {
		if !t.isVariable(&v) {
			continue
		}
		typ := stripRefs(t.fn.mir.Locals[v.Place.Local].Type)
		at := t.p.follow(t.p.storage(v.Place))
		if !leads(t.fn.mir.Locals[v.Place.Local].Type) || !m.within(at) || len(at.path) <= len(best.path) {
			continue
		}
		path := m.path[len(at.path):]
		if args := mir.Args(typ); len(args) > 0 && (strings.HasPrefix(typ, "std::sync::Arc<") || strings.HasPrefix(typ, "std::rc::Rc<")) {
			typ = args[0]
		}
		t.c.learnNamesAlong(typ, path)
		best, otherwise = at, v.Name+t.c.fieldsAlong(typ, path)
	}
	return otherwise
}

// isLibraryHandle reports whether the tables know a type as a guard or as a future.
func (c *Crate) isLibraryHandle(typ string) bool {
	head := c.Global(mir.Head(typ))
	if head == "" {
		return false
	}
	if _, ok := c.tables.Guard(head, nil); ok {
		return true
	}
	_, ok := c.tables.Cancel(head, nil)
	return ok
}

// opposite reports whether a write undoes or completes another.
func opposite(w, o *write) bool {
	switch w.way {
	case knowledge.Up:
		return o.way == knowledge.Down
	case knowledge.Down:
		return o.way == knowledge.Up
	case knowledge.Put:
		return o.way == knowledge.Take
	case knowledge.Take:
		return o.way == knowledge.Put || o.way == knowledge.Set
	}
	return o.way == knowledge.Set && w.value != "" && o.value != "" && o.value != w.value
}

// ready is the first block behind an await.
func (t *tearing) ready(a *coro.Await) mir.Block {
	if a.Poll == mir.NoBlock || t.fn.mir.Blocks[a.Poll].Term.Return == mir.NoBlock {
		return mir.NoBlock
	}
	for _, to := range t.fn.mir.Blocks[t.fn.mir.Blocks[a.Poll].Term.Return].Term.Targets {
		if to.Value == "0" {
			return to.Block
		}
	}
	return mir.NoBlock
}

func (t *tearing) suspends(b mir.Block) bool {
	_, ok := t.fn.body.Resumes(b)
	return ok
}

// passesError recognises `?` on its way out.
func passesError(term *mir.Term) bool {
	return strings.HasSuffix(mir.WithoutGenerics(term.Func.Text), "from_residual") || strings.Contains(term.Func.Text, ">::from_residual")
}

// dropped are the suspensions at which what was taken out is dropped with the future although it is still needed: by the awaited future,
// or behind the await.
func (t *tearing) dropped(w *write) []*coro.Await {
	var out []*coro.Await
	for _, v := range t.fn.mir.Debug {
		if !t.isVariable(&v) && !t.isNumber(&v) || t.fn.body.CameFrom(mir.Operand{Kind: mir.Copy, Place: v.Place}) != w.source() {
			continue
		}
		for i := range t.fn.body.Awaits {
			if a := &t.fn.body.Awaits[i]; !slices.Contains(out, a) && t.reaches(w, a, nil) && t.needed(v.Name, a) && !t.copes(w, a) {
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, func(a, b *coro.Await) int { return a.State - b.State })
	return out
}

// copes reports whether the function comes to a suspension when there was nothing to take out as well: it makes another value then, so
// memory without one is as good as it was, such as the place of a connection that is kept.
func (t *tearing) copes(w *write, a *coro.Await) bool {
	f := t.fn.mir
	taken := &f.Blocks[w.source()].Term
	if taken.Kind != mir.Call || taken.Return == mir.NoBlock || !taken.Place.IsLocal() {
		return false
	}
	test := &f.Blocks[taken.Return].Term
	if test.Kind != mir.Switch || !strings.HasPrefix(f.Type(taken.Place), "std::option::Option<") {
		return false
	}
	for _, to := range test.Targets {
		if to.Value == "0" { // None
			return t.walk(to.Block, 0, []write{*w}, func(b mir.Block) bool { return b == a.Poll })
		}
	}
	return false
}

// isVariable reports whether a name is that of a variable of the source with a value of its own.
func (t *tearing) isVariable(v *mir.DebugVar) bool {
	return v.Place.IsLocal() && v.Place.Local > 0 && !strings.HasPrefix(v.Name, "__") && !isScalar(t.fn.mir.Locals[v.Place.Local].Type)
}

// isNumber reports whether a name is that of a variable with a number: an id that was popped from a list, say.
func (t *tearing) isNumber(v *mir.DebugVar) bool {
	typ := ""
	if v.Place.IsLocal() && v.Place.Local > 0 {
		typ = t.fn.mir.Locals[v.Place.Local].Type
	}
	return isScalar(typ) && typ != "()" && typ != "bool" && !strings.HasPrefix(v.Name, "__")
}

// needed reports whether a variable is used by an awaited future or behind it, other than by its end.
func (t *tearing) needed(name string, a *coro.Await) bool {
	ready := t.ready(a)
	if name == "" || ready == mir.NoBlock {
		return false
	}
	is := func(p mir.Place) bool { return t.fn.body.Name(p.Local) == name }
	f := t.fn.mir
	uses := func(b mir.Block) bool {
		block := &f.Blocks[b]
		inOperands := func(list []mir.Operand) bool {
			return slices.ContainsFunc(list, func(o mir.Operand) bool { return o.IsPlace() && is(o.Place) })
		}
		return inOperands(block.Term.Args) || slices.ContainsFunc(block.Stmts, func(s mir.Stmt) bool {
			return s.Kind == mir.Assign && (inOperands(s.Value.Operands) || s.Value.Kind == mir.Ref && is(s.Value.Place))
		})
	}
	return t.walk(ready, 0, t.assignments(is), uses) || t.lent(a, is)
}

// assignments are the places where a variable gets another value.
func (t *tearing) assignments(is func(mir.Place) bool) []write {
	var out []write
	for b := range t.fn.mir.Blocks {
		block := &t.fn.mir.Blocks[b]
		for i := range block.Stmts {
			if s := &block.Stmts[i]; s.Kind == mir.Assign && s.Place.IsLocal() && is(s.Place) {
				out = append(out, write{block: mir.Block(b), stmt: i})
			}
		}
		if c := &block.Term; c.Kind == mir.Call && c.Place.IsLocal() && is(c.Place) {
			out = append(out, write{block: mir.Block(b), stmt: len(block.Stmts)})
		}
	}
	return out
}

// lent reports whether the awaited future was made of a reference to a variable.
func (t *tearing) lent(a *coro.Await, is func(mir.Place) bool) bool {
	made := t.fn.body.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: a.Awaitee}})
	return slices.ContainsFunc(made.Args, func(o mir.Operand) bool {
		object, ok := t.fn.body.Whole(o)
		return ok && is(object)
	})
}

// root is the capture that memory is reached from, and whether the way goes through a shared pointer.
func (t *tearing) root(m memory) (capture int, free bool) {
	i, rest, ok := firstField(strings.TrimPrefix(m.path, "*"))
	if m.base != param || !ok {
		return -1, m.base == global
	}
	_, typ := t.fn.body.CaptureName(i)
	return i, t.c.isShared(typ, rest)
}

// isShared reports whether the way along a path from a value of a type goes through a shared pointer.
func (c *Crate) isShared(typ, path string) bool {
	for path != "" {
		for mir.Pointee(typ) != "" {
			typ = mir.Pointee(typ)
		}
		if strings.HasPrefix(typ, "std::sync::Arc<") || strings.HasPrefix(typ, "std::rc::Rc<") {
			return strings.Contains(path, "*")
		}
		if path[0] == '*' {
			path = path[1:]
			continue
		}
		i, rest, ok := firstField(path)
		if !ok {
			return false
		}
		inner := c.Shapes.typeOf(typ, i)
		for _, a := range mir.Args(typ) { // a struct of another crate, such as axum's State
			if inner == "" && (strings.HasPrefix(a, "std::sync::Arc<") || strings.HasPrefix(a, "std::rc::Rc<")) {
				inner = a
			}
		}
		typ, path = inner, rest
	}
	return false
}

// firstOfEach keeps one finding for each piece of memory: the one whose suspension comes first, with the suspensions of all.
func (t *tearing) firstOfEach(found []Torn) []Torn {
	var out []Torn
	for _, torn := range found {
		i := slices.IndexFunc(out, func(o Torn) bool { return o.Place == torn.Place })
		if i < 0 {
			out = append(out, torn)
			continue
		}
		for _, a := range torn.Awaits {
			if !slices.Contains(out[i].Awaits, a) {
				out[i].Awaits = append(out[i].Awaits, a)
			}
		}
	}
	return out
}

// Received is a value that a coroutine has got from an object of its caller by an await, and that a cancel at a later suspension drops
// although it is still needed.
type Received struct {
	Value string      // the variable's name
	From  *coro.Await // that gave it
	Await *coro.Await // where a cancel drops it
}

// Received finds what a coroutine has received and still needs at its later suspensions.
func (c *Crate) Received(fn *Fn) []Received {
	if fn.body == nil || len(fn.body.Awaits) < 2 {
		return nil
	}
	t := &tearing{c: c, fn: fn, p: c.placesOf(fn), x: c.explorerOf(fn)}
	var out []Received
	for _, v := range fn.mir.Debug {
		if !t.isVariable(&v) && !t.isNumber(&v) {
			continue
		}
		poll := fn.body.ReceivedFrom(mir.Operand{Kind: mir.Copy, Place: v.Place})
		from := slices.IndexFunc(fn.body.Awaits, func(a coro.Await) bool { return a.Poll != mir.NoBlock && a.Poll == poll })
		if from < 0 {
			continue
		}
		for i := range fn.body.Awaits {
			a := &fn.body.Awaits[i]
			if i != from && t.follows(&fn.body.Awaits[from], a) && t.needed(v.Name, a) {
				out = append(out, Received{Value: v.Name, From: &fn.body.Awaits[from], Await: a})
				break
			}
		}
	}
	return out
}

// follows reports whether the code comes from behind one await to another without the first one again.
func (t *tearing) follows(first, second *coro.Await) bool {
	ready := t.ready(first)
	again := []write{{block: first.Poll, stmt: len(t.fn.mir.Blocks[first.Poll].Stmts)}}
	return ready != mir.NoBlock && t.walk(ready, 0, again, func(b mir.Block) bool { return b == second.Block })
}

// CaptureBehind is the number of the capture through which a coroutine reaches what an operand leads to, also behind a guard, when that
// outlives the coroutine.
func (c *Crate) CaptureBehind(fn *Fn, o mir.Operand) (int, bool) {
	if fn.body == nil || !o.IsPlace() {
		return 0, false
	}
	m := c.placesOf(fn).lying(o)
	i, _, ok := firstField(strings.TrimPrefix(m.path, "*"))
	return i, ok && m.base == param && c.explorerOf(fn).outlives(m)
}
