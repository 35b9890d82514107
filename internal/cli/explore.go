package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pollux/internal/cargo"
	"pollux/internal/config"
	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/explore"
	"pollux/internal/fault"
	"pollux/internal/report"
)

// defaultSchedules find the known mistakes of spawned tasks with room to spare; see docs/explore.md for the measure.
const defaultSchedules = 100

// focusedSchedules are for tests that reach a place in focus, which are few.
const focusedSchedules = 1000

func (a *app) exploreCommand() *cobra.Command {
	var (
		req engine.Request
		opt engine.ExploreOptions
	)
	var scratch, inside, strategy, part string
	var phases []string
	cmd := &cobra.Command{
		Use:   "explore [OPTIONS] [FILTER...]",
		Short: "Run your own tests under schedules that plain tokio never shows (preview)",
		Long: `Run the crate's own tests under many schedules: other orders of tasks, tasks interrupted at every await, other
branches of select!, timers by virtual time. Then the test body is interrupted, too, and then timers fire although tasks
could run; what only these phases show is said to rest on that. Preview, and tokio 1.28 or newer.

Half of the schedules of a phase are those nearest to plain tokio, one after the other; when they are all there are, the test
is cleared. The rest are drawn by chance and by priorities (pct).

A test that stops for ever or panics under a schedule is reported with a witness, which pollux replay runs again.
FILTER is part of a test's name, as of cargo test. Nothing in the project is changed: the locked tokio is copied, and
cargo is told to build the tests with the copy.`,
		Example: `  pollux explore                       all tests, 100 schedules each
  pollux explore pool::                tests whose names contain pool::
  pollux explore --schedules 2000 --seed 7
  pollux explore --focus src/pool.rs:88 --focus 5f1c       is the suspicion about this line, this finding, right?
  pollux explore --strategy exhaustive --schedules 100000 --phase tasks pool::
  pollux explore --scratch /tmp/suspicion.rs               a test file that is none of the package's
  pollux explore --scratch /tmp/suspicion.rs --inside pool  the same, seeing what is private in the module pool
  pollux explore --partition 1/8 --format json > 1.json     an eighth of the tests, for pollux merge
  pollux explore --budget 30s --info   at most half a minute; show tests that depend on an order, too`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Filters = args
			if len(opt.Focus) > 0 && !cmd.Flags().Changed("schedules") {
				opt.Schedules = focusedSchedules
			}
			var err error
			if opt.Part, err = partOf(part); err != nil {
				return err
			}
			if err = howToSearch(&opt, strategy, phases); err != nil {
				return err
			}
			if opt.Scratch, err = scratchFile(scratch, inside, cmd.Flags().Changed("inside")); err != nil {
				return err
			}
			return a.runExplore(cmd, req, opt)
		},
		Annotations: map[string]string{exitHelp: `  0   no test failed under a schedule
  1   findings at or above the threshold (--fail-on, default warning)
  3   wrong command line or configuration, or no project here
  4   the tests do not build
  5   incomplete: some test could not be explored, and the report names it
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.IntVar(&opt.Schedules, "schedules", defaultSchedules, "run each test under `N` schedules in each phase")
	fs.StringVar(&strategy, "strategy", explore.StrategyMixed.String(), "choose schedules by `WORD`: "+strings.Join(explore.StrategyWords(), ", "))
	fs.IntVar(&opt.Depth, "depth", 0, "of pct, and of the part of mixed that is: priorities change at `N`-1 steps (default 3)")
	fs.StringSliceVar(&phases, "phase", nil, "only the phases in `WORDS`: "+strings.Join(explore.PhaseWords(), ", ")+" (default all)")
	fs.Uint64Var(&opt.Seed, "seed", 0, "seed of the first schedule, `N`; the next has the next number")
	fs.DurationVar(&opt.Budget, "budget", 0, "stop after `DURATION`, such as 90s or 5m; what was found is kept")
	fs.StringVar(&part, "partition", "", "explore only the `K/N`th part of the tests, by a hash of their names, for pollux merge")
	fs.StringArrayVar(&opt.Focus, "focus", nil, "spend the schedules on tests that reach `PLACE`: FILE:LINE, a function, or the id of a finding; says what became of it")
	fs.StringVar(&scratch, "scratch", "", "explore the tests of `FILE`.rs, which lies anywhere, as if it lay in tests/")
	fs.StringVar(&inside, "inside", "", "with --scratch: as a child of `MODULE`, such as pool::idle, that sees its private items; crate is the root")
	complete(cmd, "strategy", explore.StrategyWords())
	complete(cmd, "phase", explore.PhaseWords())
	commonFlags(cmd, &req)
	return cmd
}

// howToSearch reads the words of the flags.
func howToSearch(opt *engine.ExploreOptions, strategy string, phases []string) error {
	var err error
	if opt.Strategy, err = explore.ParseStrategy(strategy); err != nil {
		return fault.Usagef("--strategy: %v", err).Hint(didyoumean.Hint(strategy, explore.StrategyWords()))
	}
	for _, word := range phases {
		phase, err := explore.ParsePhase(word)
		if err != nil {
			return fault.Usagef("--phase: %v", err).Hint(didyoumean.Hint(word, explore.PhaseWords()))
		}
		if !slices.Contains(opt.Phases, phase) {
			opt.Phases = append(opt.Phases, phase)
		}
	}
	slices.Sort(opt.Phases)
	if opt.Depth < 0 || opt.Depth > maxDepth {
		return fault.Usagef("--depth must be between 1 and %d", maxDepth)
	}
	return nil
}

// maxDepth is the most that the module in tokio keeps.
const maxDepth = 16

func scratchFile(file, module string, inside bool) (*cargo.Scratch, error) {
	if file == "" {
		if inside {
			return nil, fault.Usagef("--inside goes with --scratch FILE.rs")
		}
		return nil, nil
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", file, err)
	}
	module = strings.TrimPrefix(strings.TrimPrefix(module, "crate"), "::")
	return &cargo.Scratch{File: path, Inside: inside, Module: module}, nil
}

func (a *app) runExplore(cmd *cobra.Command, req engine.Request, opt engine.ExploreOptions) error {
	if opt.Schedules < 1 {
		return fault.Usagef("--schedules must be at least 1")
	}
	if opt.Budget < 0 || opt.Budget > 0 && opt.Budget < time.Second {
		return fault.Usagef("--budget must be at least 1s")
	}
	project, err := a.open(cmd, req)
	if err != nil {
		return err
	}
	if err := partAsJSON(project, opt.Part); err != nil {
		return err
	}
	res, err := project.Explore(cmd.Context(), opt)
	if err != nil {
		return err
	}
	return a.answer(cmd, project, res)
}

// open opens the project and makes sure that its answer can be written.
func (a *app) open(cmd *cobra.Command, req engine.Request) (*engine.Project, error) {
	req.Env = a.env
	if a.toolchain != "" {
		req.Overrides = slices.Insert(req.Overrides, 0, config.Override{Key: "toolchain", Value: a.toolchain})
	}
	req.Progress = a.progress()
	project, err := a.engine.Open(cmd.Context(), req)
	if err != nil {
		return nil, err
	}
	format := project.Settings.Format
	if !slices.Contains(report.Formats(), format) {
		return nil, fault.Usagef("unknown format `%s`", format).Hint(didyoumean.Hint(format, report.Formats()))
	}
	project.Color = a.colored(project.Settings.Color)
	return project, nil
}

// answer writes the report and sets the exit status.
func (a *app) answer(cmd *cobra.Command, project *engine.Project, res *engine.Result) error {
	opt := a.reportOptions(project)
	if slices.Contains(forCI, project.Settings.Format) {
		opt.Prefix = project.RepositoryPath(cmd.Context())
	}
	if err := report.Write(a.out, project.Settings.Format, res, opt); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	a.status = statusOf(res.Verdict)
	return nil
}
