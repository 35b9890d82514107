package compare

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Base is the commit that the changes are measured from; the empty tree in a repository without commits.
func (c *Changes) Base() string { return c.base }

// maxFileBytes bounds a file of an export.
const maxFileBytes = 64 << 20

// Export writes the tree of the revision that the changes are measured from below dir, and returns where the root of the project lies in
// it. Nothing is written to the repository. Files that git does not track, and submodules, are not there.
func (c *Changes) Export(ctx context.Context, dir string) (root string, err error) {
	out, err := git{dir: c.top}.run(ctx, "archive", "--format=tar", c.base)
	if err != nil {
		return "", fmt.Errorf("read the state before the change: %w", err)
	}
	files := tar.NewReader(bytes.NewReader(out))
	for {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("read the state before the change: %w", err)
		}
		if err := extract(dir, h, files); err != nil {
			return "", fmt.Errorf("write the state before the change: %w", err)
		}
	}
	real, err := filepath.EvalSymlinks(c.root)
	if err != nil {
		return "", fmt.Errorf("find the project: %w", err)
	}
	inside, err := filepath.Rel(c.top, real)
	if err != nil || !filepath.IsLocal(inside) {
		return "", fmt.Errorf("find the project in its repository: %s is outside of %s", real, c.top)
	}
	return filepath.Join(dir, inside), nil
}

// extract writes one entry. A name that leads out of dir is refused, and a link that does is left out.
func extract(dir string, h *tar.Header, from io.Reader) error {
	name := filepath.FromSlash(h.Name)
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	if !filepath.IsLocal(name) {
		return fmt.Errorf("%s lies outside", h.Name)
	}
	path := filepath.Join(dir, name)
	switch h.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(path, 0o755)
	case tar.TypeReg:
	case tar.TypeSymlink:
		if target := filepath.Join(filepath.Dir(name), filepath.FromSlash(h.Linkname)); !filepath.IsLocal(target) || strings.HasPrefix(h.Linkname, "/") {
			return nil // it points out of the repository
		}
		return os.Symlink(h.Linkname, path)
	default:
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, h.FileInfo().Mode().Perm()|0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(f, io.LimitReader(from, maxFileBytes)); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
