package cli

import "github.com/spf13/cobra"

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{Use: "doctor", Short: "Say what pollux needs and whether it is here", Args: noArgs, Hidden: true}
}
