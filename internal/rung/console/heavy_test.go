package console

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/rung"
	"pollux/internal/wrapper"
)

// TestMain lets cargo run this program in rustc's place.
func TestMain(m *testing.M) {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	os.Exit(m.Run())
}

const crate = "../../../testdata/crates/console-shapes"

func TestAnUnmodifiedCrateIsRecorded(t *testing.T) {
	if os.Getenv("POLLUX_HEAVY") != "1" {
		t.Skip("compiles console-subscriber and records real programs: set POLLUX_HEAVY=1")
	}
	dir := filepath.Join(t.TempDir(), "console-shapes")
	if err := os.CopyFS(dir, os.DirFS(crate)); err != nil {
		t.Fatal(err)
	}
	record := func(bin string, opt RunOptions) *rung.Report {
		t.Helper()
		req := cargo.Request{Dir: dir, Offline: true, CacheDir: filepath.Join(dir, "cache")}
		if bin != "" {
			req.Bin = []string{bin}
		}
		r, err := Run(context.Background(), req, opt)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	check := func(name string, o rung.Outcome, want rung.Kind, words string) {
		t.Helper()
		if o.Kind() != want || !strings.Contains(rulesOf(o)+o.Bound()+o.Reason(), words) {
			t.Errorf("%s: %s, rules %q, bound %q, reason %q", name, o.Kind(), rulesOf(o), o.Bound(), o.Reason())
		}
	}
	check("shapes", record("shapes", RunOptions{}).Subjects[0].Outcome, rung.Failed,
		"console-auto-boxed-future:11 console-large-future:10 console-lost-waker:8 console-never-yielded:12 console-self-wakes:9")
	short := record("short", RunOptions{}).Subjects[0].Outcome
	check("short", short, rung.Passed, "tasks seen in")
	if n := 0; short.Kind() == rung.Passed {
		if _, err := fmt.Sscanf(short.Bound(), "%d tasks", &n); err != nil || n < 51 {
			t.Errorf("50 tasks and the root were there, and %d were seen: %s", n, short.Bound())
		}
	}
	check("aborts", record("aborts", RunOptions{}).Subjects[0].Outcome, rung.Unknown, "signal 6")
	var said bytes.Buffer
	check("traced", record("traced", RunOptions{Output: &said}).Subjects[0].Outcome, rung.Failed, "console-lost-waker:11")
	if !strings.Contains(said.String(), "INFO work{n=2}: traced: worked") {
		t.Errorf("the program's own subscriber did not write: %q", &said)
	}
	r := record("", RunOptions{Tests: true, Limit: time.Minute})
	for name, want := range map[string]struct {
		kind  rung.Kind
		words string
	}{
		"tasks::sound":                         {rung.Passed, "seen in"},
		"tasks::leaves_a_task_without_a_waker": {rung.Failed, "console-lost-waker:10"},
		"tasks::without_tokio":                 {rung.Aside, "no task of tokio"},
		"tasks::fails":                         {rung.Unknown, "status 101"},
	} {
		i := slices.IndexFunc(r.Subjects, func(s rung.Subject) bool { return s.Name == name })
		if i < 0 {
			t.Errorf("%s is not there: %+v", name, r.Subjects)
			continue
		}
		check(name, r.Subjects[i].Outcome, want.kind, want.words)
	}
	for _, part := range []string{"Cargo.toml", "Cargo.lock", "src/lib.rs", "tests/tasks.rs", "src/bin/traced.rs"} {
		before, _ := os.ReadFile(filepath.Join(crate, part))
		after, err := os.ReadFile(filepath.Join(dir, part))
		if err != nil || string(before) != string(after) {
			t.Errorf("%s was changed: %v", part, err)
		}
	}
}

// rulesOf are the rules of the findings with their lines.
func rulesOf(o rung.Outcome) string {
	var out []string
	for _, f := range o.Findings() {
		out = append(out, fmt.Sprintf("%s:%d", f.Rule, f.Line))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
