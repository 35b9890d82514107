package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/report"
)

func (a *app) mergeCommand() *cobra.Command {
	var format, color, into string
	var opt report.Options
	cmd := &cobra.Command{
		Use:   "merge [OPTIONS] FILE...",
		Short: "Put the parts of a verification or exploration together: one verdict, as if one machine had run it",
		Long: `Put the parts together that pollux verify or pollux explore --partition K/N --format json have written, in any order. The verdict is that of one
machine that ran everything. A part that is missing makes it incomplete; parts of other sources or options are refused.`,
		Example: `  pollux verify --partition 1/2 --format json > 1.json     on one machine
  pollux verify --partition 2/2 --format json > 2.json     on another
  pollux merge 1.json 2.json --witnesses witnesses`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(report.Formats(), format) {
				return fault.Usagef("unknown format `%s`", format).Hint(didyoumean.Hint(format, report.Formats()))
			}
			opt.Color = a.colored(color)
			return a.runMerge(args, format, into, opt)
		},
		Annotations: map[string]string{exitHelp: `  0   nothing at or above the threshold of the parts
  1   findings
  3   wrong command line, or files that are not parts of one verification
  4   the crate does not build
  5   incomplete: a part is missing, or is incomplete itself
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&format, "format", "text", "form of the report, `NAME`")
	fs.StringVar(&color, "color", "auto", "colour the text: auto, always or never `WHEN`")
	fs.BoolVar(&opt.ShowInfo, "info", false, "show findings of severity info in text output")
	fs.StringVar(&into, "witnesses", "", "write the witnesses of the parts to `DIR`, for pollux replay")
	complete(cmd, "format", report.Formats())
	complete(cmd, "color", []string{"auto", "always", "never"})
	return cmd
}

func (a *app) runMerge(files []string, format, into string, opt report.Options) error {
	if len(files) == 0 {
		return fault.Usagef("merge what?").Hint("the files that pollux verify --partition K/N --format json has written")
	}
	var parts []*engine.Result
	for _, file := range files {
		part, err := engine.ReadResult(file)
		if err != nil {
			return err
		}
		parts = append(parts, part)
	}
	res, err := engine.Merge(parts, into)
	if err != nil {
		return err
	}
	opt.Width, opt.Source, opt.Rule, opt.Quiet, opt.Verbose = a.width(), engine.SourceOf(res.Root), a.rulePage, a.quiet, a.verbose > 0
	if err := report.Write(a.out, format, res, opt); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	a.status = statusOf(res.Verdict)
	return nil
}
