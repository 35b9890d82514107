package rust

import (
	"fmt"
	"strings"
	"testing"
)

// tokens writes the tokens of src that are not white space as `kind text`, unterminated ones with a mark.
func tokens(src string) string {
	var out []string
	for _, t := range Lex(src) {
		if t.Kind == Whitespace {
			continue
		}
		mark := ""
		if t.Unterminated {
			mark = "!"
		}
		out = append(out, fmt.Sprintf("%v%s %s", t.Kind, mark, t.Text(src)))
	}
	return strings.Join(out, " | ")
}

func TestLex(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a lifetime has no closing tick", "'a", "lifetime 'a"},
		{"a character has one", "'a'", "char 'a'"},
		{"a character outside ASCII is one character", "'é'", "char 'é'"},
		{"an escaped tick does not close", `'\'' x`, `char '\'' | identifier x`},
		{"a tick as a character closes", `'''`, `char '''`},
		{"a brace in a character is no bracket", "'{'", "char '{'"},
		{"a loop label is a lifetime", "'outer: loop", "lifetime 'outer | punctuation : | identifier loop"},
		{"a lifetime before an argument is not a character", "<'a,'b>", "punctuation < | lifetime 'a | punctuation , | lifetime 'b | punctuation >"},
		{"a raw lifetime", "'r#fn", "lifetime 'r#fn"},
		{"a lone tick ends with its line", "'+x\ny", "char! '+x | identifier y"},
		{"a byte", `b'\''`, `byte b'\''`},
		{"strings keep escaped quotes", `"a\"b" c`, `string "a\"b" | identifier c`},
		{"an escaped backslash ends nothing", `"a\\" c`, `string "a\\" | identifier c`},
		{"prefixes", `b"x" c"x" r"\" br"\" cr"\"`, `byte string b"x" | C string c"x" | raw string r"\" | raw byte string br"\" | raw C string cr"\"`},
		{"raw strings count their hashes", `r##"a"#b"## c`, `raw string r##"a"#b"## | identifier c`},
		{"a raw identifier", "r#type", "raw identifier r#type"},
		{"an identifier may start with a prefix letter", "bar crate r", "identifier bar | identifier crate | identifier r"},
		{"block comments nest", "/* a /* b */ c */ d", "block comment /* a /* b */ c */ | identifier d"},
		{"a doc comment has three slashes", "/// a\n//// b\n//! c\n// d", "line doc /// a | line comment //// b | line doc //! c | line comment // d"},
		{"block doc comments", "/** a */ /*** b */ /*! c */ /**/", "block doc /** a */ | block comment /*** b */ | block doc /*! c */ | block comment /**/"},
		{"a shebang", "#!/bin/x\nfn", "shebang #!/bin/x | identifier fn"},
		{"an inner attribute is no shebang", "#! /* x */ [a]", "punctuation # | punctuation ! | block comment /* x */ | open [ | identifier a | close ]"},
		{"frontmatter", "\n---cargo\nx = 1\n---\nfn", "frontmatter ---cargo\nx = 1\n--- | identifier fn"},
		{"numbers with suffixes", "1u8 0xffu32 1_000 1.5f32 2e10 1e-3f64 0b1", "integer 1u8 | integer 0xffu32 | integer 1_000 | float 1.5f32 | float 2e10 | float 1e-3f64 | integer 0b1"},
		{"a range is not a float", "1..2", "integer 1 | punctuation . | punctuation . | integer 2"},
		{"a method on a number is not a float", "1.max(2)", "integer 1 | punctuation . | identifier max | open ( | integer 2 | close )"},
		{"a float may end with its dot", "1.;", "float 1. | punctuation ;"},
		{"arrows are two tokens", "->", "punctuation - | punctuation >"},
		{"identifiers outside ASCII", "größe", "identifier größe"},
		{"strange characters are kept", "\x00`", "unknown \x00 | unknown `"},
		{"an unterminated string runs to the end", `"a`, `string! "a`},
		{"an unterminated raw string runs to the end", `r#"a"`, `raw string! r#"a"`},
		{"an unterminated comment runs to the end", "/* /* */", "block comment! /* /* */"},
		{"unterminated frontmatter runs to the end", "---\na", "frontmatter! ---\na"},
		{"a prefix at the end of the file", "br#", "identifier br | punctuation #"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tokens(c.src); got != c.want {
				t.Errorf("Lex(%q)\n got %s\nwant %s", c.src, got, c.want)
			}
		})
	}
}

