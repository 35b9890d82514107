package doctor

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"pollux/internal/child"
	"pollux/internal/setup"
)

// hazard is a crate in which a check finds something, so that an answer shows that it was one.
var hazard = map[string]string{
	"Cargo.toml": "[package]\nname = \"pollux-doctor\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n",
	"src/lib.rs": "pub async fn wait() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n    std::future::ready(()).await;\n}\n",
}

// hazardRule is what a check finds there.
const hazardRule = "blocking-in-async"

// faceDeadline bounds one face: a first build of the sample and an answer.
const faceDeadline = 60 * time.Second

// trust is what a host wants from a person before it calls what a project configures. pollux cannot see whether it was given.
var trust = map[string]string{
	"codex hook":   "codex skips a new or changed hook without a word until /hooks has trusted it",
	"claude mcp":   "claude asks once before it starts a project's server; `claude mcp list` shows whether it runs",
	"gemini hook":  "gemini runs the hooks of trusted folders only; /permissions shows whether this is one",
	"gemini mcp":   "gemini starts servers in trusted folders only; `gemini mcp list` shows whether it runs",
	"vscode mcp":   "VS Code asks once before it starts a project's server",
	"copilot hook": "the cloud agent reads hooks on the default branch only, and needs pollux in its setup steps",
}

// Faces proves what the settings in dir configure, by doing what each host would do.
func (m Machine) Faces(ctx context.Context, dir string) []Line {
	faces, broken := setup.Configured(dir)
	var lines []Line
	for _, file := range sorted(broken) {
		lines = append(lines, Line{Name: file, Status: Broken, Detail: "cannot be read: " + broken[file], UsedFor: "the host that reads it",
			Hint: "correct the file; hosts ignore it as a whole"})
	}
	if len(faces) == 0 {
		return lines
	}
	sample, err := os.MkdirTemp("", "pollux-doctor-")
	if err != nil {
		return append(lines, Line{Name: "faces", Status: Broken, Detail: err.Error(), UsedFor: "agents and editors", Hint: "make the temporary directory writable"})
	}
	defer os.RemoveAll(sample)
	if sample, err = filepath.EvalSymlinks(sample); err == nil {
		err = writeCrate(sample, hazard)
	}
	if err != nil {
		return append(lines, Line{Name: "faces", Status: Broken, Detail: err.Error(), UsedFor: "agents and editors", Hint: "make the temporary directory writable"})
	}
	seen := map[string]bool{}
	for _, f := range faces {
		key := fmt.Sprint(f.Kind, f.Host, f.File, f.Shell, f.Argv, eventOf(f))
		if seen[key] {
			continue
		}
		seen[key] = true
		lines = append(lines, m.face(ctx, f, sample))
	}
	return lines
}

