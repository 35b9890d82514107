package coro

import (
	"slices"
	"strings"

	"pollux/internal/mir"
)

// RaceKind tells how a race ends and what its outcome says of who is not complete. Which awaited type is which is knowledge about
// libraries, asked of the caller.
type RaceKind uint8

// Kinds of races.
const (
	NoRace   RaceKind = iota
	First             // until one future is complete: the variant of the outcome is the number of that one
	Limit             // one future, until it is complete or something else ends it: the outcome is then the variant Cut
	Siblings          // until all are complete or one fails: the outcome is then the variant Cut
	Value             // until one is complete: the outcome is its output, and does not tell whose
)

// RaceForm is a kind of race and the number of the variant that its outcome has when futures were cut short.
type RaceForm struct {
	Kind RaceKind
	Cut  int
	Name string // what the caller calls it in messages
	Time bool   // what cuts a future short is time, so that the program goes on
	None string // what it panics with when all of its branches are off, if it does
}

// RaceForms tells what is a race: an awaited type, or a call that polls a future itself.
type RaceForms struct {
	Awaited func(typ string) RaceForm
	Called  func(callee string) RaceForm
}

// Race is a place that gives futures up before they are complete.
type Race struct {
	RaceForm
	Block    mir.Block // that suspends, or calls
	Pos      mir.Pos
	Branches []Branch // of a Limit the one future

	// Conditional: some branch has a precondition, so that it may be switched off in some turns of a loop.
	Conditional bool

	// Poll is the type of the closure that polls the branches, when the race is a macro; empty otherwise. Body is the path of its body
	// when the text notes it.
	Poll, Body string

	mask    mir.Local // of a macro, the set of branches that are off
	outcome mir.Place // the payload of Ready: an enum whose variant tells which branch won, or a Result that is Err when time is up
	ready   mir.Block // first block behind the race
}

// Branch is one of the futures of a race.
type Branch struct {
	Type  string // of the future as the race takes it
	Owned bool   // the race drops it; otherwise it only borrowed it
	Made  Making

	// Output is the variant, by number, that the future always comes out with, when the caller knows that; NoOutput otherwise.
	Output int

	// holders are the locals that own or lead to a borrowed future. The future is given up when the code comes back to making it
	// without having touched them.
	holders []mir.Local
	given   string // type of what the race was given: the future's, or that of a reference to it
}

// NoOutput is the output of a future that is not known to have only one variant.
const NoOutput = -1

// Scoped reports whether a borrowed future is owned by a variable of this body, so that it is dropped where that goes out of scope.
func (br *Branch) Scoped() bool { return len(br.holders) > 0 }

// Making is the expression that makes a future: a call, or an async block.
type Making struct {
	Block  mir.Block // NoBlock when it could not be told
	Pos    mir.Pos
	Type   string        // of an async block, as printed
	Callee string        // as printed; empty for an async block
	Args   []mir.Operand // of the call, or the captures of the block
}

// Endings are the outcomes with which a branch can be cut short: numbers of variants to give to [Body.Again], with the branch that has
// won then, or NoRival.
func (r *Race) Endings(branch int) []Ending {
	var out []Ending
	switch r.Kind {
	case Limit:
		return []Ending{{r.Cut, NoRival}}
	case Siblings:
		if len(r.Branches) > 1 {
			return []Ending{{r.Cut, NoRival}}
		}
	case First, Value:
		for i := range r.Branches {
			variant := i
			if r.Kind == Value {
				variant = r.Branches[i].Output
			}
			if i != branch && variant != NoOutput {
				out = append(out, Ending{variant, i})
			}
		}
	}
	return out
}

// Ending is one way in which a race cuts a branch short.
type Ending struct{ Variant, Rival int }

// NoRival is the rival of a branch that ends for another reason than that another future is complete.
const NoRival = -1

// Races finds the places that give futures up.
//
// May miss a race that a function of the crate's own runs, or whose parts are made on several paths.
func (b *Body) Races(forms RaceForms) []Race {
	var out []Race
	for i := range b.Awaits {
		a := &b.Awaits[i]
		form := forms.Awaited(a.Type)
		if form.Kind == NoRace || a.Poll == mir.NoBlock {
			continue
		}
		r := Race{RaceForm: form, Block: a.Block, Pos: a.Pos}
		if r.findOutcome(b, a) && r.canFail(b) && r.findAwaited(b, a) {
			out = append(out, r)
		}
	}
	for i := range b.Func.Blocks {
		block := &b.Func.Blocks[i]
		if t := &block.Term; t.Kind == mir.Call && !block.Cleanup && len(t.Args) > 0 && t.Place.IsLocal() && !t.Func.IsPlace() {
			if form := forms.Called(t.Func.Text); form.Kind == Limit {
				r := Race{RaceForm: form, Block: mir.Block(i), Pos: t.Pos, outcome: t.Place, ready: t.Return}
				r.Branches = []Branch{b.definitions().branch(b.Func.Type(t.Args[0].Place), t.Args[0])}
				out = append(out, r)
			}
		}
	}
	return out
}

