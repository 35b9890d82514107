package loom

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"pollux/internal/cargo"
	"pollux/internal/fault"
	"pollux/internal/finding"
	"pollux/internal/rung"
)

//go:embed rt/copy.rs
var modelled string

// copyCfg marks the builds of a copy: cargo must not take their rlibs for others.
const copyCfg = "pollux_copy"

// modelName is the name of the test program that the user's model becomes.
const modelName = "pollux_model"

// limits of what a model of a copy says, for the bound of a pass.
const copyBound = "; of this package's own atomics, locks and threads: plain memory, Arc and other packages are not modelled"

// names are the crates that stand for std, core and alloc in the copy: of the same length, so that columns stay.
var names = map[string]string{"std": "sTd", "core": "cOre", "alloc": "aLloc"}

// RunCopy models a package whose code uses std's own atomics, locks and threads: a copy of it is made, below pollux's target directory,
// in which loom's stand for them, and the model in the file opt.Model is its only test. Experimental: what the copy cannot stand for
// does not build or is refused when it is used, and neither is a pass.
func RunCopy(ctx context.Context, req cargo.Request, opt Options) (*rung.Report, error) {
	model, err := os.ReadFile(opt.Model)
	if err != nil {
		return nil, fault.Usagef("cannot read the model").Because(err)
	}
	real, err := cargo.OpenTestsIn(ctx, req, "loom-copy")
	if err != nil {
		return nil, err
	}
	defer real.Close()
	r := &rung.Report{Name: name, Toolchain: real.Toolchain}
	c := &copyOf{real: real, dir: filepath.Join(real.TargetDir, "package")}
	reason, err := c.make(req, string(model))
	if err != nil {
		return nil, err
	}
	if reason != "" {
		r.Lacking("the model "+filepath.Base(opt.Model), reason, "")
		return r, nil
	}
	if _, err := real.Resolve(ctx, c.dir, nil); err != nil {
		return nil, err
	}
	for _, use := range c.plain {
		r.Lacking(use, "the copy keeps std's own, which loom does not see", "a model that does not come to it says the same with `pollux explore`")
	}
	return r, c.run(ctx, req, opt, r)
}

// run builds the copy and searches the model.
func (c *copyOf) run(ctx context.Context, req cargo.Request, opt Options, r *rung.Report) error {
	req.Dir, req.ManifestPath, req.Packages, req.Exclude, req.Workspace, req.TargetDir = c.dir, "", nil, nil, false, ""
	req.Tests, req.Lib, req.Bins, req.Test = false, false, false, []string{modelName}
	if req.Profile == "" {
		req.Profile = "release"
	}
	tests, err := cargo.OpenTestsIn(ctx, req, name)
	if err != nil {
		return err
	}
	defer tests.Close()
	copied, unknown, err := prepare(ctx, tests)
	if err != nil {
		return err
	}
	if unknown != nil {
		r.Unknowns = append(r.Unknowns, *unknown)
		return nil
	}
	r.Tool = "loom " + copied.version
	x := &runner{tests: tests, report: r, opt: opt, copy: true, way: way{packages: []string{c.name}, cfgs: []string{copyCfg}}}
	if err := x.run(ctx, req, copied.dir); err != nil {
		return err
	}
	r.Sort()
	c.name = opt.Model
	for i := range r.Subjects {
		for _, f := range r.Subjects[i].Findings() {
			c.rename(&f)
			r.Subjects[i].Outcome = rung.Fail(f)
		}
	}
	return nil
}

// rename has a finding name the user's files in place of the copy's.
func (c *copyOf) rename(f *finding.Finding) {
	user := func(s *finding.Span) {
		if s.File == "tests/"+modelName+".rs" {
			s.File = filepath.ToSlash(c.name)
		} else if s.File != "" {
			s.File = filepath.ToSlash(filepath.Join(c.within, s.File))
		}
	}
	user(&f.Span)
	for i := range f.Because {
		user(&f.Because[i].Span)
	}
	f.Reproduce = "pollux loom --model " + c.name
}

// copyOf is a copy of one package of the workspace.
type copyOf struct {
	real   *cargo.Tests
	dir    string   // of the copy
	name   string   // of the package; later of the model
	within string   // the package's directory below the workspace's root
	plain  []string // parts of std that stay as they are and matter to a model
}

