// Command runtimematrix runs every way of starting a future against every kind of thing that a future can need of its runtime, and
// compares what happens with what pollux says: `go run ./tools/runtimematrix [-write] [-target DIR]`.
//
// It writes tools/runtimematrix/testdata/runtime-matrix, builds it, runs each cell as a process of its own, and runs `pollux check` on the crate as a
// user would. A cell ends, panics, or is still there after ten seconds. It ends with status 1 when pollux is silent about a cell that does
// not end, or says something about one that does. With -write it stores the table in tools/runtimematrix/results.txt.
//
// It compiles with cargo and takes minutes when dependencies were not built before.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"pollux/internal/child"
	"pollux/internal/cli"
	"pollux/internal/engine"
	"pollux/internal/wrapper"
	"pollux/tools/repo"
)

const (
	crateDir    = "tools/runtimematrix/testdata/runtime-matrix"
	resultsPath = "tools/runtimematrix/results.txt"
	limit       = 10 * time.Second
)

func main() {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	write := flag.Bool("write", false, "store the table in "+resultsPath)
	target := flag.String("target", "", "cargo's target directory; default: that of the crate")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	agree, err := run(ctx, *target, *write)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "runtimematrix:", err)
		os.Exit(70)
	case !agree:
		os.Exit(1)
	}
}

func run(ctx context.Context, target string, write bool) (agree bool, err error) {
	root, err := repo.Root()
	if err != nil {
		return false, err
	}
	dir := filepath.Join(root, crateDir)
	if target == "" {
		target = filepath.Join(dir, "target")
	}
	if err := build(ctx, dir, target); err != nil {
		return false, err
	}
	said, err := check(dir)
	if err != nil {
		return false, err
	}
	t := table{cells: map[[2]string]cell{}}
	for _, r := range roots {
		for _, l := range leaves {
			happened, err := try(ctx, filepath.Join(target, "debug", "runtime-matrix"), dir, r.name, l.name)
			if err != nil {
				return false, err
			}
			t.cells[[2]string{r.name, l.name}] = cell{happened: happened, said: said["on_"+r.name+"::leaf_"+l.name]}
		}
	}
	text := t.text()
	fmt.Print(text)
	if write {
		if err := os.WriteFile(filepath.Join(root, resultsPath), []byte(text), 0o644); err != nil {
			return false, fmt.Errorf("store the table: %w", err)
		}
	}
	return t.agrees(), nil
}

// build writes the crate's source and compiles it.
func build(ctx context.Context, dir, target string) error {
	path := filepath.Join(dir, "src", "main.rs")
	old, _ := os.ReadFile(path)
	var formatted bytes.Buffer
	if err := child.Run(ctx, child.Command{Path: "rustfmt", Args: []string{"--edition", "2024", "--emit", "stdout"}, Stdin: strings.NewReader(source()), Stdout: &formatted, Stderr: os.Stderr}); err != nil {
		return fmt.Errorf("rustfmt: %w", err)
	}
	if !bytes.Equal(old, formatted.Bytes()) {
		if err := os.WriteFile(path, formatted.Bytes(), 0o644); err != nil {
			return fmt.Errorf("write the crate: %w", err)
		}
	}
	err := child.Run(ctx, child.Command{Path: "cargo", Args: []string{"build", "--target-dir", target}, Dir: dir, Stderr: os.Stderr})
	if err != nil {
		return fmt.Errorf("cargo build: %w", err)
	}
	return nil
}

// check gives what pollux says by function: the message of its finding about runtimes.
func check(dir string) (map[string]string, error) {
	var stdout, stderr bytes.Buffer
	status := cli.Main([]string{"pollux", "check", "--format", "json", dir}, os.Environ(), strings.NewReader(""), &stdout, &stderr)
	var res engine.Result
	if err := json.Unmarshal(stdout.Bytes(), &res); err != nil {
		return nil, fmt.Errorf("pollux check ended with status %d and no result: %s", status, stderr.String())
	}
	if res.Verdict != engine.Clean && res.Verdict != engine.Findings {
		return nil, fmt.Errorf("pollux check says %s: %v", res.Verdict, res.Unknowns)
	}
	out := map[string]string{}
	for _, f := range res.Findings {
		if f.Rule == "wrong-executor" || f.Rule == "missing-driver" {
			out[f.Function] = f.Rule + ": " + f.Message
		}
	}
	return out, nil
}

// try runs one cell: "ended", "hangs", or the message of its panic.
func try(ctx context.Context, program, dir, root, leaf string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	err := child.Run(ctx, child.Command{Path: program, Args: []string{root, leaf}, Dir: dir, Stdout: &stdout, Stderr: &stderr, Group: true})
	switch {
	case ctx.Err() == context.DeadlineExceeded && strings.Contains(stderr.String(), "panicked at"):
	case ctx.Err() == context.DeadlineExceeded:
		return "hangs", nil
	case err == nil && strings.Contains(stdout.String(), "ended"):
		return "ended", nil
	}
	_, message, ok := strings.Cut(stderr.String(), "panicked at ")
	if !ok {
		return "", fmt.Errorf("%s %s ended with %v: %s", root, leaf, err, stderr.String())
	}
	_, message, _ = strings.Cut(message, "\n")
	message, _, _ = strings.Cut(message, "\n")
	return strings.TrimSpace(message), nil
}
