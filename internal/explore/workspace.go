package explore

import (
	"context"
	"path/filepath"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// Workspace is where the test programs come from.
type Workspace struct {
	Root      string // absolute path that the files of findings are relative to
	TargetDir string // absolute; pollux's own
	Toolchain string // first line of `rustc -vV`

	source source
}

// source makes the test programs. It is the seam behind which a test puts programs that need no cargo.
type source interface {
	// prepare makes the runtime explorable, or says why it cannot be.
	prepare(ctx context.Context) (versions, *finding.Unknown, error)
	build(ctx context.Context, v versions) (*cargo.TestBuild, error)
	// scratch puts the tests of a file in the place of those of the packages.
	scratch(ctx context.Context, file cargo.Scratch) error
	Close() error
}

// Open finds the workspace and claims pollux's directory in it. An error is a *cargo.UserError as of [cargo.OpenTests].
func Open(ctx context.Context, req cargo.Request) (*Workspace, error) {
	tests, err := cargo.OpenTests(ctx, req)
	if err != nil {
		return nil, err
	}
	return &Workspace{tests.Root, tests.TargetDir, tests.Toolchain, &crates{tests}}, nil
}

// Close tells other builds that the directory is free.
func (w *Workspace) Close() error { return w.source.Close() }

// crates builds with cargo, and with a copy of the locked tokio in its place.
type crates struct{ tests *cargo.Tests }

func (c *crates) prepare(ctx context.Context) (versions, *finding.Unknown, error) {
	return prepare(ctx, c.tests)
}

func (c *crates) build(ctx context.Context, v versions) (*cargo.TestBuild, error) {
	return c.tests.Build(ctx, v.overrides(), buildConfig)
}

func (c *crates) scratch(ctx context.Context, file cargo.Scratch) error {
	return c.tests.Scratch(ctx, file)
}

func (c *crates) Close() error { return c.tests.Close() }

// Scripted is a workspace in dir whose test programs are given, instead of built from crates. It is for tests of what uses this
// package: a program must speak the language of rt/pollux/log.rs.
func Scripted(dir, target string, programs []cargo.Program) *Workspace {
	return &Workspace{Root: dir, TargetDir: target, Toolchain: "scripted", source: scripted(programs)}
}

type scripted []cargo.Program

func (s scripted) prepare(context.Context) (versions, *finding.Unknown, error) {
	return versions{Tokio: "scripted"}, nil, nil
}

func (s scripted) build(context.Context, versions) (*cargo.TestBuild, error) {
	return &cargo.TestBuild{Success: true, Programs: s}, nil
}

func (s scripted) scratch(_ context.Context, file cargo.Scratch) error {
	for i := range s {
		s[i].Source, s[i].Crate = file.File, strings.TrimSuffix(filepath.Base(file.File), ".rs")
	}
	return nil
}

func (s scripted) Close() error { return nil }
