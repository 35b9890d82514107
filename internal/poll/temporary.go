package poll

import (
	"strings"

	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Temporary is a future that a poll makes, polls with its own context, and drops when it returns, so that what would wake the task is gone.
type Temporary struct {
	Registration *knowledge.Registration
	Made         Inner // the call that makes the future
	Polled       Inner
}

// Temporaries finds such futures of fn. A future that is kept, given away or returned is none.
func (fs *Functions) Temporaries(fn *facts.Fn) []Temporary {
	f := fn.MIR()
	var context map[mir.Local]bool
	var out []Temporary
	for i := range f.Blocks {
		t := &f.Blocks[i].Term
		if t.Kind != mir.Call || f.Blocks[i].Cleanup || !t.Place.IsLocal() {
			continue
		}
		row, ok := fs.tables.Registration(fs.crate.Callee(t.Func.Text))
		if !ok {
			continue
		}
		if context == nil {
			context = derived(f, contextOf(f))
		}
		if polled, ok := (&lifetime{f: f, context: context}).of(t.Place.Local); ok {
			at := func(b mir.Block) Inner {
				t := &f.Blocks[b].Term
				return Inner{Block: b, Pos: t.Pos, Callee: t.Func.Text, Type: f.Type(t.Place)}
			}
			out = append(out, Temporary{row, at(mir.Block(i)), at(polled)})
		}
	}
	return out
}

// lifetime follows one value through a function, in any order.
type lifetime struct {
	f       *mir.Func
	context map[mir.Local]bool
	owners  map[mir.Local]bool // locals that hold the value, or a box of it
	lent    map[mir.Local]bool // locals that borrow it
	kept    bool               // it goes where it can outlive the call
	polled  mir.Block
}

// of gives the block that polls the value of a local with the context, if it never leaves the function.
func (l *lifetime) of(value mir.Local) (mir.Block, bool) {
	l.owners, l.lent, l.polled = map[mir.Local]bool{value: true}, map[mir.Local]bool{}, mir.NoBlock
	for size := -1; size != len(l.owners)+len(l.lent) && !l.kept; {
		size = len(l.owners) + len(l.lent)
		for i := range l.f.Blocks {
			if !l.f.Blocks[i].Cleanup {
				l.block(mir.Block(i))
			}
		}
	}
	return l.polled, !l.kept && l.polled != mir.NoBlock && !l.owners[0]
}

func (l *lifetime) block(at mir.Block) {
	b := &l.f.Blocks[at]
	for j := range b.Stmts {
		if s := &b.Stmts[j]; s.Kind == mir.Assign {
			l.assign(s)
		}
	}
	if b.Term.Kind == mir.Call {
		l.call(at, &b.Term)
	}
}

func (l *lifetime) assign(s *mir.Stmt) {
	owned, lent := l.sees(s)
	switch {
	case owned && outlives(s.Place), lent && outlives(s.Place):
		l.kept = true
	case owned:
		l.owners[s.Place.Local] = true
	case lent:
		l.lent[s.Place.Local] = true
	}
}

// sees tells whether a value is made of the future, or of a reference to it.
func (l *lifetime) sees(s *mir.Stmt) (owned, lent bool) {
	v := &s.Value
	if v.Kind == mir.Ref || v.Kind == mir.RawPtr || v.Kind == mir.CopyForDeref {
		return false, l.owners[v.Place.Local] || l.lent[v.Place.Local]
	}
	return anyOf(v.Operands, l.owners), anyOf(v.Operands, l.lent)
}

func (l *lifetime) call(at mir.Block, t *mir.Term) {
	owned, lent := anyOf(t.Args, l.owners), anyOf(t.Args, l.lent)
	if !owned && !lent {
		return
	}
	typ := l.f.Type(t.Place)
	switch {
	case hasPoll(typ) && anyOf(t.Args, l.context):
		l.polled = at
	case owned && passes(t):
		l.owners[t.Place.Local] = true
	case owned && mir.WithoutGenerics(t.Func.Text) == "std::mem::drop":
	case owned:
		l.kept = true
	case !outlives(t.Place):
		l.lent[t.Place.Local] = true // a reference made of a reference: Pin::new, as_mut
	}
}

// passes recognises the calls of core that give back what they are given, pinned or boxed.
func passes(t *mir.Term) bool {
	switch path := mir.WithoutGenerics(t.Func.Text); mir.LastSegment(path) {
	case "into_future", "into_pin":
		return true
	case "new", "pin":
		owner := strings.TrimSuffix(path, "::"+mir.LastSegment(path))
		return mir.LastSegment(owner) == "Box" || mir.LastSegment(owner) == "Pin"
	}
	return false
}
