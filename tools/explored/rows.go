package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"pollux/internal/child"
	"pollux/internal/explore"
	"pollux/internal/finding"
)

// apart is the distance of two first seeds: further than any search goes.
const apart = 100_000

// rows measures every row of the chosen crates.
func (t *tool) rows(ctx context.Context) error {
	for _, crate := range t.table.crates() {
		if !t.wanted(crate) {
			continue
		}
		if err := t.crate(ctx, crate); err != nil {
			return fmt.Errorf("%s: %w", crate, err)
		}
	}
	return nil
}

// crate measures the rows of one crate: all of them at once per base, then each alone for the time it takes.
func (t *tool) crate(ctx context.Context, crate string) error {
	dir := filepath.Join(t.root, "testdata", "crates", crate)
	rows := t.table.of(crate)
	measured := map[string]*rowResult{}
	for _, r := range rows {
		m := &rowResult{ID: r.ID, Schedules: t.schedules, First: make([]int, t.bases)}
		if old, ok := t.results.row(r.ID); ok && t.bases == 0 {
			m.First = old.First // measured before, and not again
		}
		measured[r.ID] = m
	}
	for base := range t.bases {
		a, err := t.explore(ctx, dir, append(t.search("buggy", base), "--strategy", "random")...)
		if err != nil {
			return err
		}
		if err := t.readBase(a, rows, measured, base); err != nil {
			return err
		}
	}
	if err := t.corrected(ctx, dir, rows, measured); err != nil {
		return err
	}
	programs, err := t.buildPlain(ctx, dir)
	if err != nil {
		return err
	}
	if t.quick {
		if err := t.together(ctx, dir, rows, measured); err != nil {
			return err
		}
	}
	for _, r := range rows {
		m := measured[r.ID]
		if !t.quick {
			if err := t.alone(ctx, dir, r, m); err != nil {
				return err
			}
		}
		if m.Plain, err = t.repeatPlain(ctx, dir, programs, r.Test); err != nil {
			return err
		}
		t.results.Rows = put(t.results.Rows, *m, rowResult.key)
		fmt.Fprintf(t.out, "%-4s %-24s first %v  %.1f s  plain %d/%d  fixed %v %s\n", r.ID, m.Rule, m.First, m.Seconds,
			m.Plain.Failed, m.Plain.Runs, m.Fixed.Findings, m.Unknown)
		if err := t.save("rows.json"); err != nil {
			return err
		}
	}
	return nil
}

// search are the arguments of a search from a base in one of the two test programs.
func (t *tool) search(program string, base int) []string {
	return []string{"--test", program, "--schedules", fmt.Sprint(t.schedules), "--seed", fmt.Sprint(base * apart)}
}

// readBase notes what the search from one base found of each row.
func (t *tool) readBase(a *answer, rows []row, measured map[string]*rowResult, base int) error {
	for _, f := range a.result.Findings {
		w, err := a.witness(f)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if w == nil || w.Test != r.Test {
				continue
			}
			first := int(w.Phase)*t.schedules + int(w.Seed) - base*apart + 1
			if old := measured[r.ID].First[base]; old == 0 || first < old {
				measured[r.ID].First[base] = first
			}
		}
	}
	return nil
}

// alone explores one row by itself, as a person would, and notes what is said and how long it takes.
func (t *tool) alone(ctx context.Context, dir string, r row, m *rowResult) error {
	a, err := t.explore(ctx, dir, append(t.search("buggy", 0), r.Test)...)
	if err != nil {
		return err
	}
	m.Seconds, m.CPU = tenths(a.took), tenths(a.cpu)
	return m.take(a, r)
}

// together explores all rows of a crate in one run, which does not tell how long each takes.
func (t *tool) together(ctx context.Context, dir string, rows []row, measured map[string]*rowResult) error {
	a, err := t.explore(ctx, dir, t.search("buggy", 0)...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := measured[r.ID].take(a, r); err != nil {
			return err
		}
	}
	return nil
}

