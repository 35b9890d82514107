package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"pollux/internal/cargo"
	"pollux/internal/child"
)

// crate is one entry of crates.toml.
type crate struct {
	Name     string   `toml:"name"`
	Version  string   `toml:"version"`
	Set      string   `toml:"set"` // A: tokio itself; B: others
	Features []string `toml:"features"`
	Default  bool     `toml:"default"` // with the default features
}

func readCrates(path string) ([]crate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var list struct {
		Crate []crate `toml:"crate"`
	}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&list); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list.Crate, nil
}

// fetch unpacks the pinned source as a workspace root of its own, once.
func (b *bench) fetch(ctx context.Context, c crate) (string, error) {
	dir := filepath.Join(b.work, "src", c.Name+"-"+c.Version)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	origin, err := b.download(ctx, c)
	if err != nil {
		return "", err
	}
	half := dir + ".part"
	if err := os.RemoveAll(half); err != nil {
		return "", err
	}
	if err := os.CopyFS(half, os.DirFS(origin)); err != nil {
		return "", fmt.Errorf("unpack: %w", err)
	}
	_ = os.Remove(filepath.Join(half, "Cargo.lock"))
	manifest := filepath.Join(half, "Cargo.toml")
	text, err := os.ReadFile(manifest)
	if err != nil {
		return "", err
	}
	if !strings.Contains(string(text), "[workspace]") {
		text = append(text, "\n[workspace]\n"...)
	}
	if err := os.WriteFile(manifest, text, 0o644); err != nil {
		return "", err
	}
	return dir, os.Rename(half, dir)
}

// download makes cargo unpack the crate into its own source cache, by way of a throw-away package, and gives the folder.
func (b *bench) download(ctx context.Context, c crate) (string, error) {
	dir := filepath.Join(b.work, "get", c.Name)
	if err := os.MkdirAll(filepath.Join(dir, "src"), 0o755); err != nil {
		return "", err
	}
	text := fmt.Sprintf("[package]\nname = \"get\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n[dependencies]\n%s = { version = \"=%s\", default-features = false }\n", c.Name, c.Version)
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "Cargo.toml"), []byte(text), 0o644), os.WriteFile(filepath.Join(dir, "src/main.rs"), []byte("fn main() {}\n"), 0o644)); err != nil {
		return "", err
	}
	errs := &child.Tail{Limit: 1 << 16}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	if err := child.Run(ctx, child.Command{Path: "cargo", Args: []string{"fetch"}, Dir: dir, Env: os.Environ(), Stdout: errs, Stderr: errs, Group: true}); err != nil {
		return "", fmt.Errorf("cargo fetch: %w: %s", err, errs.String())
	}
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		home = filepath.Join(user, ".cargo")
	}
	found, err := filepath.Glob(filepath.Join(home, "registry", "src", "*", c.Name+"-"+c.Version))
	if err != nil || len(found) == 0 {
		return "", errors.Join(err, fmt.Errorf("cargo's source cache has no %s %s", c.Name, c.Version))
	}
	return found[0], nil
}

// capture builds the crate with its dependencies.
func (b *bench) capture(ctx context.Context, c crate, dir string) (*cargo.Capture, error) {
	got, err := cargo.Check(ctx, cargo.Request{
		Dir: dir, Lib: true, Dependencies: true, Features: c.Features, NoDefaultFeatures: !c.Default,
		TargetDir: filepath.Join(b.work, "target", c.Name), CacheDir: filepath.Join(b.work, "cache"),
	})
	if err != nil {
		return nil, err
	}
	if !got.Success {
		for _, d := range got.Diagnostics {
			if d.Level == "error" {
				return nil, fmt.Errorf("does not build: %s", d.Rendered)
			}
		}
		return nil, errors.New("does not build")
	}
	return got, nil
}
