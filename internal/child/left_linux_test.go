package child

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestNothingThatAMarkedCommandStartedOutlivesIt(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("no setsid")
	}
	check := func(what, script string) {
		t.Helper()
		out := &Tail{Limit: 1000}
		mark := "POLLUX_CHILD_MARK=" + t.TempDir()
		begin := time.Now()
		err := Run(t.Context(), Command{
			Path: "sh", Args: []string{"-c", script}, Env: append(os.Environ(), mark), Stdout: out, Group: true, Mark: mark,
		})
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		pids := strings.Fields(out.String())
		if len(pids) == 0 {
			t.Errorf("%s: nothing was started", what)
		}
		for _, pid := range pids {
			if n := number(t, pid); running(n) {
				t.Errorf("%s: process %d lives on", what, n)
			}
		}
		if took := time.Since(begin); took > time.Minute {
			t.Errorf("%s: the pipe that was left open was waited for: %s", what, took)
		}
	}
	check("in the group", "sleep 300 & echo $!")
	check("in a session of its own", "setsid sh -c 'echo $$; sleep 300' & sleep 0.2")
	check("a grandchild in a session of its own", "setsid sh -c 'sleep 300 & echo $!; echo $$; wait' & sleep 0.2")
}

func TestACommandWithoutAMarkMayLeaveSomethingRunning(t *testing.T) {
	out := &Tail{Limit: 100}
	err := Run(t.Context(), Command{Path: "sh", Args: []string{"-c", "sleep 300 >/dev/null & echo $!"}, Stdout: out, Group: true})
	if err != nil {
		t.Fatal(err)
	}
	pid := number(t, strings.TrimSpace(out.String()))
	if !running(pid) {
		t.Errorf("process %d, such as the server of a compiler cache, was killed", pid)
	}
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
	}
}

func TestAnotherCommandsProcessesAreLeftAlone(t *testing.T) {
	other := exec.Command("sleep", "300")
	other.Env = append(os.Environ(), "POLLUX_CHILD_MARK=/a/b")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	mark := "POLLUX_CHILD_MARK=/a"
	err := Run(t.Context(), Command{Path: "true", Env: append(os.Environ(), mark), Group: true, Mark: mark})
	if err != nil || !running(other.Process.Pid) {
		t.Errorf("%v, the other command was killed", err)
	}
}
