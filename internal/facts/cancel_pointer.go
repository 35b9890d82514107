package facts

import (
	"strconv"
	"strings"

	"pollux/internal/mir"
)

// pointer forks a path into the ways in which the functions can end that the crate stores in the field which a called pointer comes from.
func (x *explorer) pointer(term *mir.Term, t *trace, given map[int][]int) {
	fns := x.c.pointees(x.p.fieldOf(term.Func.Place))
	if len(fns) == 0 {
		x.finish(term, t, given, ending{deeds: []deed{x.unknown(term, "a function behind a pointer in `"+x.fn.Readable()+"`")}})
		return
	}
	for _, fn := range fns {
		for _, e := range x.mapped(term, target{kind: resolvedFn, fn: fn}, x.c.effectsOf(fn)) {
			x.finish(term, t.clone(), given, e)
		}
	}
}

// fieldOf names the field of a type that a function pointer was read from: "a::Vtable.3".
func (p *places) fieldOf(pl mir.Place) string {
	for range 6 {
		if n := len(pl.Proj); n > 0 && pl.Proj[n-1].Kind == mir.Field {
			if head := mir.Head(p.f.Type(mir.Place{Local: pl.Local, Proj: pl.Proj[:n-1]})); head != "" {
				return fieldName(head, int(pl.Proj[n-1].Index))
			}
			return ""
		}
		d := p.defs[pl.Local]
		if d.n != 1 || d.stmt == nil || d.stmt.Value.Kind != mir.Use || !d.stmt.Value.Operands[0].IsPlace() {
			return ""
		}
		pl = d.stmt.Value.Operands[0].Place
	}
	return ""
}

func fieldName(head string, i int) string { return head + "." + strconv.Itoa(i) }

// pointees are the functions that the crate's own code stores in a field.
func (c *Crate) pointees(field string) []*Fn {
	if c.stored == nil {
		c.stored = map[string][]*Fn{}
		for _, f := range c.MIR.Funcs {
			c.storedBy(f)
		}
	}
	return c.stored[field]
}

func (c *Crate) storedBy(f *mir.Func) {
	items := map[mir.Local]string{}
	for b := range f.Blocks {
		for i := range f.Blocks[b].Stmts {
			s := &f.Blocks[b].Stmts[i]
			if s.Kind != mir.Assign {
				continue
			}
			if v := &s.Value; v.Kind == mir.Cast && strings.Contains(v.Op, "ReifyFnPointer") && !v.Operands[0].IsPlace() && s.Place.IsLocal() {
				items[s.Place.Local] = v.Operands[0].Text
			} else if v.Kind == mir.Adt && len(items) > 0 {
				c.storeItems(mir.Head(f.Type(s.Place)), v, items)
			}
		}
	}
}

func (c *Crate) storeItems(head string, v *mir.Rvalue, items map[mir.Local]string) {
	for n, o := range v.Operands {
		if item := items[o.Place.Local]; o.IsPlace() && item != "" {
			if to := c.resolve(item); to.kind == resolvedFn {
				field := fieldName(head, n)
				c.stored[field] = append(c.stored[field], to.fn)
			}
		}
	}
}
