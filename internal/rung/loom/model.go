package loom

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/rung"
)

// program runs every model of one test program.
func (x *runner) program(ctx context.Context, p cargo.Program) error {
	tests, ok, err := rung.List(ctx, p, rung.Environment(p, dropped))
	if err != nil {
		return err
	}
	if !ok {
		x.report.Lacking(p.Crate, "its test harness does not list its tests as Rust's own does", "")
		return nil
	}
	for _, test := range tests {
		if !rung.Wanted(test, x.opt.Filters) {
			continue
		}
		m := &model{runner: x, program: p, test: test, places: rung.PlacesOf(x.tests, p)}
		outcome, err := m.run(ctx)
		if err != nil {
			return err
		}
		x.report.Add(m.String(), outcome)
	}
	return nil
}

// model is one test, of which it is not known beforehand whether it holds a model.
type model struct {
	*runner
	program cargo.Program
	test    string
	places  rung.Places
}

func (m *model) String() string { return m.program.Crate + "::" + m.test }

// dropped are the settings of the user's environment that would change what is searched behind our back: loom takes a bound
// that it has reached for a success.
var dropped = []string{"LOOM_", "POLLUX_", "RUST_BACKTRACE", "RUST_TEST_THREADS"}

// fewPreemptions is the bound of a first, quick search: few mistakes need more.
const fewPreemptions = 2

// run searches the model: as far as asked, or first with few preemptions and then without a bound.
func (m *model) run(ctx context.Context) (rung.Outcome, error) {
	if m.opt.Preemptions >= 0 {
		return m.search(ctx, m.opt.Preemptions, m.opt.Limit)
	}
	begin := time.Now()
	quick, err := m.search(ctx, fewPreemptions, m.opt.Limit)
	if err != nil || quick.Kind() != rung.Passed {
		return quick, err
	}
	left := m.opt.Limit - time.Since(begin)
	if m.opt.Limit > 0 && left <= 0 {
		return quick, nil
	}
	full, err := m.search(ctx, -1, max(left, 0))
	if err != nil || full.Kind() != rung.Unknown {
		return full, err
	}
	return quick, nil // what the unbounded search did not come to is not claimed
}

// attempt is one process and what it left.
type attempt struct {
	end     rung.Ending
	record  *record
	garbled error
}

// search runs the model once and judges it. Negative preemptions mean no bound.
func (m *model) search(ctx context.Context, preemptions int, limit time.Duration) (rung.Outcome, error) {
	a, err := m.attempt(ctx, preemptions, limit, 0, 0)
	if err != nil {
		return rung.Outcome{}, err
	}
	o, failure := judge(a, m.opt.Limit)
	if failure == nil && m.copy && o.Kind() == rung.Passed {
		o = rung.Pass(a.end, o.Bound()+copyBound)
	}
	if failure == nil {
		return o, nil
	}
	return m.fail(ctx, failure, a, preemptions)
}

// attempt runs one process; with a search and a permutation it tells the steps of that one.
func (m *model) attempt(ctx context.Context, preemptions int, limit time.Duration, search, permutation int) (*attempt, error) {
	path, err := m.makeRecord()
	if err != nil {
		return nil, err
	}
	defer os.Remove(path)
	settings := []string{"RUST_BACKTRACE=0", "LOOM_CHECKPOINT_INTERVAL=1", "POLLUX_LOOM_RECORD=" + path}
	if preemptions >= 0 {
		settings = append(settings, "LOOM_MAX_PREEMPTIONS="+strconv.Itoa(preemptions))
	}
	if m.opt.Branches > 0 {
		settings = append(settings, "LOOM_MAX_BRANCHES="+strconv.Itoa(m.opt.Branches))
	}
	if search > 0 {
		settings = append(settings, "POLLUX_LOOM_SEARCH="+strconv.Itoa(search), "POLLUX_LOOM_PERMUTATION="+strconv.Itoa(permutation))
	}
	a := &attempt{}
	a.end, err = rung.Run(ctx, rung.Process{
		Path: m.program.Path, Args: rung.OneTest(m.test), Dir: m.program.PackageDir, Limit: limit,
		Env: rung.Environment(m.program, dropped, settings...),
	})
	if err != nil {
		return nil, err
	}
	a.record, a.garbled = readRecord(path)
	return a, nil
}

func (m *model) makeRecord() (string, error) {
	dir := filepath.Join(m.tests.TargetDir, "records")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("make room for a record: %w", err)
	}
	f, err := os.CreateTemp(dir, "loom-*")
	if err != nil {
		return "", fmt.Errorf("make room for a record: %w", err)
	}
	return f.Name(), f.Close()
}

// recordLimit bounds what is read of a record, in bytes.
const recordLimit = 16 << 20

func readRecord(path string) (*record, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > recordLimit {
		err = fmt.Errorf("the record of loom has %d bytes", info.Size())
	}
	if err != nil {
		return &record{}, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return &record{}, err
	}
	return parseRecord(string(text))
}

// judge says what one process came to. A failure is returned as its panic, which is still to be replayed.
func judge(a *attempt, limit time.Duration) (rung.Outcome, *failure) {
	r := a.record
	switch {
	case a.end.Late:
		return rung.Undecided(stopped(r, limit), "a model with fewer threads or steps, or a longer --limit"), nil
	case !a.end.Started:
		return rung.Undecided(a.end.Fault(), ""), nil
	case a.end.Status != 0:
		return failed(a)
	case len(r.searches) == 0 && a.garbled == nil:
		return rung.Beside("no loom model"), nil
	case a.garbled != nil:
		return rung.Undecided(a.garbled.Error(), ""), nil
	case r.open() > 0 && strings.Contains(a.end.Stdout, shouldPanic):
		return rung.Beside("a model that is expected to fail, and does"), nil
	case r.open() > 0:
		return rung.Undecided("a search did not come to its end, though the test says it passed", ""), nil
	case r.capped() != "":
		return rung.Undecided(r.capped(), "raise the bound in the model"), nil
	}
	return rung.Pass(a.end, r.bound()), nil
}

// shouldPanic is what Rust's harness writes behind the name of a test that must panic.
const shouldPanic = " - should panic ... ok"

func stopped(r *record, limit time.Duration) string {
	n := len(r.searches)
	if n == 0 {
		return fmt.Sprintf("it was stopped after %s, and no search had begun", limit)
	}
	s := r.searches[n-1]
	if s.preemptions == "all" {
		return fmt.Sprintf("the search was stopped after %s and %d permutations", limit, s.permutation)
	}
	return fmt.Sprintf("the search with at most %s preemptions was stopped after %s and %d permutations", s.preemptions, limit, s.permutation)
}
