package patch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func source(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Cargo.toml": "[package]\nname = \"a\"\n\n[lints.rust]\nunsafe_code = \"deny\"\n\n[lints.clippy]\nall = \"deny\"\n\n[dependencies]\n",
		"src/lib.rs": "fn one() {}\nfn two() {}\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestACopyIsChangedAndTheOriginalIsNot(t *testing.T) {
	src, dst := source(t), filepath.Join(t.TempDir(), "deep", "copy")
	p := Package{Source: src, Files: map[string]string{"src/more.rs": "// more\n"}, Changes: []Change{
		{Why: "a", File: "src/lib.rs", Pattern: `fn (two)`, Text: "pub fn $1"}, {Why: "b", File: "src/lib.rs", Append: true, Text: "mod more;\n"},
	}}
	if err := Make(p, dst); err != nil {
		t.Fatal(err)
	}
	if got := text(t, filepath.Join(dst, "src/lib.rs")); got != "fn one() {}\npub fn two() {}\nmod more;\n" {
		t.Errorf("%q", got)
	}
	if got := text(t, filepath.Join(dst, "Cargo.toml")); strings.Contains(got, "deny") || !strings.Contains(got, "[dependencies]") || !strings.Contains(got, "[workspace]") {
		t.Errorf("%q", got)
	}
	if got := text(t, filepath.Join(src, "src/lib.rs")); got != "fn one() {}\nfn two() {}\n" {
		t.Errorf("the original is %q", got)
	}
}

func TestACopyIsMadeOnceForTheSameChanges(t *testing.T) {
	src, dst := source(t), filepath.Join(t.TempDir(), "copy")
	p := Package{Source: src}
	stamp := func() os.FileInfo {
		t.Helper()
		if err := Make(p, dst); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(dst)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	first := stamp()
	if !os.SameFile(first, stamp()) {
		t.Error("the same copy was made twice")
	}
	p.Changes = []Change{{Why: "a", File: "src/lib.rs", Append: true, Text: "// new\n"}}
	if os.SameFile(first, stamp()) {
		t.Error("other changes left the old copy in place")
	}
}

func TestAChangeThatDoesNotFitOnceIsRefusedAndLeavesNoCopy(t *testing.T) {
	for _, c := range []Change{
		{Why: "none", File: "src/lib.rs", Pattern: `fn three`},
		{Why: "two", File: "src/lib.rs", Pattern: `fn `},
		{Why: "no file", File: "src/none.rs", Pattern: `fn`},
	} {
		dst := filepath.Join(t.TempDir(), "copy")
		var misfit *Misfit
		if err := Make(Package{Source: source(t), Changes: []Change{c}}, dst); !errors.As(err, &misfit) || misfit.Why != c.Why {
			t.Errorf("%s: %v", c.Why, err)
		}
		if _, err := os.Stat(dst); err == nil {
			t.Errorf("%s: a copy is there", c.Why)
		}
	}
}
