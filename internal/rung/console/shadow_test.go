package console

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/cargo"
)

func TestALockedPackageThatMovesIsNamed(t *testing.T) {
	users := []cargo.LockedPackage{{Name: "tokio", Version: "1.38.2", Source: "registry", Checksum: "a"}, {Name: "tracing-core", Version: "0.1.36", Source: "registry", Checksum: "b"}, {Name: "own", Version: "0.1.0"}}
	check := func(name, want string, now ...cargo.LockedPackage) {
		t.Helper()
		if got := strings.Join(moved(users, now), ", "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	more := cargo.LockedPackage{Name: "tonic", Version: "0.14.2"}
	check("as it was, and more", "", append(users[:3:3], more)...)
	check("a changed tracing-core", "", users[0], cargo.LockedPackage{Name: "tracing-core", Version: "0.1.36"}, users[2])
	check("another tracing-core", "tracing-core 0.1.36", users[0], cargo.LockedPackage{Name: "tracing-core", Version: "0.1.37"}, users[2])
	check("another tokio", "tokio 1.38.2", cargo.LockedPackage{Name: "tokio", Version: "1.54.1", Source: "registry", Checksum: "c"}, users[1], users[2])
	check("another text of the same version", "tokio 1.38.2", cargo.LockedPackage{Name: "tokio", Version: "1.38.2", Source: "registry", Checksum: "c"}, users[1], users[2])
	check("nothing", "tokio 1.38.2, tracing-core 0.1.36, own 0.1.0")
}

func TestTheLockedTokioIsNamedExactly(t *testing.T) {
	one := []cargo.LockedPackage{{Name: "tokio", Version: "1.38.2"}}
	if got := manifest(subscribers[0], tokioOf(one)); !strings.Contains(got, `tokio = { version = "=1.38.2"`) {
		t.Error(got)
	}
	two := append(one, cargo.LockedPackage{Name: "tokio", Version: "1.40.0"})
	if got := manifest(subscribers[1], tokioOf(two)); !strings.Contains(got, `tokio = { version = "1"`) || !strings.Contains(got, `console-subscriber = "0.4"`) {
		t.Error(got)
	}
}

func TestAFileThatIsAsItShouldBeKeepsItsTime(t *testing.T) {
	dir := t.TempDir()
	times := func() (out []int64) {
		t.Helper()
		if err := writeBoot(dir, subscribers[0], "=1.47.1"); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Cargo.toml", "src/lib.rs", "src/tee.rs"} {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, info.ModTime().UnixNano())
		}
		return out
	}
	first, second := times(), times()
	for i := range first {
		if first[i] != second[i] {
			t.Errorf("file %d was written again", i)
		}
	}
}
