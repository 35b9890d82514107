package loop

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"pollux/internal/child"
	"pollux/internal/fault"
)

// headless is a program that takes one prompt on standard input, works, and ends: `claude -p`, `codex exec`. The turns of one
// conversation are runs of the program that name its session.
type headless struct {
	command []string
	opt     Options
	flavour flavour
	session string
}

// flavour is how one of these programs is called, and what its lines mean.
type flavour interface {
	args(opt Options, session string) []string
	line(event map[string]any, t *Turn, session *string) error
}

// Headless gives the agent for a command that is one of the known programs; nil when it is none.
func Headless(command []string, opt Options) Agent {
	name := strings.TrimSuffix(filepath.Base(command[0]), ".exe")
	switch {
	case name == "claude" && len(command) > 1 && (command[1] == "-p" || command[1] == "--print"):
		return &headless{command: command, opt: opt, flavour: claude{}, session: opt.Resume}
	case name == "codex" && len(command) > 1 && command[1] == "exec":
		return &headless{command: command, opt: opt, flavour: codex{}, session: opt.Resume}
	}
	return nil
}

func (h *headless) Session() string { return h.session }
func (h *headless) Close() error    { return nil }

// Prompt runs the program once.
func (h *headless) Prompt(ctx context.Context, text string) (Turn, error) {
	out, in := io.Pipe()
	errs := &child.Tail{Limit: 4 << 10}
	ended := make(chan error, 1)
	args := append(append([]string{}, h.command[1:]...), h.flavour.args(h.opt, h.session)...)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				ended <- fmt.Errorf("run the agent: %v", p)
				_ = in.Close()
			}
		}()
		err := child.Run(ctx, child.Command{
			Path: h.command[0], Args: args, Dir: h.opt.Root, Env: h.opt.Env, Stdin: strings.NewReader(text), Stdout: in, Stderr: errs, Group: true,
		})
		_ = in.Close()
		ended <- err
	}()
	turn, told := h.read(out)
	err := <-ended
	switch {
	case ctx.Err() != nil:
		return Turn{Stop: "cancelled"}, context.Cause(ctx)
	case told != nil:
		return turn, told
	case err != nil:
		return turn, fault.Environmentf("`%s` failed", strings.Join(h.command, " ")).Because(cause(err, nil, errs))
	case turn.Stop == "":
		return turn, fmt.Errorf("`%s` ended without a result", strings.Join(h.command, " "))
	}
	turn.Said = cut(turn.Said, maxSaidBytes)
	return turn, nil
}

// read takes the lines of the program to their end. Lines that are no events are left out.
func (h *headless) read(out io.Reader) (Turn, error) {
	var turn Turn
	var told error
	lines := bufio.NewReaderSize(out, 64<<10)
	for {
		line, err := lines.ReadString('\n')
		var event map[string]any
		if json.Unmarshal([]byte(line), &event) == nil {
			told = errors.Join(told, h.flavour.line(event, &turn, &h.session))
		}
		if err != nil {
			return turn, told
		}
	}
}

func str(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

// claude is Claude Code without a screen: code.claude.com/docs, "headless".
type claude struct{}

func (claude) args(opt Options, session string) []string {
	mode := map[Policy]string{PermitNone: "plan", PermitEdits: "acceptEdits", PermitAll: "bypassPermissions"}[opt.Permit]
	args := []string{"--output-format", "stream-json", "--verbose", "--permission-mode", mode}
	if session != "" {
		args = append(args, "--resume", session)
	}
	return args
}

func (claude) line(event map[string]any, t *Turn, session *string) error {
	if id := str(event, "session_id"); id != "" {
		*session = id
	}
	if str(event, "type") != "result" {
		return nil
	}
	t.Said, t.Stop = str(event, "result"), "end_turn"
	if failed, _ := event["is_error"].(bool); failed {
		return fmt.Errorf("claude: %s %s", str(event, "subtype"), cut(t.Said, 300))
	}
	return nil
}

// codex is Codex without a screen: `codex exec --json`, events as of codex-rs/exec.
type codex struct{}

func (codex) args(opt Options, session string) []string {
	mode := map[Policy]string{PermitNone: "read-only", PermitEdits: "workspace-write", PermitAll: "danger-full-access"}[opt.Permit]
	args := []string{"--json", "--sandbox", mode}
	if session != "" {
		args = append(args, "resume", session)
	}
	return append(args, "-")
}

func (codex) line(event map[string]any, t *Turn, session *string) error {
	switch str(event, "type") {
	case "thread.started":
		*session = str(event, "thread_id")
	case "item.completed":
		if item, _ := event["item"].(map[string]any); str(item, "type") == "agent_message" {
			t.Said = str(item, "text")
		}
	case "turn.completed":
		t.Stop = "end_turn"
	case "turn.failed":
		reason, _ := event["error"].(map[string]any)
		return fmt.Errorf("codex: %s", cut(str(reason, "message"), 300))
	case "error":
		return fmt.Errorf("codex: %s", cut(str(event, "message"), 300))
	}
	return nil
}
