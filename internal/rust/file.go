package rust

import (
	"cmp"
	"slices"
	"strings"
)

// Range is a range of source text. Lines and columns are 1-based, columns count Unicode scalar values, the end is
// exclusive: the form in which rustc prints spans.
type Range struct{ Line, Column, EndLine, EndColumn int }

// Contains reports whether the position lies in r.
func (r Range) Contains(line, column int) bool {
	after := line > r.Line || line == r.Line && column >= r.Column
	before := line < r.EndLine || line == r.EndLine && column < r.EndColumn
	return after && before
}

// File is what the package knows about one source file. All lists are in source order, and texts of types, patterns
// and arguments are normalised: comments dropped, white space as rustfmt and MIR text write it.
type File struct {
	Path    string // as given to Parse
	Src     string
	Tokens  []Token
	Items   []*Item // every item, outer items before those inside
	Impls   []*Impl
	Fns     []*Fn // free functions, methods, trait functions, foreign functions
	Structs []*Struct
	Traits  []*Trait
	Aliases []*TypeAlias
	Uses    []Use
	Mods    []Mod   // `mod x;` declarations
	Macros  []Macro // definitions
	Calls   []Call  // macro calls
	Attrs   []Attr  // every attribute outside of signatures, fields included

	lines  lines
	bodies []*Fn // those of Fns with a body
}

// Scope says where an item stands.
type Scope struct {
	Module   string // inline modules around it, outermost first, "a::b"; deeper nesting than 64 is cut
	InFn     string // name of the innermost function that holds the item in its body, "" outside functions
	Macro    string // name of the innermost macro whose argument or definition holds the item, "" if none
	Template bool   // inside a macro definition: texts may hold `$name`
}

// Impl is an `impl` block. Its Range is the one rustc prints in `<impl at FILE:L:C: L:C>`, measured with rustc 1.95: from
// `impl`, or from `unsafe` or `default` before it, attributes excluded, up to the end of the self type or, if there is
// one, of the where clause, its trailing comma included.
type Impl struct {
	Range
	Scope
	Generics  []string // names of the type parameters in order
	Params    string   // text of the whole parameter list without its brackets: "'a, T: Clone, const N: usize"
	Trait     string   // path of the trait without its arguments, "" for an inherent impl
	TraitArgs string   // arguments of the trait without their brackets
	Negative  bool     // `impl !Trait for T`
	Unsafe    bool
	SelfType  string
	Where     string // predicates without the keyword
	Items     []*Fn
	Types     []*TypeAlias // associated types
	Item      *Item
}

// Fn is a function with or without a body. Its Range is that of the item without attributes: from its visibility or
// first keyword to the end of the body or the semicolon.
type Fn struct {
	Range
	Scope
	Name     string
	Async    bool
	Const    bool
	Unsafe   bool
	HasSelf  bool
	HasBody  bool
	Generics []string // names of the type parameters in order
	Bounds   string   // text of the parameter list without its brackets
	Params   []Param
	Ret      string // "" when the function returns ()
	Where    string
	Body     Range // with its braces, as rustc prints the span of an async body; zero without a body
	Attrs    []Attr
	Impl     *Impl  // the impl it belongs to, or nil
	Trait    *Trait // the trait it belongs to, or nil
	Item     *Item
}

// Param is a parameter of a function: its pattern and its type. A receiver has the name "self", and its type is written
// out: "&self" has "&Self".
type Param struct{ Name, Type string }

// Struct is a struct, enum or union. Its Range is that of the item without attributes.
type Struct struct {
	Range
	Scope
	Kind     string // "struct", "enum" or "union"
	Name     string
	Generics []string
	Bounds   string
	Where    string
	Fields   []Field
	Variants []string // names of an enum's variants
	Numbered bool     // a variant of the enum has a number of its own, or an attribute that may leave it out
	Attrs    []Attr
	Item     *Item
}

// Field is a field of a struct or of an enum's variant. Fields of tuples are named "0", "1" and so on.
type Field struct {
	Variant string // "" for a struct
	Name    string
	Type    string
	Attrs   []Attr
	Line    int
	Column  int
}

// Trait is a trait definition. Its Range is that of the item without attributes.
type Trait struct {
	Range
	Scope
	Name        string
	Generics    []string
	Bounds      string
	Supertraits string
	Where       string
	Unsafe      bool
	Items       []*Fn
	Types       []*TypeAlias
	Attrs       []Attr
	Item        *Item
}

