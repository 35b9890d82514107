package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// UnusedValue is a value that a function builds and drops, and that nothing between the two touches.
type UnusedValue struct {
	Type      string // of the part that matters
	Made      string // the function that built it, as a reader would write it; empty for a literal such as an async block
	Block     mir.Block
	From      mir.Pos // where it is built
	DropBlock mir.Block
	Dropped   mir.Pos
}

// IsCoroutineType reports whether a printed type is that of an async block or of the body of an async fn.
func IsCoroutineType(typ string) bool {
	return strings.HasPrefix(typ, "{async block") || strings.HasPrefix(typ, "{async fn body") || strings.HasPrefix(typ, "{async closure body")
}

// Unused finds the values of an interesting type, or those that carry one inside an enum, tuple or box, that fn builds and drops
// untouched. A value that is borrowed, moved on or matched anywhere in fn is in use.
func (c *Crate) Unused(fn *Fn, interesting func(typ string) bool) []UnusedValue {
	var uses []use
	var out []UnusedValue
	for l := fn.mir.Params + 1; l < len(fn.mir.Locals); l++ {
		local := mir.Local(l)
		if fn.body != nil && (fn.body.IsCapture(local) || local == 2) {
			continue
		}
		part := c.Shapes.carried(fn.mir.Locals[l].Type, 0, interesting)
		if part == "" {
			continue
		}
		if uses == nil {
			uses = usesOf(fn.mir)
		}
		if v, ok := c.unused(fn, local, part, uses); ok {
			out = append(out, v)
		}
	}
	return out
}

// carried is the interesting type that a value of typ is or carries; empty when it carries none for certain.
func (s *Shapes) carried(typ string, depth int, interesting func(string) bool) string {
	if typ == "" || depth > maxOwned {
		return ""
	}
	if interesting(typ) {
		return typ
	}
	head := mir.Head(typ)
	switch head {
	case "std::option::Option", "std::boxed::Box", "std::pin::Pin", "std::result::Result":
		for _, a := range mir.Args(typ) {
			if found := s.carried(a, depth+1, interesting); found != "" {
				return found
			}
		}
	}
	return ""
}

// use is what a function does with one local.
type use struct {
	made    []site // assignments of the whole local
	dropped []site
	moved   []site // whole moves into another local or a call
	other   bool   // borrowed, copied, projected, matched
}

type site struct {
	block mir.Block
	pos   mir.Pos
	stmt  *mir.Stmt
	term  *mir.Term
}

// usesOf collects the uses of every local. Cleanup blocks are left out: they drop what a panic leaves behind.
func usesOf(f *mir.Func) []use {
	uses := make([]use, len(f.Locals))
	at := func(l mir.Local) *use {
		if int(l) < len(uses) && l >= 0 {
			return &uses[l]
		}
		return &use{}
	}
	operand := func(o *mir.Operand, where site) {
		switch {
		case !o.IsPlace():
		case o.Kind == mir.Move && o.Place.IsLocal():
			at(o.Place.Local).moved = append(at(o.Place.Local).moved, where)
		default:
			at(o.Place.Local).other = true
		}
	}
	for b := range f.Blocks {
		block := &f.Blocks[b]
		if block.Cleanup {
			continue
		}
		for i := range block.Stmts {
			s := &block.Stmts[i]
			where := site{mir.Block(b), s.Pos, s, nil}
			if s.Kind == mir.Assign {
				statementUse(s, where, at, operand)
			} else if s.Kind == mir.SetDiscr {
				at(s.Place.Local).other = true
			}
		}
		terminatorUse(&block.Term, site{mir.Block(b), block.Term.Pos, nil, &block.Term}, at, operand)
	}
	return uses
}

func statementUse(s *mir.Stmt, where site, at func(mir.Local) *use, operand func(*mir.Operand, site)) {
	switch s.Value.Kind {
	case mir.Ref, mir.RawPtr, mir.Discriminant, mir.Len, mir.CopyForDeref:
		at(s.Value.Place.Local).other = true
	}
	for i := range s.Value.Operands {
		operand(&s.Value.Operands[i], where)
	}
	if s.Place.IsLocal() {
		at(s.Place.Local).made = append(at(s.Place.Local).made, where)
	} else {
		at(s.Place.Local).other = true
	}
}

