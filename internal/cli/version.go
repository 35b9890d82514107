package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"pollux/internal/engine"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:         "version",
		Short:       "Print the version",
		Example:     "  pollux version\n  pollux version -v",
		Args:        noArgs,
		RunE:        a.runVersion,
		Annotations: map[string]string{exitHelp: plainStatuses},
	}
}

func (a *app) runVersion(*cobra.Command, []string) error {
	fmt.Fprintf(a.out, "pollux %s\n", engine.Version)
	if a.verbose > 0 {
		fmt.Fprintf(a.out, "json: %s\nbuilt with: %s %s/%s\n", engine.SchemaVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	}
	return nil
}
