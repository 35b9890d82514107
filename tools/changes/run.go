package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pollux/internal/child"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

// resultsSchema names the JSON contract of results.json.
const resultsSchema = "pollux-changes/1"

// results is results.json: the last answer for each change.
type results struct {
	Schema  string   `json:"schema"`
	Changes []answer `json:"changes"` // sorted by crate and version
}

// answer is what pollux said of one change.
type answer struct {
	Crate    string  `json:"crate"`
	From     string  `json:"from"`
	To       string  `json:"to"`
	Lines    int     `json:"lines"`          // of Rust that differ
	Problem  string  `json:"problem"`        // why there is no answer; empty when there is one
	Load     string  `json:"load"`           // of the machine when it was verified: the average over a minute
	Prepared float64 `json:"prepare_s"`      // of the check before, dependencies included
	Seconds  float64 `json:"verify_s"`       // of the verification, builds of its tests included
	Again    float64 `json:"verify_again_s"` // of the same a second time
	Budget   float64 `json:"budget_s"`

	Exit     int                `json:"exit"`
	Verdict  string             `json:"verdict"`
	Compare  *engine.Comparison `json:"compare"`
	Rungs    []engine.Rung      `json:"rungs"` // without what was covered of each test
	Findings []finding.Finding  `json:"findings"`
	Fixed    []finding.Finding  `json:"fixed"`
	Answers  []engine.Answer    `json:"answers"`
	Unknowns []finding.Unknown  `json:"unknowns"`
}

func (a *answer) pair() pair { return pair{Crate: a.Crate, From: a.From, To: a.To} }

const (
	prepareLimit = 20 * time.Minute
	grace        = 2 * time.Minute // that a verification may overrun its budget before it is stopped
	outputBytes  = 16 << 20
)

func (t *tool) run(ctx context.Context, pairs []pair, names []string) error {
	if err := os.MkdirAll(t.work, 0o755); err != nil {
		return fmt.Errorf("make the work directory: %w", err)
	}
	if err := t.build(ctx); err != nil {
		return err
	}
	for _, p := range chosen(pairs, names) {
		all, err := readResults(t.path("results.json"))
		if err != nil {
			return err
		}
		if i := all.index(p); t.fresh && i >= 0 && all.Changes[i].Problem == "" {
			continue
		}
		a := t.verify(ctx, p)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Println(a.line())
		if err := all.put(a).write(t.path("results.json")); err != nil {
			return err
		}
	}
	return nil
}

// verify asks about one change.
func (t *tool) verify(ctx context.Context, p pair) answer {
	a := answer{Crate: p.Crate, From: p.From, To: p.To, Budget: t.budget.Seconds()}
	dir, lines, err := t.repository(ctx, p)
	if err != nil {
		a.Problem = err.Error()
		return a
	}
	a.Lines = lines
	begun := time.Now()
	if _, _, err := t.ask(ctx, prepareLimit, dir, slices.Concat([]string{"check"}, p.Args)); err != nil {
		a.Problem = "before: " + err.Error()
		return a
	}
	a.Prepared, a.Load = time.Since(begun).Seconds(), load()
	args := slices.Concat([]string{"verify", "--since", "HEAD~1", "--budget", t.budget.String()}, p.Args)
	begun = time.Now()
	res, exit, err := t.ask(ctx, t.budget+grace, dir, args)
	a.Seconds = time.Since(begun).Seconds()
	if err != nil {
		a.Problem = err.Error()
		return a
	}
	begun = time.Now()
	again, _, err := t.ask(ctx, t.budget+grace, dir, args)
	a.Again = time.Since(begun).Seconds()
	if err != nil {
		a.Problem = "again: " + err.Error()
		return a
	}
	if res.Verdict == engine.Incomplete && again.Verdict != engine.Incomplete {
		res = again // the first time went into building the tests
	}
	a.take(res, exit, t.work)
	return a
}

