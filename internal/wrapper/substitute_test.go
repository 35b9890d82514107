package wrapper

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOnlyTheTestsOfOneCrateAreCompiledFromAnotherFile(t *testing.T) {
	dir := t.TempDir()
	from, other := filepath.Join(dir, "lib.rs"), filepath.Join(dir, "other.rs")
	for _, path := range []string{from, other} {
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	check := func(harness, args, want string) {
		t.Helper()
		words := func(s string) []string {
			return strings.Fields(strings.NewReplacer("FROM", from, "OTHER", other).Replace(s))
		}
		inv := invocation{args: words(args), env: environment{EnvFrom: from, EnvTo: "/to.rs", EnvHarness: harness, EnvRemap: "/s=/u\n/a b=/c"}}
		got := strings.Join(inv.substituted(parseCall(inv.args)).args, " ")
		if want = strings.Join(words(want), " "); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", args, got, want)
		}
	}
	const remap = " --cap-lints=allow --remap-path-prefix=/s=/u --remap-path-prefix=/a b=/c"
	check("", "--crate-name x FROM --test", "--crate-name x /to.rs --test"+remap)
	check("", "--crate-name x FROM", "--crate-name x FROM")
	check("", "--crate-name x OTHER --test", "--crate-name x OTHER --test")
	check("1", "--crate-name x FROM --cfg test", "--crate-name x /to.rs --cfg test --test"+remap)
	check("1", "-vV", "-vV")
}
