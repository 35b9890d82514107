package explore

import (
	"context"
	"fmt"
	"time"

	"pollux/internal/finding"
)

// search is the exploration of one test.
type search struct {
	*explorer
	target
	limit      time.Duration // of one schedule
	covered    Coverage
	orders     map[string]bool
	findings   []finding.Finding
	unknowns   []finding.Unknown
	incomplete bool
	fails      bool // without exploration
	fresh      bool // every schedule needs a process of its own
	judged     map[string]bool
	external   bool
	phase      Phase
}

// plainLimit bounds the run of a test without exploration.
const plainLimit = 2 * time.Minute

// run explores the test: first as it is, then under schedules.
func (s *search) run(ctx context.Context) error {
	plain, err := s.start(ctx, process{program: s.program, args: testArgs(s.test), limit: plainLimit})
	if err != nil {
		return err
	}
	switch {
	case plain.late:
		s.undecided(fmt.Sprintf("takes more than %s without exploration", plainLimit), "")
		return nil
	case plain.status != 0:
		s.fails = true
		s.undecided("fails without exploration too", "run cargo test first")
		return nil
	}
	s.limit = scheduleLimit(plain.took)
	s.judged = map[string]bool{}
	for _, s.phase = range explored(s.opt.Phases) {
		if err := s.schedules(ctx); err != nil {
			return err
		}
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

// schedules tries seed after seed: many in one process as long as that is sound, each in its own otherwise.
func (s *search) schedules(ctx context.Context) error {
	seed, last := s.opt.Seed, s.opt.Seed+uint64(s.opt.Schedules)
	for seed < last && !s.over() {
		var next uint64
		var err error
		if s.fresh {
			next, err = s.single(ctx, seed)
		} else {
			next, err = s.batch(ctx, seed, int(last-seed))
		}
		if err != nil {
			return err
		}
		seed = next
	}
	if s.covered.Schedules > 0 {
		s.covered.Tests = 1
	}
	return nil
}

// over reports whether nothing more is to be learned: a test that was found stuck stays so, and an undecided one is left.
func (s *search) over() bool {
	return s.incomplete || s.judged[ruleStuck] || s.covered.Plain > 0
}

// batch runs count seeds in one process and returns the seed to go on with.
func (s *search) batch(ctx context.Context, seed uint64, count int) (uint64, error) {
	end, err := s.start(ctx, process{
		program: s.program, args: testArgs(s.test),
		plan: plan{mode: "batch", phase: s.phase, seed: seed, count: count}.String(), limit: batchLimits * s.limit,
	})
	if err != nil {
		return 0, err
	}
	if s.broken(end) {
		return seed, nil
	}
	if !end.record.batch {
		s.fresh = true // the test does not use tokio's attribute: it runs once per process
		return seed, nil
	}
	for i := range end.record.schedules {
		run := &end.record.schedules[i]
		if run.outcome == "" {
			return s.cutOff(end, run, i)
		}
		s.cover(run)
		if run.outcome != "ok" && s.unseen(run) {
			if err := s.confirm(ctx, run.seed, run); err != nil || s.fresh {
				return s.opt.Seed, err // what ran in one process is done again in processes of their own
			}
		}
		seed = run.seed + 1
		if s.over() {
			return seed, nil
		}
	}
	if err := s.repeatable(ctx, end.record); err != nil || s.fresh {
		return s.opt.Seed, err
	}
	return seed, nil
}

// batchLimits is how many times the limit of one schedule a batch may take before the rest gets another process.
const batchLimits = 3

// cutOff handles a batch that ended in the middle of its i-th schedule, and returns the seed to go on with.
func (s *search) cutOff(end *ending, run *schedule, i int) (uint64, error) {
	switch {
	case end.late && i > 0:
		return run.seed, nil // there were many, or this one is slow: it will be the first of the next batch
	case end.late:
		return s.interrupted(end, run)
	}
	s.freshFrom() // what ended the process may be the work of the schedules before
	return s.opt.Seed, nil
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
func (s *search) interrupted(end *ending, run *schedule) (uint64, error) {
	if end.late && run.mapped {
		s.undecided("does not end when its runtime of several threads is run on one", "")
		return run.seed, nil
	}
	if end.late {
		s.undecided(fmt.Sprintf("seed %d did not end within %s", run.seed, s.limit), "")
		return run.seed, nil
	}
	s.undecided(fmt.Sprintf("seed %d ended the process with status %d", run.seed, end.status), "")
	return run.seed, nil
}

// single runs one seed in a fresh process.
func (s *search) single(ctx context.Context, seed uint64) (uint64, error) {
	end, err := s.inFreshProcess(ctx, plan{mode: "one", phase: s.phase, seed: seed}, "")
	if err != nil {
		return 0, err
	}
	if s.broken(end) {
		return seed, nil
	}
	if len(end.record.schedules) == 0 {
		s.covered.Plain++ // no runtime was built
		return seed + 1, nil
	}
	run := &end.record.schedules[0]
	outcome := outcomeOf(end, run)
	if outcome == "late" || outcome == "ended" {
		_, err := s.interrupted(end, run)
		return seed, err
	}
	run.outcome = outcome
	s.cover(run)
	if outcome != "ok" && s.unseen(run) {
		if err := s.confirm(ctx, seed, run); err != nil {
			return 0, err
		}
	}
	return seed + 1, nil
}

func (s *search) inFreshProcess(ctx context.Context, p plan, script string) (*ending, error) {
	return s.start(ctx, process{program: s.program, args: testArgs(s.test), plan: p.String(), script: script, limit: s.limit})
}

// outcomeOf is how the test ended in a process of its own, where Rust's harness has the last word: it knows which panics a
// test wants.
func outcomeOf(end *ending, run *schedule) string {
	switch {
	case end.late:
		return "late"
	case end.status == 0:
		return "ok"
	case end.status == statusStuck && run.outcome == "stuck":
		return "stuck"
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
	s.orders[run.order] = true
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

// repeatable makes sure that the schedules of one process were not changed by what earlier ones left behind: the last one
// must be the same in a fresh process.
func (s *search) repeatable(ctx context.Context, rec *record) error {
	if len(rec.schedules) == 0 || s.external || s.incomplete {
		return nil
	}
	last := &rec.schedules[len(rec.schedules)-1]
	end, err := s.inFreshProcess(ctx, plan{mode: "one", phase: s.phase, seed: last.seed}, "")
	if err != nil || end.garbled != nil || len(end.record.schedules) == 0 {
		return err
	}
	if end.record.schedules[0].hash == last.hash {
		return nil
	}
	s.freshFrom()
	return nil
}

// freshFrom starts over with a process for each schedule.
func (s *search) freshFrom() {
	s.fresh = true
	s.covered = Coverage{}
	s.orders = map[string]bool{}
	s.judged = map[string]bool{}
	s.findings = nil
}
