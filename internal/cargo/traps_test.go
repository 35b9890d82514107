package cargo

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/wrapper"
)

func TestASecondRunIsFreshAndGivesTheSame(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"src/lib.rs": "pub fn f() {}\n", "src/main.rs": "fn main() { demo::f() }\n"})
	first, second := check(t, dir), check(t, dir)
	for i, u := range second.Units {
		if !u.Fresh {
			t.Errorf("%s was built again", u.name())
		}
		u.Fresh = false
		if before := first.Units[i]; before.MIRHash != u.MIRHash || before.Hash != u.Hash || before.MIRTime != u.MIRTime {
			t.Errorf("%+v became %+v", before, u)
		}
	}
	if first.InputHash() != second.InputHash() || first.Toolchain != second.Toolchain {
		t.Errorf("input hash %s became %s", first.InputHash(), second.InputHash())
	}
}

func TestARunWithNothingToDoStartsNoRustc(t *testing.T) {
	dir := project(t, map[string]string{"src/lib.rs": "pub fn f() {}\n"})
	log := filepath.Join(t.TempDir(), "log")
	shim := filepath.Join(t.TempDir(), "rustc")
	if err := os.WriteFile(shim, []byte("#!/bin/sh\necho call >> '"+log+"'\nexec rustc \"$@\"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("RUSTC", shim)
	check(t, dir)
	before, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	check(t, dir)
	if after, _ := os.ReadFile(log); len(after) != len(before) {
		t.Errorf("rustc was called %d times more", (len(after)-len(before))/len("call\n"))
	}
}

func TestTheUsersTreeStaysAsItIs(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"src/lib.rs": "pub fn f() {}\n", ".cargo/config.toml": "[build]\nbuild-dir = \"elsewhere\"\n"})
	runCargo(t, dir, "build", "--offline")
	before := treeHash(t, dir)
	check(t, dir)
	check(t, dir, func(r *Request) { r.AllTargets = true })
	if after := treeHash(t, dir); after != before {
		t.Error("something of the user's was touched")
	}
}

func TestBuildScriptsAndTheirProbesSeeTheUsersRustc(t *testing.T) {
	t.Parallel()
	const script = `use std::{env, io::Write, process::{Command, Stdio}};
fn probe(source: &str) -> bool {
    let out = env::var("OUT_DIR").unwrap();
    let mut c = Command::new(env::var("RUSTC_WORKSPACE_WRAPPER").unwrap());
    c.arg(env::var("RUSTC").unwrap()).args(["--crate-name", "probe", "--crate-type=lib", "--emit=metadata", "--out-dir", &out, "-"]);
    let mut child = c.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(source.as_bytes()).unwrap();
    child.wait().unwrap().success()
}
fn main() {
    let mut version = Command::new(env::var("RUSTC_WORKSPACE_WRAPPER").unwrap());
    let out = version.arg(env::var("RUSTC").unwrap()).arg("-vV").output().unwrap();
    assert!(String::from_utf8(out.stdout).unwrap().starts_with("rustc "));
    assert!(env::var("RUSTC_BOOTSTRAP").is_err());
    println!("cargo::rustc-check-cfg=cfg(plain, nightly)");
    if probe("pub fn f() {}") { println!("cargo::rustc-cfg=plain"); }
    if probe("#![feature(never_type)] pub fn f() {}") { println!("cargo::rustc-cfg=nightly"); }
}
`
	dir := project(t, map[string]string{
		"build.rs":   script,
		"src/lib.rs": "#[cfg(plain)] pub fn plain() {}\n#[cfg(nightly)] pub fn nightly() {}\n",
	})
	c := check(t, dir, func(r *Request) { r.Toolchain = "stable" })
	wantUnits(t, c, "demo/lib")
	wantBody(t, c, "demo/lib", "fn plain()")
	if text, _ := c.Units[0].ReadMIR(); strings.Contains(string(text), "fn nightly") {
		t.Error("the probe found a nightly compiler")
	}
	for _, f := range files(t, filepath.Join(c.TargetDir, "debug", "build")) {
		if strings.HasSuffix(f, ".mir") {
			t.Errorf("a probe was captured: %s", f)
		}
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	if err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		out = append(out, path)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

const macroManifest = "[package]\nname = \"mac\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\nproc-macro = true\n"

func TestProcMacrosWorkAndAreUnitsOfTheirOwn(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{
		"Cargo.toml":     "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nmac = { path = \"mac\" }\n[workspace]\nmembers = [\"mac\"]\n",
		"mac/Cargo.toml": macroManifest,
		"mac/src/lib.rs": "use proc_macro::TokenStream;\n#[proc_macro] pub fn seven(_: TokenStream) -> TokenStream { \"7\".parse().unwrap() }\n",
		"src/lib.rs":     "pub fn f() -> u32 { mac::seven!() }\n",
	})
	c := check(t, dir, func(r *Request) { r.Workspace = true })
	wantUnits(t, c, "demo/lib", "mac/proc-macro")
	wantBody(t, c, "mac/proc-macro", "fn seven(")
}

func TestALibraryOfSeveralCrateTypesThatUsesAnother(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{
		"Cargo.toml":      "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\ncrate-type = [\"staticlib\", \"cdylib\", \"rlib\"]\n[dependencies]\nbase = { path = \"base\" }\n[workspace]\n",
		"base/Cargo.toml": "[package]\nname = \"base\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
		"base/src/lib.rs": "pub struct P<T>(pub T);\nimpl<T: Clone> P<T> { pub fn twice(&self) -> (T, T) { (self.0.clone(), self.0.clone()) } }\n",
		"src/lib.rs":      "pub fn f() -> (String, String) { base::P(String::new()).twice() }\n",
		"src/main.rs":     "fn main() { demo::f(); }\n",
	})
	c := check(t, dir)
	wantUnits(t, c, "base/lib", "demo/bin", "demo/lib")
	for _, u := range c.Units {
		if r := record(t, u); r.Remedy != wrapper.OneCall {
			t.Errorf("%s: %+v", u.name(), r)
		}
	}
}

