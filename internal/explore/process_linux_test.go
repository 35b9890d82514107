package explore

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pollux/internal/cargo"
)

func TestNothingThatATestLeavesRunningLivesOn(t *testing.T) {
	x := &explorer{tests: &Workspace{TargetDir: t.TempDir()}}
	check := func(what, script string, limit time.Duration, late bool) {
		t.Helper()
		program := filepath.Join(t.TempDir(), "program")
		if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		end, err := x.start(t.Context(), process{program: cargo.Program{Path: program}, limit: limit})
		if err != nil || end.late != late {
			t.Fatalf("%s: %v %+v", what, err, end)
		}
		pid := strings.TrimSpace(end.stdout)
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%s/stat", pid))
		if pid == "" || err == nil && !strings.Contains(string(stat), ") Z ") {
			t.Errorf("%s: process %s lives on: %s", what, pid, stat)
		}
	}
	check("a server in the background", "sleep 300 & echo $!", time.Minute, false)
	check("a daemon", "setsid sh -c 'echo $$; exec sleep 300' & sleep 0.2", time.Minute, false)
	check("a test that never ends", "echo $$; exec sleep 300", time.Second, true)
	check("a test that never ends, and its daemon", "setsid sh -c 'echo $$; exec sleep 300' & exec sleep 300", time.Second, true)
}