// TypeAlias is a type alias or an associated type. Type is "" for an associated type without a default.
type TypeAlias struct {
	Range
	Scope
	Name     string
	Generics []string
	Type     string
	Impl     *Impl
	Trait    *Trait
}

// Use is one name that a use declaration brings in: `use a::{b, c as d}` is {Path: "a::b", Name: "b"} and
// {Path: "a::c", Name: "d"}. A glob has the name "*", and its path is the module.
type Use struct {
	Scope
	Path   string // as written: may start with crate, self, super or the name of a crate
	Name   string
	Public bool // re-exported with any visibility
	Line   int
}

// Mod is a `mod x;` declaration.
type Mod struct {
	Scope
	Name  string
	Path  string // of `#[path = ".."]`, "" if none
	Attrs []Attr
	Line  int
}

// Macro is the definition of a macro.
type Macro struct {
	Range
	Scope
	Name string
}

// Call is a macro call, from the first segment of its path to its closing bracket.
type Call struct {
	Range
	Path  string // "tokio::select"
	outer int    // index of the call whose argument holds this one, -1 if none
}

// Attr is an attribute: `#[Path(Args)]`, `#[Path = Args]`.
type Attr struct {
	Range
	Path  string
	Args  string // what follows the path, without the brackets or the equals sign
	Inner bool   // `#![..]`
}

// Item is the place of any item.
type Item struct {
	Range             // without attributes
	Kind       string // its keyword: "fn", "impl", "mod", "macro_rules" ...
	Name       string // for an impl its self type
	StartLine  int    // first line with its attributes and doc comments
	Attrs      []Attr
	Parent     *Item // innermost item around it, or nil
	start, end int   // offsets with attributes and doc comments
	head       int   // offset of its keyword
}

// Comment is a comment that is not documentation.
type Comment struct {
	Range
	Text     string // without the comment marks and surrounding white space
	Block    bool
	Trailing bool // code precedes it on its line
	Token    int  // index in Tokens
}

// Offset is the byte offset of a position, -1 if the file has no such position.
func (f *File) Offset(line, column int) int { return f.lines.offset(line, column) }

// Position is the line and column of a byte offset.
func (f *File) Position(offset int) (line, column int) { return f.lines.position(offset) }

// Line is the text of line n without its line ending, "" if there is no such line.
func (f *File) Line(n int) string {
	text, _ := f.lines.text(n)
	return text
}

// LineCount is the number of lines; text after the last newline counts, even when it is empty.
func (f *File) LineCount() int { return len(f.lines.starts) }

// lastStart is the index of the last element of a list in source order that starts at a position or before it, or -1.
func lastStart[T any](list []T, where func(T) Range, line, column int) int {
	i, _ := slices.BinarySearchFunc(list, [2]int{line, column + 1}, func(e T, at [2]int) int {
		r := where(e)
		return cmp.Or(cmp.Compare(r.Line, at[0]), cmp.Compare(r.Column, at[1]))
	})
	return i - 1
}

// atPosition is the element of a list in source order that starts at a position.
func atPosition[T any](list []T, where func(T) Range, line, column int) (T, bool) {
	i := lastStart(list, where, line, column)
	if i < 0 || where(list[i]).Line != line || where(list[i]).Column != column {
		var none T
		return none, false
	}
	return list[i], true
}

// ImplAt is the impl that starts at a position, as rustc prints it in `<impl at FILE:L:C: L:C>`, or nil. A position that
// names no impl is usually an attribute that derives one, see AttrAt.
func (f *File) ImplAt(line, column int) *Impl {
	found, _ := atPosition(f.Impls, func(i *Impl) Range { return i.Range }, line, column)
	return found
}

// BodyAt is the function whose body starts at a position: the span rustc prints for the coroutine of an async fn.
func (f *File) BodyAt(line, column int) *Fn {
	found, _ := atPosition(f.bodies, func(fn *Fn) Range { return fn.Body }, line, column)
	return found
}

// AttrAt is the attribute that covers a position: the place rustc gives to impls that a derive or an attribute macro made.
func (f *File) AttrAt(line, column int) (Attr, bool) {
	i := lastStart(f.Attrs, func(a Attr) Range { return a.Range }, line, column)
	if i < 0 || !f.Attrs[i].Contains(line, column) {
		return Attr{}, false
	}
	return f.Attrs[i], true
}

