package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/child"
	"pollux/tools/published"
)

// suites explores the tests of the chosen crates. A crate that fails does not stop the others.
func (t *tool) suites(ctx context.Context) error {
	var failed []error
	for _, s := range t.table.Suites {
		if !t.wanted(s.Name) {
			continue
		}
		r, err := t.suite(ctx, s)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", s.Name, err))
			r.Problem = neutral(err.Error(), t.work)
		}
		t.results.Suites = put(t.results.Suites, r, suiteResult.key)
		fmt.Fprintf(t.out, "%-24s tests %4d  schedules %6d  failing %2d  unknown %2d  %.0f s  %s\n", s.Name, r.Tests, r.Schedules,
			len(r.Failing), len(r.Unknowns), r.Seconds, r.Problem)
		if err := t.save("suites.json"); err != nil {
			return err
		}
	}
	return errors.Join(failed...)
}

func (t *tool) suite(ctx context.Context, s suite) (suiteResult, error) {
	r := suiteResult{Name: s.Name, Version: s.Version, Checksum: s.Checksum, Failing: []fail{}, Unknowns: []what{}}
	dir, err := published.Unpack(ctx, t.work, s.crate())
	if err != nil {
		return r, err
	}
	if err := t.lock(ctx, dir); err != nil {
		return r, err
	}
	before, err := hashes(dir, "Cargo.toml", "Cargo.lock")
	if err != nil {
		return r, err
	}
	r.Lock = before[1][:12]
	a, err := t.explore(ctx, dir, append([]string{"--schedules", fmt.Sprint(t.schedules)}, s.Args...)...)
	if err != nil {
		return r, err
	}
	after, err := hashes(dir, "Cargo.toml", "Cargo.lock")
	if err != nil {
		return r, err
	}
	r.Same = before == after
	r.take(a, t.work)
	if r.Tests == 0 {
		r.Problem = a.nothing()
	}
	return r, nil
}

// lock makes a Cargo.lock where there is none, so that the run itself can be seen to change nothing.
func (t *tool) lock(ctx context.Context, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "Cargo.lock")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	said := &child.Tail{Limit: wordsLimitBytes}
	if err := child.Run(ctx, child.Command{Path: "cargo", Args: []string{"generate-lockfile"}, Dir: dir, Stderr: said, Group: true}); err != nil {
		return fmt.Errorf("cargo generate-lockfile: %w: %s", err, said.String())
	}
	return nil
}

func hashes(dir, first, second string) ([2]string, error) {
	var out [2]string
	for i, name := range []string{first, second} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return out, err
		}
		sum := sha256.Sum256(text)
		out[i] = hex.EncodeToString(sum[:])
	}
	return out, nil
}

// take reads an answer about a suite.
func (r *suiteResult) take(a *answer, work string) {
	c := a.explored()
	r.Exit, r.Toolchain, r.Tokio = a.exit, a.result.Toolchain, c.Tokio
	r.Tests, r.Plain, r.Schedules, r.Orders, r.Seconds = c.Tests, c.Plain, c.Schedules, c.Interleavings, tenths(a.took)
	for _, f := range a.result.Findings {
		r.Failing = append(r.Failing, fail{
			Test: a.testOf(f), Rule: f.Rule, Message: neutral(f.Message, work), Place: fmt.Sprintf("%s:%d", neutral(f.File, work), f.Line),
		})
	}
	for _, u := range a.result.Unknowns {
		r.Unknowns = append(r.Unknowns, what{u.What, neutral(u.Reason, work)})
	}
}

// nothing says why no test was explored.
func (a *answer) nothing() string {
	var reasons []string
	for _, rung := range a.result.Rungs {
		reasons = append(reasons, rung.Reason)
	}
	for _, u := range a.result.Unknowns {
		if len(reasons) < 4 {
			reasons = append(reasons, u.What+": "+u.Reason)
		}
	}
	for _, f := range a.result.Findings {
		if len(reasons) < 4 {
			reasons = append(reasons, f.Message)
		}
	}
	return strings.Join(reasons, "; ")
}
