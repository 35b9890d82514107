// Package looptest is a coding agent that does what a file says: a program for tests, with no model behind it.
//
// It speaks the Agent Client Protocol, or prints what `claude -p` and `codex exec` print, by the word that it is started with.
package looptest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	acp "github.com/coder/acp-go-sdk"
)

// Env names the variable that holds the path of the script; a process in which it is set is the agent.
const Env = "POLLUX_TEST_AGENT"

// Script is what the agent does, turn by turn. How many turns are done is kept in a file beside the script, so that a session goes on
// in another process.
type Script struct {
	Turns []Turn `json:"turns"`
	// Mute is an agent that never answers, Loads one that can go on with a session.
	Mute  bool `json:"mute"`
	Loads bool `json:"loads"`
}

// Turn is what is done when a prompt comes.
type Turn struct {
	Say   string `json:"say"`
	Write map[string]string
	Edits []Edit `json:"edits"`
	Ask   string `json:"ask"`  // kind of tool to ask permission for; the turn's changes wait for it
	Hang  bool   `json:"hang"` // until it is cancelled
	Deaf  bool   `json:"deaf"` // with Hang: not even then
	Fail  string `json:"fail"` // end with this error
	Stop  string `json:"stop"` // reason to stop, end_turn when empty
}

// Edit replaces the first occurrence of a text.
type Edit struct{ Path, Old, New string }

// Main runs the agent: args are those of the program, the first may be -p (claude) or exec (codex).
func Main(args []string, in io.Reader, out io.Writer) int {
	path := os.Getenv(Env)
	text, err := os.ReadFile(path)
	var s Script
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "scripted agent:", err)
		return 1
	}
	if len(args) > 0 && (args[0] == "-p" || args[0] == "exec") {
		return headless(args, in, out, &s, path)
	}
	a := &agent{script: &s, path: path, cancelled: make(chan struct{}, 1)}
	a.conn = acp.NewAgentSideConnection(a, out, in)
	<-a.conn.Done()
	return 0
}

// next is the turn that comes, and counts it.
func (s *Script) next(path string) (Turn, error) {
	count := 0
	if text, err := os.ReadFile(path + ".done"); err == nil {
		if count, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
			return Turn{}, err
		}
	}
	if count >= len(s.Turns) {
		return Turn{}, errors.New("the script has no more turns")
	}
	return s.Turns[count], os.WriteFile(path+".done", []byte(strconv.Itoa(count+1)), 0o600)
}

// prompted appends what the agent was told, for tests to read.
func prompted(path, prompt string) error {
	f, err := os.OpenFile(path+".prompts", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintf(f, "--- prompt\n%s\n", prompt)
	return err
}

// agent answers the protocol.
type agent struct {
	script    *Script
	path      string
	cwd       string
	conn      *acp.AgentSideConnection
	cancelled chan struct{}
}

// Initialize says hello.
func (a *agent) Initialize(ctx context.Context, _ acp.InitializeRequest) (acp.InitializeResponse, error) {
	if a.script.Mute {
		<-ctx.Done()
	}
	return acp.InitializeResponse{ProtocolVersion: acp.ProtocolVersionNumber, AgentCapabilities: acp.AgentCapabilities{LoadSession: a.script.Loads}}, nil
}

// NewSession begins a conversation.
func (a *agent) NewSession(_ context.Context, req acp.NewSessionRequest) (acp.NewSessionResponse, error) {
	a.cwd = req.Cwd
	return acp.NewSessionResponse{SessionId: "scripted"}, nil
}

// LoadSession goes on with one.
func (a *agent) LoadSession(_ context.Context, req acp.LoadSessionRequest) (acp.LoadSessionResponse, error) {
	a.cwd = req.Cwd
	return acp.LoadSessionResponse{}, nil
}

// Prompt plays a turn.
func (a *agent) Prompt(ctx context.Context, req acp.PromptRequest) (acp.PromptResponse, error) {
	var text strings.Builder
	for _, block := range req.Prompt {
		if block.Text != nil {
			text.WriteString(block.Text.Text)
		}
	}
	if err := prompted(a.path, text.String()); err != nil {
		return acp.PromptResponse{}, err
	}
	turn, err := a.script.next(a.path)
	if err != nil {
		return acp.PromptResponse{}, err
	}
	if turn.Fail != "" {
		return acp.PromptResponse{}, errors.New(turn.Fail)
	}
	tell := func(u acp.SessionUpdate) {
		_ = a.conn.SessionUpdate(ctx, acp.SessionNotification{SessionId: req.SessionId, Update: u})
	}
	tell(acp.UpdateAgentMessageText(turn.Say))
	if turn.Hang {
		return a.hang(turn), nil
	}
	if turn.Ask != "" && !a.permitted(ctx, req.SessionId, turn.Ask) {
		return acp.PromptResponse{StopReason: acp.StopReasonRefusal}, nil
	}
	for path, content := range turn.Write {
		tell(acp.StartEditToolCall(acp.ToolCallId(path), "write "+path, path, content))
		if err := a.write(ctx, req.SessionId, path, content); err != nil {
			tell(acp.UpdateAgentMessageText(fmt.Sprintf(" [%s was not written: %v]", path, err)))
		}
	}
	for _, e := range turn.Edits {
		if err := a.edit(ctx, req.SessionId, e); err != nil {
			return acp.PromptResponse{}, err
		}
	}
	stop := acp.StopReason(turn.Stop)
	if stop == "" {
		stop = acp.StopReasonEndTurn
	}
	return acp.PromptResponse{StopReason: stop}, nil
}

// hang waits until the turn is cancelled.
func (a *agent) hang(turn Turn) acp.PromptResponse {
	<-a.cancelled
	if turn.Deaf {
		select {}
	}
	return acp.PromptResponse{StopReason: acp.StopReasonCancelled}
}

func (a *agent) permitted(ctx context.Context, session acp.SessionId, kind string) bool {
	k := acp.ToolKind(kind)
	res, err := a.conn.RequestPermission(ctx, acp.RequestPermissionRequest{
		SessionId: session, ToolCall: acp.ToolCallUpdate{ToolCallId: "ask", Kind: &k, Title: acp.Ptr("do " + kind)},
		Options: []acp.PermissionOption{
			{Kind: acp.PermissionOptionKindAllowAlways, Name: "always", OptionId: "always"},
			{Kind: acp.PermissionOptionKindAllowOnce, Name: "once", OptionId: "once"},
			{Kind: acp.PermissionOptionKindRejectOnce, Name: "no", OptionId: "no"},
		},
	})
	return err == nil && res.Outcome.Selected != nil && res.Outcome.Selected.OptionId == "once"
}

func (a *agent) write(ctx context.Context, session acp.SessionId, path, content string) error {
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.cwd, path)
	}
	_, err := a.conn.WriteTextFile(ctx, acp.WriteTextFileRequest{SessionId: session, Path: path, Content: content})
	return err
}

