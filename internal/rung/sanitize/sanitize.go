// Package sanitize runs the tests of a workspace under AddressSanitizer, ThreadSanitizer and valgrind, on the user's own stable
// toolchain.
//
// Rust's stable compilers carry the runtimes of the sanitizers and hide the option: RUSTC_BOOTSTRAP shows it, for the calls
// that make something for the target and for no other, so that build scripts see the compiler that the user has. std itself is
// not instrumented. A sanitizer writes its reports to a file of their own, in a form that can be taken apart, where a test
// cannot write by chance; a test has passed when it ended well, its summary is there, and there is no report.
//
// It does not judge code without a test, and finds only what a run comes by.
package sanitize

import (
	"context"
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
)

// Options says what to run.
type Options struct {
	With     []string      // address, thread, valgrind; empty means address and thread
	Filters  []string      // parts of test names; none means all
	Limit    time.Duration // for each test
	Jobs     int           // tests at a time; 0 means one per core
	Progress io.Writer     // nil means quiet
}

// Tools are the words of Options.With, in the order in which they run.
var Tools = []string{"address", "thread", "valgrind"}

const name = "sanitize"

// sanitizer is one way to build and run the tests.
type sanitizer struct {
	name    string // as in Options.With
	title   string
	flags   []string // of rustc; none for valgrind
	runtime string   // part of the file name of its runtime
	env     string   // variable that holds its options
	options string
}

// sanitizers with the options that make their answers whole: reports to a file, the status left to the test, all frames.
// handle_abort and others stay as they are: a test may abort on purpose.
var sanitizers = []sanitizer{
	{
		name: "address", title: "AddressSanitizer", runtime: "asan", env: "ASAN_OPTIONS",
		flags:   []string{"-Zsanitizer=address", "-Cforce-frame-pointers=yes"},
		options: "detect_stack_use_after_return=1:fast_unwind_on_malloc=0:halt_on_error=1:exitcode=97:color=never:print_legend=0:" + frameFormat,
	},
	{
		name: "thread", title: "ThreadSanitizer", runtime: "tsan", env: "TSAN_OPTIONS",
		flags:   []string{"-Zsanitizer=thread", "-Cunsafe-allow-abi-mismatch=sanitizer", "-Cforce-frame-pointers=yes"},
		options: "halt_on_error=0:exitcode=0:report_thread_leaks=0:report_signal_unsafe=0:color=never:" + frameFormat,
	},
	{name: "valgrind", title: "valgrind memcheck"},
}

// Run builds and runs the tests under each tool. An error is a *cargo.UserError when something in the user's world stands in
// the way of the build, and the context's when that ended.
func Run(ctx context.Context, req cargo.Request, opt Options) (*rung.Report, error) {
	r := &rung.Report{Name: name}
	with := opt.With
	if len(with) == 0 {
		with = Tools[:2]
	}
	var titles []string
	for _, s := range sanitizers {
		if !slices.Contains(with, s.name) {
			continue
		}
		x := &runner{report: r, opt: opt, sanitizer: s}
		if err := x.run(ctx, req); err != nil {
			return nil, err
		}
		titles = append(titles, s.title)
		if r.Build != nil && !r.Build.Success {
			break // the others would say the same
		}
	}
	r.Tool = strings.Join(titles, ", ")
	r.Sort()
	return r, nil
}

// runner runs the tests under one tool.
type runner struct {
	report    *rung.Report
	opt       Options
	sanitizer sanitizer
	tests     *cargo.Tests
	aside     int // reports that were not believed
}

func (x *runner) run(ctx context.Context, req cargo.Request) error {
	tests, err := cargo.OpenTestsIn(ctx, req, name+"-"+x.sanitizer.name)
	if err != nil {
		return err
	}
	defer tests.Close()
	x.tests, x.report.Toolchain = tests, tests.Toolchain
	in, refusal, err := x.injection(ctx, req)
	if err != nil {
		return err
	}
	if refusal != nil {
		x.report.Add(x.sanitizer.title, *refusal)
		return nil
	}
	built, err := tests.BuildWith(ctx, in)
	if err != nil {
		return err
	}
	x.keep(built)
	if !built.Success {
		x.report.Lacking(x.sanitizer.title, "the tests do not build for it", "")
		return nil
	}
	for _, p := range built.Programs {
		if err := x.program(ctx, p); err != nil {
			return err
		}
	}
	if x.aside > 0 {
		x.report.Notes = append(x.report.Notes, fmt.Sprintf("%d reports of %s set aside, because an access lies outside of the workspace, where std is not instrumented", x.aside, x.sanitizer.title))
	}
	return nil
}

// keep adds a build to the report, a failed one before all.
func (x *runner) keep(b *cargo.TestBuild) {
	if x.report.Build == nil || !b.Success {
		x.report.Build = b
		return
	}
	x.report.Build.Programs = append(x.report.Build.Programs, b.Programs...)
}

