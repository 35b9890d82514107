package loop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	acp "github.com/coder/acp-go-sdk"

	"pollux/internal/child"
	"pollux/internal/engine"
	"pollux/internal/fault"
)

// Options are what every kind of agent needs to know.
type Options struct {
	Root   string   // of the project, absolute
	Env    []string // of the agent's process
	Permit Policy
	Resume string    // a session to go on with
	Out    io.Writer // what the agent does, a line at a time; nil means quiet
	Server []string  // a command that serves MCP about the project; empty offers none
	// Patience is how long a cancelled turn may take to end before the agent is killed; 0 means cancelWait.
	Patience time.Duration
}

// acpAgent is a program that speaks the Agent Client Protocol on its standard streams.
type acpAgent struct {
	conn    *acp.ClientSideConnection
	session acp.SessionId
	client  *acpClient
	loads   bool // it can go on with a session later
	stop    context.CancelFunc
	ended   chan struct{}
	stderr  *child.Tail
	in      io.Closer
	wait    time.Duration
}

const (
	startLimit = time.Minute     // for an agent to say hello
	cancelWait = 5 * time.Second // for an agent to end a turn that was cancelled
)

// StartACP starts a program and opens a session. A program that is not there, or does not speak the protocol, is a fault.
func StartACP(ctx context.Context, command []string, opt Options) (Agent, error) {
	files, err := confine(opt.Root)
	if err != nil {
		return nil, err
	}
	toAgent, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	out, fromAgent, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", errors.Join(err, toAgent.Close(), in.Close()))
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	a := &acpAgent{stop: stop, ended: make(chan struct{}), stderr: &child.Tail{Limit: 4 << 10}, in: in, wait: cmp.Or(opt.Patience, cancelWait)}
	var ran error
	go func() {
		defer close(a.ended)
		defer func() {
			if p := recover(); p != nil {
				ran = fmt.Errorf("start the agent: %v", p)
			}
			for _, end := range []*os.File{toAgent, fromAgent, in, out} {
				_ = end.Close() // what it left running holds its own ends
			}
		}()
		ran = child.Run(life, child.Command{
			Path: command[0], Args: command[1:], Dir: opt.Root, Env: opt.Env, Stdin: toAgent, Stdout: fromAgent, Stderr: a.stderr, Group: true,
		})
	}()
	a.client = &acpClient{files: files, permit: opt.Permit, out: opt.Out}
	listen := make(chan struct{})
	a.conn = acp.NewClientSideConnection(a.client, in, &gate{out, listen})
	a.conn.SetLogger(slog.New(slog.DiscardHandler))
	close(listen)
	if err := a.open(ctx, opt); err != nil {
		_ = a.Close()
		return nil, fault.Environmentf("the agent `%s` did not open a session", strings.Join(command, " ")).Because(cause(err, ran, a.stderr)).
			Hint("the program has to speak the Agent Client Protocol, as claude-agent-acp, codex-acp or `gemini --acp` do; `claude -p` and `codex exec` work too")
	}
	return a, nil
}

// gate is a reader that waits until it is opened: a connection reads as soon as it is made, and takes its logger only afterwards.
type gate struct {
	io.Reader
	opened <-chan struct{}
}

func (g *gate) Read(p []byte) (int, error) {
	<-g.opened
	return g.Reader.Read(p)
}

// errEnded is an agent that went away in the middle of a turn.
var errEnded = errors.New("it ended")

// cause is the most telling of what is known about an agent that failed.
func cause(err, ran error, stderr *child.Tail) error {
	if last := strings.TrimSpace(stderr.String()); last != "" {
		return fmt.Errorf("%w: %s", err, cut(last, 500))
	}
	return errors.Join(err, ran)
}

