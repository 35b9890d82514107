package pin

import (
	"strconv"
	"strings"

	"pollux/internal/mir"
)

// memory names a place by a local and the way from it. The payload of an Option is the Option itself here: what is moved with one is
// moved with the other.
type memory struct {
	root    mir.Local
	typ     string // of the root
	steps   []step
	fromPin bool // reached through a Pin that unsafe code took apart
}

type stepKind uint8

const (
	field stepKind = iota
	variant
	deref
	element // of a collection
)

// step is one step of the way, and the type behind it as printed, empty when the text does not tell.
type step struct {
	kind stepKind
	name string // number of a field, name of a variant
	typ  string
}

func (m memory) with(s step) memory {
	m.steps = append(m.steps[:len(m.steps):len(m.steps)], s)
	return m
}

// end is the type of the memory.
func (m memory) end() string {
	if len(m.steps) == 0 {
		return m.typ
	}
	return m.steps[len(m.steps)-1].typ
}

// owned reports whether the memory is a part of a variable of the function itself, and not behind a reference.
func (m memory) owned() bool {
	at := m.typ
	for _, s := range m.steps {
		if s.kind == deref && !isBox(at) {
			return false
		}
		at = s.typ
	}
	return true
}

// holds reports whether the other memory is this one or a part of it.
func (m memory) holds(o memory) bool {
	if m.root != o.root || len(m.steps) > len(o.steps) {
		return false
	}
	for i, s := range m.steps {
		if s.kind != o.steps[i].kind || s.name != o.steps[i].name {
			return false
		}
	}
	return true
}

// key names memory for all functions of a crate: by the innermost nominal type that owns it by value, and the way from there.
type key struct{ owner, way string }

func (m memory) key() key {
	owner, from, at := "", 0, m.typ
	for i, s := range m.steps {
		inside := i > 0 && m.steps[i-1].kind == variant
		if head := mir.Head(at); s.kind != deref && !inside && head != "" && !isStd(head) {
			owner, from = head, i
		}
		if s.kind == deref {
			owner = ""
		}
		at = s.typ
	}
	if owner == "" {
		if head := mir.Head(at); head != "" && !isStd(head) {
			return key{owner: head}
		}
		return key{}
	}
	return key{owner, way(m.steps[from:])}
}

func way(steps []step) string {
	var b strings.Builder
	for _, s := range steps {
		switch s.kind {
		case field:
			b.WriteString("." + s.name)
		case variant:
			b.WriteString(":" + s.name)
		case element:
			b.WriteString("[]")
		}
	}
	return b.String()
}

// covers reports whether what a key names is the other's memory or holds it by value.
func (k key) covers(o key) bool {
	rest, ok := strings.CutPrefix(o.way, k.way)
	return k.owner != "" && k.owner == o.owner && ok && (rest == "" || strings.ContainsAny(rest[:1], ".:["))
}

// Field is the number of the field, and the variant, of a key that names a direct field of its owner.
func (k key) field() (variant string, n int, ok bool) {
	w := k.way
	if v, rest, found := strings.Cut(w, "."); found && strings.HasPrefix(v, ":") {
		variant, w = v[1:], "."+rest
	}
	w, found := strings.CutPrefix(w, ".")
	if end := strings.IndexAny(w, ".:["); end >= 0 {
		w = w[:end]
	}
	n, err := strconv.Atoi(w)
	return variant, n, found && err == nil
}

func isBox(typ string) bool { return strings.HasPrefix(typ, "std::boxed::Box<") }

func isPin(typ string) bool { return strings.HasPrefix(typ, "std::pin::Pin<") }

// isOption reports whether a type adds nothing but absence to its argument.
func isOption(typ string) bool { return strings.HasPrefix(typ, "std::option::Option<") }

// isReference reports whether a value of the type leads to other memory: a reference, pointer or Pin, or std's iterators, guards and
// Options that carry one.
func isReference(typ string) bool { return strings.ContainsAny(typ, "&*'") }

// target is the type that a reference leads to, through Option, Pin and Result; empty for iterators and the like.
func target(typ string) string {
	for {
		switch args := mir.Args(typ); {
		case strings.HasPrefix(typ, "&"), strings.HasPrefix(typ, "*"):
			return mir.Pointee(typ)
		case isOption(typ) && len(args) == 1, isPin(typ) && len(args) == 1, strings.HasPrefix(typ, "std::result::Result<") && len(args) == 2, strings.HasPrefix(typ, "std::ptr::NonNull<") && len(args) == 1:
			if strings.HasPrefix(typ, "std::ptr::NonNull<") {
				return args[0]
			}
			typ = args[0]
		default:
			return ""
		}
	}
}

// elementOf is the type of the elements of a collection, ok false when the type is none.
func elementOf(typ string) (element string, ok bool) {
	if e := mir.Element(typ); e != "" {
		return e, true
	}
	args := mir.Args(typ)
	switch mir.LastSegment(mir.Head(typ)) {
	case "Vec", "VecDeque", "BinaryHeap", "Slab", "LinkedList":
		if len(args) > 0 {
			return args[0], true
		}
	case "SmallVec", "ArrayVec":
		if len(args) > 0 {
			if e := mir.Element(args[0]); e != "" {
				return e, true
			}
			return args[0], true
		}
	case "HashMap", "BTreeMap", "IndexMap":
		if len(args) > 1 {
			return args[1], true
		}
	}
	return "", false
}

// isStd reports whether a type is none that a crate declares: of std, or without a name.
func isStd(typ string) bool {
	head := mir.Head(typ)
	return head == "" || strings.HasPrefix(head, "std::") || strings.HasPrefix(head, "core::") || strings.HasPrefix(head, "alloc::")
}
