package mir

import (
	"bytes"
	"strings"
)

// The functions here take printed types apart on the text itself. They are total: what they cannot read they return empty.

// Pointee is the type behind a reference, raw pointer or Box.
func Pointee(t string) string {
	switch {
	case strings.HasPrefix(t, "&"):
		t = strings.TrimPrefix(t, "&")
		t = trimLifetime(t)
		return strings.TrimPrefix(t, "mut ")
	case strings.HasPrefix(t, "*const "):
		return t[len("*const "):]
	case strings.HasPrefix(t, "*mut "):
		return t[len("*mut "):]
	case strings.HasPrefix(t, "std::boxed::Box<"), strings.HasPrefix(t, "alloc::boxed::Box<"):
		if args := Args(t); len(args) > 0 {
			return args[0]
		}
	}
	return ""
}

func trimLifetime(t string) string {
	if !strings.HasPrefix(t, "'") {
		return t
	}
	if i := strings.IndexByte(t, ' '); i >= 0 {
		return t[i+1:]
	}
	return t
}

// Element is the element type of an array or a slice.
func Element(t string) string {
	if !strings.HasPrefix(t, "[") || !strings.HasSuffix(t, "]") {
		return ""
	}
	in := t[1 : len(t)-1]
	if i := TypeEnd(in, ";"); i < len(in) {
		in = in[:i]
	}
	return strings.TrimSpace(in)
}

// Head is the path of a nominal type or function path without any generic arguments: `a::b::<T>::C<U>` gives `a::b::C`.
// References, tuples and other structural types have no head.
func Head(t string) string {
	if t == "" || strings.ContainsAny(t[:1], "&*([{<") || strings.HasPrefix(t, "dyn ") || strings.HasPrefix(t, "impl ") || strings.HasPrefix(t, "fn(") || strings.HasPrefix(t, "for<") || strings.HasPrefix(t, "unsafe ") {
		return ""
	}
	return WithoutGenerics(t)
}

// WithoutGenerics removes every `<..>` and `::<..>` group of a path, except the printed `<impl at ..>`.
func WithoutGenerics(t string) string {
	i := strings.IndexByte(t, '<')
	if i < 0 {
		return t
	}
	out := make([]byte, 0, len(t))
	for i >= 0 {
		end := i + 1 + TypeEnd(t[i+1:], ">")
		next := min(end+1, len(t))
		if strings.HasPrefix(t[i:], "<impl at ") {
			out = append(out, t[:next]...)
		} else {
			out = bytes.TrimSuffix(append(out, t[:i]...), []byte("::"))
		}
		t = t[next:]
		i = strings.IndexByte(t, '<')
	}
	return string(append(out, t...))
}

// Args are the generic arguments of the last `<..>` group of a nominal type, lifetimes left out.
func Args(t string) []string {
	open := openOf(t)
	if open < 0 {
		return nil
	}
	return List(t[open+1 : len(t)-1])
}

// openOf finds the `<` that belongs to the `>` at the end of t, or -1.
func openOf(t string) int {
	if !strings.HasSuffix(t, ">") {
		return -1
	}
	for i := 0; i < len(t); i++ {
		switch t[i] {
		case '<':
			end := i + 1 + TypeEnd(t[i+1:], ">")
			if end == len(t)-1 {
				return i
			}
			if end == len(t) {
				return -1 // never closed: what is inside belongs to no path
			}
			i = end
		case '{', '(', '[':
			i += 1 + TypeEnd(t[i+1:], closing(t[i]))
		}
	}
	return -1
}

func closing(open byte) string {
	switch open {
	case '{':
		return "}"
	case '(':
		return ")"
	}
	return "]"
}

// List splits a comma-separated list of types, lifetimes left out.
func List(s string) []string {
	var out []string
	for s != "" {
		end := TypeEnd(s, ",")
		if item := strings.TrimSpace(s[:end]); item != "" && !isLifetime(item) {
			out = append(out, item)
		}
		if end == len(s) {
			break
		}
		s = s[end+1:]
	}
	return out
}

// isLifetime tells `'a` from the constant `'a'`.
func isLifetime(s string) bool { return s[0] == '\'' && (len(s) == 1 || s[len(s)-1] != '\'') }

// TupleTypes are the members of a tuple type; ok is false for any other type.
func TupleTypes(t string) (members []string, ok bool) {
	if !strings.HasPrefix(t, "(") || !strings.HasSuffix(t, ")") {
		return nil, false
	}
	return List(t[1 : len(t)-1]), true
}

// TypeEnd is the offset of the first byte of s that is one of stops and lies outside every bracket, string and char literal.
// It is len(s) when there is none. Stops are ASCII punctuation and spaces.
func TypeEnd(s, stops string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		k := classes[s[i]]
		if k == inWord || k == between && depth != 0 {
			continue
		}
		if depth == 0 && isStop(stops, s[i]) && !(k == angle && isArrow(s, i)) {
			return i
		}
		switch k {
		case opening:
			depth++
		case closes:
			depth--
		case angle:
			if !isArrow(s, i) {
				depth--
			}
		case quote:
			i = skipString(s, i)
		case tick:
			i = skipChar(s, i)
		}
	}
	return len(s)
}

// What a byte can mean to TypeEnd. Most bytes are in words and need no second look.
const (
	inWord uint8 = iota
	between
	opening
	closes
	angle // `>`, which closes unless it ends an arrow
	quote
	tick
)

var classes = func() (t [256]uint8) {
	for _, c := range []byte(" !#$%&*+,-./:;=?@\\^`|~") {
		t[c] = between
	}
	for _, c := range []byte("([{<") {
		t[c] = opening
	}
	for _, c := range []byte(")]}") {
		t[c] = closes
	}
	t['>'], t['"'], t['\''] = angle, quote, tick
	return t
}()

func isStop(stops string, c byte) bool {
	for i := 0; i < len(stops); i++ {
		if stops[i] == c {
			return true
		}
	}
	return false
}

// isArrow reports whether the `>` at i ends `->` or `=>`.
func isArrow(s string, i int) bool { return i > 0 && (s[i-1] == '-' || s[i-1] == '=') }

// skipString returns the offset of the quote that closes the string literal opened at i, or the last offset of s.
func skipString(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(s) - 1
}

// skipChar returns the offset of the quote that closes a char literal opened at i, or i when the quote begins a lifetime.
func skipChar(s string, i int) int {
	if i+1 >= len(s) {
		return i
	}
	if s[i+1] == '\\' {
		// The longest escape is '\u{10FFFF}'.
		if j := strings.IndexByte(s[min(i+3, len(s)):min(i+15, len(s))], '\''); j >= 0 {
			return i + 3 + j
		}
		return i
	}
	// One scalar value is at most four bytes long.
	for j := i + 2; j < len(s) && j <= i+5; j++ {
		if s[j] == '\'' {
			if j == i+2 || s[i+1] >= 0x80 {
				return j
			}
			return i
		}
	}
	return i
}

// LastSegment is the last segment of a path without generic arguments.
func LastSegment(path string) string {
	if i := strings.LastIndex(path, "::"); i >= 0 {
		return path[i+2:]
	}
	return path
}
