package facts

import (
	"slices"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/mir"
)

// Shapes knows what types own: the fields of structs and enums as their uses in MIR show them, and the captures of closures and
// coroutines. rustc prints full types there, so nothing has to be resolved from source text.
type Shapes struct {
	crate  *Crate
	fields map[string][]field // head of a nominal type, or key of a closure or coroutine
	memo   map[string][]owned
	names  map[string][]string // of the fields of structs whose literals the crate's code has
}

// owned is a nominal type whose destructor runs with that of another; optional when it is not there in every value.
type owned struct {
	typ      string
	optional bool
}

type field struct {
	step    []mir.Elem // variant and field
	typ     string
	formals []string // generic arguments of the type where the field was seen
}

func newShapes(c *Crate) *Shapes {
	s := &Shapes{crate: c, fields: map[string][]field{}, memo: map[string][]owned{}, names: map[string][]string{}}
	for _, fn := range c.Fns {
		s.learn(fn)
	}
	return s
}

// learn reads the aggregates of one body.
func (s *Shapes) learn(fn *Fn) {
	for b := range fn.mir.Blocks {
		for i := range fn.mir.Blocks[b].Stmts {
			st := &fn.mir.Blocks[b].Stmts[i]
			if st.Kind != mir.Assign {
				continue
			}
			s.learnPlace(fn, st.Value.Place)
			for _, o := range st.Value.Operands {
				s.learnPlace(fn, o.Place)
			}
			switch v := &st.Value; v.Kind {
			case mir.Closure, mir.Coroutine:
				s.add(fn, envKey(v.Type), nil, "", v)
				if typ := fn.mir.Type(st.Place); strings.HasPrefix(typ, "{async fn body of ") { // the value itself names its place only
					s.add(fn, envKey(typ), nil, "", v)
				}
			case mir.Adt:
				s.learnAdt(fn, st)
			}
		}
	}
}

// learnAdt notes the fields of a struct or variant. The destination's type tells which of the two the path names.
func (s *Shapes) learnAdt(fn *Fn, st *mir.Stmt) {
	typ := fn.mir.Type(st.Place)
	head := mir.Head(typ)
	path := mir.WithoutGenerics(st.Value.Type)
	if head == "" || len(st.Value.Operands) == 0 {
		return
	}
	variant := ""
	if path != head {
		if parentOf(path) != head {
			return
		}
		variant = mir.LastSegment(path)
	}
	s.add(fn, head, mir.Args(typ), variant, &st.Value)
	if st.Value.Named != nil && variant == "" {
		s.names[head] = st.Value.Named.Fields
	}
}

// nameOf is the name of a field of a struct, or empty.
func (s *Shapes) nameOf(typ string, i int) string {
	if names := s.names[mir.Head(typ)]; i >= 0 && i < len(names) {
		return names[i]
	}
	return ""
}

// FieldName is the name of a field of a struct of the crate, or empty.
func (s *Shapes) FieldName(typ string, i int) string {
	s.crate.learnNames(typ)
	return s.nameOf(typ, i)
}

// TypeOf is the type of a field of a struct of the crate, or empty.
func (s *Shapes) TypeOf(typ string, i int) string { return s.typeOf(typ, i) }

// typeOf is the type of a field of a struct, or empty.
func (s *Shapes) typeOf(typ string, i int) string {
	for _, f := range s.fieldsOf(typ) {
		if len(f.step) == 1 && int(f.step[0].Index) == i {
			return f.typ
		}
	}
	return ""
}

// learnPlace notes the fields that a projection goes through: rustc prints the type of each.
func (s *Shapes) learnPlace(fn *Fn, p mir.Place) {
	for i, e := range p.Proj {
		if e.Kind != mir.Field || e.Text == "" {
			continue
		}
		base := p.Proj[:i]
		var step []mir.Elem
		if n := len(base); n > 0 && base[n-1].Kind == mir.Downcast {
			step, base = append(step, base[n-1]), base[:n-1]
		}
		typ := fn.mir.Type(mir.Place{Local: p.Local, Proj: base})
		if head := mir.Head(typ); head != "" && s.crate.isLocal(head) {
			s.note(head, append(step, mir.Elem{Kind: mir.Field, Index: e.Index}), e.Text, mir.Args(typ))
		}
	}
}

