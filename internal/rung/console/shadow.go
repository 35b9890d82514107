package console

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/rung"
	"pollux/internal/rung/patch"
)

// shadow is a workspace of links beside the user's, in which the boot crate is a dependency.
type shadow struct {
	real   *cargo.Tests
	dir    string   // absolute
	config []string // of cargo: the changed tracing-core
}

// makeShadow lays the links and resolves the dependencies. What makes that impossible is an outcome, not an error.
func makeShadow(ctx context.Context, real *cargo.Tests) (*shadow, *rung.Outcome, error) {
	s := &shadow{real: real, dir: filepath.Join(real.TargetDir, "shadow")}
	for _, m := range real.Members() {
		if slices.Contains([]string{"tokio", "tracing-core", "console-subscriber"}, m.Name) {
			o := rung.Undecided("the workspace holds "+m.Name+" itself, which the recording would have to replace", "")
			return nil, &o, nil
		}
	}
	users, err := cargo.ReadLock(filepath.Join(real.Root, "Cargo.lock"))
	if err != nil {
		return nil, nil, err
	}
	var last *rung.Outcome
	for _, sub := range subscribers {
		o, err := s.try(ctx, sub, users)
		if err != nil || o == nil {
			return s, nil, err
		}
		last = o
	}
	return nil, last, nil
}

// try makes the shadow with one release of console-subscriber, and says why it cannot be used.
func (s *shadow) try(ctx context.Context, sub subscriber, users []cargo.LockedPackage) (*rung.Outcome, error) {
	s.config = nil
	boot := filepath.Join(s.real.TargetDir, "boot-"+sub.version)
	if err := writeBoot(boot, sub, tokioOf(users)); err != nil {
		return nil, err
	}
	if err := s.lay(boot); err != nil {
		return nil, err
	}
	found, o, err := s.resolve(ctx, sub, users)
	if o != nil || err != nil {
		return o, err
	}
	if len(found) != 1 {
		o := rung.Undecided(fmt.Sprintf("%d versions of tracing-core are in the dependency graph, and one can be changed", len(found)), "")
		return &o, nil
	}
	core := filepath.Join(s.real.TargetDir, "pollux-src", "tracing-core-"+found[0].Version)
	err = patch.Make(patch.Package{Source: found[0].Dir, Changes: coreChanges}, core)
	var misfit *patch.Misfit
	if errors.As(err, &misfit) {
		o := rung.Undecided("tracing-core "+found[0].Version+" cannot take a second subscriber: "+misfit.Error(), "")
		return &o, nil
	}
	if err != nil {
		return nil, err
	}
	s.config = []string{"patch.crates-io.tracing-core.path=" + quote(core)}
	_, o, err = s.resolve(ctx, sub, users)
	return o, err
}

// tokioOf is the requirement that keeps the tokio of a lock file; empty when it holds none, or several.
func tokioOf(users []cargo.LockedPackage) string {
	var found []string
	for _, u := range users {
		if u.Name == "tokio" && strings.HasPrefix(u.Version, "1.") {
			found = append(found, "="+u.Version)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return ""
}

// resolve has cargo write the shadow's lock file, and compares it with the user's: every locked package must be as it was.
func (s *shadow) resolve(ctx context.Context, sub subscriber, users []cargo.LockedPackage) ([]cargo.Dependency, *rung.Outcome, error) {
	found, err := s.real.Resolve(ctx, s.dir, s.config, "tracing-core")
	var world *cargo.UserError
	if errors.As(err, &world) {
		o := rung.Undecided("the crates of console-subscriber "+sub.version+" cannot be had with this project: "+rung.FirstLine(world.Message), world.Hint)
		return nil, &o, nil
	}
	if err != nil {
		return nil, nil, err
	}
	now, err := cargo.ReadLock(filepath.Join(s.dir, "Cargo.lock"))
	if err != nil {
		return nil, nil, err
	}
	if moved := moved(users, now); len(moved) > 0 {
		o := rung.Undecided(fmt.Sprintf("with console-subscriber %s, which wants tokio %s, locked packages would move: %s", sub.version, sub.tokio, rung.Shorten(strings.Join(moved, ", "))),
			"cargo update of these packages, if that is what you want to test")
		return nil, &o, nil
	}
	return found, nil, nil
}

// moved lists the packages of the user's lock file that the other does not have as they are. The changed tracing-core has lost
// its source.
func moved(users, now []cargo.LockedPackage) []string {
	var out []string
	for _, u := range users {
		same := slices.ContainsFunc(now, func(n cargo.LockedPackage) bool {
			return n == u || u.Name == "tracing-core" && n.Name == u.Name && n.Version == u.Version
		})
		if !same {
			out = append(out, u.Name+" "+u.Version)
		}
	}
	return out
}

// lay makes the links anew: a real directory and manifest for each package, links for everything else. The manifest of a
// package gets the boot crate at its end, so that no line of it moves.
func (s *shadow) lay(boot string) error {
	if err := os.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("lay the shadow: %w", err)
	}
	members := s.real.Members()
	for _, m := range members {
		rel, err := filepath.Rel(s.real.Root, m.Dir)
		if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return fmt.Errorf("lay the shadow: %s lies outside of the workspace", m.Dir)
		}
		if err := os.MkdirAll(filepath.Join(s.dir, rel), 0o777); err != nil {
			return fmt.Errorf("lay the shadow: %w", err)
		}
	}
	if err := os.MkdirAll(s.dir, 0o777); err != nil {
		return fmt.Errorf("lay the shadow: %w", err)
	}
	if err := s.link(s.real.Root, s.dir); err != nil {
		return err
	}
	if err := copyFile(filepath.Join(s.real.Root, "Cargo.lock"), filepath.Join(s.dir, "Cargo.lock")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("lay the shadow: %w", err)
	}
	return s.manifests(members, boot)
}

