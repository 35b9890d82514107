package apidrift

import (
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rust"
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
func (p *program) explain(deps ...string) []Explained {
	return Explain(Input{Root: "/p", Diagnostics: p.errors, Graph: cargo.NewGraph("app", deps...), Source: func(path string) *rust.Source {
		if path != "/p/src/main.rs" {
			return nil
		}
		return rust.NewSource(path, p.source)
	}})
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
