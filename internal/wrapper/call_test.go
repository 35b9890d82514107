package wrapper

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// checkLine is cargo's command line for a library.
const checkLine = "--crate-name demo --edition=2024 src/lib.rs --error-format=json --json=diagnostic-rendered-ansi,artifacts,future-incompat " +
	"--crate-type lib --emit=dep-info,metadata -C embed-bitcode=no -C debuginfo=2 --check-cfg cfg(docsrs,test) --cfg feature=\"x\" " +
	"-C metadata=44 -C extra-filename=-e3 --out-dir /t/debug/deps -C incremental=/t/debug/incremental -L dependency=/t/debug/deps --extern far=/t/debug/deps/libfar-12.rmeta"

func TestOnlyCargosTypeChecksAreCaptured(t *testing.T) {
	for _, tc := range []struct {
		name, line string
		want       bool
	}{
		{"a library", checkLine, true},
		{"values in arguments of their own", strings.NewReplacer("--error-format=json", "--error-format json", "--emit=dep-info,metadata", "--emit dep-info,metadata", "-C extra-filename", "-Cextra-filename").Replace(checkLine), true},
		{"a test", strings.Replace(checkLine, "--crate-type lib", "--test", 1), true},
		{"a build script", strings.NewReplacer("--emit=dep-info,metadata", "--emit=dep-info,link", "--crate-type lib", "--crate-type bin").Replace(checkLine), false},
		{"a linked library", strings.Replace(checkLine, "--emit=dep-info,metadata", "--emit=dep-info,metadata,link", 1), false},
		{"from standard input", strings.Replace(checkLine, "src/lib.rs", "-", 1), false},
		{"a version question", "-vV", false},
		{"cargo's question for the target", "- --crate-name ___ --print=file-names --crate-type bin --crate-type rlib --print=sysroot --print=cfg", false},
		{"a probe of a build script", "--crate-name probe --crate-type=lib --emit=metadata --out-dir /t/debug/build/x/out probe.rs", false},
		{"a probe with JSON", "--crate-name probe --crate-type=lib --error-format=json --emit=metadata --out-dir /t/debug/build/x/out probe.rs", false},
		{"nothing", "", false},
	} {
		if got := parseCall(strings.Fields(tc.line)).typeCheck(); got != tc.want {
			t.Errorf("%s: %t", tc.name, got)
		}
	}
}

func TestACommandLineIsReadWhole(t *testing.T) {
	c := parseCall(strings.Fields(checkLine + " -C opt-level=3 --crate-type cdylib --target x86_64-unknown-none --cfg unix"))
	if c.crate != "demo" || c.edition != "2024" || c.source != "src/lib.rs" || c.extra != "-e3" || c.target != "x86_64-unknown-none" ||
		!c.optimised || c.assertions || c.test || c.stem() != "/t/debug/deps/demo-e3" {
		t.Errorf("%+v", c)
	}
	if !slices.Equal(c.types, []string{"lib", "cdylib"}) || !slices.Equal(c.cfgs, []string{`feature="x"`, "unix"}) || !slices.Equal(c.externs, []string{"/t/debug/deps/libfar-12.rmeta"}) {
		t.Errorf("%+v", c)
	}
}

func TestArgumentsInAFileAreRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "args")
	if err := os.WriteFile(file, []byte(strings.Join(strings.Fields(checkLine), "\n")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if c := parseCall([]string{"@" + file}); !c.typeCheck() || c.crate != "demo" {
		t.Errorf("%+v", c)
	}
}

func TestOnlyLinkableLibrariesExportGenerics(t *testing.T) {
	for line, want := range map[string]bool{
		"--crate-type lib": true, "--crate-type rlib": true, "--crate-type dylib": true, "--crate-type cdylib --crate-type rlib": true,
		"--crate-type=staticlib,lib": true, "--crate-type bin": false, "--crate-type cdylib": false, "--crate-type proc-macro": false,
		"--crate-type lib --test": false, "": false,
	} {
		if got := parseCall(strings.Fields(line)).exportsGenerics(); got != want {
			t.Errorf("%q: %t", line, got)
		}
	}
}

func TestTheSecondCallWritesNothingOfTheFirst(t *testing.T) {
	got := strings.Join(secondCall(strings.Fields(checkLine+" --cap-lints warn"), true), " ")
	for _, gone := range []string{"--emit", "dep-info", "--cap-lints", "warn", "--crate-type lib"} {
		if strings.Contains(got, gone) {
			t.Errorf("%q is still in %q", gone, got)
		}
	}
	for _, there := range []string{"--crate-type cdylib", "-C incremental=/t/debug/incremental-mir", "--extern far=", "src/lib.rs", "--crate-name demo"} {
		if !strings.Contains(got, there) {
			t.Errorf("%q is not in %q", there, got)
		}
	}
}

func TestActiveOnlyInRustcsPlace(t *testing.T) {
	on := []string{EnvActive + "=" + Format}
	for _, tc := range []struct {
		name string
		args []string
		env  []string
		want bool
	}{
		{"rustc by path", []string{"pollux", "/usr/bin/rustc", "-vV"}, on, true},
		{"rustc by name", []string{"pollux", "rustc", "-vV"}, on, true},
		{"both wrappers", []string{"/t/all", "/t/members", "/usr/bin/rustc"}, on, true},
		{"a verb inside a build script", []string{"pollux", "check", "."}, on, false},
		{"a flag", []string{"pollux", "--version"}, on, false},
		{"nothing", []string{"pollux"}, on, false},
		{"not in a build", []string{"pollux", "/usr/bin/rustc"}, nil, false},
		{"a build of another format", []string{"pollux", "/usr/bin/rustc"}, []string{EnvActive + "=0"}, false},
	} {
		if got := Active(tc.args, tc.env); got != tc.want {
			t.Errorf("%s: %t", tc.name, got)
		}
	}
}

func TestMembersAreKnownByTheNameWeAreCalledBy(t *testing.T) {
	env := environment{EnvMemberPath: "/t/members"}
	for _, tc := range []struct {
		args   []string
		member bool
	}{
		{[]string{"/t/members", "/bin/rustc", "-vV"}, true},
		{[]string{"/t/all", "/t/members", "/bin/rustc", "-vV"}, true},
		{[]string{"/t/all", "/bin/rustc", "-vV"}, false},
	} {
		inv := parseInvocation(tc.args, env)
		if inv.member != tc.member || inv.rustc != "/bin/rustc" || !slices.Equal(inv.args, []string{"-vV"}) {
			t.Errorf("%q: %+v", tc.args, inv)
		}
	}
}

func TestTheUsersWrappersStandInCargosOrder(t *testing.T) {
	env := environment{EnvNext: "/x/sccache", EnvNextMember: "/x/driver"}
	for _, tc := range []struct {
		member, captured bool
		want             string
	}{
		{true, true, "/x/driver /bin/rustc"}, {true, false, "/x/sccache /x/driver /bin/rustc"},
		{false, true, "/bin/rustc"}, {false, false, "/x/sccache /bin/rustc"},
	} {
		program, before := invocation{rustc: "/bin/rustc", env: env, member: tc.member}.chain(tc.captured)
		if got := strings.Join(append([]string{program}, before...), " "); got != tc.want {
			t.Errorf("%+v: %s", tc, got)
		}
	}
}

func TestPrerequisitesAreReadFromRulesOfMake(t *testing.T) {
	const text = "/t/deps/demo-1.d: src/lib.rs /home/a\\ b/x.rs\n\n/t/deps/libdemo-1.rmeta: src/lib.rs /home/a\\ b/x.rs\n\nsrc/lib.rs:\n/home/a\\ b/x.rs:\n\n# env-dep:OUT_DIR=/t: x\n"
	if got := dependencyFiles(text); !slices.Equal(got, []string{"/home/a b/x.rs", "src/lib.rs"}) {
		t.Errorf("%q", got)
	}
}

func FuzzParseCall(f *testing.F) {
	f.Add(checkLine)
	f.Add("--emit --crate-name")
	f.Add("-C -C= -- - -")
	f.Fuzz(func(t *testing.T, line string) {
		args := slices.DeleteFunc(strings.Fields(line), func(a string) bool { return strings.HasPrefix(a, "@") })
		parseCall(args)
		for _, a := range secondCall(args, true) {
			if a == "--emit" || strings.HasPrefix(a, "--emit=") {
				// Only as the value of another option may the word survive.
				if !slices.ContainsFunc(args, func(b string) bool { return takesValue[b] }) {
					t.Errorf("%q keeps %q", line, a)
				}
			}
		}
	})
}