func TestEachFeatureSetHasItsOwnMIRAndOldOnesGo(t *testing.T) {
	t.Parallel()
	manifest := "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\nx = []\ndefault = [%]\n"
	dir := project(t, map[string]string{
		"Cargo.toml": strings.Replace(manifest, "%", "", 1),
		"src/lib.rs": "#[cfg(feature = \"x\")] pub fn with() {}\npub fn always() {}\n",
	})
	without := check(t, dir)
	with := check(t, dir, func(r *Request) { r.Features = []string{"x"} })
	wantBody(t, with, "demo/lib", "fn with()")
	again := check(t, dir)
	if text, _ := again.Units[0].ReadMIR(); strings.Contains(string(text), "fn with()") {
		t.Error("MIR of another feature set was used")
	}
	if f := with.Units[0].Features; !slices.Equal(f, []string{"default", "x"}) {
		t.Errorf("features %q", f)
	}
	_, _, _ = without.Close(), with.Close(), again.Close()
	write(t, dir, "Cargo.toml", strings.Replace(manifest, "%", "\"x\"", 1))
	changed := check(t, dir)
	wantBody(t, changed, "demo/lib", "fn with()")
	if _, err := os.Stat(without.Units[0].MIR); err == nil {
		t.Error("MIR of a feature set that nobody asks for any more is still there")
	}
	if _, err := os.Stat(with.Units[0].MIR); err != nil {
		t.Error("MIR of another kind of request is gone")
	}
}

func TestTheProfileChangesNeitherMIRNorConditions(t *testing.T) {
	t.Parallel()
	const source = "pub fn add(a: u32, b: u32) -> u32 { a + b }\n#[cfg(debug_assertions)] pub fn debug() {}\n#[cfg(not(debug_assertions))] pub fn release() {}\n"
	for _, tc := range []struct {
		name, manifest, profile, body string
	}{
		{"dev at level 3", "[profile.dev]\nopt-level = 3\n", "", "fn debug()"},
		{"release", "", "release", "fn release()"},
		{"release with assertions", "[profile.release]\ndebug-assertions = true\n", "release", "fn debug()"},
		{"own profile", "[profile.own]\ninherits = \"release\"\nopt-level = \"s\"\n", "own", "fn release()"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := project(t, map[string]string{
				"Cargo.toml": "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n" + tc.manifest, "src/lib.rs": source,
			})
			c := check(t, dir, func(r *Request) { r.Profile = tc.profile })
			wantBody(t, c, "demo/lib", tc.body)
			if text, _ := c.Units[0].ReadMIR(); !strings.Contains(string(text), "AddWithOverflow") {
				t.Error("the overflow check is gone")
			}
		})
	}
}

func TestIncrementalEditsAreSeen(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"src/lib.rs": "pub fn before() {}\n"})
	first := check(t, dir)
	write(t, dir, "src/lib.rs", "pub fn after() {}\n")
	second := check(t, dir)
	wantBody(t, second, "demo/lib", "fn after()")
	if first.Units[0].Hash != second.Units[0].Hash || first.InputHash() == second.InputHash() {
		t.Error("the edit did not change the input hash of the same unit")
	}
	if _, err := first.Units[0].ReadMIR(); err == nil {
		t.Error("the first capture reads the text of the second")
	}
}

