package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pollux/internal/analysis"
	"pollux/internal/cache"
	"pollux/internal/cargo"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

// world is a git repository with a crate, and an engine whose build is played: each line of src/lib.rs that holds the word
// HAZARD is a finding.
type world struct {
	t      *testing.T
	root   string
	hook   *Hook
	built  int // how often cargo would have run
	broken bool
	fail   error
	now    time.Time
	errs   string // what the last call wrote to standard error
}

const clean = "async fn f() {\n    one().await;\n    two().await;\n}\n"

func newWorld(t *testing.T) *world {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, root: root, now: time.Unix(1_700_000_000, 0)}
	if err := os.CopyFS(root, os.DirFS(fresh(t))); err != nil {
		t.Fatal(err)
	}
	e := &engine.Engine{
		Locate:   func(context.Context, cargo.Request) (string, error) { return root, nil },
		Build:    w.build,
		Static:   w.static,
		Rules:    []*analysis.Rule{{ID: "held", Severity: finding.Error}},
		CacheDir: filepath.Join(root, "cache"),
		Now:      func() time.Time { return w.now },
	}
	w.hook = &Hook{Engine: e, Now: func() time.Time { w.now = w.now.Add(time.Minute); return w.now }}
	return w
}

// fresh is a repository as every world begins with it, made once.
func fresh(t *testing.T) string {
	t.Helper()
	dir, err := seed()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var seed = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pollux-hook-")
	if err != nil {
		return "", err
	}
	files := map[string]string{"Cargo.toml": "[package]\nname = \"demo\"\n", ".gitignore": "/cache\n/.transcript.jsonl\n", "src/lib.rs": clean}
	for name, text := range files {
		if err := cache.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text)); err != nil {
			return "", err
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"commit", "-qm", "start"}} {
		if out, err := git(dir, args...); err != nil {
			return "", fmt.Errorf("git %s: %w\n%s", args[0], err, out)
		}
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := seed(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

func git(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.invalid"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull)
	return cmd.CombinedOutput()
}

func (w *world) build(ctx context.Context, _ cargo.Request) (*cargo.Capture, error) {
	w.built++
	if w.fail != nil {
		return nil, w.fail
	}
	c := &cargo.Capture{Root: w.root, Toolchain: "rustc 1.95.0", Success: !w.broken, Units: []cargo.Unit{{
		Package: "demo", Version: "0.1.0", Member: true, Crate: "demo", Kind: "lib", Dir: w.root,
		Source: filepath.Join(w.root, "src", "lib.rs"), MIR: filepath.Join(w.root, "demo.mir"), MIRHash: "00",
	}}}
	if w.broken {
		c.Diagnostics = []cargo.Diagnostic{{Package: "demo", Member: true, Level: "error", Message: "mismatched types",
			Rendered: "error[E0308]: mismatched types\n --> src/lib.rs:2:5\n", Spans: []cargo.DiagnosticSpan{{File: "src/lib.rs", Line: 2}}}}
	}
	return c, ctx.Err()
}

func (w *world) static(context.Context, *cargo.Capture, engine.StaticOptions) (engine.StaticOutcome, error) {
	out := engine.StaticOutcome{Units: 1}
	text, err := os.ReadFile(filepath.Join(w.root, "src", "lib.rs"))
	if err != nil {
		return out, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line, "HAZARD") {
			out.Findings = append(out.Findings, finding.Finding{
				Rule: "held", Severity: finding.Error, Function: "f", Package: "demo", Message: "the guard is held", Fix: "drop it before",
				Span: finding.Span{File: "src/lib.rs", Line: i + 1, Column: 5, EndLine: i + 1, EndColumn: 9},
			})
		}
	}
	return out, nil
}

func (w *world) write(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) lib(text string) { w.write("src/lib.rs", text) }

// hazards puts so many hazards into the crate.
func (w *world) hazards(n int) {
	var b strings.Builder
	b.WriteString("async fn f() {\n")
	for i := range n {
		fmt.Fprintf(&b, "    step_%d().await; // HAZARD\n", i)
	}
	w.lib(b.String() + "}\n")
}

func (w *world) git(args ...string) {
	w.t.Helper()
	if out, err := git(w.root, args...); err != nil {
		w.t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
}

// call feeds a recorded call, changed by replacing old by new text, and returns the answer.
func (w *world) call(sample string, oldnew ...string) string {
	w.t.Helper()
	text, ok := Sample(sample, w.root, filepath.Join(w.root, "src", "lib.rs"))
	if !ok {
		w.t.Fatalf("there is no sample %s", sample)
	}
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(string(text), oldnew[i]) {
			w.t.Fatalf("%s holds no %s", sample, oldnew[i])
		}
	}
	return w.feed(strings.NewReplacer(oldnew...).Replace(string(text)))
}

func (w *world) feed(text string) string {
	w.t.Helper()
	var out, errs bytes.Buffer
	w.hook.Run(context.Background(), strings.NewReader(text), &out, &errs)
	w.errs = errs.String()
	return out.String()
}

// wants asserts what an answer says.
func (w *world) wants(answer string, words ...string) {
	w.t.Helper()
	if !json.Valid([]byte(answer)) {
		w.t.Fatalf("the answer is no JSON: %q", answer)
	}
	for _, word := range words {
		if !strings.Contains(answer, word) {
			w.t.Errorf("the answer does not say %q:\n%s", word, answer)
		}
	}
}

// silent asserts that an answer says nothing.
func (w *world) silent(answer string) {
	w.t.Helper()
	if strings.TrimSpace(answer) != "{}" {
		w.t.Errorf("the answer says %s", answer)
	}
}

func TestAfterAnEditWhatIsNewIsSaidOnce(t *testing.T) {
	w := newWorld(t)
	w.silent(w.call("claude.edit"))
	w.hazards(2)
	w.wants(w.call("claude.edit"), "2 new findings, 0 fixed, 0 unchanged", "error[held]: the guard is held", "src/lib.rs:2:5", "fix     drop it before")
	w.silent(w.call("claude.edit"))
	w.hazards(3)
	w.wants(w.call("claude.edit"), "1 new finding, 0 fixed, 2 unchanged", "src/lib.rs:4:5")
	w.lib(clean)
	w.silent(w.call("claude.edit"))
	w.hazards(1)
	w.wants(w.call("claude.edit"), "1 new finding")
}

func TestWhatWasThereBeforeIsNotHeldAgainstTheSession(t *testing.T) {
	w := newWorld(t)
	w.hazards(1)
	w.git("commit", "-qam", "old hazard")
	w.hazards(2)
	w.call("claude.start") // the second hazard is not committed, and it was there when the session started
	w.silent(w.call("claude.edit"))
	w.hazards(3)
	w.wants(w.call("claude.edit"), "1 new finding", "src/lib.rs:4:5")
	w.git("commit", "-qam", "the agent commits what it wrote")
	w.wants(w.call("claude.stop"), `"decision":"block"`, "1 finding open", "src/lib.rs:4:5")
}

func TestAFileThatIsNoRustAsksNobody(t *testing.T) {
	w := newWorld(t)
	w.hazards(1)
	w.silent(w.call("claude.edit", "lib.rs", "notes.md"))
	if w.built != 0 {
		t.Errorf("cargo ran %d times", w.built)
	}
}

func TestAShellCommandIsSeenByWhatItChanged(t *testing.T) {
	w := newWorld(t)
	w.silent(w.call("claude.start"))
	built := w.built
	w.silent(w.call("claude.shell"))
	if w.built != built {
		t.Error("cargo ran although nothing had changed")
	}
	w.hazards(1)
	w.wants(w.call("claude.shell"), "1 new finding")
	built = w.built
	w.silent(w.call("claude.shell"))
	if w.built != built {
		t.Error("cargo ran again although nothing had changed since")
	}
}

func TestStoppingIsRefusedOnceForOneReport(t *testing.T) {
	w := newWorld(t)
	w.silent(w.call("claude.stop"))
	w.hazards(1)
	w.wants(w.call("claude.stop"), `"decision":"block"`, "1 finding open", "pollux: allow(", WayOut)
	w.wants(w.call("claude.stop"), "systemMessage", "still open and unchanged")
	w.hazards(2)
	w.wants(w.call("claude.stop"), `"decision":"block"`, "2 findings open")
	w.lib(clean)
	w.silent(w.call("claude.stop"))
}

func TestAnAgentIsAskedAFewTimesAtMost(t *testing.T) {
	w := newWorld(t)
	again := []string{`"stop_hook_active": false`, `"stop_hook_active": true`}
	for n := range maxAsks {
		w.hazards(n + 1)
		w.wants(w.call("claude.stop", again...), `"decision":"block"`)
	}
	w.hazards(maxAsks + 1)
	w.wants(w.call("claude.stop", again...), "systemMessage", "after the agent was asked 3 times")
	w.hazards(maxAsks + 2)
	w.wants(w.call("claude.stop"), `"decision":"block"`) // a person has begun a new turn
}

func TestAnAgentMaySayThatItCannot(t *testing.T) {
	w := newWorld(t)
	w.hazards(1)
	said := []string{"The relay is done.", "The hazard cannot be fixed here because the trait is foreign."}
	w.wants(w.call("claude.stop", said...), `"decision":"block"`) // before it was asked, the words mean nothing
	w.wants(w.call("claude.stop", said...), "systemMessage", "the agent leaves 1 finding open", "the trait is foreign")
	record, err := os.ReadFile(filepath.Join(w.root, "cache", filepath.FromSlash(ExcusesFile)))
	if err != nil || !strings.Contains(string(record), `"because":"the trait is foreign."`) || !strings.Contains(string(record), `"place":"src/lib.rs:2"`) {
		t.Errorf("the record says %s, %v", record, err)
	}
	w.silent(w.call("claude.stop"))
	w.hazards(2)
	w.wants(w.call("claude.stop"), `"decision":"block"`, "1 finding open", "src/lib.rs:3:5")
}

func TestTheWordsAreFoundInATranscript(t *testing.T) {
	w := newWorld(t)
	w.hazards(1)
	w.wants(w.call("copilot.stop"), `"decision":"block"`)
	w.write(".transcript.jsonl", `{"type":"user","message":{"content":"it cannot be fixed here because I the user say so"}}`+"\n")
	w.silent(w.call("copilot.stop"))
	if !strings.Contains(w.errs, "still open and unchanged") {
		t.Errorf("the words of another than the agent counted: %s", w.errs)
	}
	w.write(".transcript.jsonl", `{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":"It cannot be fixed here because the API is generated."}]}}`+"\n"+
		`{"type":"system","content":"hook ran"}`+"\n")
	w.silent(w.call("copilot.stop"))
	if !strings.Contains(w.errs, "the API is generated") {
		t.Errorf("standard error says %q", w.errs)
	}
}

func TestOneEventThatTwoHostsReportIsAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	w.hook.Now = func() time.Time { w.now = w.now.Add(time.Second); return w.now }
	w.call("cursor.start")
	w.call("claude.start")
	w.hazards(1)
	w.wants(w.call("cursor.edit"), "additional_context")
	w.silent(w.call("claude.edit"))
	w.wants(w.call("cursor.stop"), "followup_message")
	w.silent(w.call("claude.stop"))
}

