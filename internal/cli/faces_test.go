package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"pollux/internal/cli"
	"pollux/internal/engine"
	"pollux/internal/hook"
	"pollux/internal/mcp"
)

// hazards is a crate without dependencies in which three rules find something.
const hazards = `use std::sync::Mutex;
use std::time::Duration;

pub async fn step() {}

pub async fn held(m: &Mutex<u32>) {
    let guard = m.lock().unwrap();
    step().await;
    drop(guard);
}

pub async fn sleeps() {
    std::thread::sleep(Duration::from_secs(1));
    step().await;
}

pub async fn forgets() {
    let _ = step();
    step().await;
}
`

// TestEveryFaceGivesTheSameFindings asks one question about one crate through the command line, the hook and the server.
func TestEveryFaceGivesTheSameFindings(t *testing.T) {
	if _, err := exec.LookPath("cargo"); err != nil {
		t.Skip("there is no cargo here")
	}
	t.Setenv("POLLUX_CACHE_DIR", t.TempDir())
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "src", "lib.rs")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	manifest := "[package]\nname = \"hazards\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n"
	for path, text := range map[string]string{filepath.Join(dir, "Cargo.toml"): manifest, file: "pub async fn step() {}\n"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e := engine.New()
	ask := func(sample string) string { return throughHook(t, e, sample, dir, file) }
	ask("claude.start") // no hazard yet
	if err := os.WriteFile(file, []byte(hazards), 0o644); err != nil {
		t.Fatal(err)
	}
	want := throughCommandLine(t, e, dir)
	if len(want) < 3 {
		t.Fatalf("the command line finds %v only", want)
	}
	for face, got := range map[string][]string{
		"after an edit": blocks(ask("claude.edit")), "before a stop": blocks(ask("claude.stop")),
		"the server, text": blocks(throughServer(t, e, dir, "text")), "the server, JSON": inJSON(t, throughServer(t, e, dir, "json")),
	} {
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v\nthe command line: %v", face, got, want)
		}
	}
}

func throughCommandLine(t *testing.T, e *engine.Engine, dir string) []string {
	t.Helper()
	var out, errs bytes.Buffer
	status := cli.Run(e, []string{"pollux", "check", dir, "--format", "json", "-q"}, os.Environ(), strings.NewReader(""), &out, &errs)
	if status != 1 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	return inJSON(t, out.String())
}

func throughHook(t *testing.T, e *engine.Engine, sample, dir, file string) string {
	t.Helper()
	text, ok := hook.Sample(sample, dir, file)
	if !ok {
		t.Fatalf("there is no sample %s", sample)
	}
	var out, errs bytes.Buffer
	h := &hook.Hook{Engine: e, Env: os.Environ()}
	h.Run(context.Background(), bytes.NewReader(text), &out, &errs)
	var answer map[string]any
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v", sample, err)
	}
	if reason, ok := answer["reason"].(string); ok {
		return reason
	}
	specific, _ := answer["hookSpecificOutput"].(map[string]any)
	said, _ := specific["additionalContext"].(string)
	return said
}

func throughServer(t *testing.T, e *engine.Engine, dir, format string) string {
	t.Helper()
	ours, theirs := sdk.NewInMemoryTransports()
	s := &mcp.Server{Engine: e, Env: os.Environ(), Dir: dir, Rule: func(string) (string, bool) { return "", false }}
	go s.Run(context.Background(), theirs)
	client, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, nil).Connect(context.Background(), ours, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	res, err := client.CallTool(context.Background(), &sdk.CallToolParams{Name: "check", Arguments: map[string]any{"format": format}})
	if err != nil || res.IsError {
		t.Fatalf("%v %v", err, res)
	}
	return res.Content[0].(*sdk.TextContent).Text
}

// inJSON lists the findings of a result that a person sees, as rule at file:line:column.
func inJSON(t *testing.T, text string) []string {
	t.Helper()
	var res engine.Result
	if err := json.Unmarshal([]byte(text), &res); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range res.Findings {
		if f.Severity > 0 {
			out = append(out, fmt.Sprintf("%s at %s:%d:%d", f.Rule, f.File, f.Line, f.Column))
		}
	}
	slices.Sort(out)
	return out
}

var block = regexp.MustCompile(`(?m)^(?:error|warning)\[([a-z-]+)\]: .*\n +--> (\S+)$`)

// blocks lists the findings of a text in the same way.
func blocks(text string) []string {
	var out []string
	for _, match := range block.FindAllStringSubmatch(text, -1) {
		out = append(out, match[1]+" at "+match[2])
	}
	slices.Sort(out)
	return out
}
