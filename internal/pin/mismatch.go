package pin

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/mir"
	"pollux/internal/rust"
)

// MismatchKind tells what two views of a field do not go together.
type MismatchKind uint8

// The kinds of mismatches.
const (
	AlwaysUnpin   MismatchKind = iota // the type is Unpin although a field that need not be is pinned through it
	DropMoves                         // its destructor moves the pinned field
	HandedOut                         // a method gives a `&mut` to the pinned field out of a Pin
	PinnedMovable                     // the field is pinned through a `&mut` to its owner, who can move it afterwards
	Packed                            // the owner is packed: dropping a field moves it first
	PinnedBorrow                      // what is pinned was only borrowed: who lent it can move it afterwards
	LinkedUnpin                       // the owner holds a pointer into itself and is Unpin
)

// Mismatch is a field that is treated both as pinned and as movable.
type Mismatch struct {
	Kind MismatchKind
	Pin  *Event // that pins; of LinkedUnpin, that stores the pointer
	By   *Event // the other view, when it is a place of a function
	Impl *Place // of AlwaysUnpin, the impl
}

// Place is a range of a source file, by the name that MIR gives it.
type Place struct {
	File string
	rust.Range
}

// Mismatches finds them, in the order of the text, one for each place.
func (c *Crate) Mismatches() []Mismatch {
	var out []Mismatch
	impls := map[*unpinImpl]bool{}
	for _, p := range c.Events(Pins) {
		if c.Unpin(p.Fn, p.Type) != No {
			continue
		}
		if im := c.alwaysUnpin(p); im != nil && !impls[im] {
			impls[im] = true
			out = append(out, Mismatch{Kind: AlwaysUnpin, Pin: p, Impl: &Place{im.file, im.Range}})
		}
		switch {
		case c.packed(p):
			out = append(out, Mismatch{Kind: Packed, Pin: p})
		case c.borrowed(p):
			out = append(out, Mismatch{Kind: PinnedBorrow, Pin: p})
		case c.movable(p):
			out = append(out, Mismatch{Kind: PinnedMovable, Pin: p})
		}
	}
	out = append(out, c.drops()...)
	out = append(out, c.handedOut()...)
	return append(out, c.linked()...)
}

// structural reports whether a Pin of the owner becomes a Pin of the field.
func structural(p *Event) bool {
	k := p.mem.key()
	return p.FromPin() && k.way != "" && !strings.Contains(k.way, "[]")
}

// alwaysUnpin is the impl that makes the owner Unpin whatever the pinned field is.
func (c *Crate) alwaysUnpin(p *Event) *unpinImpl {
	if !structural(p) {
		return nil
	}
	im := c.source.unpin(p.mem.key().owner)
	if im == nil || im.Negative || strings.Contains(im.Params+im.Where, "Unpin") {
		return nil
	}
	return im
}

func (c *Crate) packed(p *Event) bool {
	d := c.source.declared(p.mem.key().owner)
	return d != nil && p.mem.key().way != "" && slices.ContainsFunc(d.Attrs, func(a rust.Attr) bool { return a.Path == "repr" && strings.Contains(a.Args, "packed") })
}

// borrowed reports whether what is pinned lies behind a `&mut` that the owner holds.
func (c *Crate) borrowed(p *Event) bool {
	if p.Via != "" || c.isUnsafe(p) {
		return false
	}
	at, seen := p.mem.typ, false
	for i, s := range p.mem.steps {
		if s.kind == deref && i > 0 {
			seen = strings.HasPrefix(at, "&") && p.mem.steps[i-1].kind == field && !strings.HasPrefix(p.Fn.Name, "{closure")
		}
		at = s.typ
	}
	return seen && !p.mem.owned()
}

// movable reports whether a safe method pins a field of what it has by `&mut`.
func (c *Crate) movable(p *Event) bool {
	m := p.mem
	if p.Via != "" || m.fromPin || m.owned() || m.key().way == "" || c.inDrop(p) || c.isUnsafe(p) {
		return false
	}
	if _, isElement := m.collection(); isElement {
		return false // whether it moves is asked of the collection
	}
	if b := p.Fn.Coroutine(); b != nil {
		return b.IsCapture(m.root) && strings.HasPrefix(m.typ, "&mut ") && c.source.declared(m.key().owner) != nil
	}
	return int(m.root) <= c.fns[p.Fn].f.Params && strings.HasPrefix(m.typ, "&mut ") && !strings.HasPrefix(p.Fn.Name, "{") && c.derefs(m) == 1 && c.source.declared(m.key().owner) != nil
}

