package hook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxPayloadBytes bounds what is read of a call. Hosts pass whole files and tool results along.
const maxPayloadBytes = 64 << 20

// payload is a call of a host as it came. Hosts spell the same field in two ways, and a field of an unexpected type is
// treated as absent.
type payload map[string]any

func readPayload(in io.Reader) (payload, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxPayloadBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	if len(text) > maxPayloadBytes {
		return nil, fmt.Errorf("standard input is larger than %d MiB", maxPayloadBytes>>20)
	}
	var p payload
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, fmt.Errorf("standard input is not a JSON object: %w", err)
	}
	if p == nil {
		return nil, errors.New("standard input is not a JSON object")
	}
	return p, nil
}

// has reports whether any of the fields is there at all.
func (p payload) has(names ...string) bool {
	for _, name := range names {
		if _, ok := p[name]; ok {
			return true
		}
	}
	return false
}

// text is the first of the fields that is a string and not empty.
func (p payload) text(names ...string) string {
	for _, name := range names {
		if s, ok := p[name].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// flag reports whether the first of the fields that is a boolean is true.
func (p payload) flag(names ...string) bool {
	for _, name := range names {
		if b, ok := p[name].(bool); ok {
			return b
		}
	}
	return false
}

// session names the conversation.
func (p payload) session() string {
	return p.text("session_id", "sessionId", "conversation_id", "conversationId")
}

// dir is where the agent works.
func (p payload) dir() string {
	if dir := p.text("cwd"); dir != "" {
		return dir
	}
	for _, root := range p.roots() {
		return root
	}
	return ""
}

// roots are the directories that the host calls its workspace.
func (p payload) roots() []string {
	list, _ := p["workspace_roots"].([]any)
	var out []string
	for _, item := range list {
		if s, ok := item.(string); ok && s != "" {
			out = append(out, s)
		}
	}
	return out
}

// kind is what a call is about.
type kind int

const (
	other     kind = iota // nothing that pollux has an answer to
	afterEdit             // a tool has run and may have changed files
	atStop                // the agent wants to end its turn
	atStart               // a session begins
)

// kinds are the names of events in lower case without separators: hosts write one name in several ways.
var kinds = map[string]kind{
	"posttooluse": afterEdit, "posttoolbatch": afterEdit, "aftertool": afterEdit, "afterfileedit": afterEdit,
	"stop": atStop, "agentstop": atStop, "subagentstop": atStop, "afteragent": atStop, "turnend": atStop,
	"sessionstart": atStart,
}

func (p payload) event() string { return p.text("hook_event_name", "hookEventName", "event") }

func (p payload) kind() kind {
	if name := p.event(); name != "" {
		return kinds[strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))]
	}
	switch { // Copilot's own form has no name of the event
	case p.has("toolResult", "tool_result"):
		return afterEdit
	case p.has("stopReason", "stop_reason"):
		return atStop
	case p.has("source") && !p.has("toolName"):
		return atStart
	}
	return other
}

// lastWords is what the agent said last, as far as the host tells.
func (p payload) lastWords() string {
	return p.text("last_assistant_message", "lastAssistantMessage", "prompt_response", "response")
}
