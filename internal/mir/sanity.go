package mir

import "fmt"

// Check lists what in a crate breaks a promise of the IR: a block or local that does not exist, a block without terminator, a
// node without the parts that its kind has. It is empty for every MIR that rustc prints, and for everything that the parser
// makes of any other text; analyses index tables of locals and blocks without looking.
func Check(c *Crate) []string {
	var s sanity
	for _, f := range c.Funcs {
		s.fn = f
		s.function(f)
	}
	if c.Stats.Funcs != len(c.Funcs) {
		s.problems = append(s.problems, fmt.Sprintf("%d bodies counted, %d there", c.Stats.Funcs, len(c.Funcs)))
	}
	return s.problems
}

// maxReported bounds the list: one is enough to know, and a hostile crate must not make an unbounded one.
const maxReported = 100

type sanity struct {
	fn       *Func
	at       Block
	problems []string
}

func (s *sanity) report(format string, args ...any) {
	if len(s.problems) < maxReported {
		s.problems = append(s.problems, fmt.Sprintf("%s bb%d: ", s.fn.Path, s.at)+fmt.Sprintf(format, args...))
	}
}

func (s *sanity) expect(ok bool, what string) {
	if !ok {
		s.report("%s", what)
	}
}

func (s *sanity) function(f *Func) {
	s.at = 0
	s.expect(f.Path != "", "no path")
	s.expect(f.Params >= 0 && f.Params < len(f.Locals), "more parameters than locals")
	for l := range f.Locals {
		if f.Locals[l].Type == "" {
			s.report("_%d is not declared", l)
		}
	}
	for _, d := range f.Debug {
		if d.Place.Local >= 0 {
			s.place(d.Place)
		}
	}
	s.expect(len(f.Blocks) > 0, "no blocks")
	for i := range f.Blocks {
		s.at = Block(i)
		s.block(&f.Blocks[i])
	}
}

func (s *sanity) block(b *BasicBlock) {
	s.expect(s.at != 0 || !b.Cleanup, "a body begins in a cleanup block")
	for i := range b.Stmts {
		s.statement(&b.Stmts[i])
	}
	s.terminator(&b.Term)
}

func (s *sanity) statement(st *Stmt) {
	switch st.Kind {
	case Assign:
		s.place(st.Place)
		s.rvalue(&st.Value)
	case SetDiscr:
		s.place(st.Place)
		s.expect(st.Value.Op != "", "a discriminant without value")
	case StorageLive, StorageDead:
		s.place(st.Place)
		s.expect(st.Place.IsLocal(), "storage of a part of a local")
	case Intrinsic:
		s.expect(st.Value.Op != "", "an intrinsic without name")
		s.operands(st.Value.Operands)
	}
}

func (s *sanity) rvalue(v *Rvalue) {
	s.operands(v.Operands)
	s.place(v.Place)
	switch v.Kind {
	case OpaqueRvalue:
		s.report("an assignment of an opaque value")
	case Use, Repeat, Cast:
		s.expect(len(v.Operands) == 1, "a use, repeat or cast without its one operand")
		s.expect(v.Kind == Use || v.Type != "", "a repeat without count, or a cast without type")
	case Op, ThreadLocal:
		s.expect(v.Op != "", "an operator or thread local without name")
	case Adt, Closure, Coroutine:
		s.expect(v.Type != "", "an aggregate without type")
		s.expect(v.Kind == Adt || v.Named != nil, "a closure without names")
		s.expect(v.Named == nil || len(v.Named.Fields) == len(v.Operands), "names and operands of an aggregate differ in number")
	}
}

func (s *sanity) operands(list []Operand) {
	for _, o := range list {
		s.operand(o)
	}
}

func (s *sanity) operand(o Operand) {
	if o.IsPlace() {
		s.place(o.Place)
	}
}

func (s *sanity) place(p Place) {
	s.local(p.Local)
	for _, e := range p.Proj {
		switch e.Kind {
		case Index:
			s.local(Local(e.Index))
		case Field:
			s.expect(e.Index >= 0 && e.Text != "", "a field without number or type")
		case Downcast, Retype, Subscript:
			s.expect(e.Text != "", "a projection without text")
		}
	}
}

func (s *sanity) local(l Local) {
	if l < 0 || int(l) >= len(s.fn.Locals) {
		s.report("_%d of %d locals", l, len(s.fn.Locals))
	}
}

func (s *sanity) terminator(t *Term) {
	s.edge(t.Return, "normal edge")
	s.unwind(t.Unwind)
	for _, to := range t.Targets {
		s.edge(to.Block, "target")
		s.expect(to.Value != "", "a target without value")
	}
	switch t.Kind {
	case OpaqueTerm:
		s.expect(t.Text != "", "no terminator")
	case Goto:
		s.expect(t.Return != NoBlock, "a goto without target")
	case Switch:
		s.operand(t.Operand)
		s.expect(len(t.Targets) > 0, "a switch without targets")
	case Drop:
		s.place(t.Place)
		s.expect(t.Return != NoBlock, "a drop that goes nowhere")
	case Call:
		s.call(t)
	case Assert:
		s.operand(t.Operand)
		s.expect(t.Return != NoBlock, "an assert that goes nowhere")
	}
}

func (s *sanity) call(t *Term) {
	s.place(t.Place)
	s.operand(t.Func)
	s.operands(t.Args)
	s.expect(t.Func.IsPlace() || t.Func.Text != "", "a call without callee")
}

// edge checks a successor that is not an unwind: unwinding is never left, and entered by unwinding only.
func (s *sanity) edge(to Block, what string) {
	if to == NoBlock || !s.exists(to) {
		return
	}
	if from := s.fn.Blocks[s.at].Cleanup; from != s.fn.Blocks[to].Cleanup {
		s.report("%s to bb%d goes into or out of unwinding", what, to)
	}
}

func (s *sanity) unwind(to Block) {
	if to != NoBlock && s.exists(to) {
		s.expect(s.fn.Blocks[to].Cleanup, "unwinding to a block that is no cleanup")
	}
}

func (s *sanity) exists(b Block) bool {
	if b < 0 || int(b) >= len(s.fn.Blocks) {
		s.report("bb%d of %d blocks", b, len(s.fn.Blocks))
		return false
	}
	return true
}
