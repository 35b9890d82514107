package hook

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"pollux/internal/compare"
	"pollux/internal/config"
	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/finding"
)

// scene is what one call is about: where the agent works, what git says of it, and what pollux remembers.
type scene struct {
	h     *Hook
	dir   string // where the agent works, absolute
	base  string // the tree that it may change: git's working tree, or the directory and what the host calls its workspaces
	roots []string
	tree  *compare.Worktree // nil outside of git
	mem   *memory
	ses   *session
	known bool // not the first call of this session
}

// open looks at the scene of a call. Whoever opens it closes its memory.
func (h *Hook) open(ctx context.Context, p payload) (*scene, error) {
	dir, err := filepath.Abs(p.dir())
	if err != nil {
		return nil, fmt.Errorf("find the directory of the agent: %w", err)
	}
	s := &scene{h: h, dir: dir, base: dir, roots: append(p.roots(), dir)}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		s.roots = append(s.roots, real)
		s.base = real
	}
	if s.tree, err = compare.ReadWorktree(ctx, dir); err == nil {
		s.base = s.tree.Top
		s.roots = append(s.roots, s.tree.Top)
	} else if ctx.Err() != nil {
		return nil, err
	}
	s.mem = h.remember(ctx, s.base)
	s.ses, s.known = s.mem.session(p.session())
	if !s.known && s.tree != nil {
		s.ses.Start = s.tree.Head
	}
	return s, nil
}

// changed lists the files that git calls changed and that matter to a check.
func (s *scene) changed() []string {
	if s.tree == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.tree.Changed), func(f string) bool { return !matters(f) })
}

// moved keeps of the files those that have changed since this session last looked at them, and notes their state.
func (s *scene) moved(files []string) []string {
	var out []string
	for _, f := range files {
		state := "gone"
		if info, err := os.Stat(f); err == nil {
			state = fmt.Sprint(info.Size(), " ", info.ModTime().UnixNano())
		}
		if s.ses.Seen[f] != state {
			s.ses.Seen[f] = state
			out = append(out, f)
		}
	}
	return out
}

// maxPlaces bounds how many packages one call checks.
const maxPlaces = 4

// places are the packages that hold the files, as far as they lie where the agent works.
func (s *scene) places(files []string) []place {
	var out []place
	for _, f := range files {
		if !slices.ContainsFunc(s.roots, func(root string) bool { return within(root, f) }) {
			continue
		}
		if p, ok := placeOf(f); ok && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// checked is the answer for one place.
type checked struct {
	place
	*engine.Result
	failOn  finding.Severity
	project *engine.Project
}

// check asks the engine about a place, comparing with the commit at which the session started.
func (s *scene) check(ctx context.Context, at place, run func(context.Context, *engine.Project) (*engine.Result, error)) (*checked, error) {
	req := engine.Request{Dir: at.Dir, Env: s.h.Env}
	if at.Targets != "" {
		req.Overrides = append(req.Overrides, config.Override{Key: at.Targets, Value: "true"})
	}
	switch {
	case s.tree == nil:
	case s.ses.Start != "":
		req.Since = s.ses.Start
	default:
		req.Changed = true
	}
	c, err := s.ask(ctx, at, req, run)
	var user *fault.UserError
	if req.Since != "" && errors.As(err, &user) && user.Kind == fault.Usage { // the commit is gone: a rebase, another clone
		req.Since, req.Changed = "", true
		c, err = s.ask(ctx, at, req, run)
	}
	return c, err
}

func (s *scene) ask(ctx context.Context, at place, req engine.Request, run func(context.Context, *engine.Project) (*engine.Result, error)) (*checked, error) {
	project, err := s.h.Engine.Open(ctx, req)
	if err != nil {
		return nil, err
	}
	res, err := run(ctx, project)
	if err != nil {
		return nil, err
	}
	return &checked{at, res, project.Settings.FailOn, project}, nil
}

func plainCheck(ctx context.Context, p *engine.Project) (*engine.Result, error) { return p.Check(ctx) }

// fresh are the findings that this session brought, worst first; info findings are left out. The engine has already kept
// those that the change since the start of the session touches, where there is git to tell.
func (s *scene) fresh(c *checked) []finding.Finding {
	var out []finding.Finding
	for _, f := range c.Findings {
		switch {
		case f.Severity < finding.Warning || slices.Contains(s.ses.Before, f.ID):
		case s.tree == nil && s.ses.Before == nil && !slices.Contains(s.ses.Edited, c.path(f.File)):
		default:
			out = append(out, f)
		}
	}
	return out
}

// path is where the file of a finding lies.
func (c *checked) path(file string) string {
	if filepath.IsAbs(file) {
		return filepath.FromSlash(file)
	}
	return filepath.Join(c.Root, filepath.FromSlash(file))
}

// complete reports whether everything that was asked for was looked at, so that what is missing is fixed.
func (c *checked) complete() bool { return c.Verdict == engine.Clean || c.Verdict == engine.Findings }

// ids are the identities of findings.
func ids(fs []finding.Finding) []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.ID
	}
	return out
}
