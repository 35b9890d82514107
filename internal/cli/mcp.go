package cli

import (
	"github.com/spf13/cobra"

	"pollux/internal/mcp"
)

func (a *app) mcpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "mcp",
		Short: "Serve agents over the Model Context Protocol, on standard input and output",
		Long: `Serve agents over the Model Context Protocol, on standard input and output, until the client closes its end. The tools are
context, check, verify and explain; findings are resources. The log goes to standard error.`,
		Example: `  pollux init --agent claude           writes the settings that start it
  claude mcp add pollux -- pollux mcp  does so by hand`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s := &mcp.Server{Engine: a.engine, Env: a.env, Errs: a.err, Rule: a.ruleText, Brief: a.brief}
			return s.Run(cmd.Context(), mcp.Stdio(cmd.InOrStdin(), a.out))
		},
		Annotations: map[string]string{exitHelp: `  0   the client has closed its end
  3   wrong command line
  70  a bug in pollux`},
	}
}

// ruleText is the page of a rule.
func (a *app) ruleText(id string) (string, bool) {
	r, ok := a.rule(id)
	if !ok {
		return "", false
	}
	return r.Doc, true
}
