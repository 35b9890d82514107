package knowledge

import (
	"testing"

	"pollux/internal/mir"
)

func TestTheWayOfAWriteIsTold(t *testing.T) {
	check := func(path string, want Way) {
		t.Helper()
		got := Way("")
		if w, ok := Default().Write(Callee{Path: path, Method: mir.LastSegment(path)}); ok {
			got = w.Way
			if got == Set && w.Value == NoArgument || got != Set && got != Take && w.Value != NoArgument {
				t.Errorf("Write(%s) has value %d", path, w.Value)
			}
		}
		if got != want {
			t.Errorf("Write(%s) = %q, want %q", path, got, want)
		}
	}
	check("std::sync::atomic::AtomicUsize::fetch_add", Up)
	check("std::sync::atomic::AtomicUsize::fetch_sub", Down)
	check("std::sync::atomic::AtomicBool::store", Set)
	check("std::collections::HashMap::insert", Put)
	check("std::mem::replace", Take)
	check("std::vec::Vec::len", "")
}

func TestATableOfWritesIsChecked(t *testing.T) {
	check := func(text string) {
		t.Helper()
		f, err := parseFile("t.toml", []byte(text))
		if err == nil {
			_, err = build(source{file: f})
		}
		if err == nil {
			t.Errorf("accepted: %s", text)
		}
	}
	const rest = "evidence = \"D\"\nsource = \"s\"\n"
	check("[[write]]\nid = \"x\"\nway = \"sideways\"\nmatch = [\"a::b\"]\n" + rest)
	check("[[write]]\nid = \"x\"\nway = \"set\"\nmatch = [\"a::b\"]\n" + rest)
	check("[[write]]\nid = \"x\"\nway = \"up\"\nvalue = 1\nmatch = [\"a::b\"]\n" + rest)
	check("[[write]]\nid = \"x\"\nway = \"up\"\n" + rest)
	check("[[write]]\nid = \"x\"\nway = \"take\"\ndone = \"sometimes\"\nmatch = [\"a::b\"]\n" + rest)
	check("[[write]]\nid = \"x\"\nway = \"take\"\ndone = \"other\"\nmatch = [\"a::b\"]\n" + rest)
}
