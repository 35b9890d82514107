package wrapper

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"pollux/internal/child"
)

// The environment of a build that only adds flags: nothing is captured.
const (
	EnvFlags          = "POLLUX_WRAPPER_FLAGS"           // the flags, joined by FlagSeparator
	EnvFlagsTarget    = "POLLUX_WRAPPER_FLAGS_TARGET"    // "1": only for calls with --target
	EnvFlagsBootstrap = "POLLUX_WRAPPER_FLAGS_BOOTSTRAP" // "1": the flags are unstable ones
	EnvFlagsForce     = "POLLUX_WRAPPER_FLAGS_FORCE"     // crate that is linked although nothing names it
)

// FlagSeparator stands between flags, as in CARGO_ENCODED_RUSTFLAGS.
const FlagSeparator = "\x1f"

func injecting(env environment) bool { return env[EnvFlags] != "" || env[EnvFlagsForce] != "" }

// inject runs the call with the flags of the build added. It returns only when that cannot be done.
func (inv invocation) inject(env []string) int {
	program, before := inv.chain(false)
	args, unstable := inv.injected()
	if unstable {
		const name = "RUSTC_BOOTSTRAP="
		env = append(slices.DeleteFunc(slices.Clone(env), func(kv string) bool { return strings.HasPrefix(kv, name) }), name+"1")
	}
	path, err := lookPath(program)
	if err == nil {
		err = child.Exec(path, append(before, args...), env)
	}
	fmt.Fprintf(os.Stderr, "pollux: run %s: %v\n", program, err)
	return exitCannot
}

// injected gives the arguments with what the build adds, and whether rustc must be told to take unstable ones.
func (inv invocation) injected() (args []string, unstable bool) {
	args = slices.Clone(inv.args)
	call := parseCall(args)
	if !call.cargos() || inv.env[EnvFlagsTarget] == "1" && call.target == "" {
		return args, false
	}
	if flags := inv.env[EnvFlags]; flags != "" {
		args = append(args, strings.Split(flags, FlagSeparator)...)
		unstable = inv.env[EnvFlagsBootstrap] == "1"
	}
	if forced := forced(args, inv.env[EnvFlagsForce]); forced {
		return append(args, "-Zunstable-options"), true
	}
	return args, unstable
}

// probe is the name that cargo gives to no crate when it asks rustc about a target.
const probe = "___"

// cargos tells whether cargo itself makes the call. Build scripts that probe the compiler must find the one that the user has.
func (c call) cargos() bool {
	return c.crate == probe || c.jsonErrors && c.crate != "" && c.extra != "" && c.outDir != ""
}

// forced changes `--extern name=path` so that rustc links the crate even when no code names it, and says whether it did.
func forced(args []string, name string) bool {
	if name == "" {
		return false
	}
	for i, a := range args {
		if strings.HasPrefix(a, name+"=") && i > 0 && args[i-1] == "--extern" {
			args[i] = "force:" + a
			return true
		}
	}
	return false
}
