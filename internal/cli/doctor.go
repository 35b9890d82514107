package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"pollux/internal/doctor"
	"pollux/internal/hook"
)

func (a *app) doctorCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "doctor [OPTIONS]",
		Short: "Say what pollux needs, whether it is here, and how to get it",
		Long: `Say what pollux needs, whether it is here, and how to get it. Each thing is tried: the capture builds a small crate in a
temporary directory, and each way in which the settings of this project have an agent or an editor call pollux is called as its
host would: a recorded call through the hook's own command, a client that lists the server's tools. Nothing is installed or changed.`,
		Example: "  pollux doctor\n  pollux doctor --format json",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.runDoctor(cmd, format) },
		Annotations: map[string]string{exitHelp: `  0   everything that a check needs works
  3   wrong command line
  5   something that a check needs is missing or broken
  70  a bug in pollux`},
	}
	textOrJSON(cmd, &format)
	return cmd
}

func (a *app) runDoctor(cmd *cobra.Command, format string) error {
	machine := doctor.New(a.engine.CacheDir)
	machine.Build, machine.Sample = a.engine.Build, hook.Sample
	dir, err := setupDir(nil)
	if err != nil {
		return err
	}
	lines := append(doctor.Examine(cmd.Context(), machine), machine.Faces(cmd.Context(), dir)...)
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	if !doctor.Well(lines) {
		a.status = Incomplete
	}
	if format == "json" {
		return a.writeJSON(struct {
			Schema string        `json:"schema"`
			Lines  []doctor.Line `json:"lines"`
		}{"pollux-doctor/1", lines})
	}
	for _, l := range lines {
		status := string(l.Status)
		if l.Status != doctor.OK && !l.Needed {
			status += " (not needed for a check)"
		}
		fmt.Fprintf(a.out, "%-8s %s: %s\n", l.Name, status, l.Detail)
		if l.Status != doctor.OK {
			fmt.Fprintf(a.out, "         used for: %s\n         help: %s\n", l.UsedFor, l.Hint)
		}
	}
	return nil
}
