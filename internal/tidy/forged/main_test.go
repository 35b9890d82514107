package forged_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"pollux/internal/cargo"
	"pollux/internal/cli"
	"pollux/internal/engine"
	"pollux/internal/wrapper"
)

// TestMain lets this test binary be pollux, pollux with a build that is played from a file, and the programs that are forged.
func TestMain(m *testing.M) {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	if base := filepath.Base(os.Args[0]); os.Getenv(fakeEnv) != "" && (base == "cargo" || base == "rustc") {
		os.Exit(playFake(os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){
		"pollux":        func() { os.Exit(run(engine.New())) },
		"pollux-played": func() { os.Exit(run(played())) },
	})
}

func run(e *engine.Engine) int {
	return cli.Run(e, os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr)
}

// played is an engine whose build is read from build.json in the workspace root.
func played() *engine.Engine {
	e := engine.New()
	var play struct {
		Capture cargo.Capture
		Static  engine.StaticOutcome
	}
	e.Locate = func(context.Context, cargo.Request) (string, error) { return filepath.Abs(".") }
	e.Build = func(_ context.Context, req cargo.Request) (*cargo.Capture, error) {
		text, err := os.ReadFile(filepath.Join(req.Dir, "build.json"))
		if err == nil {
			err = json.Unmarshal(text, &play)
		}
		if err != nil {
			return nil, err
		}
		play.Capture.Root, err = filepath.Abs(req.Dir)
		return &play.Capture, err
	}
	e.Static = func(context.Context, *cargo.Capture, engine.StaticOptions) (engine.StaticOutcome, error) {
		return play.Static, nil
	}
	return e
}
