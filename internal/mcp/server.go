// Package mcp is the face that agents call as a Model Context Protocol server on standard input and output: context, check,
// verify, explain.
//
// It holds no analysis: every answer is the engine's, as the text that the command line prints too. Results are text alone:
// several clients show a model nothing of the text when a result is structured as well.
//
// Invariants: each call answers within [callLimit]; what takes longer goes on under a handle that the next call asks for. One
// slow call never blocks another. A call that is cancelled, and a client that goes away, end the processes that were started
// for them. What a model can mend is a tool result that is marked as an error, never a protocol error.
package mcp

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/report"
)

const (
	// callLimit is when a call answers with a handle instead of a result: the shortest time that clients grant a tool is a
	// minute.
	callLimit = 40 * time.Second
	// defaultBudget bounds a verification for which no budget was named.
	defaultBudget = 5 * time.Minute
)

// Server answers the calls of one client. Engine is needed.
type Server struct {
	Engine *engine.Engine
	Env    []string                                      // KEY=VALUE, as os.Environ gives them
	Dir    string                                        // where relative paths begin; empty means the current directory
	Rule   func(id string) (string, bool)                // the page of a rule, and whether there is one
	Errs   io.Writer                                     // the log; nil means none
	Brief  func(context.Context, string) (string, error) // what a model should know before it writes in a directory

	limit time.Duration // of a call; 0 means callLimit
	every time.Duration // between notifications of progress; 0 means progressEvery

	sdk     *sdk.Server
	jobs    *jobs
	offered offered
}

const instructions = `pollux checks async Rust: locks held across awaits, blocked threads, futures that lose data when they are dropped, tasks that wait for ever.
context: what to know before writing async code here. check: the fast static check, after each change. verify: check, then the crate's own tests under schedules; with a
place, a claim and a scratch test it tries one suspicion. explain: a rule or a finding in full. A finding is true in the words it uses; what was not checked is listed.`

// Run serves until the client closes its end or ctx ends.
func (s *Server) Run(ctx context.Context, t sdk.Transport) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.jobs = newJobs(ctx)
	defer s.jobs.close()
	log := slog.New(slog.DiscardHandler)
	if s.Errs != nil {
		log = slog.New(slog.NewTextHandler(s.Errs, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	s.sdk = sdk.NewServer(&sdk.Implementation{Name: "pollux", Title: "pollux", Version: engine.Version}, &sdk.ServerOptions{
		Instructions: strings.ReplaceAll(instructions, "\n", " "),
		Logger:       log,
		Capabilities: &sdk.ServerCapabilities{},
	})
	for _, t := range s.tools() {
		s.sdk.AddTool(&t.Tool, s.handler(t.run))
	}
	s.addResources()
	err := s.sdk.Run(ctx, t)
	if errors.Is(err, io.EOF) || ctx.Err() != nil { // the client has gone, as it should at the end
		return nil
	}
	return err
}

// call is one call of a tool.
type call struct {
	ctx context.Context
	req *sdk.CallToolRequest
}

// handler makes a tool's function safe: its panic and its errors become results that a model can read.
func (s *Server) handler(run func(call) (string, error)) sdk.ToolHandler {
	return func(ctx context.Context, req *sdk.CallToolRequest) (res *sdk.CallToolResult, err error) {
		defer func() {
			if p := recover(); p != nil {
				if s.Errs != nil {
					fmt.Fprintf(s.Errs, "pollux %s: panic: %v\n\n%s", engine.Version, p, debug.Stack())
				}
				res, err = failed("internal error of pollux, a bug: "+fmt.Sprint(p)), nil
			}
		}()
		text, err := run(call{ctx, req})
		if err != nil {
			return failed(words(err)), nil
		}
		return said(text), nil
	}
}

func said(text string) *sdk.CallToolResult {
	return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: text}}}
}

func failed(text string) *sdk.CallToolResult {
	res := said(text)
	res.IsError = true
	return res
}

// words is an error with what helps against it.
func words(err error) string {
	text := err.Error()
	if user, ok := fault.As(err); ok {
		for _, hint := range user.Hints {
			text += "\nhelp: " + hint
		}
	}
	return text
}

// arguments reads the arguments of a call into one of the structs below. An argument that does not exist is named.
func (c call) arguments(into any) error {
	text := c.req.Params.Arguments
	if len(text) == 0 {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		reason := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "json: "), "cannot unmarshal ")
		return fault.Usagef("the arguments of %s are not as its schema says: %s", c.req.Params.Name, reason)
	}
	return nil
}

// maxTextBytes bounds a result: clients warn of results above ten thousand tokens.
const maxTextBytes = 24_000

// render writes a result as the command line does, and names the ids to ask explain about.
func render(res *engine.Result, format string) (string, error) {
	var b strings.Builder
	opt := report.Options{Source: engine.SourceOf(res.Root)}
	if err := report.Write(&b, cmp.Or(format, "text"), res, opt); err != nil {
		return "", err
	}
	if format == "json" {
		return b.String(), nil
	}
	text := shortened(strings.TrimRight(b.String(), "\n"))
	var ids []string
	for _, f := range res.Findings {
		if f.Severity > 0 && len(ids) < maxIDs {
			ids = append(ids, f.ID[:min(len(f.ID), 8)])
		}
	}
	if len(ids) > 0 {
		text += "\nids, in this order: " + strings.Join(ids, " ")
	}
	return text, nil
}

const maxIDs = 40

// shortened keeps the beginning, where the worst is, and the end, where the counts are. It cuts between blocks.
func shortened(text string) string {
	if len(text) <= maxTextBytes {
		return text
	}
	tail := text[strings.LastIndex(text[:len(text)-1], "\n\n")+2:]
	if len(tail) > maxTextBytes/4 {
		tail = strings.ToValidUTF8(tail[len(tail)-maxTextBytes/4:], "")
	}
	head := text[:maxTextBytes-len(tail)]
	if i := strings.LastIndex(head, "\n\n"); i > 0 {
		head = head[:i]
	}
	left := strings.Count(text[len(head):len(text)-len(tail)], "\n\n")
	return fmt.Sprintf("%s\n\n… %d more blocks are left out; name a path, a package or a rule to see them\n\n%s", strings.ToValidUTF8(head, ""), max(left-1, 1), tail)
}
