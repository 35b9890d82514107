package loop

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/engine"
)

const (
	realClean   = "use std::sync::Mutex;\n\npub async fn add(total: &Mutex<u32>, n: u32) {\n    *total.lock().unwrap() += n;\n    std::future::ready(()).await;\n}\n"
	realBroken  = "use std::sync::Mutex;\n\npub async fn add(total: &Mutex<u32>, n: u32) {\n    *total.lock() += n;\n    std::future::ready(()).await;\n}\n"
	realHazard  = "use std::sync::Mutex;\n\npub async fn add(total: &Mutex<u32>, n: u32) {\n    let mut guard = total.lock().unwrap();\n    std::future::ready(()).await;\n    *guard += n;\n}\n"
	realWeakens = "#![allow(clippy::await_holding_lock)]\n" + realClean
)

// TestRoundsOnARealCrate has the scripted agent write what does not compile, then a hazard, then a fix that allows a lint as well, then
// the fix alone: a real cargo decides each round.
func TestRoundsOnARealCrate(t *testing.T) {
	if os.Getenv("POLLUX_HEAVY") == "" {
		t.Skip("runs cargo five times; POLLUX_HEAVY=1 runs it")
	}
	if _, err := exec.LookPath("cargo"); err != nil {
		t.Skip("cargo is not installed")
	}
	w := newWorld(t, brings(realBroken), brings(realHazard), brings(realWeakens), brings(realClean))
	w.write("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	w.write("src/lib.rs", realClean)
	t.Setenv("POLLUX_CACHE_DIR", t.TempDir())
	w.loop.Engine, w.loop.Rounds = engine.New(), 5
	w.loop.Agent = w.agent(Options{})
	rep, err := w.loop.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	w.wants(rep, engine.Clean, 4, "error[E0614]", "sync-guard-across-await", "`allow(clippy::await_holding_lock)` is new", "nothing is open")
	var verdicts []string
	for _, r := range rep.Rounds {
		verdicts = append(verdicts, string(r.Verdict))
	}
	if got := strings.Join(verdicts, " "); got != "does-not-build findings findings clean" {
		t.Errorf("the rounds are %s\n%s", got, rep.Text())
	}
	if _, err := os.Stat(filepath.Join(w.root, "target")); err != nil {
		t.Error("cargo did not run:", err)
	}
}
