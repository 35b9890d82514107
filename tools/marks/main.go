// Command marks compares what pollux finds with what crates expect: `go run ./tools/marks testdata/crates/* examples/*`.
//
// A crate carries its expectations as marks in its source, see internal/analysis/ruletest/mark and testdata/crates/README.md. The
// tool runs `pollux check` on each crate as a user would, prints one line per crate and every difference, and ends with status 1
// when there is one. With --clippy it sets clippy's lints about guards beside the marks of sync-guard-across-await. With --write it
// stores the table in tools/marks/results.txt. Folders without a Cargo.toml are left out.
//
// It compiles with cargo and takes minutes when dependencies were not built before.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"pollux/internal/wrapper"
	"pollux/tools/repo"
)

func main() {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	clippy := flag.Bool("clippy", false, "compare with clippy's lints about guards")
	write := flag.Bool("write", false, "store the table in "+resultsPath)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	agree, err := run(ctx, os.Stdout, flag.Args(), *clippy, *write)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "marks:", err)
		os.Exit(70)
	case !agree:
		os.Exit(1)
	}
}

const resultsPath = "tools/marks/results.txt"

// run checks the crates in dirs and reports whether all findings are as marked.
func run(ctx context.Context, out io.Writer, dirs []string, withClippy, write bool) (agree bool, err error) {
	t := &table{}
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, "Cargo.toml")); err != nil {
			continue
		}
		if err := t.check(ctx, dir, withClippy); err != nil {
			return false, fmt.Errorf("%s: %w", dir, err)
		}
	}
	if len(t.rows) == 0 {
		return false, fmt.Errorf("no crate among the arguments: %q", dirs)
	}
	fmt.Fprint(out, t.text(withClippy))
	for _, row := range t.rows {
		for _, d := range row.differences {
			fmt.Fprintf(out, "\n%s", d)
		}
	}
	if write {
		err = t.store(withClippy)
	}
	return t.agree(), err
}

// check adds the row of one crate.
func (t *table) check(ctx context.Context, dir string, withClippy bool) error {
	c, err := readCrate(dir)
	if err != nil {
		return err
	}
	res, err := pollux(dir)
	if err != nil {
		return err
	}
	t.toolchain = res.Toolchain
	r := compare(c, res)
	if withClippy {
		if r.clippy, err = clippyOn(ctx, c); err != nil {
			return err
		}
		t.linter = r.clippy.version
	}
	t.rows = append(t.rows, r)
	return nil
}

// store writes the table, the one with clippy beside the other.
func (t *table) store(withClippy bool) error {
	root, err := repo.Root()
	if err != nil {
		return err
	}
	path := filepath.Join(root, filepath.FromSlash(resultsPath))
	if withClippy {
		path = filepath.Join(filepath.Dir(path), "clippy.txt")
	}
	return os.WriteFile(path, []byte(t.text(withClippy)), 0o644)
}
