package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/didyoumean"
	"pollux/internal/explore"
	"pollux/internal/finding"
)

// ExploreOptions says what to explore and how long.
type ExploreOptions struct {
	Filters   []string // parts of test names, as of cargo test; none means all
	Schedules int      // per test and phase
	Strategy  explore.Strategy
	Depth     int             // of the strategy pct; 0 means the default
	Phases    []explore.Phase // none means all
	Seed      uint64          // of the first schedule
	Budget    time.Duration   // for all tests together; 0 means no limit
	Scratch   *cargo.Scratch  // explore the tests of this file alone; nil means those of the packages
	Part      Part            // which tests; the zero value means all
	Focus     []string        // FILE:LINE, names of functions, ids of findings; none means everything

	only   func(test string) bool // of a verification: program::path
	within []explore.Lines        // as Focus, found already
	names  []string               // of the tests that only lets pass, where they are few: for the key of kept answers
}

// runTests builds the tests and explores them. Whoever gets a workspace closes it.
func (p *Project) runTests(ctx context.Context, opt ExploreOptions, focus []explore.Lines) (*explore.Workspace, *explore.Outcome, error) {
	tests, err := p.engine.OpenTests(ctx, p.cargoRequest())
	if err != nil {
		return nil, nil, err
	}
	out, err := explore.Run(ctx, tests, p.cargoRequest(), explore.Options{
		Filters: opt.Filters, Schedules: opt.Schedules, Strategy: opt.Strategy, Depth: opt.Depth, Phases: opt.Phases, Seed: opt.Seed, Budget: opt.Budget,
		Jobs: p.Settings.Jobs, Version: Version, Scratch: opt.Scratch, Focus: focus, Only: opt.only, Progress: p.req.Progress,
	})
	if err != nil {
		_ = tests.Close() // the error that counts is the one of the exploration
		return nil, nil, err
	}
	return tests, out, nil
}

