package facts

import (
	"strings"

	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// callee is a printed callee taken apart.
type callee struct {
	name   knowledge.Callee // as the tables want it
	self   string           // type text of T in `<T as Trait>::m`
	path   string           // without generics
	inside string           // of a function inside a method of an impl: the self type's path

	traitArgs []string // A in `<T as Trait<A>>::m`
	ownArgs   []string // generic arguments of a function: T in `parse::<T>`
}

// parseCallee takes a printed callee apart. Every analysis asks about the same few thousand again and again.
func (c *Crate) parseCallee(text string) callee {
	if known, ok := c.parsed[text]; ok {
		return known
	}
	made := c.readCallee(text)
	if c.parsed != nil {
		c.parsed[text] = made
	}
	return made
}

// readCallee reads `a::b::<T>::m::<U>` and `<T as Trait<A>>::m::<U>`.
func (c *Crate) readCallee(text string) callee {
	if strings.HasPrefix(text, "<") && !strings.HasPrefix(text, "<impl at ") {
		if q, ok := qualified(text); ok {
			return c.qualifiedCallee(q)
		}
	}
	path := mir.WithoutGenerics(text)
	if inner, ok := inherentImpl(text); ok {
		path = inner
	}
	return callee{path: path, inside: implFor(text), ownArgs: ownArgs(text), name: knowledge.Callee{Path: c.Global(path), Method: mir.LastSegment(path), SelfArgs: ownArgs(text)}}
}

// Callee names a printed callee as the tables want it.
func (c *Crate) Callee(text string) knowledge.Callee { return c.parseCallee(text).name }

// inherentImpl reads `a::_::<impl a::T<'_, W>>::project`, which is how rustc names the method of an impl that does not stand in its type's
// module: the method of `a::T`.
func inherentImpl(text string) (path string, ok bool) {
	i := strings.Index(text, "::<impl ")
	if i < 0 || strings.HasPrefix(text, "std::") || strings.HasPrefix(text, "core::") || strings.HasPrefix(text, "alloc::") {
		return "", false
	}
	if module := mir.LastSegment(text[:i]); module == "" || module[0] >= 'A' && module[0] <= 'Z' {
		return "", false // an argument: `Option::<impl Fn()>::take`
	}
	rest := text[i+len("::<impl "):]
	end := mir.TypeEnd(rest, ">")
	head := mir.Head(rest[:end])
	if head == "" || !strings.HasPrefix(rest[end:], ">::") || strings.Contains(rest[end+3:], "::<impl ") {
		return "", false
	}
	return head + "::" + mir.WithoutGenerics(rest[end+3:]), true
}

// implFor is the self type of `a::_::<impl Trait for a::T>::method::inner`, or empty.
func implFor(text string) string {
	i := strings.Index(text, "::<impl ")
	if i < 0 {
		return ""
	}
	rest := text[i+len("::<impl "):]
	in := rest[:mir.TypeEnd(rest, ">")]
	if _, typ, ok := strings.Cut(in, " for "); ok {
		return mir.Head(typ)
	}
	return ""
}

type qualifiedPath struct {
	self, trait, method string
	traitArgs           []string
}

// qualified splits `<T as Trait<A>>::m::<U>`.
func qualified(text string) (q qualifiedPath, ok bool) {
	end := 1 + mir.TypeEnd(text[1:], ">")
	if end >= len(text) || !strings.HasPrefix(text[end:], ">::") {
		return q, false
	}
	in := text[1:end]
	for off := 0; off < len(in); {
		i := off + mir.TypeEnd(in[off:], " ")
		if strings.HasPrefix(in[min(i, len(in)):], " as ") {
			q.self, q.trait, q.traitArgs = in[:i], mir.WithoutGenerics(in[i+4:]), mir.Args(in[i+4:])
			break
		}
		off = i + 1
	}
	q.method = mir.WithoutGenerics(text[end+3:])
	return q, q.trait != ""
}

func (c *Crate) qualifiedCallee(q qualifiedPath) callee {
	return callee{
		self: q.self, traitArgs: q.traitArgs,
		path: q.trait + "::" + q.method,
		name: c.methodName(c.Global(q.trait), q.method, stripRefs(q.self)),
	}
}

// methodName is how the tables name a trait's method for a type.
func (c *Crate) methodName(trait, method, self string) knowledge.Callee {
	name := knowledge.Callee{Trait: trait, Method: method, Path: trait + "::" + method, SelfArgs: mir.Args(self)}
	switch head := mir.Head(self); {
	case head != "" && !isTypeParameter(head):
		name.Self = c.Global(head)
	case head == "":
		name.Self = self
	}
	return name
}

// ownArgs are the generic arguments of the type that an inherent method belongs to, or of the function itself.
func ownArgs(text string) []string {
	if i := strings.LastIndex(text, ">::"); i >= 0 && !isBuiltinImpl(text[:i+1]) {
		return mir.Args(text[:i+1])
	}
	return mir.Args(text)
}

// isBuiltinImpl recognises how rustc prints the inherent methods of a built-in type: module and impl, `core::str::<impl str>`.
func isBuiltinImpl(text string) bool {
	i := strings.LastIndex(text, "::<impl ")
	if i < 0 {
		return false
	}
	module := mir.LastSegment(text[:i])
	return module != "" && module[0] >= 'a' && module[0] <= 'z'
}

// Global puts the crate's name before a path of the crate itself, which rustc prints without it.
func (c *Crate) Global(path string) string {
	if path == "" || strings.HasPrefix(path, "<") {
		return path
	}
	root, _, nested := strings.Cut(path, "::")
	if !nested {
		if isPrimitive(path) {
			return path
		}
		return c.Name + "::" + path
	}
	switch root {
	case "std", "core", "alloc":
		return path
	}
	if c.isLocalRoot(root) {
		return c.Name + "::" + path
	}
	return path
}

// isLocalRoot reports whether a first segment is a module or type of this crate rather than another crate.
func (c *Crate) isLocalRoot(root string) bool {
	if c.local == nil {
		c.local = map[string]bool{}
		for _, fn := range c.Fns {
			if r, _, ok := strings.Cut(fn.Path, "::"); ok {
				c.local[r] = true
			}
		}
	}
	return c.local[root]
}

// isLocal reports whether a path names an item of this crate.
func (c *Crate) isLocal(path string) bool {
	root, _, nested := strings.Cut(path, "::")
	return nested && root != "std" && root != "core" && root != "alloc" && c.isLocalRoot(root) || !nested && !isPrimitive(path)
}

var primitives = map[string]bool{"bool": true, "char": true, "str": true, "u8": true, "u16": true, "u32": true, "u64": true, "u128": true,
	"usize": true, "i8": true, "i16": true, "i32": true, "i64": true, "i128": true, "isize": true, "f32": true, "f64": true, "!": true}

func isPrimitive(t string) bool { return primitives[t] }
