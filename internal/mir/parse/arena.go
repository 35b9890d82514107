package parse

import "pollux/internal/mir"

// pool hands out slices cut from large chunks: a body has many small lists, and one allocation for each of them would cost more
// than reading the text. A slice that was handed out is never appended to.
type pool[T any] struct{ free []T }

// chunk is how many elements a pool allocates at once.
const chunk = 256

// room returns n zeroed elements that are not yet taken.
func (p *pool[T]) room(n int) []T {
	if len(p.free) < n {
		p.free = make([]T, max(chunk, n))
	}
	return p.free[:n]
}

// take hands out the first n elements of room.
func (p *pool[T]) take(n int) []T {
	out := p.free[:n:n]
	p.free = p.free[n:]
	return out
}

// keep hands out a copy of s.
func (p *pool[T]) keep(s []T) []T {
	if len(s) == 0 {
		return nil
	}
	if len(s) > chunk/4 {
		return append([]T(nil), s...) // the rest of the chunk stays for smaller lists
	}
	copy(p.room(len(s)), s)
	return p.take(len(s))
}

// arena has a pool for each kind of list, and the lists that are being read.
type arena struct {
	stmtPool    pool[mir.Stmt]
	elemPool    pool[mir.Elem]
	operandPool pool[mir.Operand]
	targetPool  pool[mir.Target]
	localPool   pool[mir.Var]
	debugPool   pool[mir.DebugVar]
	blockPool   pool[mir.BasicBlock]
	namedPool   pool[mir.Named]
	fieldPool   pool[string]

	stmts    []mir.Stmt       // of the block
	blocks   []mir.BasicBlock // of the body
	lets     []declared       // of the body
	names    []mir.DebugVar   // of the body
	elems    []mir.Elem       // of the place
	operands []mir.Operand    // of the call or aggregate
	targets  []mir.Target     // of the terminator
	fields   []string         // of the aggregate
}
