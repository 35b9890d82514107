package cargo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/child"
)

// Dependency is a package of the dependency graph, at the version that Cargo.lock names.
type Dependency struct {
	Name, Version string
	Source        string // cargo's word for where it comes from, such as "registry+https://..."; empty for a path
	Dir           string // absolute directory of its source
}

// FromRegistry reports whether the source is that of a published package, which no one edits.
func (d Dependency) FromRegistry() bool {
	return strings.HasPrefix(d.Source, "registry+") || strings.HasPrefix(d.Source, "sparse+")
}

// Program is a test binary.
type Program struct {
	Package, Version string
	PackageDir       string // absolute; the tests expect it to be the current directory
	Member           bool
	Crate            string
	Target           string // name as cargo's options have it: dashes stay dashes
	Kind             string // lib, bin, test, example, bench
	Source           string // absolute path of the crate root file
	Path             string // absolute path of the program

	// Scratch is what the names of tests begin with that come from a file outside of the tree; Source is that file then. Empty
	// with such a Source means all tests of the program.
	Scratch string
}

// TestBuild is what a build of the tests left behind.
type TestBuild struct {
	Success     bool
	Programs    []Program // sorted by package, kind, crate
	Diagnostics []Diagnostic
	Complaints  []string // cargo's own errors, beside what rustc says
}

// Tests builds the test binaries of a workspace in a target directory of their own. The user's manifests and lock file are
// not touched: where there is a lock file, cargo is told to keep to it.
type Tests struct {
	Root      string // absolute path of the workspace root
	TargetDir string // absolute
	Toolchain string // first line of `rustc -vV`

	session *session
	scratch *scratch // nil unless a file from outside is compiled in the place of one target
}

// OpenTests finds the workspace and claims the directory `explore` in pollux's target directory. An error is a *UserError as
// of [Check].
func OpenTests(ctx context.Context, req Request) (*Tests, error) {
	return OpenTestsIn(ctx, req, "explore")
}

// OpenTestsIn is [OpenTests] with another directory: builds with other flags must not share one, because cargo does not know of
// the flags that a wrapper adds.
func OpenTestsIn(ctx context.Context, req Request, name string) (*Tests, error) {
	s, err := begin(ctx, req)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(s.workspace.Root, "Cargo.lock")); err == nil {
		s.req.Locked = true
	}
	t := &Tests{Root: s.workspace.Root, TargetDir: filepath.Join(s.targetDir, name), session: s}
	if t.Toolchain, err = s.toolchain(ctx, nil); err != nil {
		return nil, err
	}
	if err := makeTarget(t.TargetDir); err != nil {
		return nil, fileFailure("open the target directory", err)
	}
	return t, nil
}

// Dependencies lists the packages of the dependency graph that have one of the names, in cargo's order.
func (t *Tests) Dependencies(ctx context.Context, names ...string) ([]Dependency, error) {
	return t.dependencies(ctx, nil, names)
}

// PossibleDependencies is [Tests.Dependencies] with every feature of the workspace on, so that optional ones are among them.
func (t *Tests) PossibleDependencies(ctx context.Context, names ...string) ([]Dependency, error) {
	return t.dependencies(ctx, []string{"--all-features"}, names)
}

func (t *Tests) dependencies(ctx context.Context, options, names []string) ([]Dependency, error) {
	const op = "read the dependency graph"
	s := t.session
	args := append(s.toolchainArgs(), "metadata", "--format-version=1")
	args = append(args, options...)
	args = append(args, s.manifestArgs()...)
	out, errs := &child.Tail{Limit: metadataLimit}, &child.Tail{Limit: stderrLimit}
	err := child.Run(ctx, child.Command{
		Path: s.cargo, Args: args, Dir: s.dir, Env: setEnv(os.Environ(), "CARGO_TERM_COLOR=never"), Stdout: out, Stderr: errs, Group: true,
	})
	if err != nil {
		return nil, s.failure(ctx, op, err, errs.String())
	}
	return lockedPackages(out.Bytes(), names)
}

