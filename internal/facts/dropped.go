package facts

import (
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// DropEffect is something that dropping a value does to the thread.
type DropEffect struct {
	Type  string // of the value, or of the part of it, whose destructor does it
	Call  *knowledge.Call
	Name  string // what is called in the end
	Steps []Step // from the destructor's own call down; empty when the tables speak of the type
	May   bool   // the part can be absent, or the effect does not always happen
}

// DropEffects are the effects of dropping a value of a printed type, its own and those of the parts that it owns.
func (c *Crate) DropEffects(typ string) []DropEffect {
	var out []DropEffect
	for _, o := range c.Shapes.owned(typ) {
		head := mir.Head(o.typ)
		if row, ok := c.tables.Dropping(c.Global(head)); ok {
			out = append(out, DropEffect{Type: o.typ, Call: row, Name: row.Name, May: o.optional})
			continue
		}
		fn := c.method(head, "Drop", "drop")
		if fn == nil {
			fn = c.library.method(c.Global(head), "Drop", "drop")
		}
		if fn == nil {
			continue
		}
		for _, e := range fn.Effects {
			out = append(out, DropEffect{Type: o.typ, Call: e.call, Name: e.Name, Steps: e.Steps, May: o.optional || !e.Must || e.Conditional})
		}
	}
	return out
}

// MadeBy is the coroutine of this crate that a call of a callable gives: of a function item `fn(A) -> impl Future {path}`, or of a
// closure. It is nil when that cannot be told.
func (c *Crate) MadeBy(callable string) *Fn {
	fn := c.callable(callable)
	if path, ok := fnItem(callable); ok {
		if to := c.resolve(path); to.kind == resolvedFn && len(to.more) == 0 {
			fn = to.fn
		}
	}
	if fn == nil {
		return nil
	}
	return c.Gives(fn)
}

// Gives is the coroutine of this crate that a call of fn gives, boxed or not, or nil.
func (c *Crate) Gives(fn *Fn) *Fn {
	if fn.mir == nil {
		return nil
	}
	typ := fn.mir.Locals[0].Type
	if made := c.CoroutineOf(typ); made != nil || !strings.HasPrefix(typ, "std::pin::Pin<std::boxed::Box<dyn ") {
		return made
	}
	var found *Fn // async_trait boxes the one block that it makes
	for b := range fn.mir.Blocks {
		for i := range fn.mir.Blocks[b].Stmts {
			v := &fn.mir.Blocks[b].Stmts[i].Value
			if v.Kind != mir.Coroutine {
				continue
			}
			made := c.CoroutineOf(v.Type)
			if made == nil || found != nil {
				return nil
			}
			found = made
		}
	}
	return found
}

// OperandType is the type of an argument; of a function item, the one that rustc would print for it.
func (c *Crate) OperandType(fn *Fn, o mir.Operand) string { return c.operandType(fn, o) }
