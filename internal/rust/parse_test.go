package rust

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sample is ordinary code, for benchmarks and as a seed.
const sample = `//! A crate.
use std::{sync::{self, Mutex as M}, fmt::*};

/// Holds a value.
#[derive(Debug, Clone)]
pub struct Held<'a, T: Clone> where T: Send {
    #[allow(dead_code)]
    pub(crate) guard: std::sync::MutexGuard<'a, T>,
    next: Option<Box<Held<'a, T>>>,
}

// Two lines about
// the impl.
unsafe impl<'a, T> Send for Held<'a, T> where T: Clone + Send {}

impl<T> Held<'_, T>
where
    T: Clone + Send,
{
    /// Reads it.
    pub async fn read(&mut self, n: usize) -> Result<Vec<u8>, std::io::Error> {
        let text = format!("{} {}", n, "a } b");
        tokio::select! {
            _ = other() => { struct Local; impl Drop for Local { fn drop(&mut self) {} } }
        }
        Ok(vec![b'{', 1 << 2])
    }
}

pub mod inner {
    pub(super) enum E { A(u8, String), B { x: fn(u8) -> u8 }, C = 1 << 3 }
    mod other;
}
`

// facts writes what Parse found, one line per item.
func facts(f *File) string {
	var b strings.Builder
	for _, i := range f.Impls {
		fmt.Fprintf(&b, "impl %d:%d: %d:%d <%s> %q<%s> for %q where %q neg=%t unsafe=%t %s\n", i.Line, i.Column, i.EndLine, i.EndColumn,
			i.Params, i.Trait, i.TraitArgs, i.SelfType, i.Where, i.Negative, i.Unsafe, scope(i.Scope))
	}
	for _, n := range f.Fns {
		fmt.Fprintf(&b, "fn %s <%s> %v -> %q where %q async=%t const=%t unsafe=%t self=%t body=%t %s\n", n.Item.Path(), n.Bounds, n.Params, n.Ret,
			n.Where, n.Async, n.Const, n.Unsafe, n.HasSelf, n.HasBody, scope(n.Scope))
	}
	for _, s := range f.Structs {
		fmt.Fprintf(&b, "%s %s %v %v %s", s.Kind, s.Name, s.Generics, s.Variants, scope(s.Scope))
		for _, m := range s.Fields {
			fmt.Fprintf(&b, " [%s.%s: %s]", m.Variant, m.Name, m.Type)
		}
		b.WriteByte('\n')
	}
	for _, t := range f.Traits {
		fmt.Fprintf(&b, "trait %s %v: %s where %q %s\n", t.Name, t.Generics, t.Supertraits, t.Where, scope(t.Scope))
	}
	for _, a := range f.Aliases {
		fmt.Fprintf(&b, "type %s = %q %s\n", a.Name, a.Type, scope(a.Scope))
	}
	for _, u := range f.Uses {
		fmt.Fprintf(&b, "use %s as %s pub=%t %s\n", u.Path, u.Name, u.Public, scope(u.Scope))
	}
	for _, m := range f.Mods {
		fmt.Fprintf(&b, "mod %s %q\n", m.Name, m.Path)
	}
	for _, m := range f.Macros {
		fmt.Fprintf(&b, "macro %s %d-%d\n", m.Name, m.Line, m.EndLine)
	}
	for _, c := range f.Calls {
		fmt.Fprintf(&b, "call %s %d-%d\n", c.Path, c.Line, c.EndLine)
	}
	return b.String()
}

func scope(s Scope) string {
	return fmt.Sprintf("{%s|%s|%s|%t}", s.Module, s.InFn, s.Macro, s.Template)
}

