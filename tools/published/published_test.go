package published

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestAnUnpackedCrateBecomesItsOwnWorkspaceOnce(t *testing.T) {
	once := asWorkspace([]byte("[package]\nname = \"a\"\n"))
	if !bytes.HasSuffix(once, []byte("\n[workspace]\n")) {
		t.Errorf("got %q", once)
	}
	if twice := asWorkspace(once); !bytes.Equal(once, twice) {
		t.Errorf("added again: %q", twice)
	}
}

func TestPreparingRemovesTheLockUnlessItIsWanted(t *testing.T) {
	for _, keep := range []bool{false, true} {
		dir := t.TempDir()
		for _, name := range []string{"Cargo.toml", "Cargo.lock", "rust-toolchain.toml"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("[package]\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := independent(dir, keep); err != nil {
			t.Fatal(err)
		}
		_, err := os.Stat(filepath.Join(dir, "Cargo.lock"))
		if kept := err == nil; kept != keep {
			t.Errorf("lock wanted: %v, Cargo.lock kept: %v", keep, kept)
		}
		if _, err := os.Stat(filepath.Join(dir, "rust-toolchain.toml")); err == nil {
			t.Errorf("lock wanted: %v: the crate still chooses the toolchain", keep)
		}
	}
}
