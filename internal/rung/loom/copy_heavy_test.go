package loom

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rung"
)

// wantOfCopies is the answer to each model of the crate that knows of no loom.
var wantOfCopies = map[string]struct {
	kind  rung.Kind
	words string
}{
	"pollux_model::a_gate_opens":          {rung.Passed, "all interleavings, this package's own atomics, locks and threads"},
	"pollux_model::a_leaky_gate_opens":    {rung.Failed, "loom-deadlock waits for ever"},
	"pollux_model::a_counter_counts":      {rung.Failed, "loom-assertion a count is lost"},
	"pollux_model::a_static_counts":       {rung.Unknown, "an atomic of a static"},
	"pollux_model::a_parked_thread_wakes": {rung.Passed, "all interleavings"},
}

func TestACrateOnStdIsModelledInACopy(t *testing.T) {
	if os.Getenv("POLLUX_HEAVY") != "1" {
		t.Skip("compiles loom and runs real models: set POLLUX_HEAVY=1")
	}
	dir := filepath.Join(t.TempDir(), "loom-copy")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "..", "testdata", "crates", "loom-copy"))); err != nil {
		t.Fatal(err)
	}
	hash := func() string {
		h := sha256.New()
		for _, part := range []string{"Cargo.toml", "src/lib.rs", "models/gates.rs"} {
			text, err := os.ReadFile(filepath.Join(dir, part))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(h, "%s %d %s", part, len(text), text)
		}
		return fmt.Sprintf("%x", h.Sum(nil))
	}
	before := hash()
	model := filepath.Join(dir, "models", "gates.rs")
	r, err := Run(context.Background(), cargo.Request{Dir: dir, Offline: true, CacheDir: filepath.Join(dir, "cache")},
		Options{Preemptions: -1, Limit: 20 * time.Second, Model: model})
	if err != nil {
		t.Fatal(err)
	}
	if r.Build == nil || !r.Build.Success {
		for _, d := range r.Build.Diagnostics {
			t.Log(d.Rendered)
		}
		t.Fatalf("the copy does not build: %+v", r.Unknowns)
	}
	for _, s := range r.Subjects {
		w, ok := wantOfCopies[s.Name]
		if got := said(s.Outcome); !ok || s.Kind() != w.kind || !contains(got, w.words) {
			t.Errorf("%s: %s %q, want %s %q", s.Name, s.Kind(), got, w.kind, w.words)
		}
		for _, f := range s.Findings() {
			t.Logf("%s %s:%d:%d %s %+v", f.Rule, f.File, f.Line, f.Column, f.Message, f.Because)
			if f.Verdict != finding.Replayed || f.File != "src/lib.rs" && f.File != filepath.ToSlash(model) {
				t.Errorf("%s: %s at %s:%d", s.Name, f.Verdict, f.File, f.Line)
			}
		}
	}
	if len(r.Subjects) != len(wantOfCopies) {
		t.Errorf("%d models, %+v", len(r.Subjects), r.Unknowns)
	}
	if hash() != before {
		t.Error("something of the user's was changed")
	}
}
