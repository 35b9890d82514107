package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"pollux/internal/didyoumean"
	"pollux/internal/fault"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a completion script for bash, zsh, fish or powershell",
		Example: `  source <(pollux completion bash)
  pollux completion zsh > "${fpath[1]}/_pollux"
  pollux completion fish > ~/.config/fish/completions/pollux.fish
  pollux completion powershell | Out-String | Invoke-Expression`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fault.Usagef("completion takes the name of one shell").Hint(didyoumean.Hint("", shells))
			}
			if !slices.Contains(shells, args[0]) {
				return fault.Usagef("unknown shell `%s`", args[0]).Hint(didyoumean.Hint(args[0], shells))
			}
			return nil
		},
		RunE:        func(cmd *cobra.Command, args []string) error { return a.runCompletion(cmd.Root(), args[0]) },
		ValidArgs:   shells,
		Annotations: map[string]string{exitHelp: plainStatuses},
	}
}

func (a *app) runCompletion(root *cobra.Command, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(a.out, true)
	case "zsh":
		return root.GenZshCompletion(a.out)
	case "fish":
		return root.GenFishCompletion(a.out, true)
	}
	return root.GenPowerShellCompletionWithDesc(a.out)
}
