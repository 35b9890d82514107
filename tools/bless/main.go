// Command bless writes the MIR text that is committed beside Rust fixtures: `go run ./tools/bless [folder...]`.
//
// Without folders it blesses every testdata folder of internal that has fixtures; a folder is named by its path or by the name
// of its package, such as `droppedfuture`. Every fixture is compiled with every supported toolchain, in a package with fixed
// dependencies outside of the repository, the way that `pollux check` compiles.
//
// It judges nothing: whether the findings are right is the matter of the tests that read what it writes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/wrapper"
	"pollux/tools/repo"
)

func main() {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	flag.Parse()
	if err := run(ctx, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bless:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folders []string) error {
	root, err := repo.Root()
	if err != nil {
		return err
	}
	fixtures, err := find(root, folders)
	if err != nil {
		return err
	}
	b, done, err := newBuilder()
	if err != nil {
		return err
	}
	defer done()
	var failed []error
	for _, fixture := range fixtures {
		if err := bless(ctx, b, fixture); err != nil {
			failed = append(failed, err)
		}
	}
	if err := removeStale(fixtures); err != nil {
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// newBuilder keeps compiled dependencies in the user's cache directory and everything else in a directory that done removes.
func newBuilder() (b *builder, done func(), err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "pollux-bless-")
	if err != nil {
		return nil, nil, err
	}
	return &builder{dir: dir, target: filepath.Join(cache, "pollux", "bless")}, func() { os.RemoveAll(dir) }, nil
}

// bless writes the texts of one fixture that differ.
func bless(ctx context.Context, b *builder, fixture string) error {
	source, err := os.ReadFile(fixture)
	if err != nil {
		return err
	}
	for _, toolchain := range blessed.Toolchains {
		text, err := b.text(ctx, string(source), toolchain)
		if err != nil {
			return fmt.Errorf("%s with rustc %s: %w", fixture, toolchain.Name, err)
		}
		path := toolchain.File(fixture)
		if have, err := os.ReadFile(path); err == nil && string(have) == text {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
		fmt.Println("wrote", path)
	}
	return nil
}

// find lists the fixtures of the folders named, or of all.
func find(root string, folders []string) ([]string, error) {
	var out []string
	matched := map[string]bool{}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".rs" {
			return err
		}
		dir := filepath.Dir(path)
		name := wanted(root, dir, folders)
		if filepath.Base(dir) != "testdata" || len(folders) > 0 && name == "" {
			return nil
		}
		matched[name] = true
		out = append(out, path)
		return nil
	})
	for _, f := range folders {
		if err == nil && !matched[f] {
			err = fmt.Errorf("%s has no fixtures", f)
		}
	}
	return out, err
}

// wanted is the one of the folders that dir belongs to.
func wanted(root, dir string, folders []string) string {
	pkg := filepath.Dir(dir)
	rel, _ := filepath.Rel(root, pkg)
	i := slices.IndexFunc(folders, func(f string) bool {
		return f == filepath.Base(pkg) || strings.ReplaceAll(f, "-", "") == filepath.Base(pkg) || filepath.ToSlash(rel) == strings.Trim(f, "./")
	})
	if i < 0 {
		return ""
	}
	return folders[i]
}

// removeStale removes texts whose fixture is gone, in the folders of the fixtures.
func removeStale(fixtures []string) error {
	dirs := map[string]bool{}
	for _, f := range fixtures {
		dirs[filepath.Dir(f)] = true
	}
	var failed []error
	for dir := range dirs {
		texts, _ := filepath.Glob(filepath.Join(dir, "*.mir"))
		for _, text := range texts {
			if !slices.ContainsFunc(fixtures, func(f string) bool {
				return slices.ContainsFunc(blessed.Toolchains, func(t blessed.Toolchain) bool { return t.File(f) == text })
			}) {
				failed = append(failed, os.Remove(text))
			}
		}
	}
	return errors.Join(failed...)
}
