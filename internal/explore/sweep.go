package explore

import (
	"context"
	"slices"
	"strings"
	"time"
)

// sweep cancels each task of a test at each of its suspensions, under a few schedules.
//
// What makes a cancellation wrong is told from what it merely leaves undone by a second one: when the same task, cancelled
// earlier under the same schedule, does no such harm, then what it did in between is what the others now wait for. A test that
// waits for a message that only the cancelled task would ever have sent waits in both. A task that was woken since it suspended is
// compared with itself before the wake-up: what came with that is lost.
type sweep struct {
	*search
	seeds    []*swath
	found    []harm
	confirms int
	// strayed: a schedule of one process was another one than before it was repeated there. Something is left behind.
	strayed bool
}

// swath is the part of a sweep that belongs to one seed.
type swath struct {
	seed uint64
	base *schedule // without a cancellation
	runs map[point]*schedule
}

const (
	// sweepSeeds is under how many schedules each cancellation is tried at least, sweepSeedsMost at most: as long as that takes
	// few polls. The first schedule is that of plain tokio, the others are drawn.
	sweepSeeds, sweepSeedsMost = 4, 16
	// sweepSeedsFresh is under how many where each cancellation needs a process of its own.
	sweepSeedsFresh = 2
	// sweepMost bounds the cancellations of one seed; more are spread evenly over the suspensions.
	sweepMost = 400
	// sweepMostFresh bounds them where each one needs a process of its own.
	sweepMostFresh = 40
	// sweepTime bounds the cancellations that one process tries: a test may take real time.
	sweepTime = 10 * time.Second
	// sweepStops bounds how many cancellations may end the process they run in.
	sweepStops = 100
	// sweepConfirms bounds the failures of one test that are looked at more closely.
	sweepConfirms = 6
)

// sweep runs after the schedules of the test, when those gave no reason to distrust what a schedule shows.
func (s *search) sweep(ctx context.Context) error {
	if s.opt.NoCancel || s.over() || s.external || s.covered.Schedules == 0 {
		return nil
	}
	phase := s.phase
	s.phase = PhaseTasks
	defer func() { s.phase = phase }()
	w := &sweep{search: s}
	if !s.fresh {
		if err := w.inOneProcess(ctx); err != nil {
			return err
		}
	}
	if s.fresh || w.strayed {
		w.seeds = nil
		if err := w.inFreshProcesses(ctx); err != nil {
			return err
		}
	}
	w.count()
	for _, seed := range w.seeds {
		w.found = append(w.found, seed.harms(s)...)
	}
	return w.judge(ctx)
}

func (w *sweep) count() {
	for _, seed := range w.seeds {
		if seed.base == nil {
			continue
		}
		for _, n := range seed.base.suspensions {
			w.covered.Suspensions += n
		}
		w.covered.Woken += len(seed.base.handed) / 2
		w.aim.Suspensions += len(seed.base.focused) / 2
		for at, run := range seed.runs {
			if run.outcome != "" && seed.base.inFocus(at) {
				w.aim.Cancelled++
			}
			switch {
			case at.nth == 0 || run.outcome == "":
			case at.woken:
				w.covered.CancelledWoken++
			default:
				w.covered.Cancelled++
			}
			if at.nth > 0 && run.outcome == "stuck" {
				w.covered.Waiting++ // until it is found to be more than that
			}
		}
	}
}

// inOneProcess goes on in another process when a cancellation ended the one it ran in.
func (w *sweep) inOneProcess(ctx context.Context) error {
	seed, last := w.opt.Seed, w.opt.Seed+sweepSeedsMost
	var after *point
	begin := time.Now()
	for stops := 0; seed < last && stops < sweepStops && time.Since(begin) < 2*sweepTime; stops++ {
		end, err := w.start(ctx, process{
			program: w.program, args: testArgs(w.test), limit: 3 * w.limit,
			plan: plan{
				mode: "sweep", phase: w.phase, strategy: StrategyRandom, seed: seed, count: int(last - seed), time: sweepTime,
				least: max(0, int(w.opt.Seed)+sweepSeeds-int(seed)), sweep: sweepPlan{after: after, most: sweepMost, plain: &w.opt.Seed},
			}.String(),
		})
		if err != nil {
			return err
		}
		if end.garbled != nil || len(end.record.schedules) == 0 {
			return nil
		}
		for i := range end.record.schedules {
			w.take(&end.record.schedules[i])
		}
		if end.status == 0 || end.late || w.strayed {
			return nil // all are done, or one of them never comes back: the rest is not tried, and not counted
		}
		stopped := &end.record.schedules[len(end.record.schedules)-1]
		seed, after = stopped.seed, stopped.cancelled
		if after == nil {
			seed++
		}
	}
	return nil
}

