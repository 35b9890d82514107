package mir

import (
	"strings"
	"testing"
)

// sound is a crate of one body that breaks no promise.
func sound() (*Crate, *Func) {
	f := &Func{
		Path: "f", Params: 1, Locals: []Var{{Type: "()"}, {Type: "u8"}},
		Blocks: []BasicBlock{
			{
				Stmts: []Stmt{{Kind: Assign, Place: Place{Local: 1}, Value: Rvalue{Kind: Use, Operands: []Operand{{Text: "1_u8"}}}}},
				Term:  Term{Kind: Call, Func: Operand{Text: "g"}, Return: 1, Unwind: 2},
			},
			{Term: Term{Kind: Return, Return: NoBlock, Unwind: NoBlock}},
			{Cleanup: true, Term: Term{Kind: Resume, Return: NoBlock, Unwind: NoBlock}},
		},
	}
	return &Crate{Funcs: []*Func{f}, Stats: Stats{Funcs: 1}}, f
}

func TestCheckFindsWhatIsBroken(t *testing.T) {
	check := func(want string, spoil func(c *Crate, f *Func)) {
		t.Helper()
		c, f := sound()
		spoil(c, f)
		got := strings.Join(Check(c), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("found %q, want %q", got, want)
		}
	}
	stmt := func(f *Func, kind StmtKind, v Rvalue) {
		f.Blocks[0].Stmts[0].Kind, f.Blocks[0].Stmts[0].Value = kind, v
	}
	term := func(f *Func, term Term) { f.Blocks[1].Term = term }
	check("", func(*Crate, *Func) {})
	check("2 bodies counted", func(c *Crate, _ *Func) { c.Stats.Funcs = 2 })
	check("no path", func(_ *Crate, f *Func) { f.Path = "" })
	check("more parameters", func(_ *Crate, f *Func) { f.Params = 2 })
	check("_1 is not declared", func(_ *Crate, f *Func) { f.Locals[1].Type = "" })
	check("no blocks", func(_ *Crate, f *Func) { f.Blocks = nil })
	check("begins in a cleanup", func(_ *Crate, f *Func) { f.Blocks[0].Cleanup = true })
	check("_9 of 2 locals", func(_ *Crate, f *Func) { f.Blocks[0].Stmts[0].Place.Local = 9 })
	check("_9 of 2 locals", func(_ *Crate, f *Func) { f.Debug = []DebugVar{{Place: Place{Local: 9}}} })
	check("", func(_ *Crate, f *Func) { f.Debug = []DebugVar{{Place: Place{Local: -1}}} })
	check("_9 of 2 locals", func(_ *Crate, f *Func) { f.Blocks[0].Stmts[0].Place.Proj = []Elem{{Kind: Index, Index: 9}} })
	check("field without", func(_ *Crate, f *Func) { f.Blocks[0].Stmts[0].Place.Proj = []Elem{{Kind: Field}} })
	check("projection without text", func(_ *Crate, f *Func) { f.Blocks[0].Stmts[0].Place.Proj = []Elem{{Kind: Downcast}} })
	check("without its one operand", func(_ *Crate, f *Func) { stmt(f, Assign, Rvalue{Kind: Use}) })
	check("without count", func(_ *Crate, f *Func) { stmt(f, Assign, Rvalue{Kind: Cast, Operands: make([]Operand, 1)}) })
	check("operator or thread local", func(_ *Crate, f *Func) { stmt(f, Assign, Rvalue{Kind: Op}) })
	check("opaque value", func(_ *Crate, f *Func) { stmt(f, Assign, Rvalue{}) })
	check("aggregate without type", func(_ *Crate, f *Func) { stmt(f, Assign, Rvalue{Kind: Adt}) })
	check("closure without names", func(_ *Crate, f *Func) { stmt(f, Assign, Rvalue{Kind: Closure, Type: "{closure}"}) })
	check("differ in number", func(_ *Crate, f *Func) {
		stmt(f, Assign, Rvalue{Kind: Adt, Type: "A", Named: &Named{Fields: []string{"a"}}})
	})
	check("_9 of 2 locals", func(_ *Crate, f *Func) {
		stmt(f, Assign, Rvalue{Kind: Tuple, Operands: []Operand{{Kind: Move, Place: Place{Local: 9}}}})
	})
	check("_9 of 2 locals", func(_ *Crate, f *Func) { stmt(f, Assign, Rvalue{Kind: Ref, Place: Place{Local: 9}}) })
	check("discriminant without value", func(_ *Crate, f *Func) { stmt(f, SetDiscr, Rvalue{}) })
	check("intrinsic without name", func(_ *Crate, f *Func) { stmt(f, Intrinsic, Rvalue{}) })
	check("storage of a part", func(_ *Crate, f *Func) {
		stmt(f, StorageDead, Rvalue{})
		f.Blocks[0].Stmts[0].Place.Proj = []Elem{{Kind: Deref}}
	})
	check("no terminator", func(_ *Crate, f *Func) { term(f, Term{Return: NoBlock, Unwind: NoBlock}) })
	check("", func(_ *Crate, f *Func) { term(f, Term{Text: "x", Return: NoBlock, Unwind: NoBlock}) })
	check("goto without target", func(_ *Crate, f *Func) { term(f, Term{Kind: Goto, Return: NoBlock, Unwind: NoBlock}) })
	check("switch without targets", func(_ *Crate, f *Func) { term(f, Term{Kind: Switch, Return: 1, Unwind: NoBlock}) })
	check("target without value", func(_ *Crate, f *Func) {
		term(f, Term{Kind: Switch, Return: NoBlock, Unwind: NoBlock, Targets: []Target{{Block: 1}}})
	})
	check("bb9 of 3 blocks", func(_ *Crate, f *Func) {
		term(f, Term{Kind: Switch, Return: NoBlock, Unwind: NoBlock, Targets: []Target{{"0", 9}}})
	})
	check("drop that goes nowhere", func(_ *Crate, f *Func) { term(f, Term{Kind: Drop, Return: NoBlock, Unwind: NoBlock}) })
	check("assert that goes nowhere", func(_ *Crate, f *Func) { term(f, Term{Kind: Assert, Return: NoBlock, Unwind: NoBlock}) })
	check("call without callee", func(_ *Crate, f *Func) { f.Blocks[0].Term.Func = Operand{} })
	check("_9 of 2 locals", func(_ *Crate, f *Func) { f.Blocks[0].Term.Place.Local = 9 })
	check("into or out of unwinding", func(_ *Crate, f *Func) { f.Blocks[0].Term.Return = 2 })
	check("into or out of unwinding", func(_ *Crate, f *Func) { f.Blocks[2].Term = Term{Kind: Goto, Return: 1, Unwind: NoBlock} })
	check("block that is no cleanup", func(_ *Crate, f *Func) { f.Blocks[0].Term.Unwind = 1 })
}

func TestCheckReportsABoundedNumber(t *testing.T) {
	c, f := sound()
	f.Locals = append(f.Locals, make([]Var, 10*maxReported)...)
	if n := len(Check(c)); n != maxReported {
		t.Errorf("%d problems", n)
	}
}
