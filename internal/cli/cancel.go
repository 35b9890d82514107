package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"pollux/internal/config"
	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/report"
)

func (a *app) cancelCommand() *cobra.Command {
	var (
		req  engine.Request
		opt  engine.CancelOptions
		show report.CancelOptions
	)
	cmd := &cobra.Command{
		Use:   "cancel-safety [OPTIONS] [DIR]",
		Short: "Say what a cancel of each async function loses, inferred from its code",
		Long: `Say what is lost, changed or left running when the future of an async function is dropped between two polls.

It is inferred from the code: of async functions, of functions that give a future, and of hand-written futures. A verdict
is never safe without a derivation, which --why prints; where a body cannot be seen it is unknown.`,
		Example: `  pollux cancel-safety                          the public functions of the crate
  pollux cancel-safety --all                    private ones too
  pollux cancel-safety --function Pool --why    why, for functions whose path contains Pool
  pollux cancel-safety --format markdown        a section to paste into the documentation
  pollux cancel-safety --check-docs             compare with what the documentation claims`,
		Args: atMostOneDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				req.Dir = args[0]
			}
			show.Docs = opt.CheckDocs
			return a.runCancel(cmd, req, opt, show)
		},
		Annotations: map[string]string{exitHelp: `  0   the table was made; with --check-docs: no claim contradicts it
  1   --check-docs: a claim of the documentation contradicts what was inferred
  3   wrong command line or configuration, or no project here
  4   the crate does not build
  5   incomplete: something could not be read, and the answer names it
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.BoolVar(&opt.Private, "all", false, "functions that are not marked pub, too")
	fs.StringArrayVar(&opt.Names, "function", nil, "only functions whose path contains `NAME`; may be given several times")
	fs.BoolVar(&show.Why, "why", false, "print the derivation of each verdict")
	fs.BoolVar(&opt.CheckDocs, "check-docs", false, "compare with what doc comments claim; show what contradicts")
	commonFlags(cmd, &req)

	return cmd
}

func (a *app) runCancel(cmd *cobra.Command, req engine.Request, opt engine.CancelOptions, show report.CancelOptions) error {
	req.Env = a.env
	if a.toolchain != "" {
		req.Overrides = slices.Insert(req.Overrides, 0, config.Override{Key: "toolchain", Value: a.toolchain})
	}
	req.Progress = a.progress()
	project, err := a.engine.Open(cmd.Context(), req)
	if err != nil {
		return err
	}
	format := project.Settings.Format
	if !slices.Contains(report.CancelFormats(), format) {
		return fault.Usagef("cancel-safety has no format `%s`", format).Hint(didyoumean.Hint(format, report.CancelFormats())).Hint("formats: text, json, markdown")
	}
	project.Color = a.colored(project.Settings.Color)
	res, err := project.CancelSafety(cmd.Context(), opt)
	if err != nil {
		return err
	}
	if err := report.WriteCancel(a.out, format, res, show); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	a.status = statusOf(res.Verdict)
	return nil
}
