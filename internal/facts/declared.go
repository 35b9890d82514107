package facts

import (
	"iter"
	"slices"
	"strings"

	"pollux/internal/mir"
	"pollux/internal/rust"
)

// learnNames reads the names of the fields of a struct from its declaration, when the crate's own code never builds one and so MIR does
// not print them. Only a struct whose name is declared once in the crate's files is known.
func (c *Crate) learnNames(typ string) {
	head := mir.Head(typ)
	if head == "" || len(c.Shapes.names[head]) > 0 {
		return
	}
	found := c.declared()[mir.LastSegment(head)]
	if found == nil || found.Kind != "struct" {
		return
	}
	var names []string
	for _, f := range found.Fields {
		if slices.ContainsFunc(f.Attrs, func(a rust.Attr) bool { return a.Path == "cfg" || a.Path == "cfg_attr" }) {
			return // which fields there are, and so their numbers, depends on the configuration
		}
		names = append(names, f.Name)
	}
	c.Shapes.names[head] = names
}

// declared are the types of the crate's files by their names; nil for a name that is declared more than once. Files are those that some
// function stands in.
func (c *Crate) declared() map[string]*rust.Struct {
	if c.structs != nil {
		return c.structs
	}
	c.structs = map[string]*rust.Struct{}
	read := map[string]bool{}
	for _, fn := range c.Fns {
		if fn.mir == nil {
			continue
		}
		name := c.MIR.Span(fn.mir.Pos).File
		if read[name] || strings.HasPrefix(name, "/rustc/") {
			continue
		}
		read[name] = true
		source := c.source(name)
		if source == nil {
			continue
		}
		for _, s := range source.File().Structs {
			name := s.Name
			if _, seen := c.structs[name]; seen {
				s = nil
			}
			c.structs[name] = s
		}
	}
	return c.structs
}

// variants are the variants of an enum of the crate by their numbers, from its declaration.
func (c *Crate) variants(head string) []string {
	if names := coreVariants[head]; names != nil {
		return names
	}
	if found := c.declared()[mir.LastSegment(head)]; found != nil && found.Kind == "enum" && !found.Numbered {
		return found.Variants
	}
	return nil
}

// variantIn is the number of a variant, as far as the code or the declaration of its enum shows it.
func (c *Crate) variantIn(head, name string) (int, bool) {
	if n, ok := c.variantNumber(head, name); ok {
		return n, true
	}
	n := slices.Index(c.variants(head), name)
	return n, n >= 0
}

// variantOf is the variant with a number, as far as the code or the declaration of its enum shows it.
func (c *Crate) variantOf(head, value string) (string, bool) {
	if name, ok := c.variantNamed(head, value); ok {
		return name, true
	}
	names := c.variants(head)
	if n := atoi(value); n >= 0 && n < len(names) {
		return names[n], true
	}
	return "", false
}

// learnNamesAlong does so for the types on the way to memory.
func (c *Crate) learnNamesAlong(typ, path string) {
	for path != "" {
		typ = stripRefs(typ)
		for strings.HasPrefix(typ, "std::sync::Arc<") || strings.HasPrefix(typ, "std::rc::Rc<") {
			typ = stripRefs(mir.Args(typ)[0])
		}
		if path[0] == '*' {
			path = path[1:]
			continue
		}
		i, rest, ok := firstField(path)
		if !ok {
			return
		}
		c.learnNames(typ)
		typ, path = c.Shapes.typeOf(typ, i), rest
	}
}

// Files are the parsed files of the crate that some function stands in, by the name that MIR gives them, in the order of the text.
func (c *Crate) Files() iter.Seq2[string, *rust.File] {
	return func(yield func(string, *rust.File) bool) {
		read := map[string]bool{}
		for _, fn := range c.Fns {
			if fn.mir == nil {
				continue
			}
			name := c.MIR.Span(fn.mir.Pos).File
			if read[name] || strings.HasPrefix(name, "/rustc/") {
				continue
			}
			read[name] = true
			if source := c.source(name); source != nil && !yield(name, source.File()) {
				return
			}
		}
	}
}
