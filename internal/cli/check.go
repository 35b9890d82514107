package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pollux/internal/config"
	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/report"
)

func (a *app) checkCommand() *cobra.Command {
	var req engine.Request
	cmd := &cobra.Command{
		Use:   "check [OPTIONS] [DIR]",
		Short: "Check a crate: what rustc says, and what can go wrong at its awaits",
		Long: `Check a crate: run cargo check, read what rustc knows about every future, and report what can go wrong.

The project is the one around DIR, or around the current directory. Nothing in it is changed: pollux works in a target
directory of its own. Settings come from flags, POLLUX_ variables and pollux.toml, in this order.`,
		Example: `  pollux check                       the project around the current directory
  pollux check --workspace --tests   all packages, their tests too
  pollux check --changed             only what touches lines that are not committed yet
  pollux check --since main          only what touches lines that changed since main
  pollux check --format json         one JSON object for programs
  pollux check --deny dropped-future --fail-on error`,
		Args: atMostOneDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				req.Dir = args[0]
			}
			return a.runCheck(cmd, req)
		},
		Annotations: map[string]string{exitHelp: `  0   nothing at or above the threshold (--fail-on, default warning)
  1   findings at or above the threshold
  3   wrong command line or configuration, or no project here
  4   the crate does not build
  5   incomplete: something could not be checked, and the report names it
  70  a bug in pollux`},
	}
	a.checkFlags(cmd, &req)
	return cmd
}

func (a *app) checkFlags(cmd *cobra.Command, req *engine.Request) {
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.BoolVar(&req.Changed, "changed", false, "report only what touches lines that differ from HEAD, untracked files included")
	fs.StringVar(&req.Since, "since", "", "report only what touches lines that differ from the merge base with `REF`")
	fs.BoolVar(&req.WriteBaseline, "write-baseline", false, "accept what is found into the baseline file (default pollux-baseline.json)")
	group(fs, "compare", "changed", "since", "write-baseline")
	commonFlags(cmd, req)
	for _, flag := range []string{"rule", "allow", "warn", "deny"} {
		complete(cmd, flag, a.ruleIDs())
	}
}

// commonFlags are those of every verb that builds and reports.
func commonFlags(cmd *cobra.Command, req *engine.Request) {
	fs := cmd.Flags()
	config.Flags(fs, &req.Overrides)
	groupSettings(fs)
	fs.StringArrayVar(&req.Config, "config", nil, "`FILE` to read instead of pollux.toml, or KEY=VALUE to set on top of it")
	fs.StringVar(&req.ManifestPath, "manifest-path", "", "Cargo.toml of the project, `PATH`")
	fs.BoolVar(&req.Timings, "timings", false, "say how long each step took")
	complete(cmd, "format", report.Formats())
	complete(cmd, "color", []string{"auto", "always", "never"})
	complete(cmd, "fail-on", []string{"error", "warning", "info"})
}

func atMostOneDir(_ *cobra.Command, args []string) error {
	if len(args) <= 1 {
		return nil
	}
	return fault.Usagef("check takes one directory, `%s` is one too many", args[1]).Hint("to choose packages, use -p NAME")
}

func (a *app) runCheck(cmd *cobra.Command, req engine.Request) error {
	req.Env = a.env
	if a.toolchain != "" {
		req.Overrides = slices.Insert(req.Overrides, 0, config.Override{Key: "toolchain", Value: a.toolchain})
	}
	if req.Changed && req.Since != "" {
		return fault.Usagef("--changed and --since exclude each other").Hint("--since HEAD is --changed")
	}
	req.Progress = a.progress()
	project, err := a.engine.Open(cmd.Context(), req)
	if err != nil {
		return err
	}
	format := project.Settings.Format
	if !slices.Contains(report.Formats(), format) {
		return fault.Usagef("unknown format `%s`", format).Hint(didyoumean.Hint(format, report.Formats()))
	}
	project.Color = a.colored(project.Settings.Color)
	res, err := project.Check(cmd.Context())
	if err != nil {
		return err
	}
	opt := a.reportOptions(project)
	if slices.Contains(forCI, format) {
		opt.Prefix = project.RepositoryPath(cmd.Context())
	}
	if err := report.Write(a.out, format, res, opt); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	a.status = statusOf(res.Verdict)
	if req.WriteBaseline {
		a.note("pollux: %s holds what was found: %d findings", strings.TrimPrefix(res.Compare.With, "baseline "), res.Compare.Unchanged)
	}
	return nil
}

// forCI are the formats whose readers know files by their path in the repository.
var forCI = []string{"sarif", "github", "gitlab", "junit", "rdjson"}

// reportOptions says how this terminal, or whoever reads the pipe, wants a report.
func (a *app) reportOptions(p *engine.Project) report.Options {
	return report.Options{
		Color:    p.Color,
		Width:    a.width(),
		Source:   p.Source,
		Rule:     a.rulePage,
		ShowInfo: p.Settings.Info,
		Quiet:    a.quiet,
		Verbose:  a.verbose > 0,
	}
}

// rulePage is what the formats with help texts say about a rule.
func (a *app) rulePage(id string) (report.Rule, bool) {
	r, ok := a.rule(id)
	if !ok {
		return report.Rule{}, false
	}
	return report.Rule{Title: r.Title(), Help: r.Doc}, true
}
