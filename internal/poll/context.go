package poll

import (
	"strings"

	"pollux/internal/mir"
)

// derived are the locals through which the context of a poll function, or its waker, can be reached: copies, references, the waker
// taken from it, a context made of that waker, and closures and tuples that carry one of these. The answer ignores the order of things.
func derived(f *mir.Func, context mir.Local) map[mir.Local]bool {
	d := map[mir.Local]bool{context: true}
	for grown := true; grown; {
		grown = false
		add := func(to mir.Place, from bool) {
			if from && to.IsLocal() && !d[to.Local] {
				d[to.Local], grown = true, true
			}
		}
		for i := range f.Blocks {
			b := &f.Blocks[i]
			for j := range b.Stmts {
				if s := &b.Stmts[j]; s.Kind == mir.Assign {
					add(s.Place, reads(&s.Value, d))
				}
			}
			if t := &b.Term; t.Kind == mir.Call && carriesContext(f.Type(t.Place)) {
				add(t.Place, anyOf(t.Args, d))
			}
		}
	}
	return d
}

// carriesContext reports whether a call that is given a context can give it back in a value of this type.
func carriesContext(typ string) bool {
	return isWaker(typ) || isContext(typ) || isPath(mir.Head(typ), "task", "Context") || strings.HasPrefix(typ, "&") && strings.Contains(typ, "task::Waker")
}

// reads reports whether a value is made from one of the locals.
func reads(v *mir.Rvalue, locals map[mir.Local]bool) bool {
	switch v.Kind {
	case mir.Ref, mir.RawPtr, mir.CopyForDeref:
		return locals[v.Place.Local]
	case mir.Use, mir.Cast, mir.Tuple, mir.Array, mir.Adt, mir.Closure:
		return anyOf(v.Operands, locals)
	}
	return false
}

func anyOf(operands []mir.Operand, locals map[mir.Local]bool) bool {
	for _, o := range operands {
		if o.IsPlace() && locals[o.Place.Local] {
			return true
		}
	}
	return false
}

// uses reports whether a function does anything with the context it is given.
func (fs *Functions) uses(f *mir.Func) bool {
	context := contextOf(f)
	if context == 0 {
		return true // handed over inside of something: not understood
	}
	d := derived(f, context)
	for i := range f.Blocks {
		b := &f.Blocks[i]
		if b.Term.Kind == mir.Call && anyOf(b.Term.Args, d) || b.Term.Kind == mir.OpaqueTerm {
			return true
		}
		for j := range b.Stmts {
			if s := &b.Stmts[j]; s.Kind == mir.OpaqueStmt || s.Kind == mir.Assign && !s.Place.IsLocal() && reads(&s.Value, d) {
				return true
			}
		}
	}
	return false
}
