package pin

import (
	"slices"
	"strings"

	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
	"pollux/internal/rust"
)

// Answer is of three values.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota
	Yes
	No
)

// Unpin tells whether a type, as fn prints it, is Unpin: Yes, or No when it need not be, as a type parameter without that bound.
func (c *Crate) Unpin(fn *facts.Fn, typ string) Answer {
	return c.unpin(&scope{bounds: c.source.bounds(fn)}, typ, 0)
}

// scope is what a printed type is read in: the bounds of its parameters and, when it is source text, the declaration that it stands in.
type scope struct {
	bounds string
	text   *declaredType
}

// maxDepth bounds how deep types are looked into.
const maxDepth = 6

func (c *Crate) unpin(in *scope, typ string, depth int) Answer {
	typ = strings.TrimSpace(typ)
	switch {
	case typ == "" || depth > maxDepth:
		return Unknown
	case strings.HasPrefix(typ, "&"), strings.HasPrefix(typ, "*"), strings.HasPrefix(typ, "fn("), strings.HasPrefix(typ, "unsafe fn"), typ == "()":
		return Yes
	case strings.HasPrefix(typ, "dyn "):
		return no(!strings.Contains(typ, "Unpin"))
	case strings.HasPrefix(typ, "impl "):
		return no(!strings.Contains(typ, "Unpin"))
	case strings.HasPrefix(typ, "{async "), strings.HasPrefix(typ, "{coroutine"):
		return No
	case strings.HasPrefix(typ, "{"):
		return Unknown
	case strings.HasPrefix(typ, "<"): // `<S as Service>::Future`
		return no(!strings.Contains(in.bounds, "Unpin"))
	}
	if members, ok := mir.TupleTypes(typ); ok {
		return c.all(in, members, depth)
	}
	if e := mir.Element(typ); e != "" {
		return c.unpin(in, e, depth+1)
	}
	return c.nominal(in, typ, depth)
}

// no is No, or Yes.
func no(is bool) Answer {
	if is {
		return No
	}
	return Yes
}

func (c *Crate) all(in *scope, types []string, depth int) Answer {
	out := Yes
	for _, t := range types {
		switch c.unpin(in, t, depth+1) {
		case No:
			return No
		case Unknown:
			out = Unknown
		}
	}
	return out
}

func (c *Crate) nominal(in *scope, typ string, depth int) Answer {
	if in.text != nil {
		typ = c.source.resolved(in.text, typ)
	}
	head := mir.Head(typ)
	switch {
	case primitiveType(head):
		return Yes
	case head == "" || strings.HasPrefix(head, "?"):
		return Unknown
	case !strings.Contains(head, "::") && c.source.declared(head) == nil: // a parameter
		return no(!bounded(in.bounds, head))
	case isPin(typ):
		return c.all(in, mir.Args(typ), depth)
	}
	path := c.crate.Global(head)
	if _, ok := c.tables.TypePart(knowledge.Pinned, path); ok {
		return No
	}
	if _, ok := c.tables.TypePart(knowledge.Plain, path); ok {
		return Yes
	}
	if _, ok := c.tables.TypePart(knowledge.Holder, path); ok {
		return c.all(in, mir.Args(typ), depth)
	}
	return c.own(in, typ, depth)
}

// own is about the crate's own types: their impls of Unpin, or their fields.
func (c *Crate) own(in *scope, typ string, depth int) Answer {
	head := mir.Head(typ)
	s := c.source.declared(head)
	if s == nil {
		return Unknown
	}
	if im := c.source.unpin(head); im != nil {
		switch {
		case im.Negative:
			return No
		case !strings.Contains(im.Where+im.Params, "Unpin"):
			return Yes
		}
		return Unknown
	}
	if slices.ContainsFunc(s.Attrs, func(a rust.Attr) bool { return strings.Contains(a.Path, "pin_project") }) || s.Macro != "" {
		return Unknown // the macro writes the impl
	}
	out := Yes
	for _, f := range s.Fields {
		switch c.unpin(&scope{declared(s.Struct), s}, f.Type, depth+1) {
		case No:
			if slices.Contains(s.Generics, f.Type) && !c.argumentMoves(in, typ, s.Struct, f.Type, depth) {
				return No
			} else if !slices.Contains(s.Generics, f.Type) {
				return No
			}
		case Unknown:
			out = Unknown
		}
	}
	return out
}

// argumentMoves reports whether the argument that stands for a parameter of a struct is Unpin although the parameter need not be.
func (c *Crate) argumentMoves(in *scope, typ string, s *rust.Struct, param string, depth int) bool {
	args := mir.Args(typ)
	i := slices.Index(s.Generics, param)
	return i >= 0 && i < len(args) && c.unpin(in, args[i], depth+1) == Yes
}

func declared(s *rust.Struct) string { return s.Bounds + ", " + s.Where }

// bounded reports whether a text of bounds says that a parameter is Unpin.
func bounded(bounds, param string) bool {
	for bounds != "" {
		end := mir.TypeEnd(bounds, ",")
		name, of, ok := strings.Cut(bounds[:end], ":")
		if ok && strings.TrimSpace(name) == param && strings.Contains(of, "Unpin") {
			return true
		}
		if end == len(bounds) {
			break
		}
		bounds = bounds[end+1:]
	}
	return false
}

func primitiveType(t string) bool {
	switch t {
	case "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "!":
		return true
	}
	return false
}
