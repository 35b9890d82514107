package rust

// Kind is the kind of a [Token].
type Kind uint8

// The kinds of tokens. Punctuation is one token per character: `->` is two tokens, `>>` as well, because types and
// expressions split them differently.
const (
	Unknown Kind = iota // a character that no Rust token starts with
	Whitespace
	LineComment  // `// ..` without the end of line
	LineDoc      // `/// ..` and `//! ..`
	BlockComment // `/* .. */`, nested
	BlockDoc     // `/** .. */` and `/*! .. */`
	Shebang      // `#!/..` on the first line, without the end of line
	Frontmatter  // `---` .. `---` at the start of the file
	Ident        // identifiers and keywords
	RawIdent     // `r#name`
	Lifetime     // `'name`, `'r#name`
	Char         // 'c'
	Byte         // b'c'
	Str          // ".."
	ByteStr      // b".."
	CStr         // c".."
	RawStr       // r".." r#".."#
	RawByteStr   // br#".."#
	RawCStr      // cr#".."#
	Int          // with its suffix
	Float        // with its suffix
	Open         // ( [ {
	Close        // ) ] }
	Punct        // any other single character of punctuation
)

var kindNames = [...]string{
	"unknown", "whitespace", "line comment", "line doc", "block comment", "block doc", "shebang", "frontmatter",
	"identifier", "raw identifier", "lifetime", "char", "byte", "string", "byte string", "C string", "raw string",
	"raw byte string", "raw C string", "integer", "float", "open", "close", "punctuation",
}

func (k Kind) String() string { return kindNames[k] }

// Trivia reports whether tokens of kind k carry no meaning for the grammar. Doc comments count as trivia here although
// rustc treats them as attributes.
func (k Kind) Trivia() bool { return k >= Whitespace && k <= Frontmatter }

// Token is a piece of source text: its offset and its length, both in bytes.
type Token struct {
	Kind         Kind
	Unterminated bool // a comment or literal that ends only with the file or, for a character, with the line
	Offset, Len  uint32
}

// End is the offset in bytes of the first byte after t.
func (t Token) End() int { return int(t.Offset) + int(t.Len) }

// Text is the part of src that t covers. src must be the text that t was lexed from.
func (t Token) Text(src string) string { return src[t.Offset : int(t.Offset)+int(t.Len)] }
