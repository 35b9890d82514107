package compare

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"pollux/internal/child"
	"pollux/internal/fault"
	"pollux/internal/finding"
	"pollux/internal/rust"
)

const (
	gitDeadline    = time.Minute
	maxOutputBytes = 256 << 20
)

// Changes holds which lines of which files differ between a revision and the working tree.
//
// It knows Rust sources only. May miss changes inside git submodules and in files that git ignores: findings there count
// as unchanged.
type Changes struct {
	Ref   string // what the working tree was compared with, as the user named it; HEAD when nothing was named
	root  string // the files of findings are relative to it
	top   string // of the git working tree, symbolic links resolved
	base  string // the commit that is compared with
	lines map[string][]lines
	whole map[string]bool // files that the revision does not have
	files map[string]*rust.File
}

// GitChanges compares the working tree around root with HEAD, or with the merge base of HEAD and ref when ref is not
// empty. Files that git does not track count as changed from first to last line. It is a fault of usage when root is not
// in a git working tree or ref names no commit.
func GitChanges(ctx context.Context, root, ref string) (*Changes, error) {
	g := git{dir: root}
	top, err := g.top(ctx)
	if err != nil {
		return nil, err
	}
	base, err := g.base(ctx, ref)
	if err != nil {
		return nil, err
	}
	c := &Changes{Ref: cmp.Or(ref, "HEAD"), root: root, top: top, base: base, lines: map[string][]lines{}, whole: map[string]bool{},
		files: map[string]*rust.File{}}
	if err := c.readDiff(ctx, g, base); err != nil {
		return nil, fmt.Errorf("compare the working tree with %s: %w", c.Ref, err)
	}
	if err := c.readUntracked(ctx, g); err != nil {
		return nil, fmt.Errorf("list files that git does not track: %w", err)
	}
	return c, nil
}

// Touches reports whether the change touches f: a changed line lies in one of the places of f, or between two of them in
// one function.
func (c *Changes) Touches(f *finding.Finding) bool {
	for _, p := range places(f, c.item) {
		name := c.name(p.file)
		if c.whole[name] || overlaps(c.lines[name], p.lines) {
			return true
		}
	}
	return false
}

// TouchesLines reports whether a changed line lies between two lines of a file, both included.
func (c *Changes) TouchesLines(file string, first, last int) bool {
	name := c.name(file)
	return c.whole[name] || overlaps(c.lines[name], lines{first, last})
}

// Files are the Rust files that differ from the revision, absolute, in order. Those that are gone are left out.
func (c *Changes) Files() []string {
	var out []string
	for name := range c.lines {
		out = append(out, filepath.Join(c.top, filepath.FromSlash(name)))
	}
	for name := range c.whole {
		if _, twice := c.lines[name]; !twice {
			out = append(out, filepath.Join(c.top, filepath.FromSlash(name)))
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(out, func(file string) bool {
		_, err := os.Stat(file)
		return err != nil
	})
}

// item is the innermost item around a line; nil when there is none, or the file cannot be read.
func (c *Changes) item(file string, line int) any {
	parsed, ok := c.files[file]
	if !ok {
		if text, err := os.ReadFile(c.path(file)); err == nil {
			parsed = rust.Parse(file, string(text))
		}
		c.files[file] = parsed
	}
	if parsed == nil {
		return nil
	}
	if it := parsed.ItemAt(line); it != nil {
		return it
	}
	return nil
}

// path is where the file of a finding lies.
func (c *Changes) path(file string) string {
	path := filepath.FromSlash(file)
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.root, path)
	}
	return path
}

// name turns the file of a finding into git's name for it: relative to the top of the working tree, forward slashes.
func (c *Changes) name(file string) string {
	path := c.path(file)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	rel, err := filepath.Rel(c.top, path)
	if err != nil {
		return file
	}
	return filepath.ToSlash(rel)
}

func (c *Changes) readDiff(ctx context.Context, g git, base string) error {
	out, err := g.run(ctx, "diff", "--unified=0", "--text", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative",
		"--src-prefix=a/", "--dst-prefix=b/", base, "--", ":(top,glob)**/*.rs")
	if err != nil {
		return err
	}
	files, _, err := gitdiff.Parse(bytes.NewReader(out))
	if err != nil {
		return fmt.Errorf("read the output of git diff: %w", err)
	}
	for _, f := range files {
		if f.IsNew {
			c.whole[f.NewName] = true
		}
		for _, fragment := range f.TextFragments {
			c.lines[f.NewName] = append(c.lines[f.NewName], changed(fragment))
		}
	}
	for _, ranges := range c.lines {
		slices.SortFunc(ranges, func(a, b lines) int { return cmp.Compare(a.first, b.first) })
	}
	return nil
}

