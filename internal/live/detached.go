package live

import (
	"iter"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Detached is a task that nobody can wait for, or end, although that matters.
type Detached struct {
	At
	Lost  string // the type of the error that nobody sees
	Ended bool   // the drop ends the task
	Keeps *Wait  // what is cut short when the program ends
	Owner string // the type whose destructor should end the task, which itself keeps a value of it
	Stop  At     // of Owner: where the destructor does so
}

// Detached are those of the crate, in the order of the text. isHandle tells the types of handles whose drop lets the task go on.
func (c *Crate) Detached(isHandle func(typ string) bool) iter.Seq[Detached] {
	return func(yield func(Detached) bool) {
		for _, fn := range c.crate.Fns {
			if fn.MIR() == nil {
				continue
			}
			for _, u := range c.crate.Unused(fn, isHandle) {
				if d, ok := c.detached(fn, u); ok && !yield(d) {
					return
				}
			}
		}
		for _, d := range c.selfKept() {
			if !yield(d) {
				return
			}
		}
	}
}

func (c *Crate) detached(fn *facts.Fn, u facts.UnusedValue) (Detached, bool) {
	at := At{fn, u.Block, u.From}
	if _, ok := c.tables.TypePart(knowledge.Leash, c.crate.Global(mir.Head(u.Type))); ok {
		return Detached{At: at, Ended: true}, fn.MIR().Blocks[u.Block].Term.Return == u.DropBlock
	}
	args := mir.Args(u.Type)
	if len(args) > 0 && isFailure(args[0]) && !c.isTold(fn, u.Block) && !neverFails(c.spawned(fn, u.Block)) {
		if e := mir.Args(args[0]); len(e) == 2 && e[1] != "()" && e[1] != "!" && !strings.HasPrefix(e[1], "std::convert::Infallible") {
			return Detached{At: at, Lost: e[1]}, true
		}
	}
	if inner := c.spawned(fn, u.Block); inner != nil {
		if w := c.keeps(inner, 0); w != nil {
			return Detached{At: at, Keeps: w}, true
		}
	}
	return Detached{}, false
}

// isTold reports whether the call of a block starts a future whose failure is told by what was made with it, such as the connection behind
// the half that sends requests.
func (c *Crate) isTold(fn *facts.Fn, block mir.Block) bool {
	for _, a := range fn.MIR().Blocks[block].Term.Args {
		if _, ok := c.tables.TypePart(knowledge.Told, c.crate.Global(mir.Head(c.crate.OperandType(fn, a)))); ok {
			return true
		}
	}
	return false
}

// neverFails reports whether all that a coroutine comes out with is an Ok that it makes itself.
func neverFails(fn *facts.Fn) bool {
	if fn == nil {
		return false
	}
	f, result := fn.MIR(), ""
	if out := mir.Args(f.Type(mir.Place{})); len(out) == 1 { // Poll<Result<..>>
		result = out[0]
	}
	if !strings.HasPrefix(result, "std::result::Result<") {
		return false
	}
	made := false
	for i := range f.Blocks {
		if f.Blocks[i].Cleanup {
			continue
		}
		for j := range f.Blocks[i].Stmts {
			s := &f.Blocks[i].Stmts[j]
			if s.Kind != mir.Assign || !s.Place.IsLocal() || f.Type(s.Place) != result {
				continue
			}
			if s.Value.Kind != mir.Adt || mir.LastSegment(mir.WithoutGenerics(s.Value.Type)) != "Ok" {
				return false
			}
			made = true
		}
		if t := &f.Blocks[i].Term; t.Kind == mir.Call && f.Type(t.Place) == result {
			return false
		}
	}
	return made
}

// isFailure reports whether a printed type is a Result whose error says what went wrong. A channel's error only gives back what could not
// be sent, as the value itself or in a SendError: that the other side is gone is seldom news.
func isFailure(typ string) bool {
	if !strings.HasPrefix(typ, "std::result::Result<") {
		return false
	}
	args := mir.Args(typ)
	if len(args) < 2 {
		return true // an alias that is printed as such: io::Result
	}
	name := mir.LastSegment(mir.Head(args[1]))
	switch {
	case strings.HasSuffix(name, "SendError"), args[1] == "()":
		return false
	case strings.HasPrefix(args[1], "std::boxed::Box<dyn "), args[1] == "std::string::String":
		return true
	}
	return strings.Contains(name, "Err")
}

// spawned is the coroutine of the crate that the call of a block starts, or nil.
func (c *Crate) spawned(fn *facts.Fn, block mir.Block) *facts.Fn {
	t := &fn.MIR().Blocks[block].Term
	if t.Kind != mir.Call || t.Func.IsPlace() || !c.tables.Spawns(c.crate.Callee(t.Func.Text)) {
		return nil
	}
	for _, a := range t.Args {
		if inner := c.crate.CoroutineOf(c.crate.OperandType(fn, a)); inner != nil {
			return inner
		}
	}
	return nil
}

// keeps is an await of a coroutine, or of those that it awaits, that writes what has to be there when the program ends.
func (c *Crate) keeps(fn *facts.Fn, depth int) *Wait {
	b := fn.Coroutine()
	for i := range b.Awaits {
		a := &b.Awaits[i]
		m := made(b, a)
		if _, ok := c.part(knowledge.Keeps, m.Callee); ok {
			return &Wait{At{fn, a.Block, a.Pos}, nameOf(m.Callee)}
		}
		if inner := c.crate.CoroutineOf(a.Type); inner != nil && inner != fn && depth < 3 {
			if w := c.keeps(inner, depth+1); w != nil {
				return w
			}
		}
	}
	return nil
}

// selfKept are the tasks that own an Arc of the value whose destructor should end them: it never runs.
func (c *Crate) selfKept() []Detached {
	stops := c.stoppers()
	if len(stops) == 0 {
		return nil
	}
	var out []Detached
	for _, fn := range c.crate.Fns {
		if fn.MIR() == nil {
			continue
		}
		for i := range fn.MIR().Blocks {
			t := &fn.MIR().Blocks[i].Term
			if fn.MIR().Blocks[i].Cleanup || t.Kind != mir.Call {
				continue
			}
			inner := c.spawned(fn, mir.Block(i))
			if inner == nil || !endsNever(inner.Coroutine()) {
				continue
			}
			for head, stop := range stops {
				if ownsArc(inner.Coroutine(), head) {
					out = append(out, Detached{At: At{fn, mir.Block(i), t.Pos}, Owner: head, Stop: stop})
				}
			}
		}
	}
	return out
}

// stoppers are the types of the crate whose destructors tell a task to end, with the place where.
func (c *Crate) stoppers() map[string]At {
	out := map[string]At{}
	for _, fn := range c.crate.Fns {
		if fn.Trait != "Drop" || fn.Name != "drop" || fn.MIR() == nil || fn.Type == "" {
			continue
		}
		for i := range fn.MIR().Blocks {
			t := &fn.MIR().Blocks[i].Term
			if t.Kind == mir.Call && !t.Func.IsPlace() && !fn.MIR().Blocks[i].Cleanup {
				if _, ok := c.part(knowledge.Stops, t.Func.Text); ok {
					out[fn.Type] = At{fn, mir.Block(i), t.Pos}
				}
			}
		}
	}
	return out
}

// ownsArc reports whether a coroutine has an Arc of a type among its captures.
func ownsArc(b *coro.Body, head string) bool {
	for l := range b.Func.Locals {
		typ := b.Func.Locals[l].Type
		if b.IsCapture(mir.Local(l)) && strings.HasPrefix(typ, "std::sync::Arc<") && mir.Head(mir.Args(typ)[0]) == head {
			return true
		}
	}
	return false
}

// endsNever reports whether a coroutine has no way to its end other than being dropped.
func endsNever(b *coro.Body) bool {
	seen := make([]bool, len(b.Func.Blocks))
	for work := []mir.Block{b.Start()}; len(work) > 0; {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if at < 0 || int(at) >= len(seen) || seen[at] || b.Func.Blocks[at].Cleanup {
			continue
		}
		seen[at] = true
		if b.Func.Blocks[at].Term.Kind == mir.Return {
			if _, suspends := b.Resumes(at); !suspends {
				return false
			}
		}
		work = append(work, successors(b, at)...)
	}
	return true
}
