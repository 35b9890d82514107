package wrapper

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRustcIsToldOfNoPathWithAComma(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a,b")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	c := &capture{stem: filepath.Join(dir, "demo-1")}
	path, done := c.emitPath()
	if strings.Contains(path, ",") {
		t.Fatalf("rustc is told %s", path)
	}
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	done()
	if text, err := os.ReadFile(c.newText()); err != nil || string(text) != "text" {
		t.Errorf("the text is not in its place: %q, %v", text, err)
	}
	if _, err := os.Lstat(filepath.Dir(path)); err == nil {
		t.Error("the other name is left")
	}
	plain := &capture{stem: filepath.Join(t.TempDir(), "demo-1")}
	if path, done := plain.emitPath(); path != plain.newText() {
		t.Errorf("a path without a comma is told as %s", path)
		done()
	}
}
