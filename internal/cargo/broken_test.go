package cargo

import (
	"strings"
	"testing"

	"pollux/internal/wrapper"
)

// errorsOf lists code and message of the errors.
func errorsOf(c *Capture) []string {
	var out []string
	for _, d := range c.Diagnostics {
		if d.Level == "error" {
			out = append(out, strings.TrimSpace(d.Code+" "+d.Message))
		}
	}
	return out
}

func TestACrateThatBreaksKeepsItsLastGoodMIR(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{
		"Cargo.toml":   "[workspace]\nresolver = \"2\"\nmembers = [\"a\", \"b\", \"c\"]\n",
		"a/Cargo.toml": "[package]\nname = \"a\"\nversion = \"0.1.0\"\n", "a/src/lib.rs": "pub fn good() {}\n",
		"b/Cargo.toml": "[package]\nname = \"b\"\nversion = \"0.1.0\"\n[dependencies]\na = { path = \"../a\" }\n", "b/src/lib.rs": "pub fn on_a() { a::good() }\n",
		"c/Cargo.toml": "[package]\nname = \"c\"\nversion = \"0.1.0\"\n", "c/src/lib.rs": "pub fn alone() {}\n",
	})
	if c := check(t, dir); !c.Success {
		t.Fatal("the good workspace does not compile")
	}
	write(t, dir, "a/src/lib.rs", "pub fn good() -> u32 { \"no\" }\n")
	write(t, dir, "c/src/lib.rs", "pub fn still_seen() {}\n")
	c := check(t, dir)
	wantUnits(t, c, "a/lib stale", "b/lib stale", "c/lib")
	wantBody(t, c, "a/lib stale", "fn good()")
	wantBody(t, c, "c/lib", "fn still_seen()")
	if c.Success || len(c.Problems) != 2 {
		t.Errorf("success %t, problems %v", c.Success, c.Problems)
	}
	if got := errorsOf(c); len(got) != 1 || got[0] != "E0308 mismatched types" {
		t.Errorf("errors %q", got)
	}
	write(t, dir, "a/src/lib.rs", "pub fn good() { }\n")
	wantUnits(t, check(t, dir), "a/lib", "b/lib", "c/lib")
}

func TestACrateThatNeverCompiledHasNoMIR(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"src/lib.rs": "pub fn f() { let s = String::new(); drop(s); drop(s) }\n"})
	c := check(t, dir)
	wantUnits(t, c, "demo/lib no MIR")
	if got := errorsOf(c); len(got) != 1 || got[0] != "E0382 use of moved value: `s`" {
		t.Errorf("errors %q", got)
	}
	if len(c.Problems) != 1 {
		t.Errorf("problems %v", c.Problems)
	}
}

func TestACrateThatOnlyLintsRefuseIsLookedAtWithWhatDependsOnIt(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{
		"src/lib.rs":  "#![deny(warnings)]\npub fn f() {}\nfn unused() {}\n",
		"src/main.rs": "fn main() { demo::f() }\n",
	})
	for range 2 { // the second run hears the errors from cargo's store
		c := check(t, dir)
		wantUnits(t, c, "demo/bin", "demo/lib")
		wantBody(t, c, "demo/lib", "fn unused()")
		if got := errorsOf(c); c.Success || len(got) != 1 || got[0] != "dead_code function `unused` is never used" {
			t.Errorf("success %t, errors %q", c.Success, got)
		}
		if len(c.Problems) != 0 {
			t.Errorf("problems %v", c.Problems)
		}
	}
	write(t, dir, "src/lib.rs", "#![deny(warnings)]\npub fn f() {}\n")
	if c := check(t, dir); !c.Success || len(c.Diagnostics) != 0 {
		t.Errorf("after the mending: success %t, %d diagnostics", c.Success, len(c.Diagnostics))
	}
}

// The rows beyond the fifth run with POLLUX_HEAVY=1, here and in the next table.
func TestErrorsAreThoseOfTheUsersOwnCall(t *testing.T) {
	t.Parallel()
	for i, tc := range []struct{ name, source string }{
		{"an unstable feature", "#![feature(never_type)]\npub fn f() {}\n"},
		{"it, allowed", "#![feature(async_await)]\n#![allow(stable_features)]\npub fn f() {}\n"},
		{"it, all lints allowed", "#![feature(async_await)]\n#![allow(warnings)]\npub fn f() {}\n"},
		{"a type error with paths", "pub fn f() -> Option<String> { std::collections::HashMap::<u8, u8>::new() }\n"},
		{"a lint made an error", "#![deny(warnings)]\nfn unused() {}\n"},
		{"a feature that became stable", "#![feature(async_await)]\npub fn f() {}\n"},
		{"unstable syntax", "pub fn f() { let x: ! = loop {}; }\n"},
		{"a syntax error", "pub fn f( {}\n"},
		{"a missing import", "use nowhere::Thing;\n"},
	} {
		if i >= rounds(5, 100) {
			break
		}
		t.Run(tc.name, func(t *testing.T) {
			dir := project(t, map[string]string{"src/lib.rs": tc.source})
			c := check(t, dir, func(r *Request) { r.Toolchain = "stable" })
			if c.Success {
				t.Fatal("it compiles with pollux")
			}
			var got strings.Builder
			for _, d := range c.Diagnostics {
				got.WriteString(d.Rendered)
			}
			if want := plainDiagnostics(t, dir); got.String() != want {
				t.Errorf("with pollux:\n%s\nwithout:\n%s", got.String(), want)
			}
		})
	}
}

