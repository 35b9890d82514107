// Package mir is the intermediate representation that everything above reads: rustc's own MIR, as its text prints it after
// drop elaboration and the coroutine transform.
//
// The IR keeps what the text says and adds nothing. Strings (paths, types, constants) are substrings of [Crate.Text], so a
// Crate keeps its text alive and costs little beside it. Spans are decoded on demand: a [Pos] is an offset into the text.
//
// What can appear where:
//
//	           statement  terminator  rvalue  holds
//	Assign         x                          Place, Rvalue
//	SetDiscr       x                          Place, Value
//	StorageLive    x                          Place (local only)
//	StorageDead    x                          Place (local only)
//	Intrinsic      x                          Operands of assume and copy_nonoverlapping; of others the name alone
//	OpaqueStmt     x                          Text nobody understood: counted, never guessed at
//	Goto                      x               Return
//	Switch                    x               Operand, Targets, Otherwise
//	Return, Resume, Unreachable, Terminate    nothing
//	Drop                      x               Place, Return, Unwind
//	Call                      x               Func, Args, Place (destination), Return, Unwind
//	Assert                    x               Operand, Return, Unwind
//	OpaqueTerm                x               Text; its edges are unknown, except those of asm!: Targets are its labels
//
// Not here: meaning. What a suspension is stands in internal/coro, what a callee does in internal/facts.
package mir

// Pos is the byte offset in Crate.Text just behind an element, where its `// scope N at FILE:L:C: L:C` comment begins. Zero means no span.
type Pos int32

// Local is the number of a MIR local: 0 is the return place, 1.. are the parameters.
type Local int32

// Block is the number of a basic block. NoBlock means that there is no such edge.
type Block int32

// NoBlock is the absent edge.
const NoBlock Block = -1

// Crate is the MIR of one compilation unit.
type Crate struct {
	Name     string // crate name with underscores; paths of the crate itself print without it
	Text     string
	Funcs    []*Func
	Problems []Problem
	Stats    Stats
}

// Stats counts what was read, so that the share of what was not understood is a number one can track.
type Stats struct {
	Bytes, Funcs, Blocks, Statements, Opaque int
}

// Problem is a piece of text that the parser did not understand.
type Problem struct {
	Line int // 1-based line of the MIR text
	What string
	Text string
}

// FuncKind tells what a body belongs to.
type FuncKind uint8

// Kinds of bodies.
const (
	Fn FuncKind = iota
	Const
	Static
)

// Func is one body.
type Func struct {
	Kind   FuncKind
	Path   string // as printed: `a::b`, `m::<impl at FILE:L:C: L:C>::name`, `f::{closure#0}`
	Params int    // locals 1..Params
	Locals []Var  // by Local; index 0 is the return place
	Debug  []DebugVar
	Blocks []BasicBlock // by Block
	Pos    Pos          // of the return place: its span is the function's signature or body
}

// Var is a local's declaration.
type Var struct {
	Type string
	Pos  Pos
}

// DebugVar is a name that the source gives to a place (or, when Place.Local is negative, to a constant).
type DebugVar struct {
	Name  string
	Place Place
	Pos   Pos
}

// BasicBlock is a run of statements with one terminator.
type BasicBlock struct {
	Cleanup bool // only reached by unwinding
	Stmts   []Stmt
	Term    Term
}

// StmtKind tells statements apart.
type StmtKind uint8

// Kinds of statements.
const (
	OpaqueStmt StmtKind = iota
	Assign
	SetDiscr
	StorageLive
	StorageDead
	Intrinsic
)

// Stmt is one statement.
type Stmt struct {
	Kind  StmtKind
	Place Place
	Value Rvalue // of Assign; Operands of Intrinsic; Op is the discriminant of SetDiscr, the name of an Intrinsic, or the opaque text
	Pos   Pos
}

// TermKind tells terminators apart.
type TermKind uint8

// Kinds of terminators.
const (
	OpaqueTerm TermKind = iota
	Goto
	Switch
	Return
	Resume
	Unreachable
	Terminate
	Drop
	Call
	Assert
)

// Term ends a block.
type Term struct {
	Kind    TermKind
	Place   Place   // Drop: what is dropped. Call: destination
	Func    Operand // Call: callee, a Constant with the path in Text, or a function pointer
	Args    []Operand
	Operand Operand  // Switch, Assert
	Targets []Target // Switch
	Return  Block    // successor when nothing unwinds; `otherwise` of a Switch; NoBlock when the call diverges
	Unwind  Block    // cleanup block, or NoBlock
	Text    string   // OpaqueTerm; of asm! without the edges
	Pos     Pos
}

