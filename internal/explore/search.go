package explore

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"time"

	"pollux/internal/finding"
)

// search is the exploration of one test.
type search struct {
	*explorer
	target
	limit      time.Duration // of one schedule
	covered    Coverage
	orders     map[uint64]bool // of polls, in all phases
	points     points
	aim        Aim
	phases     []PhaseCoverage
	timers     bool // some timer was set
	unsteady   bool // the same decisions led to different questions
	io         bool // some schedule uses a socket, or may
	findings   []finding.Finding
	unknowns   []finding.Unknown
	incomplete bool
	failing    *Failure // without exploration; nil when it passes
	missed     bool     // it does not reach what is in focus
	fresh      bool     // every schedule needs a process of its own
	judged     map[string]bool
	external   bool
	phase      Phase
	restart    bool // what was found so far does not count: all over again, for one of the next two reasons
	leaves     bool // a schedule leaves something behind: each needs a process of its own
	unhurried  bool // tasks yield very often and come to their end by themselves
}

// run explores the test: first as it is, then under schedules.
func (s *search) run(ctx context.Context) error {
	if ok, err := s.passes(ctx); err != nil || !ok {
		return err
	}
	s.forget()
	return s.explored(ctx)
}

// explored runs the test under schedules.
func (s *search) explored(ctx context.Context) error {
	if len(s.opt.Focus) > 0 {
		if hit, err := s.reaches(ctx, s.opt.Focus); err != nil || !hit {
			s.missed = err == nil
			return err
		}
	}
	if err := s.inPhases(ctx); err != nil {
		return err
	}
	for s.restart {
		s.forget()
		s.fresh = s.fresh || s.leaves
		if err := s.inPhases(ctx); err != nil {
			return err
		}
	}
	if err := s.sweep(ctx); err != nil {
		return err
	}
	if s.external && !s.incomplete {
		s.unknowns = append(s.unknowns, finding.Unknown{
			What:   s.String(),
			Reason: "sockets, threads or processes take part: their timing is not controlled, and waiting for ever is not told from waiting for them",
		})
	}
	return nil
}

// scheduleLimit is how long one schedule may take. Time that is virtual takes none, so a slow schedule is one that computes.
func scheduleLimit(plain time.Duration) time.Duration { return max(10*time.Second, 8*plain) }

func (s *search) undecided(reason, hint string) {
	s.incomplete = true
	s.unknowns = append(s.unknowns, finding.Unknown{What: s.String(), Reason: reason, Hint: hint})
}

// forget makes the search one that has seen nothing.
func (s *search) forget() {
	s.covered, s.orders, s.points, s.judged = Coverage{}, map[uint64]bool{}, points{}, map[string]bool{}
	s.findings, s.phases, s.restart, s.aim = nil, nil, false, Aim{}
}

func (s *search) inPhases(ctx context.Context) error {
	for _, s.phase = range explored(s.opt.Phases) {
		if s.over() {
			break
		}
		if err := s.inPhase(ctx); err != nil {
			return err
		}
	}
	s.covered.Interleavings = len(s.orders)
	return nil
}

// inPhase runs the schedules of the present phase.
func (s *search) inPhase(ctx context.Context) error {
	s.phases = append(s.phases, PhaseCoverage{Phase: s.phase.String()})
	covered := &s.phases[len(s.phases)-1]
	if s.phase == PhaseTime && !s.timers && s.covered.Schedules > 0 {
		covered.Skipped = "no timer is ever set"
		return nil
	}
	before, orders := s.covered.Schedules, s.orders
	s.orders = map[uint64]bool{}
	defer func() {
		covered.Schedules, covered.Interleavings = s.covered.Schedules-before, len(s.orders)
		maps.Copy(orders, s.orders)
		s.orders = orders
	}()
	for _, part := range portions(s.opt.Strategy, s.opt.Seed, s.opt.Schedules, len(s.opt.Focus) > 0) {
		if err := s.schedules(ctx, part); err != nil {
			return err
		}
		if walk, ok := parseWalk(part.walk); ok && !part.aimed {
			covered.Walk = &walk
			if walk.Complete {
				break // there is nothing left to draw from
			}
		}
	}
	if s.covered.Schedules > 0 {
		s.covered.Tests = 1
	}
	return nil
}

// schedules runs one after the other: many in one process as long as that is sound, each in its own otherwise.
func (s *search) schedules(ctx context.Context, part *portion) error {
	for part.left() > 0 && !s.over() {
		if walk, ok := parseWalk(part.walk); ok && walk.Complete {
			return nil
		}
		before, polls := s.covered.Schedules, s.covered.Polls
		run := s.batch
		if s.fresh {
			part.shareOnly()
			run = s.single
		}
		if err := run(ctx, part); err != nil {
			return err
		}
		part.spend(s.covered.Polls - polls)
		s.progress.ran(s.covered.Schedules - before)
	}
	return nil
}

// over reports whether nothing more is to be learned: a test that was found stuck stays so, and an undecided one is left.
func (s *search) over() bool {
	return s.incomplete || s.restart || s.judged[ruleStuck] || s.judged[ruleLiveLock] || s.covered.Plain > 0
}

// outcomeOf is how the test ended in a process of its own, where Rust's harness has the last word: it knows which panics a
// test wants.
func outcomeOf(end *ending, run *schedule) string {
	switch {
	case end.late:
		return "late"
	case end.status == 0 && run.outcome == unnoticed:
		return unnoticed
	case end.status == 0:
		return "ok"
	case end.status == statusStuck && run.outcome == "stuck":
		return "stuck"
	case end.status > signalled && run.outcome == "crash":
		return "crash"
	case end.status == statusLiveLock && run.outcome == "live-lock":
		return "live-lock"
	case end.status == statusOnlyTimers && run.outcome == "only-timers":
		return "only-timers"
	case end.status == statusFailed && len(run.panics) > 0:
		return "panic"
	case end.status == statusFailed:
		return "error"
	}
	return "ended"
}

func (s *search) cover(run *schedule) {
	s.covered.Schedules++
	s.covered.Polls += run.polls
	if order, err := strconv.ParseUint(run.order, 16, 64); err == nil {
		s.orders[order] = true
	}
	if run.mapped {
		s.covered.Mapped = 1
	}
	s.external = s.external || run.external
}

// unseen reports whether this kind of failure of this test was not looked at yet.
func (s *search) unseen(run *schedule) bool {
	key := run.outcome
	if len(run.panics) > 0 {
		key += fmt.Sprint(" ", run.panics[0].place)
	}
	if s.judged[key] {
		return false
	}
	s.judged[key] = true
	return true
}
