package mir

import "strconv"

// Format prints a crate in rustc's own syntax, as far as the IR keeps what the text said: spans, scopes, the messages of asserts
// and the reasons of an unwind that goes nowhere are not printed. What is printed parses back to an equal IR.
func Format(c *Crate) string {
	var p printer
	for i, f := range c.Funcs {
		if i > 0 {
			p.add("\n")
		}
		p.function(f)
	}
	return string(p.out)
}

// String prints a body as [Format] does.
func (f *Func) String() string {
	var p printer
	p.function(f)
	return string(p.out)
}

// String prints a statement with its semicolon.
func (s *Stmt) String() string {
	var p printer
	p.statement(s)
	return string(p.out)
}

// String prints a terminator with its semicolon; it is empty for a block that has none.
func (t *Term) String() string {
	var p printer
	p.terminator(t)
	return string(p.out)
}

// String prints a place: `((*_1).0: T)`.
func (p Place) String() string {
	var out printer
	out.place(p)
	return string(out.out)
}

// String prints an operand: `copy _1`, `move _1`, `const 1_u8`.
func (o Operand) String() string {
	var p printer
	p.operand(o)
	return string(p.out)
}

// printer appends to one buffer.
type printer struct{ out []byte }

func (p *printer) add(parts ...string) {
	for _, s := range parts {
		p.out = append(p.out, s...)
	}
}

func (p *printer) number(n int) { p.out = strconv.AppendInt(p.out, int64(n), 10) }

func (p *printer) local(l Local) {
	p.add("_")
	p.number(int(l))
}

func (p *printer) block(b Block) {
	p.add("bb")
	p.number(int(b))
}

func (p *printer) function(f *Func) {
	p.header(f)
	for _, d := range f.Debug {
		p.add("    debug ", d.Name, " => ")
		if d.Place.Local < 0 {
			p.add("const _")
		} else {
			p.place(d.Place)
		}
		p.add(";\n")
	}
	for l := range f.Locals {
		p.declaration(f, Local(l))
	}
	for i := range f.Blocks {
		p.basicBlock(Block(i), &f.Blocks[i])
	}
	p.add("}\n")
}

func (p *printer) header(f *Func) {
	var result string
	if len(f.Locals) > 0 {
		result = f.Locals[0].Type
	}
	switch f.Kind {
	case Const:
		p.add("const ", f.Path, ": ", result, " = {\n")
		return
	case Static:
		p.add("static ", f.Path, ": ", result, " = {\n")
		return
	}
	p.add("fn ", f.Path, "(")
	for l := Local(1); int(l) <= f.Params && int(l) < len(f.Locals); l++ {
		if l > 1 {
			p.add(", ")
		}
		p.local(l)
		p.add(": ", f.Locals[l].Type)
	}
	p.add(") -> ", result, " {\n")
}

// declaration prints a `let`. Parameters are declared by the header.
func (p *printer) declaration(f *Func, l Local) {
	if l > 0 && int(l) <= f.Params || f.Locals[l].Type == "" {
		return
	}
	p.add("    let mut ")
	p.local(l)
	p.add(": ", f.Locals[l].Type, ";\n")
}

func (p *printer) basicBlock(n Block, b *BasicBlock) {
	p.add("\n    ")
	p.block(n)
	if b.Cleanup {
		p.add(" (cleanup)")
	}
	p.add(": {\n")
	for i := range b.Stmts {
		p.add("        ")
		p.statement(&b.Stmts[i])
		p.add("\n")
		p.definition(b.Stmts[i].Value.Named)
	}
	if at := len(p.out); b.Term.Kind != OpaqueTerm || b.Term.Text != "" {
		p.add("        ")
		p.terminator(&b.Term)
		if len(p.out) > at {
			p.add("\n")
		}
	}
	p.add("    }\n")
}

// definition prints the comment that names the body of a closure or coroutine. The numbers of a DefId mean nothing to the IR.
func (p *printer) definition(n *Named) {
	if n != nil && n.Def != "" {
		p.add("        // + def_id: DefId(0:0 ~ crate[0000]::", n.Def, ")\n")
	}
}

