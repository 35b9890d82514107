package cargo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// wantKind checks that the error is of the user's world and of the kind.
func wantKind(t *testing.T, err error, kind Kind) {
	t.Helper()
	var user *UserError
	if !errors.As(err, &user) {
		t.Fatalf("error %v, want a UserError of kind %s", err, kind)
	}
	if user.Kind != kind || user.Message == "" {
		t.Errorf("kind %s, message %q; want kind %s", user.Kind, user.Message, kind)
	}
}

func TestFailuresOfTheWorldHaveAKind(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		files  map[string]string
		change func(*Request)
		want   Kind
	}{
		{"no directory", nil, func(r *Request) { r.Dir += "/nowhere" }, NoManifest},
		{"no manifest of that name", nil, func(r *Request) { r.ManifestPath = "other/Cargo.toml" }, NoManifest},
		{"a manifest that is no TOML", map[string]string{"Cargo.toml": "[package\n"}, nil, BadManifest},
		{"a manifest without a name", map[string]string{"Cargo.toml": "[package]\nversion = \"1.0.0\"\n"}, nil, BadManifest},
		{"a package that is not there", nil, func(r *Request) { r.Packages = []string{"dmeo"} }, UnknownPackage},
		{"a binary that is not there", nil, func(r *Request) { r.Bin = []string{"b"} }, UnknownTarget},
		{"a feature that is not there", nil, func(r *Request) { r.Features = []string{"x"} }, UnknownTarget},
		{"a profile that is not there", nil, func(r *Request) { r.Profile = "fast" }, UnknownTarget},
		{"a toolchain that is not there", nil, func(r *Request) { r.Toolchain = "1.2.3" }, NoToolchain},
		{"a target without its standard library", nil, func(r *Request) { r.Target = "thumbv6m-none-eabi" }, NoToolchain},
		{"a lock file that must change", nil, func(r *Request) { r.Locked = true }, Locked},
		{"a dependency that needs the network", map[string]string{
			"Cargo.toml": "[package]\nname = \"demo\"\nversion = \"0.1.0\"\n[dependencies]\nno-such-package-of-pollux = \"1\"\n",
		}, nil, Unreachable},
		{"a path dependency that is not there", map[string]string{
			"Cargo.toml": "[package]\nname = \"demo\"\nversion = \"0.1.0\"\n[dependencies]\nfar = { path = \"far\" }\n",
		}, nil, BadManifest},
		{"a lock file that is none", map[string]string{"Cargo.lock": "version = [\n"}, nil, BadManifest},
	} {
		t.Run(tc.name, func(t *testing.T) {
			files := map[string]string{"src/lib.rs": "pub fn f() {}\n"}
			for k, v := range tc.files {
				files[k] = v
			}
			change := tc.change
			if change == nil {
				change = func(*Request) {}
			}
			_, err := tryCheck(t, project(t, files), change)
			wantKind(t, err, tc.want)
			t.Log(err)
		})
	}
}

func TestNoManifestAnywhereIsSaid(t *testing.T) {
	t.Parallel()
	_, err := tryCheck(t, t.TempDir())
	wantKind(t, err, NoManifest)
}

func TestNoCargoIsSaid(t *testing.T) {
	dir := project(t, map[string]string{"src/lib.rs": ""})
	t.Setenv("PATH", t.TempDir())
	_, err := tryCheck(t, dir)
	wantKind(t, err, NoCargo)
}

func TestWordsOfCargoHaveAKind(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		words string
		want  Kind
	}{
		{"error: failed to write `/x/target/debug/.fingerprint/a/b`\n\nCaused by:\n  No space left on device (os error 28)\n", DiskFull},
		{"error: failed to open: /x/Cargo.lock\n\nCaused by:\n  Read-only file system (os error 30)\n", ReadOnly},
		{"error: failed to create directory `/x/target`\n\nCaused by:\n  Permission denied (os error 13)\n", ReadOnly},
		{"error: failed to download from `https://example.org/a`\n\nCaused by:\n  [6] Could not resolve hostname (Could not resolve host: example.org)\n", Unreachable},
		{"error: could not download nonexistent rust version `1.2.3`: could not download file from 'https://example.org/a'\n", NoToolchain},
		{"error: something nobody has seen\n", CargoFailed},
		{"", CargoFailed},
	} {
		if got := classify("run cargo check", tc.words); got.Kind != tc.want || got.Message == "" {
			t.Errorf("%q is %s (%s), want %s", tc.words, got.Kind, got.Message, tc.want)
		}
	}
}

func TestWordsForDevelopersOfCargoAreLeftOut(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"error: toolchain 'x' is not installed\n\nStack backtrace:\n   0: anyhow::error\n   1: rustup::toolchain\n": "toolchain 'x' is not installed",
		"error: failed to run `rustc` to learn about target-specific information\n\nCaused by:\n  process didn't exit successfully: `rustc -`\n" +
			"  --- stderr\n  error: could not find specification for target \"x\"\n    |\n    = help: a list\n": "could not find specification for target \"x\"",
		"error: failed to run custom build command for `a`\n\nCaused by:\n  --- stderr\n  error: no compiler\n": "failed to run custom build command for `a`\n\nCaused by:\n  --- stderr\n  error: no compiler",
	} {
		if got := classify("run cargo check", words); got.Message != want {
			t.Errorf("%q became %q, want %q", words, got.Message, want)
		}
	}
}

func TestATargetDirectoryThatCannotBeWrittenMovesToTheCache(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{"src/lib.rs": "pub fn f() {}\n", "target": "a file where cargo wants a directory"})
	before := treeHash(t, dir)
	c := check(t, dir)
	wantUnits(t, c, "demo/lib")
	if !strings.HasPrefix(c.TargetDir, sharedCache) {
		t.Errorf("target directory %s", c.TargetDir)
	}
	if err := os.Remove(filepath.Join(dir, "Cargo.lock")); err != nil {
		t.Fatal(err)
	}
	if after := treeHash(t, dir); after != before {
		t.Skip("directory times changed with Cargo.lock")
	}
}

func TestCancellingKillsTheWholeBuild(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{
		"build.rs":   "fn main() { std::fs::write(\"started\", \"\").unwrap(); loop { std::thread::sleep(std::time::Duration::from_secs(1)) } }\n",
		"src/lib.rs": "",
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := Check(ctx, Request{Dir: dir, Offline: true, CacheDir: sharedCache})
		done <- err
	}()
	for _, err := os.Stat(filepath.Join(dir, "started")); err != nil; _, err = os.Stat(filepath.Join(dir, "started")) {
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left := processesIn(t, dir); len(left) > 0 {
		t.Errorf("still running: %q", left)
	}
}

// processesIn lists the command lines of processes whose program lies below dir. It waits for those being killed.
func processesIn(t *testing.T, dir string) []string {
	t.Helper()
	var left []string
	for range 200 {
		left = nil
		links, _ := filepath.Glob("/proc/[0-9]*/exe")
		for _, l := range links {
			if exe, err := os.Readlink(l); err == nil && strings.HasPrefix(exe, dir) {
				left = append(left, exe)
			}
		}
		if left == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return left
}
