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
	git   bool
	tree  *compare.Worktree // what git says, once it was asked
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
	if top, ok := gitTop(s.base); ok {
		s.git, s.base = true, top
		s.roots = append(s.roots, top)
	}
	s.mem = h.remember(ctx, s.base)
	s.ses, s.known = s.mem.session(p.session())
	if !s.known {
		if err := s.look(ctx); err != nil {
			s.mem.close()
			return nil, err
		}
		if s.git {
			s.ses.Start = s.tree.Head
		}
	}
	return s, nil
}

// gitTop finds the working tree around a directory as git does, without asking it: that takes longer than all else here.
func gitTop(dir string) (string, bool) {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, ".git")); err == nil {
			return at, true
		}
		if at == filepath.Dir(at) {
			return "", false
		}
	}
}

// look asks git how the tree stands, once. A tree that git does not want to know is as one without git.
func (s *scene) look(ctx context.Context) error {
	if !s.git || s.tree != nil {
		return nil
	}
	var err error
	if s.tree, err = compare.ReadWorktree(ctx, s.dir); err != nil {
		s.git = false
		return ctx.Err()
	}
	return nil
}

// changed lists the files that git calls changed and that matter to a check.
func (s *scene) changed(ctx context.Context) ([]string, error) {
	if err := s.look(ctx); err != nil || s.tree == nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(s.tree.Changed), func(f string) bool { return !matters(f) }), nil
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

// check asks the engine about a place.
func (s *scene) check(ctx context.Context, at place, run func(context.Context, *engine.Project) (*engine.Result, error)) (*checked, error) {
	req := engine.Request{Dir: at.Dir, Env: s.h.Env}
	if at.Targets != "" {
		req.Overrides = append(req.Overrides, config.Override{Key: at.Targets, Value: "true"})
	}
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

// fresh are the findings that this session brought, in the order of the answer; info findings are left out. What the agent was told
// is its own; for the rest, the lines decide that differ from the commit at which the session started. Git is asked only when
// there is such a rest.
func (s *scene) fresh(ctx context.Context, c *checked) ([]finding.Finding, error) {
	var unsure []finding.Finding
	mine := map[string]bool{}
	for _, id := range s.ses.Told[c.key()] {
		mine[id] = true
	}
	for _, f := range c.Findings {
		if f.Severity >= finding.Warning && !mine[f.ID] && !slices.Contains(s.ses.Before, f.ID) {
			unsure = append(unsure, f)
		}
	}
	touched, err := s.touched(ctx, c, unsure)
	if err != nil {
		return nil, err
	}
	for _, f := range touched {
		mine[f.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(c.Findings), func(f finding.Finding) bool { return f.Severity < finding.Warning || !mine[f.ID] }), nil
}

// touched keeps the findings that the work of the session touches.
func (s *scene) touched(ctx context.Context, c *checked, fs []finding.Finding) ([]finding.Finding, error) {
	switch {
	case len(fs) == 0:
		return nil, nil
	case s.git:
		out, err := c.project.Touched(ctx, s.ses.Start, fs)
		var user *fault.UserError
		if s.ses.Start != "" && errors.As(err, &user) && user.Kind == fault.Usage { // the commit is gone: a rebase, another clone
			out, err = c.project.Touched(ctx, "", fs)
		}
		return out, err
	case s.ses.Before != nil: // all that was there is known
		return fs, nil
	}
	return slices.DeleteFunc(fs, func(f finding.Finding) bool { return !slices.Contains(s.ses.Edited, c.path(f.File)) }), nil
}

// key names a place in the memory.
func (p place) key() string { return p.Dir + " " + p.Targets }

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
