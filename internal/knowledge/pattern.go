package knowledge

import (
	"fmt"
	"strings"
)

// pattern is one compiled line of a row's match or types list.
//
//	std::thread::sleep                                   a function or a type
//	std::sync::mpsc::{Receiver,Sender}::send             braces expand as in a shell
//	std::option::*                                       everything below a module or type
//	lock_api::MutexGuard<parking_lot::RawFairMutex>      a type with a generic argument of that path
//	std::io::copy<std::fs::File>                         a function with a generic argument of that path
//	<std::fs::File as std::io::Read>::read               a method of a trait for one self type
//	<_ as std::iter::Iterator>::*                        any method of a trait, whatever the self type, known or not
type pattern struct {
	text   string
	path   []string // segments of the function or type; of the self type for a trait pattern; nil for the self type `_`
	arg    []string // segments of a required generic argument of the type or function, or nil
	trait  []string // segments of the trait, or nil
	method string   // method of a trait pattern; "*" for all of them
	prefix bool     // path ended in `::*`, which is cut off
	tail   int      // how many last segments must be adjacent and equal
	suffix string   // the text of these segments
}

// compile expands and parses one line. asType says that the line names types; then only the last segment is fixed.
func compile(line string, asType bool) ([]pattern, error) {
	texts, err := expand(line)
	if err != nil {
		return nil, err
	}
	out := make([]pattern, 0, len(texts))
	for _, text := range texts {
		p, err := parsePattern(text, asType)
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", line, err)
		}
		p.suffix = strings.Join(p.path[max(0, len(p.path)-p.tail):], "::")
		out = append(out, p)
	}
	return out, nil
}

// expand replaces `a{b,c}d` by `abd` and `acd`; groups do not nest.
func expand(line string) ([]string, error) {
	head, rest, found := strings.Cut(line, "{")
	if !found {
		if strings.Contains(line, "}") {
			return nil, fmt.Errorf("pattern %q: } without {", line)
		}
		return []string{line}, nil
	}
	group, tail, found := strings.Cut(rest, "}")
	if !found || strings.ContainsAny(head, "}") || strings.Contains(group, "{") {
		return nil, fmt.Errorf("pattern %q: unbalanced or nested braces", line)
	}
	tails, err := expand(tail)
	if err != nil {
		return nil, err
	}
	var out []string
	for choice := range strings.SplitSeq(group, ",") {
		for _, t := range tails {
			out = append(out, head+strings.TrimSpace(choice)+t)
		}
	}
	return out, nil
}

func parsePattern(text string, asType bool) (pattern, error) {
	if rest, ok := strings.CutPrefix(text, "<"); ok {
		if asType {
			return pattern{}, fmt.Errorf("a type cannot be written as <T as Trait>")
		}
		return parseTraitPattern(text, rest)
	}
	p := pattern{text: text, tail: 1}
	if inner, ok := strings.CutSuffix(text, "::*"); ok {
		text, p.prefix = inner, true
	}
	var err error
	if p.path, p.arg, err = parseTypePath(text); err != nil {
		return pattern{}, err
	}
	switch {
	case p.prefix && p.arg != nil:
		return pattern{}, fmt.Errorf("::* cannot follow a generic argument")
	case !asType && !p.prefix && len(p.path) < 2:
		return pattern{}, fmt.Errorf("needs a crate and a function")
	}
	if !asType && len(p.path) > 2 && isTypeName(p.path[len(p.path)-2]) {
		p.tail = 2
	}
	return p, nil
}

func parseTraitPattern(text, rest string) (pattern, error) {
	self, rest, ok := strings.Cut(rest, " as ")
	if !ok {
		return pattern{}, fmt.Errorf("needs <T as Trait>::method")
	}
	trait, method, ok := strings.Cut(rest, ">::")
	if !ok || method == "" {
		return pattern{}, fmt.Errorf("needs a method after <T as Trait>")
	}
	p := pattern{text: text, method: method, tail: 1}
	if err := checkSegments([]string{method}, true); err != nil {
		return pattern{}, err
	}
	var err error
	if self != "_" {
		self, p.prefix = strings.CutSuffix(self, "::*")
		if p.path, p.arg, err = parseTypePath(self); err != nil {
			return pattern{}, err
		}
	}
	if p.trait = strings.Split(trait, "::"); checkSegments(p.trait, false) != nil {
		return pattern{}, fmt.Errorf("%q is not a path of a trait", trait)
	}
	return p, nil
}

// parseTypePath reads `a::b::T` or `a::b::T<c::d>`.
func parseTypePath(text string) (path, arg []string, err error) {
	head, inner, generic := strings.Cut(text, "<")
	if generic {
		inner, closed := strings.CutSuffix(inner, ">")
		if !closed {
			return nil, nil, fmt.Errorf("%q misses its >", text)
		}
		if arg = strings.Split(inner, "::"); checkSegments(arg, false) != nil {
			return nil, nil, fmt.Errorf("%q is not a path", inner)
		}
	}
	path = strings.Split(head, "::")
	return path, arg, checkSegments(path, false)
}

func checkSegments(segments []string, star bool) error {
	for _, s := range segments {
		if star && s == "*" {
			continue
		}
		if s == "" || strings.ContainsFunc(s, notInName) {
			return fmt.Errorf("%q is not a path segment", s)
		}
	}
	return nil
}

// notInName rejects what cannot stand in a segment. Brackets, commas and `&` belong to slices and tuples, `#` to raw names.
func notInName(r rune) bool {
	return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("[](), &#", r)
}

func isTypeName(segment string) bool {
	return segment != "" && segment[0] >= 'A' && segment[0] <= 'Z'
}

// name is the function as a reader knows it, or "" for a pattern that names many.
func (p *pattern) name() string {
	switch {
	case p.prefix, p.method == "*":
		return ""
	case p.trait != nil:
		return p.trait[len(p.trait)-1] + "::" + p.method
	}
	return p.text
}
