package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rung"
)

// RunOptions says what to record.
type RunOptions struct {
	Tests    bool          // the tests of the workspace, each in a process of its own; else a program
	Filters  []string      // parts of test names; none means all
	Args     []string      // of the program
	For      time.Duration // how long a program is watched before it is stopped; 0 means to its end
	Limit    time.Duration // for each test
	LongPoll time.Duration // a poll that takes this long is reported; 0 means none
	Output   io.Writer     // gets what the program says; nil means nobody
	Progress io.Writer     // nil means quiet
}

// Run builds the workspace with a console-subscriber linked in and records its program or its tests. An error is a
// *cargo.UserError when something in the user's world stands in the way of the build, and the context's when that ended.
func Run(ctx context.Context, req cargo.Request, opt RunOptions) (*rung.Report, error) {
	real, err := cargo.OpenTestsIn(ctx, req, name)
	if err != nil {
		return nil, err
	}
	defer real.Close()
	r := &rung.Report{Name: name, Tool: "console-subscriber", Toolchain: real.Toolchain}
	tokio, err := real.Dependencies(ctx, "tokio")
	if err != nil {
		return nil, err
	}
	if len(tokio) == 0 {
		r.Lacking("the workspace", "tokio is not among the dependencies, and tokio-console sees no other runtime", "")
		return r, nil
	}
	s, refusal, err := makeShadow(ctx, real)
	if err != nil {
		return nil, err
	}
	if refusal != nil {
		r.Add("the shadow build", *refusal)
		return r, nil
	}
	x := &recorder{real: real, shadow: s, report: r, opt: opt}
	return r, x.run(ctx, req)
}

// recorder records the programs of one build.
type recorder struct {
	real   *cargo.Tests
	shadow *shadow
	report *rung.Report
	opt    RunOptions
	seen   totals
}

// totals are what all recordings saw together.
type totals struct {
	tasks, resources int
	dropped          uint64
}

func (x *recorder) run(ctx context.Context, req cargo.Request) error {
	req, err := x.shadowed(req)
	if err != nil {
		return err
	}
	tests, err := cargo.OpenTestsIn(ctx, req, "target")
	if err != nil {
		return err
	}
	defer tests.Close()
	in := cargo.Injection{Config: x.shadow.config, Flags: []string{"--cfg=tokio_unstable"}, Force: bootCrate}
	build := tests.BuildPrograms
	if x.opt.Tests {
		build = tests.BuildWith
	}
	built, err := build(ctx, in)
	if err != nil {
		return err
	}
	x.report.Build = built
	if !built.Success {
		return nil
	}
	if !x.opt.Tests {
		return x.program(ctx, built.Programs)
	}
	for _, p := range built.Programs {
		if err := x.tests(ctx, p); err != nil {
			return err
		}
	}
	x.report.Sort()
	x.note()
	return nil
}

// shadowed is the request for the shadow in place of the user's tree.
func (x *recorder) shadowed(req cargo.Request) (cargo.Request, error) {
	dir, err := filepath.Abs(req.Dir)
	if err != nil {
		return req, fmt.Errorf("find the crate: %w", err)
	}
	if req.ManifestPath != "" {
		path := req.ManifestPath
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		dir, req.ManifestPath = filepath.Dir(path), ""
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	rel, err := filepath.Rel(x.real.Root, dir)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		rel = "."
	}
	// A directory inside of a package is a link: cargo is to find the package above it.
	for rel != "." {
		if _, err := os.Stat(filepath.Join(x.real.Root, rel, "Cargo.toml")); err == nil {
			break
		}
		rel = filepath.Dir(rel)
	}
	req.Dir, req.TargetDir = filepath.Join(x.shadow.dir, rel), x.real.TargetDir
	return req, nil
}

// program records the one program that was built.
func (x *recorder) program(ctx context.Context, programs []cargo.Program) error {
	if len(programs) != 1 {
		names := make([]string, len(programs))
		for i, p := range programs {
			names[i] = p.Target
		}
		x.report.Add("the program", rung.Skipped(fmt.Sprintf("there are %d programs: %s", len(programs), strings.Join(names, ", ")), "choose one with --bin NAME, and its package with -p NAME"))
		return nil
	}
	p := programs[0]
	rec, end, stopped, err := x.record(ctx, p, x.opt.Args, x.opt.For)
	if err != nil {
		return err
	}
	x.report.Add(p.Target, x.judge(p, rec, end, stopped, "pollux console run --bin "+p.Target))
	x.note()
	return nil
}

