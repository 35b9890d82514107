//go:build unix

package child

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// envRole makes this test binary play a part instead of running tests.
const envRole = "POLLUX_CHILD_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(envRole) {
	case "":
		os.Exit(m.Run())
	case "parent": // starts a sleeper, tells its number, waits
		_ = Run(context.Background(), Command{Path: "sh", Args: []string{"-c", "echo $$; exec sleep 300"}, Stdout: os.Stdout})
	}
}

func TestTheStatusOfACommandIsGiven(t *testing.T) {
	for _, tc := range []struct {
		script string
		want   int
	}{
		{"exit 0", 0}, {"exit 1", 1}, {"exit 101", 101}, {"kill -9 $$", 137}, {"kill -15 $$", 143},
	} {
		code, ran := Code(Run(t.Context(), Command{Path: "sh", Args: []string{"-c", tc.script}}))
		if code != tc.want || !ran {
			t.Errorf("%s: %d, %t", tc.script, code, ran)
		}
	}
	if code, ran := Code(Run(t.Context(), Command{Path: "/no/such/program"})); ran {
		t.Errorf("a program that is not there ran: %d", code)
	}
}

func TestCancellingKillsTheGroup(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := &announce{}
	done := make(chan error, 1)
	out.ready = make(chan struct{})
	go func() {
		done <- Run(ctx, Command{Path: "sh", Args: []string{"-c", "sleep 300 & echo $!; wait"}, Stdout: out, Group: true})
	}()
	<-out.ready
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	waitGone(t, strings.TrimSpace(out.text))
}

// announce tells when the first line has come.
type announce struct {
	text  string
	ready chan struct{}
}

func (a *announce) Write(p []byte) (int, error) {
	had := strings.Contains(a.text, "\n")
	a.text += string(p)
	if !had && strings.Contains(a.text, "\n") {
		close(a.ready)
	}
	return len(p), nil
}

// waitGone waits until the process has ended; the test's own deadline bounds it.
func waitGone(t *testing.T, pid string) {
	t.Helper()
	n := number(t, pid)
	for running(n) {
		if t.Context().Err() != nil {
			t.Fatalf("process %d is still there", n)
		}
		time.Sleep(time.Millisecond)
	}
}

func number(t *testing.T, pid string) int {
	t.Helper()
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// running is false for a process that has ended and only waits to be collected.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func TestAChildDiesWithAKilledParent(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("only Linux has a parent death signal")
	}
	out := &announce{ready: make(chan struct{})}
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), envRole+"=parent")
	parent.Stdout = out
	parent.WaitDelay = time.Second
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	<-out.ready
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	waitGone(t, strings.TrimSpace(out.text))
}

func TestSomethingLeftRunningDoesNotMakeAGoodCommandFail(t *testing.T) {
	t.Parallel()
	out := &Tail{Limit: 100}
	err := Run(t.Context(), Command{Path: "sh", Args: []string{"-c", "sleep 5 & echo done"}, Stdout: out, Group: true})
	if err != nil || out.String() != "done\n" {
		t.Errorf("%v, %q", err, out)
	}
}

func TestATailKeepsTheEnd(t *testing.T) {
	for _, chunk := range []int{1, 3, 100} {
		tail := &Tail{Limit: 10}
		for in := "0123456789abcdefghijklmnopqrstuvwxyz"; in != ""; in = in[min(chunk, len(in)):] {
			_, _ = tail.Write([]byte(in[:min(chunk, len(in))]))
		}
		if tail.String() != "[...]qrstuvwxyz" || string(tail.Bytes()) != "qrstuvwxyz" {
			t.Errorf("in chunks of %d: %q, %q", chunk, tail, tail.Bytes())
		}
	}
	short := &Tail{Limit: 10}
	_, _ = short.Write([]byte("short"))
	if short.String() != "short" {
		t.Errorf("%q", short)
	}
}
