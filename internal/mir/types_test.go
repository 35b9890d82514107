package mir

import (
	"slices"
	"strings"
	"testing"
)

func TestPointeeIsWhatStandsBehindAPointer(t *testing.T) {
	check := func(typ, want string) {
		t.Helper()
		if got := Pointee(typ); got != want {
			t.Errorf("Pointee(%q) = %q, want %q", typ, got, want)
		}
	}
	check("&u8", "u8")
	check("&mut std::vec::Vec<u8>", "std::vec::Vec<u8>")
	check("&'a mut T", "T")
	check("&'static str", "str")
	check("*const [u8]", "[u8]")
	check("*mut *const u8", "*const u8")
	check("std::boxed::Box<dyn Fn(u8) -> u8>", "dyn Fn(u8) -> u8")
	check("std::boxed::Box<T, A>", "T")
	check("alloc::boxed::Box<T>", "T") // in a crate without std
	check("std::rc::Rc<T>", "")
	check("u8", "")
	check("", "")
}

func TestElementIsTheTypeOfTheParts(t *testing.T) {
	check := func(typ, want string) {
		t.Helper()
		if got := Element(typ); got != want {
			t.Errorf("Element(%q) = %q, want %q", typ, got, want)
		}
	}
	check("[u8]", "u8")
	check("[u8; 4]", "u8")
	check("[[u16; 2]; 3]", "[u16; 2]")
	check("[(u8, [A; 2]); N]", "(u8, [A; 2])")
	check("std::vec::Vec<u8>", "")
	check("[", "")
}

func TestHeadIsThePathWithoutGenerics(t *testing.T) {
	check := func(typ, want string) {
		t.Helper()
		if got := Head(typ); got != want {
			t.Errorf("Head(%q) = %q, want %q", typ, got, want)
		}
	}
	check("a::b::<T>::C<U>", "a::b::C")
	check("std::option::Option<fn(u8) -> std::vec::Vec<u8>>", "std::option::Option")
	check("m::<impl at src/a.rs:1:2: 3:4>::name::<T>", "m::<impl at src/a.rs:1:2: 3:4>::name")
	check("f::<'>', true>::g", "f::g")
	check("u8", "u8")
	for _, none := range []string{"", "&u8", "*const u8", "(u8, u8)", "[u8]", "{closure@a.rs:1:2: 3:4}", "<T as Trait>::Out", "dyn Fn()", "impl Fn()", "fn(u8)", "for<'a> fn(&'a u8)", "unsafe fn()"} {
		check(none, "")
	}
}

func TestArgsAreTheGenericArguments(t *testing.T) {
	check := func(typ string, want ...string) {
		t.Helper()
		if got := Args(typ); !slices.Equal(got, want) {
			t.Errorf("Args(%q) = %q, want %q", typ, got, want)
		}
	}
	check("std::vec::Vec<u8>", "u8")
	check("M<'a, 'static, K, V>", "K", "V")
	check("M<(A, B), [u8; 2], fn(A, B) -> C, {closure@a.rs:1:2: 3:4}>", "(A, B)", "[u8; 2]", "fn(A, B) -> C", "{closure@a.rs:1:2: 3:4}")
	check("a::<T>::B<U>", "U")
	check("F<',', '>', '\\'', 3>", "','", "'>'", `'\''`, "3")
	check("std::vec::Vec")
	check("fn(A) -> B")
	check("a<b<c>")
	check("")
}

func TestTypeEndLooksOutsideBracketsAndLiterals(t *testing.T) {
	check := func(s, stops string, want int) {
		t.Helper()
		if got := TypeEnd(s, stops); got != want {
			t.Errorf("TypeEnd(%q, %q) = %d, want %d", s, stops, got, want)
		}
	}
	check("u8, u16", ",", 2)
	check("(a, b), c", ",", 6)
	check("fn(a) -> b> c", ">", 10)
	check(`"a, \" b", c`, ",", 9)
	check("',', c", ",", 3)
	check(`'\'', c`, ",", 4)
	check(`'\u{1F600}', c`, ",", 11)
	check("'é', c", ",", 4)
	check("&'a T, c", ",", 5)
	check("&'a F<'b, T>, c", ",", 12)
	check("abc", ",", 3)
	check("", ",", 0)
}

func TestTupleTypesAreTheMembers(t *testing.T) {
	if got, ok := TupleTypes("(u8, (A, B))"); !ok || !slices.Equal(got, []string{"u8", "(A, B)"}) {
		t.Errorf("got %q %v", got, ok)
	}
	if _, ok := TupleTypes("[u8]"); ok {
		t.Error("an array is no tuple")
	}
}

// slowTypeEnd says what TypeEnd means, byte by byte.
func slowTypeEnd(s, stops string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		arrow := c == '>' && i > 0 && (s[i-1] == '-' || s[i-1] == '=')
		switch {
		case depth == 0 && !arrow && strings.IndexByte(stops, c) >= 0:
			return i
		case c == '"':
			i = skipString(s, i)
		case c == '\'':
			i = skipChar(s, i)
		case strings.IndexByte("([{<", c) >= 0:
			depth++
		case strings.IndexByte(")]}>", c) >= 0 && !arrow:
			depth--
		}
	}
	return len(s)
}

func FuzzTypes(f *testing.F) {
	for _, s := range []string{"", "a::b::<T>::C<U>", "&'a mut [T; 3]", "<impl at a.rs:1:2: 3:4>::f", `'\''`, `"\"`, "fn(A) -> B<C>", "(*const u8,)",
		"std::boxed::Box<dyn for<'a> Fn(&'a u8) -> Box<u8>, A>", "((((", "a<b<c>", "<<<<>", "'\\", "{closure@a.rs:1:2: 3:4}", "M<',', '\\u{1}', 'é'>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, stops := range []string{",", ";", ">", "(; ", ",)]}", ":"} {
			if got, want := TypeEnd(s, stops), slowTypeEnd(s, stops); got != want {
				t.Errorf("TypeEnd(%q, %q) = %d, want %d", s, stops, got, want)
			}
		}
		for _, part := range append(append(Args(s), List(s)...), Pointee(s), Element(s), Head(s)) {
			if len(part) > len(s) {
				t.Errorf("%q has the part %q", s, part)
			}
		}
		if got := WithoutGenerics(s); len(got) > len(s) || strings.IndexByte(s, '<') < 0 && got != s {
			t.Errorf("WithoutGenerics(%q) = %q", s, got)
		}
		if members, ok := TupleTypes(s); !ok && members != nil {
			t.Errorf("%q has members and is no tuple", s)
		}
	})
}

// A function that looks at each byte once for each byte would take hours here.
func TestHugeTypesAreReadInOnePass(t *testing.T) {
	for _, unit := range []string{"(", "<", "[", "{", ")", ">", "'", "\"", "'\\", "a<", "a::<", "a::<b>::", "&", "*const ", "std::boxed::Box<", ",", "<impl at ", "->", "'a, ", "\\"} {
		open := strings.Repeat(unit, 1_000_000)
		for _, s := range []string{open, open + ">", "[" + open + "]", "(" + open + ")", "A<" + open + ">"} {
			TypeEnd(s, ";")
			Args(s)
			Head(s)
			WithoutGenerics(s)
			Element(s)
			Pointee(s)
			TupleTypes(s)
		}
	}
}