// tile fails unless the tokens cover src exactly.
func tile(t *testing.T, src string, toks []Token) {
	t.Helper()
	at := 0
	for i, tok := range toks {
		if int(tok.Offset) != at || tok.Len == 0 {
			t.Fatalf("token %d %+v does not start at %d or is empty", i, tok, at)
		}
		at = tok.End()
	}
	if at != len(src) {
		t.Fatalf("tokens end at %d of %d", at, len(src))
	}
}

func FuzzLex(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) { tile(t, src, Lex(src)) })
}

func seeds() []string {
	return []string{
		"", sample, "fn f<T: A<B>>(x: &'a T) -> impl C {}", "impl<T> !Send for X<T> where T: A, {}", "use a::{b::{self, c as d}, *};",
		"#[a(b)]\n/// d\npub(crate) unsafe impl X for Y {}", "macro_rules! m { ($($t:ty),*) => { $(impl X for $t {})* } }",
		"'a 'b' b'\\'' r#\"\"# cr##\"\"## \"\\", "/* /* */", "#!/x\n---\n---\n", "\ufeff#![x]", "enum E { A(u8) = 1 << 3, B { x: Y } }",
		"{(}[<>>=->=>)", "const A: B = { const C: D = { fn f() {} }; };", "select! { x = y => { fn z() {} } }",
		"static X: [u8; { struct L; 1 }] = []; type A<T> = B where T: C;",
	}
}

// deep is text that nests n times, by what it nests.
func deep(n int) map[string]string {
	r := strings.Repeat
	return map[string]string{
		"blocks": r("{", n), "parentheses": r("(", n) + r(")", n), "comments": r("/*", n), "generics": "fn f" + r("<", n),
		"functions": r("fn f(){", n), "modules": r("mod abc{", n) + r("}", n), "impls": r("impl A for B {", n),
		"use trees": "use " + r("a::{", n), "constants": r("const A: B = {} ", n), "heads": r("fn f<", n), "types": "fn f(x:" + r("&(", n),
		"calls": r("a!{", n), "attributes": r("#[a]", n), "attribute": "#[" + r("(", n), "mismatches": r("([{", n) + r(")", n), "macros": r("macro_rules!a{", n),
		"raw": r("r#\"", n), "hashes": "r" + r("#", n), "quotes": r("'", n), "arrows": "impl " + r("->", n), "wheres": r("impl A where ", n),
		"one line": r("fn é(){}", n), "long use": "use " + r("abc::", n) + "{" + r("a,", n) + "}", "paths": r("a::", n) + "b!()", "qualifiers": r("async unsafe ", n),
		"nested methods": "impl " + r("A", n) + "{" + r("fn f(){}", n) + "}", "metavariables": "macro_rules! m {()=>{" + r("$(", n),
		"enum": "enum E {" + r("A(B<", n), "unions": r("union ", n), "dangling": r("impl A;", n), "openers": r("impl A{fn f(", n),
	}
}

func TestTokensOfAdversarialNestingTileTheInput(t *testing.T) {
	for name, src := range deep(100_000) {
		t.Run(name, func(t *testing.T) { tile(t, src, Lex(src)) })
	}
}

func BenchmarkLex(b *testing.B) {
	src := strings.Repeat(sample, 1000)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Lex(src)
	}
}

func BenchmarkParse(b *testing.B) {
	src := strings.Repeat(sample, 1000)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Parse("a.rs", src)
	}
}
