package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"pollux/internal/cargo"
	"pollux/internal/cli"
	"pollux/internal/engine"
	"pollux/internal/explore"
	"pollux/internal/explore/exploretest"
	"pollux/internal/loop/looptest"
	"pollux/internal/wrapper"
)

// TestMain lets this test binary be pollux, in every role that the scripts call it in: itself, cargo's subcommand, cargo's
// wrapper of rustc, and two that a script needs to play with: one whose build is played from a file, and one with a bug.
func TestMain(m *testing.M) {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	if os.Getenv(exploretest.Env) != "" {
		os.Exit(exploretest.Main(os.Args[1:], os.Stdout))
	}
	testscript.Main(m, map[string]func(){
		"pollux":          func() { os.Exit(run(engine.New())) },
		"cargo-pollux":    func() { os.Exit(run(engine.New())) },
		"pollux-played":   func() { os.Exit(run(played())) },
		"pollux-bug":      func() { os.Exit(run(withBug())) },
		"pollux-scripted": func() { os.Exit(run(withTests())) },
		"agent-scripted":  func() { os.Exit(looptest.Main(os.Args[1:], os.Stdin, os.Stdout)) },
	})
}

func run(e *engine.Engine) int {
	return cli.Run(e, os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr)
}

// played is an engine whose build and static rung are read from build.json in the workspace root.
func played() *engine.Engine {
	e := engine.New()
	var play struct {
		Error   *cargo.UserError
		Capture cargo.Capture
		Static  engine.StaticOutcome
	}
	e.HasLoom = nil
	e.Locate = func(_ context.Context, req cargo.Request) (string, error) {
		if req.ManifestPath != "" {
			return filepath.Abs(filepath.Dir(req.ManifestPath))
		}
		return filepath.Abs(req.Dir)
	}
	e.Build = func(_ context.Context, req cargo.Request) (*cargo.Capture, error) {
		text, err := os.ReadFile(filepath.Join(req.Dir, "build.json"))
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &play); err != nil {
			return nil, err
		}
		if play.Error != nil {
			return nil, play.Error
		}
		if play.Capture.Root, err = filepath.Abs(req.Dir); err != nil {
			return nil, err
		}
		return &play.Capture, nil
	}
	e.Static = func(context.Context, *cargo.Capture, engine.StaticOptions) (engine.StaticOutcome, error) {
		return play.Static, nil
	}
	return e
}

// withTests is an engine whose tests are those that program.json in the workspace root describes.
func withTests() *engine.Engine {
	e := played()
	e.OpenTests = func(_ context.Context, req cargo.Request) (*explore.Workspace, error) {
		dir := req.Dir
		if req.ManifestPath != "" {
			dir = filepath.Dir(req.ManifestPath)
		}
		root, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		exe, err := os.Executable()
		if err != nil {
			return nil, err
		}
		if err := os.Setenv(exploretest.Env, filepath.Join(root, "program.json")); err != nil {
			return nil, err
		}
		programs := []cargo.Program{exploretest.Program(root, exe)}
		return explore.Scripted(root, filepath.Join(root, "target", "pollux", "explore"), programs), nil
	}
	return e
}

func withBug() *engine.Engine {
	e := played()
	e.Build = func(context.Context, cargo.Request) (*cargo.Capture, error) { panic("the bug") }
	return e
}

func TestScripts(t *testing.T) {
	home, _ := os.UserHomeDir() // without one, scripts that need a toolchain find none, or find it by its own variables
	rust := map[string]string{"CARGO_HOME": filepath.Join(home, ".cargo"), "RUSTUP_HOME": filepath.Join(home, ".rustup")}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("POLLUX_CACHE_DIR", filepath.Join(env.WorkDir, ".cache"))
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			bin, _, _ := strings.Cut(env.Getenv("PATH"), string(os.PathListSeparator))
			env.Setenv("POLLUX", filepath.Join(bin, "pollux"))             // for scripts that empty PATH
			for _, name := range strings.Fields(os.Getenv("SCRIPT_ENV")) { // what a wrapper around cargo on this machine needs
				env.Setenv(name, os.Getenv(name))
			}
			for name, usual := range rust {
				if value := os.Getenv(name); value != "" {
					usual = value
				}
				env.Setenv(name, usual)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status},
	})
}

// status runs a program and asserts its exit status: status N PROGRAM ARGS...
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%s ended with %d, want %d", args[1], got, want)
	}
}
