package cli

import (
	"time"

	"github.com/spf13/cobra"

	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/rung/loom"
)

// loomLimit is the time for one model; see docs/rungs.md.
const loomLimit = time.Minute

func (a *app) loomCommand() *cobra.Command {
	var (
		req engine.Request
		opt loom.Options
	)
	cmd := &cobra.Command{
		Use:   "loom [OPTIONS] [FILTER...]",
		Short: "Run the crate's loom models, and tell a search that ended from one that was stopped",
		Long: `Build the tests of the packages that depend on loom as those packages want it (--cfg loom, or a feature), and run each
model in a process of its own: first with two preemptions, then without a bound.

Passed means that every search came to its end; the bound is printed. A search that ran out of time or into a bound is
not decided. A failure is run again in a fresh process and told turn by turn. Nothing in the project is changed: the
locked loom is copied, and the copy writes down how each search ends. FILTER is part of a test's name.

Experimental: --model FILE.rs is for a package that knows of no loom. FILE holds tests that call loom::model(|| ..) and use the package
as any test does. pollux makes a copy of the package in which loom's atomics, locks and threads stand for std's, and runs these tests.
Only what the package itself does is modelled: plain memory, Arc and other packages are not, and an atomic of a static is refused.`,
		Example: `  pollux loom                     all models, a minute each
  pollux loom mpsc::              models whose names contain mpsc::
  pollux loom --preemptions 3 --limit 10m
  pollux loom --model models/queue.rs -p queue     (experimental) models of a package on std's own atomics and locks`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Filters = args
			if opt.Limit < time.Second {
				return fault.Usagef("--limit must be at least 1s")
			}
			project, err := a.open(cmd, req)
			if err != nil {
				return err
			}
			res, err := project.Loom(cmd.Context(), opt)
			if err != nil {
				return err
			}
			return a.answer(cmd, project, res)
		},
		Annotations: map[string]string{exitHelp: `  0   every model passed within its bound
  1   a model failed
  3   wrong command line or configuration, or no project here
  4   the models do not build
  5   incomplete: no model, or one that could not be decided
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.IntVar(&opt.Preemptions, "preemptions", -1, "search only permutations with at most `N` preemptions")
	fs.IntVar(&opt.Branches, "branches", 0, "allow `N` branches in one permutation (default loom's 1000)")
	fs.StringVar(&opt.Model, "model", "", "experimental: run the models in `FILE`.rs on a copy of the package in which loom's types stand for std's")
	fs.DurationVar(&opt.Limit, "limit", loomLimit, "give each model `DURATION`")
	commonFlags(cmd, &req)
	return cmd
}
