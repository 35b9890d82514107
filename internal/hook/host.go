package hook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"pollux/internal/didyoumean"
	"pollux/internal/fault"
)

// host is one way in which agents ask and want to be answered.
type host struct {
	name string
	// is recognises a call by the fields that only this host sends.
	is func(payload) bool
	// context, block and note are the host's own forms. The event is the name that the host used. A nil form is not had:
	// what should be said in it is dropped, a note goes to standard error.
	context func(event, text string) object
	block   func(event, text string) object
	note    func(text string) object
}

type object map[string]any

// unknownHost has no forms: it is never answered.
var unknownHost = &host{name: "unknown"}

// hosts are asked in this order; the first that recognises a call answers it. Sources of the fields and forms:
// docs/agents.md.
var hosts = []*host{
	{
		name:    "cursor",
		is:      func(p payload) bool { return p.has("cursor_version") },
		context: func(_, text string) object { return object{"additional_context": text} },
		block:   func(_, text string) object { return object{"followup_message": text} },
	},
	{
		name:    "crush",
		is:      func(p payload) bool { return p.has("event") && !p.has("hook_event_name", "hookEventName") },
		context: func(_, text string) object { return object{"version": 1, "context": text} },
	},
	{
		name:    "vscode",
		is:      func(p payload) bool { return p.has("hookEventName") },
		context: nestedContext,
		block:   vscodeBlock,
		note:    systemMessage,
	},
	{
		name:    "copilot",
		is:      isCopilot,
		context: func(_, text string) object { return object{"additionalContext": text} },
		block:   plainBlock,
	},
	{
		name:    "codex",
		is:      func(p payload) bool { return p.has("turn_id") },
		context: nestedContext,
		block:   plainBlock,
		note:    systemMessage,
	},
	{
		name:    "gemini",
		is:      isGemini,
		context: nestedContext,
		block:   func(_, text string) object { return object{"decision": "deny", "reason": text} },
		note:    systemMessage,
	},
	{
		name:    "qwen",
		is:      func(p payload) bool { return p.has("hook_event_name") && p.has("timestamp") },
		context: nestedContext,
		block:   plainBlock,
		note:    systemMessage,
	},
	{ // and those that took its form over: Devin, Factory, Kiro, Augment
		name:    "claude",
		is:      func(p payload) bool { return p.has("hook_event_name") },
		context: nestedContext,
		block:   plainBlock,
		note:    systemMessage,
	},
}

// isCopilot recognises the CLI and the cloud agent in both of their spellings. What only they lack among the hosts that
// give a time is the path of a transcript at the start of a session.
func isCopilot(p payload) bool {
	return p.has("toolResult", "tool_result", "stopReason", "stop_reason", "toolName", "sessionId") ||
		p.has("timestamp") && !p.has("transcript_path", "permission_mode")
}

func isGemini(p payload) bool {
	switch p.event() {
	case "AfterTool", "AfterAgent":
		return true
	}
	return p.has("timestamp") && !p.has("permission_mode")
}

func nestedContext(event, text string) object {
	return object{"hookSpecificOutput": object{"hookEventName": event, "additionalContext": text}}
}

func plainBlock(_, text string) object { return object{"decision": "block", "reason": text} }

func vscodeBlock(event, text string) object {
	if event == "SubagentStop" {
		return plainBlock(event, text)
	}
	return object{"hookSpecificOutput": object{"hookEventName": event, "decision": "block", "reason": text}}
}

func systemMessage(text string) object { return object{"systemMessage": text} }

// Hosts are the names that --host accepts.
func Hosts() []string {
	names := make([]string, len(hosts))
	for i, h := range hosts {
		names[i] = h.name
	}
	return names
}

// hostOf finds the host of a call, or takes the one that was named. A name that does not exist is an error, and the host
// is found out all the same.
func hostOf(p payload, name string) (*host, error) {
	var err error
	for _, h := range hosts {
		if h.name == name {
			return h, nil
		}
	}
	if name != "" {
		err = fault.Usagef("unknown host `%s`", name).Hint(didyoumean.Hint(name, Hosts()))
	}
	for _, h := range hosts {
		if h.is(p) {
			return h, err
		}
	}
	return unknownHost, err
}

// write says the answer in the host's form: one JSON object, empty when there is nothing to say.
func (h *host) write(out, errs io.Writer, event string, a answer) {
	reply := object{}
	switch {
	case a.block != "" && h.block != nil:
		reply = h.block(event, a.block)
	case a.context != "" && h.context != nil:
		reply = h.context(event, a.context)
	}
	if a.note != "" {
		if h.note == nil {
			fmt.Fprintln(errs, a.note)
		} else {
			for key, value := range h.note(a.note) {
				reply[key] = value
			}
		}
	}
	if h == unknownHost {
		return
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if e.Encode(reply) == nil {
		_, _ = out.Write(text.Bytes()) // a host that has gone does not read the answer
	}
}
