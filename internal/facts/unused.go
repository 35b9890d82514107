package facts

import (
	"strings"

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
	return strings.HasPrefix(typ, "{async block") || strings.HasPrefix(typ, "{async fn body")
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
		if v, ok := c.unused(fn, local, uses, 0); ok {
			v.Type = part
			out = append(out, v)
		}
	}
	return out
}

// carried is the interesting type that a value of typ is or carries; empty when it carries none for certain.
func (s *Shapes) carried(typ string, depth int, interesting func(string) bool) string {
	if typ == "" || depth > maxOwned || !owns(typ) {
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
func (c *Crate) unused(fn *Fn, l mir.Local, uses []use, depth int) (UnusedValue, bool) {
	u := &uses[l]
	if depth > maxMoves || u.other || len(u.made) != 1 || !c.builds(fn, u.made[0]) {
		return UnusedValue{}, false
	}
	v := UnusedValue{Block: u.made[0].block, From: u.made[0].pos, Made: c.maker(u.made[0])}
	drop, ok := c.endsIn(fn, l, uses, depth)
	if !ok {
		return UnusedValue{}, false
	}
	v.DropBlock, v.Dropped = drop.block, drop.pos
	return v, true
}

// endsIn reports whether every way out of a local is a drop, and where the first one is.
func (c *Crate) endsIn(fn *Fn, l mir.Local, uses []use, depth int) (site, bool) {
	u := &uses[l]
	if depth > maxMoves || u.other || len(u.moved)+len(u.dropped) == 0 || len(u.moved) > 1 {
		return site{}, false
	}
	if len(u.moved) == 0 {
		return u.dropped[0], true
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
	if to.stmt.Value.Kind == mir.Use && to.stmt.Place.IsLocal() {
		return c.endsIn(fn, to.stmt.Place.Local, uses, depth+1)
	}
	return site{}, false
}

// builds reports whether a site makes the value anew: a call, or the literal of a coroutine. A move from another local is that
// other local's matter, and so is a call that only carries a value through.
func (c *Crate) builds(fn *Fn, s site) bool {
	if s.stmt != nil {
		return s.stmt.Value.Kind == mir.Coroutine
	}
	if s.term.Func.IsPlace() {
		return false
	}
	_, carries := c.tables.Carries(c.resolve(s.term.Func.Text).call.name)
	return !carries
}

func (c *Crate) maker(s site) string {
	if s.term == nil {
		return ""
	}
	return readable(c.resolve(s.term.Func.Text).call)
}
