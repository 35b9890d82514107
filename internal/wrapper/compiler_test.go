package wrapper

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rustc finds the real compiler behind rustup's proxies.
func rustc(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("rustc", "--print", "sysroot").Output()
	if err != nil {
		t.Skip("rustc is not installed")
	}
	return filepath.Join(strings.TrimSpace(string(out)), "bin", "rustc")
}

func TestThePlainLineFailsOnTheProofAndBothRemediesHold(t *testing.T) {
	t.Parallel()
	compiler := rustc(t)
	p := proof{rustc: compiler, dir: t.TempDir(), env: os.Environ()}
	if err := p.compile("lower", lowerSource, nil); err != nil {
		t.Fatal(err)
	}
	plain := options(filepath.Join(p.dir, "plain.mir"), false, true)
	if err := p.compile("upper", upperSource, plain, "lower"); err == nil {
		t.Error("this rustc needs no remedy any more, or the proof proves nothing")
	} else if !strings.Contains(err.Error(), "missing optimized MIR") {
		t.Errorf("it fails for another reason: %v", err)
	}
	c := known{}
	c.prove(compiler, os.Environ())
	if !c.Proven || !c.OneCall || !c.TwoCalls {
		t.Errorf("%+v", c)
	}
}

type known = compiler

func TestACompilerIsProvenOnce(t *testing.T) {
	t.Parallel()
	cacheDir := t.TempDir()
	log := filepath.Join(t.TempDir(), "log")
	// A directory laid out like a toolchain, so that its rustc can be known by its file.
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "lib", "rustlib"), 0o777); err != nil {
		t.Fatal(err)
	}
	path := script(t, filepath.Join(root, "bin", "rustc"), "echo call >> '"+log+"'; exec '"+rustc(t)+"' \"$@\"")
	first, err := identify(path, cacheDir, os.Environ())
	if err != nil || !first.Proven {
		t.Fatalf("%+v, %v", first, err)
	}
	before, _ := os.ReadFile(log)
	second, err := identify(path, cacheDir, os.Environ())
	if err != nil || second != first {
		t.Errorf("%+v became %+v, %v", first, second, err)
	}
	if after, _ := os.ReadFile(log); string(after) != string(before) {
		t.Error("rustc was called again")
	}
	script(t, path, "echo call >> '"+log+"'; exec '"+rustc(t)+"'  \"$@\"") // another file at the same place
	if _, err := identify(path, cacheDir, os.Environ()); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.ReadFile(log); string(after) == string(before) {
		t.Error("a new rustc at the same place was taken for the old one")
	}
}

func script(t *testing.T, path, body string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestACompilerWithoutTheAttributeHasTwoCalls(t *testing.T) {
	t.Parallel()
	path := script(t, filepath.Join(t.TempDir(), "rustc"), "case \"$*\" in *crate-attr*) echo 'error: unknown unstable option' >&2; exit 1;; esac; exec '"+rustc(t)+"' \"$@\"")
	c, err := identify(path, t.TempDir(), os.Environ())
	if err != nil || !c.Proven || c.OneCall || !c.TwoCalls || !strings.Contains(c.Reason, "unknown unstable option") {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestACompilerThatRefusesUnstableOptionsHasNoRemedy(t *testing.T) {
	t.Parallel()
	path := script(t, filepath.Join(t.TempDir(), "rustc"), "unset RUSTC_BOOTSTRAP; exec '"+rustc(t)+"' \"$@\"")
	c, err := identify(path, t.TempDir(), os.Environ())
	if err != nil || !c.Proven || c.OneCall || c.TwoCalls || c.Reason == "" {
		if strings.Contains(c.Verbose, "nightly") {
			t.Skip("the rustc at hand is a nightly")
		}
		t.Errorf("%+v, %v", c, err)
	}
}

func TestNothingIsProvenWhereNotEvenPlainCallsWork(t *testing.T) {
	t.Parallel()
	cacheDir := t.TempDir()
	path := script(t, filepath.Join(t.TempDir(), "rustc"), "case \"$*\" in -vV) echo 'rustc 1.0.0';; *) echo 'No space left on device' >&2; exit 1;; esac")
	c, err := identify(path, cacheDir, os.Environ())
	if err != nil || c.Proven {
		t.Errorf("%+v, %v", c, err)
	}
	if left, _ := os.ReadDir(filepath.Join(cacheDir, "rustc")); len(left) != 0 {
		t.Error("it was remembered all the same")
	}
}

func TestUnstableFeaturesAreAllowedWhereTheUsersCallAllowsThem(t *testing.T) {
	stable, nightly := compiler{Verbose: "rustc 1.95.0 (x)\n"}, compiler{Verbose: "rustc 1.97.0-nightly (x)\n"}
	beta := compiler{Verbose: "rustc 1.96.0-beta.3 (x)\n"}
	for _, tc := range []struct {
		c         compiler
		bootstrap string
		want      bool
	}{
		{stable, "", false}, {stable, "1", true}, {stable, "demo", true}, {stable, "other,demo", true}, {stable, "other", false},
		{beta, "", false}, {nightly, "", true}, {nightly, "-1", false}, {nightly, "0", true},
	} {
		if got := tc.c.unlocked(tc.bootstrap, "demo"); got != tc.want {
			t.Errorf("%s with %q: %t", tc.c.version(), tc.bootstrap, got)
		}
	}
}

func TestTheBootstrapVariableIsSetOnce(t *testing.T) {
	got := withBootstrap([]string{"A=1", "RUSTC_BOOTSTRAP=demo", "B=2"})
	if !slices.Equal(got, []string{"A=1", "B=2", "RUSTC_BOOTSTRAP=1"}) {
		t.Errorf("%q", got)
	}
}