func (w *sweep) take(run *schedule) {
	i := slices.IndexFunc(w.seeds, func(s *swath) bool { return s.seed == run.seed })
	if i < 0 {
		i = len(w.seeds)
		w.seeds = append(w.seeds, &swath{seed: run.seed, runs: map[point]*schedule{}})
	}
	at := w.seeds[i]
	switch {
	case run.cancelled != nil:
		at.runs[*run.cancelled] = run
	case !run.counted:
		// A task was to be cancelled and never came so far: not the schedule that it was taken from. One that was cut off says nothing.
		w.strayed = w.strayed || run.outcome != ""
	case at.base != nil && (at.base.order != run.order || run.outcome != "ok"):
		w.strayed = true
	case run.outcome == "ok" && !slices.ContainsFunc(w.seeds, func(s *swath) bool { return s.seed != run.seed && s.base != nil && s.base.order == run.order }):
		at.base = run // the module leaves out a seed that is the same as an earlier one
	}
}

// inFreshProcesses is for tests that leave something behind: a process for each cancellation, and few seeds.
func (w *sweep) inFreshProcesses(ctx context.Context) error {
	begin := time.Now()
	for seed := w.opt.Seed; seed < w.opt.Seed+sweepSeedsFresh; seed++ {
		base, err := w.once(ctx, seed, nil)
		if err != nil {
			return err
		}
		if base == nil || base.outcome != "ok" {
			continue
		}
		w.take(base)
		for _, at := range w.points(base) {
			if time.Since(begin) > freshTime {
				return nil
			}
			run, err := w.once(ctx, seed, &at)
			if err != nil {
				return err
			}
			if run != nil && run.cancelled != nil {
				w.take(run)
			}
		}
	}
	return nil
}

// drawn is how the schedule of a seed comes about: the first one is that of plain tokio, where a walk begins.
func (w *sweep) drawn(seed uint64) Strategy {
	if seed == w.opt.Seed {
		return StrategyExhaustive
	}
	return StrategyRandom
}

// freshTime bounds the time that a sweep with a process for each cancellation takes.
const freshTime = 20 * time.Second

// points are all suspensions, thinned out when there are too many, and the beginning of each task. Where somebody else ended the
// suspension there are two ways to cancel.
func (w *sweep) points(base *schedule) []point {
	var all [][]point
	for i, n := range base.suspensions {
		for nth := range n + 1 {
			all = append(all, []point{{task: i + 1, nth: nth}})
		}
	}
	for i := 0; i+1 < len(base.handed); i += 2 {
		at := slices.IndexFunc(all, func(p []point) bool { return p[0].task == base.handed[i] && p[0].nth == base.handed[i+1] })
		if at >= 0 {
			all[at] = append(all[at], point{base.handed[i], base.handed[i+1], true})
		}
	}
	step := (len(all) + sweepMostFresh - 1) / sweepMostFresh
	var out []point
	for i, p := range all {
		if p[0].nth == 0 || i%max(step, 1) == 0 {
			out = append(out, p...)
		}
	}
	return out
}

// once runs a seed with at most one cancellation in a fresh process; nil when that gave no schedule.
func (w *sweep) once(ctx context.Context, seed uint64, at *point) (*schedule, error) {
	end, err := w.inFreshProcess(ctx, plan{mode: "one", phase: w.phase, strategy: w.drawn(seed), seed: seed, cancel: at, sweep: sweepPlan{counting: at == nil}}, "")
	if err != nil || end.garbled != nil || len(end.record.schedules) == 0 {
		return nil, err
	}
	run := &end.record.schedules[0]
	run.outcome = outcomeOf(end, run)
	if run.outcome == "late" || run.outcome == "ended" {
		run.outcome = ""
	}
	return run, nil
}

// harm is a cancellation after which something is wrong that is not wrong after an earlier one of the same task.
type harm struct {
	kind     harmKind
	run      *schedule
	earlier  *schedule
	stranded []int // of harmLeft: the tasks that wait
}

type harmKind int

