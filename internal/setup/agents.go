package setup

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// agent is a host and how its presence shows.
type agent struct {
	name     string
	marks    []string // files and directories of a project that uses it
	programs []string // on the PATH of who uses it
}

var agents = []agent{
	{"claude", []string{".claude", "CLAUDE.md", ".mcp.json"}, []string{"claude"}},
	{"codex", []string{".codex"}, []string{"codex"}},
	{"cursor", []string{".cursor", ".cursorrules"}, []string{"cursor", "cursor-agent"}},
	{"gemini", []string{".gemini", "GEMINI.md"}, []string{"gemini"}},
	{"copilot", []string{".github/copilot-instructions.md", ".github/copilot", ".github/hooks"}, []string{"copilot"}},
	{"vscode", []string{".vscode"}, []string{"code"}},
	{"opencode", []string{"opencode.json", "opencode.jsonc", ".opencode"}, []string{"opencode"}},
	{"zed", []string{".zed"}, []string{"zed", "zeditor"}},
}

// Agents are the names that Options.Agents accepts.
func Agents() []string {
	names := make([]string, len(agents))
	for i, a := range agents {
		names[i] = a.name
	}
	return names
}

// Found are the agents that a project shows signs of or that this machine has.
func Found(dir string) []string {
	var out []string
	for _, a := range agents {
		if slices.ContainsFunc(a.marks, func(mark string) bool { return exists(dir, mark) }) || slices.ContainsFunc(a.programs, onPath) {
			out = append(out, a.name)
		}
	}
	return out
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
	return err == nil
}

