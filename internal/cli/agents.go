package cli

import "github.com/spf13/cobra"

// agentCommands are the verbs that coding agents use, and that set them up.
func (a *app) agentCommands() []*cobra.Command {
	return []*cobra.Command{a.contextCommand(), a.hookCommand(), a.mcpCommand(), a.initCommand(), a.loopCommand()}
}
