// Package setup writes and takes back the configuration with which coding agents, editors and CI systems call pollux.
//
// It plans first: a [Plan] is a list of files with their text before and after, and nothing is written until [Plan.Write]. A file
// that exists is merged into, and what is not pollux's in it stays as it is, byte for byte. Planning again after writing gives an
// empty plan. What a person has set already is never replaced: it is said.
//
// It knows where hosts keep their settings and what these look like; whether a configured command works is the doctor's question.
package setup

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/google/renameio/v2/maybe"
)

// Options says what to set up and where.
type Options struct {
	Dir     string   // absolute: where the agents are started, mostly the top of the repository
	Agents  []string // names of [Agents]
	Command string   // how hosts call pollux; empty means "pollux", found on their PATH
	Leave   []string // parts that are not wanted, names of [Parts]
}

// Change is one file, before and after.
type Change struct {
	Path   string // relative to the directory, forward slashes
	Before []byte // nil: there is no such file
	After  []byte // nil: the file goes
}

// Plan is what would be done.
type Plan struct {
	Dir     string
	Changes []Change
	Notes   []string // what was left as it is, and why
}

// The parts that belong to no agent alone.
const (
	Instructions  = "agents-md"
	Skill         = "skill"
	RustAnalyzer  = "rust-analyzer"
	GitHubActions = "github"
	Hooks         = "hooks"
	Server        = "mcp"
)

// Parts are the names that Options.Leave accepts.
func Parts() []string {
	return []string{Hooks, Server, Skill, Instructions, RustAnalyzer, GitHubActions}
}

// New plans the setup.
func New(opt Options) (*Plan, error) {
	if opt.Command == "" {
		opt.Command = "pollux"
	}
	p := &planner{opt: opt, texts: map[string][]byte{}, before: map[string][]byte{}}
	for _, file := range files {
		if file.part != "" && slices.Contains(opt.Leave, file.part) || !file.wanted(opt) {
			continue
		}
		if err := p.edit(file); err != nil {
			return nil, err
		}
	}
	return p.plan(), nil
}

// planner collects what becomes of each file; several parts may edit one.
type planner struct {
	opt    Options
	order  []string
	texts  map[string][]byte // nil: absent
	before map[string][]byte
	notes  []string
}

func (p *planner) edit(f file) error {
	text, seen := p.texts[f.path]
	if !seen {
		var err error
		text, err = os.ReadFile(filepath.Join(p.opt.Dir, filepath.FromSlash(f.path)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("read the settings: %w", err)
		}
		p.order, p.before[f.path] = append(p.order, f.path), text
	}
	after, note, err := f.apply(text, p.opt)
	if err != nil {
		p.notes = append(p.notes, fmt.Sprintf("%s is left as it is: %v", f.path, err))
		after = text
	}
	if note != "" {
		p.notes = append(p.notes, f.path+": "+note)
	}
	p.texts[f.path] = after
	return nil
}

func (p *planner) plan() *Plan {
	plan := &Plan{Dir: p.opt.Dir, Notes: p.notes}
	for _, path := range p.order {
		if before, after := p.before[path], p.texts[path]; !bytes.Equal(before, after) {
			plan.Changes = append(plan.Changes, Change{path, before, after})
		}
	}
	return plan
}

// Diff shows the plan as unified diffs.
func (p *Plan) Diff() string {
	var b strings.Builder
	for _, c := range p.Changes {
		from, to := "a/"+c.Path, "b/"+c.Path
		if c.Before == nil {
			from = "/dev/null"
		}
		if c.After == nil {
			to = "/dev/null"
		}
		b.WriteString(udiff.Unified(from, to, string(c.Before), string(c.After)))
	}
	return b.String()
}

// Write does what the plan says, and keeps in cacheDir what is needed to take it back. The error names the file that could not
// be written; those before it are.
func (p *Plan) Write(cacheDir string) error {
	rec := readRecord(cacheDir, p.Dir)
	for _, c := range p.Changes {
		if err := p.put(c); err != nil {
			return err
		}
		rec.note(c)
	}
	rec.write(cacheDir, p.Dir)
	return nil
}

func (p *Plan) put(c Change) error {
	path := filepath.Join(p.Dir, filepath.FromSlash(c.Path))
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays a link
	}
	if c.After == nil {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("take back the settings: %w", err)
		}
		p.prune(filepath.Dir(path))
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write the settings: %w", err)
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	if err := maybe.WriteFile(path, c.After, mode); err != nil {
		return fmt.Errorf("write the settings: %w", err)
	}
	return nil
}

// prune removes directories that have become empty, up to the directory of the plan.
func (p *Plan) prune(dir string) {
	for dir != p.Dir && strings.HasPrefix(dir, p.Dir) && os.Remove(dir) == nil {
		dir = filepath.Dir(dir)
	}
}