// lines are the debug information that places in reports need.
var lines = []string{`profile.dev.debug="line-tables-only"`, `profile.test.debug="line-tables-only"`}

// injection is how the tests are built, or why they cannot be.
func (x *runner) injection(ctx context.Context, req cargo.Request) (cargo.Injection, *rung.Outcome, error) {
	in := cargo.Injection{Config: lines}
	if x.sanitizer.flags == nil {
		return in, haveValgrind(), nil
	}
	host, err := x.tests.Host(ctx)
	if err != nil {
		return in, nil, err
	}
	if req.Target != "" && req.Target != host {
		o := rung.Skipped(fmt.Sprintf("the tests are for %s, and this machine is %s", req.Target, host), "leave --target away")
		return in, &o, nil
	}
	dir, err := x.tests.Rustc(ctx, "--print=target-libdir")
	if err != nil {
		return in, nil, err
	}
	if o := x.missing(strings.TrimSpace(dir), host); o != nil {
		return in, o, nil
	}
	in.Flags, in.TargetOnly, in.Bootstrap = x.sanitizer.flags, true, true
	if req.Target == "" {
		in.Args = []string{"--target", host}
	}
	return in, nil, nil
}

// missing says that the toolchain has no runtime of the sanitizer.
func (x *runner) missing(libdir, host string) *rung.Outcome {
	found, _ := filepath.Glob(filepath.Join(libdir, "librustc*rt."+x.sanitizer.runtime+"*"))
	if len(found) > 0 {
		return nil
	}
	o := rung.Missing(fmt.Sprintf("this toolchain has no runtime of %s for %s", x.sanitizer.title, host),
		"toolchains that rustup installs for x86_64-unknown-linux-gnu, aarch64-unknown-linux-gnu and Apple have it; a distribution's rustc may not")
	return &o
}

// test is one test of a program, under one tool.
type test struct {
	*runner
	program cargo.Program
	name    string
	places  rung.Places
}

// blank is a finding about the test as a whole.
func (t test) blank(rule string, severity finding.Severity) finding.Finding {
	f := finding.Finding{
		Rule: rule, Severity: severity, Verdict: finding.Witnessed, Package: t.program.Package, Function: t.program.Crate + "::" + t.name,
		Reproduce: "pollux sanitize --with " + t.sanitizer.name + " " + t.name,
	}
	f.Span, _ = t.places.Span(t.program.Source, 1, 1)
	return f
}

// program runs every test of one program.
func (x *runner) program(ctx context.Context, p cargo.Program) error {
	names, ok, err := rung.List(ctx, p, rung.Environment(p, dropped))
	if err != nil {
		return err
	}
	if !ok {
		x.report.Lacking(x.subject(p, ""), "its test harness does not list its tests as Rust's own does", "")
		return nil
	}
	names = slices.DeleteFunc(names, func(n string) bool { return !rung.Wanted(n, x.opt.Filters) })
	if len(names) == 0 {
		return nil
	}
	if o, err := x.instrumented(ctx, p); err != nil || o != nil {
		if o != nil {
			x.report.Add(x.subject(p, ""), *o)
		}
		return err
	}
	outcomes := make([]rung.Outcome, len(names))
	asides := make([]int, len(names))
	err = rung.Each(ctx, x.opt.Jobs, len(names), func(ctx context.Context, i int) error {
		t := test{x, p, names[i], rung.PlacesOf(x.tests, p)}
		var err error
		outcomes[i], asides[i], err = t.run(ctx)
		return err
	})
	if err != nil {
		return err
	}
	for i, n := range names {
		x.report.Add(x.subject(p, n), outcomes[i])
		x.aside += asides[i]
	}
	return nil
}

func (x *runner) subject(p cargo.Program, test string) string {
	s := x.sanitizer.name + ": " + p.Crate
	if test != "" {
		s += "::" + test
	}
	return s
}

// dropped are settings of the user that would change what a test does under us.
var dropped = []string{"POLLUX_", "RUST_BACKTRACE", "RUST_TEST_THREADS"}

// instrumented asks the program for the sanitizer's help. One that gives none was built without it, whatever the build said.
func (x *runner) instrumented(ctx context.Context, p cargo.Program) (*rung.Outcome, error) {
	if x.sanitizer.flags == nil {
		return nil, nil
	}
	end, err := rung.Run(ctx, rung.Process{Path: p.Path, Args: []string{"--list"}, Dir: p.PackageDir, Limit: time.Minute,
		Env: rung.Environment(p, dropped, x.sanitizer.env+"=help=1")})
	if err != nil {
		return nil, err
	}
	if strings.Contains(end.Stderr+end.Stdout, "Available flags for "+x.sanitizer.title) {
		return nil, nil
	}
	o := rung.Undecided("the test program was built without "+x.sanitizer.title, "a compiler cache in front of rustc may have served another build")
	return &o, nil
}

// summary is the last line of Rust's harness for a test that passed.
var summary = regexp.MustCompile(`(?m)^test result: ok\. 1 passed; 0 failed;`)
