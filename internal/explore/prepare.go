package explore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// versions are the runtime that is explored and the copies that make it explorable.
type versions struct {
	Tokio, Macros string // version numbers; Macros is empty when the project does not use them
	dirs          []string
}

func (v versions) overrides() []string { return v.dirs }

// prepare copies and changes the locked tokio. What makes that impossible is an unknown, not an error.
func prepare(ctx context.Context, tests *cargo.Tests) (versions, *finding.Unknown, error) {
	found, err := tests.Dependencies(ctx, "tokio", "tokio-macros")
	if err != nil {
		return versions{}, nil, err
	}
	tokio, macros, unknown := choose(found)
	if unknown != nil {
		return versions{}, unknown, nil
	}
	dir := filepath.Join(tests.TargetDir, "pollux-src")
	v := versions{Tokio: tokio.Version, dirs: []string{filepath.Join(dir, "tokio-"+tokio.Version)}}
	if err := copyPackage(tokio.Dir, v.dirs[0], allEdits(), true); err != nil {
		return v, refused(tokio, err), worldly(err)
	}
	if macros != nil {
		v.Macros = macros.Version
		v.dirs = append(v.dirs, filepath.Join(dir, "tokio-macros-"+macros.Version))
		if err := copyPackage(macros.Dir, v.dirs[1], macroEdits, false); err != nil {
			return v, refused(*macros, err), worldly(err)
		}
	}
	return v, nil, nil
}

// refused turns an edit that does not fit into an unknown.
func refused(d cargo.Dependency, err error) *finding.Unknown {
	var anchor *anchorError
	if !errors.As(err, &anchor) {
		return nil
	}
	return &finding.Unknown{
		What: "all tests", Reason: fmt.Sprintf("%s %s cannot be explored: %v", d.Name, d.Version, anchor),
		Hint: "tokio 1.28 and newer are known to work",
	}
}

func worldly(err error) error {
	if refused(cargo.Dependency{}, err) != nil {
		return nil
	}
	return err
}

// NoTokio is why nothing can be explored where tokio is not among the dependencies.
const NoTokio = "tokio is not among the dependencies, and no other runtime can be explored"

// choose finds the one tokio that can be replaced.
func choose(found []cargo.Dependency) (tokio cargo.Dependency, macros *cargo.Dependency, unknown *finding.Unknown) {
	say := func(reason, hint string) (cargo.Dependency, *cargo.Dependency, *finding.Unknown) {
		return tokio, nil, &finding.Unknown{What: "all tests", Reason: reason, Hint: hint}
	}
	var tokios, others []cargo.Dependency
	for _, d := range found {
		if d.Name == "tokio" {
			tokios = append(tokios, d)
		} else {
			others = append(others, d)
		}
	}
	switch {
	case len(tokios) == 0:
		return say(NoTokio, "")
	case len(tokios) > 1 || len(others) > 1:
		return say("several versions of tokio are in the dependency graph, and cargo can replace only one", "cargo tree -d -i tokio")
	case !tokios[0].FromRegistry() || len(others) == 1 && !others[0].FromRegistry():
		return say(fmt.Sprintf("tokio %s does not come from a registry", tokios[0].Version), "a patched or vendored-by-path tokio is left as it is")
	}
	tokio = tokios[0]
	if !recent(tokio.Version) {
		return say(fmt.Sprintf("tokio %s is older than the releases that can be explored", tokio.Version), "tokio 1.28 and newer are known to work")
	}
	if len(others) == 1 {
		macros = &others[0]
	}
	return tokio, macros, nil
}

// recent reports whether the version is 1.28 or newer of major version 1.
func recent(version string) bool {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 || parts[0] != "1" {
		return false
	}
	minor, err := strconv.Atoi(parts[1])
	return err == nil && minor >= 28
}
