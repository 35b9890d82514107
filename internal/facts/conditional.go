package facts

import (
	"strings"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// conditions answers, for one function, whether reaching a block depends on which value an argument has.
//
// A helper such as `error_response(status)` reads a file for some statuses only. Whether a given call of it blocks cannot be told from
// the helper's summary, so effects behind such a choice are marked as conditional. A choice is an equality test or a match on an
// argument, and only its chosen side counts: `if ms == 0 { return }` does not make the rest conditional. Option and Result arguments do
// not count, since whether they are filled is rarely a constant, nor does the receiver, whose state nobody passes in.
type conditions struct {
	fn      *Fn
	choices []choice
}

// choice is a switch on an argument's value, with the successors that mean "one particular value".
type choice struct {
	block    mir.Block
	chosen   []mir.Block
	fallback mir.Block // NoBlock when every way is a chosen one
}

func conditionsOf(fn *Fn) conditions {
	c := conditions{fn: fn}
	arguments, values := argumentValues(fn)
	if len(arguments) == 0 {
		return c
	}
	for b := range fn.mir.Blocks {
		t := &fn.mir.Blocks[b].Term
		if t.Kind != mir.Switch || !t.Operand.IsPlace() {
			continue
		}
		from := t.Operand.Place
		how := values[from.Local]
		if !from.IsLocal() && arguments[from.Local] {
			how = max(directly(fn.mir.Type(from)), plain) // a part of the argument, as in a match on constants of a struct
		}
		if how != 0 {
			c.choices = append(c.choices, how.choice(mir.Block(b), t))
		}
	}
	return c
}

// guards reports whether a block is reached only by ways on which some argument has a particular value: it cannot be reached when no
// choice takes a chosen side. Tests in a row, as for the alternatives of a pattern, so count together.
func (c conditions) guards(block mir.Block) bool {
	if len(c.choices) == 0 {
		return false
	}
	decides := map[mir.Block]choice{}
	for _, ch := range c.choices {
		if ch.fallback != mir.NoBlock || !c.allReach(ch.chosen, block) {
			decides[ch.block] = ch
		}
	}
	seen := make([]bool, len(c.fn.mir.Blocks))
	work := []mir.Block{0}
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if at == block {
			return false
		}
		if at == mir.NoBlock || int(at) >= len(seen) || seen[at] {
			continue
		}
		seen[at] = true
		if ch, ok := decides[at]; ok {
			work = append(work, ch.fallback)
			continue
		}
		work = append(work, coro.Successors(&c.fn.mir.Blocks[at].Term)...)
	}
	return true
}

func (c conditions) allReach(from []mir.Block, to mir.Block) bool {
	for _, f := range from {
		if !c.reaches(f, to) && c.fn.mir.Blocks[f].Term.Kind != mir.Unreachable {
			return false
		}
	}
	return true
}

func (c conditions) reaches(from, to mir.Block) bool {
	seen := make([]bool, len(c.fn.mir.Blocks))
	work := []mir.Block{from}
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if at == to {
			return true
		}
		if int(at) >= len(seen) || seen[at] {
			continue
		}
		seen[at] = true
		work = append(work, coro.Successors(&c.fn.mir.Blocks[at].Term)...)
	}
	return false
}

// derived says how a local's value comes from an argument.
type derived uint8

const (
	plain   derived = iota + 1 // the value itself, of an integer or char type
	flag                       // the value itself, a bool
	variant                    // its discriminant
	equals                     // the answer of an equality test on it
)

func (d derived) choice(block mir.Block, t *mir.Term) choice {
	c := choice{block: block, fallback: mir.NoBlock}
	for _, target := range t.Targets {
		if d != equals { // of an equality test the zero side is "any other value"
			c.chosen = append(c.chosen, target.Block)
		} else {
			c.fallback = target.Block
		}
	}
	switch {
	case t.Return == mir.NoBlock:
	case d == plain:
		c.fallback = t.Return
	default:
		c.chosen = append(c.chosen, t.Return)
	}
	return c
}

// argumentValues finds the locals that lead to an argument, and those that say which value it has.
func argumentValues(fn *Fn) (arguments map[mir.Local]bool, values map[mir.Local]derived) {
	f := fn.mir
	arguments = map[mir.Local]bool{}
	for l := mir.Local(1); int(l) <= f.Params; l++ {
		if coro.NameOf(f, l) != "self" && selects(f.Locals[l].Type) {
			arguments[l] = true
		}
	}
	if len(arguments) == 0 {
		return nil, nil
	}
	out := map[mir.Local]derived{}
	for range 3 { // copies of copies; rustc makes few
		for b := range f.Blocks {
			for i := range f.Blocks[b].Stmts {
				deriveStatement(f, &f.Blocks[b].Stmts[i], arguments, out)
			}
			deriveCall(f, &f.Blocks[b].Term, arguments, out)
		}
	}
	for l := range arguments {
		if d := directly(f.Locals[l].Type); d != 0 && int(l) <= f.Params {
			out[l] = d
		}
	}
	return arguments, out
}

func deriveStatement(f *mir.Func, s *mir.Stmt, arguments map[mir.Local]bool, out map[mir.Local]derived) {
	if s.Kind != mir.Assign || !s.Place.IsLocal() {
		return
	}
	to := s.Place.Local
	switch v := &s.Value; v.Kind {
	case mir.Use, mir.Cast:
		if o := v.Operands[0]; o.IsPlace() && arguments[o.Place.Local] {
			arguments[to] = true
			if d := directly(f.Locals[to].Type); d != 0 {
				out[to] = d
			}
		}
	case mir.Ref, mir.CopyForDeref:
		if arguments[v.Place.Local] {
			arguments[to] = true
		}
	case mir.Discriminant:
		if arguments[v.Place.Local] && selects(f.Type(v.Place)) {
			out[to] = variant
		}
	case mir.Op:
		if v.Op == "Eq" && len(v.Operands) == 2 && isOf(v.Operands[0], arguments) != isOf(v.Operands[1], arguments) {
			out[to] = equals
		}
	}
}

// isOf reports whether an operand reads an argument.
func isOf(o mir.Operand, arguments map[mir.Local]bool) bool {
	return o.IsPlace() && arguments[o.Place.Local]
}

func deriveCall(f *mir.Func, t *mir.Term, arguments map[mir.Local]bool, out map[mir.Local]derived) {
	if t.Kind != mir.Call || !t.Place.IsLocal() || len(t.Args) != 2 || !strings.HasSuffix(t.Func.Text, "::eq") {
		return
	}
	for _, a := range t.Args {
		if a.IsPlace() && arguments[a.Place.Local] {
			out[t.Place.Local] = equals
		}
	}
}

// selects reports whether a value of this type can select what a function does.
func selects(typ string) bool {
	typ = stripRefs(typ)
	switch mir.Head(typ) {
	case "std::option::Option", "std::result::Result", "std::string::String", "std::path::Path", "std::path::PathBuf", "str":
		return false
	case "":
		return false
	}
	return true
}

// directly tells how a local of this type is switched on without more ado.
func directly(typ string) derived {
	switch {
	case typ == "bool":
		return flag
	case isPrimitive(typ):
		return plain
	}
	return 0
}
