package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/wrapper"
	"pollux/tools/repo"
)

func TestMain(m *testing.M) {
	if wrapper.Active(os.Args, os.Environ()) {
		os.Exit(wrapper.Run(os.Args, os.Environ()))
	}
	os.Exit(m.Run())
}

// TestCommittedMIRIsWhatRustcPrints compiles the smallest fixture of each folder that needs no dependencies.
func TestCommittedMIRIsWhatRustcPrints(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles with cargo")
	}
	if _, err := exec.LookPath("cargo"); err != nil {
		t.Skip("cargo is not installed")
	}
	toolchain := blessed.Toolchains[0]
	if out, err := exec.Command("rustc", "+"+toolchain.Rustup, "--version").CombinedOutput(); err != nil {
		t.Skipf("rustc %s is not installed: %s", toolchain.Rustup, out)
	}
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	fixtures, err := find(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	smallest := smallestOfEachFolder(t, fixtures)
	if len(smallest) < 3 {
		t.Errorf("only %d folders have a fixture without dependencies", len(smallest))
	}
	b := &builder{dir: t.TempDir(), target: t.TempDir()}
	for _, fixture := range smallest {
		rel, _ := filepath.Rel(root, fixture)
		t.Run(rel, func(t *testing.T) { compare(t, b, fixture, toolchain) })
	}
}

// TestEveryCommittedMIRIsWhatRustcPrints compiles all fixtures with all toolchains, dependencies included.
func TestEveryCommittedMIRIsWhatRustcPrints(t *testing.T) {
	if os.Getenv("POLLUX_HEAVY") == "" {
		t.Skip("POLLUX_HEAVY=1 compiles every fixture")
	}
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	fixtures, err := find(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, done, err := newBuilder()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for _, fixture := range fixtures {
		for _, toolchain := range blessed.Toolchains {
			rel, _ := filepath.Rel(root, toolchain.File(fixture))
			t.Run(rel, func(t *testing.T) { compare(t, b, fixture, toolchain) })
		}
	}
}

func smallestOfEachFolder(t *testing.T, fixtures []string) []string {
	t.Helper()
	best := map[string]string{}
	size := map[string]int{}
	for _, f := range fixtures {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		header, err := blessed.ReadHeader(string(text))
		dir := filepath.Dir(f)
		if err == nil && header.Std && (best[dir] == "" || len(text) < size[dir]) {
			best[dir], size[dir] = f, len(text)
		}
	}
	var out []string
	for _, f := range fixtures {
		if best[filepath.Dir(f)] == f {
			out = append(out, f)
		}
	}
	return out
}

func compare(t *testing.T, b *builder, fixture string, toolchain blessed.Toolchain) {
	t.Helper()
	source, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.text(context.Background(), string(source), toolchain)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile(toolchain.File(fixture))
	if err != nil {
		t.Fatal(err)
	}
	have, want := strings.Split(string(committed), "\n"), strings.Split(got, "\n")
	for i := range max(len(have), len(want)) {
		if i >= len(have) || i >= len(want) || have[i] != want[i] {
			t.Fatalf("%s is stale from line %d on: run `go run ./tools/bless`", toolchain.File(fixture), i+1)
		}
	}
}

func TestAFolderIsNamedByItsPathOrItsPackage(t *testing.T) {
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"droppedfuture", "dropped-future", "internal/rules/droppedfuture", "./internal/rules/droppedfuture"} {
		got, err := find(root, []string{name})
		if err != nil || len(got) == 0 || !strings.Contains(got[0], "droppedfuture") {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := find(root, []string{"nosuchrule"}); err == nil {
		t.Error("a folder that does not exist was accepted")
	}
}
