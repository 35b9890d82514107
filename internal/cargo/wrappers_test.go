package cargo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shim writes a wrapper of the user's that notes the crates it compiles and hands on.
func shim(t *testing.T, name string) (program, log string) {
	t.Helper()
	dir := t.TempDir()
	log = filepath.Join(dir, "log")
	program = filepath.Join(dir, name)
	script := "#!/bin/sh\ncase \"$*\" in *--crate-name*) echo \"$*\" >> '" + log + "' ;; esac\nexec \"$@\"\n"
	if err := os.WriteFile(program, []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	return program, log
}

// calls counts the calls of a shim for a crate, and how many of them asked for MIR.
func calls(t *testing.T, log, crate string) (all, captured int) {
	t.Helper()
	data, err := os.ReadFile(log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if strings.Contains(line, "--crate-name "+crate+" ") && strings.Contains(line, "--error-format=json") {
			all++
			if strings.Contains(line, "--emit=mir") {
				captured++
			}
		}
	}
	return all, captured
}

// twoPackages is a member and a path dependency that is no member of the workspace.
var twoPackages = map[string]string{
	"Cargo.toml":        "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nfar = { path = \"../far\" }\n",
	"src/lib.rs":        "pub fn f() { far::g() }\n",
	"../far/Cargo.toml": "[package]\nname = \"far\"\nversion = \"0.2.0\"\nedition = \"2021\"\n[workspace]\n",
	"../far/src/lib.rs": "pub fn g() {}\n",
}

func TestExistingWrappersAreHonoured(t *testing.T) {
	for _, tc := range []struct {
		name         string
		how          func(t *testing.T, dir, program string)
		demo, far    int // calls of the shim
		demoCaptured int
	}{
		{"RUSTC_WRAPPER", func(t *testing.T, _, p string) { t.Setenv("RUSTC_WRAPPER", p) }, 1, 1, 1},
		{"RUSTC_WORKSPACE_WRAPPER", func(t *testing.T, _, p string) { t.Setenv("RUSTC_WORKSPACE_WRAPPER", p) }, 1, 0, 1},
		{"build.rustc-wrapper", func(t *testing.T, dir, p string) {
			write(t, dir, ".cargo/config.toml", "[build]\nrustc-wrapper = \""+p+"\"\n")
		}, 1, 1, 1},
		{"build.rustc-workspace-wrapper", func(t *testing.T, dir, p string) {
			write(t, dir, "../.cargo/config.toml", "[build]\nrustc-workspace-wrapper = \""+p+"\"\n")
		}, 1, 0, 1},
		{"a setting switched off by the environment", func(t *testing.T, dir, p string) {
			write(t, dir, ".cargo/config.toml", "[build]\nrustc-wrapper = \""+p+"\"\n")
			t.Setenv("RUSTC_WRAPPER", "")
		}, 0, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := project(t, twoPackages)
			program, log := shim(t, "shim")
			tc.how(t, dir, program)
			c := check(t, dir)
			wantUnits(t, c, "demo/lib")
			demo, captured := calls(t, log, "demo")
			far, _ := calls(t, log, "far")
			if demo != tc.demo || far != tc.far || captured != tc.demoCaptured {
				t.Errorf("%d calls for demo (%d for MIR), %d for far; want %d (%d), %d", demo, captured, far, tc.demo, tc.demoCaptured, tc.far)
			}
		})
	}
}

func TestACompilerCacheIsLeftOutOfCapturedCallsOnly(t *testing.T) {
	dir := project(t, twoPackages)
	program, log := shim(t, "sccache")
	t.Setenv("RUSTC_WRAPPER", program)
	wantUnits(t, check(t, dir), "demo/lib")
	demo, _ := calls(t, log, "demo")
	far, _ := calls(t, log, "far")
	if demo != 0 || far != 1 {
		t.Errorf("%d calls for demo, %d for far; want 0 and 1", demo, far)
	}
}

func TestAWrapperThatSwallowsOptionsDoesNotLoseTheMIR(t *testing.T) {
	dir := project(t, map[string]string{"src/lib.rs": "pub fn f() {}\n"})
	program := filepath.Join(t.TempDir(), "swallow")
	script := "#!/bin/bash\nargs=()\nfor a in \"$@\"; do case \"$a\" in --emit=mir*) ;; *) args+=(\"$a\");; esac; done\nexec \"${args[@]}\"\n"
	if err := os.WriteFile(program, []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("RUSTC_WRAPPER", program)
	c := check(t, dir)
	wantUnits(t, c, "demo/lib")
	wantBody(t, c, "demo/lib", "fn f()")
}
