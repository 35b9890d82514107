package explore

import (
	"context"
	"os"
	"slices"
)

// patient reports whether timers were held back in the run while tasks woke nobody but themselves.
func (s *schedule) patient() bool { return slices.Contains(s.decisions, timersHeld) }

// ruleBusy is under which key a program that spins until a timer fires was looked at: it is reported as a live-lock that a timer
// ends.
const ruleBusy = "busy"

// spunUntilATimer looks at a schedule that passed, and in which tasks woke nobody but themselves until a timer fired. With the
// timers held back it must go on like that; what computes and yields gets on, and what comes to its end by itself was told before. A loop of the test's own is the test's business.
func (s *search) spunUntilATimer(ctx context.Context, first *schedule) error {
	if !first.busy || first.external || s.unhurried || s.judged[ruleBusy] {
		return nil
	}
	s.judged[ruleBusy] = true
	run, err := s.heldBack(ctx, first)
	if err != nil || run == nil || run.outcome != "live-lock" {
		return err
	}
	spins := s.spinning(run)
	if len(spins) == 0 || s.isTest(spins[0].frames[0]) {
		return nil
	}
	w := s.witnessOf(run)
	path, err := w.keep(s.tests.TargetDir)
	if err != nil {
		return err
	}
	again, err := s.replay(ctx, w, plan{mode: "one", phase: s.phase, seed: run.seed})
	if err != nil {
		return err
	}
	if differs(w, again) != "" {
		return os.Remove(path)
	}
	short, err := s.shortened(ctx, w, run, path, nil)
	if err != nil {
		return err
	}
	f := s.witnessed(short)
	s.findings = append(s.findings, f)
	s.judged[w.Rule] = true // a program that runs so long tells little more
	return nil
}

// heldBack runs the decisions again with the timers held back, everything written down; nil when that gave no schedule.
func (s *search) heldBack(ctx context.Context, first *schedule) (*schedule, error) {
	script, err := s.script([][]string{append([]string{timersHeld}, first.decisions...)})
	if err != nil {
		return nil, err
	}
	defer os.Remove(script)
	p := plan{mode: "one", phase: s.phase, seed: first.seed, record: true, trial: true}
	end, err := s.inFreshProcess(ctx, p, script)
	if err != nil || end.garbled != nil || len(end.record.schedules) == 0 {
		return nil, err
	}
	run := &end.record.schedules[0]
	if outcomeOf(end, run) != "live-lock" {
		return nil, nil
	}
	return s.inFull(ctx, s.witnessOf(run), run.polls)
}
