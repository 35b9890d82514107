package loop

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// confined reads and writes files of the project and no others: the kernel resolves every path below the root, so that neither
// `..` nor a symbolic link leads out of it.
type confined struct {
	root string
	tree *os.Root
}

func confine(root string) (*confined, error) {
	tree, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("open the project: %w", err)
	}
	return &confined{root, tree}, nil
}

// maxFileBytes bounds a file that an agent reads or writes.
const maxFileBytes = 4 << 20

// name is a path relative to the root.
func (c *confined) name(path string) (string, error) {
	if filepath.IsAbs(path) {
		rel, err := filepath.Rel(c.root, path)
		if err != nil || !filepath.IsLocal(rel) {
			return "", fmt.Errorf("%s lies outside of the project", path)
		}
		path = rel
	}
	path = filepath.Clean(filepath.FromSlash(path))
	if !filepath.IsLocal(path) {
		return "", fmt.Errorf("%s lies outside of the project", path)
	}
	if first, _, _ := strings.Cut(filepath.ToSlash(path), "/"); strings.EqualFold(first, ".git") {
		return "", fmt.Errorf("%s belongs to git", path)
	}
	return path, nil
}

func (c *confined) read(path string) (string, error) {
	name, err := c.name(path)
	if err != nil {
		return "", err
	}
	f, err := c.tree.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err == nil && len(text) > maxFileBytes {
		err = errors.New("the file is too large")
	}
	return string(text), err
}

func (c *confined) write(path, text string) error {
	name, err := c.name(path)
	if err != nil {
		return err
	}
	if len(text) > maxFileBytes {
		return errors.New("the text is too large")
	}
	if dir := filepath.Dir(name); dir != "." {
		if err := c.tree.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return c.tree.WriteFile(name, []byte(text), 0o644)
}

// names lists files that matter to a model, at most so many.
func (c *confined) names(most int) []string {
	var out []string
	_ = fs.WalkDir(c.tree.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "target" || d.Name() == "node_modules"):
			return fs.SkipDir
		case !d.Type().IsRegular() || filepath.Ext(path) != ".rs" && filepath.Ext(path) != ".toml":
			return nil
		}
		if out = append(out, path); len(out) == most {
			return fs.SkipAll
		}
		return nil
	})
	return out
}
