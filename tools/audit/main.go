// Command audit checks the program's own source beyond what its tests check: go vet, staticcheck, the race detector, the
// licences of what is built in, and known vulnerabilities: `go run ./tools/audit [CHECK ...]`.
//
// The programs it needs are fetched once and kept by Go's module cache. A check whose program or database cannot be had is told
// as "not run" with the reason, never as passed; the status is 1 only for a check that ran and found something.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"pollux/tools/repo"
)

// Pinned, so that two audits of one commit ask the same questions.
const (
	staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"
	govulncheck = "golang.org/x/vuln/cmd/govulncheck@v1.8.0"
	cyclonedx   = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0"
)

// errNotRun says that a check could not be made, which is not the same as passed.
var errNotRun = errors.New("not run")

// check is one question about the source.
type check struct {
	name string
	run  func(context.Context, *audit) error
}

var checks = []check{
	{"vet", func(ctx context.Context, a *audit) error { return a.goes(ctx, "vet", "./...") }},
	{"staticcheck", func(ctx context.Context, a *audit) error { return a.fetched(ctx, staticcheck, "./...") }},
	{"licences", licences},
	{"vulnerabilities", vulnerabilities},
	{"race", races},
}

// audit is one run over the repository at root.
type audit struct {
	root string
	said bytes.Buffer // what the running check printed
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root, err := repo.Root()
	if err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(70)
	}
	wanted, err := chosen(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(3)
	}
	if !run(ctx, root, wanted, os.Stdout) {
		os.Exit(1)
	}
}

// chosen are the checks that are named, or all.
func chosen(names []string) ([]check, error) {
	if len(names) == 0 {
		return checks, nil
	}
	var out []check
	for _, name := range names {
		i := slices.IndexFunc(checks, func(c check) bool { return c.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no check %q: vet, staticcheck, licences, vulnerabilities, race", name)
		}
		out = append(out, checks[i])
	}
	return out, nil
}

// run makes the checks and prints a line for each. It reports whether none of those that ran failed.
func run(ctx context.Context, root string, wanted []check, out io.Writer) bool {
	clean := true
	for _, c := range wanted {
		a := &audit{root: root}
		err := c.run(ctx, a)
		switch {
		case err == nil:
			fmt.Fprintf(out, "audit: %-15s passed\n", c.name)
		case errors.Is(err, errNotRun):
			fmt.Fprintf(out, "audit: %-15s %v\n", c.name, err)
		default:
			clean = false
			fmt.Fprintf(out, "audit: %-15s FAILED: %v\n%s", c.name, err, a.said.String())
		}
	}
	return clean
}

// goes runs the go command.
func (a *audit) goes(ctx context.Context, args ...string) error { return a.runs(ctx, "go", args...) }

func (a *audit) runs(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = a.root, &a.said, &a.said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", filepath.Base(program), strings.Join(args, " "), err)
	}
	return nil
}

// fetched builds a program of a module and runs it, or says that it cannot be had here: that tells a program that is missing from one that
// finds something.
func (a *audit) fetched(ctx context.Context, program string, args ...string) error {
	bin, err := os.MkdirTemp("", "audit")
	if err != nil {
		return err
	}
	defer os.RemoveAll(bin)
	install := exec.CommandContext(ctx, "go", "install", program)
	install.Dir, install.Env = a.root, append(os.Environ(), "GOBIN="+bin)
	if said, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s cannot be had here: %s", errNotRun, program, lastLine(said))
	}
	name, _, _ := strings.Cut(path.Base(program), "@")
	return a.runs(ctx, filepath.Join(bin, name), args...)
}

// vulnerabilities asks Go's database of vulnerabilities, which is on the network.
func vulnerabilities(ctx context.Context, a *audit) error {
	err := a.fetched(ctx, govulncheck, "./cmd/pollux")
	if err != nil && strings.Contains(a.said.String(), "fetching vulnerabilities") {
		return fmt.Errorf("%w: the database cannot be reached: %s", errNotRun, firstLine(a.said.Bytes()))
	}
	return err
}

// races runs the tests of what starts goroutines or shares memory under the race detector: packages that import sync.
func races(ctx context.Context, a *audit) error {
	const shares = `{{range .Imports}}{{if eq . "sync" "sync/atomic" "golang.org/x/sync/errgroup"}}{{$.ImportPath}} {{end}}{{end}}`
	list := exec.CommandContext(ctx, "go", "list", "-f", shares, "./internal/...")
	list.Dir = a.root
	said, err := list.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	packages := slices.Compact(slices.Sorted(slices.Values(strings.Fields(string(said)))))
	return a.goes(ctx, append([]string{"test", "-race", "-timeout", "15m"}, packages...)...)
}

func firstLine(text []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte("\n"))
	return string(line)
}

func lastLine(text []byte) string {
	text = bytes.TrimSpace(text)
	return string(text[bytes.LastIndexByte(text, '\n')+1:])
}
