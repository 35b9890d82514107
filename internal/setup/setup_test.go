package setup

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
)

// world is a project to set up.
type world struct {
	t          *testing.T
	dir, cache string
}

func newWorld(t *testing.T, files map[string]string) *world {
	t.Helper()
	w := &world{t, t.TempDir(), t.TempDir()}
	for name, text := range files {
		path := filepath.Join(w.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *world) plan(opt Options) *Plan {
	w.t.Helper()
	opt.Dir = w.dir
	if opt.Agents == nil {
		opt.Agents = Agents()
	}
	p, err := New(opt)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) write(p *Plan) {
	w.t.Helper()
	if err := p.Write(w.cache); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) undo() {
	w.t.Helper()
	p, err := Undo(w.dir, w.cache)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(p.Notes) > 0 {
		w.t.Errorf("left behind: %v", p.Notes)
	}
	w.write(p)
}

// files is every file with its text.
func (w *world) files() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(w.dir, path)
		out[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) same(got, want map[string]string, when string) {
	w.t.Helper()
	for name, text := range want {
		if got[name] != text {
			w.t.Errorf("%s: %s is\n%s\nwant\n%s", when, name, got[name], text)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			w.t.Errorf("%s: %s is there", when, name)
		}
	}
}

// grown is settings as people and programs leave them behind.
var grown = []map[string]string{
	{},
	{".vscode/settings.json": "", ".claude/settings.json": "{}", ".zed/settings.json": "{ }\n", ".helix/languages.toml": "", ".github/workflows/ci.yml": "on: push\n"},
	{
		".claude/settings.json": "{\n  \"permissions\": {\"allow\": [\"Bash(ls)\"]},\n  \"hooks\": {\n    \"PostToolUse\": [\n      {\"matcher\": \"Edit\", \"hooks\": []}\n    ]\n  }\n}\n",
		".mcp.json":             "{\"mcpServers\":{\"other\":{\"command\":\"x\"}}}",
		".cursor/hooks.json":    "{\"version\": 1, \"hooks\": {\"stop\": []}}\n",
		".gemini/settings.json": "{\r\n\t\"theme\": \"x\"\r\n}\r\n",
		".codex/config.toml":    "model = \"m\"\n\n[mcp_servers.other]\ncommand = \"x\"",
		"AGENTS.md":             "# Ours\n\nText without an end of line",
		"opencode.json":         "{\n    \"$schema\": \"https://opencode.ai/config.json\",\n    \"mcp\": {}\n}\n",
	},
	{
		".vscode/settings.json": "// top\n{\n    // mine\n    \"editor.tabSize\": 4, // four\n    \"files.exclude\": {\"x\": true} /* last */ // end\n}\n// after\n",
		".zed/settings.json":    "{\n  \"lsp\": {\n    \"rust-analyzer\": { \"initialization_options\": { \"check\": { \"command\": \"clippy\" } } }, // tuned\n  },\n}\n",
		".helix/languages.toml": "[[language]]\nname = \"rust\"\n",
		".vscode/mcp.json":      "{\n\t\"servers\": {\n\t\t\"other\": {\n\t\t\t\"command\": \"x\"\n\t\t}\n\t}\n}\n",
	},
}

func TestWhatIsThereStaysAndASecondRunChangesNothing(t *testing.T) {
	for _, files := range grown {
		w := newWorld(t, files)
		w.write(w.plan(Options{}))
		after := w.files()
		for name, before := range files {
			keeps(t, name, before, after[name])
		}
		for name, text := range after {
			parses(t, name, text)
		}
		if again := w.plan(Options{}); len(again.Changes) > 0 {
			t.Errorf("a second run changes %s:\n%s", again.Changes[0].Path, again.Diff())
		}
		if info, err := os.Stat(filepath.Join(w.dir, "AGENTS.md")); files["AGENTS.md"] != "" && (err != nil || info.Mode().Perm() != 0o640) {
			t.Errorf("the mode of AGENTS.md changed: %v %v", info.Mode(), err)
		}
	}
}

// keeps asserts that before is found in after, in its order, byte for byte.
func keeps(t *testing.T, name, before, after string) {
	t.Helper()
	rest := after
	for i := range len(before) {
		j := strings.IndexByte(rest, before[i])
		if j < 0 {
			t.Errorf("%s lost something behind %q:\n%s", name, before[:i], after)
			return
		}
		rest = rest[j+1:]
	}
}

func parses(t *testing.T, name, text string) {
	t.Helper()
	var v map[string]any
	var err error
	switch {
	case strings.HasSuffix(name, ".toml"):
		err = toml.Unmarshal([]byte(text), &v)
	case strings.HasSuffix(name, ".json"):
		var plain []byte
		if plain, err = hujson.Standardize([]byte(text)); err == nil {
			err = json.Unmarshal(plain, &v)
		}
	}
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, text)
	}
}

func TestUndoGivesEveryByteBack(t *testing.T) {
	for _, files := range grown {
		w := newWorld(t, files)
		w.write(w.plan(Options{Agents: []string{"claude"}}))
		w.write(w.plan(Options{})) // in two steps
		w.undo()
		w.same(w.files(), files, "undo")
	}
}

