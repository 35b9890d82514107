package cli

import (
	"time"

	"github.com/spf13/cobra"

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
			h := &hook.Hook{Engine: a.engine, Env: a.env, Host: host, EditBudget: budget, StopBudget: budget, Briefing: a.brief}
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
