package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pollux/internal/config"
	"pollux/internal/didyoumean"
	"pollux/internal/fault"
)

// exitHelp is the annotation of a verb that holds the exit status section of its help.
const exitHelp = "exit"

// flagGroups are the headings of flags in help, in order. Flags of no group stand under "Options".
var flagGroups = []struct{ name, title string }{
	{"compare", "What to report"}, {"report", "Report"}, {"packages", "Packages"}, {"features", "Features"},
	{"targets", "Targets"}, {"build", "Build"}, {"", "Options"},
}

const groupAnnotation = "pollux-group"

// help writes the help of a verb: purpose, usage, examples, flags by group, exit status.
func (a *app) help(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(w, "%s\n\nUsage: %s\n", text, usageLine(cmd))
	if cmd.HasAvailableSubCommands() {
		writeVerbs(w, cmd)
	}
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nExamples:\n%s\n", cmd.Example)
	}
	a.writeFlags(w, cmd)
	if exit := cmd.Annotations[exitHelp]; exit != "" {
		fmt.Fprintf(w, "\nExit status:\n%s\n", exit)
	}
	if !cmd.HasParent() {
		fmt.Fprintf(w, "\nExit status:\n%s\n\nMore about a verb: pollux help VERB\n", allStatuses)
	}
}

const allStatuses = `  0   nothing at or above the threshold
  1   findings
  3   wrong command line or configuration
  4   the crate does not build
  5   incomplete: something asked for could not be done
  70  a bug in pollux`

func usageLine(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return "pollux [+TOOLCHAIN] VERB [OPTIONS]"
	}
	return cmd.UseLine()
}

func writeVerbs(w io.Writer, cmd *cobra.Command) {
	fmt.Fprint(w, "\nVerbs:\n")
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() || c.Name() == "help" {
			fmt.Fprintf(w, "  %-12s%s\n", c.Name(), c.Short)
		}
	}
}

func (a *app) writeFlags(w io.Writer, cmd *cobra.Command) {
	width := a.width()
	for _, group := range flagGroups {
		fs := pflag.NewFlagSet("", pflag.ContinueOnError)
		fs.SortFlags = false
		add := func(f *pflag.Flag) {
			if groupOf(f) == group.name {
				fs.AddFlag(f)
			}
		}
		cmd.LocalFlags().VisitAll(add)
		cmd.InheritedFlags().VisitAll(add)
		if usage := fs.FlagUsagesWrapped(width); usage != "" {
			fmt.Fprintf(w, "\n%s:\n%s", group.title, usage)
		}
	}
}

func groupOf(f *pflag.Flag) string {
	return strings.Join(f.Annotations[groupAnnotation], "")
}

// group puts flags under a heading.
func group(fs *pflag.FlagSet, heading string, names ...string) {
	for _, name := range names {
		_ = fs.SetAnnotation(name, groupAnnotation, []string{heading}) // an unknown name is left out, which help shows
	}
}

// groupSettings puts the flags of all settings under their headings.
func groupSettings(fs *pflag.FlagSet) {
	for _, key := range config.Keys() {
		group(fs, key.Group, key.Name)
	}
	group(fs, "report", string(config.Allow), string(config.Warn), string(config.Deny))
}

func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [VERB]",
		Short: "Explain a verb",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				word := strings.Join(args, " ")
				return fault.Usagef("unknown verb `%s`", word).Hint(didyoumean.Hint(word, verbs(cmd)))
			}
			target.InitDefaultHelpFlag()
			a.help(target, nil)
			return nil
		},
	}
}
