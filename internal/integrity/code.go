package integrity

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"pollux/internal/rust"
)

// code is a file as tokens without comments and white space.
type code struct {
	*rust.File
	name string // by which both states know it: the new path of a renamed file
	toks []tok
	asks names // functions of the state that hold assertions: calling one is a check
}

// tok is a token with its text. mate is the place of the bracket that closes or opens it, -1 for none.
type tok struct {
	text   string
	kind   rust.Kind
	offset int
	mate   int
}

func newCode(name, path, text string) *code {
	f := rust.Parse(path, text)
	c := &code{File: f, name: name}
	var open []int
	for _, t := range f.Tokens {
		if t.Kind.Trivia() {
			continue
		}
		i := len(c.toks)
		c.toks = append(c.toks, tok{t.Text(text), t.Kind, int(t.Offset), -1})
		switch t.Kind {
		case rust.Open:
			open = append(open, i)
		case rust.Close:
			if len(open) > 0 {
				last := open[len(open)-1]
				open = open[:len(open)-1]
				c.toks[last].mate, c.toks[i].mate = i, last
			}
		}
	}
	return c
}

// at is the first token at or after a position.
func (c *code) at(line, column int) int {
	offset := c.Offset(line, column)
	i, _ := slices.BinarySearchFunc(c.toks, offset, func(t tok, o int) int { return cmp.Compare(t.offset, o) })
	return i
}

// text of token i, empty outside.
func (c *code) text(i int) string {
	if i < 0 || i >= len(c.toks) {
		return ""
	}
	return c.toks[i].text
}

// word reports whether token i is an identifier or a keyword.
func (c *code) word(i int) bool {
	return i >= 0 && i < len(c.toks) && (c.toks[i].kind == rust.Ident || c.toks[i].kind == rust.RawIdent)
}

// span is the range of the tokens from lo up to hi.
func (c *code) span(lo, hi int) rust.Range {
	var r rust.Range
	if lo >= len(c.toks) || lo >= hi {
		return rust.Range{Line: 1, Column: 1, EndLine: 1, EndColumn: 1}
	}
	last := c.toks[min(hi, len(c.toks))-1]
	r.Line, r.Column = c.Position(c.toks[lo].offset)
	r.EndLine, r.EndColumn = c.Position(last.offset + len(last.text))
	return r
}

// texts are the texts of the tokens from lo up to hi.
func (c *code) texts(lo, hi int) []string {
	out := make([]string, 0, max(0, hi-lo))
	for i := lo; i < hi && i < len(c.toks); i++ {
		out = append(out, c.toks[i].text)
	}
	return out
}

func (c *code) joined(lo, hi int) string { return strings.Join(c.texts(lo, hi), " ") }

// shown is the source from lo up to hi as it stands there, for messages.
func (c *code) shown(lo, hi int) string {
	if lo >= hi || lo >= len(c.toks) {
		return ""
	}
	last := c.toks[min(hi, len(c.toks))-1]
	return c.Src[c.toks[lo].offset : last.offset+len(last.text)]
}

// after is the place after token i, or after its whole group.
func (c *code) after(i int) int {
	if c.toks[i].kind == rust.Open && c.toks[i].mate > i {
		return c.toks[i].mate + 1
	}
	return i + 1
}

// split cuts lo..hi at a separator outside of brackets. Empty pieces are left out.
func (c *code) split(lo, hi int, sep string) [][2]int {
	var out [][2]int
	from := lo
	for i := lo; i < hi; i = c.after(i) {
		if c.text(i) == sep {
			if i > from {
				out = append(out, [2]int{from, i})
			}
			from = i + 1
		}
	}
	if hi > from {
		out = append(out, [2]int{from, hi})
	}
	return out
}

// state is one side of a change.
type state struct {
	files []*code
	fns   []*function
	asks  names // see code.asks
}

func newState() *state { return &state{asks: names{}} }

// function is a function with a body, and where it stands.
type function struct {
	*rust.Fn
	code    *code
	path    string // of the item within its file
	lo, hi  int    // tokens of the body, without its braces
	test    bool   // has an attribute that makes it a test
	inTests bool   // a test, or code that only tests use
	grams   map[string]int
	twin    *function
}

func (s *state) add(path, name, text string) {
	c := newCode(name, path, text)
	s.files = append(s.files, c)
	c.asks = s.asks
	for _, fn := range c.Fns {
		if !fn.HasBody {
			continue
		}
		f := &function{Fn: fn, code: c, path: fn.Item.Path()}
		f.lo = c.at(fn.Body.Line, fn.Body.Column) + 1
		f.hi = f.lo
		if f.lo-1 < len(c.toks) && c.toks[f.lo-1].mate > 0 {
			f.hi = c.toks[f.lo-1].mate
		}
		f.test = slices.ContainsFunc(fn.Attrs, isTest)
		f.inTests = f.test || inTestFile(name) || underTestCfg(fn.Item)
		f.grams = grams(c.texts(f.lo, f.hi))
		if !f.test {
			s.noteHelper(f)
		}
		s.fns = append(s.fns, f)
	}
}

// noteHelper notes whether a function asserts; one whose name says so and whose body does not is none.
func (s *state) noteHelper(f *function) {
	if have, seen := s.asks[f.Name]; seen && have {
		return
	}
	s.asks[f.Name] = false
	for i := f.lo; i < f.hi; i++ {
		if f.code.assertionAt(i) {
			s.asks[f.Name] = true
		}
	}
}

func (s *state) file(name string) *code {
	i := slices.IndexFunc(s.files, func(c *code) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return s.files[i]
}

func isTest(a rust.Attr) bool {
	return !a.Inner && slices.ContainsFunc(nested(a), func(one rust.Attr) bool { return means("test-attributes", lastSegment(one.Path)) })
}

// inTestFile reports whether a file holds only tests by its place.
func inTestFile(name string) bool {
	base := strings.TrimSuffix(path.Base(name), ".rs")
	return base == "tests" || base == "test" || strings.HasSuffix(base, "_test") || strings.HasSuffix(base, "_tests") ||
		slices.ContainsFunc(strings.Split(path.Dir(name), "/"), func(d string) bool { return d == "tests" || d == "benches" })
}

func underTestCfg(it *rust.Item) bool {
	for ; it != nil; it = it.Parent {
		for _, a := range it.Attrs {
			if a.Path == "cfg" && mentionsTest(a.Args) {
				return true
			}
		}
	}
	return false
}

// mentionsTest reports whether a predicate asks for test, loom or miri and does not deny it.
func mentionsTest(args string) bool {
	for _, t := range rust.Lex(args) {
		switch t.Text(args) {
		case "not":
			return false
		case "test", "loom", "miri":
			return true
		}
	}
	return false
}

// grams counts pairs of neighbouring tokens.
func grams(texts []string) map[string]int {
	out := map[string]int{}
	for i := range len(texts) - 1 {
		out[texts[i]+" "+texts[i+1]]++
	}
	return out
}

// likeness of two texts by their pairs of tokens, 0 to 1 (Dice's coefficient).
func likeness(a, b map[string]int) float64 {
	total, common := 0, 0
	for g, n := range a {
		total += n
		common += min(n, b[g])
	}
	for _, n := range b {
		total += n
	}
	if total == 0 {
		return 1
	}
	return 2 * float64(common) / float64(total)
}