// make writes the copy. What makes that impossible is a reason, not an error.
func (c *copyOf) make(req cargo.Request, model string) (reason string, err error) {
	members := slices.DeleteFunc(c.real.Members(), func(m cargo.Member) bool {
		return len(req.Packages) > 0 && !slices.Contains(req.Packages, m.Name)
	})
	if len(members) != 1 {
		return fmt.Sprintf("one package is modelled at a time, and %d are chosen: name one with -p", len(members)), nil
	}
	c.name = members[0].Name
	if c.within, err = filepath.Rel(c.real.Root, members[0].Dir); err != nil {
		return "", fmt.Errorf("copy the package: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(members[0].Dir, "Cargo.toml"))
	if err != nil {
		return "", fmt.Errorf("copy the package: %w", err)
	}
	manifest, reason := copyManifest(text, members[0].Dir)
	if reason != "" {
		return reason, nil
	}
	if err := os.RemoveAll(c.dir); err != nil {
		return "", fmt.Errorf("clear the copy: %w", err)
	}
	if err := c.sources(members[0].Dir); err != nil {
		return "", err
	}
	test, plain := rewrite("the model", model)
	c.plain = append(c.plain, plain...)
	files := map[string]string{"Cargo.toml": manifest, filepath.Join("tests", modelName+".rs"): test}
	if lock, err := os.ReadFile(filepath.Join(c.real.Root, "Cargo.lock")); err == nil {
		files["Cargo.lock"] = string(lock)
	}
	stand := func(name, text, dependency string) {
		dir := filepath.Join("pollux-std", name)
		files[filepath.Join(dir, "src", "lib.rs")] = text
		files[filepath.Join(dir, "Cargo.toml")] = "[package]\nname = \"" + name + "\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n" + dependency
	}
	stand("sTd", modelled, "loom = \"0.7\"\n")
	for _, name := range []string{"cOre", "aLloc"} {
		stand(name, "#![allow(non_snake_case)]\npub use sTd::*;\n", "sTd = { path = \"../sTd\" }\n")
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := writeFile(filepath.Join(c.dir, name), files[name]); err != nil {
			return "", err
		}
	}
	slices.Sort(c.plain)
	c.plain = slices.Compact(c.plain)
	return "", nil
}

// beside are directories of a package that hold no part of its library.
var beside = []string{"target", ".git", "tests", "benches", "examples", "fuzz"}

// sources copies what the library is made of, with its sources rewritten. The build script runs outside of any model and stays as it is.
func (c *copyOf) sources(from string) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains(beside, rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || rel == "Cargo.toml" || rel == "Cargo.lock" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		out := string(text)
		if filepath.Ext(rel) == ".rs" && rel != "build.rs" {
			var plain []string
			out, plain = rewrite(filepath.ToSlash(rel), out)
			c.plain = append(c.plain, plain...)
		}
		return writeFile(filepath.Join(c.dir, rel), out)
	})
	if err != nil {
		return fmt.Errorf("copy the package: %w", err)
	}
	return nil
}

func writeFile(path, text string) error {
	err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
	if err != nil {
		return fmt.Errorf("write the copy: %w", err)
	}
	return nil
}

// copyManifest is the manifest of the copy: the library alone, with what stands for std. It is a reason when the manifest says things
// that only its workspace can answer.
func copyManifest(text []byte, dir string) (manifest, reason string) {
	var m map[string]any
	if err := toml.Unmarshal(text, &m); err != nil {
		return "", "its manifest cannot be read: " + err.Error()
	}
	if inherits(m) {
		return "", "its manifest takes values from its workspace, which a copy of one package does not have"
	}
	for _, key := range []string{"test", "bench", "example", "bin", "dev-dependencies", "workspace", "lints", "profile", "patch"} {
		delete(m, key)
	}
	pkg, ok := m["package"].(map[string]any)
	if !ok {
		return "", "its manifest has no package"
	}
	for _, key := range []string{"workspace", "default-run", "links"} {
		delete(pkg, key)
	}
	for _, key := range []string{"autotests", "autobenches", "autoexamples", "autobins"} {
		pkg[key] = false
	}
	deps := table(m, "dependencies")
	absolute(deps, dir)
	if targets, ok := m["target"].(map[string]any); ok {
		for _, t := range targets {
			if t, ok := t.(map[string]any); ok {
				delete(t, "dev-dependencies")
				absolute(table(t, "dependencies"), dir)
			}
		}
	}
	for _, name := range names {
		deps[name] = map[string]any{"path": "pollux-std/" + name}
	}
	m["dev-dependencies"] = map[string]any{"loom": "0.7"}
	m["test"] = []any{map[string]any{"name": modelName, "path": "tests/" + modelName + ".rs"}}
	m["workspace"] = map[string]any{}
	out, err := toml.Marshal(m)
	if err != nil {
		return "", "its manifest cannot be written: " + err.Error()
	}
	return string(out), ""
}

func table(m map[string]any, key string) map[string]any {
	t, ok := m[key].(map[string]any)
	if !ok {
		t = map[string]any{}
		m[key] = t
	}
	return t
}

// absolute has dependencies with a path found from the copy.
func absolute(deps map[string]any, dir string) {
	for _, d := range deps {
		if d, ok := d.(map[string]any); ok {
			if path, ok := d["path"].(string); ok && !filepath.IsAbs(path) {
				d["path"] = filepath.Join(dir, path)
			}
		}
	}
}

// inherits reports whether a value is `{ workspace = true }`.
func inherits(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		if on, ok := v["workspace"].(bool); ok && on {
			return true
		}
		for _, inner := range v {
			if inherits(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, inherits)
	}
	return false
}
