package compare

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"pollux/internal/rust"
)

// Changes are the lines of Rust sources that differ between s and the tree as it is now; root is what the files of findings are relative
// to. It has no revision: [Changes.Base] is empty.
func (s *Snapshot) Changes(ctx context.Context, root string) (*Changes, error) {
	now, err := TakeSnapshot(ctx, s.Root, isRust)
	if err != nil {
		return nil, err
	}
	c := &Changes{Ref: "the state before", root: root, top: s.Root, lines: map[string][]lines{}, whole: map[string]bool{}, files: map[string]*rust.File{}}
	if real, err := filepath.EvalSymlinks(s.Root); err == nil {
		c.top = real
	}
	for _, v := range s.Versions(now) {
		switch {
		case !isRust(v.Path) || v.New == nil:
		case v.Old == nil:
			c.whole[v.Path] = true
		default:
			if c.lines[v.Path], err = differing(*v.Old, *v.New); err != nil {
				return nil, fmt.Errorf("compare %s: %w", v.Path, err)
			}
		}
	}
	return c, nil
}

func isRust(name string) bool { return strings.HasSuffix(name, ".rs") }

// differing are the lines of the later text that differ, in order. Lines that are only gone are stood for by those around the gap, as
// in [changed].
func differing(before, after string) ([]lines, error) {
	diff, err := udiff.ToUnifiedDiff("a", "b", before, udiff.Lines(before, after), 0)
	if err != nil {
		return nil, err
	}
	var out []lines
	for _, hunk := range diff.Hunks {
		added := 0
		for _, line := range hunk.Lines {
			if line.Kind == udiff.Insert {
				added++
			}
		}
		if added == 0 {
			out = append(out, lines{max(hunk.ToLine-1, 1), hunk.ToLine})
			continue
		}
		out = append(out, lines{hunk.ToLine, hunk.ToLine + added - 1})
	}
	return out, nil
}
