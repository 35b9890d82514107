package explore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnEditNeedsItsAnchorExactlyOnce(t *testing.T) {
	e := edit{why: "try it", files: []string{"gone.rs", "a.rs"}, forms: []form{
		{anchor: "old()", text: "new()"},
		{anchor: `old(\d)\(\)`, text: "new${1}()", pattern: true},
	}}
	check := func(text, want string) {
		t.Helper()
		dir := t.TempDir()
		path := write(t, dir, "a.rs", text)
		err := e.apply(dir)
		var anchor *anchorError
		if want == "" {
			if !errors.As(err, &anchor) {
				t.Errorf("%q: error %v, want one about the anchor", text, err)
			}
			want = text
		} else if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if got, _ := os.ReadFile(path); string(got) != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	check("f(old());", "f(new());")
	check("f(old7());", "f(new7());")
	check("f(old(), old());", "")
	check("f(old7(), old8());", "")
	check("nothing", "")
}

func TestAnOptionalEditThatDoesNotFitChangesNothing(t *testing.T) {
	dir := t.TempDir()
	path := write(t, dir, "a.rs", "text")
	for _, files := range [][]string{{"a.rs"}, {"gone.rs"}} {
		e := edit{why: "try it", optional: true, files: files, forms: []form{{anchor: "old", text: "new"}}}
		if err := e.apply(dir); err != nil {
			t.Error(err)
		}
	}
	if got, _ := os.ReadFile(path); string(got) != "text" {
		t.Errorf("the file became %q", got)
	}
}

func TestAMissingFileIsNamed(t *testing.T) {
	e := edit{why: "choose the task", files: []string{"x.rs", "y.rs"}, forms: []form{{anchor: "a", text: "b"}}}
	err := e.apply(t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "choose the task") || !strings.Contains(err.Error(), "x.rs, y.rs") {
		t.Errorf("error %v, want one that names the purpose and the files", err)
	}
}

func TestEveryEditSaysWhyAndDoesNotFitItsOwnResult(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range append(allEdits(), macroEdits...) {
		if e.why == "" || seen[e.why] || len(e.files) == 0 || len(e.forms) == 0 {
			t.Errorf("edit %q: it needs a purpose of its own, files and forms", e.why)
		}
		seen[e.why] = true
	}
}

func TestTheManifestOfACopyTurnsOnVirtualTimeAndKeepsItsDependencies(t *testing.T) {
	const text = `[package]
name = "tokio"

[lib]
name = "tokio"
path = "src/lib.rs"

[[test]]
name = "a"
path = "tests/a.rs"

[[test]]
name = "b"
path = "tests/b.rs"

[dependencies.bytes]
version = "1"

[dev-dependencies.mockall]
version = "0.11"

[features]
rt = []
rt-multi-thread = ["rt"]

[lints.rust.unexpected_cfgs]
level = "warn"

[lints.clippy]
all = "deny"
`
	got, err := manifest(text, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"rt = [\"test-util\"]\nrt-multi-thread = [\"rt\"]", "[lib]", "[dependencies.bytes]", "[dev-dependencies.mockall]", "[workspace]", "warnings = \"allow\""} {
		if !strings.Contains(got, want) {
			t.Errorf("the manifest lacks %q:\n%s", want, got)
		}
	}
	for _, gone := range []string{"[[test]]", "tests/b.rs", "level = \"warn\"", "clippy"} {
		if strings.Contains(got, gone) {
			t.Errorf("the manifest still has %q:\n%s", gone, got)
		}
	}
	var anchor *anchorError
	if _, err := manifest(strings.Replace(text, "rt = []", "rt = [\"x\"]", 1), true); !errors.As(err, &anchor) {
		t.Errorf("another feature `rt`: error %v, want one about the anchor", err)
	}
}

func TestACopyIsMadeOnceAndAgainWhenItsSourceChanges(t *testing.T) {
	src, dst := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	write(t, src, "Cargo.toml", "[features]\nrt = []\n")
	write(t, src, "src/lib.rs", "mod util;\n")
	write(t, src, "tests/a.rs", "")
	edits := []edit{{why: "add the module", files: []string{"src/lib.rs"}, forms: []form{{anchor: "mod util;", text: "mod pollux;\nmod util;"}}}}
	copyIt := func() string {
		t.Helper()
		if err := copyPackage(src, dst, edits, true); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dst, "src/lib.rs"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if got := copyIt(); got != "mod pollux;\nmod util;\n" {
		t.Errorf("the copy has %q", got)
	}
	for name, there := range map[string]bool{"src/pollux/mod.rs": true, "src/pollux/canary.rs": true, "tests/a.rs": false} {
		if _, err := os.Stat(filepath.Join(dst, name)); (err == nil) != there {
			t.Errorf("%s in the copy: %v, want it there: %v", name, err, there)
		}
	}
	marked := write(t, dst, "src/lib.rs", "marked")
	if got := copyIt(); got != "marked" {
		t.Errorf("an unchanged package was copied again: %s has %q", marked, got)
	}
	write(t, src, "Cargo.toml", "[features]\nrt = []\n# another release\n")
	if got := copyIt(); got == "marked" {
		t.Error("a changed package was not copied again")
	}
}

// releases are the published sources that this machine has, of all versions that can be explored.
func releases(t *testing.T, name string) []string {
	t.Helper()
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			t.Skip("there is no home directory, so no packages")
		}
		home = filepath.Join(user, ".cargo")
	}
	found, err := filepath.Glob(filepath.Join(home, "registry/src/*", name+"-[0-9]*"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, dir := range found {
		version := strings.TrimPrefix(filepath.Base(dir), name+"-")
		if name != "tokio" || recent(version) {
			out = append(out, dir)
		}
	}
	return out
}

func TestEveryEditFitsEveryReleaseOnThisMachine(t *testing.T) {
	check := func(name string, edits []edit, module bool) {
		dirs := releases(t, name)
		if len(dirs) == 0 {
			t.Skipf("cargo has unpacked no %s on this machine", name)
		}
		for _, src := range dirs {
			dst := filepath.Join(t.TempDir(), filepath.Base(src))
			if err := copyPackage(src, dst, edits, module); err != nil {
				t.Errorf("%s: %v", filepath.Base(src), err)
			}
			for _, e := range edits {
				if path, ok := firstFile(src, e.files); ok && e.optional {
					text, err := os.ReadFile(path)
					if _, fits := e.rewrite(string(text)); err != nil || !fits {
						t.Logf("%s: without the edit to %s", filepath.Base(src), e.why)
					}
				}
			}
		}
	}
	check("tokio", allEdits(), true)
	check("tokio-macros", macroEdits, false)
}
