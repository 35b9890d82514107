// Package doctor finds out what pollux needs from this machine and whether it is here, by trying it.
//
// It repairs nothing and installs nothing. Each line of its answer stands for itself: one thing, whether it works, which
// version, and how to get it when it is missing. What is not needed for a check is never called a failure.
package doctor

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/child"
)

// Status says how one thing stands.
type Status string

// The statuses of a line.
const (
	OK      Status = "ok"
	Missing Status = "missing" // not installed
	Broken  Status = "broken"  // here, and does not work
)

// Line is one thing that pollux uses.
type Line struct {
	Name    string `json:"name"`
	Status  Status `json:"status"`
	Detail  string `json:"detail"` // version, place, or what went wrong
	Needed  bool   `json:"needed"` // pollux check cannot work without it
	UsedFor string `json:"used_for"`
	Hint    string `json:"hint"` // how to get it; empty when it works
}

// Machine is what the doctor may touch. [New] gives the real one.
type Machine struct {
	Run      func(ctx context.Context, program string, args ...string) (output string, err error)
	Build    func(ctx context.Context, req cargo.Request) (*cargo.Capture, error)
	CacheDir string // empty when there is none
	// Sample is a recorded call of a host, as if the agent worked in dir and had changed file.
	Sample func(name, dir, file string) ([]byte, bool)
}

// New is this machine.
func New(cacheDir string) Machine {
	return Machine{Run: run, Build: cargo.Check, CacheDir: cacheDir}
}

// Examine looks at everything, in the order in which things depend on each other.
func Examine(ctx context.Context, m Machine) []Line {
	lines := []Line{
		m.program(ctx, tool{"cargo", "cargo", []string{"--version"}, true, "every check", "install Rust with rustup (https://rustup.rs)"}),
		m.program(ctx, tool{"rustc", "rustc", []string{"--version"}, true, "every check", "install Rust with rustup (https://rustup.rs)"}),
	}
	usable := lines[0].Status == OK && lines[1].Status == OK
	lines = append(lines, m.capture(ctx, usable), m.cache(),
		m.program(ctx, tool{"git", "git", []string{"--version"}, false, "--changed and --since", "install git"}),
		m.program(ctx, tool{"clippy", "cargo", []string{"clippy", "--version"}, false, "nothing yet; it finds other mistakes", "rustup component add clippy"}),
		m.program(ctx, tool{"nightly", "rustc", []string{"+nightly", "--version"}, false, "Miri and sanitizers", "rustup toolchain install nightly"}),
		m.program(ctx, tool{"miri", "cargo", []string{"+nightly", "miri", "--version"}, false, "running tests under Miri", "rustup +nightly component add miri"}),
		m.program(ctx, tool{"valgrind", "valgrind", []string{"--version"}, false, "pollux sanitize --with valgrind", "install the package valgrind"}),
		m.program(ctx, tool{"llvm-symbolizer", "llvm-symbolizer", []string{"--version"}, false, "source lines in reports of pollux sanitize", "install the package llvm"}),
		m.program(ctx, tool{"go", "go", []string{"version"}, false, "building pollux itself", "install Go (https://go.dev)"}),
	)
	return lines
}

// Well reports whether everything that a check needs works.
func Well(lines []Line) bool {
	for _, l := range lines {
		if l.Needed && l.Status != OK {
			return false
		}
	}
	return true
}

// tool is a program that tells its version.
type tool struct {
	name    string
	program string
	args    []string
	needed  bool
	usedFor string
	hint    string
}

func (m Machine) program(ctx context.Context, t tool) Line {
	l := Line{Name: t.name, Status: OK, Needed: t.needed, UsedFor: t.usedFor}
	out, err := m.Run(ctx, t.program, t.args...)
	if err != nil {
		l.Status, l.Hint, l.Detail = Missing, t.hint, "not found"
		return l
	}
	l.Detail, _, _ = strings.Cut(strings.TrimSpace(out), "\n")
	return l
}

// sample is a crate with one future, the smallest that has something to capture.
var sample = map[string]string{
	"Cargo.toml": "[package]\nname = \"pollux-doctor\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n",
	"src/lib.rs": "pub async fn wait() {\n    std::future::ready(()).await;\n}\n",
}

// capture builds the sample in a temporary directory and looks for the MIR of its future.
func (m Machine) capture(ctx context.Context, usable bool) Line {
	l := Line{Name: "capture", Status: Broken, Needed: true, UsedFor: "reading what rustc knows about futures",
		Hint: "run pollux check -v in a small crate, and report what it says"}
	if !usable {
		l.Detail, l.Hint = "not tried without cargo and rustc", "install Rust first"
		return l
	}
	text, err := m.captureSample(ctx)
	switch {
	case err != nil:
		l.Detail = err.Error()
	case !strings.Contains(text, "wait::{closure#0}"):
		l.Detail = "rustc wrote no MIR for a future"
	default:
		l.Status, l.Hint, l.Detail = OK, "", "MIR of a sample future read"
	}
	return l
}

func (m Machine) captureSample(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "pollux-doctor-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := writeCrate(dir, sample); err != nil {
		return "", err
	}
	capture, err := m.Build(ctx, cargo.Request{Dir: dir, TargetDir: filepath.Join(dir, "target"), Offline: true})
	if err != nil {
		return "", err
	}
	defer capture.Close()
	for _, unit := range capture.Units {
		if unit.MIR != "" {
			text, err := os.ReadFile(unit.MIR)
			return string(text), err
		}
	}
	return "", nil
}

func writeCrate(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (m Machine) cache() Line {
	l := Line{Name: "cache", Status: OK, Detail: m.CacheDir, UsedFor: "dependencies read once for all projects, pollux explain FINDING"}
	err := writable(m.CacheDir)
	if err != nil {
		l.Status, l.Detail = Broken, cmp.Or(m.CacheDir, "no directory")+": "+err.Error()
		l.Hint = "set POLLUX_CACHE_DIR to a directory that can be written"
	}
	return l
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "doctor-")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}

const (
	deadline       = 30 * time.Second
	maxOutputBytes = 4 << 10
)

func run(ctx context.Context, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	out := &child.Tail{Limit: maxOutputBytes}
	// A missing toolchain is an answer; rustup must not install one because pollux asked.
	env := append(os.Environ(), "RUSTUP_AUTO_INSTALL=0")
	err := child.Run(ctx, child.Command{Path: program, Args: args, Env: env, Stdout: out, Stderr: &child.Tail{Limit: maxOutputBytes}, Group: true})
	return out.String(), err
}