func (c *Crate) derefs(m memory) int {
	n := 0
	for _, s := range m.steps {
		if s.kind == deref {
			n++
		}
	}
	return n
}

func (c *Crate) isUnsafe(e *Event) bool {
	d := c.source.enclosing(e.Fn)
	return d != nil && d.Unsafe
}

// drops are the destructors that move what is pinned.
func (c *Crate) drops() []Mismatch {
	var out []Mismatch
	for _, move := range c.Events(Moves) {
		if !c.inDrop(move) {
			continue
		}
		if p := c.pinOf(move); p != nil {
			out = append(out, Mismatch{Kind: DropMoves, Pin: p, By: move})
		}
	}
	return out
}

// pinOf is a pin of the memory that an event is about, or of a part of it.
func (c *Crate) pinOf(e *Event) *Event {
	for _, p := range c.Events(Pins) {
		if k := p.mem.key(); k.way != "" && e.mem.key().way == k.way && e.mem.key().covers(k) && c.Unpin(p.Fn, p.Type) == No && e.Fn != p.Fn {
			return p
		}
	}
	return nil
}

// handedOut are the safe methods that take a Pin and give a plain reference to what others pin.
func (c *Crate) handedOut() []Mismatch {
	var out []Mismatch
	for _, e := range c.Events(Exposes) {
		if !e.FromPin() || strings.HasPrefix(e.Fn.Name, "{") || e.mem.key().way == "" || c.isUnsafe(e) {
			continue
		}
		if p := c.pinOf(e); p != nil {
			out = append(out, Mismatch{Kind: HandedOut, Pin: p, By: e})
		}
	}
	return out
}

// linked are the stores of pointers into their own owner, when that is Unpin and others read the pointer.
func (c *Crate) linked() []Mismatch {
	var out []Mismatch
	for _, e := range c.Events(Links) {
		if e.mem.owned() || e.Via != "" || c.Unpin(e.Fn, e.Type) != Yes || !c.readElsewhere(e) {
			continue
		}
		out = append(out, Mismatch{Kind: LinkedUnpin, Pin: e})
	}
	return out
}

// readElsewhere reports whether a function that does not store the pointer itself goes through it.
func (c *Crate) readElsewhere(e *Event) bool {
	k := e.mem.key()
	for _, fn := range c.crate.Fns {
		w := c.fns[fn]
		if w == nil || w.fn == e.Fn || slices.ContainsFunc(w.events, func(o *Event) bool { return o.Kind == Links && o.mem.key() == k }) {
			continue
		}
		if w.defs == nil {
			w.define()
		}
		if w.readsPointer(k) {
			return true
		}
	}
	return false
}

func (w *function) readsPointer(k key) bool {
	for i := range w.f.Blocks {
		b := &w.f.Blocks[i]
		if b.Cleanup {
			continue
		}
		for j := range b.Stmts {
			s := &b.Stmts[j]
			for _, o := range s.Value.Operands {
				if o.IsPlace() && len(o.Place.Proj) > 0 && w.memory(o.Place).key() == k {
					return true
				}
			}
			if s.Value.Kind == mir.CopyForDeref && w.memory(s.Value.Place).key() == k {
				return true
			}
		}
	}
	return false
}

// PointsTo is what the source calls the memory that a stored pointer leads to.
func (c *Crate) PointsTo(e *Event) string { return c.name(e, e.to) }

// Name is what the source calls the memory of an event: a field, or a variable; empty when it has no name.
func (c *Crate) Name(e *Event) string { return c.name(e, e.mem) }

func (c *Crate) name(e *Event, m memory) string {
	k := m.key()
	if variant, n, ok := k.field(); ok {
		if d := c.source.declared(k.owner); d != nil {
			return fieldName(d.Struct, variant, n)
		}
	}
	if m.owned() {
		return coro.NameOf(c.fns[e.Fn].f, m.root)
	}
	return ""
}

func fieldName(d *rust.Struct, variant string, n int) string {
	i := 0
	for _, f := range d.Fields {
		if f.Variant != variant {
			continue
		}
		if i == n {
			if variant != "" && f.Name != "" && f.Name[0] >= '0' && f.Name[0] <= '9' {
				return variant
			}
			return f.Name
		}
		i++
	}
	return ""
}
