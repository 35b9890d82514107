// Package explore runs the user's own tests under schedules it chooses, and keeps those that fail.
//
// It copies the locked tokio, puts the module of internal/explore/rt into the copy, and has cargo build the tests with the
// copy in place of the published package. Nothing of the user's is changed, neither manifest nor lock file. It is not a model
// checker: it looks at the interleavings of one thread at await points, and says how many it saw.
//
// Invariants: a failure counts only when a fresh process repeats it from its recorded decisions; a build in which the
// canaries do not die is never called clean; a test that took too long is unknown, never a finding.
package explore

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// Options says what to explore and how long.
type Options struct {
	Filters    []string // as of cargo test: a test runs when its name contains one of them; none means all
	Schedules  int      // per test and phase
	Strategy   Strategy
	Depth      int           // of priorities: one more than the steps at which they change; 0 means 3
	Phases     []Phase       // in the order in which they are tried; none means all
	NoCancel   bool          // no task is cancelled
	Seed       uint64        // of the first schedule; each further one has the next number
	Budget     time.Duration // for all tests together; 0 means no limit
	Jobs       int           // tests at a time; 0 means one per core
	Version    string        // of pollux, for witnesses
	PlainLimit time.Duration // for the run of a test without exploration; 0 means two minutes
	Focus      []Lines       // explore only tests that reach one of these lines; none means all tests
	// Only says of a test, program::path, whether it is looked at; nil means yes. What it leaves out is no gap.
	Only     func(test string) bool
	Scratch  *cargo.Scratch // explore the tests of this file, and nothing else; nil means those of the packages
	Progress io.Writer      // one line, rewritten; nil means quiet
}

// Outcome is what was found and what was covered.
type Outcome struct {
	Build    *cargo.TestBuild
	Tokio    string            // the version that was explored; empty when none could be
	Findings []finding.Finding // without ids
	Unknowns []finding.Unknown
	Covered  Coverage
	Tests    []TestCoverage // of every test that was run under a schedule, in order
	Missed   int            // tests that do not reach what is in focus, and were not explored
	Names    []string       // of all tests that the programs list, ignored ones left out
	Failing  []Failure      // tests that fail without exploration, in the order of the programs; each is among the unknowns, too
	Complete bool           // every test that was asked for was explored to its end
}

// Run builds the tests of the workspace and explores them. An error is a *cargo.UserError when something in the user's world
// stands in the way of the build, and the context's when that ended before there was a test to run; later, what was found until
// then is the outcome.
func Run(ctx context.Context, tests *Workspace, req cargo.Request, opt Options) (*Outcome, error) {
	if opt.Scratch != nil {
		if err := tests.source.scratch(ctx, *opt.Scratch); err != nil {
			return nil, err
		}
	}
	versions, unknown, err := tests.source.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if unknown != nil {
		return &Outcome{Build: &cargo.TestBuild{Success: true}, Unknowns: []finding.Unknown{*unknown}}, nil
	}
	built, err := tests.source.build(ctx, versions)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Build: built, Tokio: versions.Tokio, Complete: true}
	if !built.Success {
		out.Complete = false
		return out, nil
	}
	x := &explorer{tests: tests, request: req, versions: versions, opt: opt, out: out, progress: newTicker(opt.Progress)}
	defer x.progress.clear()
	return out, x.explore(ctx, built.Programs)
}

// buildConfig makes what the search runs most of quick, and keeps the lines that a report names.
var buildConfig = []string{
	`profile.dev.package.tokio.opt-level=2`,
	`profile.dev.debug="line-tables-only"`,
	`profile.test.debug="line-tables-only"`,
}

// explorer is one exploration on its way to an Outcome.
type explorer struct {
	tests    *Workspace
	request  cargo.Request
	versions versions
	opt      Options
	progress *ticker

	mu  sync.Mutex
	out *Outcome
}

// target is one test of one program.
type target struct {
	program cargo.Program
	test    string
}

func (t target) String() string { return t.program.Crate + "::" + t.test }

func (x *explorer) explore(ctx context.Context, programs []cargo.Program) error {
	var targets []target
	for _, p := range programs {
		found, err := x.list(ctx, p)
		if err != nil {
			return err
		}
		if len(found) > 0 && x.trusted(ctx, p, found) {
			targets = append(targets, found...)
		}
	}
	x.progress.start(len(targets))
	budget, cancel := x.deadline(ctx)
	defer cancel()
	if err := x.work(budget, targets); err != nil {
		return err
	}
	switch {
	case ctx.Err() != nil:
		x.lacking(finding.Unknown{What: "the remaining tests", Reason: Interrupted})
	case budget.Err() != nil:
		x.lacking(finding.Unknown{What: "the remaining tests", Reason: fmt.Sprintf("the budget of %s was spent", x.opt.Budget), Hint: "--budget"})
	}
	slices.SortFunc(x.out.Failing, func(a, b Failure) int { return cmp.Compare(a.Test, b.Test) })
	slices.SortFunc(x.out.Tests, func(a, b TestCoverage) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Crate, b.Crate), cmp.Compare(a.Test, b.Test))
	})
	return nil
}

