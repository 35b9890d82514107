package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/cargo"
)

var (
	//go:embed template/Cargo.toml
	manifest string
	//go:embed template/Cargo.lock
	lock string
)

// builder compiles fixtures, one after another, in one project per kind, so that dependencies are built once.
type builder struct {
	dir    string // holds the projects
	target string // target directories, kept between runs
}

// text is the MIR of a fixture as it is to be stored.
func (b *builder) text(ctx context.Context, source string, toolchain blessed.Toolchain) (string, error) {
	header, err := blessed.ReadHeader(source)
	if err != nil {
		return "", err
	}
	dir, err := b.project(header, source)
	if err != nil {
		return "", err
	}
	capture, err := cargo.Check(ctx, cargo.Request{
		Dir: dir, Toolchain: toolchain.Rustup, Locked: !header.Std, Offline: header.Std,
		TargetDir: filepath.Join(b.target, toolchain.Name+"-"+filepath.Base(dir)),
		CacheDir:  filepath.Join(b.target, "cache"),
	})
	if err != nil {
		return "", err
	}
	defer capture.Close()
	if !capture.Success {
		return "", complaint(capture)
	}
	i := slices.IndexFunc(capture.Units, func(u cargo.Unit) bool { return u.Member && u.Crate == "fixture" && u.Kind == "lib" })
	if i < 0 {
		return "", errors.New("cargo built no library")
	}
	text, err := capture.Units[i].ReadMIR()
	if err != nil {
		return "", err
	}
	return b.stored(string(text))
}

// stored is the text without what belongs to this machine.
func (b *builder) stored(text string) (string, error) {
	text = blessed.Normalize(text)
	home, _ := os.UserHomeDir()
	for _, dir := range []string{home, b.dir, b.target, os.TempDir()} {
		if dir != "" && dir != "/" && strings.Contains(text, dir+string(filepath.Separator)) {
			return "", fmt.Errorf("the MIR names the directory %s of this machine", dir)
		}
	}
	return text, nil
}

// project writes the package around a fixture and gives its directory.
func (b *builder) project(header blessed.Header, source string) (string, error) {
	name, files := "full", map[string]string{"src/lib.rs": source, "Cargo.lock": lock}
	toml := strings.Replace(manifest, "EDITION", header.Edition, 1)
	if header.Std {
		name = "std"
		before, _, _ := strings.Cut(toml, "[dependencies]")
		toml = before + "[workspace]\n"
		delete(files, "Cargo.lock")
	}
	files["Cargo.toml"] = toml
	dir := filepath.Join(b.dir, name+header.Edition)
	for file, text := range files {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", fmt.Errorf("write the project: %w", err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return "", fmt.Errorf("write the project: %w", err)
		}
	}
	return dir, nil
}

// complaint is what rustc says about a fixture that does not compile.
func complaint(c *cargo.Capture) error {
	var out []string
	for _, d := range c.Diagnostics {
		if d.Level == "error" {
			out = append(out, d.Rendered)
		}
	}
	for _, p := range c.Problems {
		out = append(out, p.What+": "+p.Reason)
	}
	return fmt.Errorf("it does not compile:\n%s", strings.Join(out, "\n"))
}
