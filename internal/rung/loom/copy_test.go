package loom

import (
	"strings"
	"testing"
)

func TestPathsOfTheCopyBeginWithWhatStandsForStd(t *testing.T) {
	check := func(src, want string) {
		t.Helper()
		got, _ := rewrite("src/lib.rs", src)
		if got != want || len(got) != len(src) {
			t.Errorf("%s: got %s, want %s", src, got, want)
		}
	}
	check("use std::sync::Mutex;", "use sTd::sync::Mutex;")
	check("use std::{sync::{atomic::*, Arc}, thread};", "use sTd::{sync::{atomic::*, Arc}, thread};")
	check("use ::core::hint; fn f() { ::std::thread::yield_now() }", "use ::cOre::hint; fn f() { ::sTd::thread::yield_now() }")
	check("pub use alloc::sync::Arc;", "pub use aLloc::sync::Arc;")
	check("let x: std::sync::Once = <std::sync::Once>::new();", "let x: sTd::sync::Once = <sTd::sync::Once>::new();")
	check("a::std::b; self::core::c; x.std; $std::y", "a::std::b; self::core::c; x.std; $std::y")
	check("// std::sync\nlet s = \"std::sync\"; /* core::x */ 'a' ;", "// std::sync\nlet s = \"std::sync\"; /* core::x */ 'a' ;")
	check("extern crate alloc; mod std; use std as s;", "extern crate alloc; mod std; use std as s;")
	check("r#std::x; std :: sync::Mutex", "r#std::x; sTd :: sync::Mutex")
}

func TestWhatStaysStdsOwnIsNamed(t *testing.T) {
	_, plain := rewrite("src/lib.rs", "use std::sync::{Mutex, OnceLock};\n// Once, Barrier\nlet mpsc = 1;\nthread_local! { static X: u8 = 1; }\n")
	if got := strings.Join(plain, ", "); got != "`OnceLock` (src/lib.rs:1), `thread_local` (src/lib.rs:4)" {
		t.Error(got)
	}
}

func TestTheManifestOfACopyHoldsTheLibraryAlone(t *testing.T) {
	text, reason := copyManifest([]byte(`[package]
name = "a"
version = "1.0.0"
autotests = true
links = "x"
[lib]
path = "src/a.rs"
[[test]]
name = "t"
[[bin]]
name = "b"
[dev-dependencies]
tokio = "1"
[dependencies]
near = { path = "../near" }
[lints.rust]
warnings = "deny"
`), "/p/a")
	if reason != "" {
		t.Fatal(reason)
	}
	for _, want := range []string{"sTd", "cOre", "aLloc", "/p/near", "src/a.rs", modelName, "autotests = false"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	for _, no := range []string{"tokio", "links", "deny", "[[bin]]", `"t"`, `'t'`} {
		if strings.Contains(text, no) {
			t.Errorf("%s is in\n%s", no, text)
		}
	}
	if _, reason := copyManifest([]byte("[package]\nname = \"a\"\nversion.workspace = true\n"), "/p"); !strings.Contains(reason, "workspace") {
		t.Errorf("inherited: %q", reason)
	}
	if _, reason := copyManifest([]byte("[[["), "/p"); reason == "" {
		t.Error("no manifest at all is copied")
	}
}

func TestARefusalOfTheCopyIsUndecided(t *testing.T) {
	open := "search 1 preemptions all branches 9\nat 00000000000000000002\n"
	a := attemptOf(open, good)
	a.end.Status, a.end.Stdout = 101, ""
	a.end.Stderr = "thread 'a' panicked at src/lib.rs:3:7:\nnot modelled: an atomic of a static or of a const expression\n"
	o, f := judge(a, 0)
	if f != nil || !strings.Contains(o.Reason(), "the copy cannot stand for it: an atomic of a static") {
		t.Errorf("%+v %q", f, o.Reason())
	}
}
