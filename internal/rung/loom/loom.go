// Package loom runs the loom models of a workspace and says what each search came to.
//
// It finds which packages depend on loom and under which cfg or feature, builds their tests that way with a copy of the locked
// loom that writes down how a search ends, and runs one process per test: an abort, which loom's double panics are, takes one
// model and not all. A model has passed only when the record of the copy, which the model's own output cannot forge, says
// that every search came to its end; a search that was capped, by loom or by the clock, is unknown.
//
// It writes no model: a crate without loom tests has nothing to run.
package loom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rung"
	"pollux/internal/rung/patch"
)

// Options says what to run and how far.
type Options struct {
	Filters     []string      // parts of test names; none means all
	Preemptions int           // bound on preemptions of one permutation; negative means two, and then all
	Branches    int           // bound on the branches of one permutation; 0 means loom's own
	Limit       time.Duration // for each model
	Model       string        // a file with models of a package that does not know of loom; see [RunCopy]
	Progress    io.Writer     // nil means quiet
}

const name = "loom"

// Run builds and runs the models. An error is a *cargo.UserError when something in the user's world stands in the way of the
// build, and the context's when that ended.
func Run(ctx context.Context, req cargo.Request, opt Options) (*rung.Report, error) {
	if opt.Model != "" {
		return RunCopy(ctx, req, opt)
	}
	if req.Profile == "" {
		req.Profile = "release" // a search runs the model thousands of times
	}
	tests, err := cargo.OpenTestsIn(ctx, req, name)
	if err != nil {
		return nil, err
	}
	defer tests.Close()
	r := &rung.Report{Name: name, Toolchain: tests.Toolchain}
	needs, err := tests.Requires(ctx, "loom")
	if err != nil {
		return nil, err
	}
	ways := waysOf(needs, req.Packages)
	if len(ways) == 0 {
		r.Lacking("the workspace", "no package asked for depends on loom, so there is no model to run",
			"write one, or use pollux explore, which runs tests as they are")
		return r, nil
	}
	copied, unknown, err := prepare(ctx, tests)
	if err != nil {
		return nil, err
	}
	if unknown != nil {
		r.Unknowns = append(r.Unknowns, *unknown)
		return r, nil
	}
	r.Tool = "loom " + copied.version
	for _, w := range ways {
		x := &runner{tests: tests, report: r, opt: opt, way: w}
		if err := x.run(ctx, req, copied.dir); err != nil {
			return nil, err
		}
	}
	r.Sort()
	return r, nil
}

// way is how some packages build their models.
type way struct {
	packages []string
	cfgs     []string // of rustc, such as loom
	features []string // package/feature
}

func (w way) key() string { return strings.Join(w.cfgs, " ") + "|" + strings.Join(w.features, " ") }

func (w way) words() string {
	var parts []string
	for _, c := range w.cfgs {
		parts = append(parts, "--cfg "+c)
	}
	for _, f := range w.features {
		parts = append(parts, "--features "+f)
	}
	return strings.Join(parts, " ")
}

// waysOf groups the packages that depend on loom by how they ask for it.
func waysOf(needs []cargo.Requirement, asked []string) []way {
	var out []way
	for _, n := range needs {
		if n.Kind == "build" || len(asked) > 0 && !slices.Contains(asked, n.Package) {
			continue
		}
		w := way{packages: []string{n.Package}, cfgs: options(n.Target)}
		if n.Optional && len(n.Features) > 0 {
			w.features = []string{n.Package + "/" + shortest(n.Features)}
		}
		i := slices.IndexFunc(out, func(o way) bool { return o.key() == w.key() })
		switch {
		case i < 0:
			out = append(out, w)
		case !slices.Contains(out[i].packages, n.Package):
			out[i].packages = append(out[i].packages, n.Package)
		}
	}
	return out
}

