// Package cli is the command line: one file per verb. It turns words into an engine.Request, and an engine.Result into
// text and an exit status. It holds no analysis, and no other package ends the process.
//
// Invariants: standard output holds the answer and nothing else; every run ends with a status of [Status], never with 2,
// whatever goes wrong.
package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/fault"
)

// Main runs the command line args, the program's name first, and returns the exit status.
func Main(args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return Run(engine.New(), args, env, stdin, stdout, stderr)
}

// Run is [Main] with an engine of the caller's choice.
func Run(e *engine.Engine, args, env []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	out := &output{Writer: stdout}
	a := &app{engine: e, env: env, out: out, err: stderr, screen: stdout}
	defer func() {
		if p := recover(); p != nil {
			status = int(a.bug(p))
		}
	}()
	rest, toolchain := words(args)
	a.toolchain = toolchain
	root := a.command()
	root.SetArgs(rest)
	root.SetIn(stdin)
	root.SetOut(out)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		return int(a.fail(ctx, err))
	}
	if out.err != nil {
		return int(a.fail(ctx, fmt.Errorf("write the answer: %w", out.err)))
	}
	return int(a.status)
}

// Tree is the verbs with their flags and help, for those who describe them. It is not for running.
func Tree() *cobra.Command {
	return (&app{engine: engine.New(), out: io.Discard, err: io.Discard}).command()
}

// output notes the first error of writing: an answer that was cut off must not end with a good status.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	o.err = cmp.Or(o.err, err)
	return n, err
}

// words drops what stands before the verb: the program's name, the word that cargo adds for its subcommands, and a leading
// +toolchain, which it returns without its sign.
func words(args []string) (rest []string, toolchain string) {
	if len(args) == 0 {
		return nil, ""
	}
	name := strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	rest = args[1:]
	if name == "cargo-pollux" && len(rest) > 0 && rest[0] == "pollux" {
		rest = rest[1:]
	}
	if len(rest) > 0 && len(rest[0]) > 1 && rest[0][0] == '+' {
		rest, toolchain = rest[1:], rest[0][1:]
	}
	return rest, toolchain
}

// app is one run of the command line.
type app struct {
	engine   *engine.Engine
	env      []string
	out, err io.Writer
	screen   io.Writer // what out writes to: perhaps a terminal

	toolchain string // of a leading +toolchain
	quiet     bool
	verbose   int
	status    Status // what the verb answered
}

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "pollux",
		Short: "Verify async Rust: what is wrong, the evidence, and what was not checked",
		Long: `pollux verifies async Rust. It reads what your own rustc knows about every future of a crate, finds what can go
wrong at an await, and says what it could not check. Nothing of the crate needs to change for it.`,
		Example: `  pollux check              check the project around the current directory
  pollux check --changed    report only what you have not committed yet
  pollux explain RULE       what a rule means, and what to write instead
  cargo pollux check        the same as pollux check`,
		Args:          cobra.ArbitraryArgs,
		RunE:          a.runRoot,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	flags := root.PersistentFlags()
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "say nothing but the answer")
	flags.CountVarP(&a.verbose, "verbose", "v", "say more``")
	root.Flags().BoolP("version", "V", false, "print the version")
	root.SetFlagErrorFunc(flagFault)
	root.SetHelpFunc(a.help)
	root.SetHelpCommand(a.helpCommand())
	root.CompletionOptions.DisableDefaultCmd = true
	root.DisableFlagsInUseLine = true
	root.AddCommand(a.checkCommand(), a.cancelCommand(), a.exploreCommand(), a.replayCommand(), a.shrinkCommand(), a.explainCommand(), a.rulesCommand(), a.doctorCommand(),
		a.versionCommand(), a.completionCommand())
	root.AddCommand(a.agentCommands()...)
	root.AddCommand(a.rungCommands()...)
	for _, cmd := range root.Commands() {
		cmd.DisableFlagsInUseLine = true
	}
	return root
}

// runRoot answers a command line without a known verb. That is no success: a job that forgot the verb must not pass.
func (a *app) runRoot(cmd *cobra.Command, args []string) error {
	if version, err := cmd.Flags().GetBool("version"); err == nil && version {
		return a.runVersion(cmd, nil)
	}
	if len(args) > 0 {
		return fault.Usagef("unknown verb `%s`", args[0]).Hint(didyoumean.Hint(args[0], verbs(cmd))).Hint("all verbs: pollux help")
	}
	cmd.SetOut(a.err)
	a.help(cmd, nil)
	a.status = UsageError
	return nil
}

func verbs(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Root().Commands() {
		if c.IsAvailableCommand() || c.Name() == "help" {
			names = append(names, c.Name())
		}
	}
	slices.Sort(names)
	return names
}

// noArgs refuses arguments, naming the first.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fault.Usagef("%s takes no argument, `%s` is one too many", cmd.Name(), args[0]).Hint("see pollux help " + cmd.Name())
}

// note writes a remark for people to standard error, unless they asked for silence.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.err, format+"\n", args...)
	}
}
