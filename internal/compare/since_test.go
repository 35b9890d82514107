package compare

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/finding"
)

func TestTheLinesThatDifferAreThoseOfTheLaterText(t *testing.T) {
	check := func(before, after, want string) {
		t.Helper()
		got, err := differing(strings.ReplaceAll(before, " ", "\n"), strings.ReplaceAll(after, " ", "\n"))
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%q to %q: %v, %v, want %s", before, after, got, err, want)
		}
	}
	check("a b c ", "a b c ", "[]")
	check("a b c ", "a x c ", "[{2 2}]")
	check("a b c ", "a b x y c ", "[{3 4}]")
	check("a b c ", "a c ", "[{1 2}]")
	check("a b c ", "b c ", "[{1 1}]")
	check("a b c ", "a b ", "[{2 3}]")
	check("a b c d e ", "x b c e f ", "[{1 1} {3 4} {5 5}]")
	check("", "a b ", "[{1 2}]")
	check("a b", "a b ", "[{2 2}]")
}

func TestAChangeSinceASnapshotTouchesWhatGitWouldSayThatItTouches(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("src/lib.rs", "fn a() {\n    one();\n}\n\nfn b() {\n    two();\n}\n")
	write("src/gone.rs", "fn g() {}\n")
	before, err := TakeSnapshot(context.Background(), root, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	write("src/lib.rs", "fn a() {\n    one();\n}\n\nfn b() {\n    three();\n}\n")
	write("src/new.rs", "fn n() {}\n")
	write("notes.txt", "x")
	if err := os.Remove(filepath.Join(root, "src", "gone.rs")); err != nil {
		t.Fatal(err)
	}
	c, err := before.Changes(context.Background(), root)
	if err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]bool{"src/lib.rs 2": false, "src/lib.rs 6": true, "src/new.rs 1": true, "src/gone.rs 1": false} {
		var f finding.Finding
		if _, err := fmt.Sscan(place, &f.File, &f.Line); err != nil {
			t.Fatal(err)
		}
		if got := c.Touches(&f); got != want {
			t.Errorf("%s: touched is %v", place, got)
		}
	}
	if got := len(c.Files()); got != 2 {
		t.Errorf("%v differ", c.Files())
	}
	all, err := (&Snapshot{Root: root}).Changes(context.Background(), root)
	if err != nil || len(all.Files()) != 2 || !all.Touches(&finding.Finding{Span: finding.Span{File: "src/lib.rs", Line: 2}}) {
		t.Errorf("of an empty state not everything differs: %v, %v", all, err)
	}
}