func (p *printer) statement(s *Stmt) {
	switch s.Kind {
	case OpaqueStmt:
		p.add(s.Value.Op)
	case Assign:
		p.place(s.Place)
		p.add(" = ")
		p.rvalue(&s.Value)
	case SetDiscr:
		p.add("discriminant(")
		p.place(s.Place)
		p.add(") = ", s.Value.Op)
	case StorageLive:
		p.add("StorageLive(")
		p.place(s.Place)
		p.add(")")
	case StorageDead:
		p.add("StorageDead(")
		p.place(s.Place)
		p.add(")")
	case Intrinsic:
		p.add(s.Value.Op)
		p.list("(", s.Value.Operands, ")")
	}
	p.add(";")
}

func (p *printer) rvalue(v *Rvalue) {
	switch v.Kind {
	case OpaqueRvalue:
		p.add(v.Op)
	case Use:
		p.operands(v.Operands)
	case Repeat:
		p.list("[", v.Operands, "; ")
		p.add(v.Type, "]")
	case Ref, RawPtr:
		p.borrow(v)
	case Cast:
		p.operands(v.Operands)
		p.add(" as ", v.Type)
		if v.Op != "" {
			p.add(" (", v.Op, ")")
		}
	case Op:
		p.add(v.Op)
		p.list("(", v.Operands, ")")
	case Discriminant, Len, CopyForDeref:
		p.reading(v)
	case ThreadLocal:
		p.add("&/*tls*/ ", v.Op)
	case Tuple, Array, Adt, Closure, Coroutine:
		p.aggregate(v)
	}
}

func (p *printer) borrow(v *Rvalue) {
	p.add("&")
	switch {
	case v.Kind == RawPtr && v.Op == "fake":
		p.add("raw const (fake) ")
	case v.Kind == RawPtr:
		p.add("raw ", v.Op, " ")
	case v.Op != "":
		p.add(v.Op, " ")
	}
	p.place(v.Place)
}

func (p *printer) reading(v *Rvalue) {
	open, end := "discriminant(", ")"
	switch v.Kind {
	case Len:
		open = "Len("
	case CopyForDeref:
		open, end = "deref_copy ", ""
	}
	p.add(open)
	p.place(v.Place)
	p.add(end)
}

func (p *printer) aggregate(v *Rvalue) {
	switch {
	case v.Kind == Tuple && len(v.Operands) == 1:
		p.list("(", v.Operands, ",)")
	case v.Kind == Tuple:
		p.list("(", v.Operands, ")")
	case v.Kind == Array:
		p.list("[", v.Operands, "]")
	case v.Named != nil:
		p.add(v.Type)
		p.fields(v)
	case len(v.Operands) == 0:
		p.add(v.Type)
	case len(v.Type) > 0 && v.Type[0] == '*':
		p.add(v.Type)
		p.list(" from (", v.Operands, ")")
	default:
		p.add(v.Type)
		p.list("(", v.Operands, ")")
	}
}

// fields prints ` { name: op, .. }`. A closure without captures prints without braces, a struct without fields with them.
func (p *printer) fields(v *Rvalue) {
	if len(v.Operands) == 0 && v.Kind != Adt {
		return
	}
	for i, o := range v.Operands {
		if i == 0 {
			p.add(" { ")
		} else {
			p.add(", ")
		}
		if i < len(v.Named.Fields) {
			p.add(v.Named.Fields[i])
		}
		p.add(": ")
		p.operand(o)
	}
	if len(v.Operands) == 0 {
		p.add(" {")
	}
	p.add(" }")
}

func (p *printer) operands(list []Operand) { p.list("", list, "") }

func (p *printer) list(open string, list []Operand, end string) {
	p.add(open)
	for i, o := range list {
		if i > 0 {
			p.add(", ")
		}
		p.operand(o)
	}
	p.add(end)
}

