// Package child runs other programs so that none of them outlives pollux or floods it.
//
// A command gets a process group of its own when asked; cancelling the context kills that whole group. On Linux a child
// also dies when the thread that started it dies, so a killed pollux leaves nobody behind who could still write.
// A command with a mark takes along what it started, also what left its process group. It knows nothing of cargo or rustc.
package child

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"runtime"
	"time"
)

// killGrace is how long [Run] waits for the pipes of a killed command before it gives them up.
const killGrace = 2 * time.Second

// Command is a program to run. The zero values of Dir, Env and the streams mean what they mean in os/exec.
type Command struct {
	Path   string
	Args   []string // without the program's own name
	Dir    string
	Env    []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Group  bool // start a process group of its own, killed as a whole

	// Mark is an entry of Env that no other command has. When the command ends, its group is killed, and on Linux every
	// process that has the mark in its environment, whatever group or session it moved to. Needs Group.
	//
	// May miss a process that clears its environment and leaves the group, and everything when pollux itself is killed.
	Mark string
}

// Run starts the command and waits for it. An exit status other than 0 is an *exec.ExitError; see [Code].
// When ctx ends first, the command (with Group: its group) is killed and the context's error is returned.
func Run(ctx context.Context, c Command) error {
	// The kernel ties the death signal to the starting thread, so this goroutine keeps its thread until the end.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, c.Path, c.Args...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, c.Stdout, c.Stderr
	cmd.WaitDelay = killGrace
	cmd.SysProcAttr = attributes(c.Group)
	cmd.Cancel = func() error { return kill(cmd.Process, c.Group) }
	err := run(cmd, c.Mark)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil // it ended well; something it left running still holds its pipes
	}
	return err
}

// run starts the command and waits for it, and with a mark for the end of all that it started. What it left behind is killed
// before its pipes are waited for, which would be held open otherwise.
func run(cmd *exec.Cmd, mark string) error {
	if mark == "" {
		return cmd.Run()
	}
	adopt()
	if err := cmd.Start(); err != nil {
		return err
	}
	awaitExit(cmd.Process.Pid)
	killLeft(cmd.Process.Pid, mark)
	return cmd.Wait()
}

// signalCode is added to the number of the signal that ended a command, as shells do.
const signalCode = 128

// Code gives the exit status that err of [Run] stands for: 0 for nil, 128 plus the signal for a killed command, and
// false when the command did not run at all.
func Code(err error) (int, bool) {
	if err == nil {
		return 0, true
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0, false
	}
	if s := signal(exit.ProcessState); s != 0 {
		return signalCode + s, true
	}
	return exit.ExitCode(), true
}
