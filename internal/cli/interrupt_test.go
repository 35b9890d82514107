//go:build unix

package cli_test

import (
	"bytes"
	"context"
	"syscall"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/cli"
	"pollux/internal/engine"
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