// note keeps the first type seen for a field.
func (s *Shapes) note(key string, step []mir.Elem, typ string, formals []string) {
	if !slices.ContainsFunc(s.fields[key], func(f field) bool { return slices.EqualFunc(f.step, step, mir.Elem.Same) }) {
		s.fields[key] = append(s.fields[key], field{step, typ, formals})
	}
}

func (s *Shapes) add(fn *Fn, key string, formals []string, variant string, v *mir.Rvalue) {
	for i, o := range v.Operands {
		var step []mir.Elem
		if variant != "" {
			step = append(step, mir.Elem{Kind: mir.Downcast, Text: variant})
		}
		if typ := s.crate.operandType(fn, o); typ != "" {
			s.note(key, append(step, mir.Elem{Kind: mir.Field, Index: int32(i)}), typ, formals)
		}
	}
}

// maxOwned bounds how deep ownership is followed.
const maxOwned = 4

// owned are the nominal types whose destructors run when a value of this type is dropped, itself first.
func (s *Shapes) owned(typ string) []owned {
	if out, ok := s.memo[typ]; ok {
		return out
	}
	var out []owned
	s.walk(typ, false, 0, func(o owned) { out = append(out, o) })
	s.memo[typ] = out
	return out
}

func (s *Shapes) walk(typ string, optional bool, depth int, visit func(owned)) {
	if depth > maxOwned || typ == "" || !owns(typ) {
		return
	}
	if members, ok := mir.TupleTypes(typ); ok {
		for _, m := range members {
			s.walk(m, optional, depth+1, visit)
		}
		return
	}
	head := mir.Head(typ)
	if head != "" {
		visit(owned{typ, optional})
	}
	fields := s.fieldsOf(typ)
	// A destructor of the type's own runs first, and may have emptied what can be empty.
	emptied := head != "" && s.crate.method(head, "Drop", "drop") != nil
	for _, f := range fields {
		if !emptied || mir.Head(f.typ) != "std::option::Option" {
			s.walk(f.typ, optional || f.step[0].Kind == mir.Downcast, depth+1, visit)
		}
	}
	if len(fields) == 0 && ownsArguments(head) {
		for _, a := range mir.Args(typ) {
			s.walk(a, optional || canBeEmpty(head), depth+1, visit)
		}
	}
}

// MayHave reports whether a value of a type may have one of another type in it, or in what its type arguments say that it keeps, behind
// shared pointers too.
func (s *Shapes) MayHave(typ, part string) bool { return s.mayHave(typ, part, 0) }

func (s *Shapes) mayHave(typ, part string, depth int) bool {
	if typ == part || depth > maxOwned {
		return typ == part
	}
	within := mir.Args(typ)
	for _, f := range s.fieldsOf(typ) {
		within = append(slices.Clip(within), f.typ)
	}
	return slices.ContainsFunc(within, func(inner string) bool { return s.mayHave(inner, part, depth+1) })
}

// owns excludes what has no destructor of its own: references, raw pointers, functions.
func owns(typ string) bool {
	return !strings.HasPrefix(typ, "&") && !strings.HasPrefix(typ, "*") && !strings.HasPrefix(typ, "fn(") && !strings.HasPrefix(typ, "dyn ") && !isPrimitive(typ)
}

// ownsArguments are the std containers that hold values of their type arguments.
func ownsArguments(head string) bool {
	switch head {
	case "std::option::Option", "std::result::Result", "std::boxed::Box", "std::pin::Pin", "std::vec::Vec", "std::task::Poll",
		"std::collections::VecDeque", "std::cell::RefCell", "std::cell::UnsafeCell", "std::sync::Mutex", "std::sync::RwLock":
		return true
	}
	return false
}

// canBeEmpty are those of them that do not always hold a value.
func canBeEmpty(head string) bool {
	switch head {
	case "std::option::Option", "std::result::Result", "std::vec::Vec", "std::task::Poll", "std::collections::VecDeque":
		return true
	}
	return false
}

