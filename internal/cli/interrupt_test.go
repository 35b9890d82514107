//go:build unix

package cli_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/cli"
	"pollux/internal/engine"
	"pollux/internal/explore/exploretest"
)

func TestAnInterruptedCheckIsIncomplete(t *testing.T) {
	e := engine.New()
	e.CacheDir = t.TempDir()
	e.Locate = func(context.Context, cargo.Request) (string, error) { return t.TempDir(), nil }
	e.Build = func(ctx context.Context, _ cargo.Request) (*cargo.Capture, error) {
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
			t.Error(err)
		}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	var out, errs bytes.Buffer
	if got := cli.Run(e, []string{"pollux", "check"}, nil, nil, &out, &errs); got != int(cli.Incomplete) {
		t.Errorf("status %d, want %d", got, cli.Incomplete)
	}
	if out.Len() > 0 || errs.String() != "pollux: interrupted\n" {
		t.Errorf("wrote %q and %q", out.String(), errs.String())
	}
}

func TestAnInterruptedExplorationReportsWhatItFound(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"Cargo.toml": "[package]\nname = \"demo\"\n", "src/lib.rs": "one.lock().await;\n", "tests/schedules.rs": "",
		"program.json": `{"a": {"Asks": ["b"], "Fails": ["0:b1"], "How": "stuck", "At": "src/lib.rs:1:5 f"}, "b": {"Asks": ["b"]}, "c": {"Always": "hangs"}}`,
	}
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	ready := filepath.Join(root, "ready")
	t.Setenv(exploretest.ReadyEnv, ready)
	go func() {
		for t.Context().Err() == nil {
			if _, err := os.Stat(ready); err == nil {
				_ = syscall.Kill(syscall.Getpid(), syscall.SIGINT)
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	e := withTests()
	e.CacheDir = t.TempDir()
	t.Cleanup(func() { os.Unsetenv(exploretest.Env) })
	var out, errs bytes.Buffer
	args := []string{"pollux", "explore", "--manifest-path", filepath.Join(root, "Cargo.toml"), "--jobs", "1"}
	if got := cli.Run(e, args, nil, nil, &out, &errs); got != int(cli.Found) {
		t.Errorf("status %d, want %d: what was found counts\n%s%s", got, cli.Found, &out, &errs)
	}
	for _, want := range []string{"warning[stuck-task]: `a` stops for ever", "the remaining tests: the exploration was interrupted"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}
