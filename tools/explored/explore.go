package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"pollux/internal/child"
	"pollux/internal/engine"
	"pollux/internal/explore"
	"pollux/internal/finding"
)

// Bounds of one run of pollux.
const (
	exploreLimit    = 60 * time.Minute
	jsonLimitBytes  = 64 << 20
	wordsLimitBytes = 16 << 10
)

// answer is what pollux explore said.
type answer struct {
	result *engine.Result
	exit   int
	took   time.Duration
	cpu    time.Duration // of pollux and all it ran
}

// explore runs pollux explore in dir.
func (t *tool) explore(ctx context.Context, dir string, args ...string) (*answer, error) {
	args = append([]string{"explore", "--format", "json", "--info", "--target-dir", filepath.Join(t.work, "target")}, args...)
	out, said := &child.Tail{Limit: jsonLimitBytes}, &child.Tail{Limit: wordsLimitBytes}
	limited, cancel := context.WithTimeout(ctx, exploreLimit)
	defer cancel()
	start, before := time.Now(), childrenCPU()
	err := child.Run(limited, child.Command{Path: t.pollux, Args: args, Dir: dir, Stdout: out, Stderr: said, Group: true})
	a := &answer{took: time.Since(start), cpu: childrenCPU() - before}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("pollux %s: gave up after %s", strings.Join(args, " "), exploreLimit)
	}
	code, ran := child.Code(err)
	if !ran {
		return nil, fmt.Errorf("pollux explore: %w", err)
	}
	a.exit = code
	if err := json.Unmarshal(out.Bytes(), &a.result); err != nil {
		return nil, fmt.Errorf("pollux %s: exit %d: %s", strings.Join(args, " "), code, strings.TrimSpace(said.String()))
	}
	return a, nil
}

// explored finds the rung that says what was covered.
func (a *answer) explored() engine.Explored {
	for _, r := range a.result.Rungs {
		if r.Explored != nil {
			return *r.Explored
		}
	}
	return engine.Explored{}
}

// witness reads the schedule that was kept for a finding; nil when none was.
func (a *answer) witness(f finding.Finding) (*explore.Witness, error) {
	if f.Witness == "" {
		return nil, nil
	}
	path := f.Witness
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.result.Root, filepath.FromSlash(path))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the witness of a finding: %w", err)
	}
	return explore.ParseWitness(string(text))
}

var backticked = regexp.MustCompile("`([^`]+)`")

// testOf names the test of a finding: its witness knows, and where there is none the message says it.
func (a *answer) testOf(f finding.Finding) string {
	if w, err := a.witness(f); err == nil && w != nil {
		return w.Test
	}
	if m := backticked.FindStringSubmatch(f.Message); m != nil {
		return m[1]
	}
	return ""
}

// unknownOf is what pollux could not do about a test; empty when it says nothing.
func (a *answer) unknownOf(test string) string {
	for _, u := range a.result.Unknowns {
		if strings.HasSuffix(u.What, "::"+test) || u.What == "all tests" {
			return u.Reason
		}
	}
	return ""
}
