package mcp

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"pollux/internal/config"
	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/report"
)

// tool is one tool and what it does.
type tool struct {
	sdk.Tool
	run func(call) (string, error)
}

// Schemas are written out: what is inferred from Go types allows null, which not every client's dialect of JSON Schema knows.
func (s *Server) tools() []tool {
	no := false
	reads := &sdk.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &no}
	runs := &sdk.ToolAnnotations{DestructiveHint: &no, IdempotentHint: true, OpenWorldHint: &no}
	path := property{"path", "string", "file or directory of the crate; the current directory when left out"}
	handle := property{"handle", "string", "of an earlier call that was not finished: waits for its result; nothing else is needed then"}
	return []tool{
		{sdk.Tool{Name: "context", Title: "What to know before writing async code here", Annotations: reads, InputSchema: schema(path),
			Description: "Facts about the async code at a path, in at most 400 tokens: runtimes and how they are started, locked versions and the API traps that matter at these versions, " +
				"features that are off, what must be Send, cancel safety of functions in reach, open findings. Call it before writing async Rust."}, s.context},
		{sdk.Tool{Name: "check", Title: "Check async Rust", Annotations: runs, InputSchema: schema(path,
			property{"packages", "array", "check these packages of the workspace only"},
			property{"rules", "array", "run these rules only, by id"},
			property{"changed", "boolean", "report only what lines that differ from HEAD touch"},
			property{"since", "string", "report only what lines that differ from the merge base with this revision touch"},
			property{"tests", "boolean", "check the test targets too"},
			property{"format", "string", "text (default) or json"},
			handle),
			Description: "Runs cargo check and reads what rustc knows about every future of the crate: what is wrong, where, why, and one fix. Seconds when the crate was built before. Nothing in the crate is changed."}, s.check},
		{sdk.Tool{Name: "verify", Title: "Verify async Rust by running it", Annotations: runs, InputSchema: schema(path,
			property{"place", "string", "suspicion: FILE:LINE, a function, or the id of a finding that may be wrong"},
			property{"claim", "string", "suspicion: what may go wrong there, in one sentence; it is repeated in the answer"},
			property{"test", "string", "suspicion: Rust text of a test file with #[tokio::test] functions that would show it; it stays outside of the crate"},
			property{"inside", "boolean", "the test is compiled as a module of the library, so that it sees private items"},
			property{"filters", "array", "explore only tests whose names contain one of these"},
			property{"budget_s", "integer", "seconds that the exploration may take, 300 when left out"},
			handle,
			property{"wait_s", "integer", "seconds to wait for the result, at most 40"}),
			Description: "The static check, then the crate's own tests under many schedules and cancellations. Starts, and answers with the result or with a handle; call again with the handle until " +
				"there is a result. With a suspicion the answer is: witnessed (a run failed), cleared (nothing fails in any schedule within the bound), not shown, not reached, or not decided with its reason."}, s.verify},
		{sdk.Tool{Name: "explain", Title: "Explain a rule or a finding", Annotations: reads, InputSchema: required(schema(
			property{"what", "string", "id of a rule, or the beginning of the id of a finding of the last check"}, path), "what"),
			Description: "A rule's page (what it reports, why it matters, what to write instead, what it misses), or a finding of the last check in full."}, s.explain},
	}
}

// property is one argument of a tool.
type property struct{ name, kind, description string }

func schema(properties ...property) map[string]any {
	all := map[string]any{}
	for _, p := range properties {
		entry := map[string]any{"type": p.kind, "description": p.description}
		if p.kind == "array" {
			entry["items"] = map[string]any{"type": "string"}
		}
		all[p.name] = entry
	}
	return map[string]any{"type": "object", "properties": all, "additionalProperties": false}
}

func required(schema map[string]any, names ...string) map[string]any {
	schema["required"] = names
	return schema
}

// at is the directory of a path argument, absolute.
func (s *Server) at(path string) (string, error) {
	full := filepath.FromSlash(cmp.Or(path, "."))
	if !filepath.IsAbs(full) {
		full = filepath.Join(cmp.Or(s.Dir, "."), full)
	}
	full, err := filepath.Abs(full)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	info, err := os.Stat(full)
	switch {
	case err != nil:
		return "", fault.Usagef("there is no %s", full).Hint("relative paths begin at the directory in which the server was started")
	case !info.IsDir():
		return filepath.Dir(full), nil
	}
	return full, nil
}

