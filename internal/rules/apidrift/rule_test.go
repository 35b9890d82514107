package apidrift

import (
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rust"
	"pollux/internal/surface"
)

// program is a source file with the errors that rustc has in it, given by the text that they point to.
type program struct {
	source string
	errors []cargo.Diagnostic
}

// at is an error whose place is the nth occurrence of a text.
func (p *program) at(code, message, place string, nth int) *program {
	offset := -1
	for range nth {
		offset += 1 + strings.Index(p.source[offset+1:], place)
	}
	line := 1 + strings.Count(p.source[:offset], "\n")
	column := offset - strings.LastIndex(p.source[:offset], "\n")
	p.errors = append(p.errors, cargo.Diagnostic{Package: "app", Member: true, Level: "error", Code: code, Message: message, Spans: []cargo.DiagnosticSpan{
		{File: "src/main.rs", Line: line, Column: column, EndLine: line, EndColumn: column + len(place), Primary: true}}})
	return p
}

// explain runs the rule on a graph in which app depends on packages by name: "tokio1=tokio 1.50.0".
func (p *program) explain(deps ...string) []Explained { return Explain(p.input(deps...)) }

func (p *program) input(deps ...string) Input {
	return Input{Root: "/p", Diagnostics: p.errors, Graph: cargo.NewGraph("app", deps...), Source: func(path string) *rust.Source {
		if path != "/p/src/main.rs" {
			return nil
		}
		return rust.NewSource(path, p.source)
	}}
}

