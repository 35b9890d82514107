package cargo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/child"
	"pollux/internal/wrapper"
)

// Injection is what a build is given beside what the user's manifests and configuration say. The flags reach rustc through a
// wrapper of pollux's own and not through RUSTFLAGS, which would put the user's flags out of force.
type Injection struct {
	Overrides  []string // directories of packages that stand in for the published ones of the same name
	Config     []string // --config
	Args       []string // more arguments of cargo
	Flags      []string // of every rustc call that makes something for the target
	TargetOnly bool     // the flags are for calls with --target: build scripts and proc macros go without them
	Bootstrap  bool     // the flags are unstable ones: rustc is told to take them, build scripts are not
	Force      string   // crate that is linked although nothing names it
}

// environment is what the calls of the wrapper read; empty when there is nothing to inject.
func (in Injection) environment(self, next string) []string {
	if len(in.Flags) == 0 && in.Force == "" {
		return nil
	}
	on := func(b bool) string {
		if b {
			return "1"
		}
		return ""
	}
	return []string{
		"RUSTC_WRAPPER=" + self, wrapper.EnvActive + "=" + wrapper.Format, wrapper.EnvNext + "=" + next,
		wrapper.EnvFlags + "=" + strings.Join(in.Flags, wrapper.FlagSeparator), wrapper.EnvFlagsTarget + "=" + on(in.TargetOnly),
		wrapper.EnvFlagsBootstrap + "=" + on(in.Bootstrap), wrapper.EnvFlagsForce + "=" + in.Force,
	}
}

func (t *Tests) wrapperPath() string { return filepath.Join(t.session.targetDir, allLink) }

// Rustc asks the rustc of the build something, and gives what it says on standard output.
func (t *Tests) Rustc(ctx context.Context, args ...string) (string, error) {
	s := t.session
	out, errs := &child.Tail{Limit: stderrLimit}, &child.Tail{Limit: stderrLimit}
	env := os.Environ()
	if s.req.Toolchain != "" {
		env = setEnv(env, "RUSTUP_TOOLCHAIN="+s.req.Toolchain)
	}
	rustc := cmp.Or(os.Getenv("RUSTC"), "rustc")
	err := child.Run(ctx, child.Command{Path: rustc, Args: args, Dir: s.dir, Env: env, Stdout: out, Stderr: errs, Group: true})
	if err != nil {
		return "", s.failure(ctx, "ask rustc", err, errs.String())
	}
	return out.String(), nil
}

// Host is the target triple of the machine that the toolchain is made for.
func (t *Tests) Host(ctx context.Context) (string, error) {
	said, err := t.Rustc(ctx, "-vV")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(said) {
		if host, ok := strings.CutPrefix(strings.TrimSpace(line), "host: "); ok {
			return host, nil
		}
	}
	return "", fmt.Errorf("ask rustc for its host: it names none")
}

// Requirement is a dependency that a package of the workspace names.
type Requirement struct {
	Package  string   // that names it
	Target   string   // cfg expression or triple it is for; empty for all
	Kind     string   // empty, dev or build
	Optional bool     //
	Features []string // of the package, that turn an optional dependency on
}

// Requires lists where the packages of the workspace name the dependency, in cargo's order.
func (t *Tests) Requires(ctx context.Context, dependency string) ([]Requirement, error) {
	const op = "read the workspace"
	s := t.session
	args := append(s.toolchainArgs(), "metadata", "--no-deps", "--format-version=1")
	args = append(args, s.manifestArgs()...)
	out, errs := &child.Tail{Limit: metadataLimit}, &child.Tail{Limit: stderrLimit}
	err := child.Run(ctx, child.Command{
		Path: s.cargo, Args: args, Dir: s.dir, Env: setEnv(os.Environ(), "CARGO_TERM_COLOR=never"), Stdout: out, Stderr: errs, Group: true,
	})
	if err != nil {
		return nil, s.failure(ctx, op, err, errs.String())
	}
	return requirements(out.Bytes(), dependency)
}

func requirements(metadata []byte, dependency string) ([]Requirement, error) {
	var m struct {
		Packages []struct {
			Name         string              `json:"name"`
			Features     map[string][]string `json:"features"`
			Dependencies []struct {
				Name     string  `json:"name"`
				Rename   *string `json:"rename"`
				Target   *string `json:"target"`
				Kind     *string `json:"kind"`
				Optional bool    `json:"optional"`
			} `json:"dependencies"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(metadata, &m); err != nil {
		return nil, fmt.Errorf("read cargo metadata: %w", err)
	}
	var out []Requirement
	for _, p := range m.Packages {
		for _, d := range p.Dependencies {
			if d.Name != dependency {
				continue
			}
			r := Requirement{Package: p.Name, Target: value(d.Target), Kind: value(d.Kind), Optional: d.Optional}
			if d.Optional {
				r.Features = enabling(p.Features, cmp.Or(value(d.Rename), d.Name))
			}
			out = append(out, r)
		}
	}
	return out, nil
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// enabling lists the features that turn the optional dependency on, by name.
func enabling(features map[string][]string, dependency string) []string {
	var out []string
	for name, turnsOn := range features {
		if slices.Contains(turnsOn, "dep:"+dependency) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Invocation is a call of cargo that another room makes, because it reads the output itself.
type Invocation struct {
	Path string
	Args []string
	Dir  string
	Env  []string
}

// Invoke is cargo with the arguments behind those for the toolchain; an empty one means that of the request. The target directory
// is that of t. A toolchain that is not there is an answer: rustup is told not to install one.
func (t *Tests) Invoke(toolchain string, settings []string, args ...string) Invocation {
	s := t.session
	before := s.toolchainArgs()
	if toolchain != "" {
		before = []string{"+" + toolchain}
	}
	path := s.cargo
	if found, err := exec.LookPath("cargo"); err == nil && len(before) > 0 {
		path = found // the cargo of a toolchain does not know of the others
	}
	env := setEnv(t.environment(), "CARGO_TERM_PROGRESS_WHEN=never", "CARGO_TARGET_DIR="+t.TargetDir, "RUSTUP_AUTO_INSTALL=0")
	return Invocation{Path: path, Args: append(before, args...), Dir: s.dir, Env: setEnv(env, settings...)}
}

// Selection names the target of the program, and what the request says of features and manifests, in cargo's options.
func (t *Tests) Selection(p Program) []string {
	s := t.session
	args := s.manifestArgs()
	for _, f := range s.req.Features {
		args = append(args, "--features", f)
	}
	if s.req.AllFeatures {
		args = append(args, "--all-features")
	}
	if s.req.NoDefaultFeatures {
		args = append(args, "--no-default-features")
	}
	args = append(args, "--package", p.Package)
	if p.Kind == "lib" {
		return append(args, "--lib")
	}
	return append(args, "--"+p.Kind, p.Target)
}
