// Package wrapper is what happens inside one rustc call of a captured build: cargo runs pollux in rustc's place, and
// pollux runs the user's rustc so that it leaves the MIR text of the crate beside the metadata.
//
// Only cargo's own type-checking calls are captured; probes of build scripts, build scripts themselves, proc macros and
// linked crates are passed on unchanged. Whether a crate compiles, and what rustc says when it does not, is always that
// of the user's own command line: the unstable options of a capture are given to a call of their own.
//
// Invariant: a [Record] says "done" only when the MIR text beside it is whole and is that of the call cargo saw succeed.
//
// A captured crate that compiles with warnings may show paths in full in their text (`std::option::Option`), because the
// option that makes MIR unambiguous also governs warnings.
package wrapper

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/child"
)

// Format is the version of everything that passes between a build and its wrapped calls: environment, records, options
// given to rustc. A record of another format counts as lost.
const Format = "3"

// The environment that a build sets for its wrapped calls.
const (
	EnvActive       = "POLLUX_WRAPPER"                // Format of the build
	EnvMemberPath   = "POLLUX_WRAPPER_MEMBER"         // path under which cargo calls us for workspace members
	EnvNext         = "POLLUX_WRAPPER_NEXT"           // the user's own RUSTC_WRAPPER
	EnvNextMember   = "POLLUX_WRAPPER_NEXT_WORKSPACE" // the user's own RUSTC_WORKSPACE_WRAPPER
	EnvCache        = "POLLUX_WRAPPER_CACHE"          // cache directory
	EnvTarget       = "POLLUX_WRAPPER_TARGET"         // target directory of the build; nothing outside it is captured
	EnvRun          = "POLLUX_WRAPPER_RUN"            // names the build in records
	EnvDependencies = "POLLUX_WRAPPER_DEPENDENCIES"   // "1": capture dependencies too
)

// exitCannot is the status of a call that could not be made at all; rustc itself uses 1 and 101.
const exitCannot = 101

// invocation is one call of this process by cargo, taken apart.
type invocation struct {
	rustc  string   // the program cargo wants to run
	args   []string // its arguments
	env    environment
	member bool // of the user's workspace
}

type environment map[string]string

// Active tells whether this process was started in rustc's place. args is os.Args, env is os.Environ().
func Active(args, env []string) bool {
	if len(args) < 2 || parseEnvironment(env)[EnvActive] != Format {
		return false
	}
	// A build script may itself call pollux, with our variables inherited; verbs and flags are never paths to a rustc.
	name := args[1]
	return strings.ContainsRune(name, filepath.Separator) || strings.Contains(filepath.Base(name), "rustc")
}

// Run does the work of the rustc call and gives the exit status for cargo. On systems with exec it does not return when
// the call is passed on unchanged.
func Run(args, env []string) int {
	child.DieWithParent()
	inv := parseInvocation(args, parseEnvironment(env))
	if injecting(inv.env) {
		return inv.inject(env)
	}
	call := parseCall(inv.args)
	if inv.env[EnvFrom] != "" {
		return inv.substituted(call).pass(env)
	}
	if !inv.wanted(call) {
		return inv.pass(env)
	}
	return newCapture(inv, call, env).run()
}

func parseEnvironment(env []string) environment {
	m := make(environment, len(env))
	for _, kv := range env {
		if k, v, ok := strings.Cut(kv, "="); ok {
			m[k] = v
		}
	}
	return m
}

// parseInvocation takes apart `wrapper [wrapper-for-members] rustc args...`: cargo puts both wrappers in front for
// members and only the first for other crates.
func parseInvocation(args []string, env environment) invocation {
	member := env[EnvMemberPath]
	inv := invocation{env: env, member: member != "" && args[0] == member}
	rest := args[1:]
	if len(rest) > 1 && member != "" && rest[0] == member {
		inv.member, rest = true, rest[1:]
	}
	inv.rustc, inv.args = rest[0], rest[1:]
	return inv
}

// wanted tells whether the call is one of cargo's own type checks, of a crate whose MIR was asked for.
func (inv invocation) wanted(c call) bool {
	if !c.typeCheck() || !within(inv.env[EnvTarget], c.outDir) {
		return false
	}
	return inv.member || inv.env[EnvDependencies] == "1"
}

func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return dir != "" && err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// chain gives the program and arguments that run rustc through the user's own wrappers, in cargo's order.
// Compiler caches among them are left out of a captured call: they would serve a stored result and no MIR.
func (inv invocation) chain(captured bool) (program string, before []string) {
	var words []string
	if next := inv.env[EnvNext]; next != "" && !(captured && isCompilerCache(next)) {
		words = append(words, next)
	}
	if next := inv.env[EnvNextMember]; next != "" && inv.member {
		words = append(words, next)
	}
	words = append(words, inv.rustc)
	return words[0], words[1:]
}

// compilerCaches are programs that answer a rustc call from storage.
var compilerCaches = map[string]bool{
	"sccache": true, "cachepot": true, "ccache": true, "kache": true, "buildcache": true, "fleche": true, "zccache": true,
}

func isCompilerCache(program string) bool {
	return compilerCaches[strings.TrimSuffix(filepath.Base(program), ".exe")]
}

// pass runs the call exactly as cargo would have without us.
func (inv invocation) pass(env []string) int {
	program, before := inv.chain(false)
	path, err := lookPath(program)
	if err == nil {
		err = child.Exec(path, append(before, inv.args...), env)
	}
	fmt.Fprintf(os.Stderr, "pollux: run %s: %v\n", program, err)
	return exitCannot
}
