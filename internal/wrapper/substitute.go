package wrapper

import (
	"os"
	"slices"
	"strings"
)

// The environment of a build that compiles the tests of one crate from another root file. Everything else is passed on.
const (
	EnvFrom    = "POLLUX_WRAPPER_FROM"    // absolute path of the crate root that cargo names
	EnvTo      = "POLLUX_WRAPPER_TO"      // absolute path of the file to compile in its place
	EnvHarness = "POLLUX_WRAPPER_HARNESS" // "1": with Rust's own test harness, also when the target has one of its own
	EnvRemap   = "POLLUX_WRAPPER_REMAP"   // values of --remap-path-prefix, one a line: messages name the user's files
)

// substituted is the invocation with the other root file, when it is the one that is meant.
func (inv invocation) substituted(c call) invocation {
	harness := inv.env[EnvHarness] == "1"
	if !c.test && !harness || !sameFile(c.source, inv.env[EnvFrom]) {
		return inv
	}
	args := expandFiles(inv.args)
	at := slices.Index(args, c.source)
	if at < 0 {
		return inv
	}
	args = slices.Clone(args)
	args[at] = inv.env[EnvTo]
	if !c.test {
		args = append(args, "--test")
	}
	args = append(args, "--cap-lints=allow") // a question is not held to the lints of the crate
	for remap := range strings.Lines(inv.env[EnvRemap]) {
		args = append(args, "--remap-path-prefix="+strings.TrimSuffix(remap, "\n"))
	}
	inv.args = args
	return inv
}

func sameFile(a, b string) bool {
	one, err1 := os.Stat(a)
	other, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(one, other)
}
