package loom

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
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

// heavy gives a copy of the models, or skips: it compiles loom.
func heavy(t *testing.T) string {
	t.Helper()
	if os.Getenv("POLLUX_HEAVY") != "1" {
		t.Skip("compiles loom and runs real models: set POLLUX_HEAVY=1")
	}
	dir := filepath.Join(t.TempDir(), "loom-models")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "..", "testdata", "crates", "loom-models"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// users is a hash of everything in the project that is the user's.
func users(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	for _, part := range []string{"Cargo.toml", "Cargo.lock", "src/lib.rs", "tests/models.rs"} {
		text, err := os.ReadFile(filepath.Join(dir, part))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(h, "%s %d %s", part, len(text), text)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// want is the answer to each model: the rule of a finding and where it stands, or a part of the bound or reason.
var want = map[string]struct {
	kind  rung.Kind
	words string
}{
	"loom_models::no_model":             {rung.Aside, "no loom model"},
	"models::counts_with_one_operation": {rung.Passed, "all interleavings, 4 permutations"},
	"models::searched_by_a_builder":     {rung.Passed, "all interleavings, "},
	"models::capped_by_its_own_bound":   {rung.Unknown, "own bound on permutations"},
	"models::capped_and_says_otherwise": {rung.Unknown, "own bound on permutations"},
	"models::lost_update":               {rung.Failed, "loom-assertion lost update"},
	"models::locks_in_two_orders":       {rung.Failed, "loom-deadlock 2 threads wait for ever"},
	"models::notified_before_the_flag":  {rung.Failed, "loom-deadlock a thread waits for ever"},
	"models::published_with_relaxed":    {rung.Failed, "loom-data-race no order is enforced"},
	"models::forgotten":                 {rung.Failed, "loom-leak this `Arc` is never freed"},
	"models::spins":                     {rung.Failed, "loom-unbounded one permutation has more branches"},
	"models::expected_to_fail":          {rung.Aside, "expected to fail"},
	"models::large":                     {rung.Passed, "all interleavings with at most 2 preemptions"},
	"models::too_large":                 {rung.Unknown, "was stopped after"},
	"models::too_many_threads":          {rung.Unknown, "loom cannot run it"},
}

func TestEachWayInWhichASearchEndsIsToldApart(t *testing.T) {
	dir := heavy(t)
	before := users(t, dir)
	r, err := Run(context.Background(), cargo.Request{Dir: dir, Offline: true, CacheDir: filepath.Join(dir, "cache")},
		Options{Preemptions: -1, Limit: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, s := range r.Subjects {
		w, ok := want[s.Name]
		if got := said(s.Outcome); !ok || s.Kind() != w.kind || !contains(got, w.words) {
			t.Errorf("%s: %s %q, want %s %q", s.Name, s.Kind(), got, w.kind, w.words)
		}
		for _, f := range s.Findings() {
			if f.Verdict != finding.Replayed || f.File != "tests/models.rs" || f.Line < 2 || len(f.Because) == 0 {
				t.Errorf("%s: %s at %s:%d with %d reasons", s.Name, f.Verdict, f.File, f.Line, len(f.Because))
			}
		}
		seen++
	}
	if seen != len(want) || r.Status() != "unknown" {
		t.Errorf("%d of %d models, status %s, %+v", seen, len(want), r.Status(), r.Unknowns)
	}
	if users(t, dir) != before {
		t.Error("something of the user's was changed")
	}
}

func said(o rung.Outcome) string {
	switch o.Kind() {
	case rung.Passed:
		return o.Bound()
	case rung.Failed:
		return o.Findings()[0].Rule + " " + o.Findings()[0].Message
	}
	return o.Reason()
}

// contains looks for the words in their order.
func contains(text, words string) bool {
	for _, w := range strings.Fields(words) {
		_, rest, found := strings.Cut(text, w)
		if !found {
			return false
		}
		text = rest
	}
	return true
}
