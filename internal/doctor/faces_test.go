package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// configured is a project whose settings call a program that is played by a shell script.
func configured(t *testing.T, script string, files map[string]string) []Line {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "pollux")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "PROGRAM", program)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	m := Machine{Sample: func(name, dir, file string) ([]byte, bool) { return fmt.Appendf(nil, "%s %s", name, file), true }}
	return m.Faces(context.Background(), dir)
}

const (
	claudeHook   = `{"hooks": {"PostToolUse": [{"hooks": [{"type": "command", "command": "PROGRAM hook"}]}]}} // mine`
	claudeServer = `{"mcpServers": {"pollux": {"command": "PROGRAM", "args": ["mcp"]}}}`
	vscodeCheck  = `{"rust-analyzer.check.overrideCommand": ["PROGRAM", "check"]}`
)

func TestEachConfiguredFaceIsTried(t *testing.T) {
	check := func(script, file, text string, want Status, words ...string) {
		t.Helper()
		lines := configured(t, script, map[string]string{file: text})
		if len(lines) != 1 {
			t.Fatalf("%s: %d lines: %+v", file, len(lines), lines)
		}
		l := lines[0]
		if l.Status != want || l.Needed || (l.Hint == "") != (want == OK) {
			t.Errorf("%s with %q: %+v", file, script, l)
		}
		for _, word := range words {
			if !strings.Contains(l.Name+" "+l.Detail+" "+l.Hint, word) {
				t.Errorf("%s with %q does not say %q: %+v", file, script, word, l)
			}
		}
	}
	hook := ".claude/settings.json"
	check(`grep -q 'claude.edit .*lib.rs' && echo '{"x": "blocking-in-async"}'`, hook, claudeHook, OK, "hook claude PostToolUse", "answered with its finding")
	check(`echo '{}'`, hook, claudeHook, Broken, "does not say so", "PATH")
	check(`echo hello`, hook, claudeHook, Broken, "no JSON object", "hello")
	check(`echo "no such verb" >&2; exit 3`, hook, claudeHook, Broken, "exit status 3", "no such verb")
	check(``, hook, strings.ReplaceAll(claudeHook, "PROGRAM", "/nowhere/pollux"), Broken, "hook claude", "/nowhere/pollux")
	check(``, hook, "{ not json", Broken, hook, "cannot be read")
	check(`exit 1`, ".mcp.json", claudeServer, Broken, "mcp claude", "does not start")
	check(``, ".mcp.json", strings.ReplaceAll(claudeServer, "PROGRAM", "/nowhere/pollux"), Broken, "does not start")
	check(`echo '{"code":"pollux::blocking-in-async"}'; echo '{"reason":"build-finished"}'; exit 1`, ".vscode/settings.json", vscodeCheck, OK, "rust-analyzer vscode")
	check(`echo "error: no format"; exit 3`, ".vscode/settings.json", vscodeCheck, Broken, "no messages", "no format")
	check(`cat > /dev/null; echo '{}'`, ".codex/hooks.json", strings.ReplaceAll(claudeHook, "PostToolUse", "Stop"), OK, "hook codex Stop", "/hooks has trusted it")
}

func TestAProjectWithoutFacesHasNoLines(t *testing.T) {
	if lines := configured(t, "", map[string]string{".claude/settings.json": `{"hooks": {"Stop": [{"hooks": [{"command": "other"}]}]}}`}); len(lines) > 0 {
		t.Errorf("%+v", lines)
	}
}
