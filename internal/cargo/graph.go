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

	"golang.org/x/mod/semver"

	"pollux/internal/child"
)

// Graph is what Cargo.lock makes of the workspace: every package of the build with the version, the source and the features
// that it has there, and the names under which packages know each other.
type Graph struct {
	Packages []*Package // sorted by name, newest version last
	byID     map[string]*Package
}

// Package is one package of a [Graph].
type Package struct {
	Name     string
	Version  string
	Manifest string // absolute path of its Cargo.toml
	Member   bool
	Crate    string              // name of its library as rustc sees it; empty when it has none
	Library  string              // absolute path of the library's root file
	Edition  string              // of the library
	Features map[string][]string // declared, with what each switches on
	Enabled  []string            // features that are on in this graph
	Declares []Declared          // dependencies as its manifest says
	deps     map[string]string   // extern name to package id
}

// Declared is a dependency as a manifest declares it.
type Declared struct {
	Name     string // as used in code, with underscores
	Package  string
	Kind     string // empty, dev or build
	Features []string
}

// Extern is the package that code of p reaches by a name, nil when there is none of that name.
func (g *Graph) Extern(p *Package, name string) *Package {
	if id, ok := p.deps[name]; ok {
		return g.byID[id]
	}
	if p.Crate == name {
		return p // the library, seen from the package's other targets
	}
	return nil
}

// Externs are the names that code of p can reach packages by, sorted.
func (p *Package) Externs() []string {
	names := make([]string, 0, len(p.deps))
	for name := range p.deps {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Named are the packages with a name, the oldest version first.
func (g *Graph) Named(name string) []*Package {
	var out []*Package
	for _, p := range g.Packages {
		if p.Name == name {
			out = append(out, p)
		}
	}
	return out
}

// ReadGraph asks cargo for the graph behind a build that has run: nothing is fetched and Cargo.lock stays as it is. Packages of
// other platforms are left out.
func ReadGraph(ctx context.Context, req Request) (*Graph, error) {
	s := &session{req: req}
	var err error
	if s.dir, err = filepath.Abs(req.Dir); err != nil {
		return nil, fmt.Errorf("read the dependency graph: %w", err)
	}
	if s.cargo, err = findCargo(req.Toolchain); err != nil {
		return nil, err
	}
	text, err := s.resolved(ctx)
	if err != nil {
		return nil, err
	}
	return parseGraph(text)
}

// resolved is cargo's description of all packages.
func (s *session) resolved(ctx context.Context) ([]byte, error) {
	const op = "read the dependency graph"
	args := append(s.toolchainArgs(), "metadata", "--format-version=1")
	args = append(args, s.manifestArgs()...)
	if !s.req.Offline {
		args = append(args, "--offline")
	}
	for _, f := range s.req.Features {
		args = append(args, "--features", f)
	}
	if s.req.AllFeatures {
		args = append(args, "--all-features")
	}
	if s.req.NoDefaultFeatures {
		args = append(args, "--no-default-features")
	}
	if triple := cmp.Or(s.req.Target, s.host(ctx)); triple != "" {
		args = append(args, "--filter-platform", triple)
	}
	out, errs := &child.Tail{Limit: metadataLimit}, &child.Tail{Limit: stderrLimit}
	err := child.Run(ctx, child.Command{
		Path: s.cargo, Args: args, Dir: s.dir, Env: setEnv(os.Environ(), "CARGO_TERM_COLOR=never"), Stdout: out, Stderr: errs, Group: true,
	})
	if err != nil {
		return nil, s.failure(ctx, op, err, errs.String())
	}
	return out.Bytes(), nil
}

// host is the platform that rustc compiles for when nobody asks; empty when it cannot be told.
func (s *session) host(ctx context.Context) string {
	out, errs := &child.Tail{Limit: stderrLimit}, &child.Tail{Limit: stderrLimit}
	env := os.Environ()
	if s.req.Toolchain != "" {
		env = setEnv(env, "RUSTUP_TOOLCHAIN="+s.req.Toolchain)
	}
	err := child.Run(ctx, child.Command{
		Path: cmp.Or(os.Getenv("RUSTC"), "rustc"), Args: []string{"-vV"}, Dir: s.dir, Env: env, Stdout: out, Stderr: errs, Group: true,
	})
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(out.String(), "\nhost: ")
	triple, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(triple)
}

type graphPackage struct {
	ID           string              `json:"id"`
	Name         string              `json:"name"`
	Version      string              `json:"version"`
	Manifest     string              `json:"manifest_path"`
	Features     map[string][]string `json:"features"`
	Targets      []target            `json:"targets"`
	Dependencies []struct {
		Name     string   `json:"name"`
		Rename   string   `json:"rename"`
		Kind     string   `json:"kind"`
		Features []string `json:"features"`
	} `json:"dependencies"`
}

func parseGraph(data []byte) (*Graph, error) {
	var m struct {
		Packages []graphPackage `json:"packages"`
		Members  []string       `json:"workspace_members"`
		Resolve  struct {
			Nodes []struct {
				ID       string   `json:"id"`
				Features []string `json:"features"`
				Deps     []struct {
					Name string `json:"name"`
					Pkg  string `json:"pkg"`
				} `json:"deps"`
			} `json:"nodes"`
		} `json:"resolve"`
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("read cargo metadata: %w", err)
	}
	g := &Graph{byID: map[string]*Package{}}
	for _, p := range m.Packages {
		q := p.read()
		q.Member = slices.Contains(m.Members, p.ID)
		g.byID[p.ID] = q
	}
	for _, n := range m.Resolve.Nodes {
		p := g.byID[n.ID]
		if p == nil {
			continue
		}
		p.Enabled = slices.Sorted(slices.Values(n.Features))
		for _, d := range n.Deps {
			p.deps[d.Name] = d.Pkg
		}
		g.Packages = append(g.Packages, p)
	}
	slices.SortFunc(g.Packages, func(a, b *Package) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), semver.Compare("v"+a.Version, "v"+b.Version), cmp.Compare(a.Manifest, b.Manifest))
	})
	return g, nil
}

func (m graphPackage) read() *Package {
	p := &Package{Name: m.Name, Version: m.Version, Manifest: m.Manifest, Features: m.Features, deps: map[string]string{}}
	for _, t := range m.Targets {
		if k := t.kind(); k == "lib" || k == "proc-macro" {
			p.Crate, p.Library, p.Edition = t.crate(), t.Source, t.Edition
		}
	}
	for _, d := range m.Dependencies {
		name := strings.ReplaceAll(cmp.Or(d.Rename, d.Name), "-", "_")
		p.Declares = append(p.Declares, Declared{Name: name, Package: d.Name, Kind: d.Kind, Features: d.Features})
	}
	return p
}

// NewGraph is a graph made by hand: a member and the packages that it depends on, each as "name version", or "extern=name version"
// where the member knows it by another name.
func NewGraph(member string, deps ...string) *Graph {
	app := &Package{Name: member, Member: true, deps: map[string]string{}}
	g := &Graph{Packages: []*Package{app}, byID: map[string]*Package{}}
	for _, d := range deps {
		extern, spec, renamed := strings.Cut(d, "=")
		if !renamed {
			spec = d
		}
		name, version, _ := strings.Cut(spec, " ")
		p := &Package{Name: name, Version: version, Crate: strings.ReplaceAll(name, "-", "_"), Manifest: "/registry/" + name + "-" + version + "/Cargo.toml"}
		if !renamed {
			extern = p.Crate
		}
		g.byID[spec] = p
		app.deps[extern] = spec
		g.Packages = append(g.Packages, p)
	}
	return g
}
