package explore

import (
	"fmt"
	"path/filepath"
	"testing"

	"pollux/internal/cargo"
)

func TestATestIsFoundInItsFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "src/lib.rs", "mod pool;\nmod tests {\n    #[test]\n    async fn é_root() {}\n}\n")
	write(t, dir, "src/pool.rs", "mod idle;\n#[cfg(test)]\nmod tests {\n    fn gets() {}\n}\n")
	write(t, dir, "src/pool/idle/mod.rs", "pub(crate) async fn waits() {}\n")
	check := func(test, want string) {
		t.Helper()
		s := &search{explorer: &explorer{tests: &Workspace{Root: dir}}, target: target{cargo.Program{Source: filepath.Join(dir, "src/lib.rs")}, test}}
		at := s.testPlace()
		if got := fmt.Sprintf("%s:%d:%d-%d", at.File, at.Line, at.Column, at.EndColumn); got != want {
			t.Errorf("%s: %s, want %s", test, got, want)
		}
	}
	check("tests::é_root", "src/lib.rs:4:14-20")
	check("pool::tests::gets", "src/pool.rs:4:8-12")
	check("pool::idle::waits", "src/pool/idle/mod.rs:1:21-26")
	check("made::by_a_macro", "src/lib.rs:1:1-1")
}
