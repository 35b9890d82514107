package hook

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pollux/internal/cargo"
)

func briefing(context.Context, string) (string, error) { return "tokio 1.47 with rt, sync", nil }

func TestInputThatIsNoCallGivesNoDecision(t *testing.T) {
	check := func(name, text, said string) {
		t.Helper()
		w := newWorld(t)
		w.hazards(1)
		if answer := w.feed(text); strings.TrimSpace(answer) != "" && strings.TrimSpace(answer) != "{}" {
			t.Errorf("%s: the answer is %s", name, answer)
		}
		if !strings.Contains(w.errs, said) || strings.Count(w.errs, "\n") > 1 || strings.Contains(w.errs, "goroutine") {
			t.Errorf("%s: standard error says %q, want %q in one line", name, w.errs, said)
		}
		if w.built > 0 {
			t.Errorf("%s: cargo ran", name)
		}
	}
	check("nothing", "", "not a JSON object")
	check("malformed", `{"hook_event_name": "Stop"`, "not a JSON object")
	check("text", "hello", "not a JSON object")
	check("a list", `[1]`, "not a JSON object")
	check("null", `null`, "not a JSON object")
	check("an empty object", `{}`, "")
	check("a stranger", `{"type":"ping"}`, "")
	check("an unknown event", `{"hook_event_name":"PreCompact","session_id":"s","cwd":"/"}`, "")
	check("fields of other types", `{"hook_event_name":7,"session_id":[],"cwd":{},"turn_id":"t"}`, "")
	check("nothing but the event", `{"hook_event_name":"PostToolUse"}`, "")
	check("too large", strings.Repeat(" ", maxPayloadBytes+1), "larger than 64 MiB")
}

func TestALargeCallIsReadLikeASmallOne(t *testing.T) {
	w := newWorld(t)
	w.call("claude.start")
	w.hazards(1)
	w.wants(w.call("claude.edit", `"old_string": "a"`, `"old_string": "`+strings.Repeat("x", 10<<20)+`"`), "1 new finding")
}

func TestADirectoryThatIsNoProjectIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	w.git("rm", "-q", "--cached", "Cargo.toml")
	if err := os.Remove(filepath.Join(w.root, "Cargo.toml")); err != nil {
		t.Fatal(err)
	}
	for _, sample := range []string{"claude.start", "claude.edit", "claude.shell", "claude.stop"} {
		w.silent(w.call(sample))
	}
	w.silent(w.call("claude.stop", `"cwd": "`+w.root, `"cwd": "`+w.root+"/gone"))
}

func TestAFileOutsideOfTheAgentsTreeIsNotBuilt(t *testing.T) {
	w, stranger := newWorld(t), newWorld(t)
	stranger.hazards(1)
	w.silent(w.call("claude.edit", w.root+"/src", stranger.root+"/src"))
	if w.built > 0 {
		t.Error("cargo ran in a project that the agent does not work in")
	}
}

func TestWithoutGitOnlyWhatTheSessionTouchedIsNew(t *testing.T) {
	w := newWorld(t)
	if err := os.RemoveAll(filepath.Join(w.root, ".git")); err != nil {
		t.Fatal(err)
	}
	w.hazards(1)
	w.silent(w.call("codex.stop", "4f1c0d7e", "00000000"))
	w.call("claude.start")
	w.silent(w.call("claude.edit"))
	w.hazards(2)
	w.wants(w.call("claude.edit"), "1 new finding")
	w.wants(w.call("claude.stop"), `"decision":"block"`)
}

func TestWithoutAMemoryNobodyIsKeptFromStopping(t *testing.T) {
	w := newWorld(t)
	w.hook.Engine.CacheDir = ""
	w.hazards(1)
	w.wants(w.call("claude.edit"), "1 new finding")
	answer := w.call("claude.stop")
	w.wants(answer, "systemMessage", "the agent was not asked")
	if strings.Contains(answer, "decision") {
		t.Errorf("it blocks: %s", answer)
	}
}

func TestADamagedMemoryIsBegunAnew(t *testing.T) {
	w := newWorld(t)
	w.hazards(1)
	w.call("claude.edit")
	files, _ := filepath.Glob(filepath.Join(w.root, "cache", "hook", "*.json"))
	if len(files) != 1 {
		t.Fatalf("the memory is in %v", files)
	}
	for _, text := range []string{"", "{", `{"sessions":[null]}`, `{"sessions":7}`} {
		if err := os.WriteFile(files[0], []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		w.wants(w.call("claude.edit"), "1 new finding")
	}
}

func TestAnErrorIsOneLineForThePerson(t *testing.T) {
	w := newWorld(t)
	w.hazards(1)
	w.fail = errors.New("the disk\nis on fire")
	w.wants(w.call("claude.edit"), "systemMessage", "did not work: the disk is on fire")
	w.silent(w.call("claude.edit")) // said once
	w.silent(w.call("cursor.edit"))
	if !strings.Contains(w.errs, "the disk is on fire") {
		t.Errorf("standard error says %q", w.errs)
	}
	w.write("pollux.toml", "no-such-key = 1\n")
	w.wants(w.call("claude.stop"), "systemMessage", "no-such-key")
}

func TestAPanicIsOneLineForThePerson(t *testing.T) {
	w := newWorld(t)
	w.hook.Engine.Build = func(context.Context, cargo.Request) (*cargo.Capture, error) { panic("the bug") }
	w.hazards(1)
	answer := w.call("claude.edit")
	w.wants(answer, "systemMessage", "internal error", "the bug", "the stack is in")
	if strings.Contains(answer, "goroutine") {
		t.Errorf("the answer shows the stack: %s", answer)
	}
}

func TestACheckThatTakesTooLongIsGivenUp(t *testing.T) {
	w := newWorld(t)
	w.hook.EditBudget, w.hook.StopBudget = time.Second, time.Second
	w.hook.Engine.Build = func(ctx context.Context, _ cargo.Request) (*cargo.Capture, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	w.hazards(1)
	answer := w.call("claude.stop")
	w.wants(answer, "systemMessage", "took too long")
	if strings.Contains(answer, "decision") {
		t.Errorf("it blocks: %s", answer)
	}
}

func TestTwoCallsAtOnceGiveOneAnswer(t *testing.T) {
	w := newWorld(t)
	w.call("claude.start")
	w.hazards(1)
	text, _ := Sample("claude.edit", w.root, filepath.Join(w.root, "src", "lib.rs"))
	var answers [4]bytes.Buffer
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { w.hook.Run(context.Background(), bytes.NewReader(text), &answers[i], new(bytes.Buffer)) })
	}
	group.Wait()
	said := 0
	for i := range answers {
		said += strings.Count(answers[i].String(), "1 new finding")
	}
	if said != 1 {
		t.Errorf("the finding was told %d times", said)
	}
}

func TestAReadOnlyTreeIsCheckedLikeAnother(t *testing.T) {
	w := newWorld(t)
	cache := t.TempDir()
	w.hook.Engine.CacheDir = cache
	w.call("claude.start")
	w.hazards(1)
	for _, dir := range []string{filepath.Join(w.root, "src"), w.root} {
		if err := os.Chmod(dir, 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	}
	w.wants(w.call("claude.edit"), "1 new finding")
	w.wants(w.call("claude.stop"), `"decision":"block"`)
}