func (a *agent) edit(ctx context.Context, session acp.SessionId, e Edit) error {
	path := filepath.Join(a.cwd, e.Path)
	have, err := a.conn.ReadTextFile(ctx, acp.ReadTextFileRequest{SessionId: session, Path: path})
	if err != nil {
		return err
	}
	if !strings.Contains(have.Content, e.Old) {
		return fmt.Errorf("%s does not hold %q", e.Path, e.Old)
	}
	return a.write(ctx, session, e.Path, strings.Replace(have.Content, e.Old, e.New, 1))
}

// Cancel ends a turn.
func (a *agent) Cancel(context.Context, acp.CancelNotification) error {
	select {
	case a.cancelled <- struct{}{}:
	default:
	}
	return nil
}

// Authenticate is not needed.
func (a *agent) Authenticate(context.Context, acp.AuthenticateRequest) (acp.AuthenticateResponse, error) {
	return acp.AuthenticateResponse{}, nil
}

// CloseSession is not offered.
func (a *agent) CloseSession(context.Context, acp.CloseSessionRequest) (acp.CloseSessionResponse, error) {
	return acp.CloseSessionResponse{}, acp.NewMethodNotFound(acp.AgentMethodSessionClose)
}

// ListSessions is not offered.
func (a *agent) ListSessions(context.Context, acp.ListSessionsRequest) (acp.ListSessionsResponse, error) {
	return acp.ListSessionsResponse{}, acp.NewMethodNotFound(acp.AgentMethodSessionList)
}

// ResumeSession is not offered.
func (a *agent) ResumeSession(context.Context, acp.ResumeSessionRequest) (acp.ResumeSessionResponse, error) {
	return acp.ResumeSessionResponse{}, acp.NewMethodNotFound(acp.AgentMethodSessionResume)
}

// SetSessionConfigOption is not offered.
func (a *agent) SetSessionConfigOption(context.Context, acp.SetSessionConfigOptionRequest) (acp.SetSessionConfigOptionResponse, error) {
	return acp.SetSessionConfigOptionResponse{}, acp.NewMethodNotFound(acp.AgentMethodSessionSetConfigOption)
}

// SetSessionMode is not offered.
func (a *agent) SetSessionMode(context.Context, acp.SetSessionModeRequest) (acp.SetSessionModeResponse, error) {
	return acp.SetSessionModeResponse{}, acp.NewMethodNotFound(acp.AgentMethodSessionSetMode)
}

// headless plays a turn as a program that takes one prompt does.
func headless(args []string, in io.Reader, out io.Writer, s *Script, path string) int {
	prompt, err := io.ReadAll(in)
	if err == nil {
		err = prompted(path, strings.Join(args, " ")+"\n"+string(prompt))
	}
	turn, failed := s.next(path)
	if err = errors.Join(err, failed); err != nil {
		fmt.Fprintln(os.Stderr, "scripted agent:", err)
		return 1
	}
	if turn.Fail != "" {
		fmt.Fprintln(os.Stderr, turn.Fail)
		return 1
	}
	for name, content := range turn.Write {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			return 1
		}
	}
	for _, e := range turn.Edits {
		text, err := os.ReadFile(e.Path)
		if err != nil || os.WriteFile(e.Path, []byte(strings.Replace(string(text), e.Old, e.New, 1)), 0o600) != nil {
			return 1
		}
	}
	say, err := json.Marshal(turn.Say)
	if err != nil {
		return 1
	}
	if args[0] == "-p" {
		fmt.Fprintf(out, `{"type":"system","subtype":"init","session_id":"s-1"}`+"\n"+"no JSON\n"+
			`{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":%s}]},"session_id":"s-1"}`+"\n", say)
		if turn.Stop != "cut" {
			fmt.Fprintf(out, `{"type":"result","subtype":"success","is_error":%t,"result":%s,"session_id":"s-1"}`+"\n", turn.Stop == "error", say)
		}
		return 0
	}
	fmt.Fprintf(out, `{"type":"thread.started","thread_id":"t-1"}`+"\n"+`{"type":"turn.started"}`+"\n"+
		`{"type":"item.completed","item":{"id":"1","type":"agent_message","text":%s}}`+"\n", say)
	switch turn.Stop {
	case "cut":
	case "error":
		fmt.Fprintln(out, `{"type":"turn.failed","error":{"message":"no more tokens"}}`)
	default:
		fmt.Fprintln(out, `{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}`)
	}
	return 0
}