// take keeps what belongs into results.json: nothing of this machine's directories.
func (a *answer) take(res *engine.Result, exit int, work string) {
	a.Exit, a.Verdict, a.Compare = exit, string(res.Verdict), res.Compare
	a.Findings, a.Fixed, a.Answers, a.Unknowns, a.Rungs = res.Findings, res.Fixed, res.Answers, res.Unknowns, res.Rungs
	for i := range a.Rungs {
		if e := a.Rungs[i].Explored; e != nil {
			e.PerTest = nil
		}
	}
	for i := range a.Unknowns {
		a.Unknowns[i].Reason = anywhere(a.Unknowns[i].Reason, work)
	}
	for _, list := range [][]finding.Finding{a.Findings, a.Fixed} {
		for i := range list {
			list[i].Witness, list[i].Reproduce = filepath.Base(list[i].Witness), ""
		}
	}
}

// anywhere takes the work directory and the source cache of cargo out of a text.
func anywhere(text, work string) string {
	text = strings.ReplaceAll(text, work, "$WORK")
	if i := strings.Index(text, "/registry/src/"); i >= 0 {
		from := strings.LastIndexAny(text[:i], " `\"\n") + 1
		rest := text[i+len("/registry/src/"):]
		_, rest, _ = strings.Cut(rest, "/")
		text = text[:from] + "$REGISTRY/" + rest
	}
	return text
}

// ask runs pollux and reads its answer.
func (t *tool) ask(ctx context.Context, limit time.Duration, dir string, args []string) (*engine.Result, int, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	args = append(slices.Clone(args), "--format", "json", "--target-dir", filepath.Join(t.work, "target"))
	out, said := &child.Tail{Limit: outputBytes}, &child.Tail{Limit: 1 << 16}
	err := child.Run(ctx, child.Command{Path: t.pollux, Args: args, Dir: dir, Env: os.Environ(), Stdout: out, Stderr: said, Group: true})
	exit, ran := child.Code(err)
	if !ran || ctx.Err() != nil {
		return nil, -1, errors.Join(fmt.Errorf("pollux %s", strings.Join(args, " ")), err, ctx.Err())
	}
	var res engine.Result
	if err := json.Unmarshal(out.Bytes(), &res); err != nil {
		return nil, exit, fmt.Errorf("pollux %s: %w: %s", strings.Join(args, " "), err, said.String())
	}
	return &res, exit, nil
}

// load is the average load of the last minute, as the system writes it; empty where it does not say.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// line sums an answer up for the terminal.
func (a *answer) line() string {
	if a.Problem != "" {
		return fmt.Sprintf("%-40s no answer: %s", a.pair().ID(), a.Problem)
	}
	text := fmt.Sprintf("%-40s %5d lines, check %4.0f s, verify %4.0f s, again %4.1f s, load %s: %s", a.pair().ID(), a.Lines, a.Prepared, a.Seconds, a.Again, a.Load, a.Verdict)
	if c := a.Compare; c != nil {
		text += fmt.Sprintf(", %d new, %d fixed, %d unchanged (%s)", c.New, c.Fixed, c.Unchanged, c.By)
	}
	return text
}

func readResults(path string) (results, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return results{Schema: resultsSchema}, nil
	}
	if err != nil {
		return results{}, fmt.Errorf("read the answers: %w", err)
	}
	var r results
	if err := json.Unmarshal(text, &r); err != nil || r.Schema != resultsSchema {
		return r, fmt.Errorf("read the answers: %s is no %s: %w", path, resultsSchema, err)
	}
	return r, nil
}

func (r results) index(p pair) int {
	return slices.IndexFunc(r.Changes, func(a answer) bool { return a.pair().ID() == p.ID() })
}

func (r results) put(a answer) results {
	r.Changes = slices.DeleteFunc(r.Changes, func(b answer) bool { return a.pair().ID() == b.pair().ID() })
	r.Changes = append(r.Changes, a)
	slices.SortFunc(r.Changes, func(a, b answer) int { return strings.Compare(a.pair().ID(), b.pair().ID()) })
	return r
}

func (r results) write(path string) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("encode the answers: %w", err)
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