func (a *acpAgent) open(ctx context.Context, opt Options) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	go func() { // a program that ends before it is asked would be waited for
		defer cancel()
		select {
		case <-a.conn.Done():
		case <-ctx.Done():
		}
	}()
	hello, err := a.conn.Initialize(ctx, acp.InitializeRequest{
		ProtocolVersion:    acp.ProtocolVersionNumber,
		ClientCapabilities: acp.ClientCapabilities{Fs: acp.FileSystemCapabilities{ReadTextFile: true, WriteTextFile: true}},
		ClientInfo:         &acp.Implementation{Name: "pollux", Version: engine.Version},
	})
	if err != nil {
		return fmt.Errorf("initialize: %w", err)
	}
	a.loads = hello.AgentCapabilities.LoadSession
	servers := []acp.McpServer{}
	if len(opt.Server) > 0 {
		servers = append(servers, acp.McpServer{Stdio: &acp.McpServerStdio{Name: "pollux", Command: opt.Server[0], Args: opt.Server[1:], Env: []acp.EnvVariable{}}})
	}
	if opt.Resume != "" {
		if !a.loads {
			return errors.New("it cannot go on with a session")
		}
		if _, err := a.conn.LoadSession(ctx, acp.LoadSessionRequest{SessionId: acp.SessionId(opt.Resume), Cwd: opt.Root, McpServers: servers}); err != nil {
			return fmt.Errorf("load the session: %w", err)
		}
		a.session = acp.SessionId(opt.Resume)
		return nil
	}
	session, err := a.conn.NewSession(ctx, acp.NewSessionRequest{Cwd: opt.Root, McpServers: servers})
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	a.session = session.SessionId
	return nil
}

// Prompt gives the agent a turn. When ctx ends first, the agent is asked to stop, and is killed when it does not.
func (a *acpAgent) Prompt(ctx context.Context, text string) (Turn, error) {
	a.client.begin()
	type answer struct {
		res acp.PromptResponse
		err error
	}
	done := make(chan answer, 1)
	turn, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- answer{err: fmt.Errorf("the protocol: %v", p)}
			}
		}()
		res, err := a.conn.Prompt(turn, acp.PromptRequest{SessionId: a.session, Prompt: []acp.ContentBlock{acp.TextBlock(text)}})
		done <- answer{res, err}
	}()
	select {
	case got := <-done:
		if got.err != nil {
			return Turn{}, fmt.Errorf("the agent: %w", cause(got.err, nil, a.stderr))
		}
		return Turn{Said: a.client.words(), Stop: string(got.res.StopReason)}, nil
	case <-a.conn.Done():
		return Turn{}, fmt.Errorf("the agent: %w", cause(errEnded, nil, a.stderr))
	case <-ctx.Done():
	}
	_ = a.conn.Cancel(turn, acp.CancelNotification{SessionId: a.session})
	select {
	case <-done:
	case <-time.After(a.wait):
		a.stop()
	}
	return Turn{Stop: "cancelled"}, context.Cause(ctx)
}

func (a *acpAgent) Session() string {
	if !a.loads {
		return ""
	}
	return string(a.session)
}

// Close ends the program: it is told by the end of its input, and killed when that is not enough.
func (a *acpAgent) Close() error {
	_ = a.in.Close()
	select {
	case <-a.ended:
	case <-time.After(time.Second):
		a.stop()
		<-a.ended
	}
	a.stop()
	return a.client.files.tree.Close()
}

// acpClient is what the agent may ask of its client.
type acpClient struct {
	files  *confined
	permit Policy
	out    io.Writer

	telling sync.Mutex // guards out
	mu      sync.Mutex
	said    strings.Builder
}

func (c *acpClient) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said.Reset()
}

func (c *acpClient) words() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return cut(c.said.String(), maxSaidBytes)
}

// note tells of one step. The SDK calls back from a goroutine for each request, so lines are written one at a time.
func (c *acpClient) note(format string, args ...any) {
	if c.out != nil {
		c.telling.Lock()
		defer c.telling.Unlock()
		fmt.Fprintf(c.out, "  agent: "+format+"\n", args...)
	}
}

// SessionUpdate takes what the agent tells of its work.
func (c *acpClient) SessionUpdate(_ context.Context, n acp.SessionNotification) error {
	u := n.Update
	switch {
	case u.AgentMessageChunk != nil && u.AgentMessageChunk.Content.Text != nil:
		c.mu.Lock()
		if c.said.Len() < 1<<20 {
			c.said.WriteString(u.AgentMessageChunk.Content.Text.Text)
		}
		c.mu.Unlock()
	case u.ToolCall != nil:
		c.note("%s", cut(strings.Join(strings.Fields(u.ToolCall.Title), " "), 200))
	}
	return nil
}

