package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/compare"
)

// TestAChangeIsExploredWhereItIsCalled edits one line of a crate and asks which functions the tests have to reach.
func TestAChangeIsExploredWhereItIsCalled(t *testing.T) {
	const lib = `use std::sync::Mutex;

pub struct Device { busy: Mutex<bool> }
const LIMIT: usize = 3;

impl Device {
    fn release(&self) {
        *self.busy.lock().unwrap() = false;
    }

    fn finish(&self) {
        self.release();
    }

    pub async fn work(&self) {
        let _busy = Busy(self);
    }

    pub async fn stop(&self) {
        self.finish();
    }

    pub async fn other(&self) {
        // release() and Busy stand in a comment alone
        let _ = "release";
    }

    pub async fn bounded(&self) -> usize {
        LIMIT
    }
}

struct Busy<'a>(&'a Device);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.lock().unwrap();
    }
}
`
	root := t.TempDir()
	file := filepath.Join(root, "src", "lib.rs")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	check := func(line int, edited, want string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(lib), 0o600); err != nil {
			t.Fatal(err)
		}
		before, err := compare.TakeSnapshot(context.Background(), root, func(string) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		text := []byte(replaceLine(lib, line, edited))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		v := &verification{plain: &Project{Root: root}, sources: newSources(root)}
		if v.near, err = before.Changes(context.Background(), root); err != nil {
			t.Fatal(err)
		}
		lines, err := v.changedFunctions()
		got := ""
		for _, l := range lines {
			got += fmt.Sprint(" ", l.From)
		}
		if err != nil || got != want {
			t.Errorf("line %d is %q: %s, want %s, %v", line, edited, got, want, err)
		}
	}
	check(16, "        let _b = Busy(self);", " 15")              // the function itself
	check(8, "        *self.busy.lock().unwrap() = true;", " 19") // release, called by finish, called by stop
	check(12, "        self.release(); self.release();", " 19")
	check(37, "        let _ = self.0.busy.lock();", " 15") // dropped at the end of work
	check(4, "const LIMIT: usize = 0;", " 28")
	check(24, "        // nothing", " 23")
	check(1, "use std::sync::{Arc, Mutex};", "")
}

func replaceLine(text string, n int, with string) string {
	lines := strings.Split(text, "\n")
	lines[n-1] = with
	return strings.Join(lines, "\n")
}
