package coro

import (
	"slices"
	"strings"

	"pollux/internal/mir"
)

// Making follows a future back to the expression that made it.
func (b *Body) Making(o mir.Operand) Making { return b.definitions().Making(o) }

// Making follows a future back to the expression that made it.
func (d *definitions) Making(o mir.Operand) Making {
	none := Making{Block: mir.NoBlock}
	def, ok := d.ofOperand(o)
	if !ok {
		return none
	}
	switch def = d.throughMoves(def); {
	case def.term != nil:
		return Making{Block: def.block, Pos: def.term.Pos, Callee: def.term.Func.Text, Args: def.term.Args}
	case def.stmt.Value.Kind == mir.Coroutine:
		return Making{Block: def.block, Pos: def.stmt.Pos, Args: def.stmt.Value.Operands, Type: def.stmt.Value.Type}
	}
	return none
}

// definition is the one assignment that gives a local its value: a statement, or a call.
type definition struct {
	block mir.Block
	stmt  *mir.Stmt
	term  *mir.Term
}

// definitions are the locals of a function that are assigned in one place only, unwinding left out.
type definitions struct {
	f      *mir.Func
	single map[mir.Local]definition
	many   map[mir.Local]bool
}

// definitions are worked out once for a body: its code does not change any more.
func (b *Body) definitions() *definitions {
	b.defsOnce.Do(func() { b.defs = findDefinitions(b.Func) })
	return b.defs
}

// Origins tell where the values of a function come from that are assigned in one place only.
type Origins struct{ d *definitions }

// OriginsOf works them out for any function; of a coroutine, after it was lowered.
func OriginsOf(f *mir.Func) Origins { return Origins{findDefinitions(f)} }

// Making is the expression that made a value, see [Body.Making].
func (o Origins) Making(of mir.Operand) Making { return o.d.Making(of) }

// Moved is the place that a local was moved or copied from as a whole; ok is false when it came otherwise.
func (o Origins) Moved(l mir.Local) (from mir.Place, ok bool) {
	def, ok := o.d.of(l)
	if !ok || def.stmt == nil || def.stmt.Value.Kind != mir.Use || !def.stmt.Value.Operands[0].IsPlace() {
		return mir.Place{}, false
	}
	return def.stmt.Value.Operands[0].Place, true
}

// Constant is the text of the constant that an operand is, or was assigned.
func (o Origins) Constant(of mir.Operand) (text string, ok bool) {
	for range maxMoves {
		if !of.IsPlace() {
			return of.Text, true
		}
		def, ok := o.d.of(of.Place.Local)
		if !ok || !of.Place.IsLocal() || def.stmt == nil || def.stmt.Value.Kind != mir.Use {
			return "", false
		}
		of = def.stmt.Value.Operands[0]
	}
	return "", false
}

// Object is the place that an operand is or leads to, see [Body.Object].
func (o Origins) Object(of mir.Operand) (mir.Place, bool) {
	if !of.IsPlace() {
		return mir.Place{}, false
	}
	return o.d.object(of.Place, maxMoves), true
}

func findDefinitions(f *mir.Func) *definitions {
	d := &definitions{f: f, single: map[mir.Local]definition{}, many: map[mir.Local]bool{}}
	for i := range f.Blocks {
		block := &f.Blocks[i]
		if block.Cleanup {
			continue
		}
		for j := range block.Stmts {
			if s := &block.Stmts[j]; s.Kind == mir.Assign {
				d.add(s.Place, definition{block: mir.Block(i), stmt: s})
			}
		}
		if block.Term.Kind == mir.Call {
			d.add(block.Term.Place, definition{block: mir.Block(i), term: &block.Term})
		}
	}
	return d
}

func (d *definitions) add(p mir.Place, def definition) {
	if len(p.Proj) > 0 && p.Proj[0].Kind == mir.Deref {
		return // writes to what the local leads to
	}
	_, seen := d.single[p.Local]
	if seen || !p.IsLocal() {
		d.many[p.Local] = true
	}
	d.single[p.Local] = def
}

