package explore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// batchTime is how long a process runs schedules before it makes room for the next: so that it is seen how far the search is.
const batchTime = 2 * time.Second

// batch runs as many schedules of the portion in one process as its time allows.
func (s *search) batch(ctx context.Context, part *portion) error {
	end, err := s.runPortion(ctx, part, plan{mode: "batch", count: part.left(), time: batchTime}, batchTime+2*s.limit)
	if err != nil || s.broken(end) {
		return err
	}
	if !end.record.batch {
		s.fresh = true // the test does not use tokio's attribute: it runs once per process
		return nil
	}
	if end.record.missesIO {
		s.io = true
		return nil // once more, with sockets
	}
	s.take(end.record, part)
	for i := range end.record.schedules {
		run := &end.record.schedules[i]
		if run.outcome == "" {
			break
		}
		s.cover(run)
		part.next = max(part.next, run.seed+1)
		s.strays(part, run)
		if err := s.judge(ctx, run); err != nil || s.over() {
			return err
		}
	}
	if !end.record.ended && end.status != statusStuck && end.status != statusLiveLock {
		return s.cutOff(ctx, end, part)
	}
	if end.record.enough {
		part.shareOnly()
	}
	return s.repeatable(ctx, end.record.last)
}

// runPortion runs the next schedules of a portion as the plan says.
func (s *search) runPortion(ctx context.Context, part *portion, p plan, limit time.Duration) (*ending, error) {
	p.least, p.polls = max(0, part.least-int(part.next)), part.polls
	if part.polls > 0 {
		p.spare = walkSpare
	}
	p.phase, p.seed, p.strategy, p.depth, p.io = s.phase, part.next, part.strategy, s.opt.Depth, s.io
	p.aimed = part.aimed
	walk, err := s.walkFile(part)
	if err != nil {
		return nil, err
	}
	defer os.Remove(walk)
	return s.start(ctx, process{program: s.program, args: testArgs(s.test), plan: p.String(), walk: walk, limit: limit})
}

// walkFile writes down where the walk of the portion stands, for the next process. It gives no file for a portion without one.
func (s *search) walkFile(part *portion) (string, error) {
	if part.walk == "" {
		return "", nil
	}
	f, err := os.CreateTemp(filepath.Join(s.tests.TargetDir, "records"), "walk-*")
	if err != nil {
		return "", fmt.Errorf("keep the walk: %w", err)
	}
	defer f.Close()
	if _, err := f.WriteString(part.walk); err != nil {
		return "", fmt.Errorf("keep the walk: %w", err)
	}
	return f.Name(), nil
}

// take counts the schedules that passed, and notes what the process saw.
func (s *search) take(rec *record, part *portion) {
	for _, run := range rec.passed {
		s.covered.Schedules++
		s.covered.Polls += run.polls
		s.orders[run.order] = true
		part.next = max(part.next, run.seed+1)
	}
	s.timers = s.timers || rec.timers
	s.aim.Add(rec.aimed)
	s.points.take(s, rec.points)
	if rec.walk != "" {
		part.walk = rec.walk
	}
}

// strays ends a walk in which the same decisions led to another question: something outside of them takes part, so it would
// never have been everywhere.
func (s *search) strays(part *portion, run *schedule) {
	if run.diverged && part.strategy == StrategyExhaustive {
		part.end, s.unsteady = part.next, true
	}
}

// judge looks at a schedule that came to an end: a kind of failure that is new is confirmed.
func (s *search) judge(ctx context.Context, run *schedule) error {
	if hurried, err := s.hurried(ctx, run); hurried || err != nil {
		return err
	}
	if run.outcome == "ok" {
		return s.spunUntilATimer(ctx, run)
	}
	if !s.unseen(run) {
		return nil
	}
	if run.outcome == unnoticed && len(run.panics) > 0 {
		if always, err := s.alwaysPanics(ctx, run); always || err != nil {
			return err
		}
	}
	return s.confirm(ctx, run)
}

// cutOff handles a process that ended in the middle of its schedules. Which one it was is known only from a process that writes
// down the number of each before it begins.
func (s *search) cutOff(ctx context.Context, end *ending, part *portion) error {
	if !end.late {
		s.again() // what ended the process may be the work of the schedules before
		return nil
	}
	end, err := s.runPortion(ctx, part, plan{mode: "batch", count: part.left(), time: batchTime, careful: true}, batchTime+2*s.limit)
	if err != nil || s.broken(end) {
		return err
	}
	s.take(end.record, part)
	if n := len(end.record.schedules); n > 0 && end.record.schedules[n-1].outcome == "" {
		s.interrupted(end, &end.record.schedules[n-1])
	}
	return nil // it ended this time: a busy machine
}

// broken notes an ending that says nothing about schedules.
func (s *search) broken(end *ending) bool {
	switch {
	case end.garbled != nil:
		s.undecided(end.garbled.Error(), "")
	case end.record.unsupported != "":
		s.undecided("cannot be explored: "+end.record.unsupported, "")
	default:
		return false
	}
	return true
}

// interrupted handles a process that ended in the middle of a schedule.
func (s *search) interrupted(end *ending, run *schedule) {
	switch {
	case end.late && run.mapped:
		s.undecided("does not end when its runtime of several threads is run on one", "")
	case end.late:
		s.undecided(fmt.Sprintf("schedule %d did not end within %s", run.seed, s.limit), "")
	default:
		s.undecided(fmt.Sprintf("schedule %d ended the process with status %d", run.seed, end.status), "")
	}
}

// single runs one schedule of the portion in a fresh process.
func (s *search) single(ctx context.Context, part *portion) error {
	end, err := s.runPortion(ctx, part, plan{mode: "one"}, s.limit)
	if err != nil || s.broken(end) {
		return err
	}
	if len(end.record.schedules) == 0 {
		s.covered.Plain++ // no runtime was built
		return nil
	}
	run := &end.record.schedules[0]
	outcome := outcomeOf(end, run)
	if outcome == "late" || outcome == "ended" {
		s.interrupted(end, run)
		return nil
	}
	run.outcome = outcome
	s.take(end.record, part)
	part.next++
	s.cover(run)
	s.strays(part, run)
	return s.judge(ctx, run)
}

func (s *search) inFreshProcess(ctx context.Context, p plan, script string) (*ending, error) {
	return s.start(ctx, process{program: s.program, args: testArgs(s.test), plan: p.String(), script: script, limit: s.limit})
}

// repeatable makes sure that the schedules of one process were not changed by what earlier ones left behind: the last one
// must be the same in a fresh process.
func (s *search) repeatable(ctx context.Context, last *schedule) error {
	if last == nil || s.external || s.incomplete {
		return nil
	}
	end, err := s.replay(ctx, s.witnessOf(last), plan{mode: "one", phase: s.phase, seed: last.seed})
	if err != nil || end.garbled != nil || len(end.record.schedules) == 0 {
		return err
	}
	if run := &end.record.schedules[0]; run.hash != last.hash || run.diverged {
		s.again()
	}
	return nil
}

// again starts the search over with a process for each schedule.
func (s *search) again() { s.restart, s.leaves = true, true }
