package explore

import (
	"context"
	"os"
)

// hurried looks at a schedule in which a timer fired only because tasks went on for long without waking anybody else: a program that
// spins until its deadline has to come to an end, and one that merely yields very often has not reached that deadline yet. So the run is
// repeated with far more patience. When it ends without that, the test is explored anew in this way, and hurried says so.
func (s *search) hurried(ctx context.Context, run *schedule) (bool, error) {
	key := "hurried " + run.outcome
	if !run.forced || s.unhurried || s.judged[key] {
		return false, nil
	}
	s.judged[key] = true
	slow, err := s.withPatience(ctx, run)
	if err != nil || slow == nil || slow.outcome == "" || slow.forced {
		return false, err
	}
	s.restart, s.unhurried = true, true
	return true, nil
}

// withPatience repeats the decisions of a run, those of plain tokio where they were not written down; nil when that gave no schedule.
func (s *search) withPatience(ctx context.Context, run *schedule) (*schedule, error) {
	p := plan{mode: "one", phase: s.phase, seed: run.seed, strategy: StrategyExhaustive}
	script := ""
	if len(run.decisions) > 0 {
		var err error
		if script, err = s.script([][]string{append([]string{timersLater}, run.decisions...)}); err != nil {
			return nil, err
		}
		defer os.Remove(script)
		p.trial = true
	}
	end, err := s.start(ctx, process{program: s.program, args: testArgs(s.test), plan: p.String() + unhurried, script: script, limit: s.limit})
	if err != nil || end.late || end.garbled != nil || len(end.record.schedules) == 0 {
		return nil, err
	}
	return &end.record.schedules[0], nil
}
