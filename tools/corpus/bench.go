package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

// benchRow compares three tools on one crate, in CPU seconds with all child processes.
type benchRow struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Cold    cpuTimes `json:"cold"` // dependencies built, the crate itself without any incremental state
	Edit    cpuTimes `json:"edit"` // after a change of one line, with incremental state
}

// cpuTimes are CPU seconds of the three tools for the same work.
type cpuTimes struct {
	Check  float64 `json:"check"`
	Pollux float64 `json:"pollux"`
	Clippy float64 `json:"clippy"`
}

func (a cpuTimes) plus(b cpuTimes) cpuTimes {
	return cpuTimes{Check: a.Check + b.Check, Pollux: a.Pollux + b.Pollux, Clippy: a.Clippy + b.Clippy}
}

// ratios prints what pollux and clippy cost, relative to cargo check.
func (a cpuTimes) ratios() string {
	if a.Check == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f / %.2f", a.Pollux/a.Check, a.Clippy/a.Check)
}

func sumBench(rows []benchRow) benchRow {
	sum := benchRow{Name: "sum"}
	for _, b := range rows {
		sum.Cold, sum.Edit = sum.Cold.plus(b.Cold), sum.Edit.plus(b.Edit)
	}
	return sum
}

func (t *tool) benchAll(ctx context.Context) error {
	pollux, err := t.polluxBinary(ctx)
	if err != nil {
		return err
	}
	r, err := loadResults(t.resultsPath())
	if err != nil {
		return err
	}
	r.keepOnly(t.manifest)
	var rows []benchRow
	failed := t.each(ctx, func(ctx context.Context, e entry) error {
		b, err := t.bench(ctx, pollux, e)
		if err != nil {
			return err
		}
		rows = append(rows, b)
		t.printBench(b)
		r.putBench(b)
		return r.save(t.resultsPath())
	})
	if len(rows) > 0 {
		t.printBench(sumBench(rows))
	}
	if err := t.writePage(r); err != nil {
		return err
	}
	return failed
}

func (t *tool) printBench(b benchRow) {
	fmt.Fprintf(t.out, "%-26s cold check %6.2f pollux %6.2f clippy %6.2f (%s)  edit check %6.2f pollux %6.2f clippy %6.2f (%s)\n",
		b.Name, b.Cold.Check, b.Cold.Pollux, b.Cold.Clippy, b.Cold.ratios(),
		b.Edit.Check, b.Edit.Pollux, b.Edit.Clippy, b.Edit.ratios())
}

// measured is one of the three tools: how it is run, and which exit codes mean that the work was done.
type measured struct {
	run   func(env []string) outcome
	exits []int
	into  func(*cpuTimes) *float64
}

func (t *tool) measured(ctx context.Context, pollux string, e entry) []measured {
	check := append([]string{"check"}, e.Args...)
	// Lints that clippy denies by default would end the work early; capping them costs nothing.
	clippy := append(append([]string{"clippy"}, e.Args...), "--", "--cap-lints", "warn")
	return []measured{
		{func(env []string) outcome { return t.cargo(ctx, e, "check", env, check...) }, []int{0},
			func(c *cpuTimes) *float64 { return &c.Check }},
		{func(env []string) outcome { return t.runPollux(ctx, pollux, e, env) }, answeringExits,
			func(c *cpuTimes) *float64 { return &c.Pollux }},
		{func(env []string) outcome { return t.cargo(ctx, e, "clippy", env, clippy...) }, []int{0},
			func(c *cpuTimes) *float64 { return &c.Clippy }},
	}
}

// bench measures one crate. Every measurement is preceded by a new line at the end of the root file, the same for the
// three tools, so that no tool can answer from a cache of earlier answers. "Cold" switches incremental compilation off
// instead of cleaning, because cleaning would also remove this crate as a dependency of others from the shared target
// directory.
func (t *tool) bench(ctx context.Context, pollux string, e entry) (benchRow, error) {
	row := benchRow{Name: e.name(), Version: e.Version}
	roots, err := t.roots(ctx, e)
	if err != nil {
		return row, err
	}
	source, err := os.ReadFile(roots[0])
	if err != nil {
		return row, fmt.Errorf("read the file to edit: %w", err)
	}
	defer os.WriteFile(roots[0], source, 0o644)
	tools := t.measured(ctx, pollux, e)
	if err := runEach(tools, nil, new(cpuTimes)); err != nil { // builds the dependencies and the incremental state
		return row, err
	}
	for run := range t.runs {
		for phase, env := range [][]string{{"CARGO_INCREMENTAL=0"}, {"CARGO_INCREMENTAL=1"}} {
			times := []*cpuTimes{&row.Cold, &row.Edit}[phase]
			if err := os.WriteFile(roots[0], edited(source, 2*run+phase), 0o644); err != nil {
				return row, fmt.Errorf("edit: %w", err)
			}
			if err := runEach(tools, env, times); err != nil {
				return row, err
			}
		}
	}
	return row, nil
}

// edited is the source with one line more, which differs from edit to edit.
func edited(source []byte, n int) []byte {
	line := fmt.Sprintf("\n#[allow(dead_code)] fn corpus_edit_%d() {}\n", n)
	return append(slices.Clip(source), line...)
}

// runEach runs the tools one after the other and keeps the least CPU seconds of each.
func runEach(tools []measured, env []string, times *cpuTimes) error {
	for _, m := range tools {
		o := m.run(env)
		if o.err != nil || !slices.Contains(m.exits, o.exit) {
			o.exit = max(o.exit, 1)
			return o.must("measured run")
		}
		cell := m.into(times)
		if cpu := hundredths(o.cpu); *cell == 0 || cpu < *cell {
			*cell = cpu
		}
	}
	return nil
}

// hundredths is d in seconds, rounded up to at least 0.01 so that zero means "not measured".
func hundredths(d time.Duration) float64 {
	return max(1, float64(d.Round(10*time.Millisecond)/(10*time.Millisecond))) / 100
}
