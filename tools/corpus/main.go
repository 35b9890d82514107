// Command corpus runs pollux on pinned, published crates and keeps what it said: the heavy check of a change.
//
// It is a tool for the developers of pollux, run by hand, never by `go test`: it needs cargo, a package registry and
// minutes to hours of CPU. The crates are named in corpus.toml; their sources are unpacked into a work directory outside
// of the repository and are never committed. Each finding is read by a person once, and the judgement is kept in
// triage.toml. docs/corpus.md is generated from those two files and results.json.
//
// Invariants: one crate that fails does not stop the others; a finding without a judgement makes `triage` fail; the page
// and results.json depend on their inputs alone (timings are inputs too).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

const usage = `usage: go run ./tools/corpus VERB [flags]

verbs:
  fetch          unpack the pinned sources into the work directory
  prove          plain cargo check of each: shows that the pins still build here
  check          pollux check on each; writes results.json and docs/corpus.md
  bench          CPU of cargo check, pollux check and cargo clippy on each; writes results.json and docs/corpus.md
  triage         join findings with triage.toml; writes docs/corpus.md; exit 1 when a finding has no judgement
  diff OLD NEW   findings of two results.json files; exit 1 when they differ

flags (see VERB -h): -dir, -page, -work, -only, -pollux, -jobs, -deadline, -runs, -once, -show
`

// Exit codes of the command; 2 is left out on purpose, as everywhere in pollux.
const (
	exitOK     = 0
	exitDiffer = 1
	exitUsage  = 3
	exitFailed = 5
)

// errDiffer says that the answer is "no": findings without judgement, or two results that differ.
var errDiffer = errors.New("not as wanted")

// errUsage says that the command line makes no sense.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, out, log io.Writer) int {
	err := dispatch(ctx, args, out, log)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errDiffer):
		return exitDiffer
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errUsage):
		fmt.Fprintf(log, "%v\n\n%s", err, usage)
		return exitUsage
	}
	fmt.Fprintln(log, "corpus:", err)
	return exitFailed
}

func dispatch(ctx context.Context, args []string, out, log io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: a verb is missing", errUsage)
	}
	o, rest, err := parseOptions(args, log)
	if err != nil {
		return err
	}
	if args[0] == "diff" {
		return diffFiles(rest, out)
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: %s takes no arguments, got %q", errUsage, args[0], rest)
	}
	t, err := newTool(o, out, log)
	if err != nil {
		return err
	}
	return t.verb(ctx, args[0])
}

func (t *tool) verb(ctx context.Context, name string) error {
	switch name {
	case "fetch":
		return t.fetchAll(ctx)
	case "prove":
		return t.proveAll(ctx)
	case "check":
		return t.checkAll(ctx)
	case "bench":
		return t.benchAll(ctx)
	case "triage":
		return t.triageAll()
	}
	return fmt.Errorf("%w: unknown verb %q", errUsage, name)
}

// options are the flags; they mean the same for every verb that heeds them.
type options struct {
	dir, page, work, pollux string
	only                    []string
	jobs, runs              int
	deadline                seconds
	once, show              bool
}

func parseOptions(args []string, log io.Writer) (options, []string, error) {
	var o options
	var only string
	fs := flag.NewFlagSet("corpus "+args[0], flag.ContinueOnError)
	fs.SetOutput(log)
	fs.StringVar(&o.dir, "dir", filepath.Join("tools", "corpus"), "folder of corpus.toml, triage.toml and results.json")
	fs.StringVar(&o.page, "page", filepath.Join("docs", "corpus.md"), "generated page")
	fs.StringVar(&o.work, "work", "", "work directory (default: pollux-corpus in the user's cache directory)")
	fs.StringVar(&only, "only", "", "comma-separated crate names; the default is all")
	fs.StringVar(&o.pollux, "pollux", "", "pollux binary (default: built from this checkout)")
	fs.IntVar(&o.jobs, "jobs", 0, "cargo jobs (default: cargo's own)")
	fs.IntVar(&o.runs, "runs", 1, "bench: runs per cell, the least CPU counts")
	o.deadline = 900
	fs.Var(&o.deadline, "deadline", "seconds after which one run on one crate is given up")
	fs.BoolVar(&o.once, "once", false, "check: skip the second run that times the member alone and compares the answers")
	fs.BoolVar(&o.show, "show", false, "triage: print findings without judgement with the source around them")
	if err := fs.Parse(args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, nil, err
		}
		return o, nil, fmt.Errorf("%w: %v", errUsage, err)
	}
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	return o, fs.Args(), nil
}
