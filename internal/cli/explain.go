package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pollux/internal/analysis"
	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/fault"
	"pollux/internal/finding"
	"pollux/internal/report"
)

func (a *app) explainCommand() *cobra.Command {
	var format, color string
	cmd := &cobra.Command{
		Use:   "explain [OPTIONS] RULE-or-FINDING",
		Short: "Explain a rule, or a finding of the last check or exploration",
		Long: `Explain a rule: what it reports, why it matters, what to write instead, what it misses.
With the id of a finding of the last check or exploration, or the beginning of one: the finding in full.`,
		Example: `  pollux explain sync-guard-across-await
  pollux explain 5f1c`,
		Args: exactlyOne,
		RunE: func(_ *cobra.Command, args []string) error { return a.runExplain(args[0], format, color) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return a.ruleIDs(), cobra.ShellCompDirectiveNoFileComp
		},
		Annotations: map[string]string{exitHelp: `  0   explained
  3   no such rule, and no such finding on record
  70  a bug in pollux`},
	}
	textOrJSON(cmd, &format)
	cmd.Flags().StringVar(&color, "color", "auto", "colour the text: auto, always or never `WHEN`")
	complete(cmd, "color", []string{"auto", "always", "never"})
	return cmd
}

func exactlyOne(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return fault.Usagef("explain what?").Hint("a rule, see pollux rules, or the id of a finding")
	case 1:
		return nil
	}
	return fault.Usagef("explain takes one rule or finding, `%s` is one too many", args[1])
}

func (a *app) runExplain(word, format, color string) error {
	if r, ok := a.rule(word); ok {
		return a.explainRule(r, format)
	}
	if strings.Trim(word, "0123456789abcdef") == "" {
		return a.explainFinding(word, format, color)
	}
	return fault.Usagef("unknown rule `%s`", word).Hint(didyoumean.Hint(word, a.ruleIDs())).Hint("all rules: pollux rules")
}

func (a *app) explainRule(r *analysis.Rule, format string) error {
	if format == "json" {
		return a.writeJSON(struct {
			ruleRow
			Doc string `json:"doc"`
		}{row(r), r.Doc})
	}
	fmt.Fprintf(a.out, "%s\n\n", strings.TrimRight(r.Doc, "\n"))
	fmt.Fprintf(a.out, "%s · family %s · severity %s · %s since %s\n", r.ID, r.Family, r.Severity, r.Status, r.Since)
	return nil
}

// explainFinding shows one finding of the last check as that check showed it, with nothing left out.
func (a *app) explainFinding(prefix, format, color string) error {
	results, err := a.engine.Last(".")
	if err != nil {
		return err
	}
	last, f, ok := engine.Finding(results, prefix)
	if !ok {
		return fault.Usagef("no finding, or more than one, of the last check and exploration has an id that begins with `%s`", prefix).
			Hint("the ids are in pollux check --format json and pollux explore --format json")
	}
	if format == "json" {
		return a.writeJSON(f)
	}
	one := *last
	one.Findings = []finding.Finding{*f}
	one.Verdict, one.Compare, one.Rungs, one.Unknowns = engine.Findings, nil, nil, nil
	one.Suppressed = slices.Clip(one.Suppressed[:0])
	return report.Write(a.out, "text", &one, report.Options{
		Color: a.colored(color), Width: a.width(), Source: engine.SourceOf(one.Root), ShowInfo: true, Quiet: true,
	})
}
