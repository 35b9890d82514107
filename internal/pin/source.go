package pin

import (
	"slices"
	"strconv"
	"strings"

	"pollux/internal/facts"
	"pollux/internal/mir"
	"pollux/internal/rust"
)

// source is what MIR does not carry: declarations, impls of Unpin, bounds, `unsafe` and visibility of functions.
type source struct {
	crate  *facts.Crate
	files  map[string]*rust.File
	types  map[string][]declaredType // by name
	unpins map[string][]unpinImpl    // by name of the type
	known  map[*facts.Fn]string
}

// declaredType is a declaration and the path of the module that it stands in, as far as the file's name tells.
type declaredType struct {
	*rust.Struct
	file, module string
}

type unpinImpl struct {
	*rust.Impl
	file, module string
}

func newSource(crate *facts.Crate) *source {
	s := &source{crate: crate, files: map[string]*rust.File{}, types: map[string][]declaredType{}, unpins: map[string][]unpinImpl{}, known: map[*facts.Fn]string{}}
	for name, file := range crate.Files() {
		s.files[name] = file
		for _, d := range file.Structs {
			s.types[d.Name] = append(s.types[d.Name], declaredType{d, name, joined(moduleOf(name), d.Module)})
		}
		for _, im := range file.Impls {
			if mir.LastSegment(im.Trait) == "Unpin" && !im.Template {
				head := mir.LastSegment(mir.WithoutGenerics(im.SelfType))
				s.unpins[head] = append(s.unpins[head], unpinImpl{im, name, joined(moduleOf(name), im.Module)})
			}
		}
	}
	return s
}

// moduleOf is the module that a file holds when no attribute says otherwise: `src/a/b.rs` is a::b.
func moduleOf(file string) string {
	if i := strings.LastIndex(file, "src/"); i >= 0 {
		file = file[i+len("src/"):]
	}
	file = strings.TrimSuffix(file, ".rs")
	switch last := file[strings.LastIndex(file, "/")+1:]; last {
	case "lib", "main", "mod":
		file = strings.TrimSuffix(strings.TrimSuffix(file, last), "/")
	}
	return strings.ReplaceAll(file, "/", "::")
}

func joined(module, inner string) string {
	if module == "" || inner == "" {
		return module + inner
	}
	return module + "::" + inner
}

// pick is the index of the one module that fits a path: the path's own, or the only one there is; -1 when that cannot be told.
func pick(path string, modules []string) int {
	want := strings.TrimSuffix(strings.TrimSuffix(path, mir.LastSegment(path)), "::")
	found := -1
	for i, m := range modules {
		if m == want {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	if found < 0 && len(modules) == 1 {
		return 0
	}
	return found
}

// declared is the declaration of a type of the crate, or nil.
func (s *source) declared(path string) *declaredType {
	return picked(path, s.types[mir.LastSegment(path)], func(d *declaredType) string { return d.module })
}

// unpin is the impl of Unpin for a type of the crate, or nil.
func (s *source) unpin(path string) *unpinImpl {
	return picked(path, s.unpins[mir.LastSegment(path)], func(u *unpinImpl) string { return u.module })
}

// picked is the one of a list that a path means, by the modules that they stand in, or nil.
func picked[T any](path string, list []T, module func(*T) string) *T {
	modules := make([]string, len(list))
	for i := range list {
		modules[i] = module(&list[i])
	}
	if i := pick(path, modules); i >= 0 {
		return &list[i]
	}
	return nil
}

// bounds are the bounds of the type parameters in scope of a body.
func (s *source) bounds(fn *facts.Fn) string {
	if b, ok := s.known[fn]; ok {
		return b
	}
	b := ""
	if d := s.enclosing(fn); d != nil {
		b = d.Bounds + ", " + d.Where
		if d.Impl != nil {
			b += ", " + d.Impl.Params + ", " + d.Impl.Where
			for _, st := range s.types[mir.LastSegment(mir.WithoutGenerics(d.Impl.SelfType))] {
				if st.file == s.crate.MIR.Span(fn.MIR().Pos).File && st.Module == d.Impl.Module {
					b += ", " + declared(st.Struct)
				}
			}
		}
	}
	s.known[fn] = b
	return b
}

// enclosing is the function that a body stands in, itself or around a closure.
func (s *source) enclosing(fn *facts.Fn) *rust.Fn {
	span := s.crate.MIR.Span(fn.MIR().Pos)
	file := s.files[span.File]
	if file == nil {
		return nil
	}
	var found *rust.Fn
	for _, d := range file.Fns {
		if d.Contains(span.Line, span.Column) {
			found = d
		}
	}
	return found
}

// variantNumber is the discriminant of a variant of one of the crate's enums as MIR prints it, empty when it is not known.
func (s *source) variantNumber(path, name string) string {
	if d := s.declared(path); d != nil {
		if i := slices.Index(d.Variants, name); i >= 0 {
			return strconv.Itoa(i)
		}
	}
	return ""
}

// resolved puts the path of a type in source text in the place of its name, as far as the file's imports and the prelude tell. A name that
// they do not tell gets a question mark.
func (s *source) resolved(in *declaredType, typ string) string {
	head := mir.Head(typ)
	name, _, nested := strings.Cut(head, "::")
	switch {
	case head == "" || primitiveType(head) || slices.Contains(in.Generics, head):
		return typ
	case !nested && prelude[head] != "":
		return prelude[head] + typ[len(head):]
	}
	for _, u := range s.files[in.file].Uses {
		if u.Name == name && u.Module == in.Module {
			path := strings.TrimPrefix(strings.TrimPrefix(u.Path, "crate::"), "self::")
			return path + typ[len(name):]
		}
	}
	if nested {
		return strings.TrimPrefix(strings.TrimPrefix(typ, "crate::"), "self::")
	}
	if path := joined(in.module, head); s.declared(path) != nil {
		return path + typ[len(head):]
	}
	return "?::" + typ
}

// prelude are the types of std's prelude (library/std/src/prelude/v1.rs).
var prelude = map[string]string{
	"Option": "std::option::Option", "Result": "std::result::Result", "Vec": "std::vec::Vec", "Box": "std::boxed::Box", "String": "std::string::String",
}
