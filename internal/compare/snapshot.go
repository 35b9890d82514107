package compare

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/cache"
)

// Snapshot is the watched files of a tree at one moment, kept outside of the tree: what a session is compared with when git does
// not know the state in which it began.
type Snapshot struct {
	Root  string            `json:"root"`  // absolute
	Files map[string]string `json:"files"` // text by path relative to Root, with forward slashes
}

const (
	// maxSnapshotFiles bounds a tree that is kept; larger ones are compared with git alone.
	maxSnapshotFiles = 20000
	// maxSnapshotBytes bounds all texts together.
	maxSnapshotBytes = 64 << 20
)

// TakeSnapshot reads the files below root whose name keep accepts. Build directories and what git keeps for itself are left out.
func TakeSnapshot(ctx context.Context, root string, keep func(path string) bool) (*Snapshot, error) {
	s := &Snapshot{Root: root, Files: map[string]string{}}
	bytes := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return nil //nolint:nilerr // a directory that cannot be read holds nothing that cargo could read
		}
		rel, relErr := filepath.Rel(root, path)
		if relErr != nil {
			return relErr
		}
		name := filepath.ToSlash(rel)
		if d.IsDir() {
			if path != root && leftOut(path, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !keep(name) {
			return nil
		}
		if text := ReadBounded(path); text != nil {
			s.Files[name] = *text
			bytes += len(*text)
		}
		if len(s.Files) > maxSnapshotFiles || bytes > maxSnapshotBytes {
			return errors.New("the tree is too large to be kept")
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("keep the state of %s: %w", root, err)
	}
	return s, nil
}

// leftOut reports whether a directory holds what was built, or what belongs to git.
func leftOut(path, name string) bool {
	if name == ".git" || name == "node_modules" {
		return true
	}
	_, err := os.Stat(filepath.Join(path, "CACHEDIR.TAG")) // cargo's target directory has one, whatever its name
	return err == nil
}

// snapshotMagic starts a file of a snapshot; the hash of what follows stands behind it.
const snapshotMagic = "pollux-snapshot/1 "

// Write keeps s in a file.
func (s *Snapshot) Write(path string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode a snapshot: %w", err)
	}
	var b bytes.Buffer
	sum := sha256.Sum256(text)
	b.WriteString(snapshotMagic + hex.EncodeToString(sum[:]) + "\n")
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		return fmt.Errorf("compress a snapshot: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compress a snapshot: %w", err)
	}
	return cache.WriteFile(path, b.Bytes())
}

// ReadSnapshot reads what Write kept. A file that was cut or edited is an error.
func ReadSnapshot(path string) (*Snapshot, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	head, rest, ok := bytes.Cut(data, []byte("\n"))
	sum, isOurs := strings.CutPrefix(string(head), snapshotMagic)
	if !ok || !isOurs {
		return nil, fmt.Errorf("%s is no snapshot", filepath.Base(path))
	}
	z, err := gzip.NewReader(bytes.NewReader(rest))
	if err != nil {
		return nil, fmt.Errorf("read a snapshot: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, 2*maxSnapshotBytes))
	if err != nil {
		return nil, fmt.Errorf("read a snapshot: %w", err)
	}
	if have := sha256.Sum256(text); hex.EncodeToString(have[:]) != sum {
		return nil, fmt.Errorf("%s is not as it was written", filepath.Base(path))
	}
	var s Snapshot
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("read a snapshot: %w", err)
	}
	return &s, nil
}

// Versions are the files that differ between s and a later state of the same tree.
func (s *Snapshot) Versions(now *Snapshot) []Version {
	var out []Version
	all := map[string]string{}
	maps.Copy(all, s.Files)
	maps.Copy(all, now.Files)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		v := Version{Path: name, OldPath: name}
		if text, ok := s.Files[name]; ok {
			v.Old = &text
		}
		if text, ok := now.Files[name]; ok {
			v.New = &text
		}
		if v.Old == nil || v.New == nil || *v.Old != *v.New {
			out = append(out, v)
		}
	}
	return out
}
