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
	const unit = "--error-format=json --out-dir d -C extra-filename=-1 "
	cfg := environment{EnvFlags: "--cfg=loom" + FlagSeparator + "-g"}
	check("a crate", cfg, unit+"--crate-name a src/lib.rs", unit+"--crate-name a src/lib.rs --cfg=loom -g", false)
	check("cargo's question about a target", cfg, "- --crate-name ___ --print=cfg", "- --crate-name ___ --print=cfg --cfg=loom -g", false)
	check("the version", cfg, "-vV", "-vV", false)
	target := environment{EnvFlags: "-Zsanitizer=address", EnvFlagsTarget: "1", EnvFlagsBootstrap: "1"}
	check("a build script", target, unit+"--crate-name build_script_build build.rs", unit+"--crate-name build_script_build build.rs", false)
	check("for the target", target, unit+"--crate-name a --target x86", unit+"--crate-name a --target x86 -Zsanitizer=address", true)
	check("a probe of a build script", target, "--crate-name probe --target x86 --emit=metadata", "--crate-name probe --target x86 --emit=metadata", false)
	force := environment{EnvFlagsForce: "boot", EnvFlags: "--cfg=tokio_unstable"}
	check("with the crate", force, unit+"--crate-name a --extern boot=libboot.rlib", unit+"--crate-name a --extern force:boot=libboot.rlib --cfg=tokio_unstable -Zunstable-options", true)
	check("without it", force, unit+"--crate-name a --extern boots=libboot.rlib", unit+"--crate-name a --extern boots=libboot.rlib --cfg=tokio_unstable", false)
}
