package cli

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pollux/internal/didyoumean"
	"pollux/internal/fault"
	"pollux/internal/setup"
)

// initFlags are what the command line says about a setup.
type initFlags struct {
	agents, leave  []string
	command        string
	yes, dry, undo bool
}

func (a *app) initCommand() *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init [OPTIONS] [DIR]",
		Short: "Set up coding agents, editors and CI to call pollux; shows the changes first",
		Long: `Set up coding agents, rust-analyzer and GitHub Actions to call pollux. The changes are shown as a diff, and written after a yes.
What is in a file already stays as it is, and what somebody has set already is not replaced. A second run changes nothing;
--undo takes everything back.

DIR is where the agents are started; the top of the git repository when left out. Agents are those that the project shows
signs of or that this machine has, unless --agent names them.`,
		Example: `  pollux init                       for the agents that are found
  pollux init --agent claude,codex  for these
  pollux init --dry-run             show the changes only
  pollux init --undo                take them back
  pollux doctor                     prove that what is set up works`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fault.Usagef("init takes one directory, `%s` is one too many", args[1])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.runInit(cmd, args, f) },
		Annotations: map[string]string{exitHelp: `  0   set up, or nothing to do, or not written because nobody said yes
  3   wrong command line, or no agent found
  5   a file could not be written
  70  a bug in pollux`},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringSliceVar(&f.agents, "agent", nil, "set up these agents, `NAMES`: "+strings.Join(setup.Agents(), ", "))
	fs.StringSliceVar(&f.leave, "leave", nil, "leave these parts out, `PARTS`: "+strings.Join(setup.Parts(), ", "))
	fs.StringVar(&f.command, "command", "pollux", "how hosts call pollux, `PROGRAM`; an absolute path for hosts that know no PATH")
	fs.BoolVarP(&f.yes, "yes", "y", false, "write without asking")
	fs.BoolVar(&f.dry, "dry-run", false, "show the changes and write nothing")
	fs.BoolVar(&f.undo, "undo", false, "take back what pollux init has written")
	complete(cmd, "agent", setup.Agents())
	complete(cmd, "leave", setup.Parts())
	return cmd
}

func (a *app) runInit(cmd *cobra.Command, args []string, f initFlags) error {
	dir, err := setupDir(args)
	if err != nil {
		return err
	}
	plan, err := a.planSetup(dir, f)
	if err != nil {
		return err
	}
	for _, note := range plan.Notes {
		a.note("pollux: %s", note)
	}
	if len(plan.Changes) == 0 {
		a.note("pollux: nothing to do in %s", dir)
		return nil
	}
	fmt.Fprint(a.out, plan.Diff())
	if f.dry || !f.yes && !a.agreed(cmd, len(plan.Changes)) {
		a.note("pollux: nothing was written; --yes writes it")
		return nil
	}
	if err := plan.Write(a.engine.CacheDir); err != nil {
		return err
	}
	if f.undo {
		a.note("pollux: %d files in %s are as they were without pollux", len(plan.Changes), dir)
		return nil
	}
	a.note("pollux: %d files in %s are written; `pollux doctor` proves that each one works", len(plan.Changes), dir)
	return nil
}

func (a *app) planSetup(dir string, f initFlags) (*setup.Plan, error) {
	if f.undo {
		return setup.Undo(dir, a.engine.CacheDir)
	}
	for _, list := range []struct{ names, known []string }{{f.agents, setup.Agents()}, {f.leave, setup.Parts()}} {
		for _, name := range list.names {
			if !slices.Contains(list.known, name) {
				return nil, fault.Usagef("unknown name `%s`", name).Hint(didyoumean.Hint(name, list.known))
			}
		}
	}
	agents := f.agents
	if len(agents) == 0 {
		agents = setup.Found(dir)
		if len(agents) == 0 {
			return nil, fault.Usagef("no coding agent was found in %s or on this machine", dir).
				Hint("name them: pollux init --agent " + strings.Join(setup.Agents(), ","))
		}
		a.note("pollux: found %s", strings.Join(agents, ", "))
	}
	return setup.New(setup.Options{Dir: dir, Agents: agents, Command: f.command, Leave: f.leave})
}

// agreed asks on a terminal. Elsewhere nobody answers.
func (a *app) agreed(cmd *cobra.Command, files int) bool {
	in, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return false
	}
	fmt.Fprintf(a.err, "write these %d files? [y/N] ", files)
	answer, _ := bufio.NewReader(in).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}

// setupDir is the directory to set up: the one that was named, or the top of the git repository, or the current one.
func setupDir(args []string) (string, error) {
	name := "."
	if len(args) == 1 {
		name = args[0]
	}
	dir, err := filepath.Abs(name)
	if err != nil {
		return "", fmt.Errorf("find the directory: %w", err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fault.Usagef("%s is no directory", name)
	}
	if len(args) == 1 {
		return dir, nil
	}
	for at := dir; at != filepath.Dir(at); at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, ".git")); err == nil {
			return at, nil
		}
	}
	return dir, nil
}
