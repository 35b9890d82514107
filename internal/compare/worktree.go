package compare

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// Worktree is where a git working tree stands, without a look into its files.
type Worktree struct {
	Top     string   // absolute, symbolic links resolved
	Head    string   // commit; empty in a repository without commits
	Changed []string // absolute paths of files that differ from HEAD, untracked ones included, deleted ones too
}

// ReadWorktree asks git about the tree around dir. It is a fault of usage when dir is not in one.
func ReadWorktree(ctx context.Context, dir string) (*Worktree, error) {
	g := git{dir: dir}
	top, err := g.top(ctx)
	if err != nil {
		return nil, err
	}
	w := &Worktree{Top: top}
	if out, err := g.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"); err == nil {
		w.Head = strings.TrimSpace(string(out))
	}
	out, err := g.run(ctx, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all")
	if err != nil {
		return nil, fmt.Errorf("list what has changed: %w", err)
	}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if len(entry) > len("XY ") { // two letters of status, a space, the name from the top
			w.Changed = append(w.Changed, filepath.Join(top, filepath.FromSlash(entry[len("XY "):])))
		}
	}
	return w, nil
}
