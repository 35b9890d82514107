package console

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pollux/internal/finding"
	"pollux/internal/rung"
	"pollux/internal/rung/console/wire"
)

var start = time.Unix(1_700_000_000, 0)

func at(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }

// spawned is a task of a kind, with sizes in bytes.
func spawned(id uint64, kind string, size, original uint64) wire.Task {
	t := wire.Task{ID: id, Location: wire.Location{File: "src/main.rs", Line: int(id), Column: 5}}
	t.Fields = append(t.Fields, wire.Field{Name: "kind", Text: kind}, wire.Field{Name: "size.bytes", Number: size})
	if original > 0 {
		t.Fields = append(t.Fields, wire.Field{Name: "original_size.bytes", Number: original})
	}
	return t
}

// idle is a task that was polled once, waits, and has a waker.
func idle() wire.Stats {
	return wire.Stats{Created: at(0), Polls: 1, Wakes: 1, WakerClones: 1, LastWake: at(0), LastPollStarted: at(0.1), LastPollEnded: at(0.2), Busy: 100 * time.Millisecond}
}

func with(change func(*wire.Stats)) wire.Stats { s := idle(); change(&s); return s }

// record plays updates, a second apart, in which the one task has the stats given.
func record(task wire.Task, stats ...wire.Stats) *recording {
	r := newRecording(500 * time.Millisecond)
	for i, s := range stats {
		u := &wire.Update{Now: at(float64(i + 1)), Stats: map[uint64]wire.Stats{task.ID: s}}
		if i == 0 {
			u.Tasks = []wire.Task{task}
		}
		r.apply(u)
	}
	return r
}

func said(r *recording) string {
	var out []string
	for _, g := range r.groups() {
		out = append(out, string(g.warning))
	}
	return strings.Join(out, " ")
}

