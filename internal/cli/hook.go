package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/hook"
)

func (a *app) hookCommand() *cobra.Command {
	var (
		host   string
		budget time.Duration
	)
	cmd := &cobra.Command{
		Use:   "hook [OPTIONS]",
		Short: "Answer a hook of a coding agent: one JSON object in, one out",
		Long: `Answer a hook of a coding agent. The host calls it with one JSON object on standard input and reads one from standard
output; which host it is, and what has happened, is read from the input.

After an edit, what is new to the agent is added to the result of its tool. Before the agent may stop, new findings at or
above the threshold make it go on, once for each report. Anything else is left to the host.`,
		Example: `  pollux init                    writes the settings that call it
  pollux hook < payload.json     what would be answered`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h := &hook.Hook{Engine: a.engine, Env: a.env, Host: host, EditBudget: budget, StopBudget: budget, Briefing: a.brief, Verify: verifyChange}
			h.Run(cmd.Context(), cmd.InOrStdin(), a.out, a.err)
			return nil
		},
		Annotations: map[string]string{exitHelp: `  0   always: what went wrong is said in the answer
  3   wrong command line`},
	}
	cmd.Flags().StringVar(&host, "host", "", "the host that calls, `NAME`, where it cannot be told from the input")
	cmd.Flags().DurationVar(&budget, "budget", 0, "give a check up after `DURATION` (default 50s after an edit, 8m before a stop)")
	complete(cmd, "host", hook.Hosts())
	return cmd
}

const (
	// changeSchedules are for the tests that reach what an agent has changed: enough for the mistakes that schedules show at all.
	changeSchedules = 30
	// hookSlack is what is left for the answer when the time of a hook is over.
	hookSlack = 20 * time.Second
)

// verifyChange goes up the ladder for what differs from a revision, as far as the time of the hook allows.
func verifyChange(ctx context.Context, p *engine.Project, since string) (*engine.Result, error) {
	opt := engine.VerifyOptions{Suspected: true, Near: since, Schedules: changeSchedules}
	if end, ok := ctx.Deadline(); ok {
		opt.Budget = max(time.Until(end)-hookSlack, time.Second)
	}
	res, err := p.Verify(ctx, opt)
	if user, ok := fault.As(err); ok && user.Kind == fault.Usage && since != "" { // the commit is gone: a rebase, another clone
		opt.Near = ""
		return p.Verify(ctx, opt)
	}
	return res, err
}
