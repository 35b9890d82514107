//go:build !unix

package child

import (
	"os"
	"os/exec"
	"syscall"
)

func attributes(bool) *syscall.SysProcAttr { return nil }

func kill(p *os.Process, _ bool) error { return p.Kill() }

func signal(*os.ProcessState) int { return 0 }

func adopt() {}

func awaitExit(int) {}

func killLeft(int, string) {}

// DieWithParent does nothing here.
func DieWithParent() {}

// Exec runs the program with this process's streams and ends this process with its status; it returns only when the
// program cannot be started.
func Exec(path string, args, env []string) error {
	cmd := exec.Command(path, args...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if code, ran := Code(err); ran {
		os.Exit(code)
	}
	return err
}
