package rust

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// TestHeadersAndBodiesStartWhereRustcSaysSo compares with the MIR text of the rustc at hand: every impl in it that no
// derive made must be found with the very span, and every async body as well.
func TestHeadersAndBodiesStartWhereRustcSaysSo(t *testing.T) {
	if _, err := exec.LookPath("rustc"); err != nil {
		t.Skip("no rustc to compare with")
	}
	const path = "testdata/headers.rs"
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f := Parse(path, string(src))
	mir := compile(t, path)
	impls := comparePositions(t, mir, `<impl at [^ ]*:(\d+):(\d+): (\d+):(\d+)>`, func(line, column int) (Range, bool) {
		if a, ok := f.AttrAt(line, column); ok && a.Path == "derive" {
			return Range{}, false
		}
		i := f.ImplAt(line, column)
		if i == nil {
			t.Errorf("no impl at %d:%d", line, column)
			return Range{}, false
		}
		return i.Range, true
	})
	bodies := comparePositions(t, mir, `\{coroutine@[^ ]*:(\d+):(\d+): (\d+):(\d+)`, func(line, column int) (Range, bool) {
		fn := f.BodyAt(line, column)
		if fn == nil || !fn.Async {
			t.Errorf("no async body at %d:%d", line, column)
			return Range{}, false
		}
		return fn.Body, true
	})
	if impls < 15 || bodies != 2 {
		t.Errorf("compared %d impls and %d bodies", impls, bodies)
	}
}

// comparePositions looks up every distinct position that pattern finds in mir, and returns how many agreed.
func comparePositions(t *testing.T, mir, pattern string, find func(line, column int) (Range, bool)) int {
	seen := map[Range]bool{}
	agreed := 0
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(mir, -1) {
		var n [4]int
		for i, text := range m[len(m)-4:] {
			n[i], _ = strconv.Atoi(text)
		}
		want := Range{n[0], n[1], n[2], n[3]}
		if seen[want] {
			continue
		}
		seen[want] = true
		got, ok := find(want.Line, want.Column)
		if ok && got != want {
			t.Errorf("%s: got %v", m[0], got)
		}
		if ok && got == want {
			agreed++
		}
	}
	return agreed
}

// compile is the MIR text of a file that needs nothing but std.
func compile(t *testing.T, path string) string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dir := t.TempDir()
	cmd := exec.CommandContext(ctx, "rustc", "--edition=2021", "--crate-type=lib", "--emit=mir", "-Awarnings", "--out-dir", dir, path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("rustc: %v\n%s", err, out)
	}
	mir, err := os.ReadFile(filepath.Join(dir, "headers.mir"))
	if err != nil {
		t.Fatal(err)
	}
	return string(mir)
}