func (s *Server) context(c call) (string, error) {
	var args struct {
		Path string `json:"path"`
	}
	if err := c.arguments(&args); err != nil {
		return "", err
	}
	dir, err := s.at(args.Path)
	if err != nil {
		return "", err
	}
	if s.Brief == nil {
		return "", fault.Usagef("this pollux was built without context")
	}
	return s.run(c, wait{}, func(ctx context.Context, _ *job) (string, error) { return s.Brief(ctx, dir) })
}

type checkArgs struct {
	Path     string   `json:"path"`
	Packages []string `json:"packages"`
	Rules    []string `json:"rules"`
	Changed  bool     `json:"changed"`
	Since    string   `json:"since"`
	Tests    bool     `json:"tests"`
	Format   string   `json:"format"`
	Handle   string   `json:"handle"`
}

// request is what the arguments ask of the engine.
func (s *Server) request(dir string, a checkArgs) engine.Request {
	req := engine.Request{Dir: dir, Env: s.Env, Changed: a.Changed, Since: a.Since}
	for _, p := range a.Packages {
		req.Overrides = append(req.Overrides, config.Override{Key: "package", Value: p})
	}
	for _, r := range a.Rules {
		req.Overrides = append(req.Overrides, config.Override{Key: "rule", Value: r})
	}
	if a.Tests {
		req.Overrides = append(req.Overrides, config.Override{Key: "tests", Value: "true"})
	}
	return req
}

func (s *Server) check(c call) (string, error) {
	var args checkArgs
	if err := c.arguments(&args); err != nil {
		return "", err
	}
	if args.Handle != "" {
		return s.poll(c, wait{handle: args.Handle})
	}
	if args.Format != "" && args.Format != "text" && args.Format != "json" {
		return "", fault.Usagef("unknown format `%s`", args.Format).Hint("text or json")
	}
	dir, err := s.at(args.Path)
	if err != nil {
		return "", err
	}
	req := s.request(dir, args)
	return s.run(c, wait{}, func(ctx context.Context, j *job) (string, error) {
		res, err := s.checked(ctx, j, req)
		if err != nil {
			return "", err
		}
		return render(res, args.Format)
	})
}

// checked runs a check and offers its findings as resources. A check that found no way to begin is an error.
func (s *Server) checked(ctx context.Context, j *job, req engine.Request) (*engine.Result, error) {
	req.Progress = j
	res, err := s.Engine.Check(ctx, req)
	if err != nil {
		return nil, err
	}
	s.offer(res)
	return res, began(res)
}

// began is an error when none of the rungs ran, with the reason.
func began(res *engine.Result) error {
	if res.Verdict != engine.Incomplete || slices.ContainsFunc(res.Rungs, func(r engine.Rung) bool { return r.Status != "unknown" }) {
		return nil
	}
	text, err := render(res, "text")
	if err != nil {
		return err
	}
	return fault.Environmentf("%s", text)
}

func (s *Server) explain(c call) (string, error) {
	var args struct {
		What string `json:"what"`
		Path string `json:"path"`
	}
	if err := c.arguments(&args); err != nil {
		return "", err
	}
	what := strings.TrimSpace(args.What)
	if page, ok := s.Rule(what); ok {
		return page, nil
	}
	if what == "" || strings.Trim(what, "0123456789abcdef") != "" {
		return "", fault.Usagef("there is no rule `%s`", what).Hint("a rule's id stands in brackets in a finding: error[ID]")
	}
	dir, err := s.at(args.Path)
	if err != nil {
		return "", err
	}
	last, err := s.Engine.Last(dir)
	if err != nil {
		return "", err
	}
	in, f, ok := engine.Finding(last, what)
	if !ok {
		return "", fault.Usagef("no finding, or more than one, of the last check and exploration has an id that begins with `%s`", what).Hint("call check first")
	}
	text := report.Block(*f, report.Options{Source: engine.SourceOf(in.Root)})
	page, _ := s.Rule(f.Rule)
	return text + "\n" + page, nil
}

func (s *Server) verify(c call) (string, error) {
	var args verifyArgs
	if err := c.arguments(&args); err != nil {
		return "", err
	}
	if args.Wait < 0 || args.Budget < 0 {
		return "", fault.Usagef("wait_s and budget_s are not negative")
	}
	w := wait{handle: args.Handle, atMost: time.Duration(args.Wait) * time.Second}
	if args.Handle != "" {
		return s.poll(c, w)
	}
	dir, err := s.at(args.Path)
	if err != nil {
		return "", err
	}
	return s.run(c, w, func(ctx context.Context, j *job) (string, error) { return s.verified(ctx, j, dir, args) })
}
