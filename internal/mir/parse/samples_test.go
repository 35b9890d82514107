package parse

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pollux/internal/mir"
)

const sampleDir = "../../../testdata/mir"

// compiler is an installed rustc: the words that call it and its version line.
type compiler struct {
	command []string
	version string
}

// compilers are the installed ones, the default first.
func compilers(t *testing.T) []compiler {
	t.Helper()
	var out []compiler
	add := func(command ...string) {
		if version, err := output(t, "", append(command, "--version")...); err == nil {
			out = append(out, compiler{command, strings.TrimSpace(version)})
		}
	}
	if _, err := exec.LookPath("rustc"); err != nil {
		t.Skip("no rustc: the committed MIR is not compared with what a compiler prints")
	}
	add("rustc")
	list, _ := output(t, "", "rustup", "toolchain", "list")
	for line := range strings.Lines(list) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); name != "" {
			add("rustup", "run", name, "rustc")
		}
	}
	return out
}

func output(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "RUSTC_BOOTSTRAP=1", "RUSTUP_AUTO_INSTALL=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil && !strings.HasSuffix(strings.Join(args, " "), "--version") {
		t.Logf("%s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out), err
}

// options are those of a captured call.
var options = []string{"-Zmir-include-spans=on", "-Ztrim-diagnostic-paths=no", "-Copt-level=0", "-Coverflow-checks=on"}

var directive = regexp.MustCompile(`(?m)^//@ (edition|flags): (.*)$`)

// print makes the MIR text of a source: a file, or a package that needs cargo.
func (c compiler) print(t *testing.T, source string) string {
	t.Helper()
	mirFile := filepath.Join(t.TempDir(), "out.mir")
	args := append([]string{}, options...)
	args = append(args, "--emit=mir="+mirFile)
	dir, err := filepath.Abs(filepath.Join(sampleDir, "source"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(source, ".rs") {
		text, _ := os.ReadFile(filepath.Join(dir, source))
		for _, m := range directive.FindAllSubmatch(text, -1) {
			if string(m[1]) == "edition" {
				args = append(args, "--edition", string(m[2]))
			} else {
				args = append(args, strings.Fields(string(m[2]))...)
			}
		}
		args = append(append(append([]string{}, c.command...), "--crate-type=lib", "-Zno-codegen", source), args...)
	} else {
		dir = filepath.Join(dir, source)
		cargo := append([]string{}, c.command...)
		cargo[len(cargo)-1] = "cargo"
		args = append(append(cargo, "rustc", "--locked", "--lib", "--target-dir", t.TempDir(), "--"), args...)
	}
	if _, err := output(t, dir, args...); err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	text, err := os.ReadFile(mirFile)
	if err != nil {
		t.Fatal(err)
	}
	return neutral(string(text))
}

var registry = regexp.MustCompile(`/[^ :]*/registry/src/[^/ ]+/`)

// neutral leaves out where this machine keeps packages.
func neutral(text string) string { return registry.ReplaceAllString(text, "$$REGISTRY/") }

func TestSamplesAreWhatTheCompilerPrints(t *testing.T) {
	if testing.Short() {
		t.Skip("runs rustc")
	}
	all := compilers(t)
	for _, dir := range []string{"1.95", "nightly"} {
		record, err := os.ReadFile(filepath.Join(sampleDir, dir, "rustc.txt"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, c := range all {
			if c.version == strings.TrimSpace(string(record)) && !found {
				found = true
				t.Run(dir, func(t *testing.T) { c.compare(t, dir) })
			}
		}
		if !found {
			t.Logf("%s is not installed: %s is not compared", strings.TrimSpace(string(record)), dir)
		}
	}
}

// compare prints every source with c and compares the bodies with the committed ones, or replaces these when asked to.
func (c compiler) compare(t *testing.T, dir string) {
	regenerate := os.Getenv("POLLUX_REGENERATE") != ""
	sources, _ := os.ReadDir(filepath.Join(sampleDir, "source"))
	for _, s := range sources {
		if strings.HasSuffix(s.Name(), ".md") || s.IsDir() && !regenerate {
			continue // a package takes a build of its dependencies
		}
		t.Run(s.Name(), func(t *testing.T) {
			t.Parallel()
			text := c.print(t, s.Name())
			file := filepath.Join(sampleDir, dir, strings.TrimSuffix(s.Name(), ".rs")+".mir")
			if regenerate {
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			kept, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if mir.Format(Crate("", string(kept))) != mir.Format(Crate("", text)) {
				t.Errorf("%s is stale: run with POLLUX_REGENERATE=1", file)
			}
		})
	}
}
