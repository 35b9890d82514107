// Package patch makes a changed copy of a published package, for a build in which the copy stands in for it.
//
// A change fails rather than guess: its anchor must be found exactly once. Nothing outside of the copy is written.
package patch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Change replaces what a pattern matches in one file.
type Change struct {
	Why     string // what it is for, in the words of a report
	File    string // below the package, forward slashes
	Pattern string // regular expression that must match exactly once
	Text    string // what stands there afterwards; $1 is the first group
	Append  bool   // Pattern is not read: Text is put at the end
}

// Misfit is a change that does not fit this release of a package.
type Misfit struct{ Why, File string }

func (e *Misfit) Error() string {
	return fmt.Sprintf("%s: its place in %s is not as it was in the releases pollux knows", e.Why, e.File)
}

// Package is a copy to make.
type Package struct {
	Source  string            // directory of the published package
	Changes []Change          //
	Files   map[string]string // added: path below the package to text
}

// stampFile names what a copy was made from. It is written last.
const stampFile = ".pollux-stamp"

// Make makes the copy at dst, unless the one there was made from the same text by the same changes: a copy keeps its times, so
// that cargo builds it once. A *Misfit says that the release is not one that can be changed.
func Make(p Package, dst string) error {
	stamp, err := p.stamp()
	if err != nil {
		return err
	}
	if have, err := os.ReadFile(filepath.Join(dst, stampFile)); err == nil && string(have) == stamp {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(dst), 0o777); err != nil {
		return fmt.Errorf("copy a package: %w", err)
	}
	next, err := os.MkdirTemp(filepath.Dir(dst), ".new-*")
	if err != nil {
		return fmt.Errorf("copy a package: %w", err)
	}
	defer os.RemoveAll(next)
	if err := p.fill(next); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(next, stampFile), []byte(stamp), 0o644); err != nil {
		return fmt.Errorf("copy a package: %w", err)
	}
	if err := os.RemoveAll(dst); err != nil {
		return fmt.Errorf("copy a package: %w", err)
	}
	return os.Rename(next, dst)
}

func (p Package) stamp() (string, error) {
	h := sha256.New()
	manifest, err := os.ReadFile(filepath.Join(p.Source, "Cargo.toml"))
	if err != nil {
		return "", fmt.Errorf("read a package: %w", err)
	}
	fmt.Fprintf(h, "%s\n%s\n%+v\n%q\n%s", p.Source, manifest, p.Changes, p.Files, manifestTail) // maps print sorted
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (p Package) fill(dir string) error {
	if err := os.CopyFS(dir, os.DirFS(p.Source)); err != nil {
		return fmt.Errorf("copy a package: %w", err)
	}
	for name, text := range p.Files {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			return fmt.Errorf("copy a package: %w", err)
		}
	}
	for _, c := range p.Changes {
		if err := c.apply(dir); err != nil {
			return err
		}
	}
	return ownManifest(filepath.Join(dir, "Cargo.toml"))
}

func (c Change) apply(dir string) error {
	path := filepath.Join(dir, filepath.FromSlash(c.File))
	text, err := os.ReadFile(path)
	if err != nil {
		return &Misfit{c.Why, c.File}
	}
	out, ok := c.rewrite(string(text))
	if !ok {
		return &Misfit{c.Why, c.File}
	}
	// The copy may have the read-only mode of the original.
	if err := os.Chmod(path, 0o644); err != nil {
		return fmt.Errorf("change a copy: %w", err)
	}
	return os.WriteFile(path, []byte(out), 0o644)
}

func (c Change) rewrite(text string) (string, bool) {
	if c.Append {
		return text + c.Text, true
	}
	anchor := regexp.MustCompile(c.Pattern)
	if len(anchor.FindAllStringIndex(text, 2)) != 1 {
		return text, false
	}
	return anchor.ReplaceAllString(text, c.Text), true
}

// lintTables would make rustc speak of a package that nobody here can change.
var lintTables = regexp.MustCompile(`(?ms)^\[lints[^\]]*\]\n.*?(^\[|\z)`)

const manifestTail = `
[lints.rust]
warnings = "allow"
unexpected_cfgs = "allow"

[workspace]
`

// ownManifest makes the copy a package outside of any workspace, without lints.
func ownManifest(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the manifest of a copy: %w", err)
	}
	out := string(text)
	for next := ""; ; out = next {
		if next = lintTables.ReplaceAllString(out, "$1"); next == out {
			break
		}
	}
	if err := os.Chmod(path, 0o644); err != nil {
		return fmt.Errorf("change a copy: %w", err)
	}
	return os.WriteFile(path, []byte(strings.TrimRight(out, "\n")+"\n"+manifestTail), 0o644)
}