func sorted(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (m Machine) face(ctx context.Context, f setup.Face, sample string) Line {
	ctx, cancel := context.WithTimeout(ctx, faceDeadline)
	defer cancel()
	l := Line{Name: string(f.Kind) + " " + f.Host, Status: OK, UsedFor: "what " + f.File + " configures"}
	var err error
	switch f.Kind {
	case setup.HookFace:
		l.Name += " " + f.Event
		l.Detail, err = m.tryHook(ctx, f, sample)
	case setup.ServerFace:
		l.Detail, err = tryServer(ctx, f.Argv, sample)
	case setup.CheckFace:
		l.Detail, err = tryCheck(ctx, f.Argv, sample)
	}
	if err != nil {
		l.Status, l.Detail = Broken, err.Error()
		l.Hint = "put pollux on the PATH that " + f.Host + " has, or run pollux init --undo and then pollux init --command with its absolute path"
		return l
	}
	if word := trust[f.Host+" "+string(f.Kind)]; word != "" {
		l.Detail += "; " + word
	}
	return l
}

// eventOf is the recorded call that fits a hook.
func eventOf(f setup.Face) string {
	event := strings.ToLower(f.Event)
	switch {
	case strings.Contains(event, "tool") || strings.Contains(event, "edit"):
		return "edit"
	case strings.Contains(event, "start"):
		return "start"
	}
	return "stop"
}

// tryHook feeds a recorded call through the very command that is configured.
func (m Machine) tryHook(ctx context.Context, f setup.Face, sample string) (string, error) {
	event := eventOf(f)
	payload, ok := m.Sample(f.Host+"."+event, sample, filepath.Join(sample, "src", "lib.rs"))
	if !ok {
		return "", fmt.Errorf("there is no recorded call of %s", f.Host)
	}
	argv := f.Argv
	if f.Shell != "" {
		argv = []string{"sh", "-c", f.Shell}
	}
	memory, err := os.MkdirTemp("", "pollux-doctor-cache-") // what was told once is not told again: begin anew
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(memory)
	out, err := feed(ctx, argv, sample, payload, "POLLUX_CACHE_DIR="+memory)
	if err != nil {
		return "", err
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		return "", fmt.Errorf("the answer is no JSON object: %q", cut(out))
	}
	if event == "edit" && !strings.Contains(out, hazardRule) {
		return "", fmt.Errorf("the answer to an edit that blocks a thread does not say so: %s", cut(out))
	}
	if event == "edit" {
		return "a recorded edit was answered with its finding", nil
	}
	return "a recorded call was answered", nil
}

// tryServer starts the server as a client would, and lists its tools.
func tryServer(ctx context.Context, argv []string, dir string) (string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	said := &child.Tail{Limit: maxOutputBytes}
	cmd.Stderr = said
	session, err := sdk.NewClient(&sdk.Implementation{Name: "pollux-doctor"}, nil).Connect(ctx, &sdk.CommandTransport{Command: cmd}, nil)
	if err != nil {
		return "", fmt.Errorf("it does not start: %w %s", err, cut(said.String()))
	}
	defer session.Close()
	list, err := session.ListTools(ctx, nil)
	if err != nil {
		return "", fmt.Errorf("it lists no tools: %w", err)
	}
	var names []string
	for _, t := range list.Tools {
		names = append(names, t.Name)
	}
	if !slices.Contains(names, "check") {
		return "", fmt.Errorf("its tools are %s, without check", strings.Join(names, ", "))
	}
	return "it started and lists " + strings.Join(names, ", "), nil
}

// tryCheck runs what rust-analyzer would run in the place of cargo check.
func tryCheck(ctx context.Context, argv []string, dir string) (string, error) {
	out, err := feed(ctx, argv, dir, nil)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) { // a status is not read when there are messages
		return "", err
	}
	if !strings.Contains(out, `"pollux::`+hazardRule+`"`) || !strings.Contains(out, `"build-finished"`) {
		return "", fmt.Errorf("it prints no messages that rust-analyzer reads: %s", cut(cmp.Or(out, fmt.Sprint(err))))
	}
	return "its messages are those that rust-analyzer reads", nil
}

// feed runs a program with text on its standard input and gives what it wrote to standard output. The error of a program that fails
// holds what it said.
func feed(ctx context.Context, argv []string, dir string, in []byte, env ...string) (string, error) {
	var out bytes.Buffer
	said := &child.Tail{Limit: maxOutputBytes}
	err := child.Run(ctx, child.Command{Path: argv[0], Args: argv[1:], Dir: dir, Env: append(os.Environ(), env...), Stdin: bytes.NewReader(in),
		Stdout: &out, Stderr: said, Group: true})
	if err != nil && said.String() != "" {
		return out.String(), fmt.Errorf("%w: %s", err, cut(said.String()))
	}
	return out.String(), err
}

// cut is the beginning of a text in one line.
func cut(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 200 {
		return strings.ToValidUTF8(text[:200], "") + "…"
	}
	return text
}
