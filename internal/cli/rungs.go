package cli

import "github.com/spf13/cobra"

// rungCommands are the verbs that run one outer tool each.
func (a *app) rungCommands() []*cobra.Command {
	return []*cobra.Command{a.verifyCommand(), a.mergeCommand(), a.mapCommand(), a.loomCommand(), a.sanitizeCommand(), a.miriCommand(), a.consoleCommand()}
}