const (
	harmStuck harmKind = iota // nothing can ever run again
	harmLeft                  // the test ended, as it looked at the cancelled task, and others wait for ever
	harmPanic                 // something panics that is not the test
	harmCrash                 // the process is gone: a panic while another one unwinds
)

// harms compares the cancellations of each task with its earlier ones. Of neighbours that do the same harm only the first
// counts.
func (s *swath) harms(of *search) []harm {
	if s.base == nil {
		return nil
	}
	var points []point
	for at := range s.runs {
		points = append(points, at)
	}
	slices.SortFunc(points, comparePoints)
	var out []harm
	var before []*schedule
	last := map[harmKind]int{}
	for i, at := range points {
		if i > 0 && points[i-1].task != at.task {
			before = nil
			clear(last)
		}
		run := s.runs[at]
		for kind := range harmCrash + 1 {
			earlier, stranded := harmed(of, kind, s.base, run, before)
			if earlier == nil {
				continue
			}
			if n, ok := last[kind]; !ok || n != i-1 {
				out = append(out, harm{kind, run, earlier, stranded})
			}
			last[kind] = i
		}
		before = append(before, run)
	}
	return out
}

// harmed looks for the latest earlier cancellation without that harm; nil when this one does none either, or all do.
func harmed(of *search, kind harmKind, base, run *schedule, before []*schedule) (*schedule, []int) {
	for _, earlier := range slices.Backward(before) {
		if !comparable(kind, run, earlier) {
			continue
		}
		switch kind {
		case harmStuck:
			if run.outcome == "stuck" && earlier.outcome != "stuck" {
				return earlier, nil
			}
		case harmLeft:
			if stranded := strandedIn(base, run, earlier); len(stranded) > 0 {
				return earlier, stranded
			}
		case harmPanic:
			if p := foreignPanic(of, run); p != nil && !panicsAt(base, p.place) && !slices.ContainsFunc(before, func(b *schedule) bool { return panicsAt(b, p.place) }) {
				return earlier, nil
			}
		case harmCrash:
			if run.outcome == "crash" {
				return earlier, nil
			}
		}
	}
	return nil, nil
}

// comparable reports whether the earlier cancellation says what the later one does besides. After a wake-up the only difference
// is that, so the other run is the one without. Where somebody waits for ever the earlier run must be clean: whoever found the task
// gone and said so may have had something to hand over, for which nobody waits then.
func comparable(kind harmKind, run, earlier *schedule) bool {
	if !earlier.known() || run.cancelled == nil || earlier.cancelled == nil || earlier.cancelled.woken {
		return false
	}
	if run.cancelled.woken && earlier.cancelled.nth != run.cancelled.nth {
		return false
	}
	return kind == harmPanic || kind == harmCrash || earlier.clean()
}

// clean reports whether nothing went wrong but looks at the task that was cancelled.
func (s *schedule) clean() bool {
	foreign := func(p panicked) bool { return !strings.Contains(p.text, "JoinError::") }
	return s.outcome != "error" && !slices.ContainsFunc(s.panics, foreign)
}

// known reports whether the run came to an end that says what the cancellation did.
func (s *schedule) known() bool {
	switch s.outcome {
	case "ok", "error", unnoticed:
		return true
	case "panic":
		return s.ended // the panic of the body was held back until nothing could run
	}
	return false
}

// strandedIn are the tasks that never end in run, and do in the other two: they were there already when the task was
// cancelled in the earlier one.
func strandedIn(base, run, earlier *schedule) []int {
	if run.outcome != "panic" || !run.ended {
		return nil
	}
	var out []int
	for _, task := range run.unfinished {
		there := task <= earlier.tasksThen && task != run.cancelled.task
		if there && !slices.Contains(base.unfinished, task) && !slices.Contains(earlier.unfinished, task) {
			out = append(out, task)
		}
	}
	return out
}

// foreignPanic is the first panic that is neither the test's own nor the look at a task that was cancelled.
func foreignPanic(of *search, run *schedule) *panicked {
	for i := range run.panics {
		p := &run.panics[i]
		file := of.sourceFile(p.place.file)
		if strings.Contains(p.text, "JoinError::") || p.task < 0 {
			continue
		}
		if file != "" && of.isTest(frame{place: place{file, p.place.line, p.place.column}}) {
			continue
		}
		return p
	}
	return nil
}

func panicsAt(run *schedule, at place) bool {
	return slices.ContainsFunc(run.panics, func(p panicked) bool { return p.place == at })
}