// Explore runs the project's own tests under schedules. An error means that there is no answer at all.
func (p *Project) Explore(ctx context.Context, opt ExploreOptions) (*Result, error) {
	if opt.Part.Of > 0 {
		return p.explorePart(ctx, opt)
	}
	refs, err := p.references(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := p.rules("explore")
	if err != nil {
		return nil, err
	}
	focus, err := p.focus(opt.Focus)
	if err != nil {
		return nil, err
	}
	r := &run{Project: p, rules: rules, sources: newSources(p.Root), asked: opt.Filters}
	start := p.engine.Now()
	tests, out, err := p.runTests(ctx, opt, linesOf(focus))
	if err != nil {
		return r.notExplored(err)
	}
	defer tests.Close()
	r.capture = &cargo.Capture{
		Root: tests.Root, TargetDir: tests.TargetDir, Toolchain: tests.Toolchain,
		Success: out.Build.Success, Diagnostics: out.Build.Diagnostics,
	}
	r.takeExploration(out)
	r.rungs[len(r.rungs)-1].Seconds = r.seconds(start)
	res, err := r.explored(refs, out)
	if err != nil {
		return nil, err
	}
	res.Answers = slices.Concat(answersTo(focus, out, res), answersOf(opt.Scratch, out, res))
	if len(opt.Filters)+len(opt.Focus) > 0 || opt.Scratch != nil {
		return res, p.engine.rememberMore(res)
	}
	return res, p.engine.remember(res)
}

// notExplored is the Result when cargo did not come to an answer.
func (r *run) notExplored(err error) (*Result, error) {
	world, err := asWorld(err)
	if err != nil {
		return nil, err
	}
	res, err := r.nothing(world)
	if err != nil {
		return nil, err
	}
	res.Command = "explore"
	res.Rungs = []Rung{{Name: "explore", Status: "unknown", Reason: world.Message}}
	return res, nil
}

// takeExploration makes rungs of what was built and covered.
func (r *run) takeExploration(out *explore.Outcome) {
	r.findings = slices.DeleteFunc(out.Findings, func(f finding.Finding) bool {
		return len(r.Settings.Rules) > 0 && !slices.Contains(r.Settings.Rules, f.Rule)
	})
	r.unknowns = append(r.unknowns, out.Unknowns...)
	for _, text := range out.Build.Complaints {
		r.unknowns = append(r.unknowns, finding.Unknown{What: "the build", Reason: text, Hint: "`cargo test --no-run` says the same"})
	}
	c := out.Covered
	rung := Rung{Name: "explore", Status: "ok", Units: c.Tests, Explored: &Explored{
		Tests: c.Tests, Schedules: c.Schedules, Interleavings: c.Interleavings, Plain: c.Plain, Mapped: c.Mapped, Tokio: out.Tokio,
		Suspensions: c.Suspensions, Cancelled: c.Cancelled, Woken: c.Woken, CancelledWoken: c.CancelledWoken, Waiting: c.Waiting, Cleared: c.Cleared, PerTest: perTest(out.Tests),
	}}
	switch {
	case !out.Build.Success:
		rung.Status, rung.Reason = "unknown", "the tests do not build: "+countErrors(r.capture)
	case !out.Complete:
		rung.Status, rung.Reason = "unknown", "not every test could be explored; "+coverage(c)
	case c.Tests == 0 && out.Missed > 0:
		rung.Status, rung.Reason = "unknown", fmt.Sprintf("no test was seen to reach what is in focus: %s looked at", count(out.Missed, "test"))
	case c.Tests == 0:
		rung.Status, rung.Reason = "unknown", nothingToExplore(out, r.asked)
	case len(r.findings) > 0:
		rung.Status, rung.Reason = "findings", coverage(c)
	default:
		rung.Reason = coverage(c)
	}
	r.rungs = append(r.rungs, rung)
}

// nothingToExplore says why no test was run under schedules.
func nothingToExplore(out *explore.Outcome, filters []string) string {
	switch wanted := "`" + strings.Join(filters, "` or `") + "`"; {
	case len(out.Build.Programs) == 0:
		return "there is no test program"
	case len(out.Names) == 0:
		return "there are no tests"
	case len(filters) == 0 || out.Covered.Plain > 0:
		return "no test that was asked for runs on tokio"
	default:
		near, ok := didyoumean.Among(filters[0], out.Names)
		if ok {
			return fmt.Sprintf("no test has a name that contains %s: did you mean `%s`?", wanted, near)
		}
		return fmt.Sprintf("no test has a name that contains %s", wanted)
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// perTest is never nil, so that JSON has a list.
func perTest(tests []explore.TestCoverage) []explore.TestCoverage {
	return append([]explore.TestCoverage{}, tests...)
}

func coverage(c explore.Coverage) string {
	text := fmt.Sprintf("%s, %s, %s", count(c.Tests, "test"), count(c.Schedules, "schedule"), count(c.Interleavings, "different interleaving"))
	if c.Cleared > 0 {
		text += fmt.Sprintf("; %d cleared: every schedule was run", c.Cleared)
	}
	if c.Suspensions > 0 {
		text += fmt.Sprintf("; tasks cancelled at %d of %s", c.Cancelled, count(c.Suspensions, "suspension"))
	}
	if c.Woken > 0 {
		text += fmt.Sprintf(" and after %d of %s", c.CancelledWoken, count(c.Woken, "wake-up"))
	}
	if c.Waiting > 0 {
		text += fmt.Sprintf(", after %d of which the test waits for ever", c.Waiting)
	}
	return text
}

// explored turns an exploration into a Result.
func (r *run) explored(refs references, out *explore.Outcome) (*Result, error) {
	r.findings = dedupe(r.findings)
	hash, err := r.explorationHash(out.Build.Programs)
	if err != nil {
		return nil, err
	}
	r.allow()
	r.applyLevels()
	r.identify()
	if err := r.compareWith(refs, out.Complete); err != nil {
		return nil, err
	}
	finding.Sort(r.findings)
	sortUnknowns(r.unknowns)
	sortSuppressed(r.suppressed)
	res := r.result("explore", hash, out.Build.Success)
	for _, f := range out.Failing {
		res.Rendered = append(res.Rendered, fmt.Sprintf("error: the test `%s` fails without exploration, so it was not explored: %s\n", f.Test, f.Words))
	}
	return res, nil
}

// explorationHash names the test programs, which hold everything that was run, and the settings that decide.
func (r *run) explorationHash(programs []cargo.Program) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%v %v %v\n", Version, r.capture.Toolchain, r.Settings.FailOn, r.Settings.Levels, r.Settings.Rules)
	for _, p := range programs {
		f, err := os.Open(p.Path)
		if err != nil {
			return "", fmt.Errorf("hash the test programs: %w", err)
		}
		_, err = io.Copy(h, f)
		f.Close()
		if err != nil {
			return "", fmt.Errorf("hash the test programs: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:32], nil
}