// take notes what a search said of a row.
func (m *rowResult) take(a *answer, r row) error {
	m.Toolchain, m.Tokio, m.Unknown, m.Ran = a.result.Toolchain, a.explored().Tokio, a.unknownOf(r.Test), 0
	for _, t := range a.explored().PerTest {
		if t.Test != r.Test {
			continue
		}
		for _, p := range t.Phases {
			m.Ran += p.Schedules
		}
	}
	for _, f := range a.result.Findings {
		w, err := a.witness(f)
		if err != nil {
			return err
		}
		if w == nil && a.testOf(f) == r.Test {
			m.Unknown = describe(f)
		}
		if w != nil && w.Test == r.Test && (m.Rule == "" || f.Rule == r.Rule) {
			m.Phase = w.Phase.String()
			m.Rule, m.Message, m.Verdict, m.Seed, m.Words = f.Rule, f.Message, string(f.Verdict), w.Seed, strange(w)
		}
	}
	return nil
}

// strange counts the decisions that are not plain tokio's own.
func strange(w *explore.Witness) int {
	n := 0
	for _, word := range w.Decisions {
		choice, _, _ := strings.Cut(word[1:], "/")
		if choice != "0" {
			n++
		}
	}
	return n
}

// corrected explores the corrected twins under the same budget.
func (t *tool) corrected(ctx context.Context, dir string, rows []row, measured map[string]*rowResult) error {
	a, err := t.explore(ctx, dir, t.search("fixed", 0)...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		m := measured[r.ID]
		m.Fixed = fixed{Findings: []string{}, Unknown: a.unknownOf(r.Test), Schedules: t.schedules}
		for _, f := range a.result.Findings {
			if a.testOf(f) == r.Test {
				m.Fixed.Findings = append(m.Fixed.Findings, describe(f))
			}
		}
	}
	return nil
}

func describe(f finding.Finding) string { return f.Rule + ": " + f.Message }

// plainLimit is how long a plain run may take before it counts as one that does not end.
const plainLimit = 5 * time.Second

// buildPlain builds both test programs with tokio as it is, and returns the path of each.
func (t *tool) buildPlain(ctx context.Context, dir string) (map[string]string, error) {
	out, said := &child.Tail{Limit: jsonLimitBytes}, &child.Tail{Limit: wordsLimitBytes}
	err := child.Run(ctx, child.Command{
		Path: "cargo", Dir: dir, Stdout: out, Stderr: said, Group: true,
		Args: []string{"test", "--no-run", "--locked", "--message-format=json", "--target-dir", filepath.Join(t.work, "plain")},
	})
	if err != nil {
		return nil, fmt.Errorf("cargo test --no-run: %w: %s", err, said.String())
	}
	programs := map[string]string{}
	for line := range strings.Lines(out.String()) {
		var m struct {
			Executable string
			Target     struct{ Name string }
		}
		if json.Unmarshal([]byte(line), &m) == nil && m.Executable != "" {
			programs[m.Target.Name] = m.Executable
		}
	}
	return programs, nil
}

// repeatPlain runs one test again and again, as people do with a test that fails now and then.
func (t *tool) repeatPlain(ctx context.Context, dir string, programs map[string]string, test string) (plain, error) {
	var p plain
	for p.Runs < t.plain && p.Late < 2 {
		limited, cancel := context.WithTimeout(ctx, plainLimit)
		err := child.Run(limited, child.Command{Path: programs["buggy"], Args: []string{test, "--exact"}, Dir: dir, Group: true})
		cancel()
		if ctx.Err() != nil {
			return p, ctx.Err()
		}
		p.Runs++
		if errors.Is(err, context.DeadlineExceeded) {
			p.Late++
		}
		if err != nil {
			p.Failed++
		}
	}
	return p, nil
}

// tenths is d in seconds, rounded: finer figures are noise.
func tenths(d time.Duration) float64 { return math.Round(d.Seconds()*10) / 10 }
