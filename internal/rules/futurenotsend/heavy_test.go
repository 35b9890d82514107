package futurenotsend

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestTheCompilersAgreeWithThisFolder(t *testing.T) {
	crate := copyOfCases(t) // one copy, so that the dependencies are compiled once per compiler
	for _, c := range captures {
		t.Run("errors of "+c.folder, func(t *testing.T) {
			got := compile(t, c.toolchain, crate, "--bins")
			folder := filepath.Join("testdata", "captures", c.folder)
			if *update {
				for name, lines := range got {
					writeFile(t, filepath.Join(folder, name+".jsonl"), lines)
				}
			}
			compareCaptures(t, folder, got)
		})
	}
	t.Run("what the fixes say compiles", func(t *testing.T) {
		if got := compile(t, captures[0].toolchain, crate, "--examples"); len(got) > 0 {
			t.Errorf("the fixed programs do not compile: %s", got)
		}
	})
	t.Run("the page's example gives this error and its alternative none", func(t *testing.T) { checkPage(t, crate) })
}

func compareCaptures(t *testing.T, folder string, got map[string][]byte) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join("testdata", "crate", "src", "bin", "*.rs"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	for _, source := range sources {
		name := strings.TrimSuffix(filepath.Base(source), ".rs")
		want, err := os.ReadFile(filepath.Join(folder, name+".jsonl"))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(got[name], want) {
			t.Errorf("%s: rustc says\n%s\nthe capture says\n%s", name, got[name], want)
		}
	}
}

// compile runs cargo check and returns rustc's errors by target name, one JSON object a line, sorted, without anything that
// depends on the machine. It skips the test where the toolchain is absent or POLLUX_HEAVY is not 1.
func compile(t *testing.T, toolchain, crate string, args ...string) map[string][]byte {
	t.Helper()
	if os.Getenv("POLLUX_HEAVY") != "1" {
		t.Skip("compiles real crates: set POLLUX_HEAVY=1")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	if err := command(ctx, toolchain, crate, "--version").Run(); err != nil {
		t.Skipf("no cargo of toolchain %s: %v", toolchain, err)
	}
	args = append([]string{"check", "--keep-going", "--message-format=json", "--target-dir", filepath.Join(crate, "target", toolchain)}, args...)
	cmd := command(ctx, toolchain, crate, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, _ := cmd.Output() // the programs do not compile: cargo fails, and says in its last message that it got to the end
	if !bytes.Contains(out, []byte(`"reason":"build-finished"`)) {
		t.Fatalf("cargo did not finish:\n%s", stderr.Bytes())
	}
	return errorsByTarget(t, out)
}

func command(ctx context.Context, toolchain, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cargo", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "RUSTUP_TOOLCHAIN="+toolchain, "CARGO_TERM_COLOR=never")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

func errorsByTarget(t *testing.T, out []byte) map[string][]byte {
	t.Helper()
	byTarget := map[string][]string{}
	for line := range bytes.Lines(out) {
		var m struct {
			Reason  string
			Target  struct{ Name string }
			Message map[string]any
		}
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		if m.Reason == "compiler-message" && m.Message["level"] == "error" && len(m.Message["spans"].([]any)) > 0 {
			byTarget[m.Target.Name] = append(byTarget[m.Target.Name], portable(t, m.Message))
		}
	}
	lines := map[string][]byte{}
	for name, messages := range byTarget {
		slices.Sort(messages)
		lines[name] = []byte(strings.Join(messages, ""))
	}
	return lines
}

var (
	registryDir = regexp.MustCompile(`[^ "{}@]*/registry/src/[^/]+`)
	rustSource  = regexp.MustCompile(`[^ "{}@]*/(?:rustc/[0-9a-f]{40}|rustlib/src/rust)/library`)
)

// portable drops what no reader needs (rustc's rendering, byte offsets, expansions) and names the registry and the
// standard library's source by variables.
func portable(t *testing.T, m map[string]any) string {
	t.Helper()
	strip(m)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		t.Fatal(err)
	}
	text := registryDir.ReplaceAllLiteralString(b.String(), "$REGISTRY")
	return rustSource.ReplaceAllLiteralString(text, "$RUST")
}

func strip(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range []string{"rendered", "byte_start", "byte_end", "def_site_span", "$message_type"} {
			delete(v, key)
		}
		for _, child := range v {
			strip(child)
		}
	case []any:
		for _, child := range v {
			strip(child)
		}
	}
}

func checkPage(t *testing.T, crate string) {
	t.Helper()
	blocks := rustBlocks.FindAllStringSubmatch(doc, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d code blocks in doc.md instead of 2", len(blocks))
	}
	names := []string{"doc_example", "doc_use_instead"}
	for i, block := range blocks {
		writeFile(t, filepath.Join(crate, "src", "bin", names[i]+".rs"), []byte(block[1]))
	}
	got := compile(t, captures[0].toolchain, crate, "--bin", names[0], "--bin", names[1])
	if len(got[names[1]]) > 0 {
		t.Errorf("the alternative does not compile: %s", got[names[1]])
	}
	file := filepath.Join(t.TempDir(), "example.jsonl")
	writeFile(t, file, got[names[0]])
	if found := Explain("", readCapture(t, file)); len(found) != 1 || found[0].Line != 15 {
		t.Errorf("the example gives %s", print(found))
	}
}

var rustBlocks = regexp.MustCompile("(?s)```rust\n(.*?)```")

func copyOfCases(t *testing.T) string {
	t.Helper()
	crate := filepath.Join(t.TempDir(), "cases")
	if err := os.CopyFS(crate, os.DirFS(filepath.Join("testdata", "crate"))); err != nil {
		t.Fatal(err)
	}
	return crate
}
