// Package published unpacks pinned packages of the registry that cargo uses, for the tools that run pollux on code nobody here
// wrote. Where the registry is, is cargo's business alone.
package published

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"pollux/internal/child"
)

// Crate is one pinned package.
type Crate struct {
	Name, Version string
	Checksum      string // SHA-256 of the package as Cargo.lock spells it; empty means: whatever there is
	KeepLock      bool   // build with the Cargo.lock of the package rather than with dependencies resolved anew
}

// ID names the crate as cargo's source cache does.
func (c Crate) ID() string { return c.Name + "-" + c.Version }

// Folder names the unpacked source. Builds of one crate share it unless they resolve dependencies differently.
func (c Crate) Folder() string {
	if c.KeepLock {
		return c.ID() + "-packaged"
	}
	return c.ID()
}

// fetchLimit bounds one download.
const fetchLimit = 10 * time.Minute

// Unpack puts the source of the crate into dir/src, once, as a workspace root of its own, and returns the
// folder. A folder that is there is complete, because it is renamed into place last.
func Unpack(ctx context.Context, dir string, c Crate) (string, error) {
	source := filepath.Join(dir, "src", c.Folder())
	if _, err := os.Stat(source); err == nil {
		return source, nil
	}
	origin, err := download(ctx, filepath.Join(dir, "get", c.ID()), c)
	if err != nil {
		return "", fmt.Errorf("download %s: %w", c.ID(), err)
	}
	half := source + ".part"
	if err := os.RemoveAll(half); err != nil {
		return "", fmt.Errorf("unpack %s: %w", c.ID(), err)
	}
	if err := os.CopyFS(half, os.DirFS(origin)); err != nil {
		return "", fmt.Errorf("unpack %s: %w", c.ID(), err)
	}
	if err := independent(half, c.KeepLock); err != nil {
		return "", fmt.Errorf("unpack %s: %w", c.ID(), err)
	}
	return source, os.Rename(half, source)
}

// download makes cargo unpack the crate into its own source cache, and returns the folder. There is no cargo command to
// download one crate, so a throw-away package that depends on it is fetched.
func download(ctx context.Context, dir string, c Crate) (string, error) {
	manifest := fmt.Sprintf("[package]\nname = \"get\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n"+
		"[dependencies]\n%s = { version = \"=%s\", default-features = false }\n", c.Name, c.Version)
	for name, text := range map[string]string{"Cargo.toml": manifest, filepath.Join("src", "main.rs"): "fn main() {}\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	said := &child.Tail{Limit: 4 << 10}
	if err := child.Run(ctx, child.Command{Path: "cargo", Args: []string{"fetch"}, Dir: dir, Stderr: said, Group: true}); err != nil {
		return "", fmt.Errorf("cargo fetch: %w: %s", err, strings.TrimSpace(said.String()))
	}
	lock, err := os.ReadFile(filepath.Join(dir, "Cargo.lock"))
	if err != nil {
		return "", err
	}
	if sum := Checksum(string(lock), c.Name, c.Version); c.Checksum != "" && sum != c.Checksum {
		return "", fmt.Errorf("the package has checksum %s, pinned is %s", sum, c.Checksum)
	}
	return cached(c)
}

var lockedPackage = regexp.MustCompile(`(?m)^\[\[package\]\]\nname = "([^"]+)"\nversion = "([^"]+)"\n(?:source = "[^"]*"\n)?(?:checksum = "([0-9a-f]+)")?`)

// Checksum finds the checksum of a package in the text of a Cargo.lock; empty when there is none.
func Checksum(lock, name, version string) string {
	for _, m := range lockedPackage.FindAllStringSubmatch(lock, -1) {
		if m[1] == name && m[2] == version {
			return m[3]
		}
	}
	return ""
}

// cached finds the crate in cargo's source cache, whatever the registry there is called.
func cached(c Crate) (string, error) {
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		home = filepath.Join(user, ".cargo")
	}
	found, err := filepath.Glob(filepath.Join(home, "registry", "src", "*", c.ID()))
	if err != nil || len(found) == 0 {
		return "", errors.Join(err, fmt.Errorf("cargo fetched, but its source cache has no %s", c.ID()))
	}
	return found[0], nil
}

// independent makes an unpacked crate independent of its surroundings: a workspace root, built by the toolchain at hand, and
// without its Cargo.lock unless that is wanted.
func independent(dir string, keepLock bool) error {
	unwanted := []string{"rust-toolchain", "rust-toolchain.toml", ".cargo-ok"}
	if !keepLock {
		unwanted = append(unwanted, "Cargo.lock")
	}
	for _, name := range unwanted {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	path := filepath.Join(dir, "Cargo.toml")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, asWorkspace(text), 0o644)
}

// asWorkspace adds an empty [workspace] table unless there is one.
func asWorkspace(text []byte) []byte {
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) == "[workspace]" {
			return text
		}
	}
	return append(bytes.TrimRight(text, "\n"), "\n\n[workspace]\n"...)
}
