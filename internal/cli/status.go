package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pollux/internal/didyoumean"
	"pollux/internal/engine"
	"pollux/internal/fault"
)

// Status is an exit status. Each has one meaning, written down in docs/exit-codes.md.
type Status int

// The exit statuses of pollux. Status 2 is never used: hosts of coding agents read it as an order to stop.
const (
	OK           Status = 0  // nothing at or above the threshold
	Found        Status = 1  // findings at or above the threshold
	UsageError   Status = 3  // the command line or the configuration is wrong, or there is no project here
	DoesNotBuild Status = 4  // the user's crate does not build
	Incomplete   Status = 5  // something that was asked for could not be done
	Bug          Status = 70 // a bug in pollux
)

// statusOf is the exit status of a verdict.
func statusOf(v engine.Verdict) Status {
	switch v {
	case engine.Clean:
		return OK
	case engine.Findings:
		return Found
	case engine.DoesNotBuild:
		return DoesNotBuild
	case engine.Incomplete:
		return Incomplete
	}
	return Bug
}

// fail tells the user about err and returns the status it stands for.
func (a *app) fail(ctx context.Context, err error) Status {
	if ctx.Err() != nil {
		fmt.Fprintln(a.err, "pollux: interrupted")
		return Incomplete
	}
	fmt.Fprintf(a.err, "error: %v\n", err)
	if user, ok := fault.As(err); ok {
		for _, hint := range user.Hints {
			fmt.Fprintf(a.err, "  help: %s\n", hint)
		}
		if user.Kind == fault.Environment {
			return Incomplete
		}
		return UsageError
	}
	if worldly(err) {
		return Incomplete
	}
	fmt.Fprintln(a.err, bugNote)
	return Bug
}

// worldly reports whether err comes from the machine rather than from pollux: a full disk, a missing permission, a
// program that cannot be started, a deadline.
func worldly(err error) bool {
	var (
		path    *fs.PathError
		link    *os.LinkError
		syscall *os.SyscallError
		start   *exec.Error
		status  *exec.ExitError
	)
	return errors.As(err, &path) || errors.As(err, &link) || errors.As(err, &syscall) || errors.As(err, &start) ||
		errors.As(err, &status) || errors.Is(err, context.DeadlineExceeded)
}

const bugNote = "pollux: this is a bug in pollux, not in your code; please report it with the command line and this output"

// bug reports a panic: in one line to the user, in full to a file of the cache directory or, with -v, to the user too.
func (a *app) bug(p any) Status {
	stack := fmt.Sprintf("pollux %s: panic: %v\n\n%s", engine.Version, p, debug.Stack())
	fmt.Fprintf(a.err, "pollux: internal error: %v\n%s\n", p, bugNote)
	if a.verbose > 0 {
		fmt.Fprint(a.err, stack)
		return Bug
	}
	if path, ok := keepStack(a.engine.CacheDir, stack); ok {
		fmt.Fprintf(a.err, "pollux: the stack is in %s\n", path)
		return Bug
	}
	fmt.Fprintln(a.err, "pollux: -v prints the stack")
	return Bug
}

func keepStack(cacheDir, stack string) (path string, ok bool) {
	if cacheDir == "" {
		return "", false
	}
	dir := filepath.Join(cacheDir, "bugs")
	if os.MkdirAll(dir, 0o755) != nil {
		return "", false
	}
	f, err := os.CreateTemp(dir, "panic-*.txt")
	if err != nil {
		return "", false
	}
	defer f.Close()
	_, err = f.WriteString(stack)
	return f.Name(), err == nil
}

// flagFault turns what the flag library says into a fault that names the likely flag.
func flagFault(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		name := unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			return fault.Usagef("unknown flag `-%s`", name).Hint("see pollux help " + cmd.Name())
		}
		f := fault.Usagef("unknown flag `--%s`", name)
		if near, ok := didyoumean.Among(name, flagNames(cmd)); ok {
			f.Hint(fmt.Sprintf("did you mean `--%s`?", near))
		}
		return f.Hint("see pollux help " + cmd.Name())
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return fault.Usagef("`%s` is no value for --%s", invalid.GetValue(), invalid.GetFlag().Name).Because(plain(err))
	}
	return fault.Usagef("%s", err)
}

// plain drops the names of Go functions that conversions put before their reason.
func plain(err error) error {
	text := err.Error()
	if i := strings.LastIndex(text, ": "); i >= 0 {
		text = text[i+2:]
	}
	return errors.New(text)
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	}
	cmd.Flags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	return names
}
