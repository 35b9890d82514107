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

	"pollux/internal/cache"
	"pollux/internal/wrapper"
)

// Scratch is a test file that lies anywhere and is compiled as if it belonged to a package of the workspace.
type Scratch struct {
	File   string // absolute path
	Inside bool   // as a module of the library, or of the only binary, that sees its private items
	Module string // with Inside: the module that it is a child of, such as "pool::idle"; empty means the crate root
}

// scratchModule is the name of the module, or of the file beside the package's own tests, that the scratch file becomes.
const scratchModule = "pollux_scratch"

// scratch is a Scratch with its place found.
type scratch struct {
	Scratch
	pkg    metadataPackage
	in     metadataTarget // compiled from another root file
	to     string         // that root file
	remap  []string       // values of --remap-path-prefix
	prefix string         // of the names of its tests
	self   bool           // the crate must know itself by its name: there is no target that links it
}

// metadataPackage is a member as `cargo metadata` describes it.
type metadataPackage struct {
	Name     string           `json:"name"`
	Manifest string           `json:"manifest_path"`
	Targets  []metadataTarget `json:"targets"`
}

type metadataTarget struct {
	Name     string   `json:"name"`
	Kind     []string `json:"kind"`
	Source   string   `json:"src_path"`
	Required []string `json:"required-features"`
}

func (t metadataTarget) is(kinds ...string) bool {
	return slices.ContainsFunc(t.Kind, func(k string) bool { return slices.Contains(kinds, k) })
}

// Scratch makes the build compile the file in the place of one test target of the package that was asked for. Only copies and
// links below the target directory are written. An error is a *UserError when the file, the package or the module is not there.
func (t *Tests) Scratch(ctx context.Context, file Scratch) error {
	if info, err := os.Stat(file.File); err != nil || info.IsDir() {
		return noScratch(fmt.Sprintf("there is no file %s", file.File), "name a file with tests in it")
	}
	s := &scratch{Scratch: file}
	text, err := t.session.ownPackages(ctx)
	if err != nil {
		return err
	}
	if err := s.choose(text, &t.session.req, t.session.dir); err != nil {
		return err
	}
	if err := s.shadow(filepath.Join(t.TargetDir, "scratch", s.pkg.Name)); err != nil {
		return err
	}
	t.scratch = s
	return nil
}

func noScratch(message, hint string) error {
	return &UserError{Kind: UnknownTarget, Op: "place the scratch file", Message: message, Hint: hint}
}

// choose finds the package and the target whose place the file takes.
func (s *scratch) choose(metadata []byte, req *Request, dir string) error {
	var m struct {
		Packages []metadataPackage `json:"packages"`
	}
	if err := json.Unmarshal(metadata, &m); err != nil {
		return fmt.Errorf("read cargo metadata: %w", err)
	}
	var err error
	if s.pkg, err = packageOf(m.Packages, req.Packages, dir); err != nil {
		return err
	}
	targets := s.pkg.Targets
	find := func(kinds ...string) bool {
		i := slices.IndexFunc(targets, func(t metadataTarget) bool { return t.is(kinds...) && len(t.Required) == 0 })
		if i >= 0 {
			s.in = targets[i]
		}
		return i >= 0
	}
	switch {
	case !s.Inside && find("test"):
		return nil
	case find("lib", "rlib", "dylib", "cdylib", "staticlib") || find("bin"):
		s.self = !s.Inside
		return nil
	}
	return noScratch(fmt.Sprintf("the package `%s` has nothing that tests could be compiled against", s.pkg.Name), "a proc-macro crate cannot be explored")
}