func (p *printer) operand(o Operand) {
	switch o.Kind {
	case Constant:
		p.add("const ", o.Text)
		return
	case Copy:
		p.add("copy ")
	case Move:
		p.add("move ")
	}
	p.place(o.Place)
}

// place prints the brackets of the outer projections first: the last step encloses all others.
func (p *printer) place(pl Place) {
	for i := len(pl.Proj) - 1; i >= 0; i-- {
		switch pl.Proj[i].Kind {
		case Deref:
			p.add("(*")
		case Field, Downcast, Retype:
			p.add("(")
		}
	}
	p.local(pl.Local)
	for _, e := range pl.Proj {
		p.step(e)
	}
}

// step prints what stands behind the place that a projection starts from.
func (p *printer) step(e Elem) {
	switch e.Kind {
	case Deref:
		p.add(")")
	case Field:
		p.add(".")
		p.number(int(e.Index))
		p.add(": ", e.Text, ")")
	case Downcast:
		p.add(" as ", e.Text, ")")
	case Retype:
		p.add(" as subtype ", e.Text, ")")
	case Index:
		p.add("[")
		p.local(Local(e.Index))
		p.add("]")
	case Subscript:
		p.add("[", e.Text, "]")
	}
}

func (p *printer) terminator(t *Term) {
	switch t.Kind {
	case OpaqueTerm:
		p.opaque(t)
	case Goto:
		p.add("goto -> ")
		p.block(t.Return)
	case Switch:
		p.add("switchInt(")
		p.operand(t.Operand)
		p.add(") -> ")
		p.targets(t, "otherwise: ")
	case Return:
		p.add("return")
	case Resume:
		p.add("resume")
	case Unreachable:
		p.add("unreachable")
	case Terminate:
		p.add("terminate(cleanup)")
	case Drop:
		p.add("drop(")
		p.place(t.Place)
		p.add(")")
		p.edges(t, "return: ")
	case Call:
		p.call(t)
		p.edges(t, "return: ")
	case Assert:
		p.add("assert(")
		p.operand(t.Operand)
		p.add(`, "")`)
		p.edges(t, "success: ")
	}
	p.add(";")
}

// opaque prints the text of a terminator. Of asm! the edges are known and not in the text.
func (p *printer) opaque(t *Term) {
	p.add(t.Text)
	if t.Return != NoBlock || len(t.Targets) > 0 || isAsm(t.Text) {
		p.edges(t, "return: ")
	}
}

func isAsm(text string) bool { return len(text) > 5 && text[:5] == "asm!(" }

func (p *printer) call(t *Term) {
	p.place(t.Place)
	p.add(" = ")
	if t.Func.IsPlace() {
		p.operand(t.Func)
	} else {
		p.add(t.Func.Text)
	}
	p.list("(", t.Args, ")")
}

// edges prints ` -> [return: bb1, label: bb2, unwind: bb3]`, or ` -> unwind continue` when nothing else is there.
func (p *printer) edges(t *Term, name string) {
	p.add(" -> ")
	if t.Return == NoBlock && len(t.Targets) == 0 && t.Unwind == NoBlock {
		p.add("unwind continue")
		return
	}
	p.add("[")
	if t.Return != NoBlock {
		p.add(name)
		p.block(t.Return)
		p.add(", ")
	}
	for _, to := range t.Targets {
		p.add(to.Value, ": ")
		p.block(to.Block)
		p.add(", ")
	}
	if t.Unwind == NoBlock {
		p.add("unwind continue]")
		return
	}
	p.add("unwind: ")
	p.block(t.Unwind)
	p.add("]")
}

// targets prints the arms of a switch.
func (p *printer) targets(t *Term, name string) {
	p.add("[")
	for i, to := range t.Targets {
		if i > 0 {
			p.add(", ")
		}
		p.add(to.Value, ": ")
		p.block(to.Block)
	}
	if t.Return != NoBlock {
		if len(t.Targets) > 0 {
			p.add(", ")
		}
		p.add(name)
		p.block(t.Return)
	}
	p.add("]")
}