// fieldsOf are the known fields of a type with its generic arguments put in.
func (s *Shapes) fieldsOf(typ string) []field {
	key := mir.Head(typ)
	if strings.HasPrefix(typ, "{") {
		key = envKey(typ)
	}
	known := s.fields[key]
	if len(known) == 0 {
		return nil
	}
	actual := mir.Args(typ)
	out := make([]field, len(known))
	for i, f := range known {
		out[i] = f
		for n, formal := range f.formals {
			if n < len(actual) && formal == f.typ {
				out[i].typ = actual[n]
			}
		}
	}
	return out
}

// Leaves finds the parts of a type for which interesting answers true, for coro.Held.
func (s *Shapes) Leaves(interesting func(typ string) bool) coro.Leaves {
	memo := map[string][]coro.Leaf{}
	return func(typ string) []coro.Leaf {
		if out, ok := memo[typ]; ok {
			return out
		}
		out := s.leaves(typ, nil, false, 0, interesting)
		memo[typ] = out
		return out
	}
}

func (s *Shapes) leaves(typ string, path []mir.Elem, optional bool, depth int, interesting func(string) bool) []coro.Leaf {
	if depth > maxOwned || typ == "" || !owns(typ) {
		return nil
	}
	if interesting(typ) {
		return []coro.Leaf{{Path: slices.Clone(path), Type: typ, Optional: optional}}
	}
	if inner, growing := heldInside(typ); inner != "" {
		// The parts have no places of their own: the container stands for them.
		if found := s.leaves(inner, nil, false, depth+1, interesting); len(found) > 0 {
			return []coro.Leaf{{Path: slices.Clone(path), Type: found[0].Type, Optional: optional || growing, Collection: growing}}
		}
		return nil
	}
	var out []coro.Leaf
	for _, f := range s.parts(typ) {
		next := append(slices.Clone(path), f.step...)
		out = append(out, s.leaves(f.typ, next, optional || f.step[0].Kind == mir.Downcast, depth+1, interesting)...)
	}
	return out
}

// heldInside is the type of what a container holds by value at places that MIR does not name; growing when it can be empty.
func heldInside(typ string) (inner string, growing bool) {
	if e := mir.Element(typ); e != "" {
		return e, false
	}
	args := mir.Args(typ)
	if len(args) == 0 {
		return "", false
	}
	switch mir.Head(typ) {
	case "std::mem::ManuallyDrop":
		return args[0], false
	case "std::vec::Vec", "std::collections::VecDeque", "std::vec::IntoIter":
		return args[0], true
	}
	return "", false
}

// parts are the places inside a value of the type that MIR can name.
func (s *Shapes) parts(typ string) []field {
	if members, ok := mir.TupleTypes(typ); ok {
		out := make([]field, len(members))
		for i, m := range members {
			out[i] = field{step: []mir.Elem{{Kind: mir.Field, Index: int32(i)}}, typ: m}
		}
		return out
	}
	if out := standardParts(typ); out != nil {
		return out
	}
	return s.fieldsOf(typ)
}

// standardParts are the variants of core's enums, and the boxes that can be moved out of.
func standardParts(typ string) []field {
	args := mir.Args(typ)
	variant := func(name string, arg int) field {
		return field{step: []mir.Elem{{Kind: mir.Downcast, Text: name}, {Kind: mir.Field}}, typ: args[arg]}
	}
	switch head := mir.Head(typ); {
	case head == "std::option::Option" && len(args) == 1:
		return []field{variant("Some", 0)}
	case head == "std::result::Result" && len(args) == 2:
		return []field{variant("Ok", 0), variant("Err", 1)}
	case head == "std::task::Poll" && len(args) == 1:
		return []field{variant("Ready", 0)}
	case head == "std::ops::ControlFlow" && len(args) == 2:
		return []field{variant("Break", 0), variant("Continue", 1)}
	case head == "std::boxed::Box" && len(args) >= 1:
		return []field{{step: []mir.Elem{{Kind: mir.Deref}}, typ: args[0]}}
	}
	return nil
}
