package rung

import (
	"context"
	"slices"
	"strings"
	"time"

	"pollux/internal/cargo"
)

// listLimit bounds how long a program may take to list its tests.
const listLimit = time.Minute

// List asks a test program for its tests, without those that are ignored, in its own order. False means that it does not
// answer as Rust's own harness does.
func List(ctx context.Context, p cargo.Program, env []string) ([]string, bool, error) {
	all, ok, err := names(ctx, p, env, "--list", "--format=terse")
	if err != nil || !ok {
		return nil, false, err
	}
	ignored, ok, err := names(ctx, p, env, "--list", "--format=terse", "--ignored")
	if err != nil || !ok {
		return nil, false, err
	}
	return slices.DeleteFunc(all, func(n string) bool { return slices.Contains(ignored, n) }), true, nil
}

func names(ctx context.Context, p cargo.Program, env []string, args ...string) ([]string, bool, error) {
	end, err := Run(ctx, Process{Path: p.Path, Args: args, Dir: p.PackageDir, Env: env, Limit: listLimit})
	if err != nil || end.Fault() != "" {
		return nil, false, err
	}
	var out []string
	for line := range strings.Lines(end.Stdout) {
		if name, isTest := strings.CutSuffix(strings.TrimSpace(line), ": test"); isTest {
			out = append(out, name)
		}
	}
	return out, true, nil
}

// Wanted reports whether a test is among those that the filters ask for, as cargo test reads them.
func Wanted(test string, filters []string) bool {
	return len(filters) == 0 || slices.ContainsFunc(filters, func(f string) bool { return strings.Contains(test, f) })
}

// OneTest names one test to Rust's harness. Its output goes to us and not to the harness's memory.
func OneTest(test string) []string {
	return []string{test, "--exact", "--test-threads=1", "--nocapture"}
}

// Environment is that of the program with settings replaced, and without those that begin with a prefix in drop.
func Environment(p cargo.Program, drop []string, settings ...string) []string {
	var out []string
	for _, kv := range p.Environment() {
		name, _, _ := strings.Cut(kv, "=")
		if slices.ContainsFunc(drop, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) ||
			slices.ContainsFunc(settings, func(s string) bool { return strings.HasPrefix(s, name+"=") }) {
			continue
		}
		out = append(out, kv)
	}
	return append(out, settings...)
}
