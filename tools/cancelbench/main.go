// Command cancelbench scores inferred cancel safety against what crates document about themselves.
//
//	go run ./tools/cancelbench            score every crate of crates.toml, and print each disagreement
//	go run ./tools/cancelbench -write     and store the result in tools/cancelbench/results.txt
//	go run ./tools/cancelbench tokio      only crates whose name contains the word
//
// Each crate is fetched at its pinned version, built with its dependencies captured, and inferred with every table row about the
// cancellation of named functions switched off (see [knowledge.Tables.WithoutCancel]); rows about core, std, the kernel and the traits
// AsyncRead, AsyncWrite, AsyncBufRead, Stream and Sink stay, since no body shows what those do. The labels in labels/ were taken from the
// documentation by reading it; the documentation itself is not looked at. A label names function, file and what its documentation says.
//
// It compiles with cargo and takes minutes. Sources and builds lie in a cache directory of its own.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"pollux/internal/wrapper"
	"pollux/tools/repo"
)

func main() {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	write := flag.Bool("write", false, "store the result in "+resultsPath)
	work := flag.String("work", "", "directory for sources and builds; default: cancelbench in the user's cache directory")
	why := flag.Bool("why", false, "print the derivation of every label")
	tables := flag.Bool("tables", false, "with the rows about named functions")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := &bench{work: *work, why: *why, tables: *tables, only: flag.Args(), out: os.Stdout}
	if err := b.run(ctx, *write); err != nil {
		fmt.Fprintln(os.Stderr, "cancelbench:", err)
		os.Exit(70)
	}
}

const (
	toolDir     = "tools/cancelbench"
	resultsPath = toolDir + "/results.txt"
)

// bench is one run.
type bench struct {
	root   string // of the repository
	work   string
	why    bool
	tables bool
	only   []string
	out    io.Writer
}

func (b *bench) run(ctx context.Context, write bool) error {
	var err error
	if b.root, err = repo.Root(); err != nil {
		return err
	}
	if b.work == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("find a place for builds: %w", err)
		}
		b.work = filepath.Join(cache, "pollux-cancelbench")
	}
	crates, err := readCrates(filepath.Join(b.root, toolDir, "crates.toml"))
	if err != nil {
		return err
	}
	var text strings.Builder
	total := map[string]*score{}
	for _, c := range crates {
		if !b.chosen(c.Name) {
			continue
		}
		s, err := b.crate(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		s.print(&text)
		if total[c.Set] == nil {
			total[c.Set] = &score{name: "benchmark " + c.Set}
		}
		total[c.Set].add(s)
		fmt.Fprint(b.out, text.String())
		if write {
			continue
		}
		text.Reset()
	}
	for _, set := range []string{"A", "B"} {
		if s := total[set]; s != nil {
			s.print(&text)
		}
	}
	fmt.Fprint(b.out, text.String())
	if write {
		return os.WriteFile(filepath.Join(b.root, resultsPath), []byte(text.String()), 0o644)
	}
	return nil
}

func (b *bench) chosen(name string) bool {
	if len(b.only) == 0 {
		return true
	}
	for _, word := range b.only {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
