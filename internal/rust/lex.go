package rust

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Lex cuts src into tokens that tile it exactly. It never fails: what is not Rust becomes tokens of kind Unknown.
//
// The cuts follow the lexical structure chapter of the Rust reference and, where text is broken, prefer to end a token
// early. rustc addresses source by 32 bits; so do tokens, and what lies beyond that is left out.
func Lex(src string) []Token {
	if uint64(len(src)) > math.MaxUint32 {
		src = src[:math.MaxUint32]
	}
	l := lexer{src: src, out: make([]Token, 0, len(src)/3+16)}
	l.prologue()
	for l.pos < len(l.src) {
		l.next()
	}
	return l.out
}

type lexer struct {
	src string
	pos int
	out []Token
}

// at is the byte n places on, 0 past the end. A NUL in the source starts no token, so the two need no telling apart.
func (l *lexer) at(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

func (l *lexer) emit(k Kind, end int, unterminated bool) {
	l.out = append(l.out, Token{Kind: k, Unterminated: unterminated, Offset: uint32(l.pos), Len: uint32(end - l.pos)})
	l.pos = end
}

const byteOrderMark = "\ufeff"

// prologue takes what only the start of a file may hold: byte order mark, shebang, frontmatter.
func (l *lexer) prologue() {
	if strings.HasPrefix(l.src, byteOrderMark) {
		l.emit(Whitespace, len(byteOrderMark), false)
	}
	if strings.HasPrefix(l.src[l.pos:], "#!") && !l.innerAttribute() {
		l.emit(Shebang, l.lineEnd(l.pos), false)
	}
	blank := l.pos
	for blank < len(l.src) && asciiClass[l.src[blank]] == classSpace {
		blank++
	}
	lineStart := blank == l.pos || l.src[blank-1] == '\n'
	if !lineStart || !strings.HasPrefix(l.src[blank:], "---") {
		return
	}
	if blank > l.pos {
		l.emit(Whitespace, blank, false)
	}
	l.frontmatter()
}

// innerAttribute tells `#![..]` from a shebang: rustc looks past white space and comments for the bracket.
func (l *lexer) innerAttribute() bool {
	for probe := (lexer{src: l.src, pos: l.pos + 2}); probe.pos < len(probe.src); {
		probe.next()
		last := probe.out[len(probe.out)-1]
		if !last.Kind.Trivia() || last.Kind == LineDoc || last.Kind == BlockDoc {
			return last.Text(l.src) == "["
		}
	}
	return false
}

func (l *lexer) frontmatter() {
	dashes := 3
	for l.at(dashes) == '-' {
		dashes++
	}
	fence := l.src[l.pos : l.pos+dashes]
	for line := l.lineEnd(l.pos); line < len(l.src); {
		line++
		end := l.lineEnd(line)
		if strings.HasPrefix(l.src[line:end], fence) {
			l.emit(Frontmatter, end, false)
			return
		}
		line = end
	}
	l.emit(Frontmatter, len(l.src), true)
}

// lineEnd is the offset of the next newline at or after from, or the end of the text.
func (l *lexer) lineEnd(from int) int {
	if n := strings.IndexByte(l.src[from:], '\n'); n >= 0 {
		return from + n
	}
	return len(l.src)
}

type class uint8

const (
	classUnknown class = iota
	classSpace
	classIdent
	classDigit
	classOpen
	classClose
	classPunct
	classQuote  // "
	classTick   // '
	classSlash  // comment or punctuation
	classHigh   // not ASCII
	classPrefix // an identifier letter that may also start a literal: b, c, r
)

var asciiClass = func() (t [256]class) {
	fill := func(chars string, c class) {
		for i := range len(chars) {
			t[chars[i]] = c
		}
	}
	fill(" \t\n\v\f\r", classSpace)
	fill("ABCDEFGHIJKLMNOPQRSTUVWXYZ_adefghijklmnopqstuvwxyz", classIdent)
	fill("bcr", classPrefix)
	fill("0123456789", classDigit)
	fill("([{", classOpen)
	fill(")]}", classClose)
	fill("!#$%&*+,-.:;<=>?@\\^|~`", classPunct)
	t['"'], t['\''], t['/'] = classQuote, classTick, classSlash
	for i := utf8.RuneSelf; i < 256; i++ {
		t[i] = classHigh
	}
	t['`'], t['\\'] = classUnknown, classUnknown
	return t
}()

// identByte reports whether c continues an identifier. Every non-ASCII byte does: rustc accepts the letters among them
// and lexes the rest as one invalid identifier.
var identByte = func() (t [256]bool) {
	for i := range t {
		switch asciiClass[i] {
		case classIdent, classPrefix, classDigit, classHigh:
			t[i] = true
		}
	}
	return t
}()

func (l *lexer) next() {
	switch asciiClass[l.src[l.pos]] {
	case classSpace:
		l.space()
	case classIdent:
		l.emit(Ident, l.identEnd(l.pos+1), false)
	case classPrefix:
		l.prefixed()
	case classHigh:
		l.high()
	case classDigit:
		l.number()
	case classOpen:
		l.emit(Open, l.pos+1, false)
	case classClose:
		l.emit(Close, l.pos+1, false)
	case classPunct:
		l.emit(Punct, l.pos+1, false)
	case classQuote:
		l.quoted(Str, 1)
	case classTick:
		l.tick()
	case classSlash:
		l.slash()
	default:
		l.emit(Unknown, l.pos+1, false)
	}
}

func (l *lexer) space() {
	end := l.pos + 1
	for end < len(l.src) && asciiClass[l.src[end]] == classSpace {
		end++
	}
	l.emit(Whitespace, end, false)
}

func (l *lexer) identEnd(from int) int {
	for from < len(l.src) && identByte[l.src[from]] {
		from++
	}
	return from
}

// high takes a token that starts outside ASCII: one of the five such white space characters of Rust, or an identifier.
func (l *lexer) high() {
	r, size := utf8.DecodeRuneInString(l.src[l.pos:])
	switch r {
	case '\u0085', '\u200e', '\u200f', '\u2028', '\u2029':
		l.emit(Whitespace, l.pos+size, false)
	default:
		l.emit(Ident, l.identEnd(l.pos+size), false)
	}
}

// prefixed takes what starts with b, c or r: a literal with a prefix, a raw identifier, or a plain identifier.
func (l *lexer) prefixed() {
	c, second := l.src[l.pos], l.at(1)
	switch {
	case c == 'r' && (second == '"' || second == '#') && l.raw(RawStr, 1):
	case c != 'r' && second == '"' && c == 'b':
		l.quoted(ByteStr, 2)
	case c != 'r' && second == '"':
		l.quoted(CStr, 2)
	case c == 'b' && second == '\'':
		l.char(Byte, 2)
	case c == 'b' && second == 'r' && l.raw(RawByteStr, 2):
	case c == 'c' && second == 'r' && l.raw(RawCStr, 2):
	case c == 'r' && second == '#' && identByte[l.at(2)] && asciiClass[l.at(2)] != classDigit:
		l.emit(RawIdent, l.identEnd(l.pos+2), false)
	default:
		l.emit(Ident, l.identEnd(l.pos+1), false)
	}
}

// raw takes a raw string whose hashes start after prefix bytes; false if there is none.
func (l *lexer) raw(k Kind, prefix int) bool {
	hashes := 0
	for l.at(prefix+hashes) == '#' {
		hashes++
	}
	if l.at(prefix+hashes) != '"' {
		return false
	}
	for i := l.pos + prefix + hashes + 1; ; {
		n := strings.IndexByte(l.src[i:], '"')
		if n < 0 {
			l.emit(k, len(l.src), true)
			return true
		}
		i += n + 1
		seen := 0
		for seen < hashes && i+seen < len(l.src) && l.src[i+seen] == '#' {
			seen++
		}
		i += seen
		if seen == hashes {
			l.emit(k, i, false)
			return true
		}
	}
}

// quoted takes a string with escapes whose text starts after prefix bytes.
func (l *lexer) quoted(k Kind, prefix int) {
	for i := l.pos + prefix; i < len(l.src); i++ {
		switch l.src[i] {
		case '"':
			l.emit(k, i+1, false)
			return
		case '\\':
			i++
		}
	}
	l.emit(k, len(l.src), true)
}

// tick takes a character literal or a lifetime. A name after the tick is a lifetime unless a second tick follows it.
func (l *lexer) tick() {
	first := l.at(1)
	if !identByte[first] {
		l.char(Char, 1)
		return
	}
	_, size := utf8.DecodeRuneInString(l.src[l.pos+1:])
	if l.at(1+size) == '\'' {
		l.emit(Char, l.pos+size+2, false)
		return
	}
	end := l.identEnd(l.pos + 1)
	if end == l.pos+2 && first == 'r' && l.at(2) == '#' && identByte[l.at(3)] {
		end = l.identEnd(l.pos + 3)
	}
	if end < len(l.src) && l.src[end] == '\'' {
		l.emit(Char, end+1, false) // more than one character: an error for rustc, one token all the same
		return
	}
	l.emit(Lifetime, end, false)
}

// char takes a character or byte literal whose text starts after prefix bytes. Like rustc it gives up at the end of the
// line and before a slash, where a lone tick is likelier than a long literal.
func (l *lexer) char(k Kind, prefix int) {
	i := l.pos + prefix
	if i < len(l.src) && l.src[i] != '\\' {
		_, size := utf8.DecodeRuneInString(l.src[i:])
		if i+size < len(l.src) && l.src[i+size] == '\'' {
			l.emit(k, i+size+1, false)
			return
		}
	}
	for ; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == '\'':
			l.emit(k, i+1, false)
			return
		case c == '\n', c == '/':
			l.emit(k, i, true)
			return
		case c == '\\' && i+1 < len(l.src):
			i++
		}
	}
	l.emit(k, len(l.src), true)
}