func (x *recorder) tests(ctx context.Context, p cargo.Program) error {
	names, ok, err := rung.List(ctx, p, rung.Environment(p, []string{"POLLUX_"}))
	if err != nil {
		return err
	}
	if !ok {
		x.report.Lacking(p.Crate, "its test harness does not list its tests as Rust's own does", "")
		return nil
	}
	for _, n := range names {
		if !rung.Wanted(n, x.opt.Filters) {
			continue
		}
		rec, end, _, err := x.record(ctx, p, rung.OneTest(n), x.opt.Limit)
		if err != nil {
			return err
		}
		o := x.judge(p, rec, end, false, "pollux console test "+n)
		if o.Kind() == rung.Unknown && end.Fault() == "" && rec.updates > 0 && len(rec.tasks) == 0 {
			o = rung.Beside("no task of tokio")
		}
		x.report.Add(p.Crate+"::"+n, o)
	}
	return nil
}

func (x *recorder) note() {
	t := x.seen
	x.report.Notes = append(x.report.Notes, fmt.Sprintf("%s and %s seen, %d events lost", count(t.tasks, "task"), count(t.resources, "resource"), t.dropped))
}

// judge says what a recorded process came to; stopped is that we ended it because its time was over.
func (x *recorder) judge(p cargo.Program, rec *recording, end rung.Ending, stopped bool, again string) rung.Outcome {
	x.seen.tasks += len(rec.tasks)
	x.seen.resources += rec.resources
	x.seen.dropped += rec.dropped
	blank := finding.Finding{Verdict: finding.Witnessed, Package: p.Package, Function: p.Crate, Reproduce: again}
	// The shadow's files are links to the user's, under the same names.
	places := rung.Places{Root: x.real.Root, PackageDir: x.real.Root}
	if fs := rec.findings(places, blank); len(fs) > 0 {
		return rung.Fail(fs...)
	}
	switch {
	case rec.broken != nil:
		return rung.Undecided(rec.broken.Error(), "")
	case end.Fault() != "" && !stopped:
		return rung.Undecided(end.Fault(), "")
	case rec.updates == 0:
		return rung.Undecided("nothing was recorded: the program ended before it served a connection, or the boot crate was not linked", "")
	case rec.dropped > 0:
		return rung.Undecided(fmt.Sprintf("%d events were lost, so not everything was seen", rec.dropped), "")
	case !rec.complete && !stopped:
		return rung.Undecided("the end of the program was not recorded", "")
	case len(rec.tasks) == 0:
		return rung.Undecided("no task was seen", "")
	}
	if stopped {
		end = rung.Ending{Started: true, Took: end.Took, Cut: end.Cut}
	}
	return rung.Pass(rec.ending(end), rec.bound())
}

// record runs a program and records every process of it that has the boot crate.
func (x *recorder) record(ctx context.Context, p cargo.Program, args []string, limit time.Duration) (*recording, rung.Ending, bool, error) {
	dir, err := os.MkdirTemp("", "pollux-") // a socket's path must be short
	if err != nil {
		return nil, rung.Ending{}, false, fmt.Errorf("make room for sockets: %w", err)
	}
	defer os.RemoveAll(dir)
	sockets := startSockets(ctx, dir, x.opt.LongPoll)
	end, err := rung.Run(ctx, rung.Process{
		Path: p.Path, Args: args, Dir: x.realDir(p), Limit: limit, Echo: x.opt.Output,
		Env: rung.Environment(p, []string{"POLLUX_", "RUST_BACKTRACE"}, "POLLUX_CONSOLE_DIR="+dir, "CARGO_MANIFEST_DIR="+x.realDir(p)),
	})
	rec := sockets.stop()
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, end, false, err
	}
	return rec, end, end.Late && !x.opt.Tests, nil
}

// realDir is the user's own directory of the program's package.
func (x *recorder) realDir(p cargo.Program) string {
	if rel, err := filepath.Rel(x.shadow.dir, p.PackageDir); err == nil {
		return filepath.Join(x.real.Root, rel)
	}
	return p.PackageDir
}
