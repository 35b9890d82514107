package sanitize

import (
	"context"
	"os"
	"path/filepath"
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

// answers are those that each tool must give; the race is there in most runs and not in all, so it is asked for by its rule only.
var answers = map[string]string{
	"address: memory::moved_on_the_heap":       "undefined-behavior src/lib.rs",
	"address: memory::moved_out_of_a_function": "undefined-behavior src/lib.rs",
	"address: memory::pinned_for_good":         "passed",
	"address: memory::sent_without_a_lock":     "passed",
	"address: memory::sound_on_tokio":          "passed",
	"address: memory::leaves_a_vector_behind":  "memory-leak tests/memory.rs",
	"address: memory::fails_anyway":            "unknown",
	"address: memory::ends_the_process":        "unknown",
	"thread: memory::moved_on_the_heap":        "", // ThreadSanitizer may or may not see a freed block
	"thread: memory::moved_out_of_a_function":  "passed",
	"thread: memory::pinned_for_good":          "passed",
	"thread: memory::sent_without_a_lock":      "data-race src/lib.rs",
	"thread: memory::sound_on_tokio":           "passed",
	"thread: memory::leaves_a_vector_behind":   "passed",
	"thread: memory::fails_anyway":             "unknown",
	"thread: memory::ends_the_process":         "unknown",
}

func TestTheSanitizersOfAStableToolchainFindWhatIsThereAndNothingElse(t *testing.T) {
	if os.Getenv("POLLUX_HEAVY") != "1" {
		t.Skip("compiles tokio twice and runs real tests: set POLLUX_HEAVY=1")
	}
	dir := filepath.Join(t.TempDir(), "sanitize-bugs")
	if err := os.CopyFS(dir, os.DirFS(crate)); err != nil {
		t.Fatal(err)
	}
	r, err := Run(context.Background(), cargo.Request{Dir: dir, Offline: true, CacheDir: filepath.Join(dir, "cache")}, Options{Limit: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Subjects {
		got := s.Kind().String()
		if s.Kind() == rung.Failed {
			got = s.Findings()[0].Rule + " " + s.Findings()[0].File
		}
		if want, ok := answers[s.Name]; !ok || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s %s, want %q", s.Name, got, s.Reason(), want)
		}
	}
	if len(r.Subjects) != len(answers) {
		t.Errorf("%d answers, want %d: %+v", len(r.Subjects), len(answers), r.Unknowns)
	}
	for _, part := range []string{"Cargo.toml", "Cargo.lock", "src/lib.rs", "tests/memory.rs"} {
		before, _ := os.ReadFile(filepath.Join(crate, part))
		after, err := os.ReadFile(filepath.Join(dir, part))
		if err != nil || string(before) != string(after) {
			t.Errorf("%s was changed: %v", part, err)
		}
	}
}