func lockedPackages(data []byte, names []string) ([]Dependency, error) {
	var m struct {
		Packages []struct {
			Name     string `json:"name"`
			Version  string `json:"version"`
			Source   string `json:"source"`
			Manifest string `json:"manifest_path"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("read cargo metadata: %w", err)
	}
	var out []Dependency
	for _, p := range m.Packages {
		if slices.Contains(names, p.Name) {
			out = append(out, Dependency{p.Name, p.Version, p.Source, filepath.Dir(p.Manifest)})
		}
	}
	return out, nil
}

// Build compiles the tests. The packages in the directories of overrides stand in for the published ones of the same name,
// and config is handed to cargo as --config. An error means that cargo did not come to a result.
func (t *Tests) Build(ctx context.Context, overrides, config []string) (*TestBuild, error) {
	return t.BuildWith(ctx, Injection{Overrides: overrides, Config: config})
}

// BuildWith is [Tests.Build] with more that the user's manifests do not say.
func (t *Tests) BuildWith(ctx context.Context, in Injection) (*TestBuild, error) {
	s := t.session
	args := append(t.buildArgs(in.Overrides, in.Config), in.Args...)
	b, err := s.runCargo(ctx, "build the tests", args, append(t.environment(), in.environment(t.wrapperPath(), s.user.all)...))
	if err != nil {
		return nil, err
	}
	out := &TestBuild{Success: b.success, Diagnostics: s.diagnostics(b.messages)}
	if !b.success {
		if failure := worldFailure(out.Diagnostics, b.stderr); failure != nil {
			return nil, failure
		}
		out.Complaints = b.complaints()
	}
	for _, e := range b.artifacts {
		if p, ok := t.program(e); ok {
			out.Programs = append(out.Programs, p)
		}
	}
	slices.SortFunc(out.Programs, func(a, b Program) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Crate, b.Crate))
	})
	return out, nil
}

func (t *Tests) program(e event) (Program, bool) {
	if e.Program == "" || !e.Profile.Test {
		return Program{}, false
	}
	p := Program{
		PackageDir: filepath.Dir(e.Manifest), Crate: e.Target.crate(), Target: e.Target.Name, Kind: e.Target.kind(),
		Source: e.Target.Source, Path: e.Program,
	}
	p.Package, p.Version = packageName(e.PackageID)
	_, p.Member = t.session.workspace.Members[e.PackageID]
	if t.scratch != nil {
		p.Source, p.Scratch, p.Crate = t.scratch.File, t.scratch.prefix, t.scratch.crate(p.Crate)
	}
	return p, true
}

// buildArgs asks for the same targets as cargo test would, but for the examples, which hold no tests.
func (t *Tests) buildArgs(overrides, config []string) []string {
	s := *t.session
	s.targetDir, s.req.KeepGoing = t.TargetDir, false
	r := &s.req
	if t.scratch != nil {
		t.scratch.target(r)
	}
	if !(r.Lib || r.Bins || r.Tests || r.Examples || r.Benches || r.AllTargets) && len(r.Bin)+len(r.Test)+len(r.Example)+len(r.Bench) == 0 {
		r.Tests = true
	}
	args := s.checkArgs()
	at := slices.Index(args, "check")
	args[at] = "test"
	args = slices.Insert(args, at+1, "--no-run")
	args = slices.DeleteFunc(args, func(a string) bool { return a == "--keep-going" })
	if len(overrides) > 0 {
		args = append(args, "--config", "paths="+tomlList(overrides))
	}
	for _, c := range config {
		args = append(args, "--config", c)
	}
	return args
}

func tomlList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// environment is the user's own, with cargo's intermediate files kept out of the user's directories.
func (t *Tests) environment() []string {
	env := setEnv(os.Environ(), "CARGO_BUILD_BUILD_DIR="+t.TargetDir,
		"CARGO_TERM_COLOR=never", "CARGO_TERM_PROGRESS_WHEN=always", "CARGO_TERM_PROGRESS_WIDTH=160", "CARGO_TERM_QUIET=false")
	if t.scratch != nil {
		env = setEnv(env, t.scratch.environment(t.session)...)
	}
	return env
}

// Environment is what a test expects of cargo when it runs, beside the user's own.
func (p Program) Environment() []string {
	return setEnv(os.Environ(), "CARGO_MANIFEST_DIR="+p.PackageDir, "CARGO_PKG_NAME="+p.Package, "CARGO_PKG_VERSION="+p.Version)
}

// Close tells other builds that the directory is free.
func (t *Tests) Close() error { return t.session.inUse.Close() }
