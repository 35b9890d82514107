package child

import (
	"os"
	"runtime"
	"syscall"
)

func attributes(group bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: group, Pdeathsig: syscall.SIGKILL}
}

// DieWithParent makes the kernel kill this process when the thread that started it ends, also after [Exec]. It keeps
// the calling goroutine on its thread for good, because the kernel remembers the wish per thread.
func DieWithParent() {
	runtime.LockOSThread()
	parent := os.Getppid()
	_, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0)
	if errno == 0 && os.Getppid() != parent {
		os.Exit(signalCode + int(syscall.SIGKILL)) // the parent went in between
	}
}
