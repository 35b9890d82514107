package cargo

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree writes files below a new directory and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// modules is a package with every form of a module.
var modules = map[string]string{
	"Cargo.toml":       "",
	"src/lib.rs":       "mod pool;\nmod plain { mod deep {} }\n#[path = \"odd/place.rs\"]\nmod elsewhere;\nmod stub { mod inner; }\n// the end",
	"src/pool.rs":      "mod idle;\n",
	"src/pool/idle.rs": "fn f() {}\n",
	"src/odd/place.rs": "mod next;\n", "src/odd/next/mod.rs": "mod last;\n", "src/odd/next/last.rs": "",
	"src/stub/inner.rs": "",
}

func TestAModuleIsFoundAsRustcFindsIt(t *testing.T) {
	dir := tree(t, modules)
	check := func(path, file, tail string) {
		t.Helper()
		p, err := findModule(filepath.Join(dir, "src/lib.rs"), path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		got := p.with("ITEM")
		if rel, _ := filepath.Rel(dir, p.file); rel != file || !strings.Contains(got, tail) {
			t.Errorf("%s: in %s\n%s\nwant in %s: %s", path, rel, got, file, tail)
		}
		if before := strings.Count(p.text, "\n"); strings.Index(got, "ITEM") < strings.LastIndex(got, "\n") && strings.Count(got, "\n") != before {
			t.Errorf("%s: lines moved", path)
		}
	}
	check("", "src/lib.rs", "// the end\nITEM")
	check("crate", "src/lib.rs", "// the end\nITEM")
	check("pool", "src/pool.rs", "mod idle;\nITEM")
	check("crate::pool::idle", "src/pool/idle.rs", "fn f() {}\nITEM")
	check("plain", "src/lib.rs", "mod plain { mod deep {} ITEM}")
	check("plain::deep", "src/lib.rs", "mod plain { mod deep {ITEM} }")
	check("elsewhere", "src/odd/place.rs", "mod next;\nITEM")
	check("elsewhere::next::last", "src/odd/next/last.rs", "ITEM")
	check("stub::inner", "src/stub/inner.rs", "ITEM")
	for _, path := range []string{"nowhere", "pool::nowhere", "plain::deep::er"} {
		if _, err := findModule(filepath.Join(dir, "src/lib.rs"), path); err == nil {
			t.Errorf("%s was found", path)
		}
	}
}

func TestTheUsersTreeIsTheSameWhateverIsPlaced(t *testing.T) {
	user := tree(t, modules)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(user, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(user, "tests"), 0o777); err != nil {
		t.Fatal(err)
	}
	write("tests/all.rs", "mod common;\n")
	file := filepath.Join(tree(t, map[string]string{"scratch.rs": "#[test] fn f() {}\n"}), "scratch.rs")
	before, shadow := hashTree(t, user), t.TempDir()
	place := func(in, kind, module string, inside bool) *scratch {
		t.Helper()
		s := &scratch{
			Scratch: Scratch{File: file, Inside: inside, Module: module}, self: !inside,
			pkg: metadataPackage{Name: "demo", Manifest: filepath.Join(user, "Cargo.toml")},
			in:  metadataTarget{Name: "demo", Kind: []string{kind}, Source: filepath.Join(user, in)},
		}
		if err := s.shadow(shadow); err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, module := range []string{"pool::idle", "pool", "", "stub::inner", "pool::idle"} {
		s := place("src/lib.rs", "lib", module, true)
		if text, err := os.ReadFile(s.to); err != nil || module != "" && strings.Contains(string(text), scratchModule) {
			t.Errorf("%q: the root file %v\n%s", module, err, text)
		}
		if want := strings.TrimPrefix(module+"::pollux_scratch::", "::"); s.prefix != want {
			t.Errorf("tests begin with %q, want %q", s.prefix, want)
		}
	}
	if s := place("src/lib.rs", "lib", "", false); !strings.Contains(read(t, s.to), "extern crate self as demo; #[cfg(test)]") {
		t.Errorf("the crate does not know itself:\n%s", read(t, s.to))
	}
	s := place("tests/all.rs", "test", "", false)
	if read(t, s.to) != "#[test] fn f() {}\n" || read(t, filepath.Join(filepath.Dir(s.to), "all.rs")) != "mod common;\n" {
		t.Error("a file in place of a test does not see what lies in tests/")
	}
	if after := hashTree(t, user); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// hashTree lists every file with its size, time and text.
func hashTree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		b.WriteString(path + " " + info.Mode().String() + " " + info.ModTime().String())
		if !d.IsDir() {
			b.WriteString(" " + digest(read(t, path)))
		}
		b.WriteString("\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAScratchFileChangesWhenItsPlaceDoes(t *testing.T) {
	file := filepath.Join(tree(t, map[string]string{"scratch.rs": "x"}), "scratch.rs")
	to := filepath.Join(t.TempDir(), "copy.rs")
	s := &scratch{Scratch: Scratch{File: file}}
	written := func() bool {
		t.Helper()
		if err := os.WriteFile(to, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := s.write(to); err != nil {
			t.Fatal(err)
		}
		return read(t, to) == "x"
	}
	if !written() || written() {
		t.Error("the same text in the same place is written once")
	}
	s.Module = "other"
	if !written() {
		t.Error("cargo would take the program of another module for this one")
	}
}

func TestOnlyOnePackageIsMeant(t *testing.T) {
	all := []metadataPackage{{Name: "a", Manifest: "/w/Cargo.toml"}, {Name: "b", Manifest: "/w/b/Cargo.toml"}}
	check := func(dir, want string, asked ...string) {
		t.Helper()
		got, err := packageOf(all, asked, dir)
		if got.Name != want || (err == nil) != (want != "") {
			t.Errorf("%s %v: %q, %v; want %q", dir, asked, got.Name, err, want)
		}
	}
	check("/w/b/src", "b")
	check("/w", "a")
	check("/w", "b", "b")
	check("/elsewhere", "")
	check("/w", "", "c")
	check("/w", "", "a", "b")
}