// Interrupted is the reason of what was not explored because the context ended.
const Interrupted = "the exploration was interrupted"

// cutShort makes what was seen until the time was over an answer: what was confirmed counts.
func (s *search) cutShort() {
	if s.restart {
		s.forget()
	}
	s.incomplete = true
	s.covered.Interleavings = len(s.orders)
}

func (x *explorer) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if x.opt.Budget <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, x.opt.Budget)
}

// work explores the targets, several at a time, and returns the first error that is not of their world.
func (x *explorer) work(ctx context.Context, targets []target) error {
	jobs := x.opt.Jobs
	if jobs <= 0 {
		jobs = runtime.NumCPU()
	}
	queue := make(chan target)
	failed := make(chan error, jobs)
	var group sync.WaitGroup
	for range min(jobs, len(targets)) {
		group.Add(1)
		go func() {
			defer group.Done()
			defer func() {
				if p := recover(); p != nil {
					failed <- fmt.Errorf("explore: panic: %v", p)
				}
			}()
			for t := range queue {
				if err := x.one(ctx, t); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	err := feed(ctx, queue, targets, failed)
	close(queue)
	group.Wait()
	select {
	case e := <-failed:
		err = e
	default:
	}
	if err != nil && ctx.Err() != nil {
		return nil // what ended is the budget or the caller's context, which asks itself
	}
	return err
}

func feed(ctx context.Context, queue chan<- target, targets []target, failed <-chan error) error {
	for _, t := range targets {
		select {
		case queue <- t:
		case err := <-failed:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// one explores one test and adds what it found.
func (x *explorer) one(ctx context.Context, t target) error {
	s := &search{explorer: x, target: t}
	if err := s.run(ctx); err != nil {
		if ctx.Err() == nil {
			return err
		}
		s.cutShort()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if s.cleared() {
		s.covered.Cleared = 1
	}
	if s.covered.Tests > 0 {
		x.out.Tests = append(x.out.Tests, s.coverage())
	}
	x.out.Covered.add(s.covered)
	x.out.Findings = append(x.out.Findings, s.findings...)
	x.out.Unknowns = append(x.out.Unknowns, s.unknowns...)
	if s.incomplete {
		x.out.Complete = false
	}
	if s.missed {
		x.out.Missed++
	}
	if s.failing != nil {
		x.out.Failing = append(x.out.Failing, *s.failing)
	}
	x.progress.done(len(s.findings))
	return nil
}

// lacking notes something that was asked for and not done.
func (x *explorer) lacking(u finding.Unknown) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.out.Complete = false
	x.out.Unknowns = append(x.out.Unknowns, u)
}

// list asks a program for its tests, without those that are ignored.
func (x *explorer) list(ctx context.Context, p cargo.Program) ([]target, error) {
	all, ok, err := x.names(ctx, p, "--list", "--format=terse")
	if err != nil {
		return nil, err
	}
	ignored, _, err := x.names(ctx, p, "--list", "--format=terse", "--ignored")
	if err != nil {
		return nil, err
	}
	if !ok {
		x.lacking(finding.Unknown{What: p.Crate, Reason: "its test harness does not list its tests as Rust's own does", Hint: ""})
		return nil, nil
	}
	var out []target
	for _, name := range all {
		if slices.Contains(ignored, name) || !strings.HasPrefix(name, p.Scratch) {
			continue
		}
		x.out.Names = append(x.out.Names, name)
		if t := (target{p, name}); x.wanted(name) && (x.opt.Only == nil || x.opt.Only(t.String())) {
			out = append(out, t)
		}
	}
	return out, nil
}

func (x *explorer) wanted(name string) bool {
	return len(x.opt.Filters) == 0 || slices.ContainsFunc(x.opt.Filters, func(f string) bool { return strings.Contains(name, f) })
}

// listLimit bounds how long a program may take to list its tests.
const listLimit = time.Minute

func (x *explorer) names(ctx context.Context, p cargo.Program, args ...string) (names []string, ok bool, err error) {
	end, err := x.start(ctx, process{program: p, args: args, limit: listLimit})
	if err != nil {
		return nil, false, err
	}
	for line := range strings.Lines(end.stdout) {
		if name, isTest := strings.CutSuffix(strings.TrimSpace(line), ": test"); isTest {
			names = append(names, name)
		}
	}
	return names, end.status == 0 && !end.late, nil
}
