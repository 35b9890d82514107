package wrapper

import (
	"strings"
	"testing"
)

func TestFlagsAreAddedToTheCallsTheyAreFor(t *testing.T) {
	check := func(name string, env environment, args, want string, unstable bool) {
		t.Helper()
		inv := invocation{env: env, args: strings.Fields(args)}
		got, took := inv.injected()
		if strings.Join(got, " ") != want || took != unstable {
			t.Errorf("%s: %q unstable %t, want %q %t", name, got, took, want, unstable)
		}
		if strings.Join(inv.args, " ") != args {
			t.Errorf("%s: the call itself was changed: %q", name, inv.args)
		}
	}
	cfg := environment{EnvFlags: "--cfg=loom" + FlagSeparator + "-g"}
	check("a crate", cfg, "--crate-name a src/lib.rs", "--crate-name a src/lib.rs --cfg=loom -g", false)
	check("the version", cfg, "-vV", "-vV --cfg=loom -g", false)
	target := environment{EnvFlags: "-Zsanitizer=address", EnvFlagsTarget: "1", EnvFlagsBootstrap: "1"}
	check("a build script", target, "--crate-name build_script_build build.rs", "--crate-name build_script_build build.rs", false)
	check("for the target", target, "--crate-name a --target x86", "--crate-name a --target x86 -Zsanitizer=address", true)
	force := environment{EnvFlagsForce: "boot", EnvFlags: "--cfg=tokio_unstable"}
	check("with the crate", force, "a.rs --extern boot=libboot.rlib", "a.rs --extern force:boot=libboot.rlib --cfg=tokio_unstable -Zunstable-options", true)
	check("without it", force, "a.rs --extern boots=libboot.rlib", "a.rs --extern boots=libboot.rlib --cfg=tokio_unstable", false)
}
