package setup

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
)

// Kind is what a host calls pollux for.
type Kind string

// The kinds of faces.
const (
	HookFace   Kind = "hook"
	ServerFace Kind = "mcp"
	CheckFace  Kind = "rust-analyzer"
)

// Face is one way in which a host is configured to call pollux.
type Face struct {
	Kind  Kind
	Host  string // claude, codex, ...; the editor for a check
	File  string // relative to the directory
	Event string // of a hook, as the host spells it
	Shell string // the command as a shell gets it; empty when Argv says it
	Argv  []string
}

// host is who reads a file, by its first directory or its name.
var hosts = map[string]string{
	".claude": "claude", ".mcp.json": "claude", ".codex": "codex", ".cursor": "cursor", ".gemini": "gemini", ".github": "copilot",
	".vscode": "vscode", "opencode.json": "opencode", ".zed": "zed", ".helix": "helix",
}

func hostOf(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return hosts[first]
}

// Configured lists the faces that the settings in dir configure, whoever wrote them. Broken are the files that cannot be read, with
// the reason.
func Configured(dir string) (faces []Face, broken map[string]string) {
	broken = map[string]string{}
	seen := map[string]bool{}
	for _, f := range files {
		if seen[f.path] || f.part == Skill || f.part == Instructions || f.part == GitHubActions {
			continue
		}
		seen[f.path] = true
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.path)))
		if err != nil {
			continue
		}
		var tree map[string]any
		if strings.HasSuffix(f.path, ".toml") {
			err = toml.Unmarshal(text, &tree)
		} else if text, err = hujson.Standardize(append(text, '\n')); err == nil {
			err = json.Unmarshal(text, &tree)
		}
		if err != nil {
			broken[f.path] = err.Error()
			continue
		}
		faces = append(faces, facesIn(f.path, tree)...)
	}
	return faces, broken
}

// facesIn finds the faces in the settings of one file.
func facesIn(path string, tree map[string]any) []Face {
	var out []Face
	host := hostOf(path)
	if events, ok := tree["hooks"].(map[string]any); ok {
		for _, event := range sortedKeys(events) {
			for _, command := range commandsIn(events[event]) {
				command.Kind, command.Host, command.File, command.Event = HookFace, host, path, event
				out = append(out, command)
			}
		}
	}
	for _, name := range []string{"mcpServers", "servers", "context_servers", "mcp", "mcp_servers"} {
		servers, _ := tree[name].(map[string]any)
		server, _ := servers["pollux"].(map[string]any)
		if argv := argvOf(server); len(argv) > 0 {
			out = append(out, Face{Kind: ServerFace, Host: host, File: path, Argv: argv})
		}
	}
	for _, way := range [][]string{
		{"rust-analyzer.check.overrideCommand"}, {"lsp", "rust-analyzer", "initialization_options", "check", "overrideCommand"},
		{"language-server", "rust-analyzer", "config", "check", "overrideCommand"},
	} {
		if argv := wordsOf(below(tree, way)); len(argv) > 0 && callsPollux(argv[0]) {
			out = append(out, Face{Kind: CheckFace, Host: host, File: path, Argv: argv})
		}
	}
	return out
}

func sortedKeys(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// commandsIn finds the commands that call pollux in whatever a host puts under an event.
func commandsIn(v any) []Face {
	var out []Face
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			out = append(out, commandsIn(item)...)
		}
	case map[string]any:
		for _, name := range []string{"command", "bash"} {
			command, _ := v[name].(string)
			if !callsPollux(command) {
				continue
			}
			if args := wordsOf(v["args"]); len(args) > 0 {
				return append(out, Face{Argv: append([]string{command}, args...)})
			}
			return append(out, Face{Shell: command})
		}
		out = append(out, commandsIn(v["hooks"])...)
	}
	return out
}

// argvOf is the command line of an MCP server: a program and its arguments, or one list of both.
func argvOf(server map[string]any) []string {
	if program, ok := server["command"].(string); ok {
		return append([]string{program}, wordsOf(server["args"])...)
	}
	return wordsOf(server["command"])
}

func wordsOf(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, item := range list {
		word, ok := item.(string)
		if !ok {
			return nil
		}
		out = append(out, word)
	}
	return out
}

func below(tree map[string]any, way []string) any {
	var v any = tree
	for _, name := range way {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}