// link links what is in from into the directory to. Where the directory exists, because a package lies in it, it goes on inside.
func (s *shadow) link(from, to string) error {
	list, err := os.ReadDir(from)
	if err != nil {
		return fmt.Errorf("lay the shadow: %w", err)
	}
	for _, e := range list {
		src, dst := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		if s.skipped(src, e.Name()) {
			continue
		}
		if info, err := os.Lstat(dst); err == nil && info.IsDir() {
			if err := s.link(src, dst); err != nil {
				return err
			}
			continue
		}
		if err := os.Symlink(src, dst); err != nil {
			return fmt.Errorf("lay the shadow: %w", err)
		}
	}
	return nil
}

// skipped are what builds make, what is written anew, and what cargo finds above the shadow by itself.
func (s *shadow) skipped(path, name string) bool {
	switch {
	case path == s.real.UserTarget(), strings.HasPrefix(s.real.TargetDir, path+string(filepath.Separator)):
		return true
	case filepath.Dir(path) == s.real.Root && (name == "Cargo.lock" || name == ".git"):
		return true
	case name == ".cargo":
		return strings.HasPrefix(s.dir, filepath.Dir(path)+string(filepath.Separator))
	}
	return name == "Cargo.toml"
}

// workspaceTable and procMacro are looked for in manifests.
var (
	workspaceTable = regexp.MustCompile(`(?m)^\s*\[workspace[\].]`)
	procMacro      = regexp.MustCompile(`(?m)^\s*proc[-_]macro\s*=\s*true`)
)

func (s *shadow) manifests(members []cargo.Member, boot string) error {
	written := map[string]bool{}
	for _, m := range members {
		rel, _ := filepath.Rel(s.real.Root, m.Dir)
		text, err := os.ReadFile(filepath.Join(m.Dir, "Cargo.toml"))
		if err != nil {
			return fmt.Errorf("lay the shadow: %w", err)
		}
		out := string(text)
		if !procMacro.MatchString(out) {
			out += fmt.Sprintf("\n[dependencies.%s]\npath = %s\n", bootCrate, quote(boot))
		}
		if rel == "." && !workspaceTable.MatchString(out) {
			out += "\n[workspace]\n"
		}
		if err := os.WriteFile(filepath.Join(s.dir, rel, "Cargo.toml"), []byte(out), 0o644); err != nil {
			return fmt.Errorf("lay the shadow: %w", err)
		}
		written[rel] = true
	}
	if written["."] {
		return nil
	}
	if err := copyFile(filepath.Join(s.real.Root, "Cargo.toml"), filepath.Join(s.dir, "Cargo.toml")); err != nil {
		return fmt.Errorf("lay the shadow: %w", err)
	}
	return nil
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// quote is a path as a TOML string.
func quote(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(path) + `"`
}
