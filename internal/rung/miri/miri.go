// Package miri runs the tests of a workspace under Miri, where a toolchain with Miri is installed: each test under several
// seeds, each seed in a process of its own, so that it is known which seeds came to their end.
//
// Where Miri is not installed the answer is "not installed", with the command that installs it, and never a pass. A pass needs
// a process that ended well and Rust's harness having summed up the one test, for every seed. Miri stops at the first
// mistake; what a test does that Miri does not support is unknown.
package miri

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rung"
)

// Options says what to run.
type Options struct {
	Filters  []string      // parts of test names; none means all
	Seeds    int           // per test, from 0
	Limit    time.Duration // for each seed
	Jobs     int           // tests at a time; 0 means one per core
	Progress io.Writer     // nil means quiet
}

const name = "miri"

// Run builds and runs the tests. An error is a *cargo.UserError when something in the user's world stands in the way of the
// build, and the context's when that ended.
func Run(ctx context.Context, req cargo.Request, opt Options) (*rung.Report, error) {
	tests, err := cargo.OpenTestsIn(ctx, req, name)
	if err != nil {
		return nil, err
	}
	defer tests.Close()
	x := &runner{tests: tests, opt: opt, report: &rung.Report{Name: name, Toolchain: tests.Toolchain}}
	x.call = x.callCargo
	refusal, err := x.find(ctx, req.Toolchain)
	if err != nil {
		return nil, err
	}
	if refusal != nil {
		x.report.Add("Miri", *refusal)
		return x.report, nil
	}
	return x.report, x.run(ctx)
}

// runner runs the tests under one Miri.
type runner struct {
	tests     *cargo.Tests
	opt       Options
	report    *rung.Report
	toolchain string
	call      func(ctx context.Context, toolchain string, settings []string, limit time.Duration, args ...string) (rung.Ending, error)
}

func (x *runner) callCargo(ctx context.Context, toolchain string, settings []string, limit time.Duration, args ...string) (rung.Ending, error) {
	c := x.tests.Invoke(toolchain, settings, args...)
	return rung.Run(ctx, rung.Process{Path: c.Path, Args: c.Args, Dir: c.Dir, Env: c.Env, Limit: limit})
}

// probeLimit and setupLimit bound how long Miri may take to tell its version, and to build its std.
const (
	probeLimit = time.Minute
	setupLimit = 15 * time.Minute
)

// version is what Miri says of itself, such as "miri 0.1.0 (1b2e8ce8a5 2026-08-20)".
var version = regexp.MustCompile(`(?m)^miri \d+\.\d+\.\d+.*$`)

// find looks for Miri in the toolchain asked for, or in the user's own and then in nightly.
func (x *runner) find(ctx context.Context, asked string) (*rung.Outcome, error) {
	candidates := []string{asked}
	if asked == "" {
		candidates = []string{"", "nightly"}
	}
	for _, toolchain := range candidates {
		end, err := x.call(ctx, toolchain, nil, probeLimit, "miri", "--version")
		if err != nil {
			return nil, err
		}
		if said := version.FindString(end.Stdout); end.Fault() == "" && said != "" {
			x.toolchain, x.report.Tool = toolchain, said
			return x.setup(ctx)
		}
	}
	o := missing(candidates[len(candidates)-1])
	return &o, nil
}

func missing(toolchain string) rung.Outcome {
	return rung.Missing("Miri is not installed: neither your toolchain nor nightly has it",
		fmt.Sprintf("rustup toolchain install nightly --component miri, or rustup +%s component add miri; pollux does not install it", toolchain))
}

// setup has Miri build its std, which it needs once.
func (x *runner) setup(ctx context.Context) (*rung.Outcome, error) {
	end, err := x.call(ctx, x.toolchain, nil, setupLimit, "miri", "setup")
	if err != nil {
		return nil, err
	}
	if reason := end.Fault(); reason != "" {
		o := rung.Undecided("Miri cannot build its std: "+reason+": "+rung.FirstLine(end.Stderr), "cargo miri setup says the same; it needs the component rust-src")
		return &o, nil
	}
	return nil, nil
}

