package apidrift

import (
	"sort"
	"strings"

	"pollux/internal/rust"
)

// code is one source file as tokens without white space and comments, so that places of rustc's errors can be widened to the
// paths and calls that they are part of.
type code struct {
	*rust.File
	toks    []rust.Token
	partner []int // of brackets; -1 for one without, and for other tokens
	uses    []*useItem
}

func newCode(f *rust.File) *code {
	c := &code{File: f}
	for _, t := range f.Tokens {
		if !t.Kind.Trivia() {
			c.toks = append(c.toks, t)
		}
	}
	c.partner = make([]int, len(c.toks))
	var open []int
	for i, t := range c.toks {
		c.partner[i] = -1
		switch t.Kind {
		case rust.Open:
			open = append(open, i)
		case rust.Close:
			if len(open) > 0 {
				c.partner[i], c.partner[open[len(open)-1]] = open[len(open)-1], i
				open = open[:len(open)-1]
			}
		}
	}
	c.uses = c.readUses()
	return c
}

// text is the token's text, empty beyond the ends.
func (c *code) text(i int) string {
	if i < 0 || i >= len(c.toks) {
		return ""
	}
	return c.toks[i].Text(c.Src)
}

func (c *code) isIdent(i int) bool {
	return i >= 0 && i < len(c.toks) && (c.toks[i].Kind == rust.Ident || c.toks[i].Kind == rust.RawIdent)
}

func (c *code) start(i int) int { return int(c.toks[i].Offset) }
func (c *code) end(i int) int   { return c.toks[i].End() }

// tokenAt is the first token that ends behind the offset; len(toks) when there is none.
func (c *code) tokenAt(offset int) int {
	return sort.Search(len(c.toks), func(i int) bool { return c.toks[i].End() > offset })
}

// sep reports whether `::` begins at token i.
func (c *code) sep(i int) bool {
	return c.text(i) == ":" && c.text(i+1) == ":" && c.end(i) == c.start(i+1)
}

// path is a path as it is written: the tokens of its segments. Generic arguments are stepped over.
type path struct {
	segs   []int // tokens
	global bool  // begins with `::`
}

func (c *code) names(p path) []string {
	var out []string
	for _, s := range p.segs {
		out = append(out, strings.TrimPrefix(c.text(s), "r#"))
	}
	return out
}

// pathAround is the path that the identifier at token i is a segment of. It fails where the path goes through a type in angle
// brackets or a macro variable.
func (c *code) pathAround(i int) (path, bool) {
	if !c.isIdent(i) {
		return path{}, false
	}
	first := i
	for c.sep(first-2) && c.isIdent(first-3) {
		first -= 3
	}
	p := path{global: c.sep(first - 2)}
	if c.text(first-1) == "$" || p.global && c.text(first-3) == ">" {
		return path{}, false
	}
	for at := first; ; {
		p.segs = append(p.segs, at)
		next := c.generics(at + 1)
		if !c.sep(next) || !c.isIdent(next+2) {
			return p, true
		}
		at = next + 2
	}
}

// generics is the place after `::<..>` at i, or i.
func (c *code) generics(i int) int {
	if !c.sep(i) || c.text(i+2) != "<" {
		return i
	}
	if end, ok := c.angles(i + 2); ok {
		return end
	}
	return i
}

// angles is the place after the `>` that closes the `<` at i.
func (c *code) angles(i int) (int, bool) {
	depth := 0
	for j := i; j < len(c.toks); j++ {
		switch c.text(j) {
		case "<":
			depth++
		case ">":
			if c.text(j-1) == "-" || c.text(j-1) == "=" {
				continue
			}
			if depth--; depth == 0 {
				return j + 1, true
			}
		case "(", "[", "{":
			if c.partner[j] < 0 {
				return 0, false
			}
			j = c.partner[j]
		case ";":
			return 0, false
		}
	}
	return 0, false
}

// call is the argument list that follows token i, after generic arguments: its brackets.
func (c *code) call(i int) (open, end int, ok bool) {
	open = c.generics(i + 1)
	if c.text(open) != "(" || c.partner[open] < 0 {
		return 0, 0, false
	}
	return open, c.partner[open], true
}

// args are the texts of the arguments between two brackets.
func (c *code) args(open, end int) []string {
	var out []string
	from := open + 1
	cut := func(to int) {
		if to > from {
			out = append(out, c.between(from, to-1))
		}
		from = to + 1
	}
	for i := open + 1; i < end; i++ {
		switch {
		case c.text(i) == "," && !c.inClosureHead(open, i):
			cut(i)
		case c.toks[i].Kind == rust.Open && c.partner[i] > i:
			i = c.partner[i]
		case c.sep(i) && c.text(i+2) == "<":
			if next, ok := c.angles(i + 2); ok {
				i = next - 1
			}
		}
	}
	cut(end)
	return out
}

// inClosureHead reports whether the comma at i separates parameters of a closure, `|a, b|`.
func (c *code) inClosureHead(from, i int) bool {
	bars := 0
	for j := i - 1; j > from && c.text(j) != ","; j-- {
		if c.text(j) == "|" {
			bars++
		}
	}
	return bars%2 == 1
}

// between is the source text from token lo to token hi, both included.
func (c *code) between(lo, hi int) string {
	if hi < lo {
		return ""
	}
	return c.Src[c.start(lo):c.end(hi)]
}

// receiver is the first token of the postfix expression that ends at token i: of `a.b(c)?.d` it is `a`.
func (c *code) receiver(i int) (int, bool) {
	for {
		switch t := c.text(i); {
		case t == ")" || t == "]":
			open := c.partner[i]
			if open < 0 {
				return 0, false
			}
			before := open - 1
			if t == ")" && c.text(before) == "!" {
				before-- // a macro call
			}
			if !c.isIdent(before) && c.text(before) != ">" && c.text(before) != ")" && c.text(before) != "]" && c.text(before) != "?" {
				return open, t == ")" // in brackets; arrays are not looked into
			}
			if c.isIdent(before) && keyword(c.text(before)) {
				return open, true
			}
			i = before
		case t == "?":
			i--
		case t == ">":
			open, ok := c.anglesBack(i)
			if !ok || !c.sep(open-2) {
				return 0, false
			}
			i = open - 3
		case c.isIdent(i):
			switch {
			case c.text(i-1) == ".":
				i -= 2
			case c.sep(i - 2):
				if !c.isIdent(i-3) && c.text(i-3) != ">" {
					return i - 2, true
				}
				i -= 3
			default:
				return i, !keyword(t) || t == "self" || t == "crate" || t == "super"
			}
		case c.toks[i].Kind >= rust.Char && c.toks[i].Kind <= rust.Float:
			return i, true
		default:
			return 0, false
		}
		if i < 0 {
			return 0, false
		}
	}
}

func (c *code) anglesBack(i int) (int, bool) {
	depth := 0
	for j := i; j >= 0; j-- {
		switch c.text(j) {
		case ">":
			if c.text(j-1) != "-" {
				depth++
			}
		case "<":
			if depth--; depth == 0 {
				return j, true
			}
		case ";", "{", "}":
			return 0, false
		}
	}
	return 0, false
}

// keyword reports whether a word cannot be a value.
func keyword(word string) bool {
	switch word {
	case "return", "match", "if", "while", "in", "let", "else", "move", "break", "mut", "ref", "as", "await", "loop", "async",
		"unsafe", "self", "crate", "super", "for", "box", "yield", "dyn", "impl", "where":
		return true
	}
	return false
}