// check compares the source after all edits; the empty text stands for no finding.
func check(t *testing.T, p *program, want string, deps ...string) {
	t.Helper()
	got := ""
	for _, f := range p.explain(deps...) {
		text, err := finding.Apply(p.source, f.Edits)
		if err != nil {
			t.Fatal(err)
		}
		got = text
	}
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAVersionDecidesWhetherACallIsOld(t *testing.T) {
	p := &program{source: "fn f() { tokio::time::delay_for(d()); }"}
	p.at("E0425", "cannot find function `delay_for` in module `tokio::time`", "delay_for", 1)
	check(t, p, "fn f() { tokio::time::sleep(d()); }", "tokio 1.50.0")
	check(t, p, "", "tokio 0.2.25")
	check(t, p, "", "serde 1.0.0")
	q := &program{source: "fn f() { rt::time::delay_for(d()); }"}
	q.at("E0425", "cannot find function `delay_for` in module `rt::time`", "delay_for", 1)
	check(t, q, "fn f() { rt::time::sleep(d()); }", "rt=tokio 1.50.0", "tokio 0.2.25")
	check(t, q, "", "rt=tokio 0.2.25", "tokio 1.50.0")
	check(t, q, "", "rt=mytokio 1.50.0")
}

func TestAnImportTakesItsUsesAlong(t *testing.T) {
	p := &program{source: "use tokio::time::{delay_for, timeout};\nfn f() { delay_for(d()); x.delay_for(); }"}
	p.at("E0432", "unresolved import `tokio::time::delay_for`", "delay_for", 1)
	check(t, p, "use tokio::time::{sleep, timeout};\nfn f() { sleep(d()); x.delay_for(); }", "tokio 1.50.0")
	q := &program{source: "use tokio::time::delay_for;\nfn f() { delay_for(d()); }\nfn sleep() {}"}
	q.at("E0432", "unresolved import `tokio::time::delay_for`", "tokio::time::delay_for", 1)
	check(t, q, "use tokio::time::sleep as delay_for;\nfn f() { delay_for(d()); }\nfn sleep() {}", "tokio 1.50.0")
	r := &program{source: "use tokio::{codec::Framed, net::TcpStream};\nfn f(_: Framed, _: TcpStream) {}"}
	r.at("E0432", "unresolved import `tokio::codec`", "codec", 1)
	check(t, r, "use tokio::net::TcpStream;\nuse tokio_util::codec::Framed;\nfn f(_: Framed, _: TcpStream) {}", "tokio 1.50.0", "tokio-util 0.7.0")
}

func TestAModuleOfTheUsersOwnIsNoLibrary(t *testing.T) {
	p := &program{source: "mod tokio { pub mod time {} }\nfn f() { tokio::time::delay_for(d()); }"}
	p.at("E0425", "cannot find function `delay_for` in module `tokio::time`", "delay_for", 1)
	check(t, p, "", "tokio 1.50.0")
}

func TestWhatMovedIsFoundInTheLockedSource(t *testing.T) {
	lib := func(p *cargo.Package) *surface.Crate {
		if p.Name != "fresh" {
			return nil
		}
		return surface.Read(surface.Library{Name: "fresh", Root: "lib.rs", Enabled: []string{"on"}, Read: func(path string) *rust.Source {
			if path != "lib.rs" {
				return nil
			}
			return rust.NewSource(path, `pub mod net { pub mod error { pub struct LateError; } pub struct Error; #[cfg(feature = "tls")] pub struct Tls; } pub mod io { pub struct Error; }`)
		}})
	}
	changelog := func(*cargo.Package) string {
		return "# 2.1.0\n- unrelated `LateError` fix\n# 2.0.0\n- move `net::LateError` to `net::error`\n"
	}
	check := func(source, place, want string) {
		t.Helper()
		p := &program{source: source}
		p.at("E0432", "unresolved import", place, 1)
		in := p.input("fresh 2.3.0")
		in.Surface, in.Changelog = lib, changelog
		got := ""
		for _, f := range Explain(in) {
			text, err := finding.Apply(p.source, f.Edits)
			if err != nil {
				t.Fatal(err)
			}
			got = f.Message + "\n" + text
		}
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	check("use fresh::net::LateError;\nfn f(_: LateError) {}", "fresh::net::LateError",
		"`fresh::net::LateError` belongs to fresh before 2.0.0; in fresh 2.3.0, which Cargo.lock has, it is `fresh::net::error::LateError`\n"+
			"use fresh::net::error::LateError;\nfn f(_: LateError) {}")
	check("use fresh::Error;\n", "fresh::Error", "") // two of the name
	check("use fresh::net::Tls;\n", "fresh::net::Tls", "`fresh::net::Tls` is there in fresh 2.3.0, which Cargo.lock has, behind a feature that is off\nuse fresh::net::Tls;\n")
	check("use fresh::Unheard;\n", "fresh::Unheard", "")
}

func TestAFeatureThatCargoDoesNotFindIsExplained(t *testing.T) {
	words := func(dep, feature, versions string) string {
		return "failed to select a version for `" + dep + "`.\n    ... required by package `app v0.1.0 (/p)`\nversions that meet the requirements `^1` " + versions +
			"\n\npackage `app` depends on `" + dep + "` with feature `" + feature + "` but `" + dep + "` does not have that feature.\n available features: default, rt, net, rustls\n"
	}
	check := func(words, manifest, want string) {
		t.Helper()
		got := ""
		for _, f := range Features(words, func(dir string) (string, string) { return manifest, dir + "/Cargo.toml" }) {
			text, err := finding.Apply(manifest, f.Edits)
			if err != nil {
				t.Fatal(err)
			}
			got = text
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(words("tokio", "rt-core", "(locked to 1.54.1) are: 1.54.1"), `tokio = { version = "1", features = ["rt-core"] }`, `tokio = { version = "1", features = ["rt"] }`)
	check(words("tokio", "rt-core", "are: 1.54.1, 1.20.0"), `tokio = { version = "1", features = ["rt", "rt-core", "net"] }`, `tokio = { version = "1", features = ["rt", "net"] }`)
	check(words("tokio", "tcp", "are: 1.54.1, 1.20.0"), `tokio = { version = "1", features = ["net", "tcp"] }`, `tokio = { version = "1", features = ["net"] }`)
	check(words("tokio", "rt-core", "(locked to 0.2.5) are: 0.2.5"), `features = ["rt-core"]`, "")
	check(words("tokio", "no-such", "are: 1.54.1"), `features = ["no-such"]`, "")
	check("error: something else", "", "")
}

func TestErrorsOfOthersAreLeftAlone(t *testing.T) {
	p := &program{source: "mod time { pub fn sleep() {} }\nstruct Interval;\nfn f(i: Interval) { i.next(); time::delay_for(1); other::time::delay_for(1); crate::time::delay_for(1); }"}
	p.at("E0599", "no method named `next` found for struct `Interval` in the current scope", "next", 1)
	p.at("E0425", "cannot find function `delay_for` in module `time`", "delay_for", 1)
	p.at("E0425", "cannot find function `delay_for` in module `other::time`", "delay_for", 2)
	p.at("E0425", "cannot find function `delay_for` in module `time`", "delay_for", 3)
	check(t, p, "", "tokio 1.50.0", "other 1.0.0")
}

func TestAnErrorIsDriftOnlyWhereItsWordsNameTheLibrary(t *testing.T) {
	p := &program{source: "fn f() { g(&mut own); names.choose(&mut r); }"}
	p.at("E0277", "`PhantomPinned` cannot be unpinned", "&mut own", 1)
	p.errors[0].Children = []cargo.Diagnostic{{Message: "required because it appears within the type `Mine`"}}
	p.at("E0599", "no method named `choose` found for struct `Mine` in the current scope", "choose", 1)
	check(t, p, "", "tokio 1.50.0", "rand 0.10.0")
	q := &program{source: "fn f() { names.choose(&mut r); }"}
	q.at("E0599", "no method named `choose` found for array `[&str; 3]` in the current scope", "choose", 1)
	q.errors[0].Children = []cargo.Diagnostic{{Message: "trait `IndexedRandom` which provides `choose` is implemented but not in scope; perhaps you want to import it"}}
	check(t, q, "use rand::seq::IndexedRandom;\n\nfn f() { names.choose(&mut r); }", "rand 0.10.0")
	check(t, q, "", "rand 0.8.5")
}

func TestSpansAtTheEdgesOfAFileAreNoTrouble(t *testing.T) {
	for _, source := range []string{"", "use", "x", "use tokio::time::{", "fn f() { tokio::time::delay_for", "#[tokio::main(", "impl tokio::io::AsyncRead for"} {
		p := &program{source: source}
		for line := range 2 {
			for column := range 40 {
				for _, code := range []string{"E0432", "E0433", "E0599", "E0061", "E0308", "E0053", "E0107", "E0277", ""} {
					p.errors = append(p.errors, cargo.Diagnostic{Package: "app", Member: true, Level: "error", Code: code,
						Message: "no method named `core_threads` found for struct `tokio::runtime::Builder` in the current scope",
						Spans:   []cargo.DiagnosticSpan{{File: "src/main.rs", Line: line, Column: column, EndLine: line, EndColumn: column + column%3, Primary: true}}})
				}
			}
		}
		p.explain("tokio 1.50.0", "futures 0.3.0")
	}
}