// run builds the tests once without Miri, to know their names, and runs each.
func (x *runner) run(ctx context.Context) error {
	built, err := x.tests.Build(ctx, nil, nil)
	if err != nil {
		return err
	}
	x.report.Build = built
	for _, p := range built.Programs {
		names, ok, err := rung.List(ctx, p, rung.Environment(p, nil))
		if err != nil {
			return err
		}
		if !ok {
			x.report.Lacking(p.Crate, "its test harness does not list its tests as Rust's own does", "")
			continue
		}
		names = slices.DeleteFunc(names, func(n string) bool { return !rung.Wanted(n, x.opt.Filters) })
		outcomes := make([]rung.Outcome, len(names))
		err = rung.Each(ctx, x.opt.Jobs, len(names), func(ctx context.Context, i int) error {
			var err error
			outcomes[i], err = (&test{x, p, names[i], rung.PlacesOf(x.tests, p)}).run(ctx)
			return err
		})
		if err != nil {
			return err
		}
		for i, n := range names {
			x.report.Add(p.Crate+"::"+n, outcomes[i])
		}
	}
	x.report.Sort()
	return nil
}

// test is one test of a program.
type test struct {
	*runner
	program cargo.Program
	name    string
	places  rung.Places
}

// flags of Miri for a seed, behind the user's own. Tree borrows refuse less correct code than the stacked ones.
func flags(seed int) []string {
	return []string{"-Zmiri-disable-isolation", "-Zmiri-tree-borrows", "-Zmiri-seed=" + strconv.Itoa(seed)}
}

func (t *test) args(seed int) (settings, args []string) {
	own := strings.Fields(os.Getenv("MIRIFLAGS"))
	settings = []string{"MIRIFLAGS=" + strings.Join(append(own, flags(seed)...), " "), "RUST_BACKTRACE=0"}
	args = append([]string{"miri", "test"}, t.tests.Selection(t.program)...)
	return settings, append(append(args, "--"), rung.OneTest(t.name)...)
}

// run runs the test under each seed and stops at the first that is no pass.
func (t *test) run(ctx context.Context) (rung.Outcome, error) {
	return t.seeds(func(seed int) (rung.Ending, error) {
		settings, args := t.args(seed)
		return t.call(ctx, t.toolchain, settings, t.opt.Limit, args...)
	})
}

func (t *test) seeds(once func(seed int) (rung.Ending, error)) (rung.Outcome, error) {
	var last rung.Ending
	for seed := range t.opt.Seeds {
		end, err := once(seed)
		if err != nil {
			return rung.Outcome{}, err
		}
		if o, passed := t.judge(end, seed); !passed {
			return o, nil
		}
		last = end
	}
	return rung.Pass(last, fmt.Sprintf("%d seeds, tree borrows", t.opt.Seeds)), nil
}

var (
	onePassed  = regexp.MustCompile(`(?m)^test result: ok\. 1 passed; 0 failed; 0 ignored;`)
	oneIgnored = regexp.MustCompile(`(?m)^test result: ok\. 0 passed; 0 failed; 1 ignored;`)
)

// judge says what one seed came to; true when it is a pass, for which the other seeds are still to be asked.
func (t *test) judge(end rung.Ending, seed int) (rung.Outcome, bool) {
	errors := parse(end.Stderr)
	var found []finding.Finding
	for _, e := range errors {
		if f, ok := t.finding(e, seed); ok {
			found = append(found, f)
		}
	}
	if len(found) > 0 && !end.Late && end.Started && end.Status != 0 {
		return rung.Fail(found...), false
	}
	switch reason := end.Fault(); {
	case len(errors) > 0 && reason == "":
		return rung.Undecided(fmt.Sprintf("under seed %d something that looks like an error of Miri was printed, and the status is 0", seed), ""), false
	case len(errors) > 0 && !end.Late:
		return rung.Undecided(fmt.Sprintf("Miri stopped under seed %d: %s", seed, rung.Shorten(errors[0].message)), hint(errors[0])), false
	case reason != "" && strings.Contains(end.Stdout, "test result: FAILED."):
		return rung.Undecided(fmt.Sprintf("the test fails under seed %d, without an error of Miri", seed), "an assertion about time or order may not hold under Miri"), false
	case reason != "":
		return rung.Undecided(fmt.Sprintf("under seed %d %s", seed, reason), ""), false
	case oneIgnored.MatchString(end.Stdout):
		return rung.Beside("ignored under Miri"), false
	case len(onePassed.FindAllString(end.Stdout, 2)) != 1:
		return rung.Undecided(fmt.Sprintf("under seed %d Rust's test harness has not summed up one test", seed), ""), false
	}
	return rung.Outcome{}, true
}

func hint(e problem) string {
	if strings.HasPrefix(e.message, "unsupported operation") {
		return "Miri does not support this: leave the test away under Miri with #[cfg_attr(miri, ignore)]"
	}
	return ""
}