// findOutcome finds the block behind the await, where the payload of Ready is still in the Poll that it came in.
func (r *Race) findOutcome(b *Body, a *Await) bool {
	poll := &b.Func.Blocks[a.Poll].Term
	if !poll.Place.IsLocal() || poll.Return == mir.NoBlock {
		return false
	}
	r.outcome = mir.Place{Local: poll.Place.Local, Proj: []mir.Elem{{Kind: mir.Downcast, Text: "Ready"}, {Kind: mir.Field}}}
	next := &b.Func.Blocks[poll.Return].Term
	if next.Kind != mir.Switch {
		return false
	}
	for _, t := range next.Targets {
		if t.Value == "0" {
			r.ready = t.Block
			return true
		}
	}
	return false
}

// canFail reports whether the outcome of siblings is a Result: the macros join! and try_join! of futures stand in one file.
func (r *Race) canFail(b *Body) bool {
	return r.Kind != Siblings || strings.HasPrefix(b.Func.Locals[r.outcome.Local].Type, "std::task::Poll<std::result::Result<")
}

// findAwaited finds the branches of a race that is awaited.
func (r *Race) findAwaited(b *Body, a *Await) bool {
	d := b.definitions()
	awaited, ok := d.of(a.Awaitee)
	if !ok {
		return false
	}
	call := d.throughMoves(awaited)
	if call.term == nil || len(call.term.Args) == 0 {
		return false
	}
	switch args := call.term.Args; {
	case r.Kind == Limit:
		o := d.limited(a.Type, args)
		r.Branches = []Branch{d.branch(b.Func.Type(o.Place), o)}
		return o.IsPlace()
	case strings.Contains(a.Type, "{closure@"):
		return r.fromClosure(d, args[0])
	default:
		r.fromArguments(d, args)
	}
	return len(r.Branches) > 1
}

// limited is the one future among the arguments of a call: the one whose type the awaited future has for its own argument.
func (d *definitions) limited(awaited string, args []mir.Operand) mir.Operand {
	of := mir.Args(strings.TrimSuffix(awaited, "()}"))
	for _, a := range args {
		if a.IsPlace() && slices.Contains(of, d.f.Type(a.Place)) {
			return a
		}
	}
	return args[len(args)-1]
}

// fromArguments takes the futures that a call was given: one by one, in a tuple, or in an array.
func (r *Race) fromArguments(d *definitions, args []mir.Operand) {
	if len(args) == 1 {
		if def, ok := d.ofOperand(args[0]); ok {
			if def = d.throughMoves(def); def.stmt != nil && (def.stmt.Value.Kind == mir.Tuple || def.stmt.Value.Kind == mir.Array) {
				args = def.stmt.Value.Operands
			}
		}
	}
	for _, o := range args {
		if o.IsPlace() {
			r.Branches = append(r.Branches, d.branch(d.f.Type(o.Place), o))
		}
	}
}

// fromClosure takes the futures that the closure of a macro polls. It borrows either one tuple that owns them all, or each of them.
func (r *Race) fromClosure(d *definitions, o mir.Operand) bool {
	closure := d.closure(o)
	if closure == nil {
		return false
	}
	if r.Poll = closure.Value.Type; closure.Value.Named != nil {
		r.Body = closure.Value.Named.Def
	}
	if tuple, typ, mask := d.tupleOf(closure); tuple != nil {
		r.mask = mask
		r.Conditional = mask != 0
		types, ok := mir.TupleTypes(typ)
		if !ok || len(types) != len(tuple.Value.Operands) {
			return false
		}
		for i, o := range tuple.Value.Operands {
			r.Branches = append(r.Branches, d.branch(types[i], o))
		}
		return true
	}
	for _, capture := range closure.Value.Operands {
		r.Branches = append(r.Branches, d.captured(r, capture))
	}
	return len(r.Branches) > 1
}