// CallAt is the innermost macro call that covers a position.
func (f *File) CallAt(line, column int) (Call, bool) {
	i := lastStart(f.Calls, func(c Call) Range { return c.Range }, line, column)
	for ; i >= 0; i = f.Calls[i].outer {
		if f.Calls[i].Contains(line, column) {
			return f.Calls[i], true
		}
	}
	return Call{}, false
}

// MacroAt is the innermost macro definition that covers a position.
func (f *File) MacroAt(line, column int) (Macro, bool) {
	for _, m := range slices.Backward(f.Macros) {
		if m.Contains(line, column) {
			return m, true
		}
	}
	return Macro{}, false
}

// ItemAt is the innermost item, attributes and doc comments included, on a line; nil if there is none. Of several on
// one line it is the last that reaches the line.
func (f *File) ItemAt(line int) *Item {
	i, _ := slices.BinarySearchFunc(f.Items, line+1, func(it *Item, l int) int { return cmp.Compare(it.StartLine, l) })
	if i == 0 {
		return nil
	}
	it := f.Items[i-1]
	for it != nil && it.EndLine < line {
		it = it.Parent
	}
	return it
}

// EnclosingItem is the lines and the name of the innermost item on a line, attributes and doc comments included. The name
// is the item's path within the file: modules, types, functions. All are zero when the line is in no item.
func (f *File) EnclosingItem(line int) (startLine, endLine int, name string) {
	it := f.ItemAt(line)
	if it == nil {
		return 0, 0, ""
	}
	return it.StartLine, it.EndLine, it.Path()
}

// Path is the path of the item within its file: "module::Type::method".
func (i *Item) Path() string {
	var names []string
	for at := i; at != nil; at = at.Parent {
		if at.Name != "" {
			names = append(names, at.Name)
		}
	}
	slices.Reverse(names)
	return strings.Join(names, "::")
}

// ItemHeadedAt is the outermost item whose head, from its first attribute or doc comment to its keyword, covers offset;
// nil if offset lies elsewhere.
func (f *File) ItemHeadedAt(offset int) *Item {
	i, _ := slices.BinarySearchFunc(f.Items, offset+1, func(it *Item, o int) int { return cmp.Compare(it.start, o) })
	if i == 0 {
		return nil
	}
	if it := f.Items[i-1]; offset <= it.head {
		return it
	}
	return nil
}

// Comments are the comments of the file that are not documentation, in order.
func (f *File) Comments() []Comment {
	var out []Comment
	code := 0 // line on which the last code ended
	for i, t := range f.Tokens {
		switch t.Kind {
		case LineComment, BlockComment:
			r := f.lines.span(int(t.Offset), t.End())
			out = append(out, Comment{
				Range: r, Text: commentText(t, f.Src), Block: t.Kind == BlockComment,
				Trailing: code == r.Line, Token: i,
			})
		case Whitespace, LineDoc:
		default:
			code = f.lineCursor(t, code)
		}
	}
	return out
}

// lineCursor is the line on which t ends; it avoids a search for the many tokens that stay on the line of the last one.
func (f *File) lineCursor(t Token, last int) int {
	end := t.End() - 1
	if last > 0 && last < len(f.lines.starts) && end < f.lines.starts[last] && end >= f.lines.starts[last-1] {
		return last
	}
	return f.lines.line(end)
}

func commentText(t Token, src string) string {
	text := t.Text(src)[2:]
	if t.Kind == BlockComment {
		text = strings.TrimSuffix(text, "*/")
	}
	return strings.TrimSpace(text)
}

// Docs is the documentation directly above an item, its marks removed, lines joined by newlines.
func (f *File) Docs(it *Item) string {
	var out []string
	i, _ := slices.BinarySearchFunc(f.Tokens, it.start, func(t Token, o int) int { return cmp.Compare(int(t.Offset), o) })
	for ; i < len(f.Tokens) && int(f.Tokens[i].Offset) < it.head; i++ {
		t := f.Tokens[i]
		text := t.Text(f.Src)
		switch {
		case t.Kind == LineDoc && strings.HasPrefix(text, "///"):
			out = append(out, strings.TrimPrefix(strings.TrimSuffix(text[3:], "\r"), " "))
		case t.Kind == BlockDoc && strings.HasPrefix(text, "/**"):
			out = append(out, strings.TrimSuffix(text[3:], "*/"))
		}
	}
	return strings.Join(out, "\n")
}
