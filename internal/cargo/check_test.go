package cargo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/wrapper"
)

// sharedCache spares each test the proof of the remedies.
var sharedCache string

// TestMain lets this test binary be its own rustc wrapper.
func TestMain(m *testing.M) {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	if os.Getenv("POLLUX_TEST_CHECK") != "" {
		os.Exit(checkFromEnvironment())
	}
	os.Exit(runTests(m))
}

// checkFromEnvironment checks the directory that a test names, in a process that it can kill.
func checkFromEnvironment() int {
	dir, cache, _ := strings.Cut(os.Getenv("POLLUX_TEST_CHECK"), "\n")
	if _, err := Check(context.Background(), Request{Dir: dir, Offline: true, CacheDir: cache}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pollux-cargo-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	sharedCache = dir
	for _, name := range []string{"RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO", "CARGO_TARGET_DIR"} {
		os.Unsetenv(name)
	}
	return m.Run()
}

// project writes the files below a fresh directory; a file without a name in front is a package of one library.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("cargo"); err != nil {
		t.Skip("cargo is not installed")
	}
	dir := filepath.Join(t.TempDir(), "demo")
	if files["Cargo.toml"] == "" {
		write(t, dir, "Cargo.toml", "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	}
	for name, text := range files {
		write(t, dir, name, text)
	}
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// check runs Check offline on the project with the shared cache.
func check(t *testing.T, dir string, change ...func(*Request)) *Capture {
	t.Helper()
	c, err := tryCheck(t, dir, change...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func tryCheck(t *testing.T, dir string, change ...func(*Request)) (*Capture, error) {
	t.Helper()
	req := Request{Dir: dir, Offline: true, CacheDir: sharedCache}
	for _, f := range change {
		f(&req)
	}
	c, err := Check(t.Context(), req)
	if c != nil {
		t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

// rounds is few for every day. For the many, and for what needs mounts:
// POLLUX_HEAVY=1 go test ./internal/cargo -v -timeout 30m
func rounds(few, many int) int {
	if os.Getenv("POLLUX_HEAVY") != "" {
		return many
	}
	return few
}

func deps(r *Request) { r.Dependencies = true }

// summary shows each unit as one word, such as "demo/lib", "demo/lib+test", with marks for what is odd.
func summary(c *Capture) []string {
	var out []string
	for _, u := range c.Units {
		s := u.Crate + "/" + u.Kind
		if u.Test {
			s += "+test"
		}
		if u.MIR == "" {
			s += " no MIR"
		}
		if u.Stale {
			s += " stale"
		}
		out = append(out, s)
	}
	return out
}

func wantUnits(t *testing.T, c *Capture, want ...string) {
	t.Helper()
	got := summary(c)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("units %q, want %q; problems %v", got, want, c.Problems)
	}
}

// wantBody checks that the unit's MIR has a body that begins with the given words.
func wantBody(t *testing.T, c *Capture, unit, words string) {
	t.Helper()
	for i, name := range summary(c) {
		if name != unit {
			continue
		}
		text, err := c.Units[i].ReadMIR()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "\n"+words) && !strings.HasPrefix(string(text), words) {
			t.Errorf("%s has no %q in its MIR:\n%s", unit, words, text)
		}
		return
	}
	t.Errorf("no unit %s in %q", unit, summary(c))
}

func record(t *testing.T, u Unit) *wrapper.Record {
	t.Helper()
	r, err := wrapper.ReadRecord(strings.TrimSuffix(u.MIR, ".mir"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// treeHash hashes names, modes and contents of everything but pollux's own target directory.
func treeHash(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && strings.HasSuffix(path, filepath.Join("target", "pollux")) {
			return fs.SkipDir
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %v\n", path, info.Mode())
		if e.Type().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%d %s\n", info.ModTime().UnixNano(), data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func runCargo(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), "cargo", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cargo %v: %v\n%s", args, err, out)
	}
}

func TestALibraryIsCapturedInOneCall(t *testing.T) {
	dir := project(t, map[string]string{"src/lib.rs": "pub async fn wait() -> u32 { 1 }\n"})
	c := check(t, dir)
	wantUnits(t, c, "demo/lib")
	wantBody(t, c, "demo/lib", "fn wait::{closure#0}(")
	if !c.Success || len(c.Problems) != 0 {
		t.Errorf("success %t, problems %v", c.Success, c.Problems)
	}
	u := c.Units[0]
	if r := record(t, u); r.Remedy != wrapper.OneCall || r.State != wrapper.Done {
		t.Errorf("record %+v", r)
	}
	if u.Package != "demo" || u.Version != "0.1.0" || u.Edition != "2021" || !u.Member || u.Dir != dir || u.Source != filepath.Join(dir, "src", "lib.rs") {
		t.Errorf("unit %+v", u)
	}
	if !strings.HasPrefix(c.Toolchain, "rustc 1.") {
		t.Errorf("toolchain %q", c.Toolchain)
	}
}

// runPlain runs cargo, which may fail, and gives its standard output.
func runPlain(t *testing.T, dir string, out io.Writer, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "cargo", args...)
	cmd.Dir, cmd.Stdout = dir, out
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
}