// plainDiagnostics gives rustc's rendering of the same errors without pollux, in the order of Diagnostics.
func plainDiagnostics(t *testing.T, dir string) string {
	t.Helper()
	s := &session{workspace: &workspace{}}
	b := &build{}
	out := &lines{limit: lineLimit, take: b.take}
	runPlain(t, dir, out, "+stable", "check", "--offline", "--message-format=json")
	out.end()
	var text strings.Builder
	for _, d := range s.diagnostics(b.messages) {
		text.WriteString(d.Rendered)
	}
	return text.String()
}

func TestRemediesPerCrate(t *testing.T) {
	t.Parallel()
	for i, tc := range []struct {
		name, source string
		want         wrapper.Remedy
	}{
		{"forbid(unstable_features)", "#![forbid(unstable_features)]\npub fn f() {}\n", wrapper.TwoCalls},
		{"forbid(unstable_features) and no_std", "#![no_std]\n#![forbid(unstable_features)]\npub fn f() {}\n", wrapper.TwoCalls},
		{"warn(unstable_features)", "#![warn(unstable_features)]\npub fn f() {}\n", wrapper.TwoCalls},
		{"deny(warnings)", "#![deny(warnings)]\npub fn f() {}\n", wrapper.OneCall},
		{"forbidden in a module file", "mod m;\npub fn f() { m::g() }\n", wrapper.TwoCalls},
		{"plain", "pub fn f() {}\n", wrapper.OneCall},
		{"no_std", "#![no_std]\npub fn f() {}\n", wrapper.OneCall},
		{"forbid(unsafe_code)", "#![forbid(unsafe_code)]\npub fn f() {}\n", wrapper.OneCall},
		{"docs.rs feature", "#![cfg_attr(docsrs, feature(doc_cfg))]\npub fn f() {}\n", wrapper.OneCall},
		{"forbidden behind a macro", "macro_rules! m { () => { #[allow(stable_features)] pub mod m { pub fn g() {} } } }\nm!();\npub fn f() {}\n", wrapper.TwoCalls},
	} {
		if i >= rounds(5, 100) {
			break
		}
		t.Run(tc.name, func(t *testing.T) {
			dir := project(t, map[string]string{"src/lib.rs": tc.source, "src/m.rs": "#[allow(stable_features)]\npub fn g() {}\n"})
			c := check(t, dir)
			wantUnits(t, c, "demo/lib")
			wantBody(t, c, "demo/lib", "fn f()")
			if len(c.Diagnostics) != 0 || !c.Success {
				t.Errorf("success %t, diagnostics %+v", c.Success, c.Diagnostics)
			}
			if r := record(t, c.Units[0]); r.Remedy != tc.want {
				t.Errorf("remedy %s, want %s: %s", r.Remedy, tc.want, r.Reason)
			}
		})
	}
}

func TestTheChoiceOfTwoCallsIsRemembered(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{
		"src/lib.rs": "mod m;\npub fn f() { m::g() }\n", "src/m.rs": "#[allow(stable_features)]\npub fn g() {}\n",
	})
	first := record(t, check(t, dir).Units[0])
	write(t, dir, "src/m.rs", "pub fn g() {}\n") // the cause is gone, the choice stays
	second := record(t, check(t, dir).Units[0])
	if first.Remedy != wrapper.TwoCalls || second.Remedy != wrapper.TwoCalls || second.Reason != first.Reason {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

func TestWarningsOfAGoodCrateComeOnceAndAgainWhenFresh(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"src/lib.rs": "fn unused() {}\n"})
	for range 2 {
		c := check(t, dir)
		if len(c.Diagnostics) != 1 || c.Diagnostics[0].Code != "dead_code" || !c.Diagnostics[0].Member {
			t.Errorf("diagnostics %+v", c.Diagnostics)
		}
	}
}

func TestABuildScriptThatFailsIsSaid(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"src/lib.rs": "", "build.rs": "fn main() { eprintln!(\"no such library\"); std::process::exit(3) }\n"})
	c := check(t, dir)
	if c.Success || len(c.Problems) != 1 || !strings.Contains(c.Problems[0].Reason, "custom build command") || !strings.Contains(c.Problems[0].Reason, "no such library") {
		t.Errorf("success %t, problems %q", c.Success, c.Problems)
	}
}
