package cli

import (
	"time"

	"github.com/spf13/cobra"

	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/rung/miri"
)

// The number of seeds and the time for each when none are given; see docs/rungs.md.
const (
	miriSeeds = 8
	miriLimit = 5 * time.Minute
)

func (a *app) miriCommand() *cobra.Command {
	var (
		req engine.Request
		opt miri.Options
	)
	cmd := &cobra.Command{
		Use:   "miri [OPTIONS] [FILTER...]",
		Short: "Run your own tests under Miri with many seeds, where Miri is installed",
		Long: `Run each test under Miri, once for each seed: Rust's own interpreter finds undefined behavior, data races, leaks and
deadlocks, under another order of threads for each seed. Miri is looked for in your toolchain and then in nightly; pollux
does not install it, and without it the answer is "incomplete", never "clean". FILTER is part of a test's name.`,
		Example: `  pollux miri waker                tests whose names contain waker, 8 seeds each
  pollux miri --seeds 64 --limit 10m cell::`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Filters = args
			if opt.Seeds < 1 {
				return fault.Usagef("--seeds must be at least 1")
			}
			if opt.Limit < time.Second {
				return fault.Usagef("--limit must be at least 1s")
			}
			project, err := a.open(cmd, req)
			if err != nil {
				return err
			}
			res, err := project.Miri(cmd.Context(), opt)
			if err != nil {
				return err
			}
			return a.answer(cmd, project, res)
		},
		Annotations: map[string]string{exitHelp: `  0   every test passed under every seed
  1   Miri found something
  3   wrong command line or configuration, or no project here
  4   the tests do not build
  5   incomplete: Miri is not installed, or a test could not be decided
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.IntVar(&opt.Seeds, "seeds", miriSeeds, "run each test under `N` seeds")
	fs.DurationVar(&opt.Limit, "limit", miriLimit, "give each seed `DURATION`")
	commonFlags(cmd, &req)
	return cmd
}
