package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"pollux/internal/child"
	"pollux/tools/published"
)

// pair is one real change: a release of a crate and the one before it.
type pair struct {
	Crate string   `toml:"crate"`
	From  string   `toml:"from"`
	To    string   `toml:"to"`
	Args  []string `toml:"args"` // flags for cargo and pollux alike, such as features that the tests need
}

// ID names a change.
func (p pair) ID() string { return p.Crate + " " + p.From + ".." + p.To }

func (p pair) folder() string { return p.Crate + "-" + p.From + "-" + p.To }

func loadPairs(path string) ([]pair, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the changes: %w", err)
	}
	var file struct {
		Change []pair `toml:"change"`
	}
	if err := toml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("read the changes: %w", err)
	}
	seen := map[string]bool{}
	for _, p := range file.Change {
		if p.Crate == "" || p.From == "" || p.To == "" || seen[p.ID()] {
			return nil, fmt.Errorf("changes.toml: %q is not complete, or there twice", p.ID())
		}
		seen[p.ID()] = true
	}
	return file.Change, nil
}

// repository lays the pair out as a git repository of two commits, and returns its directory and how many lines of Rust changed.
func (t *tool) repository(ctx context.Context, p pair) (string, int, error) {
	dir := filepath.Join(t.work, "repo", p.folder())
	if err := os.RemoveAll(dir); err != nil {
		return "", 0, fmt.Errorf("clear %s: %w", dir, err)
	}
	for i, version := range []string{p.From, p.To} {
		source, err := published.Unpack(ctx, t.work, published.Crate{Name: p.Crate, Version: version})
		if err != nil {
			return "", 0, err
		}
		if err := lay(source, dir); err != nil {
			return "", 0, fmt.Errorf("lay out %s: %w", version, err)
		}
		if i == 0 {
			if _, err := git(ctx, dir, "init", "-q"); err != nil {
				return "", 0, err
			}
		}
		for _, args := range [][]string{{"add", "-A"}, {"commit", "-q", "--allow-empty", "-m", version}} {
			if _, err := git(ctx, dir, args...); err != nil {
				return "", 0, err
			}
		}
	}
	lines, err := changedLines(ctx, dir)
	return dir, lines, err
}

// lay makes the files of source those of the work tree in dir. The lock file belongs to neither release: both are built with the
// versions of today.
func lay(source, dir string) error {
	old, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, entry := range old {
		if entry.Name() == ".git" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("target\nCargo.lock\n"), 0o644)
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	out, said := &child.Tail{Limit: 4 << 20}, &child.Tail{Limit: 4 << 10}
	all := append([]string{"-c", "user.name=changes", "-c", "user.email=changes@example.com"}, args...)
	if err := child.Run(ctx, child.Command{Path: "git", Args: all, Dir: dir, Stdout: out, Stderr: said, Group: true}); err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, said.String())
	}
	return out.String(), nil
}

// changedLines counts the lines of Rust that the second commit adds or takes away.
func changedLines(ctx context.Context, dir string) (int, error) {
	out, err := git(ctx, dir, "diff", "--numstat", "HEAD~1", "HEAD", "--", "*.rs")
	if err != nil {
		return 0, err
	}
	sum := 0
	for line := range strings.Lines(out) {
		var added, taken int
		if _, err := fmt.Sscanf(line, "%d %d", &added, &taken); err == nil {
			sum += added + taken
		}
	}
	return sum, nil
}

// chosen are the pairs of the named crates, or all.
func chosen(pairs []pair, names []string) []pair {
	if len(names) == 0 {
		return pairs
	}
	return slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool {
		return !slices.Contains(names, p.Crate) && !slices.Contains(names, p.folder())
	})
}
