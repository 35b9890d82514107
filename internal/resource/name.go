package resource

import (
	"strconv"
	"strings"

	"pollux/internal/mir"
)

// Name is where a resource lies, as one function sees it.
type Name struct {
	Base Base
	N    int    // of Param its number, of a coroutine's the number of the capture; of Own the local
	Of   string // of Own the path of the function, of Static the path
	Path string // from there, by fields: ".0.2"; references and shared pointers are no steps

	// Field is the innermost field of a named type on the way and what follows it, "mod::Pool.1"; empty when there is none.
	Field string

	// Shared: the way leads through a shared pointer, a static or a shared reference, so that others can come there too.
	Shared bool

	// Vague: one of many places of this name is meant: an element, or a variable that is assigned more than once.
	Vague bool

	Type string // of the resource, as far as printed

	// Assumed: the way led up through a weak pointer to the owner and down again, and is taken to come back to where it began.
	Assumed bool

	root string // type of what the name begins with
	way  []step // the path, as it is followed on in a caller
}

// Base is where a name begins.
type Base uint8

// Where names begin.
const (
	Nowhere Base = iota
	Param
	Own
	Static
)

// Key is the same for two names of one place.
func (n Name) Key() string {
	return strconv.Itoa(int(n.Base)) + "/" + strconv.Itoa(n.N) + "/" + n.Of + n.Path
}

// Same reports whether two names, both of one function, are of one place for certain.
func (n Name) Same(o Name) bool {
	return n.Base != Nowhere && !n.Vague && !o.Vague && n.Base == o.Base && n.N == o.N && n.Of == o.Of && n.Path == o.Path
}

// Global is a name that means the same in every function: of a static, or of a field of a type. Empty when there is none.
func (n Name) Global() string {
	if n.Base == Static {
		return n.Of + n.Path
	}
	return n.Field
}

// maxPath bounds the length of a path; what lies deeper is vague.
const maxPath = 48

// field goes into field i of a value of type owner.
func (n Name) field(i int32, variant, owner, typ string) Name {
	step := "." + variant + strconv.Itoa(int(i))
	if len(n.Path)+len(step) > maxPath {
		n.Vague = true
		return n
	}
	n.Path += step
	switch head := mir.Head(owner); {
	case head != "" && !isStandard(head):
		n.Field = head + step
	case n.Field != "":
		n.Field += step
	}
	n.Type = typ
	return n
}

// back cuts the part of a way that leads by a weak pointer to an owner and by a field of the owner's back to a value of the same type:
// who knows its owner that way is the one that the owner owns.
func (n Name) back() Name {
	heads := []string{mir.Head(bare(n.root))}
	at := []int{0}
	weak := -1
	for i, s := range n.way {
		if s.elem.Kind != mir.Field || s.content {
			continue
		}
		head := mir.Head(bare(s.elem.Text))
		if strings.HasPrefix(mir.Head(s.elem.Text), "std::sync::Weak") || strings.HasPrefix(mir.Head(s.elem.Text), "std::rc::Weak") {
			weak = len(heads)
		}
		for k, h := range heads {
			if h == head && h != "" && !isStandard(h) && weak > k && len(heads)-k >= 2 {
				rest := n.way[i+1:]
				out := n
				out.way, out.Path, out.Field = append(n.way[:at[k]:at[k]], nil...), "", ""
				all := append(out.way, rest...)
				out.way, out.Type = nil, n.root
				out = followed(out, all)
				out.Assumed = true
				return out.back()
			}
		}
		heads, at = append(heads, head), append(at, i+1)
	}
	return n
}

// content goes through a lock to what it protects.
func (n Name) content() Name {
	if n.Base == Nowhere {
		return n
	}
	n.Path += "*"
	if n.Field != "" {
		n.Field += "*"
	}
	n.Shared = true
	return n
}

func isStandard(head string) bool {
	root, _, _ := strings.Cut(head, "::")
	return root == "std" || root == "core" || root == "alloc"
}

// isShared reports whether a value of this type can be reached from elsewhere too.
func isShared(typ string) bool {
	switch mir.Head(typ) {
	case "std::sync::Arc", "std::rc::Rc", "std::sync::Weak", "std::rc::Weak":
		return true
	}
	return strings.HasPrefix(typ, "&") && !strings.HasPrefix(afterLifetime(typ), "mut ")
}

func afterLifetime(typ string) string {
	t := strings.TrimPrefix(typ, "&")
	if strings.HasPrefix(t, "'") {
		_, t, _ = strings.Cut(t, " ")
	}
	return t
}

// staticsOf finds which allocation of the text is which static: `alloc12 (static: f05::SHARED, size: 48, align: 8) {`.
func staticsOf(text string) map[string]string {
	out := map[string]string{}
	const mark = " (static: "
	for from := 0; ; {
		i := strings.Index(text[from:], mark)
		if i < 0 {
			return out
		}
		i += from
		from = i + len(mark)
		line := strings.LastIndexByte(text[:i], '\n') + 1
		name := text[line:i]
		if !strings.HasPrefix(name, "alloc") || strings.ContainsAny(name, " \t") {
			continue
		}
		path := text[from:]
		if end := strings.IndexAny(path, ",)\n"); end >= 0 {
			out[name] = path[:end]
		}
	}
}