// closure is the statement that makes the closure in an operand, or nil.
func (d *definitions) closure(o mir.Operand) *mir.Stmt {
	def, ok := d.ofOperand(o)
	if !ok {
		return nil
	}
	if def = d.throughMoves(def); def.stmt == nil || def.stmt.Value.Kind != mir.Closure {
		return nil
	}
	return def.stmt
}

// tupleOf finds the tuple of futures that the closure of a race borrows. The other thing that the closure borrows is the set of branches
// that are switched off: code in front of the race that adds to it is a precondition. mask is that set, or 0 when nothing adds to it.
func (d *definitions) tupleOf(closure *mir.Stmt) (tuple *mir.Stmt, typ string, mask mir.Local) {
	for _, capture := range closure.Value.Operands {
		ref, ok := d.ofOperand(capture)
		if !ok || ref.stmt == nil || ref.stmt.Value.Kind != mir.Ref || !ref.stmt.Value.Place.IsLocal() {
			continue
		}
		made, ok := d.of(ref.stmt.Value.Place.Local)
		if ok && made.stmt != nil && made.stmt.Value.Kind == mir.Tuple {
			tuple, typ = made.stmt, d.f.Type(ref.stmt.Value.Place)
		} else if !ok {
			mask = ref.stmt.Value.Place.Local
		}
	}
	return tuple, typ, mask
}

// branch tells where the future in an operand was made, or, when the race only borrows it, the future that it leads to.
func (d *definitions) branch(typ string, o mir.Operand) Branch {
	br := Branch{Type: typ, given: typ, Owned: !isReference(typ), Made: Making{Block: mir.NoBlock}, Output: NoOutput}
	if br.Owned {
		br.Made = d.Making(o)
		return br
	}
	d.findHolders(&br, o)
	return br
}

// captured is a branch that the closure of a macro borrows. The macro's own variable is dropped as soon as the race is over.
func (d *definitions) captured(r *Race, o mir.Operand) Branch {
	typ := d.f.Type(o.Place)
	br := Branch{Type: typ, given: typ, Made: Making{Block: mir.NoBlock}, Output: NoOutput}
	d.findHolders(&br, o)
	for at := r.ready; br.Scoped() && at != mir.NoBlock; {
		t := &d.f.Blocks[at].Term
		if t.Kind != mir.Drop && t.Kind != mir.Goto {
			break
		}
		br.Owned = br.Owned || t.Kind == mir.Drop && t.Place.IsLocal() && t.Place.Local == br.holders[len(br.holders)-1]
		at = t.Return
	}
	return br
}

// findHolders follows a reference to the variable of this body that owns the future, and that one to the expression that makes it.
func (d *definitions) findHolders(br *Branch, o mir.Operand) {
	if !o.IsPlace() || !o.Place.IsLocal() {
		return
	}
	var holders []mir.Local
	at := o.Place.Local
	for range maxMoves {
		holders = append(holders, at)
		if !isReference(d.f.Locals[at].Type) {
			if made := d.Making(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: at}}); made.Block != mir.NoBlock {
				br.Type, br.Made, br.holders = d.f.Locals[at].Type, made, holders
			}
			return
		}
		next, ok := d.leadsTo(at)
		if !ok {
			return
		}
		at = next
	}
}

// isPin reports whether a value is a Pin that core's `pin!` makes of a reference (library/core/src/pin.rs).
func isPin(v *mir.Rvalue) bool {
	return v.Kind == mir.Adt && len(v.Operands) == 1 && strings.HasPrefix(v.Type, "std::pin::Pin::<&")
}

// leadsTo is the local that a reference was made of.
func (d *definitions) leadsTo(l mir.Local) (mir.Local, bool) {
	def, ok := d.of(l)
	if !ok {
		return 0, false
	}
	var from mir.Operand
	switch def = d.throughMoves(def); {
	case def.term != nil && len(def.term.Args) == 1:
		from = def.term.Args[0]
	case def.stmt != nil && def.stmt.Value.Kind == mir.Ref:
		from = mir.Operand{Kind: mir.Copy, Place: def.stmt.Value.Place}
		if p := &from.Place; len(p.Proj) == 1 && p.Proj[0].Kind == mir.Deref {
			p.Proj = nil
		}
	case def.stmt != nil && isPin(&def.stmt.Value):
		from = def.stmt.Value.Operands[0]
	}
	return from.Place.Local, from.IsPlace() && from.Place.IsLocal()
}
