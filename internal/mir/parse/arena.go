package parse

import "pollux/internal/mir"

// arena hands out slices cut from large chunks: a body has many small lists, and one allocation for each of them would cost
// more than reading the text. A list that was handed out is never appended to again.
type arena struct {
	stmts    []mir.Stmt // of the block being read
	stmtPool []mir.Stmt
	blocks   []mir.BasicBlock // of the body being read
	elems    []mir.Elem
	operands []mir.Operand
}

const chunk = 512

func (a *arena) beginBlock() { a.stmts = a.stmts[:0] }

func (a *arena) endBlock() []mir.Stmt {
	n := len(a.stmts)
	if n == 0 {
		return nil
	}
	if len(a.stmtPool) < n {
		a.stmtPool = make([]mir.Stmt, max(chunk, n))
	}
	out := a.stmtPool[:n:n]
	a.stmtPool = a.stmtPool[n:]
	copy(out, a.stmts)
	return out
}

// keepElems copies a scratch list of projections into the arena.
func (a *arena) keepElems(s []mir.Elem) []mir.Elem {
	n := len(s)
	if n == 0 {
		return nil
	}
	if len(a.elems) < n {
		a.elems = make([]mir.Elem, max(chunk, n))
	}
	out := a.elems[:n:n]
	a.elems = a.elems[n:]
	copy(out, s)
	return out
}

func (a *arena) keepOperands(s []mir.Operand) []mir.Operand {
	n := len(s)
	if n == 0 {
		return nil
	}
	if len(a.operands) < n {
		a.operands = make([]mir.Operand, max(chunk, n))
	}
	out := a.operands[:n:n]
	a.operands = a.operands[n:]
	copy(out, s)
	return out
}
