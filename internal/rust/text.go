package rust

import "strings"

// normal is the text of the tokens from lo up to hi as rustfmt would write it on one line, without comments.
func (p *parser) normal(lo, hi int) string {
	hi = min(hi, len(p.sig))
	switch {
	case lo >= hi:
		return ""
	case lo+1 == hi:
		return p.text(lo)
	}
	var b strings.Builder
	b.Grow(p.end(hi-1) - p.offset(lo))
	for i := lo; i < hi; i++ {
		if i > lo && p.spaced(i-1, lo) {
			b.WriteByte(' ')
		}
		b.WriteString(p.text(i))
	}
	return b.String()
}

// word reports whether token i is made of letters or is a literal.
func (p *parser) word(i int) bool {
	k := p.kind(i)
	return k >= Ident && k <= Float
}

// spaced reports whether a space belongs between tokens i and i+1 of a text that starts at lo.
func (p *parser) spaced(i, lo int) bool {
	a, b := p.first1(i), p.first1(i+1)
	switch {
	case p.word(i) && p.word(i+1):
		return true
	case p.word(i):
		return p.spacedAfterWord(i, b)
	case p.arrow(i):
		return true
	case a == ',' || a == ';':
		return p.kind(i+1) != Close
	case a == ':':
		return !p.pathSep(i) && !(i > lo && p.pathSep(i-1))
	case b == '-' && p.arrow(i+2):
		return true
	case (b == '=' || b == '>' || a == '|') && p.kind(i) == Punct && p.kind(i+1) == Punct && p.adjacent(i):
		return a == '>' && b == '='
	}
	return spacedOperator(a) || spacedOperator(b) || p.word(i+1) && (a == '>' || p.kind(i) == Close)
}

// spacedAfterWord: keywords of types stand apart from the bracket or sign that follows them.
func (p *parser) spacedAfterWord(i int, next byte) bool {
	if spacedOperator(next) || next == '-' && p.arrow(i+2) {
		return true
	}
	switch p.text(i) {
	case "mut", "const", "dyn", "as", "where", "in", "impl":
		return next != ',' && next != '>' && next != ')' && next != ':'
	case "for":
		return next != '<'
	}
	return p.kind(i) == Lifetime && (next == '&' || next == '*' || next == '[' || next == '(')
}

func spacedOperator(c byte) bool { return c == '+' || c == '=' || c == '|' }

// group is the place after token i, or after the whole group if i opens one, at most hi.
func (p *parser) group(i, hi int) int {
	if p.kind(i) == Open {
		return min(int(p.partner[i])+1, hi)
	}
	return i + 1
}

// split cuts the tokens from lo up to hi at commas outside of brackets, and outside of angle brackets if angles is set.
// It calls part with each piece that is not empty.
func (p *parser) split(lo, hi int, angles bool, part func(lo, hi int)) {
	depth, from := 0, lo
	for i := lo; i < hi; {
		switch {
		case angles && p.is(i, '<'):
			depth++
		case angles && p.is(i, '>') && !p.arrow(i) && depth > 0:
			depth--
		case p.is(i, ',') && depth == 0:
			if i > from {
				part(from, i)
			}
			from = i + 1
		}
		i = p.group(i, hi)
	}
	if hi > from {
		part(from, hi)
	}
}

// colon is the place of the first single colon outside of brackets, -1 if there is none.
func (p *parser) colon(lo, hi int) int {
	for i := lo; i < hi; {
		switch {
		case p.pathSep(i):
			i += 2
			continue
		case p.is(i, ':'):
			return i
		}
		i = p.group(i, hi)
	}
	return -1
}

// until is the place of the first token outside of brackets and angle brackets that stop accepts; the limit of the
// innermost bracket if there is none.
func (p *parser) until(i int, stop func(i int) bool) int {
	depth := 0
	for limit := p.limit(); i < limit; {
		switch {
		case p.is(i, '<'):
			depth++
		case p.is(i, '>') && !p.arrow(i):
			if depth > 0 {
				depth--
			}
		case p.is(i, ';'), depth == 0 && stop(i):
			return i
		}
		i = p.group(i, limit)
	}
	return p.limit()
}
