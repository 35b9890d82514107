package cli

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"pollux/internal/analysis"
	"pollux/internal/didyoumean"
	"pollux/internal/fault"
)

func (a *app) rulesCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "rules [OPTIONS]",
		Short: "List the rules",
		Example: `  pollux rules
  pollux rules --format json`,
		Args:        noArgs,
		RunE:        func(*cobra.Command, []string) error { return a.runRules(format) },
		Annotations: map[string]string{exitHelp: plainStatuses},
	}
	textOrJSON(cmd, &format)
	return cmd
}

const plainStatuses = `  0   done
  3   wrong command line
  70  a bug in pollux`

// ruleRow is one rule as JSON.
type ruleRow struct {
	ID       string `json:"id"`
	Family   string `json:"family"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Status   string `json:"status"`
	Since    string `json:"since"`
	Explorer string `json:"explorer"`
}

func row(r *analysis.Rule) ruleRow {
	return ruleRow{r.ID, r.Family, r.Title(), r.Severity.String(), string(r.Status), r.Since, string(r.Explorer)}
}

func (a *app) runRules(format string) error {
	rows := make([]ruleRow, 0, len(a.engine.Rules))
	for _, r := range a.engine.Rules {
		rows = append(rows, row(r))
	}
	if format == "json" {
		return a.writeJSON(struct {
			Schema string    `json:"schema"`
			Rules  []ruleRow `json:"rules"`
		}{"pollux-rules/1", rows})
	}
	for _, r := range rows {
		note := ""
		if r.Status != string(analysis.Stable) {
			note = " (" + r.Status + ")"
		}
		fmt.Fprintf(a.out, "%-26s %-9s %-8s %s%s\n", r.ID, r.Family, r.Severity, r.Title, note)
	}
	return nil
}

func (a *app) rule(id string) (*analysis.Rule, bool) {
	i := slices.IndexFunc(a.engine.Rules, func(r *analysis.Rule) bool { return r.ID == id })
	if i < 0 {
		return nil, false
	}
	return a.engine.Rules[i], true
}

func (a *app) ruleIDs() []string {
	var ids []string
	for _, r := range a.engine.Rules {
		ids = append(ids, r.ID)
	}
	return ids
}

func (a *app) writeJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// textOrJSON gives a verb the flag --format with these two words, checked before the verb runs.
func textOrJSON(cmd *cobra.Command, format *string) {
	words := []string{"text", "json"}
	cmd.Flags().StringVar(format, "format", "text", "form of the answer: text or json `FORMAT`")
	complete(cmd, "format", words)
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if slices.Contains(words, *format) {
			return nil
		}
		return fault.Usagef("unknown format `%s`", *format).Hint(didyoumean.Hint(*format, words))
	}
}

// complete tells shells which words may follow a flag.
func complete(cmd *cobra.Command, flag string, words []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag does not exist: a mistake in this package
	}
}
