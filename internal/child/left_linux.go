package child

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// adopt makes the kernel give this process the orphans of its descendants, instead of process 1: so they can be found.
func adopt() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// awaitExit waits until the process has ended and leaves it uncollected, so that its number and that of its group stay taken.
func awaitExit(pid int) {
	for errors.Is(unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil), unix.EINTR) {
	}
}

// rounds bounds how often a process that was killed may have left another one.
const rounds = 1000

// killLeft kills what is left of the group of a process that has ended, and its descendants that carry the mark.
func killLeft(pid int, mark string) {
	_ = syscall.Kill(-pid, syscall.SIGKILL)
	for range rounds {
		left := leftOf(pid, mark)
		for _, p := range left {
			_ = syscall.Kill(p, syscall.SIGKILL)
			collect(p)
		}
		if len(left) == 0 {
			return
		}
	}
}

// collect waits for the end of a child that was killed.
func collect(pid int) {
	for {
		_, err := syscall.Wait4(pid, nil, 0, nil)
		if !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}

// leftOf lists the children of this process that were adopted from the command: they are of its group or carry its mark.
func leftOf(command int, mark string) []int {
	var out []int
	for _, pid := range children() {
		if pid != command && (group(pid) == command || marked(pid, mark)) {
			out = append(out, pid)
		}
	}
	return out
}

// children lists the child processes of this process: the kernel keeps them by the thread that got them.
func children() []int {
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	var out []int
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue
		}
		for _, word := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil {
				out = append(out, pid)
			}
		}
	}
	return out
}

// group is the process group of a process, also of one that has ended and is not collected; 0 when there is none.
func group(pid int) int {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name in parentheses may hold anything; state, parent and group follow it.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 3 {
		return 0
	}
	g, _ := strconv.Atoi(fields[2])
	return g
}

func marked(pid int, mark string) bool {
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return err == nil && bytes.Contains(append([]byte{0}, env...), append([]byte{0}, mark+"\x00"...))
}