func terminatorUse(t *mir.Term, where site, at func(mir.Local) *use, operand func(*mir.Operand, site)) {
	operand(&t.Operand, where)
	operand(&t.Func, where)
	for i := range t.Args {
		operand(&t.Args[i], where)
	}
	switch {
	case t.Kind == mir.Drop && t.Place.IsLocal():
		at(t.Place.Local).dropped = append(at(t.Place.Local).dropped, where)
	case t.Kind == mir.Drop:
		at(t.Place.Local).other = true
	case t.Kind == mir.Call && t.Place.IsLocal():
		at(t.Place.Local).made = append(at(t.Place.Local).made, where)
	case t.Kind == mir.Call:
		at(t.Place.Local).other = true
	}
}

// maxMoves bounds the chain of moves that is followed.
const maxMoves = 6

// unused follows one local from where it is built to where it is dropped, through plain moves, boxes, pins and mem::drop.
func (c *Crate) unused(fn *Fn, l mir.Local, part string, uses []use) (UnusedValue, bool) {
	u := &uses[l]
	if u.other || len(u.made) != 1 || !c.builds(fn, u.made[0], part) {
		return UnusedValue{}, false
	}
	v := UnusedValue{Type: part, Block: u.made[0].block, From: u.made[0].pos, Made: c.maker(u.made[0])}
	drop, ok := c.endsIn(fn, l, uses, 0)
	if !ok {
		return UnusedValue{}, false
	}
	v.DropBlock, v.Dropped = drop.block, drop.pos
	return v, true
}

// endsIn reports whether every way out of a local is a drop, and where the first one is: the place where the value is built if
// nothing needs to be done to drop it.
func (c *Crate) endsIn(fn *Fn, l mir.Local, uses []use, depth int) (site, bool) {
	u := &uses[l]
	switch {
	case depth > maxMoves || u.other || len(u.moved) > 1 || l == 0: // 0 is what the function returns
		return site{}, false
	case len(u.moved) == 0 && len(u.dropped) > 0:
		return u.dropped[0], true
	case len(u.moved) == 0: // a type without a destructor, such as one that only borrows: MIR does not drop it
		return u.made[0], len(u.made) == 1 && goesOn(fn, u.made[0].block)
	}
	to := u.moved[0]
	if to.term != nil {
		if to.term.Kind != mir.Call || to.term.Func.IsPlace() {
			return site{}, false
		}
		t := c.resolve(to.term.Func.Text)
		if isDropCall(t.call.path) {
			return to, true
		}
		if _, carries := c.tables.Carries(t.call.name); carries && to.term.Place.IsLocal() {
			return c.endsIn(fn, to.term.Place.Local, uses, depth+1)
		}
		return site{}, false
	}
	if !to.stmt.Place.IsLocal() {
		return site{}, false
	}
	switch v := &to.stmt.Value; v.Kind {
	case mir.Use, mir.Cast:
		return c.endsIn(fn, to.stmt.Place.Local, uses, depth+1)
	case mir.Adt: // put into a struct or variant that has no destructor of its own to use it
		if head := mir.Head(fn.mir.Locals[to.stmt.Place.Local].Type); head != "" && c.method(head, "Drop", "drop") == nil {
			return c.endsIn(fn, to.stmt.Place.Local, uses, depth+1)
		}
	}
	return site{}, false
}

// goesOn reports whether a function can return, or suspend, behind a block: code that ends in `todo!()` is not finished.
func goesOn(fn *Fn, from mir.Block) bool {
	seen := make([]bool, len(fn.mir.Blocks))
	for work := []mir.Block{from}; len(work) > 0; {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if int(at) >= len(seen) || seen[at] {
			continue
		}
		seen[at] = true
		t := &fn.mir.Blocks[at].Term
		if t.Kind == mir.Return {
			return true
		}
		work = append(work, coro.Successors(t)...)
	}
	return false
}

