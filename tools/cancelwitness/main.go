// Command cancelwitness asks the explorer to confirm what the rules about cancellation suspect.
//
//	go run ./tools/cancelwitness            the crates below testdata/crates/corpus-explore-cancel and -select
//	go run ./tools/cancelwitness -write     and store the answers in tools/cancelwitness/results.txt
//	go run ./tools/cancelwitness DIR..      other crates
//
// It runs `pollux check` on each crate as a user would, takes every finding of the cancel family that carries a command to prove it, and
// runs that command. A finding is confirmed when a test that comes by the place fails under a schedule that replays; it is not when the
// tests that come by it hold, or none does. Nothing is known here of what a crate is about.
//
// It compiles with cargo and takes minutes.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"pollux/internal/child"
	"pollux/internal/engine"
	"pollux/internal/finding"
	"pollux/tools/repo"
)

const (
	resultsPath = "tools/cancelwitness/results.txt"
	limit       = 15 * time.Minute // for one command of pollux
	outputBytes = 16 << 20
)

// crates are the corpus crates with tests that come by the bugs.
var crates = []string{"testdata/crates/corpus-explore-cancel", "testdata/crates/corpus-explore-select"}

func main() {
	write := flag.Bool("write", false, "store the answers in "+resultsPath)
	pollux := flag.String("pollux", "", "the pollux to ask; default: built from this repository")
	work := flag.String("work", "", "target directory for builds; default: the crates' own")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	t := &tool{pollux: *pollux, work: *work, out: os.Stdout}
	if err := t.run(ctx, flag.Args(), *write); err != nil {
		fmt.Fprintln(os.Stderr, "cancelwitness:", err)
		os.Exit(70)
	}
}

type tool struct {
	pollux, work string
	out          io.Writer
	confirmed    int
	asked        int
}

func (t *tool) run(ctx context.Context, dirs []string, write bool) error {
	root, err := repo.Root()
	if err != nil {
		return err
	}
	if len(dirs) == 0 {
		for _, c := range crates {
			dirs = append(dirs, filepath.Join(root, c))
		}
	}
	if t.pollux == "" {
		dir, err := os.MkdirTemp("", "cancelwitness")
		if err != nil {
			return fmt.Errorf("find a place for pollux: %w", err)
		}
		defer os.RemoveAll(dir)
		t.pollux = filepath.Join(dir, "pollux")
		if err := child.Run(ctx, child.Command{Path: "go", Args: []string{"build", "-o", t.pollux, "./cmd/pollux"}, Dir: root, Stderr: os.Stderr, Group: true}); err != nil {
			return fmt.Errorf("build pollux: %w", err)
		}
	}
	var text strings.Builder
	t.out = io.MultiWriter(os.Stdout, &text)
	for _, dir := range dirs {
		before, asked := t.confirmed, t.asked
		if err := t.crate(ctx, dir); err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		fmt.Fprintf(t.out, "  %d of %d confirmed by a run\n", t.confirmed-before, t.asked-asked)
		if !write {
			continue
		}
		if err := os.WriteFile(filepath.Join(root, resultsPath), []byte(text.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// crate asks for a proof of each finding of one crate.
func (t *tool) crate(ctx context.Context, dir string) error {
	checked, err := t.ask(ctx, dir, "check", "--info")
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, filepath.Base(dir))
	for _, f := range checked.Findings {
		focus, ok := strings.CutPrefix(f.Reproduce, "pollux explore --focus ")
		if !ok || !strings.HasPrefix(f.Rule, "cancel-") && !strings.HasPrefix(f.Rule, "select-") {
			continue
		}
		explored, err := t.ask(ctx, dir, "explore", "--info", "--focus", focus)
		if err != nil {
			return err
		}
		t.asked++
		fmt.Fprintf(t.out, "  %-16s %-22s %-8s %s\n", focus, f.Rule, f.Severity, t.judged(explored))
	}
	return nil
}

// judged says what the runs have shown of a suspicion: the worst that a schedule did.
func (t *tool) judged(res *engine.Result) string {
	for _, f := range res.Findings {
		if f.Verdict == finding.Replayed || f.Verdict == finding.Shrunk {
			t.confirmed++
			return "confirmed: " + f.Rule + ", " + string(f.Verdict) + ", in " + f.Function
		}
	}
	for _, u := range res.Unknowns {
		return "not decided: " + u.Reason
	}
	return "not confirmed"
}

// ask runs pollux and reads its answer.
func (t *tool) ask(ctx context.Context, dir string, args ...string) (*engine.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	args = append(args, "--format", "json")
	if t.work != "" {
		args = append(args, "--target-dir", t.work)
	}
	out, said := &child.Tail{Limit: outputBytes}, &child.Tail{Limit: 1 << 16}
	err := child.Run(ctx, child.Command{Path: t.pollux, Args: args, Dir: dir, Env: os.Environ(), Stdout: out, Stderr: said, Group: true})
	if _, ran := child.Code(err); !ran || ctx.Err() != nil {
		return nil, errors.Join(fmt.Errorf("pollux %s", strings.Join(args, " ")), err, ctx.Err())
	}
	var res engine.Result
	if err := json.Unmarshal(out.Bytes(), &res); err != nil {
		return nil, fmt.Errorf("pollux %s: %s", strings.Join(args, " "), said.String())
	}
	return &res, nil
}
