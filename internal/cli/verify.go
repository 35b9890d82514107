package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/fault"
)

// verifyBudget is the time for all rungs when none is named: what a person waits for, and a CI job does.
const verifyBudget = 10 * time.Minute

func (a *app) verifyCommand() *cobra.Command {
	var (
		req  engine.Request
		opt  engine.VerifyOptions
		part string
	)
	cmd := &cobra.Command{
		Use:   "verify [OPTIONS] [DIR]",
		Short: "Go up the whole ladder: check, try each suspicion by runs, ask the other tools; one verdict",
		Long: `Check the crate, then try each suspicion: the tests that reach it are run under many schedules and with their tasks
cancelled, and a suspicion that a run shows is reported once, with the schedule that shows it. Then the other tests, and
the crate's loom models. Other tools run when --rung names them.

A verdict is raised only by a run. What was not reached, not shown, cut by --budget or not installed is listed, and never
counts as good. Answers are kept and used again as long as sources, lock file, toolchain and options are the same.`,
		Example: `  pollux verify                       everything, at most ten minutes
  pollux verify --since main          only what the branch changes: new, fixed, unchanged
  pollux verify --rung sanitize --rung miri --budget 30m
  pollux verify --partition 2/4 --format json > part2.json     a quarter of the tests, for pollux merge`,
		Args: atMostOneDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				req.Dir = args[0]
			}
			var err error
			if opt.Part, err = partOf(part); err != nil {
				return err
			}
			return a.runVerify(cmd, req, opt)
		},
		Annotations: map[string]string{exitHelp: `  0   nothing at or above the threshold, and every rung that ran came to its end
  1   findings at or above the threshold (--fail-on, default warning)
  3   wrong command line or configuration, or no project here
  4   the crate does not build
  5   incomplete: a rung could not come to an answer, and the report names it
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.DurationVar(&opt.Budget, "budget", verifyBudget, "stop after `DURATION`, builds included; what was found is kept, what was not done is named")
	fs.StringSliceVar(&opt.Rungs, "rung", nil, "also run `TOOLS`: "+strings.Join(engine.AskableRungs(), ", "))
	fs.IntVar(&opt.Schedules, "schedules", defaultSchedules, "run each test under `N` schedules in each phase, and ten times as many where it reaches a suspicion")
	fs.StringVar(&part, "partition", "", "explore only the `K/N`th part of the tests, by a hash of their names; outer tools run in part 1")
	fs.BoolVar(&opt.Fresh, "fresh", false, "use no answer of an earlier run")
	fs.BoolVar(&req.Changed, "changed", false, "report only what lines that differ from HEAD touch, and explore only what reaches them")
	fs.StringVar(&req.Since, "since", "", "the same for lines that differ from the merge base with `REF`")
	group(fs, "compare", "changed", "since")
	complete(cmd, "rung", engine.AskableRungs())
	commonFlags(cmd, &req)
	return cmd
}

// maxParts bounds into how many parts the tests are divided.
const maxParts = 10_000

func partOf(words string) (engine.Part, error) {
	if words == "" {
		return engine.Part{}, nil
	}
	left, right, _ := strings.Cut(words, "/")
	k, err1 := strconv.Atoi(left)
	n, err2 := strconv.Atoi(right)
	if err1 != nil || err2 != nil || k < 1 || n < 1 || k > n || n > maxParts {
		return engine.Part{}, fault.Usagef("--partition %s is no part", words).Hint("2/4 is the second of four parts")
	}
	return engine.Part{K: k, Of: n}, nil
}

// partAsJSON refuses a part in a form that pollux merge does not read.
func partAsJSON(project *engine.Project, part engine.Part) error {
	if part.Of > 0 && project.Settings.Format != "json" {
		return fault.Usagef("a part is written as JSON only").Hint("add --format json, and put the parts together with pollux merge")
	}
	return nil
}

func (a *app) runVerify(cmd *cobra.Command, req engine.Request, opt engine.VerifyOptions) error {
	for _, name := range opt.Rungs {
		if !slices.Contains(engine.AskableRungs(), name) {
			return fault.Usagef("--rung: unknown rung `%s`", name).Hint(didyoumean.Hint(name, engine.AskableRungs())).
				Hint("compile, static and explore always run; further rungs: " + strings.Join(engine.AskableRungs(), ", "))
		}
	}
	switch {
	case opt.Schedules < 1:
		return fault.Usagef("--schedules must be at least 1")
	case opt.Budget < time.Second:
		return fault.Usagef("--budget must be at least 1s")
	case req.Changed && req.Since != "":
		return fault.Usagef("--changed and --since exclude each other").Hint("--since HEAD is --changed")
	}
	project, err := a.open(cmd, req)
	if err != nil {
		return err
	}
	if err := partAsJSON(project, opt.Part); err != nil {
		return err
	}
	res, err := project.Verify(cmd.Context(), opt)
	if err != nil {
		return err
	}
	if err := a.answer(cmd, project, res); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}