func TestTheFiveWarningsHoldWhereTokioConsoleSaysSo(t *testing.T) {
	check := func(name, want string, task wire.Task, stats ...wire.Stats) {
		t.Helper()
		if got := said(record(task, stats...)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	small := spawned(1, "task", 64, 0)
	lost := with(func(s *wire.Stats) { s.WakerDrops = 1 })
	check("a task that waits with a waker", "", small, idle(), idle())
	check("one without a waker", "lost-waker", small, lost, lost)
	check("one without a waker at one update only", "", small, lost, idle())
	check("one without a waker at two updates, not in a row", "", small, lost, idle(), lost)
	check("one that runs", "", small, with(func(s *wire.Stats) { s.WakerDrops, s.LastPollStarted = 1, at(0.3) }), with(func(s *wire.Stats) { s.WakerDrops, s.LastPollStarted = 1, at(1.9) }))
	check("one that was woken", "", small, with(func(s *wire.Stats) { s.WakerDrops, s.LastWake = 1, at(0.3) }), with(func(s *wire.Stats) { s.WakerDrops, s.LastWake = 1, at(0.3) }))
	check("one that is gone", "", small, with(func(s *wire.Stats) { s.WakerDrops, s.Dropped = 1, at(0.4) }), with(func(s *wire.Stats) { s.WakerDrops, s.Dropped = 1, at(0.4) }))
	check("the root of a runtime", "", spawned(1, "block_on", 5000, 0), lost, lost)
	check("a blocking call", "", spawned(1, "blocking", 5000, 0), lost, lost)
	check("half of the wakes", "", small, with(func(s *wire.Stats) { s.Wakes, s.SelfWakes = 100, 50 }))
	check("50.9 percent are 50", "", small, with(func(s *wire.Stats) { s.Wakes, s.SelfWakes = 1000, 509 }))
	check("51 percent", "self-wakes", small, with(func(s *wire.Stats) { s.Wakes, s.SelfWakes = 100, 51 }))
	running := with(func(s *wire.Stats) { s.LastPollStarted, s.LastPollEnded, s.Busy = at(0.1), time.Time{}, 0 })
	check("a first poll of 0.9 s", "", small, running)
	check("a first poll of 1.9 s", "never-yielded", small, running, running)
	check("a second poll", "", small, with(func(s *wire.Stats) { s.Polls, s.LastPollStarted = 2, at(0.3) }), with(func(s *wire.Stats) { s.Polls, s.LastPollStarted = 2, at(0.3) }))
	check("1023 bytes", "", spawned(1, "task", 1023, 0), idle())
	check("1024 bytes", "large-future", spawned(1, "task", 1024, 0), idle())
	check("boxed", "auto-boxed-future", spawned(1, "task", 8, 40000), idle())
	check("boxed into its own size", "", spawned(1, "task", 8, 8), idle())
	check("a boxed root", "auto-boxed-future", spawned(1, "block_on", 8, 40000), idle())
}

func TestALongPollIsSeenWhenItIsTheOnlyOneOrTheLast(t *testing.T) {
	long := with(func(s *wire.Stats) { s.Busy = 700 * time.Millisecond; s.LastPollEnded = at(0.8) })
	if got := said(record(spawned(1, "task", 8, 0), long)); got != "long-poll" {
		t.Errorf("one poll: %q", got)
	}
	many := with(func(s *wire.Stats) {
		s.Polls, s.Busy = 9, 800*time.Millisecond
		s.LastPollStarted, s.LastPollEnded = at(1.1), at(1.9)
	})
	if got := said(record(spawned(1, "task", 8, 0), idle(), many)); got != "long-poll" {
		t.Errorf("the last of many: %q", got)
	}
	spread := with(func(s *wire.Stats) {
		s.Polls, s.Busy = 9, 900*time.Millisecond
		s.LastPollStarted, s.LastPollEnded = at(1.8), at(1.9)
	})
	if got := said(record(spawned(1, "task", 8, 0), idle(), spread)); got != "" {
		t.Errorf("many short ones: %q", got)
	}
	if got := said(record(spawned(1, "blocking", 8, 0), long)); got != "" {
		t.Errorf("a blocking call: %q", got)
	}
}

func TestWhenAWarningHeldIsTold(t *testing.T) {
	lost := with(func(s *wire.Stats) { s.WakerDrops = 1 })
	r := record(spawned(7, "task", 8, 0), idle(), lost, lost, idle())
	f := r.findings(rung.Places{Root: t.TempDir()}, finding.Finding{Verdict: finding.Witnessed})
	if len(f) != 1 || !strings.Contains(f[0].Because[1].Message, "held from 1.00 s to 2.00 s of the recording, at 2 updates; then it held no more") {
		t.Errorf("%+v", f)
	}
}

func TestTasksUnderOneIdAreToldApartAndTwiceToldOnesAreNot(t *testing.T) {
	r := newRecording(0)
	first := idle()
	again := with(func(s *wire.Stats) { s.Created = at(5) })
	task := spawned(1, "task", 2000, 0)
	r.apply(&wire.Update{Now: at(1), Tasks: []wire.Task{task}, Stats: map[uint64]wire.Stats{1: first}})
	r.apply(&wire.Update{Now: at(2), Tasks: []wire.Task{task}, Stats: map[uint64]wire.Stats{1: first}})
	if len(r.tasks) != 1 {
		t.Errorf("told twice: %d tasks", len(r.tasks))
	}
	r.apply(&wire.Update{Now: at(6), Tasks: []wire.Task{task}, Stats: map[uint64]wire.Stats{1: again}})
	if len(r.tasks) != 2 || len(r.groups()) != 1 || len(r.groups()[0].tasks) != 2 {
		t.Errorf("%d tasks", len(r.tasks))
	}
}

func TestNoRecordingWithAGapIsAPass(t *testing.T) {
	check := func(name string, r *recording, err error, window bool, want rung.Kind, reason string) {
		t.Helper()
		ctx, cancel := context.WithCancel(context.Background())
		if window {
			cancel()
		}
		defer cancel()
		o := r.outcome(ctx, err, rung.Ending{Started: true}, rung.Places{Root: "/"}, finding.Finding{})
		if o.Kind() != want || !strings.Contains(o.Reason()+o.Bound(), reason) {
			t.Errorf("%s: %s %q", name, o.Kind(), o.Reason()+o.Bound())
		}
	}
	good := func() *recording { return record(spawned(1, "task", 8, 0), idle(), idle()) }
	check("a whole window", good(), context.DeadlineExceeded, true, rung.Passed, "1 task seen in")
	check("the program went away", good(), errEnded, false, rung.Unknown, "went away")
	check("a garbled update", good(), errors.New("garbled"), false, rung.Unknown, "garbled")
	lost := good()
	lost.apply(&wire.Update{Now: at(9), Dropped: 3})
	check("lost events", lost, context.DeadlineExceeded, true, rung.Unknown, "3 events were lost")
	check("nobody there", newRecording(0), errors.New("refused"), false, rung.Unknown, "refused")
	check("silence", newRecording(0), context.DeadlineExceeded, true, rung.Unknown, "no update came")
	empty := newRecording(0)
	empty.apply(&wire.Update{Now: at(1)})
	check("no task", empty, context.DeadlineExceeded, true, rung.Unknown, "no task was seen")
	bad := record(spawned(1, "task", 5000, 0), idle())
	check("a warning in a recording with a gap", bad, errEnded, false, rung.Failed, "")
}

func TestAPlaceOutsideOfTheWorkspaceIsWorthLess(t *testing.T) {
	lost := with(func(s *wire.Stats) { s.WakerDrops = 1 })
	task := spawned(1, "task", 8, 0)
	task.Location = wire.Location{File: "$REGISTRY/hyper-1.0.0/src/lib.rs", Line: 3, Column: 1}
	f := record(task, lost, lost).findings(rung.Places{Root: t.TempDir()}, finding.Finding{})
	if len(f) != 1 || f[0].Severity != finding.Info || !strings.Contains(fmt.Sprint(f[0].Because), "outside of the workspace") {
		t.Errorf("%+v", f)
	}
}