func onPath(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// Seconds that hosts wait for a hook. The budgets of pollux hook are a bit shorter, so that pollux itself says what happened.
const (
	editSeconds  = 60
	stopSeconds  = 600
	startSeconds = 30
)

func secondsOf(event string) int {
	switch strings.ToLower(event) {
	case "stop", "afteragent", "agentstop":
		return stopSeconds
	case "sessionstart":
		return startSeconds
	}
	return editSeconds
}

// matchers are the tools after which a file may have changed, by event. A shell may change any; pollux then asks git.
var matchers = map[string]string{
	"PostToolUse": "Edit|Write|MultiEdit|Bash", "AfterTool": "write_file|replace|run_shell_command",
	"postToolUse": "create|edit|str_replace_editor|apply_patch|bash", "codex PostToolUse": "apply_patch|Bash", "cursor postToolUse": "^(Write|Edit|Shell)$",
}

// nested is the form that Claude Code gave the world: a matcher, and a list of handlers.
func nested(unit int) func(Options, string) any {
	return func(opt Options, event string) any { return nestedWith(opt, event, matchers[event], unit) }
}

func nestedWith(opt Options, event, matcher string, unit int) any {
	entry := map[string]any{"hooks": []any{map[string]any{"type": "command", "command": opt.Command + " hook", "timeout": secondsOf(event) * unit}}}
	if matcher != "" {
		entry["matcher"] = matcher
	}
	return entry
}

// stdio is the inner form of an MCP server that most hosts share.
func stdio(opt Options) any {
	return map[string]any{"command": opt.Command, "args": []any{"mcp"}}
}

// typed is the same with the word that VS Code wants.
func typed(opt Options) any {
	return map[string]any{"type": "stdio", "command": opt.Command, "args": []any{"mcp"}}
}

// checkCommand is what rust-analyzer runs in the place of cargo check.
func checkCommand(opt Options) []any {
	return []any{opt.Command, "check", "--workspace", "--all-targets", "--format", "cargo"}
}

func in(path, part string, f file, agents ...string) file {
	f.path, f.part, f.agents = path, part, agents
	return f
}

func where(mark string, f file) file {
	f.when = mark
	return f
}

// files are all parts, in the order in which a plan shows them. Sources of the forms: docs/agents.md.
var files = []file{
	in(".claude/settings.json", Hooks, hooked(nested(1), "PostToolUse", "Stop", "SessionStart"), "claude"),
	in(".mcp.json", Server, setting(stdio, "mcpServers", "pollux"), "claude"),
	in(".claude/skills/pollux/SKILL.md", Skill, own(fromTexts("SKILL.md")), "claude"),

	in(".codex/hooks.json", Hooks, hooked(func(opt Options, event string) any {
		return nestedWith(opt, event, matchers["codex "+event], 1)
	}, "PostToolUse", "Stop", "SessionStart"), "codex"),
	in(".codex/config.toml", Server, tables("mcp_servers.pollux", func(opt Options) string {
		return "command = " + quoted(opt.Command) + "\nargs = [\"mcp\"]\n"
	}), "codex"),

	in(".cursor/hooks.json", Hooks, numbered(), "cursor"),
	in(".cursor/hooks.json", Hooks, hooked(cursorHook, "postToolUse", "stop", "sessionStart"), "cursor"),
	in(".cursor/mcp.json", Server, setting(stdio, "mcpServers", "pollux"), "cursor"),

	in(".gemini/settings.json", Hooks, hooked(nested(1000), "AfterTool", "AfterAgent", "SessionStart"), "gemini"),
	in(".gemini/settings.json", Server, setting(stdio, "mcpServers", "pollux"), "gemini"),

	in(".github/hooks/pollux.json", Hooks, numbered(), "copilot", "vscode"),
	in(".github/hooks/pollux.json", Hooks, hooked(copilotHook, "postToolUse", "agentStop", "sessionStart"), "copilot", "vscode"),
	in(".vscode/mcp.json", Server, setting(typed, "servers", "pollux"), "vscode"),

	in("opencode.json", Server, setting(func(opt Options) any {
		return map[string]any{"type": "local", "command": []any{opt.Command, "mcp"}, "enabled": true}
	}, "mcp", "pollux"), "opencode"),
	in(".zed/settings.json", Server, setting(stdio, "context_servers", "pollux"), "zed"),

	in(".agents/skills/pollux/SKILL.md", Skill, own(fromTexts("SKILL.md")), "codex", "cursor", "gemini", "copilot", "vscode", "opencode", "zed"),
	in("AGENTS.md", Instructions, section("AGENTS.md"), "codex", "cursor", "gemini", "copilot", "vscode", "opencode", "zed"),

	where(".vscode", in(".vscode/settings.json", RustAnalyzer, setting(func(opt Options) any { return checkCommand(opt) }, "rust-analyzer.check.overrideCommand"))),
	where(".zed", in(".zed/settings.json", RustAnalyzer, setting(func(opt Options) any { return checkCommand(opt) },
		"lsp", "rust-analyzer", "initialization_options", "check", "overrideCommand"))),
	where(".helix", in(".helix/languages.toml", RustAnalyzer, tables("language-server.rust-analyzer.config.check", func(opt Options) string {
		var words []string
		for _, w := range checkCommand(opt) {
			words = append(words, quoted(w.(string)))
		}
		return "overrideCommand = [" + strings.Join(words, ", ") + "]\n"
	}))),
	where(".github/workflows", in(".github/workflows/pollux.yml", GitHubActions, own(fromTexts("workflow.yml")))),
}

func cursorHook(opt Options, event string) any {
	entry := map[string]any{"command": opt.Command + " hook", "timeout": secondsOf(event)}
	if matcher := matchers["cursor "+event]; matcher != "" {
		entry["matcher"] = matcher
	}
	if event == "stop" {
		entry["loop_limit"] = 5
	}
	return entry
}

func copilotHook(opt Options, event string) any {
	entry := map[string]any{"type": "command", "command": opt.Command + " hook", "timeoutSec": secondsOf(event)}
	if matcher := matchers[event]; matcher != "" {
		entry["matcher"] = matcher
	}
	return entry
}

// quoted is a basic string of TOML.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
