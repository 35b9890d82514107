package cargo

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func checkProcess(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "POLLUX_TEST_CHECK="+dir+"\n"+sharedCache)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// versioned is a workspace of three crates on top of each other; setVersion gives each a function named after it.
func versioned(t *testing.T) string {
	return project(t, map[string]string{
		"Cargo.toml":   "[workspace]\nresolver = \"2\"\nmembers = [\"a\", \"b\"]\n",
		"a/Cargo.toml": "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
		"b/Cargo.toml": "[package]\nname = \"b\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\na = { path = \"../a\" }\n",
		"a/src/lib.rs": "", "b/src/lib.rs": "", "b/src/main.rs": "",
	})
}

func setVersion(t *testing.T, dir string, n int) {
	t.Helper()
	write(t, dir, "a/src/lib.rs", fmt.Sprintf("pub fn a_%d() -> Vec<u8> { Vec::new() }\n", n))
	write(t, dir, "b/src/lib.rs", fmt.Sprintf("pub fn b_%d() { a::a_%d(); }\n", n, n))
	write(t, dir, "b/src/main.rs", fmt.Sprintf("fn main() { b::b_%d(); m_%d() }\nfn m_%d() {}\n", n, n, n))
}

// wantVersion checks that the capture is that of version n and of nothing else.
func wantVersion(t *testing.T, c *Capture, n int) {
	t.Helper()
	if !c.Success || len(c.Problems) != 0 {
		t.Errorf("version %d: success %t, problems %v, diagnostics %+v", n, c.Success, c.Problems, c.Diagnostics)
	}
	wantUnits(t, c, "a/lib", "b/bin", "b/lib")
	wantBody(t, c, "a/lib", fmt.Sprintf("fn a_%d()", n))
	wantBody(t, c, "b/lib", fmt.Sprintf("fn b_%d()", n))
	wantBody(t, c, "b/bin", fmt.Sprintf("fn m_%d()", n))
}

func TestTheRunAfterAKilledOneIsRight(t *testing.T) {
	dir := versioned(t)
	for n := range rounds(3, 200) {
		setVersion(t, dir, n)
		cmd := checkProcess(t, dir)
		time.Sleep(time.Duration(rand.IntN(700)) * time.Millisecond) // where it is then is chance, and meant to be
		victim := cmd.Process.Pid
		if others := descendants(victim); n%2 == 1 && len(others) > 0 {
			victim = others[rand.IntN(len(others))] // cargo, a wrapper or a rustc
		}
		_ = syscall.Kill(victim, syscall.SIGKILL)
		_ = cmd.Wait()
		c := check(t, dir)
		wantVersion(t, c, n)
		_ = c.Close()
		if t.Failed() {
			t.Fatalf("in round %d", n)
		}
	}
}

// descendants lists the processes below pid.
func descendants(pid int) []int {
	var out []int
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, l := range lists {
		text, _ := os.ReadFile(l)
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				out = append(append(out, child), descendants(child)...)
			}
		}
	}
	return out
}

func TestTwoChecksAndABuildAtOnce(t *testing.T) {
	dir := versioned(t)
	for n := range rounds(1, 30) {
		setVersion(t, dir, n)
		var wait sync.WaitGroup
		captures := make([]*Capture, 2)
		errs := make([]error, 3)
		for i := range captures {
			wait.Go(func() {
				captures[i], errs[i] = Check(t.Context(), Request{Dir: dir, Offline: true, CacheDir: sharedCache})
			})
		}
		wait.Go(func() {
			cmd := exec.CommandContext(t.Context(), "cargo", "build", "--offline", "-q")
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				errs[2] = fmt.Errorf("%w: %s", err, out)
			}
		})
		wait.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		for _, c := range captures {
			wantVersion(t, c, n)
			_ = c.Close()
		}
	}
}

// mounted mounts a file system for the test, or skips it.
func mounted(t *testing.T, source, kind string, flags uintptr, data string) string {
	t.Helper()
	if os.Getenv("POLLUX_HEAVY") == "" {
		t.Skip("set POLLUX_HEAVY=1 for tests that mount file systems")
	}
	dir := t.TempDir()
	if err := syscall.Mount(source, dir, kind, flags, data); err != nil {
		t.Skipf("cannot mount here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func TestAFullDiskIsSaidAndTheNextRunIsRight(t *testing.T) {
	dir := versioned(t)
	setVersion(t, dir, 1)
	for _, kilobytes := range []int{0, 4, 64, 120, 160, 200, 400, 600, 800} {
		size := max(kilobytes, 4)
		small := mounted(t, "tmpfs", "tmpfs", 0, fmt.Sprintf("size=%dk", size))
		if kilobytes == 0 {
			write(t, small, "full", strings.Repeat("x", 4096))
		}
		c, err := tryCheck(t, dir, func(r *Request) { r.TargetDir = filepath.Join(small, "t") })
		t.Logf("%d kB: %v", kilobytes, err)
		if err != nil {
			wantKind(t, err, DiskFull)
		} else {
			wantVersion(t, c, 1)
		}
		if err := syscall.Mount("tmpfs", small, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
			t.Fatal(err)
		}
		wantVersion(t, check(t, dir, func(r *Request) { r.TargetDir = filepath.Join(small, "t") }), 1)
	}
}

func TestAReadOnlyProjectIsCheckedFromTheCache(t *testing.T) {
	dir := versioned(t)
	setVersion(t, dir, 1)
	runCargo(t, dir, "generate-lockfile", "--offline")
	readOnly := mounted(t, dir, "", syscall.MS_BIND, "")
	if err := syscall.Mount("", readOnly, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("cannot mount here: %v", err)
	}
	before := treeHash(t, readOnly)
	c := check(t, readOnly)
	wantVersion(t, c, 1)
	if !strings.HasPrefix(c.TargetDir, sharedCache) || treeHash(t, readOnly) != before {
		t.Errorf("target directory %s", c.TargetDir)
	}
}

func TestAReadOnlyProjectWithoutALockFileIsSaid(t *testing.T) {
	dir := versioned(t)
	setVersion(t, dir, 1)
	readOnly := mounted(t, dir, "", syscall.MS_BIND, "")
	if err := syscall.Mount("", readOnly, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("cannot mount here: %v", err)
	}
	_, err := tryCheck(t, readOnly)
	wantKind(t, err, ReadOnly)
}
