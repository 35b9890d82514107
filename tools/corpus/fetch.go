package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func (t *tool) fetchAll(ctx context.Context) error {
	return t.each(ctx, func(_ context.Context, e entry) error {
		fmt.Fprintf(t.out, "%s %s is unpacked\n", e.name(), e.Version)
		return nil
	})
}

// fetch unpacks the pinned source of e as a workspace root of its own, once. A folder that is there is complete, because
// it is renamed into place last.
func (t *tool) fetch(ctx context.Context, e entry) error {
	if _, err := os.Stat(t.source(e)); err == nil {
		return nil
	}
	origin, err := t.download(ctx, e)
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	half := t.source(e) + ".part"
	if err := os.RemoveAll(half); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if err := os.CopyFS(half, os.DirFS(origin)); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if err := prepare(half, e); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	return os.Rename(half, t.source(e))
}

// download makes cargo unpack the crate into its own source cache, and returns the folder. There is no cargo command to
// download one crate, so a throw-away package that depends on it is fetched. A crate with binaries only is downloaded
// all the same, with a warning.
func (t *tool) download(ctx context.Context, e entry) (string, error) {
	dir := filepath.Join(t.work, "get", e.id())
	if err := os.MkdirAll(filepath.Join(dir, "src"), 0o755); err != nil {
		return "", err
	}
	text := fmt.Sprintf("[package]\nname = \"corpus-get\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n"+
		"[dependencies]\n%s = { version = \"=%s\", default-features = false }\n", e.Name, e.Version)
	if err := os.WriteFile(filepath.Join(dir, "Cargo.toml"), []byte(text), 0o644); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "src", "main.rs"), []byte("fn main() {}\n"), 0o644); err != nil {
		return "", err
	}
	o := runChild(ctx, child{argv: []string{"cargo", "fetch"}, dir: dir, deadline: t.deadline.duration()})
	if err := o.must("cargo fetch"); err != nil {
		return "", err
	}
	return unpacked(e)
}

// unpacked finds e in cargo's source cache, whatever the registry there is called.
func unpacked(e entry) (string, error) {
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		home = filepath.Join(user, ".cargo")
	}
	found, err := filepath.Glob(filepath.Join(home, "registry", "src", "*", e.id()))
	if err != nil || len(found) == 0 {
		return "", errors.Join(err, fmt.Errorf("cargo fetched, but its source cache has no %s", e.id()))
	}
	return found[0], nil
}

// prepare makes an unpacked crate independent of its surroundings: a workspace root, built by the toolchain at hand, and
// without its Cargo.lock unless the entry wants that.
func prepare(dir string, e entry) error {
	unwanted := []string{"rust-toolchain", "rust-toolchain.toml", ".cargo-ok"}
	if e.Lock != lockPackaged {
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

// proveAll shows that each pin builds here without pollux.
func (t *tool) proveAll(ctx context.Context) error {
	return t.each(ctx, func(ctx context.Context, e entry) error {
		o := t.cargo(ctx, e, "check", nil, append([]string{"check"}, e.Args...)...)
		if err := o.must("cargo check"); err != nil {
			return err
		}
		if nothingToDo(o.stderr) {
			return errors.New("cargo check succeeds, but the arguments match no target")
		}
		fmt.Fprintf(t.out, "%-28s %-9s ok  %6.1f CPU-s %6.1f s\n", e.name(), e.Version, o.cpu.Seconds(), o.wall.Seconds())
		return nil
	})
}

// nothingToDo recognises cargo's warning that a target filter such as --examples matched nothing.
func nothingToDo(stderr string) bool { return strings.Contains(stderr, "no targets matched") }
