package doctor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/cargo"
)

// machine has every program but those in missing, and a rustc that writes mir.
func machine(t *testing.T, mir string, missing ...string) Machine {
	return Machine{
		CacheDir: t.TempDir(),
		Run: func(_ context.Context, program string, args ...string) (string, error) {
			line := strings.Join(append([]string{program}, args...), " ")
			for _, m := range missing {
				if strings.HasPrefix(line, m) {
					return "", errors.New("not found")
				}
			}
			return line + " 1.0\nmore\n", nil
		},
		Build: func(_ context.Context, req cargo.Request) (*cargo.Capture, error) {
			path := filepath.Join(req.Dir, "x.mir")
			if err := os.WriteFile(path, []byte(mir), 0o644); err != nil {
				t.Fatal(err)
			}
			return &cargo.Capture{Units: []cargo.Unit{{MIR: path}}}, nil
		},
	}
}

// shown is the lines that are not well, and then whether a check can work.
func shown(lines []Line) string {
	var out []string
	for _, l := range lines {
		if l.Status != OK {
			out = append(out, l.Name+":"+string(l.Status))
		}
		if (l.Hint == "") != (l.Status == OK) || l.Detail == "" || l.UsedFor == "" {
			out = append(out, l.Name+" does not say enough")
		}
	}
	if Well(lines) {
		out = append(out, "well")
	}
	return strings.Join(out, " ")
}

func TestOnlyWhatACheckNeedsIsAFailure(t *testing.T) {
	const mir = "fn wait::{closure#0}(_1: Pin<&mut {async fn body of wait()}>)"
	check := func(m Machine, want string) {
		t.Helper()
		if got := shown(Examine(context.Background(), m)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(machine(t, mir), "well")
	check(machine(t, mir, "cargo +nightly", "rustc +nightly", "go", "git"), "git:missing nightly:missing miri:missing go:missing well")
	check(machine(t, mir, "rustc"), "rustc:missing capture:broken nightly:missing")
	check(machine(t, "fn other()"), "capture:broken")

	full := machine(t, mir)
	full.CacheDir = filepath.Join(full.CacheDir, "file")
	if err := os.WriteFile(full.CacheDir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	check(full, "cache:broken well")

	failing := machine(t, mir)
	failing.Build = func(context.Context, cargo.Request) (*cargo.Capture, error) { return nil, errors.New("disk full") }
	check(failing, "capture:broken")
}
