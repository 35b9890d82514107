package cli

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"pollux/internal/config"
	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/report"
)

func (a *app) mapCommand() *cobra.Command {
	var req engine.Request
	var file string
	cmd := &cobra.Command{
		Use:   "map [OPTIONS] [DIR]",
		Short: "Draw the confidence map: what is known about each await point, and where to look",
		Long: `Say for every async function, hand-written poll and await point what each class of hazard comes to: witnessed, suspected, not
decided, not reached by any test, explored, cleared, or decided by an analysis; on what evidence, and what would raise it. And
which zone the code lies in: safe, where the compiler and a basic test suffice; async; or hard. It ends with where to look.

What tests reach is taken from the last pollux verify of the same sources. The map judges nothing: its status is 0 when it is whole.`,
		Example: `  pollux verify; pollux map            the summary
  pollux map -o map.html               one page without anything from a network: source, filters, light and dark
  pollux map --format json`,
		Args: atMostOneDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				req.Dir = args[0]
			}
			return a.runMap(cmd, req, file)
		},
		Annotations: map[string]string{exitHelp: `  0   the map is drawn
  3   wrong command line or configuration, or no project here
  4   the crate does not build
  5   incomplete: something could not be read, and the map names it
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVarP(&file, "output", "o", "", "write the map to `FILE`; one that ends in .html is a page")
	commonFlags(cmd, &req)
	return cmd
}

func (a *app) runMap(cmd *cobra.Command, req engine.Request, file string) error {
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
	if len(file) > 5 && file[len(file)-5:] == ".html" && !cmd.Flags().Changed("format") {
		format = "html"
	}
	if !slices.Contains(report.MapFormats(), format) {
		return fault.Usagef("a map has no format `%s`", format).Hint(report.MapFormatHint(format)).Hint("formats: text, json, html")
	}
	res, err := project.ConfidenceMap(cmd.Context())
	if err != nil {
		return err
	}
	a.status = statusOf(res.Verdict)
	opt := report.MapOptions{Color: a.colored(project.Settings.Color) && file == "", Width: a.width(), All: a.verbose > 0, Source: project.Source}
	if file == "" {
		return report.WriteMap(a.out, format, res, opt)
	}
	opt.Width = 0
	var b bytes.Buffer
	if err := report.WriteMap(&b, format, res, opt); err != nil {
		return err
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the map: %w", err)
	}
	a.note("pollux: %s holds the map", file)
	return nil
}
