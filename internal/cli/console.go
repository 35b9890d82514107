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
		Example: `  pollux console attach 127.0.0.1:6669     a running program that has console_subscriber::init()`,
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
	cmd.AddCommand(a.attachCommand())
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