func (l *lexer) slash() {
	switch l.at(1) {
	case '/':
		l.emit(lineCommentKind(l.at(2), l.at(3)), l.lineEnd(l.pos), false)
	case '*':
		l.blockComment()
	default:
		l.emit(Punct, l.pos+1, false)
	}
}

// lineCommentKind: `///` is documentation, `////` is not.
func lineCommentKind(third, fourth byte) Kind {
	if third == '!' || third == '/' && fourth != '/' {
		return LineDoc
	}
	return LineComment
}

// blockCommentKind: `/**` is documentation, `/***` and `/**/` are not.
func blockCommentKind(third, fourth byte) Kind {
	if third == '!' || third == '*' && fourth != '*' && fourth != '/' {
		return BlockDoc
	}
	return BlockComment
}

func (l *lexer) blockComment() {
	k := blockCommentKind(l.at(2), l.at(3))
	depth := 1
	for i := l.pos + 2; i+1 < len(l.src); i++ {
		switch {
		case l.src[i] == '*' && l.src[i+1] == '/':
			i++
			if depth--; depth == 0 {
				l.emit(k, i+1, false)
				return
			}
		case l.src[i] == '/' && l.src[i+1] == '*':
			i++
			depth++
		}
	}
	l.emit(k, len(l.src), true)
}