func TestUnitsOfOneNameAreToldApart(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{
		"src/lib.rs":           "pub fn lib() {}\n#[test] fn unit() {}\n",
		"src/main.rs":          "fn main() {}\n",
		"tests/it.rs":          "#[test] fn it() {}\n",
		"examples/ex.rs":       "fn main() { println!(\"example\") }\n",
		"benches/ex.rs":        "fn main() { println!(\"bench\") }\n",
		"src/bin/with-dash.rs": "fn main() {}\n",
	})
	c := check(t, dir, func(r *Request) { r.AllTargets = true })
	wantUnits(t, c, "demo/lib", "demo/lib+test", "demo/bin", "demo/bin+test", "it/test+test", "ex/example", "ex/bench+test",
		"with_dash/bin", "with_dash/bin+test")
	seen := map[string]bool{}
	for _, u := range c.Units {
		if seen[u.MIR] {
			t.Errorf("%s shares %s", u.name(), u.MIR)
		}
		seen[u.MIR] = true
	}
}

func TestAllEditions(t *testing.T) {
	t.Parallel()
	members := []string{"2015", "2018", "2021", "2024"}
	tree := map[string]string{"Cargo.toml": "[workspace]\nresolver = \"2\"\nmembers = [\"e*\"]\n"}
	for _, e := range members {
		tree["e"+e+"/Cargo.toml"] = "[package]\nname = \"e" + e + "\"\nversion = \"0.1.0\"\nedition = \"" + e + "\"\n"
		tree["e"+e+"/src/lib.rs"] = "pub fn of" + e + "() {}\n"
	}
	c := check(t, project(t, tree))
	wantUnits(t, c, "e2015/lib", "e2018/lib", "e2021/lib", "e2024/lib")
	for i, e := range members {
		wantBody(t, c, "e"+e+"/lib", "fn of"+e+"()")
		if c.Units[i].Edition != e {
			t.Errorf("edition %s, want %s", c.Units[i].Edition, e)
		}
	}
}

func TestDamagedMIRIsNoticedAndMadeAgain(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"src/lib.rs": "pub fn f() {}\n", "src/main.rs": "fn main() { demo::f() }\n"})
	want := check(t, dir)
	lib := want.Units[slices.IndexFunc(want.Units, func(u Unit) bool { return u.Kind == "lib" })]
	stem := strings.TrimSuffix(lib.MIR, ".mir")
	data, err := os.ReadFile(lib.MIR)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		damage func() error
	}{
		{"lost", func() error { return os.Remove(lib.MIR) }},
		{"cut", func() error { return os.Truncate(lib.MIR, int64(len(data)/2)) }},
		{"changed at the same size", func() error {
			return os.WriteFile(lib.MIR, []byte(strings.Replace(string(data), "fn f()", "fn g()", 1)), 0o666)
		}},
		{"record lost", func() error { return os.Remove(wrapper.RecordPath(stem)) }},
		{"record empty", func() error { return os.WriteFile(wrapper.RecordPath(stem), nil, 0o666) }},
		{"record of a killed call", func() error {
			r, err := os.ReadFile(wrapper.RecordPath(stem))
			if err != nil {
				return err
			}
			return os.WriteFile(wrapper.RecordPath(stem), []byte(strings.Replace(string(r), `"done"`, `"running"`, 1)), 0o666)
		}},
	} {
		if err := tc.damage(); err != nil {
			t.Fatal(err)
		}
		got := check(t, dir)
		if got.InputHash() != want.InputHash() || len(got.Problems) != 0 {
			t.Errorf("%s: units %q, problems %v", tc.name, summary(got), got.Problems)
		}
		if text, err := os.ReadFile(lib.MIR); err != nil || string(text) != string(data) {
			t.Errorf("%s: the text is not what it was: %v", tc.name, err)
		}
	}
}

func TestMIRWithAnotherTimeButTheSameContentIsKept(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"src/lib.rs": "pub fn f() {}\n"})
	u := check(t, dir).Units[0]
	data, err := os.ReadFile(u.MIR)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(u.MIR, data, 0o666); err != nil {
		t.Fatal(err)
	}
	again := check(t, dir)
	if !again.Units[0].Fresh {
		t.Error("it was built again")
	}
	wantBody(t, again, "demo/lib", "fn f()")
}
