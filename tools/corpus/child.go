package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Bounds on what a child may print; pollux's JSON on the largest crate is far below.
const (
	stdoutLimitBytes = 64 << 20
	stderrTailBytes  = 64 << 10
)

// child is a command to run in its own process group. It is not internal/child, because the CPU time of the process and of
// all its descendants is the very thing to be measured here.
type child struct {
	argv     []string
	dir      string
	env      []string // added to ours
	deadline time.Duration
}

// outcome is what became of a child. Exit is -1 when it was killed or did not start, and err then says why.
type outcome struct {
	exit   int
	stdout []byte
	stderr string        // its end
	cpu    time.Duration // user and system time, with all descendants that were waited for
	wall   time.Duration
	err    error
}

func runChild(ctx context.Context, c child) outcome {
	ctx, cancel := context.WithTimeout(ctx, c.deadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), c.env...)
	stdout, stderr := &capped{limit: stdoutLimitBytes}, &tail{limit: stderrTailBytes}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	ownGroup(cmd)
	cmd.WaitDelay = 5 * time.Second
	// On Linux the child dies with the thread that started it, so this goroutine keeps its thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := time.Now()
	err := cmd.Run()
	o := outcome{exit: -1, stdout: stdout.Bytes(), stderr: string(stderr.data), wall: time.Since(start)}
	if cmd.ProcessState != nil {
		o.exit = cmd.ProcessState.ExitCode()
		o.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	o.err = c.failure(ctx, err, o.exit)
	return o
}

// failure tells a child that answered, with whatever exit code, from one that did not.
func (c child) failure(ctx context.Context, err error, exit int) error {
	what := strings.Join(c.argv, " ")
	var exited *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%s: gave up after %s", what, c.deadline)
	case err == nil, errors.As(err, &exited) && exit >= 0:
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// must turns any exit code but 0 into an error that ends with the child's last words.
func (o outcome) must(what string) error {
	switch {
	case o.err != nil:
		return o.err
	case o.exit != 0:
		return fmt.Errorf("%s: exit %d: %s", what, o.exit, lastLines(o.stderr, 12))
	}
	return nil
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// capped keeps what is written up to a limit and then refuses.
type capped struct {
	bytes.Buffer
	limit int
}

func (c *capped) Write(p []byte) (int, error) {
	if c.Len()+len(p) > c.limit {
		return 0, fmt.Errorf("more than %d bytes of output", c.limit)
	}
	return c.Buffer.Write(p)
}

// tail keeps the end of what is written.
type tail struct {
	data  []byte
	limit int
}

func (t *tail) Write(p []byte) (int, error) {
	t.data = append(t.data, p...)
	if over := len(t.data) - t.limit; over > 0 {
		t.data = append(t.data[:0], t.data[over:]...)
	}
	return len(p), nil
}
