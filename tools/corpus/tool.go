package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// seconds is a duration given as a whole number of seconds on the command line.
type seconds int

func (s *seconds) String() string { return strconv.Itoa(int(*s)) }

// Set parses a positive number.
func (s *seconds) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		return fmt.Errorf("want a positive number of seconds, got %q", text)
	}
	*s = seconds(n)
	return nil
}

func (s seconds) duration() time.Duration { return time.Duration(s) * time.Second }

// tool is one invocation: what to run on, and where things lie.
type tool struct {
	options
	manifest manifest
	chosen   []entry
	out, log io.Writer
}

func newTool(o options, out, log io.Writer) (*tool, error) {
	m, err := loadManifest(filepath.Join(o.dir, "corpus.toml"))
	if err != nil {
		return nil, fmt.Errorf("%w (run this from the root of the repository, or give -dir)", err)
	}
	chosen, err := m.choose(o.only)
	if err != nil {
		return nil, err
	}
	if o.work == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("find the cache directory (give -work): %w", err)
		}
		o.work = filepath.Join(cache, "pollux-corpus")
	}
	if o.work, err = filepath.Abs(o.work); err != nil {
		return nil, fmt.Errorf("work directory: %w", err)
	}
	return &tool{options: o, manifest: m, chosen: chosen, out: out, log: log}, os.MkdirAll(o.work, 0o755)
}

// source is the folder in which e is unpacked.
func (t *tool) source(e entry) string { return filepath.Join(t.work, "src", e.crate().Folder()) }

// target is the cargo target directory of one purpose, shared by all crates so that common dependencies build once.
func (t *tool) target(purpose string) string { return filepath.Join(t.work, "target", purpose) }

// each runs f on every chosen crate that can be unpacked, goes on after errors, and reports at the end how many failed.
func (t *tool) each(ctx context.Context, f func(context.Context, entry) error) error {
	var failed []error
	for _, e := range t.chosen {
		err := t.fetch(ctx, e)
		if err == nil {
			err = f(ctx, e)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("stopped at %s: %w", e.name(), ctx.Err())
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", e.name(), err))
			fmt.Fprintf(t.log, "%s: %v\n", e.name(), err)
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d crates failed: %w", len(failed), len(t.chosen), errors.Join(failed...))
	}
	return nil
}

// cargo runs cargo in the folder of e with its own target directory.
func (t *tool) cargo(ctx context.Context, e entry, purpose string, env []string, args ...string) outcome {
	return runChild(ctx, child{
		argv:     append([]string{"cargo"}, t.withJobs(args)...),
		dir:      t.source(e),
		env:      append([]string{"CARGO_TARGET_DIR=" + t.target(purpose), "CARGO_TERM_COLOR=never"}, env...),
		deadline: t.deadline.duration(),
	})
}

func (t *tool) withJobs(args []string) []string {
	if t.jobs == 0 {
		return args
	}
	return append([]string{args[0], "--jobs", strconv.Itoa(t.jobs)}, args[1:]...)
}
