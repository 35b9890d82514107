//go:build unix && !linux

package child

import "syscall"

func attributes(group bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: group} }

// DieWithParent does nothing here: this kernel has no parent death signal.
func DieWithParent() {}