// shortest is the feature that turns on least, as far as names tell: loom itself, where there is one.
func shortest(features []string) string {
	if slices.Contains(features, "loom") {
		return "loom"
	}
	return slices.MinFunc(features, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
}

// ident is a word of a cfg expression with what follows it.
var ident = regexp.MustCompile(`([A-Za-z_][A-Za-z0-9_]*)\s*(=\s*"[^"]*"|\()?`)

// options are the bare options in a cfg expression that only a command line can set. Those that rustc or cargo set, and those
// below not(..), are left out.
func options(target string) []string {
	inner, ok := strings.CutPrefix(target, "cfg(")
	if !ok {
		return nil
	}
	var out []string
	for _, m := range ident.FindAllStringSubmatchIndex(negated.ReplaceAllString(inner, ""), -1) {
		inner := negated.ReplaceAllString(inner, "")
		word := inner[m[2]:m[3]]
		if m[4] < 0 && !slices.Contains(ambient, word) && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

var negated = regexp.MustCompile(`not\([^()]*\)`)

// ambient are options that a build has without being told.
var ambient = []string{"test", "unix", "windows", "debug_assertions", "panic", "doc", "doctest", "miri", "proc_macro"}

// copied is the copy of loom that writes its record.
type copied struct{ dir, version string }

// prepare copies and changes the locked loom. What makes that impossible is an unknown, not an error.
func prepare(ctx context.Context, tests *cargo.Tests) (copied, *finding.Unknown, error) {
	found, err := tests.PossibleDependencies(ctx, "loom")
	if err != nil {
		return copied{}, nil, err
	}
	say := func(reason string) (copied, *finding.Unknown, error) {
		return copied{}, &finding.Unknown{What: "all models", Reason: reason, Hint: "loom 0.5.6 to 0.7.3 from a registry are known to work"}, nil
	}
	switch {
	case len(found) == 0:
		return say("loom is not in the dependency graph")
	case len(found) > 1:
		return say("several versions of loom are in the dependency graph, and cargo can replace only one")
	case !found[0].FromRegistry():
		return say("loom " + found[0].Version + " does not come from a registry")
	}
	c := copied{filepath.Join(tests.TargetDir, "pollux-src", "loom-"+found[0].Version), found[0].Version}
	err = patch.Make(patch.Package{Source: found[0].Dir, Changes: edits, Files: map[string]string{"src/pollux.rs": module}}, c.dir)
	var misfit *patch.Misfit
	if errors.As(err, &misfit) {
		return say(fmt.Sprintf("loom %s does not say how a search ends: %v", c.version, misfit))
	}
	return c, nil, err
}

// runner runs the models that are built in one way.
type runner struct {
	tests  *cargo.Tests
	report *rung.Report
	opt    Options
	way    way
	copied string
	copy   bool // the tests are those of a copy in which loom's types stand for std's
}

func (x *runner) run(ctx context.Context, req cargo.Request, dir string) error {
	x.copied = dir
	in := cargo.Injection{Overrides: []string{dir}, Config: []string{"profile.release.debug-assertions=true", "profile.release.overflow-checks=true"}}
	in.Bootstrap = x.copy // what stands for std has constructors that tell a const expression from a run
	for _, c := range x.way.cfgs {
		in.Flags = append(in.Flags, "--cfg="+c)
	}
	for _, f := range x.way.features {
		in.Args = append(in.Args, "--features", f)
	}
	if len(req.Packages) == 0 {
		for _, p := range x.way.packages {
			in.Args = append(in.Args, "--package", p)
		}
	}
	built, err := x.tests.BuildWith(ctx, in)
	if err != nil {
		return err
	}
	if x.report.Build == nil || !built.Success {
		x.report.Build = built
	}
	if !built.Success {
		x.report.Lacking(strings.Join(x.way.packages, ", "), "its models do not build with "+x.way.words(), "")
		return nil
	}
	for _, p := range built.Programs {
		if err := x.program(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