// changed is the range of new lines that a fragment changes. A fragment that only deletes has no new lines; the two lines
// around the gap stand for it.
func changed(f *gitdiff.TextFragment) lines {
	first, n := int(f.NewPosition), int(f.NewLines)
	if n == 0 {
		return lines{first, first + 1}
	}
	return lines{first, first + n - 1}
}

func (c *Changes) readUntracked(ctx context.Context, g git) error {
	out, err := g.run(ctx, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ":(top,glob)**/*.rs")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(string(out), "\x00") {
		if name != "" {
			c.whole[name] = true
		}
	}
	return nil
}

// RepositoryPath is the path of root inside its git working tree, with forward slashes; empty when it is the top of the
// tree, or lies in none.
func RepositoryPath(ctx context.Context, root string) string {
	out, err := git{dir: root}.run(ctx, "rev-parse", "--show-prefix")
	if err != nil {
		return ""
	}
	return strings.Trim(strings.TrimSpace(string(out)), "/")
}

// git asks questions in one directory.
type git struct{ dir string }

func (g git) top(ctx context.Context) (string, error) {
	out, err := g.run(ctx, "rev-parse", "--show-toplevel")
	if errors.Is(err, exec.ErrNotFound) {
		return "", fault.Environmentf("git is not installed, and comparing with a revision needs it").Hint("install git, or use --baseline FILE")
	}
	if err != nil {
		return "", fault.Usagef("%s is not in a git repository, so there is nothing to compare with", g.dir).
			Because(err).Hint("leave out --changed and --since, or use --baseline FILE")
	}
	top := filepath.FromSlash(strings.TrimRight(string(out), "\r\n"))
	if real, err := filepath.EvalSymlinks(top); err == nil {
		top = real
	}
	return top, nil
}

// base finds the commit, or for a repository without commits the empty tree, to compare with.
func (g git) base(ctx context.Context, ref string) (string, error) {
	if ref == "" {
		if out, err := g.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"); err == nil {
			return strings.TrimSpace(string(out)), nil
		}
		return g.emptyTree(ctx)
	}
	commit, err := g.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return "", fault.Usagef("git knows no commit `%s`", ref).Hint("a branch, a tag or a commit: --since main")
	}
	out, err := g.run(ctx, "merge-base", strings.TrimSpace(string(commit)), "HEAD")
	if err != nil {
		return "", fault.Usagef("`%s` and HEAD have no commit in common", ref).Hint("in a shallow clone, fetch more history first")
	}
	return strings.TrimSpace(string(out)), nil
}

func (g git) emptyTree(ctx context.Context) (string, error) {
	out, err := g.run(ctx, "hash-object", "-t", "tree", "--stdin")
	if err != nil {
		return "", fmt.Errorf("ask git for the empty tree: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// run runs git in a way that writes nothing: `git diff` would note in the index what it found to be the same, and asks no
// leave for it as other commands do (builtin/diff.c). The result is what git wrote to standard output, the error holds the
// first line of standard error.
func (g git) run(ctx context.Context, args ...string) ([]byte, error) {
	return g.feed(ctx, nil, args...)
}

// feed is run with something on standard input.
func (g git) feed(ctx context.Context, in io.Reader, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, gitDeadline)
	defer cancel()
	out, errs := &limited{left: maxOutputBytes}, &child.Tail{Limit: 64 << 10}
	err := child.Run(ctx, child.Command{
		Path:   "git",
		Args:   append([]string{"--no-pager", "-c", "core.quotePath=false", "-c", "diff.autoRefreshIndex=false"}, args...),
		Dir:    g.dir,
		Env:    append(gitEnv(os.Environ()), "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1", "LC_ALL=C"),
		Stdin:  in,
		Stdout: out,
		Stderr: errs,
		Group:  true,
	})
	if err != nil {
		if line, _, _ := strings.Cut(strings.TrimSpace(errs.String()), "\n"); line != "" {
			return nil, fmt.Errorf("git %s: %s", args[0], strings.TrimPrefix(line, "fatal: "))
		}
		return nil, fmt.Errorf("git %s: %w", args[0], err)
	}
	return out.Bytes(), nil
}

// gitEnv makes relative paths in git's variables absolute: git runs its hooks with such variables, and pollux runs git in
// another directory than its own.
func gitEnv(env []string) []string {
	out := slices.Clone(env)
	for i, entry := range out {
		name, value, _ := strings.Cut(entry, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR":
			if abs, err := filepath.Abs(value); err == nil && value != "" {
				out[i] = name + "=" + abs
			}
		}
	}
	return out
}

// limited is a buffer that refuses to grow beyond a bound, which ends the process that writes to it.
type limited struct {
	bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errors.New("too much output")
	}
	return l.Buffer.Write(p)
}