// packageOf is the one package that is meant: the only one asked for, or the one whose directory holds dir.
func packageOf(all []metadataPackage, asked []string, dir string) (metadataPackage, error) {
	if len(asked) > 0 {
		i := slices.IndexFunc(all, func(p metadataPackage) bool { return p.Name == asked[0] })
		if i < 0 || len(asked) > 1 {
			return metadataPackage{}, noScratch("a scratch file belongs to one package", "name it with -p NAME")
		}
		return all[i], nil
	}
	if len(all) == 1 {
		return all[0], nil
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	around := slices.DeleteFunc(slices.Clone(all), func(p metadataPackage) bool { return !within(filepath.Dir(p.Manifest), dir) })
	if len(around) == 0 {
		return metadataPackage{}, noScratch("the workspace has several packages", "say which one the scratch file belongs to, with -p NAME")
	}
	return slices.MaxFunc(around, func(a, b metadataPackage) int { return cmp.Compare(len(a.Manifest), len(b.Manifest)) }), nil
}

// target asks for the chosen target alone.
func (s *scratch) target(r *Request) {
	r.Packages, r.Workspace, r.Exclude = []string{s.pkg.Name}, false, nil
	r.Lib, r.Bins, r.Tests, r.Examples, r.Benches, r.AllTargets = false, false, false, false, false, false
	r.Bin, r.Test, r.Example, r.Bench = nil, nil, nil, nil
	switch {
	case s.in.is("test"):
		r.Test = []string{s.in.Name}
	case s.in.is("bin"):
		r.Bin = []string{s.in.Name}
	default:
		r.Lib = true
	}
}

// crate names the program: as the file, had cargo found it among the package's tests.
func (s *scratch) crate(name string) string {
	if s.prefix != "" {
		return name
	}
	return strings.ReplaceAll(strings.TrimSuffix(filepath.Base(s.File), ".rs"), "-", "_")
}

// environment puts us in rustc's place for members of the workspace. A user's wrapper of all calls is left out: it may answer
// from a store that knows nothing of the other file.
func (s *scratch) environment(ses *session) []string {
	link := filepath.Join(ses.targetDir, scratchLink)
	harness := ""
	if s.in.is("test") {
		harness = "1"
	}
	env := []string{
		"RUSTC_WORKSPACE_WRAPPER=" + link, wrapper.EnvActive + "=" + wrapper.Format, wrapper.EnvMemberPath + "=" + link,
		wrapper.EnvNextMember + "=" + ses.user.members, wrapper.EnvNext + "=", wrapper.EnvFrom + "=" + s.in.Source, wrapper.EnvTo + "=" + s.to,
		wrapper.EnvHarness + "=" + harness, wrapper.EnvRemap + "=" + strings.Join(s.remap, "\n"),
	}
	if ses.user.all != "" {
		env = append(env, "RUSTC_WRAPPER=")
	}
	return env
}

// shadow makes the other root file in dir, with links to all files of the user's around it.
func (s *scratch) shadow(dir string) error {
	copied := filepath.Join(dir, scratchModule+".rs")
	if s.in.is("test") {
		from := filepath.Dir(s.in.Source)
		dir = filepath.Join(dir, "tests")
		copied = filepath.Join(dir, scratchModule+".rs")
		s.to, s.remap = copied, []string{dir + "=" + from, copied + "=" + s.File}
		if err := mirror(dir, from, ""); err != nil {
			return fileFailure("place the scratch file", err)
		}
		return s.write(copied)
	}
	root := filepath.Dir(s.pkg.Manifest)
	place, err := findModule(s.in.Source, s.Module)
	if err != nil {
		return err
	}
	tree := filepath.Join(dir, "package")
	rel := func(path string) string { r, _ := filepath.Rel(root, path); return r }
	if !filepath.IsLocal(rel(place.file)) || !filepath.IsLocal(rel(s.in.Source)) {
		return noScratch(fmt.Sprintf("%s does not lie in the directory of its package", place.file), "")
	}
	s.to, s.remap = filepath.Join(tree, rel(s.in.Source)), []string{tree + "=" + root, copied + "=" + s.File}
	s.prefix = strings.TrimPrefix(s.Module+"::", "::") + scratchModule + "::"
	if err := mirror(tree, root, rel(place.file)); err != nil {
		return fileFailure("place the scratch file", err)
	}
	if err := s.write(copied); err != nil {
		return err
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(copied)
	module := fmt.Sprintf(`#[cfg(test)] #[path = "%s"] mod %s;`, quoted, scratchModule)
	if crate := strings.ReplaceAll(s.in.Name, "-", "_"); s.self && !strings.Contains(place.text, "extern crate self as "+crate) {
		module = "#[cfg(test)] extern crate self as " + crate + "; " + module
	}
	if err := replace(filepath.Join(tree, rel(place.file)), place.with(module)); err != nil {
		return fileFailure("place the scratch file", err)
	}
	return nil
}

// write copies the file to its place. It is written anew when anything about the placing changed, so that cargo, which looks at
// times, compiles again.
func (s *scratch) write(path string) error {
	text, err := os.ReadFile(s.File)
	if err != nil {
		return noScratch(fmt.Sprintf("cannot read %s: %v", s.File, err), "")
	}
	stamp := strings.Join(append([]string{s.File, s.Module, s.in.Source, s.to, digest(string(text))}, s.remap...), "\n")
	if have, err := os.ReadFile(path + ".stamp"); err == nil && string(have) == stamp {
		return nil
	}
	for name, text := range map[string][]byte{path: text, path + ".stamp": []byte(stamp)} {
		if err := cache.WriteFile(name, text); err != nil {
			return fileFailure("place the scratch file", err)
		}
	}
	return nil
}

// replace writes the file unless it holds the text already.
func replace(path, text string) error {
	if have, err := os.ReadFile(path); err == nil && string(have) == text {
		return nil
	}
	return cache.WriteFile(path, []byte(text))
}

// mirror fills dir with links to what lies in from. The directories on the way to the file except, a path below from, are made
// instead of linked, and that file is left to the caller.
func mirror(dir, from, except string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	first, rest, deeper := strings.Cut(filepath.ToSlash(except), "/")
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	wanted := map[string]bool{scratchModule + ".rs": true, scratchModule + ".rs.stamp": true}
	for _, e := range entries {
		name := e.Name()
		wanted[name] = true
		path := filepath.Join(dir, name)
		switch {
		case name == first && deeper:
			if info, err := os.Lstat(path); err == nil && !info.IsDir() {
				_ = os.Remove(path)
			}
			if err := mirror(path, filepath.Join(from, name), rest); err != nil {
				return err
			}
		case name == first:
			if target, err := os.Readlink(path); err == nil && target != "" {
				_ = os.Remove(path)
			}
		default:
			if err := link(filepath.Join(from, name), path); err != nil {
				return err
			}
		}
	}
	return prune(dir, wanted)
}

func link(to, path string) error {
	if have, err := os.Readlink(path); err == nil && have == to {
		return nil
	}
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	return os.Symlink(to, path)
}

// prune removes what is there no more in the user's directory.
func prune(dir string, wanted map[string]bool) error {
	have, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range have {
		if !wanted[e.Name()] {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