// number takes an integer or a float with its suffix. `1.foo()` and `1..2` are integers, `1.` and `1.0` are floats.
func (l *lexer) number() {
	if l.src[l.pos] == '0' && strings.IndexByte("xob", l.at(1)) >= 0 && l.at(1) != 0 {
		l.emit(Int, l.identEnd(l.pos+2), false)
		return
	}
	kind, end := Int, l.digits(l.pos)
	if end < len(l.src) && l.src[end] == '.' && !l.dotIsOperator(end+1) {
		kind, end = Float, l.digits(end+1)
	}
	if exp := l.exponent(end); exp > end {
		kind, end = Float, exp
	}
	l.emit(kind, l.identEnd(end), false)
}

func (l *lexer) digits(from int) int {
	for from < len(l.src) && (l.src[from] == '_' || asciiClass[l.src[from]] == classDigit) {
		from++
	}
	return from
}

// dotIsOperator reports whether the dot before next belongs to a range, a field or a method.
func (l *lexer) dotIsOperator(next int) bool {
	if next >= len(l.src) {
		return false
	}
	c := l.src[next]
	return c == '.' || identByte[c] && asciiClass[c] != classDigit
}

// exponent is the end of an exponent that starts at from, or from if there is none.
func (l *lexer) exponent(from int) int {
	if from >= len(l.src) || l.src[from]|0x20 != 'e' {
		return from
	}
	i := from + 1
	if i < len(l.src) && (l.src[i] == '+' || l.src[i] == '-') {
		i++
	}
	end := l.digits(i)
	if strings.Trim(l.src[i:end], "_") == "" {
		return from
	}
	return end
}
