// Command explored measures pollux explore: what it finds of real mistakes, how often it is wrong, and whether a schedule
// repeats.
//
// It is a tool for the developers of pollux, run by hand, never by `go test`: it needs cargo and minutes to hours of CPU. The
// mistakes are the crates testdata/crates/corpus-explore-*, listed row by row in rows.toml, each beside its correction; the
// published crates are pinned in suites.toml, and each of their tests that fails under a schedule is read by a person once and
// judged in judged.toml. docs/explore-corpus.md is generated from these and the stored results.
//
// Invariants: nothing is measured through a back door, rows and suites go through the pollux command as a user's crate would;
// a row that is missed stays a row; the page depends on the stored files alone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"pollux/tools/repo"
)

const usage = `usage: go run ./tools/explored VERB [flags]

verbs:
  rows      explore the real mistakes and their corrections, beside plain repetition
  suites    explore the test suites of published crates
  replays   run every witness of the rows again and again, with several toolchains
  page      write docs/explore-corpus.md from what is stored

each of the first three writes its results and the page. flags (see VERB -h): -work, -pollux, -only, -quick, -schedules, -bases,
-plain, -times, -shared,
-toolchains, -label
`

// Exit codes of the command; 2 is left out on purpose, as everywhere in pollux.
const (
	exitOK     = 0
	exitUsage  = 3
	exitFailed = 5
)

// errUsage says that the command line makes no sense.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		os.Exit(exitOK)
	case errors.Is(err, errUsage):
		fmt.Fprintf(os.Stderr, "%v\n\n%s", err, usage)
		os.Exit(exitUsage)
	}
	fmt.Fprintln(os.Stderr, "explored:", err)
	os.Exit(exitFailed)
}

// tool is one invocation.
type tool struct {
	root, work, pollux string
	only               []string
	quick              bool
	schedules          int // per test
	bases              int // first seeds that are tried, far apart
	plain              int // plain runs of each test
	times              int // replays of each witness in fresh processes
	shared             int // replays of each witness that allows it in shared ones
	toolchains         []string
	label              string // the state of the machine, in words
	table              table
	results            results
	out                io.Writer
}

func dispatch(ctx context.Context, args []string, out, log io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: a verb is missing", errUsage)
	}
	t := &tool{out: out}
	if err := t.parse(args, log); err != nil {
		return err
	}
	var err error
	if t.root, err = repo.Root(); err != nil {
		return err
	}
	if t.table, err = loadTable(t.path("")); err != nil {
		return err
	}
	if t.results, err = loadResults(t.path("")); err != nil {
		return err
	}
	return t.verb(ctx, args[0])
}

func (t *tool) verb(ctx context.Context, name string) error {
	steps := map[string]func(context.Context) error{"rows": t.rows, "suites": t.suites, "replays": t.replays}
	step, ok := steps[name]
	if !ok && name != "page" {
		return fmt.Errorf("%w: unknown verb %q", errUsage, name)
	}
	if ok {
		if err := t.prepare(ctx); err != nil {
			return err
		}
		if err := step(ctx); err != nil {
			return err
		}
	}
	return t.writePage()
}

func (t *tool) parse(args []string, log io.Writer) error {
	var only, toolchains string
	fs := flag.NewFlagSet("explored "+args[0], flag.ContinueOnError)
	fs.SetOutput(log)
	fs.StringVar(&t.work, "work", "", "work directory (default: pollux-explored in the user's cache directory)")
	fs.StringVar(&t.pollux, "pollux", "", "pollux binary (default: built from this checkout)")
	fs.StringVar(&only, "only", "", "comma-separated crates; the default is all")
	fs.BoolVar(&t.quick, "quick", false, "rows: explore all rows of a crate in one run, without the time that each takes")
	fs.IntVar(&t.schedules, "schedules", 100, "schedules per test")
	fs.IntVar(&t.bases, "bases", 10, "rows: how many first seeds are tried; 0 keeps what was measured before")
	fs.IntVar(&t.plain, "plain", 200, "rows: plain runs of each test")
	fs.IntVar(&t.times, "times", 100, "replays: how often each witness is run again in a fresh process")
	fs.IntVar(&t.shared, "shared", 10000, "replays: how often besides in a process that runs many, where the witness does not end it")
	fs.StringVar(&toolchains, "toolchains", "stable,nightly", "replays: comma-separated rustup toolchains")
	fs.StringVar(&t.label, "label", "", "replays: the state of the machine in a word, such as idle or loaded")
	if err := fs.Parse(args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return fmt.Errorf("%w: %v", errUsage, err)
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%w: %s takes no arguments, got %q", errUsage, args[0], fs.Args())
	}
	if only != "" {
		t.only = strings.Split(only, ",")
	}
	t.toolchains = strings.Split(toolchains, ",")
	return nil
}

// prepare makes room, and builds pollux unless a binary was given.
func (t *tool) prepare(ctx context.Context) error {
	if t.work == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("find the cache directory (give -work): %w", err)
		}
		t.work = filepath.Join(cache, "pollux-explored")
	}
	var err error
	if t.work, err = filepath.Abs(t.work); err != nil {
		return fmt.Errorf("work directory: %w", err)
	}
	if err := os.MkdirAll(t.work, 0o755); err != nil {
		return fmt.Errorf("work directory: %w", err)
	}
	if t.pollux != "" {
		return nil
	}
	t.pollux = filepath.Join(t.work, "pollux")
	build := exec.CommandContext(ctx, "go", "build", "-o", t.pollux, "./cmd/pollux")
	build.Dir = t.root
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build pollux: %w: %s", err, said)
	}
	return nil
}

// path is a file of this tool.
func (t *tool) path(name string) string { return filepath.Join(t.root, "tools", "explored", name) }

func (t *tool) wanted(name string) bool { return len(t.only) == 0 || slices.Contains(t.only, name) }

// save stores the results after each step, so that a run that is stopped keeps what it has.
func (t *tool) save(name string) error { return t.results.save(t.path(""), name) }
