//go:build unix

package main

import (
	"syscall"
	"time"
)

// childrenCPU is the CPU time of all children that were waited for, with theirs. One child at a time runs here, so a difference
// is that of one child.
func childrenCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
