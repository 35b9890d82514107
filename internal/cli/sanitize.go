package cli

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/rung/sanitize"
)

// sanitizeLimit is the time for one test; see docs/rungs.md.
const sanitizeLimit = 2 * time.Minute

func (a *app) sanitizeCommand() *cobra.Command {
	var (
		req engine.Request
		opt sanitize.Options
	)
	cmd := &cobra.Command{
		Use:   "sanitize [OPTIONS] [FILTER...]",
		Short: "Run your own tests under AddressSanitizer and ThreadSanitizer, on a stable toolchain",
		Long: `Build the tests with a sanitizer and run each in a process of its own. Works on a stable toolchain that has the
runtimes, without nightly and without a build of std; nothing in the project is changed.

AddressSanitizer finds memory that is used after it was freed or its function has returned: what a future leaves behind
that was moved after it was polled. ThreadSanitizer finds data races; std is not instrumented, so of its reports only
those count in which both accesses lie in the workspace. valgrind, where it is installed, needs no other build.
FILTER is part of a test's name.`,
		Example: `  pollux sanitize                        both sanitizers, all tests
  pollux sanitize --with thread waker    tests whose names contain waker
  pollux sanitize --with valgrind`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Filters = args
			if opt.Limit < time.Second {
				return fault.Usagef("--limit must be at least 1s")
			}
			for _, w := range opt.With {
				if !slices.Contains(sanitize.Tools, w) {
					return fault.Usagef("unknown sanitizer `%s`", w).Hint(didyoumean.Hint(w, sanitize.Tools))
				}
			}
			project, err := a.open(cmd, req)
			if err != nil {
				return err
			}
			res, err := project.Sanitize(cmd.Context(), opt)
			if err != nil {
				return err
			}
			return a.answer(cmd, project, res)
		},
		Annotations: map[string]string{exitHelp: `  0   every test ended well, without a report
  1   a sanitizer reported something
  3   wrong command line or configuration, or no project here
  4   the tests do not build
  5   incomplete: no runtime for this toolchain, or a test that could not be decided
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringSliceVar(&opt.With, "with", nil, "run under `TOOL`: address, thread, valgrind; default address,thread")
	fs.DurationVar(&opt.Limit, "limit", sanitizeLimit, "give each test `DURATION`")
	commonFlags(cmd, &req)
	complete(cmd, "with", sanitize.Tools)
	return cmd
}