// builds reports whether a site makes the value anew, and does no more than that: the literal of a coroutine, or a call of an async
// fn, or of a function that only puts a future together. A function that does something before it returns its future, such as
// spawning the work, has done it whether the future is polled or not. A move from another local is that other local's matter.
func (c *Crate) builds(fn *Fn, s site, typ string) bool {
	if s.stmt != nil {
		return s.stmt.Value.Kind == mir.Coroutine
	}
	if s.term.Func.IsPlace() {
		return false
	}
	t := c.resolve(s.term.Func.Text)
	if _, carries := c.tables.Carries(t.call.name); carries {
		return false
	}
	switch {
	case isAsyncFnBody(typ, t.call.path): // also of another crate, whose MIR is not at hand
		return true
	case t.kind == resolvedFn:
		return c.onlyBuilds(t.fn, 0)
	case IsCoroutineType(typ):
		return len(t.args) > 0 && c.argumentsOnlyBuild(fn, s.term, t)
	}
	return mir.Head(typ) != "" && !c.handsOut(fn, s.term, typ) // the tables name only futures that are lazy
}

// handsOut reports whether a call can give out a value that existed before: one of its arguments leads to the type, as in
// `mem::replace(&mut self.timer, next)` or `slot.take()`. What happened to that value before is not known.
func (c *Crate) handsOut(fn *Fn, t *mir.Term, typ string) bool {
	return slices.ContainsFunc(t.Args, func(a mir.Operand) bool { return strings.Contains(c.operandType(fn, a), mir.Head(typ)) })
}

// isAsyncFnBody reports whether a type is the future of an async fn that is called by this path. The type can show private modules
// that the path leaves out.
func isAsyncFnBody(typ, path string) bool {
	body, ok := strings.CutPrefix(mir.WithoutGenerics(typ), "{async fn body of ")
	if !ok {
		return false
	}
	body = strings.TrimSuffix(body, "()}")
	return mir.LastSegment(body) == mir.LastSegment(path) && rootOf(body) == rootOf(path)
}

// argumentsOnlyBuild reports whether every callable that a call runs inline only puts a future together: `next.map(|n| send(n))`.
func (c *Crate) argumentsOnlyBuild(fn *Fn, t *mir.Term, to target) bool {
	for n, a := range t.Args {
		if !slices.ContainsFunc(to.args, func(r knowledge.Argument) bool { return r.Covers(n) && r.Runs == knowledge.Inline }) {
			continue
		}
		typ := stripRefs(c.operandType(fn, a))
		body := c.callableIn(fn, typ)
		if path, ok := fnItem(typ); ok {
			body = c.resolve(path).fn
		}
		if body == nil && (strings.HasPrefix(typ, "{") || strings.HasPrefix(typ, "fn(")) || body != nil && !c.onlyBuilds(body, 0) {
			return false
		}
	}
	return true
}

// onlyBuilds reports whether a function puts a value together and has no other effect that is known of.
func (c *Crate) onlyBuilds(fn *Fn, depth int) bool {
	if fn.mir == nil || depth > maxMoves {
		return false
	}
	for b := range fn.mir.Blocks {
		t := &fn.mir.Blocks[b].Term
		if t.Kind != mir.Call || fn.mir.Blocks[b].Cleanup {
			continue
		}
		if t.Func.IsPlace() {
			return false
		}
		to := c.resolve(t.Func.Text)
		_, carries := c.tables.Carries(to.call.name)
		switch {
		case carries, to.call.name.Method == "clone", to.kind == harmless && len(to.args) == 0:
		case to.kind == resolvedFn && c.onlyBuilds(to.fn, depth+1):
		default:
			return false
		}
	}
	return true
}

func (c *Crate) maker(s site) string {
	if s.term == nil {
		return ""
	}
	return readable(c.resolve(s.term.Func.Text).call)
}