func (d *definitions) of(l mir.Local) (definition, bool) {
	def, ok := d.single[l]
	return def, ok && !d.many[l]
}

// ofOperand is the definition of a local, or of the member of a tuple.
func (d *definitions) ofOperand(o mir.Operand) (definition, bool) {
	if !o.IsPlace() {
		return definition{}, false
	}
	def, ok := d.of(o.Place.Local)
	switch proj := o.Place.Proj; {
	case !ok || len(proj) == 0:
		return def, ok
	case len(proj) == 1 && proj[0].Kind == mir.Field && def.stmt != nil && def.stmt.Value.Kind == mir.Tuple && int(proj[0].Index) < len(def.stmt.Value.Operands):
		return d.ofOperand(def.stmt.Value.Operands[proj[0].Index])
	}
	return definition{}, false
}

// maxMoves bounds how far a value is followed back: a branch of select! is moved six times.
const maxMoves = 32

// throughMoves goes back over moves, subtyping and `into_future`, which gives a future itself.
func (d *definitions) throughMoves(def definition) definition {
	for range maxMoves {
		var from mir.Operand
		switch {
		case def.term != nil && strings.HasSuffix(def.term.Func.Text, " as std::future::IntoFuture>::into_future") && len(def.term.Args) == 1:
			from = def.term.Args[0]
		case def.stmt != nil && (def.stmt.Value.Kind == mir.Use || def.stmt.Value.Kind == mir.Cast):
			from = def.stmt.Value.Operands[0]
		default:
			return def
		}
		next, ok := d.ofOperand(from)
		if !ok {
			return def
		}
		def = next
	}
	return def
}

// Object is the place that an argument is or leads to: `&mut self.stream` and `(&mut stream).by_ref()` lead to the stream. A
// reference that a call of one argument returns is taken to lead to what its argument leads to.
func (b *Body) Object(o mir.Operand) (mir.Place, bool) {
	if !o.IsPlace() {
		return mir.Place{}, false
	}
	return b.definitions().object(o.Place, maxMoves), true
}

// Whole is the place that a value was moved from, or that a reference leads to.
func (b *Body) Whole(o mir.Operand) (mir.Place, bool) {
	if !o.IsPlace() {
		return mir.Place{}, false
	}
	d := b.definitions()
	p := d.object(o.Place, maxMoves)
	if b.Name(p.Local) != "" {
		return p, true
	}
	for range maxMoves {
		def, ok := d.of(p.Local)
		if !ok || def.stmt == nil || def.stmt.Value.Kind != mir.Use || !def.stmt.Value.Operands[0].IsPlace() {
			break
		}
		if p = def.stmt.Value.Operands[0].Place; b.Name(p.Local) != "" {
			break
		}
	}
	return p, true
}

func (d *definitions) object(p mir.Place, fuel int) mir.Place {
	def, ok := d.of(p.Local)
	if fuel == 0 || !ok || !isReference(d.f.Locals[p.Local].Type) {
		return p
	}
	rest := p.Proj
	if len(rest) > 0 && rest[0].Kind == mir.Deref {
		rest = rest[1:]
	}
	var from mir.Place
	switch {
	case def.term != nil:
		if len(def.term.Args) != 1 || !def.term.Args[0].IsPlace() {
			return p // which of many things it gives, such as an element, depends on the other arguments
		}
		return d.object(def.term.Args[0].Place, fuel-1) // the part that the call gives is not known: the whole stands for it
	case def.stmt.Value.Kind == mir.Ref || def.stmt.Value.Kind == mir.CopyForDeref || def.stmt.Value.Kind == mir.RawPtr:
		from = def.stmt.Value.Place
	case def.stmt.Value.Kind == mir.Use && def.stmt.Value.Operands[0].IsPlace(), def.stmt.Value.Kind == mir.Cast && def.stmt.Value.Operands[0].IsPlace():
		from = def.stmt.Value.Operands[0].Place
	default:
		return p
	}
	whole := d.object(from, fuel-1)
	proj := append(append([]mir.Elem{}, whole.Proj...), rest...)
	return mir.Place{Local: whole.Local, Proj: proj}
}