func TestUndoWithoutARecordTakesOutWhatIsPolluxs(t *testing.T) {
	for _, files := range grown {
		w := newWorld(t, files)
		w.write(w.plan(Options{}))
		w.cache = t.TempDir()
		w.undo()
		got := w.files()
		for name, text := range got {
			if strings.Contains(text, "pollux") {
				t.Errorf("%s still names pollux:\n%s", name, text)
			}
			parses(t, name, text)
		}
		for name, before := range files {
			if !equivalent(name, got[name], before) {
				t.Errorf("%s became\n%s\nfrom\n%s", name, got[name], before)
			}
		}
	}
}

// equivalent reports whether two texts of a file say the same: JSON may differ in commas and white space, and an empty file or
// object may be gone.
func equivalent(name, got, want string) bool {
	if !strings.HasSuffix(name, ".json") {
		return strings.TrimSpace(got) == strings.TrimSpace(want)
	}
	compact := func(text string) string {
		v, err := hujson.Parse([]byte(cmp.Or(strings.TrimSpace(text), "{}")))
		if err != nil {
			return err.Error()
		}
		comments := bytes.Count([]byte(text), []byte("//"))
		v.Minimize()
		return fmt.Sprint(v.String(), comments)
	}
	return compact(got) == compact(want) || slices.Contains([]string{`{"version":1}0`, `{"version":1,"hooks":{"stop":[]}}0`, `{"$schema":"https://opencode.ai/config.json","mcp":{}}1`}, compact(want))
}

func TestUndoKeepsWhatOthersWroteSince(t *testing.T) {
	w := newWorld(t, grown[2])
	w.write(w.plan(Options{}))
	path := filepath.Join(w.dir, ".claude", "settings.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte(`"permissions"`), []byte(`"model": "m", "permissions"`), 1)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	w.undo()
	got := w.files()[".claude/settings.json"]
	if !strings.Contains(got, `"model": "m"`) || strings.Contains(got, "pollux") {
		t.Error(got)
	}
}

func TestWhatAPersonSetStays(t *testing.T) {
	check := func(name, text, note string) {
		t.Helper()
		w := newWorld(t, map[string]string{name: text})
		p := w.plan(Options{})
		w.write(p)
		if got := w.files()[name]; got != text {
			t.Errorf("%s became\n%s", name, got)
		}
		if all := strings.Join(p.Notes, "\n"); !strings.Contains(all, note) || note == "" && strings.Contains(all, name) {
			t.Errorf("%s: the notes are %q, want %q", name, all, note)
		}
	}
	check(".vscode/settings.json", `{"rust-analyzer.check.overrideCommand": ["mine"]}`, "is set already")
	check(".mcp.json", `{"mcpServers": {"pollux": {"command": "/opt/pollux", "args": ["mcp"]}}}`, "")
	check(".claude/settings.json", "{\"hooks\": {\"PostToolUse\": [{\"hooks\": [{\"command\": \"/opt/bin/pollux hook --budget 5s\"}]}], \"Stop\": [{\"hooks\": [{\"command\": \"pollux hook\"}]}], \"SessionStart\": [{\"hooks\": [{\"command\": \"pollux hook\"}]}]}}", "")
	check(".claude/skills/pollux/SKILL.md", "my own words\n", "it is there already")
	check(".claude/settings.json", "{ not json", "it is no JSON")
	check(".claude/settings.json", `["a list"]`, "no JSON object")
	check(".claude/settings.json", `{"hooks": 7}`, "no object")
	check(".codex/config.toml", "mcp_servers = { other = {} }\n", "cannot be added")
	check(".mcp.json", `{"mcpServers": []}`, "left as it is")
}

func TestOnlyWhatIsAskedForIsWritten(t *testing.T) {
	check := func(opt Options, want ...string) {
		t.Helper()
		w := newWorld(t, nil)
		w.write(w.plan(opt))
		got := w.files()
		for _, name := range want {
			if _, ok := got[name]; !ok {
				t.Errorf("%v: %s is missing", opt.Agents, name)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%v: %d files, want %v", opt.Agents, len(got), want)
		}
	}
	check(Options{Agents: []string{"claude"}}, ".claude/settings.json", ".mcp.json", ".claude/skills/pollux/SKILL.md")
	check(Options{Agents: []string{"claude"}, Leave: []string{Skill, Hooks}}, ".mcp.json")
	check(Options{Agents: []string{"opencode"}}, "opencode.json", "AGENTS.md", ".agents/skills/pollux/SKILL.md")
	check(Options{Agents: []string{"zed"}, Leave: []string{Skill, Instructions}}, ".zed/settings.json")
}

func TestAnotherCommandIsWrittenAndFoundAgain(t *testing.T) {
	w := newWorld(t, nil)
	opt := Options{Agents: []string{"cursor", "codex"}, Command: "/opt/bin/pollux"}
	w.write(w.plan(opt))
	files := w.files()
	if !strings.Contains(files[".cursor/hooks.json"], `"/opt/bin/pollux hook"`) || !strings.Contains(files[".codex/config.toml"], `"/opt/bin/pollux"`) {
		t.Errorf("%v", files)
	}
	if again := w.plan(opt); len(again.Changes) > 0 {
		t.Error(again.Diff())
	}
	w.undo()
	w.same(w.files(), nil, "undo")
}

func TestSignsOfAgentsAreFound(t *testing.T) {
	t.Setenv("PATH", "")
	w := newWorld(t, map[string]string{"CLAUDE.md": "x", ".github/copilot-instructions.md": "x", ".zed/settings.json": "{}"})
	if got := strings.Join(Found(w.dir), " "); got != "claude copilot zed" {
		t.Error(got)
	}
}
