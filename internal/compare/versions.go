package compare

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Version is a file in two states: that of a revision and that of the working tree. A state without the file has a nil text.
type Version struct {
	Path    string // relative to the directory that was asked about, with forward slashes; may start with ../
	OldPath string // before a rename; the same as Path otherwise
	Old     *string
	New     *string
}

// maxVersionBytes bounds a file that is read; larger ones are no sources and no settings.
const maxVersionBytes = 4 << 20

// Versions gives every file of the working tree around root that differs from HEAD, or from the merge base of HEAD and ref when ref
// is not empty, and whose name keep accepts. Files that git was told to take for unchanged are compared all the same, and so are
// files that git ignores but knows. It is a fault of usage when root is not in a git working tree or ref names no commit.
func Versions(ctx context.Context, root, ref string, keep func(path string) bool) ([]Version, error) {
	g := git{dir: root}
	top, err := g.top(ctx)
	if err != nil {
		return nil, err
	}
	base, err := g.base(ctx, ref)
	if err != nil {
		return nil, err
	}
	v := &versions{git: g, top: top, base: base, root: root, keep: keep}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		v.root = real
	}
	for _, list := range []func(context.Context) error{v.differing, v.flagged, v.untracked} {
		if err := list(ctx); err != nil {
			return nil, fmt.Errorf("list what differs from %s: %w", base, err)
		}
	}
	if err := v.readOld(ctx); err != nil {
		return nil, fmt.Errorf("read files of %s: %w", base, err)
	}
	return v.read(), nil
}

// BaseText is one file of the revision that [Versions] compares with; false when the revision does not have it.
func BaseText(ctx context.Context, root, ref, file string) (string, bool, error) {
	g := git{dir: root}
	base, err := g.base(ctx, ref)
	if err != nil {
		return "", false, err
	}
	text, err := g.run(ctx, "cat-file", "blob", base+":./"+filepath.ToSlash(file))
	return string(text), err == nil, ctx.Err()
}

// versions is one question on its way. Names are git's: relative to top.
type versions struct {
	git             git
	top, root, base string
	keep            func(string) bool
	files           []named
	old             map[string]string
}

type named struct{ before, after string } // before is empty for a new file, after for a deleted one

// shown is a name of git's relative to root.
func (v *versions) shown(name string) string {
	rel, err := filepath.Rel(v.root, filepath.Join(v.top, filepath.FromSlash(name)))
	if err != nil {
		return name
	}
	return filepath.ToSlash(rel)
}

func (v *versions) add(before, after string) {
	if !v.keep(before) && !v.keep(after) {
		return
	}
	if n := (named{before, after}); !slices.Contains(v.files, n) {
		v.files = append(v.files, n)
	}
}

func (v *versions) differing(ctx context.Context) error {
	out, err := v.git.run(ctx, "diff", "--name-status", "--find-renames", "-z", "--no-ext-diff", "--no-relative", "--ignore-submodules", v.base)
	if err != nil {
		return err
	}
	fields := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		switch status := fields[i]; {
		case strings.HasPrefix(status, "R") || strings.HasPrefix(status, "C"):
			if i+2 < len(fields) {
				v.add(fields[i+1], fields[i+2])
			}
			i++
		case status == "A":
			v.add("", fields[i+1])
		case status == "D":
			v.add(fields[i+1], "")
		default:
			v.add(fields[i+1], fields[i+1])
		}
	}
	return nil
}

// flagged adds what `git update-index --assume-unchanged` and `--skip-worktree` hide from every diff.
func (v *versions) flagged(ctx context.Context) error {
	out, err := v.git.run(ctx, "ls-files", "-v", "-z", "--full-name", "--", ":(top)")
	if err != nil {
		return err
	}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if len(entry) > 2 && (entry[0] == 'S' || entry[0] >= 'a' && entry[0] <= 'z') {
			v.add(entry[2:], entry[2:])
		}
	}
	return nil
}

func (v *versions) untracked(ctx context.Context) error {
	out, err := v.git.run(ctx, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ":(top)")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(string(out), "\x00") {
		if name != "" {
			v.add("", name)
		}
	}
	return nil
}

// readOld reads the files of the revision in one process.
func (v *versions) readOld(ctx context.Context) error {
	v.old = map[string]string{}
	var ask strings.Builder
	var names []string
	for _, f := range v.files {
		if f.before != "" && !strings.Contains(f.before, "\n") {
			names = append(names, f.before)
			ask.WriteString(v.base + ":" + f.before + "\n")
		}
	}
	if len(names) == 0 {
		return nil
	}
	out, err := v.git.feed(ctx, strings.NewReader(ask.String()), "cat-file", "--batch")
	if err != nil {
		return err
	}
	r := bufio.NewReader(bytes.NewReader(out))
	for _, name := range names {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		fields := strings.Fields(line)
		if len(fields) != 3 || strings.HasSuffix(strings.TrimSpace(line), " missing") {
			continue
		}
		size, err := strconv.Atoi(fields[2])
		if err != nil {
			return fmt.Errorf("git cat-file says %q", line)
		}
		text := make([]byte, size)
		if _, err := io.ReadFull(r, text); err != nil {
			return err
		}
		_, _ = r.Discard(1) // the newline after the object
		if fields[1] == "blob" && size <= maxVersionBytes {
			v.old[name] = string(text)
		}
	}
	return nil
}

// read joins the texts of both states, leaving out what is the same.
func (v *versions) read() []Version {
	var out []Version
	for _, f := range v.files {
		var one Version
		if text, ok := v.old[f.before]; ok && f.before != "" {
			one.Old, one.OldPath = &text, v.shown(f.before)
		}
		if f.after != "" {
			one.Path = v.shown(f.after)
			one.New = ReadBounded(filepath.Join(v.top, filepath.FromSlash(f.after)))
		}
		if one.Path == "" {
			one.Path = one.OldPath
		}
		if one.OldPath == "" {
			one.OldPath = one.Path
		}
		if one.Old == nil && one.New == nil || one.Old != nil && one.New != nil && *one.Old == *one.New && one.Path == one.OldPath {
			continue
		}
		out = append(out, one)
	}
	return out
}

// ReadBounded reads a regular file of at most maxVersionBytes; nil when there is none.
func ReadBounded(path string) *string {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxVersionBytes {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	s := string(text)
	return &s
}
