package cli

import (
	"time"

	"github.com/spf13/cobra"

	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/rung/console"
)

// The time of a recording and the length of a poll that is reported when none are given; see docs/rungs.md.
const (
	consoleFor      = 10 * time.Second
	consoleLongPoll = 200 * time.Millisecond
)

func (a *app) consoleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "console COMMAND",
		Short: "Record tokio-console's data without a screen, and report its warnings",
		Long: `Record what tokio-console would show, and judge its five warnings at every update: a lost waker, a task that wakes
itself, one that never yields, a future that was boxed because of its size, a large future. Long polls as well.`,
		Example: `  pollux console attach 127.0.0.1:6669     a running program that has console_subscriber::init()
  pollux console run --bin server --for 30s -- --port 8080
  pollux console test pool::`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fault.Usagef("unknown command `console %s`", args[0]).Hint("see pollux help console")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(a.err)
			a.help(cmd, nil)
			a.status = UsageError
			return nil
		},
		Annotations: map[string]string{exitHelp: consoleStatuses},
	}
	cmd.AddCommand(a.attachCommand(), a.recordCommand(), a.recordTestsCommand())
	return cmd
}

const consoleStatuses = `  0   tasks were seen, nothing was lost, and no warning held
  1   a warning held
  3   wrong command line or configuration, or no project here
  4   the program does not build
  5   incomplete: no recording, or a part of it was lost
  70  a bug in pollux`

func (a *app) attachCommand() *cobra.Command {
	var req engine.Request
	var opt console.AttachOptions
	cmd := &cobra.Command{
		Use:   "attach [OPTIONS] [ADDRESS]",
		Short: "Watch a running program that has a console-subscriber",
		Long: `Connect to the console-subscriber of a running program and watch it for a while. ADDRESS is HOST:PORT, or unix:PATH;
without one, 127.0.0.1:6669.`,
		Example: `  pollux console attach --for 30s
  pollux console attach 127.0.0.1:6669 --format json --fail-on info`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fault.Usagef("attach takes one address, `%s` is one too many", args[1])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Address = console.DefaultAddress
			if len(args) == 1 {
				opt.Address = args[0]
			}
			if opt.For < time.Second {
				return fault.Usagef("--for must be at least 1s")
			}
			project, err := a.open(cmd, req)
			if err != nil {
				return err
			}
			res, err := project.Attach(cmd.Context(), opt)
			if err != nil {
				return err
			}
			return a.answer(cmd, project, res)
		},
		Annotations: map[string]string{exitHelp: consoleStatuses},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.DurationVar(&opt.For, "for", consoleFor, "watch for `DURATION`")
	fs.DurationVar(&opt.LongPoll, "long-poll", consoleLongPoll, "report polls that take `DURATION`; 0 reports none")
	commonFlags(cmd, &req)
	return cmd
}

// recordLimit is the time for one test; see docs/rungs.md.
const recordLimit = time.Minute

const recordHelp = `Nothing in the project is changed: a shadow workspace of links is laid in the target directory, in which a small crate
with console-subscriber is a dependency of yours, and cargo builds that. A project whose locked packages would move is refused.
The first build takes a minute; it needs the sources of console-subscriber and its dependencies.`

func (a *app) recordCommand() *cobra.Command {
	var req engine.Request
	var opt console.RunOptions
	cmd := &cobra.Command{
		Use:   "run [OPTIONS] [-- ARGS...]",
		Short: "Build a program with a console-subscriber linked in, run and record it",
		Long:  "Run a program of the project and record it to its end, or for a while.\n\n" + recordHelp,
		Example: `  pollux console run
  pollux console run --bin server --for 30s -- --port 8080`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Args = args
			if opt.For != 0 && opt.For < time.Second {
				return fault.Usagef("--for must be at least 1s")
			}
			if !a.quiet {
				opt.Output = a.err
			}
			return a.runRecord(cmd, req, opt)
		},
		Annotations: map[string]string{exitHelp: consoleStatuses},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.DurationVar(&opt.For, "for", 0, "stop the program after `DURATION`; by default it runs to its end")
	fs.DurationVar(&opt.LongPoll, "long-poll", consoleLongPoll, "report polls that take `DURATION`; 0 reports none")
	commonFlags(cmd, &req)
	return cmd
}

func (a *app) recordTestsCommand() *cobra.Command {
	var req engine.Request
	opt := console.RunOptions{Tests: true}
	cmd := &cobra.Command{
		Use:   "test [OPTIONS] [FILTER...]",
		Short: "Build the tests with a console-subscriber linked in, run and record each",
		Long:  "Run each test in a process of its own and record it. FILTER is part of a test's name.\n\n" + recordHelp,
		Example: `  pollux console test
  pollux console test pool:: --fail-on info`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Filters = args
			if opt.Limit < time.Second {
				return fault.Usagef("--limit must be at least 1s")
			}
			return a.runRecord(cmd, req, opt)
		},
		Annotations: map[string]string{exitHelp: consoleStatuses},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.DurationVar(&opt.Limit, "limit", recordLimit, "give each test `DURATION`")
	fs.DurationVar(&opt.LongPoll, "long-poll", consoleLongPoll, "report polls that take `DURATION`; 0 reports none")
	commonFlags(cmd, &req)
	return cmd
}

func (a *app) runRecord(cmd *cobra.Command, req engine.Request, opt console.RunOptions) error {
	project, err := a.open(cmd, req)
	if err != nil {
		return err
	}
	res, err := project.Record(cmd.Context(), opt)
	if err != nil {
		return err
	}
	return a.answer(cmd, project, res)
}
