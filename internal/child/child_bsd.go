//go:build unix && !linux

package child

import "syscall"

func attributes(group bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: group} }

// DieWithParent does nothing here: this kernel has no parent death signal.
func DieWithParent() {}

func adopt() {}

// awaitExit does not wait: without a look at an ended process that is not collected yet, its number could be another's.
func awaitExit(int) {}

// killLeft does nothing: before the end of the command its group is still needed, and afterwards its number is not its own.
func killLeft(int, string) {}
