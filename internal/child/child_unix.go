//go:build unix

package child

import (
	"os"
	"syscall"
)

// Exec replaces this process by the program; it returns only when that fails.
func Exec(path string, args, env []string) error {
	return syscall.Exec(path, append([]string{path}, args...), env)
}

func kill(p *os.Process, group bool) error {
	if group {
		return syscall.Kill(-p.Pid, syscall.SIGKILL)
	}
	return p.Kill()
}

func signal(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return int(w.Signal())
	}
	return 0
}