// isReference reports whether a type is a reference, plain or pinned.
func isReference(t string) bool {
	return strings.HasPrefix(t, "&") || strings.HasPrefix(t, "std::pin::Pin<&")
}

// Methods are the methods that the body calls with a reference to a place, each once per call.
func (b *Body) Methods(place mir.Place) []string {
	d := b.definitions()
	var out []string
	for i := range b.Func.Blocks {
		t := &b.Func.Blocks[i].Term
		if t.Kind != mir.Call || len(t.Args) == 0 || !t.Args[0].IsPlace() || b.Func.Blocks[i].Cleanup {
			continue
		}
		if isReference(b.Func.Type(t.Args[0].Place)) && d.object(t.Args[0].Place, maxMoves).Overlaps(place) {
			out = append(out, mir.LastSegment(mir.WithoutGenerics(t.Func.Text)))
		}
	}
	return out
}

// Capture is the number of the capture (or argument) of the coroutine that an operand is or, when it is a reference, leads to.
// What the coroutine owns itself is no capture: it is dropped with it.
func (b *Body) Capture(o mir.Operand) (int, bool) {
	if !o.IsPlace() {
		return 0, false
	}
	d := b.definitions()
	p := d.value(d.object(o.Place, maxMoves))
	isElement := func(e mir.Elem) bool { return e.Kind == mir.Index }
	if !b.IsCapture(p.Local) || slices.ContainsFunc(p.Proj, isElement) {
		return 0, false
	}
	return b.CaptureIndex(p.Local), true
}

// value goes back over moves of whole locals.
func (d *definitions) value(p mir.Place) mir.Place {
	for range maxMoves {
		def, ok := d.of(p.Local)
		if !ok || def.stmt == nil || def.stmt.Value.Kind != mir.Use || !def.stmt.Value.Operands[0].IsPlace() {
			return p
		}
		p = def.stmt.Value.Operands[0].Place
	}
	return p
}

// Received reports whether a value came out of an await: whoever drops it drops what another has handed over.
func (b *Body) Received(o mir.Operand) bool { return b.ReceivedFrom(o) != mir.NoBlock }

// ReceivedFrom is the block whose poll gave a value, or NoBlock.
func (b *Body) ReceivedFrom(o mir.Operand) mir.Block {
	at := b.CameFrom(o)
	if at == mir.NoBlock || !strings.HasSuffix(b.Func.Blocks[at].Term.Func.Text, "::Future>::poll") {
		return mir.NoBlock
	}
	return at
}

// CameFrom is the block whose call gave a value, alone or inside of an Option, a Result or a Poll; NoBlock when it came otherwise.
func (b *Body) CameFrom(o mir.Operand) mir.Block {
	if !o.IsPlace() {
		return mir.NoBlock
	}
	d := b.definitions()
	for p, n := d.value(o.Place), 0; n < maxMoves; n++ {
		def, ok := d.of(p.Local)
		if !ok || def.term == nil {
			return mir.NoBlock
		}
		if !passesOn(def.term.Func.Text) || len(def.term.Args) == 0 || !def.term.Args[0].IsPlace() {
			return def.block
		}
		p = d.value(def.term.Args[0].Place)
	}
	return mir.NoBlock
}

// passesOn reports whether a function of core gives what is inside its argument.
func passesOn(callee string) bool {
	switch mir.LastSegment(mir.WithoutGenerics(callee)) {
	case "branch":
		return strings.HasSuffix(callee, " as std::ops::Try>::branch")
	case "into_future":
		return strings.HasSuffix(callee, " as std::future::IntoFuture>::into_future")
	case "unwrap", "expect", "unwrap_or_default", "unwrap_or_else":
		return strings.HasPrefix(callee, "std::option::Option::<") || strings.HasPrefix(callee, "std::result::Result::<")
	}
	return false
}