// Target is one arm of a Switch.
type Target struct {
	Value string // as printed: decimal, or `char`
	Block Block
}

// OperandKind tells operands apart.
type OperandKind uint8

// Kinds of operands.
const (
	Constant OperandKind = iota
	Copy
	Move
)

// Operand is a place that is read, or a constant.
type Operand struct {
	Kind  OperandKind
	Place Place
	Text  string // of a Constant, without `const `
}

// IsPlace reports whether o reads a place.
func (o Operand) IsPlace() bool { return o.Kind != Constant }

// RvalueKind tells rvalues apart.
type RvalueKind uint8

// Kinds of rvalues.
const (
	OpaqueRvalue RvalueKind = iota
	Use                     // Operands[0]
	Repeat                  // Operands[0], Type is the count
	Ref                     // Place; Op is "", "mut" or "fake"
	RawPtr                  // Place; Op is "const", "mut", or "fake" when only the metadata is read
	Cast                    // Operands[0] as Type; Op is the cast kind
	Op                      // Op(Operands...): unary, binary and nullary operators
	Discriminant            // Place
	Len                     // Place
	CopyForDeref            // Place
	ThreadLocal             // Op is the path of the static
	Tuple                   // Operands
	Array                   // Operands
	Adt                     // Type is the path of struct or variant with generics; Operands, Named when the fields have names
	Closure                 // Type `{closure@..}`; Operands are the captures, Named
	Coroutine               // Type `{coroutine@..}`; Operands are the captures, Named
)

// Rvalue is the right-hand side of an assignment.
type Rvalue struct {
	Kind     RvalueKind
	Op       string
	Type     string
	Place    Place
	Operands []Operand
	Named    *Named // of Adt, Closure and Coroutine when the text gives names
}

// Named is what only some aggregates have.
type Named struct {
	Fields []string // names of the fields or captures, as many as Operands
	Def    string   // of Closure and Coroutine: path of the body, when the text names it
}

// ElemKind tells projections apart.
type ElemKind uint8

// Kinds of projections.
const (
	Deref     ElemKind = iota
	Field              // Index, Type of the field
	Downcast           // Name of the variant, or `variant#N` with Index N
	Index              // Index is the local
	Subscript          // constant index or subslice; Name is the text
	Retype             // opaque cast or subtype; Type
)

// Elem is one step from a place into a part of it.
type Elem struct {
	Kind  ElemKind
	Index int32
	Text  string
}

// Place is a local and a path into it.
type Place struct {
	Local Local
	Proj  []Elem
}

// IsLocal reports whether p is a whole local.
func (p Place) IsLocal() bool { return len(p.Proj) == 0 }

// Same reports whether two projections take the same step. Types are not compared: equal steps from equal places have equal types.
func (e Elem) Same(o Elem) bool {
	return e.Kind == o.Kind && e.Index == o.Index && (e.Kind == Field || e.Kind == Retype || e.Text == o.Text)
}

// HasPrefix reports whether q is p or a place that contains p.
func (p Place) HasPrefix(q Place) bool {
	if p.Local != q.Local || len(p.Proj) < len(q.Proj) {
		return false
	}
	for i, e := range q.Proj {
		if !e.Same(p.Proj[i]) {
			return false
		}
	}
	return true
}

// Equal reports whether p and q are the same place.
func (p Place) Equal(q Place) bool { return len(p.Proj) == len(q.Proj) && p.HasPrefix(q) }

// Overlaps reports whether one place contains the other.
func (p Place) Overlaps(q Place) bool { return p.HasPrefix(q) || q.HasPrefix(p) }

// Type is the type of the place: of its last typed projection, or of the local. It is empty after a projection whose type the
// text does not print (a deref, a downcast or an index of something that is not a plain local).
func (f *Func) Type(p Place) string {
	for i := len(p.Proj) - 1; i >= 0; i-- {
		switch e := p.Proj[i]; e.Kind {
		case Field, Retype:
			return typeAfter(e.Text, p.Proj[i+1:])
		}
	}
	if int(p.Local) >= len(f.Locals) || p.Local < 0 {
		return ""
	}
	return typeAfter(f.Locals[p.Local].Type, p.Proj)
}

// typeAfter follows derefs, downcasts and indexing from a printed type.
func typeAfter(t string, proj []Elem) string {
	for _, e := range proj {
		switch e.Kind {
		case Deref:
			t = Pointee(t)
		case Downcast:
			// The variant of an enum has the enum's type.
		case Index, Subscript:
			t = Element(t)
		}
	}
	return t
}
