// Command changes runs `pollux verify --since` on real changes: pairs of consecutive releases of published async crates.
//
//	go run ./tools/changes list             the pairs of changes.toml
//	go run ./tools/changes run [NAME..]     verify each change, or those of the named crates; stores each answer in results.json
//	go run ./tools/changes run -new         only those that have no answer
//
// Each pair becomes a git repository of two commits in the work directory. The state of the second commit is checked once, as a
// person who works on the crate has done before: that time is noted by itself. Then the change is verified within -budget, and
// what pollux said, how long it took and how loaded the machine was is kept. Nothing is known here of what a crate is about. What a
// reader of the sources says of the findings is in triage.toml.
//
// It downloads packages through cargo, compiles them, and takes an hour.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"pollux/internal/child"
	"pollux/tools/repo"
)

func main() {
	var t tool
	fs := flag.NewFlagSet("changes", flag.ExitOnError)
	fs.StringVar(&t.work, "work", filepath.Join(os.TempDir(), "pollux-changes"), "directory for sources, repositories and builds")
	fs.StringVar(&t.pollux, "pollux", "", "the pollux to ask; default: built from this repository")
	fs.DurationVar(&t.budget, "budget", time.Minute, "budget of each verification")
	fs.BoolVar(&t.fresh, "new", false, "only changes that have no answer")
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "changes: list or run?")
		os.Exit(3)
	}
	_ = fs.Parse(os.Args[2:]) // ends the program on an error
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := t.do(ctx, os.Args[1], fs.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "changes:", err)
		os.Exit(70)
	}
}

// tool is one call of this program.
type tool struct {
	work, pollux string
	budget       time.Duration
	fresh        bool
	root         string
}

func (t *tool) do(ctx context.Context, verb string, names []string) error {
	var err error
	if t.root, err = repo.Root(); err != nil {
		return err
	}
	pairs, err := loadPairs(t.path("changes.toml"))
	if err != nil {
		return err
	}
	switch verb {
	case "list":
		for _, p := range pairs {
			fmt.Println(p.ID())
		}
		return nil
	case "run":
		return t.run(ctx, pairs, names)
	}
	return fmt.Errorf("unknown verb %s", verb)
}

func (t *tool) path(name string) string { return filepath.Join(t.root, "tools", "changes", name) }

// build makes the pollux to ask, unless one was named.
func (t *tool) build(ctx context.Context) error {
	if t.pollux != "" {
		return nil
	}
	t.pollux = filepath.Join(t.work, "pollux")
	err := child.Run(ctx, child.Command{Path: "go", Args: []string{"build", "-o", t.pollux, "./cmd/pollux"}, Dir: t.root, Stderr: os.Stderr, Group: true})
	if err != nil {
		return fmt.Errorf("build pollux: %w", err)
	}
	return nil
}