// check fails unless every line of want is among the facts of src, and, when want is "", there are none.
func check(t *testing.T, src, want string) {
	t.Helper()
	got := facts(Parse("a.rs", src))
	for line := range strings.Lines(want) {
		line = strings.TrimSpace(line)
		if line != "" && !slices.Contains(strings.Split(got, "\n"), line) {
			t.Errorf("missing %s\nin facts of %s\n%s", line, src, got)
		}
	}
	if want == "" && got != "" {
		t.Errorf("facts of %q: %s", src, got)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"an inherent impl", "impl<T> A<T> { }", `impl 1:1: 1:13 <T> ""<> for "A<T>" where "" neg=false unsafe=false {|||false}`},
		{"a trait impl over lines", "impl<T>\n  fmt::Debug\n for A<T>\nwhere T: X,\n{}", `impl 1:1: 4:12 <T> "fmt::Debug"<> for "A<T>" where "T: X" neg=false unsafe=false {|||false}`},
		{"attributes are not part of an impl", "#[a]\n/// b\nunsafe impl Send for A {}", `impl 3:1: 3:23 <> "Send"<> for "A" where "" neg=false unsafe=true {|||false}`},
		{"a negative impl", "impl<T> !Unpin for A<T> {}", `impl 1:1: 1:24 <T> "Unpin"<> for "A<T>" where "" neg=true unsafe=false {|||false}`},
		{"columns count characters", "/* é */ impl A {}", `impl 1:9: 1:15 <> ""<> for "A" where "" neg=false unsafe=false {|||false}`},
		{"a byte order mark has no column", "\ufeffimpl A {}", `impl 1:1: 1:7 <> ""<> for "A" where "" neg=false unsafe=false {|||false}`},
		{"trait arguments", "impl<A, B> From<Vec<A>> for B {}", `impl 1:1: 1:30 <A, B> "From"<Vec<A>> for "B" where "" neg=false unsafe=false {|||false}`},
		{"a qualified self type is not a parameter list", "impl <A as B>::C {}", `impl 1:1: 1:17 <> ""<> for "<A as B>::C" where "" neg=false unsafe=false {|||false}`},
		{"a higher ranked type after for", "impl A for for<'a> fn(&'a u8) -> u8 {}", `impl 1:1: 1:36 <> "A"<> for "for<'a> fn(&'a u8) -> u8" where "" neg=false unsafe=false {|||false}`},
		{"a braced constant in a self type", "impl A<{ 1 + 1 }> {}", `impl 1:1: 1:18 <> ""<> for "A<{1 + 1}>" where "" neg=false unsafe=false {|||false}`},
		{"closures in bounds", "impl<F: Fn(u8) -> u8 + 'static> A<F> {}", `impl 1:1: 1:37 <F: Fn(u8) -> u8 + 'static> ""<> for "A<F>" where "" neg=false unsafe=false {|||false}`},
		{"an impl in a function in a module", "mod a { mod b { fn f() { if x { impl A {} } } } }", `impl 1:33: 1:39 <> ""<> for "A" where "" neg=false unsafe=false {a::b|f||false}`},
		{"an impl in the argument of a macro", "cfg! { #[x] impl A {} }", "impl 1:13: 1:19 <> \"\"<> for \"A\" where \"\" neg=false unsafe=false {||cfg|false}\ncall cfg 1-1"},
		{"an impl in the definition of a macro", "macro_rules! m { ($t:ty) => { $(#[$a])* impl Drop for $t {} } }", "impl 1:41: 1:57 <> \"Drop\"<> for \"$t\" where \"\" neg=false unsafe=false {||m|true}\nmacro m 1-1"},
		{"impl Trait in types is no item", "fn f(x: impl A) -> impl B { let y: impl C = x; y }", `fn f <> [{x impl A}] -> "impl B" where "" async=false const=false unsafe=false self=false body=true {|||false}`},
		{"receivers", "impl A { fn a(self) {} fn b(&'a mut self) {} fn c(mut self: Pin<&mut Self>) {} }", `
			fn A::a <> [{self Self}] -> "" where "" async=false const=false unsafe=false self=true body=true {|||false}
			fn A::b <> [{self &'a mut Self}] -> "" where "" async=false const=false unsafe=false self=true body=true {|||false}
			fn A::c <> [{self Pin<&mut Self>}] -> "" where "" async=false const=false unsafe=false self=true body=true {|||false}`},
		{"qualifiers", `pub(crate) const unsafe extern "C" fn f() {} pub async fn g();`, `
			fn f <> [] -> "" where "" async=false const=true unsafe=true self=false body=true {|||false}
			fn g <> [] -> "" where "" async=true const=false unsafe=false self=false body=false {|||false}`},
		{"patterns and types of parameters", "fn f<T>(#[a] mut x: T, (a, b): (u8, Vec<T>), _: &dyn Fn(T, T) -> T) where T: A {}",
			`fn f <T> [{x T} {(a, b) (u8, Vec<T>)} {_ &dyn Fn(T, T) -> T}] -> "" where "T: A" async=false const=false unsafe=false self=false body=true {|||false}`},
		{"methods of traits", "unsafe trait A<T>: B + C<D = T> where T: X { type O: Y; fn f(&self) -> T; fn g() {} }", `
			trait A [T]: B + C<D = T> where "T: X" {|||false}
			type O = "" {|||false}
			fn A::f <> [{self &Self}] -> "T" where "" async=false const=false unsafe=false self=true body=false {|||false}
			fn A::g <> [] -> "" where "" async=false const=false unsafe=false self=false body=true {|||false}`},
		{"fields", "struct A<T> { pub(in a::b) x: B<T, u8>, y: (u8, fn(u8) -> u8) } struct C(pub(u8, u8), pub(crate) D); struct E; union U { a: u8 }", `
			struct A [T] [] {|||false} [.x: B<T, u8>] [.y: (u8, fn(u8) -> u8)]
			struct C [] [] {|||false} [.0: (u8, u8)] [.1: D]
			struct E [] [] {|||false}
			union U [] [] {|||false} [.a: u8]`},
		{"variants", "enum E<T> { A, B(T, u8), C { x: T }, D = 1 << 3, E = 4 }", `enum E [T] [A B C D E] {|||false} [B.0: T] [B.1: u8] [C.x: T]`},
		{"union as a name is no item", "fn f() { union.x(); union = 1; }", `fn f <> [] -> "" where "" async=false const=false unsafe=false self=false body=true {|||false}`},
		{"aliases", "type A<T> = Result<T, B>; impl I for C { type O = Pin<Box<dyn F<Output = u8> + Send>>; }", `
			type A = "Result<T, B>" {|||false}
			type O = "Pin<Box<dyn F<Output = u8> + Send>>" {|||false}`},
		{"use trees", "pub use a::{b, c as d, e::{self, f}, g::*}; use ::h; use {i, j::k};", `
			use a::b as b pub=true {|||false}
			use a::c as d pub=true {|||false}
			use a::e as e pub=true {|||false}
			use a::e::f as f pub=true {|||false}
			use a::g as * pub=true {|||false}
			use h as h pub=false {|||false}
			use i as i pub=false {|||false}
			use j::k as k pub=false {|||false}`},
		{"module declarations", "#[cfg(x)] #[path = \"a/b.rs\"] mod a; mod b;", "mod a \"a/b.rs\"\nmod b \"\""},
		{"calls", "fn f() { a::b!(x); $crate::c![]; if !(x) {} x != (y); vec![1]; }", "call a::b 1-1\ncall $crate::c 1-1\ncall vec 1-1"},
		{"items in macros between arms", "select! { x = y => { impl A {} }, }", `impl 1:22: 1:28 <> ""<> for "A" where "" neg=false unsafe=false {||select|false}`},
		{"items in the value of a constant", "const _: () = { impl A {} };", `impl 1:17: 1:23 <> ""<> for "A" where "" neg=false unsafe=false {|||false}`},
		{"foreign functions", `extern "C" { fn a(x: u8); }`, `fn a <> [{x u8}] -> "" where "" async=false const=false unsafe=false self=false body=false {|||false}`},
		{"comments inside types are dropped", "impl /* a */ A<\n// b\n u8> {}", `impl 1:1: 3:5 <> ""<> for "A<u8>" where "" neg=false unsafe=false {|||false}`},
		{"a missing bracket does not swallow what follows the outer one", "mod a { fn f( } impl B {}", `impl 1:17: 1:23 <> ""<> for "B" where "" neg=false unsafe=false {|||false}`},
		{"expressions have no items", "x; { const { 1 } } unsafe { } async move { }", ""},
		{"text in strings and comments has no items", `"impl A {}"; /* impl A {} */ // impl A {}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.src, c.want) })
	}
}

func TestEnclosingItemIncludesAttributesAndDocs(t *testing.T) {
	f := Parse("a.rs", sample)
	for _, c := range []struct {
		line, start, end int
		name             string
	}{
		{1, 0, 0, ""}, {4, 4, 10, "Held"}, {5, 4, 10, "Held"}, {8, 4, 10, "Held"}, {11, 0, 0, ""}, {13, 0, 0, ""},
		{14, 14, 14, "Held<'a, T>"}, {17, 16, 28, "Held<'_, T>"}, {20, 20, 27, "Held<'_, T>::read"}, {22, 20, 27, "Held<'_, T>::read"},
		{24, 24, 24, "Held<'_, T>::read::Local::drop"}, {27, 20, 27, "Held<'_, T>::read"}, {28, 16, 28, "Held<'_, T>"},
		{31, 31, 31, "inner::E"}, {32, 32, 32, "inner::other"}, {33, 30, 33, "inner"}, {34, 0, 0, ""},
	} {
		start, end, name := f.EnclosingItem(c.line)
		if start != c.start || end != c.end || name != c.name {
			t.Errorf("EnclosingItem(%d) = %d, %d, %q, want %d, %d, %q", c.line, start, end, name, c.start, c.end, c.name)
		}
	}
}

func TestPositionsAndOffsetsAgree(t *testing.T) {
	src := "aé\r\n\n" + strings.Repeat("é", 700) + "\nx"
	f := Parse("a.rs", src)
	for i := range src {
		if src[i] == '\n' || src[i] == '\r' {
			continue
		}
		line, column := f.Position(i)
		if got := f.Offset(line, column); got != i {
			t.Fatalf("Offset(Position(%d) = %d:%d) = %d", i, line, column, got)
		}
	}
	for _, bad := range [][2]int{{0, 1}, {1, 0}, {1, 4}, {2, 2}, {9, 1}, {-1, -1}} {
		if got := f.Offset(bad[0], bad[1]); got != -1 {
			t.Errorf("Offset(%v) = %d, want -1", bad, got)
		}
	}
	if f.Line(1) != "aé" || f.Line(2) != "" || f.Line(4) != "x" || f.Line(5) != "" || f.LineCount() != 4 {
		t.Errorf("lines are wrong: %q %q", f.Line(1), f.Line(4))
	}
}

func TestCommentsKnowWhetherCodePrecedesThem(t *testing.T) {
	f := Parse("a.rs", "// a\nx; // b\n/* c */ y /* d\n */ // e\n/// doc\n\"m\n\" // f")
	var got []string
	for _, c := range f.Comments() {
		got = append(got, fmt.Sprintf("%d %s %t %t", c.Line, c.Text, c.Block, c.Trailing))
	}
	want := "1 a false false|2 b false true|3 c true false|3 d true true|4 e false false|7 f false true"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
}

func TestQueriesByPosition(t *testing.T) {
	f := Parse("a.rs", "#[derive(A, B)]\nstruct X;\nimpl X { async fn f() { m!( a ); } }\nmacro_rules! n { () => { } }")
	if i := f.ImplAt(3, 1); i == nil || i.SelfType != "X" || len(i.Items) != 1 || f.ImplAt(3, 2) != nil || f.ImplAt(1, 10) != nil {
		t.Errorf("ImplAt(3, 1) = %v", i)
	}
	if a, ok := f.AttrAt(1, 13); !ok || a.Path != "derive" || a.Args != "A, B" {
		t.Errorf("AttrAt(1, 13) = %v", a)
	}
	if a, ok := f.AttrAt(2, 1); ok {
		t.Errorf("AttrAt(2, 1) = %v", a)
	}
	if b := f.BodyAt(3, 23); b == nil || b.Name != "f" || f.BodyAt(3, 10) != nil {
		t.Errorf("BodyAt(3, 23) = %v", b)
	}
	if c, ok := f.CallAt(3, 29); !ok || c.Path != "m" {
		t.Errorf("CallAt(3, 29) = %v", c)
	}
	if m, ok := f.MacroAt(4, 20); !ok || m.Name != "n" {
		t.Errorf("MacroAt(4, 20) = %v", m)
	}
}

func TestDocsAreTheTextAboveAnItem(t *testing.T) {
	f := Parse("a.rs", "//! no\n/// # Cancel safety\n#[x]\n/// Safe.\nfn f() {}")
	if got := f.Docs(f.Fns[0].Item); got != "# Cancel safety\nSafe." {
		t.Errorf("Docs = %q", got)
	}
}

// sane fails unless every position of f lies in the file and every item in the one around it.
func sane(t *testing.T, f *File) {
	t.Helper()
	for _, it := range f.Items {
		ordered := it.start <= it.head && it.head <= it.end && it.end <= len(f.Src) && it.StartLine <= it.Line && it.Line <= it.EndLine
		if !ordered || it.Parent != nil && (it.start < it.Parent.start || it.end > it.Parent.end) {
			t.Fatalf("item %+v in %+v", it, it.Parent)
		}
	}
	for _, i := range f.Impls {
		if f.ImplAt(i.Line, i.Column) == nil {
			t.Fatalf("ImplAt does not find %+v", i)
		}
	}
	ranges := []Range{}
	for _, n := range f.Fns {
		ranges = append(ranges, n.Range, n.Body)
	}
	for _, a := range f.Attrs {
		ranges = append(ranges, a.Range)
	}
	for _, c := range f.Calls {
		ranges = append(ranges, c.Range)
	}
	for _, r := range ranges {
		if r.EndLine > f.LineCount() || r.Line > r.EndLine {
			t.Fatalf("range %+v of %d lines", r, f.LineCount())
		}
	}
	f.Comments()
	for line := range min(f.LineCount(), 100) {
		f.EnclosingItem(line)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) { sane(t, Parse("a.rs", src)) })
}

func TestParseSurvivesAdversarialNesting(t *testing.T) {
	for name, src := range deep(100_000) {
		t.Run(name, func(t *testing.T) {
			f := Parse("a.rs", src)
			if name != "nested" {
				f.ItemAt(1)
			}
		})
	}
}
