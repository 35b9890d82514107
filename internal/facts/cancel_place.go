package facts

import (
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// memory names a piece of memory as one function sees it: where it begins, and the way from there. A path has steps `.N` into a field
// and `*` through a reference or a shared pointer. A Box, a Pin and the variants of an enum are no steps.
//
// Who owns memory follows from it: what is reached through `*` outlives the function that names it.
type memory struct {
	base  memoryBase
	local mir.Local // of own: a local of the function; of param: 0 is the first parameter
	path  string
}

type memoryBase uint8

const (
	own       memoryBase = iota // a local of the function
	param                       // a parameter; of a coroutine parameter 0 refers to its state, whose first fields are its captures
	global                      // a static
	thread                      // a thread-local
	elsewhere                   // of another function's own
)

// maxPath bounds the way to a piece of memory; beyond it the parts of a whole are not told apart.
const maxPath = 28

func (m memory) step(s string) memory {
	if len(m.path)+len(s) <= maxPath {
		m.path += s
	}
	return m
}

func (m memory) field(i int32) memory { return m.step("." + strconv.Itoa(int(i))) }

// outlives reports whether the memory is still there for others when the function is done with it.
func (m memory) outlives() bool {
	return m.base == global || m.base == param && strings.Contains(m.path, "*")
}

// within reports whether m is o or lies in it.
func (m memory) within(o memory) bool {
	return m.base == o.base && m.local == o.local && strings.HasPrefix(m.path, o.path) &&
		(len(m.path) == len(o.path) || m.path[len(o.path)] == '.' || m.path[len(o.path)] == '*')
}

func (m memory) overlaps(o memory) bool { return m.within(o) || o.within(m) }

// places answers for one function what memory its places name.
type places struct {
	c     *Crate
	fn    *Fn
	f     *mir.Func
	defs  []assignment
	busy  map[mir.Local]bool // being followed: a loop in the assignments leads nowhere
	known map[string]memory  // answers of target for path ""
}

// assignment is the first assignment of a whole local, and how many there are.
type assignment struct {
	block mir.Block
	stmt  *mir.Stmt
	term  *mir.Term
	n     int
}

func (c *Crate) placesOf(fn *Fn) *places {
	if fn.places == nil {
		fn.places = newPlaces(c, fn)
	}
	return fn.places
}

func newPlaces(c *Crate, fn *Fn) *places {
	p := &places{c: c, fn: fn, f: fn.mir, defs: make([]assignment, len(fn.mir.Locals)), busy: map[mir.Local]bool{}}
	for b := range p.f.Blocks {
		block := &p.f.Blocks[b]
		if block.Cleanup {
			continue
		}
		for i := range block.Stmts {
			if s := &block.Stmts[i]; s.Kind == mir.Assign && s.Place.IsLocal() {
				p.define(s.Place.Local, assignment{block: mir.Block(b), stmt: s})
			}
		}
		if t := &block.Term; t.Kind == mir.Call && t.Place.IsLocal() {
			p.define(t.Place.Local, assignment{block: mir.Block(b), term: t})
		}
	}
	return p
}

func (p *places) define(l mir.Local, a assignment) {
	if d := &p.defs[l]; d.n == 0 {
		*d = a
	}
	p.defs[l].n++
}

// begin is the storage of a local.
func (p *places) begin(l mir.Local) memory {
	if b := p.fn.body; b != nil {
		if b.IsCapture(l) {
			return memory{base: param, path: "*." + strconv.Itoa(b.CaptureIndex(l))}
		}
	} else if l >= 1 && int(l) <= p.f.Params {
		return memory{base: param, local: l - 1}
	}
	return memory{base: own, local: l}
}

// storage is the memory that a place names.
func (p *places) storage(pl mir.Place) memory {
	at := p.begin(pl.Local)
	for i, e := range pl.Proj {
		switch e.Kind {
		case mir.Deref:
			typ := p.f.Type(mir.Place{Local: pl.Local, Proj: pl.Proj[:i]})
			if strings.HasPrefix(typ, "std::boxed::Box<") {
				continue
			}
			at = p.follow(at)
		case mir.Field:
			if i == 0 && e.Index == 0 && strings.HasPrefix(p.f.Locals[pl.Local].Type, "std::pin::Pin<") || i > 0 && isPayloadOf(pl.Proj[i-1]) {
				continue
			}
			at = at.field(e.Index)
		case mir.Index, mir.Subscript:
			at = at.step(".e")
		}
	}
	return at
}

// isPayloadOf reports whether a step goes into a variant of one of core's enums: what lies in it has no place of its own, because core's
// methods give access to it by the enum.
func isPayloadOf(e mir.Elem) bool {
	return e.Kind == mir.Downcast && (siblings[e.Text] != "")
}

// isPayloadAdt reports whether an aggregate only puts a value into one of core's enums.
func isPayloadAdt(v *mir.Rvalue) bool {
	return v.Kind == mir.Adt && len(v.Operands) == 1 && siblings[mir.LastSegment(mir.WithoutGenerics(v.Type))] != ""
}

// follow is the memory that the value stored at a piece of memory refers to.
func (p *places) follow(at memory) memory {
	if at.base != own || int(at.local) >= len(p.defs) {
		return at.step("*")
	}
	return p.target(at.local, at.path)
}

// target is the memory that the part of a local at a path refers to.
func (p *places) target(l mir.Local, path string) memory {
	nowhere := memory{base: own, local: l, path: path + "*"}
	d := p.defs[l]
	if d.n == 0 || p.busy[l] {
		return nowhere
	}
	if path == "" {
		if m, ok := p.known[strconv.Itoa(int(l))]; ok {
			return m
		}
	}
	p.busy[l] = true
	m := p.targetOf(d, l, path)
	delete(p.busy, l)
	if path == "" && len(p.busy) == 0 {
		if p.known == nil {
			p.known = map[string]memory{}
		}
		p.known[strconv.Itoa(int(l))] = m
	}
	return m
}

func (p *places) targetOf(d assignment, l mir.Local, path string) memory {
	if d.term != nil {
		return p.returned(d.term, l, path)
	}
	v := &d.stmt.Value
	switch v.Kind {
	case mir.Ref, mir.RawPtr:
		if path == "" {
			return p.storage(v.Place)
		}
		return p.storage(v.Place).step(strings.TrimPrefix(path, "*"))
	case mir.CopyForDeref:
		return p.follow(p.storage(v.Place).step(path))
	case mir.Use, mir.Cast:
		return p.referent(v.Operands[0], path)
	case mir.Adt, mir.Tuple, mir.Closure, mir.Coroutine, mir.Array:
		return p.part(v, l, path)
	case mir.ThreadLocal:
		return memory{base: thread}
	}
	return memory{base: own, local: l, path: path + "*"}
}

// referent is what the part of an operand at a path refers to.
func (p *places) referent(o mir.Operand, path string) memory {
	if !o.IsPlace() {
		return memory{base: global, path: "*"}
	}
	return p.follow(p.storage(o.Place).step(path))
}

// part follows the field of an aggregate that a path begins with; a whole aggregate refers to what its first reference refers to.
func (p *places) part(v *mir.Rvalue, l mir.Local, path string) memory {
	if isPayloadAdt(v) {
		return p.referent(v.Operands[0], path)
	}
	if i, rest, ok := firstField(path); ok {
		if i < len(v.Operands) {
			return p.referent(v.Operands[i], rest)
		}
		return memory{base: own, local: l, path: path + "*"}
	}
	for _, o := range v.Operands {
		if o.IsPlace() && refers(p.f.Type(o.Place)) {
			return p.referent(o, "")
		}
	}
	return memory{base: own, local: l, path: path + "*"}
}

// firstField splits `.3*.1` into 3 and `*.1`.
func firstField(path string) (i int, rest string, ok bool) {
	if !strings.HasPrefix(path, ".") {
		return 0, path, false
	}
	end := 1
	for end < len(path) && path[end] != '.' && path[end] != '*' {
		end++
	}
	i, err := strconv.Atoi(path[1:end])
	return i, path[end:], err == nil
}

// refers reports whether a value of this type leads to other memory.
func refers(typ string) bool {
	return strings.ContainsAny(typ, "&*") || strings.HasPrefix(typ, "std::sync::Arc<") || strings.HasPrefix(typ, "std::rc::Rc<") || strings.Contains(typ, "'_") ||
		strings.HasPrefix(typ, "std::ptr::NonNull<")
}

// maxReturns bounds how many calls are looked into to learn what a result refers to.
const maxReturns = 6

// returned is what the result of a call refers to: as its body says, or, without one, what its first argument leads to.
func (p *places) returned(t *mir.Term, l mir.Local, path string) memory {
	nowhere := memory{base: own, local: l, path: path + "*"}
	if t.Func.IsPlace() {
		return nowhere
	}
	to := p.c.resolve(t.Func.Text)
	if to.kind == resolvedFn && to.fn.mir != nil && len(to.more) == 0 && p.c.returning < maxReturns {
		p.c.returning++
		inner := p.c.placesOf(to.fn).target(0, path)
		p.c.returning--
		if inner.base != own {
			return p.from(inner, p.argumentsOf(t, to))
		}
		return nowhere
	}
	if isScalar(p.f.Locals[l].Type) {
		return nowhere
	}
	for _, a := range t.Args {
		if a.IsPlace() && !isScalar(p.f.Type(a.Place)) {
			if stripRefs(p.f.Type(a.Place)) == stripRefs(p.f.Locals[l].Type) {
				if typ := p.f.Type(a.Place); mir.Pointee(typ) == "" && !strings.HasPrefix(typ, "std::pin::Pin<&") {
					return p.follow(p.storage(a.Place).step(path)) // the same value
				}
				if args := mir.Args(p.f.Locals[l].Type); len(args) == 1 && strings.HasPrefix(p.f.Locals[l].Type, "std::option::Option<") && refers(args[0]) {
					return p.follow(p.follow(p.storage(a.Place)).step(path)) // what was there: `self.owner.take()`
				}
				return p.lying(a) // the same thing, pinned or lent anew
			}
			return p.handle(a, to)
		}
	}
	return nowhere
}

// lying is where the thing lies that an argument leads to, through references, pins and shared pointers.
func (p *places) lying(a mir.Operand) memory {
	at, _ := p.reach(a)
	return at
}

// handle is what a library's function on a handle gives access to: the same memory, or, when it dereferences a shared pointer, what
// lies behind that.
func (p *places) handle(a mir.Operand, to target) memory {
	at, typ := p.reach(a)
	if isDeref(to) && !ownsContent(typ) && !isHandle(typ) && typ != "" && mir.Pointee(typ) == "" {
		return p.follow(at) // a guard
	}
	if at.base == own && at.path == "" && p.defs[at.local].n > 0 && leads(typ) {
		return p.target(at.local, "") // a guard or another handle that a call gave
	}
	return at
}

func (p *places) reach(a mir.Operand) (at memory, typ string) {
	typ, at = p.f.Type(a.Place), p.storage(a.Place)
	for range 4 {
		inner := mir.Pointee(typ)
		if args := mir.Args(typ); inner == "" && len(args) > 0 && isHandle(typ) {
			inner = args[0]
			if mir.Pointee(inner) != "" && !strings.HasPrefix(typ, "std::sync") && !strings.HasPrefix(typ, "std::rc") { // Pin<&mut T>, Option<&T>
				typ = inner
				continue
			}
		}
		if inner == "" {
			break
		}
		if !strings.HasPrefix(typ, "std::boxed::Box<") {
			at = p.follow(at)
		}
		typ = inner
	}
	return at, typ
}

func isDeref(to target) bool {
	trait := mir.LastSegment(to.call.name.Trait)
	return trait == "Deref" || trait == "DerefMut"
}

// ownsContent reports whether a type of std dereferences to what it owns.
func ownsContent(typ string) bool {
	switch mir.Head(typ) {
	case "std::boxed::Box", "std::vec::Vec", "std::string::String", "std::mem::ManuallyDrop", "std::borrow::Cow", "std::path::PathBuf", "std::ffi::OsString", "std::ffi::CString":
		return true
	}
	return false
}

// leads reports whether a value of this type gives access to memory that is not its own.
func leads(typ string) bool { return refers(typ) || strings.HasPrefix(typ, "{") }

// isHandle are core's types that lead to what their first argument lies in or is.
func isHandle(typ string) bool {
	switch mir.Head(typ) {
	case "std::pin::Pin", "std::sync::Arc", "std::rc::Rc", "std::ptr::NonNull", "std::boxed::Box":
		return true
	case "std::option::Option":
		args := mir.Args(typ)
		return len(args) == 1 && mir.Pointee(args[0]) != ""
	}
	return false
}

func isScalar(typ string) bool {
	return typ == "()" || isPrimitive(typ) || strings.HasPrefix(typ, "(usize, bool)")
}

// from translates memory of a callee into memory of the caller.
func (p *places) from(m memory, args []mir.Operand) memory {
	if m.base != param {
		return m
	}
	if int(m.local) >= len(args) || !args[m.local].IsPlace() {
		return memory{base: global, path: "*"}
	}
	return p.walk(p.storage(args[m.local].Place), m.path)
}

// walk goes on from a piece of memory by the steps of a path.
func (p *places) walk(at memory, path string) memory {
	for path != "" {
		if path[0] == '*' {
			at, path = p.follow(at), path[1:]
			continue
		}
		end := 1
		for end < len(path) && path[end] != '.' && path[end] != '*' {
			end++
		}
		at, path = at.step(path[:end]), path[end:]
	}
	return at
}

// argumentsOf are the arguments in the order of the callee's parameters: a closure is called with a tuple.
func (p *places) argumentsOf(t *mir.Term, to target) []mir.Operand {
	if !isCallable(mir.LastSegment(to.call.name.Trait)) || len(t.Args) != 2 || !t.Args[1].IsPlace() {
		return t.Args
	}
	if d := p.defs[t.Args[1].Place.Local]; d.n == 1 && d.stmt != nil && d.stmt.Value.Kind == mir.Tuple {
		if _, isFn := fnItem(stripRefs(p.c.operandType(p.fn, t.Args[0]))); isFn {
			return d.stmt.Value.Operands
		}
		return append([]mir.Operand{t.Args[0]}, d.stmt.Value.Operands...)
	}
	return t.Args
}

// described is memory as the source would write it, as far as the crate's own code names the fields.
func (p *places) described(m memory) string {
	name, typ := "", ""
	switch m.base {
	case global:
		return "a static or something behind one"
	case thread:
		return "a thread-local"
	case own:
		name, typ = coro.NameOf(p.f, m.local), p.f.Locals[m.local].Type
	case param:
		if i, rest, ok := firstField(strings.TrimPrefix(m.path, "*")); ok && p.fn.body != nil {
			name, typ = p.fn.body.CaptureName(i)
			m.path = rest
		} else if int(m.local) < p.f.Params {
			name, typ = coro.NameOf(p.f, m.local+1), p.f.Locals[m.local+1].Type
		}
	}
	if name == "" || strings.HasPrefix(name, "__") {
		name = "it"
	}
	p.c.learnNamesAlong(typ, m.path)
	return name + p.c.fieldsAlong(typ, m.path)
}

// fieldsAlong writes the steps of a path from a type with the names of the fields; what has no name is left out.
func (c *Crate) fieldsAlong(typ, path string) string {
	var out strings.Builder
	for path != "" {
		typ = stripRefs(typ)
		for typ != "" && (strings.HasPrefix(typ, "std::sync::Arc<") || strings.HasPrefix(typ, "std::rc::Rc<")) {
			typ = stripRefs(mir.Args(typ)[0])
		}
		if path[0] == '*' {
			path = path[1:]
			continue
		}
		i, rest, ok := firstField(path)
		if !ok {
			i, rest = -1, path[2:]
		}
		name := c.Shapes.nameOf(typ, i)
		if name != "" {
			out.WriteString("." + name)
		}
		typ, path = c.Shapes.typeOf(typ, i), rest
	}
	return out.String()
}

// valueAt goes back from memory to what was put there: its type, and where it lay before.
func (p *places) valueAt(at memory) (typ string, was memory) {
	for range 12 {
		if at.base != own {
			return p.typeOfParameter(at), at
		}
		d := p.defs[at.local]
		if at.path == "" && (d.n != 1 || d.stmt == nil || d.stmt.Value.Kind != mir.Use && d.stmt.Value.Kind != mir.Cast) {
			return p.f.Locals[at.local].Type, at
		}
		if d.n != 1 || d.stmt == nil {
			return "", at
		}
		var from mir.Operand
		path := at.path
		switch v := &d.stmt.Value; v.Kind {
		case mir.Use, mir.Cast:
			from = v.Operands[0]
		case mir.Adt, mir.Tuple, mir.Closure, mir.Coroutine:
			if isPayloadAdt(v) {
				from = v.Operands[0]
				break
			}
			i, rest, ok := firstField(path)
			if !ok || i >= len(v.Operands) {
				return "", at
			}
			from, path = v.Operands[i], rest
		default:
			return "", at
		}
		if !from.IsPlace() {
			return p.c.operandType(p.fn, from), at
		}
		at = p.walk(p.storage(from.Place), path)
	}
	return "", at
}

// typeOfParameter is the type of a whole parameter, or of a field of a closure as the body prints it.
func (p *places) typeOfParameter(at memory) string {
	if at.base == param && at.path == "" && int(at.local) < p.f.Params {
		return p.f.Locals[at.local+1].Type
	}
	return ""
}
