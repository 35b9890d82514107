package cargo

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"pollux/internal/child"
)

// Member is a package of the user's workspace.
type Member struct {
	Name string
	Dir  string // absolute directory of its manifest
}

// Members lists the packages of the workspace, by directory.
func (t *Tests) Members() []Member {
	var out []Member
	for id, manifest := range t.session.workspace.Members {
		name, _ := packageName(id)
		out = append(out, Member{name, filepath.Dir(manifest)})
	}
	slices.SortFunc(out, func(a, b Member) int { return cmp.Compare(a.Dir, b.Dir) })
	return out
}

// UserTarget is the user's own target directory, absolute.
func (t *Tests) UserTarget() string { return t.session.workspace.TargetDir }

// Resolve has cargo resolve the dependencies of the workspace in dir, which is not the user's, and write its lock file. It lists
// the packages that have one of the names.
func (t *Tests) Resolve(ctx context.Context, dir string, config []string, names ...string) ([]Dependency, error) {
	s := t.session
	args := append(s.toolchainArgs(), "metadata", "--format-version=1")
	if s.req.Offline {
		args = append(args, "--offline")
	}
	for _, c := range config {
		args = append(args, "--config", c)
	}
	out, errs := &child.Tail{Limit: metadataLimit}, &child.Tail{Limit: stderrLimit}
	err := child.Run(ctx, child.Command{
		Path: s.cargo, Args: args, Dir: dir, Env: setEnv(os.Environ(), "CARGO_TERM_COLOR=never"), Stdout: out, Stderr: errs, Group: true,
	})
	if err != nil {
		return nil, s.failure(ctx, "resolve the dependencies", err, errs.String())
	}
	return lockedPackages(out.Bytes(), names)
}

// LockedPackage is a package of a lock file.
type LockedPackage struct {
	Name     string `toml:"name"`
	Version  string `toml:"version"`
	Source   string `toml:"source"`
	Checksum string `toml:"checksum"`
}

// ReadLock reads a lock file; one that is not there has no packages.
func ReadLock(path string) ([]LockedPackage, error) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a lock file: %w", err)
	}
	var lock struct {
		Package []LockedPackage `toml:"package"`
	}
	if err := toml.Unmarshal(text, &lock); err != nil {
		return nil, fmt.Errorf("read the lock file %s: %w", path, err)
	}
	return lock.Package, nil
}

// BuildPrograms compiles the binaries that the request names, without their tests.
func (t *Tests) BuildPrograms(ctx context.Context, in Injection) (*TestBuild, error) {
	s := *t.session
	s.targetDir, s.req.KeepGoing = t.TargetDir, false
	args := s.checkArgs()
	args[slices.Index(args, "check")] = "build"
	args = slices.DeleteFunc(args, func(a string) bool { return a == "--keep-going" })
	for _, c := range in.Config {
		args = append(args, "--config", c)
	}
	args = append(args, in.Args...)
	b, err := s.runCargo(ctx, "build the program", args, append(t.environment(), in.environment(t.wrapperPath(), s.user.all)...))
	if err != nil {
		return nil, err
	}
	out, err := t.built(b)
	if err != nil {
		return nil, err
	}
	for _, e := range b.artifacts {
		kind := e.Target.kind()
		if e.Program == "" || kind != "bin" && kind != "example" {
			continue
		}
		e.Profile.Test = true // it is the program itself that is asked for
		if p, ok := t.program(e); ok && p.Member {
			out.Programs = append(out.Programs, p)
		}
	}
	return out, nil
}

// built is what cargo said of a build, without its programs.
func (t *Tests) built(b *build) (*TestBuild, error) {
	out := &TestBuild{Success: b.success, Diagnostics: t.session.diagnostics(b.messages)}
	if b.success {
		return out, nil
	}
	if failure := worldFailure(out.Diagnostics, b.stderr); failure != nil {
		return nil, failure
	}
	out.Complaints = b.complaints()
	return out, nil
}