// RequestPermission answers by the policy.
func (c *acpClient) RequestPermission(_ context.Context, req acp.RequestPermissionRequest) (acp.RequestPermissionResponse, error) {
	outcome := c.permit.answer(req)
	word := "refused"
	if outcome.Selected != nil && req.ToolCall.Kind != nil && c.permit.allows(*req.ToolCall.Kind) || outcome.Selected != nil && c.permit == PermitAll {
		word = "allowed"
	}
	title := ""
	if req.ToolCall.Title != nil {
		title = *req.ToolCall.Title
	}
	c.note("%s: %s", word, cut(title, 200))
	return acp.RequestPermissionResponse{Outcome: outcome}, nil
}

// ReadTextFile reads a file of the project.
func (c *acpClient) ReadTextFile(_ context.Context, req acp.ReadTextFileRequest) (acp.ReadTextFileResponse, error) {
	text, err := c.files.read(req.Path)
	if err != nil {
		return acp.ReadTextFileResponse{}, acp.NewInvalidParams(map[string]any{"error": err.Error()})
	}
	if req.Line != nil || req.Limit != nil {
		lines := strings.SplitAfter(text, "\n")
		from := 0
		if req.Line != nil {
			from = min(max(*req.Line-1, 0), len(lines))
		}
		to := len(lines)
		if req.Limit != nil && *req.Limit >= 0 {
			to = min(to, from+*req.Limit)
		}
		text = strings.Join(lines[from:to], "")
	}
	return acp.ReadTextFileResponse{Content: text}, nil
}

// WriteTextFile writes a file of the project when the policy lets it.
func (c *acpClient) WriteTextFile(_ context.Context, req acp.WriteTextFileRequest) (acp.WriteTextFileResponse, error) {
	if !c.permit.allows(acp.ToolKindEdit) {
		return acp.WriteTextFileResponse{}, acp.NewInvalidParams(map[string]any{"error": "edits are not permitted"})
	}
	if err := c.files.write(req.Path, req.Content); err != nil {
		c.note("refused: write %s: %v", req.Path, err)
		return acp.WriteTextFileResponse{}, acp.NewInvalidParams(map[string]any{"error": err.Error()})
	}
	return acp.WriteTextFileResponse{}, nil
}

// errNoTerminal answers what was not offered.
func errNoTerminal(method string) error { return acp.NewMethodNotFound(method) }

// CreateTerminal is not offered.
func (c *acpClient) CreateTerminal(context.Context, acp.CreateTerminalRequest) (acp.CreateTerminalResponse, error) {
	return acp.CreateTerminalResponse{}, errNoTerminal(acp.ClientMethodTerminalCreate)
}

// TerminalOutput is not offered.
func (c *acpClient) TerminalOutput(context.Context, acp.TerminalOutputRequest) (acp.TerminalOutputResponse, error) {
	return acp.TerminalOutputResponse{}, errNoTerminal(acp.ClientMethodTerminalOutput)
}

// ReleaseTerminal is not offered.
func (c *acpClient) ReleaseTerminal(context.Context, acp.ReleaseTerminalRequest) (acp.ReleaseTerminalResponse, error) {
	return acp.ReleaseTerminalResponse{}, errNoTerminal(acp.ClientMethodTerminalRelease)
}

// WaitForTerminalExit is not offered.
func (c *acpClient) WaitForTerminalExit(context.Context, acp.WaitForTerminalExitRequest) (acp.WaitForTerminalExitResponse, error) {
	return acp.WaitForTerminalExitResponse{}, errNoTerminal(acp.ClientMethodTerminalWaitForExit)
}

// KillTerminal is not offered.
func (c *acpClient) KillTerminal(context.Context, acp.KillTerminalRequest) (acp.KillTerminalResponse, error) {
	return acp.KillTerminalResponse{}, errNoTerminal(acp.ClientMethodTerminalKill)
}