func TestWhatCouldNotBeCheckedStopsNobody(t *testing.T) {
	w := newWorld(t)
	w.broken = true
	w.wants(w.call("claude.edit"), "does not build at the moment", "E0308")
	w.silent(w.call("claude.edit"))
	w.fail = &cargo.UserError{Kind: cargo.NoCargo, Message: "cargo was not found", Hint: "install Rust with rustup"}
	answer := w.call("claude.stop")
	w.wants(answer, "systemMessage", "cargo was not found", "install Rust")
	if strings.Contains(answer, "decision") {
		t.Errorf("it blocks: %s", answer)
	}
}

func TestTheConfiguredSeverityDecides(t *testing.T) {
	w := newWorld(t)
	w.write("pollux.toml", "[levels]\nheld = \"warn\"\n")
	w.git("add", "-A")
	w.git("commit", "-qm", "settings")
	w.hazards(1)
	w.wants(w.call("claude.stop"), `"decision":"block"`)
	w.write("pollux.toml", "fail-on = \"error\"\n[levels]\nheld = \"warn\"\n")
	w.hazards(2)
	w.wants(w.call("claude.stop"), "pollux.toml is weaker") // a session does not raise its own threshold

	w = newWorld(t)
	w.write("pollux.toml", "fail-on = \"error\"\n[levels]\nheld = \"warn\"\n")
	w.git("add", "-A")
	w.git("commit", "-qm", "settings")
	w.hazards(2)
	w.silent(w.call("claude.stop"))
}

func TestAnAnswerFitsAndSaysHowMuchItLeavesOut(t *testing.T) {
	w := newWorld(t)
	w.hazards(60)
	answer := w.call("claude.edit")
	w.wants(answer, "60 new findings", "55 more: pollux check --changed")
	long := strings.Repeat("x", 20_000)
	w.lib("async fn f() {\n    " + long + "().await; // HAZARD\n}\n")
	w.hook.Engine.Static = func(context.Context, *cargo.Capture, engine.StaticOptions) (engine.StaticOutcome, error) {
		return engine.StaticOutcome{Units: 1, Findings: []finding.Finding{{Rule: "held", Severity: finding.Error, Message: long,
			Span: finding.Span{File: "src/lib.rs", Line: 2, Column: 5, EndLine: 2, EndColumn: 9}}}}, nil
	}
	var reply struct {
		HookSpecificOutput struct{ AdditionalContext string }
	}
	if err := json.Unmarshal([]byte(w.call("claude.edit")), &reply); err != nil {
		t.Fatal(err)
	}
	if n := len(reply.HookSpecificOutput.AdditionalContext); n > maxAnswerBytes || n < 4000 {
		t.Errorf("the answer has %d bytes", n)
	}
}
