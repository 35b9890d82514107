package explore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// The rules of this family.
const (
	ruleStuck        = "stuck-task"
	ruleLiveLock     = "live-lock"
	rulePanic        = "schedule-panic"
	ruleTest         = "schedule-dependent-test"
	ruleUnreplayable = "unreplayable-test"
)

// detailPolls is how much of the end of a schedule is written down in full: each step costs a backtrace.
const detailPolls = 300

// confirm repeats the decisions of a failing schedule in a fresh process, with everything written down, and once more. Only what fails all three times
// in the same way is a finding.
func (s *search) confirm(ctx context.Context, first *schedule) error {
	from := max(0, first.polls-detailPolls)
	end, err := s.replay(ctx, s.witnessOf(first), plan{mode: "one", phase: s.phase, seed: first.seed, record: true, verbose: true, report: from})
	if err != nil || s.broken(end) {
		return err
	}
	if len(end.record.schedules) == 0 {
		return s.unlike(first.seed, "ran no schedule")
	}
	run := &end.record.schedules[0]
	run.outcome = outcomeOf(end, run)
	switch {
	case run.outcome == "ok" && !s.fresh && !first.external:
		s.again() // what earlier schedules left in the process made it fail, or the test wants to panic
		return nil
	case run.outcome == "late" || run.outcome == "ended":
		s.interrupted(end, run)
		return nil
	case run.outcome == "only-timers":
		s.undecided("nothing but timers fired, 200000 times, until the run was given up", "")
		return nil
	case run.outcome != first.outcome || run.hash != first.hash:
		if !s.fresh && !first.external {
			s.again()
			return nil
		}
		return s.unlike(first.seed, fmt.Sprintf("ended with `%s`, and the same schedule in a fresh process with `%s`", first.outcome, run.outcome))
	}
	return s.witness(ctx, run)
}

// unlike reports a run that does not repeat.
func (s *search) unlike(seed uint64, what string) error {
	if s.judged[ruleUnreplayable] {
		return nil
	}
	s.judged[ruleUnreplayable] = true
	f := s.blank(ruleUnreplayable, finding.Info)
	f.Message = fmt.Sprintf("`%s` does not run the same way twice under one schedule: schedule %d %s", s.test, seed, what)
	f.Fix = "look for what the test takes from outside: the system's clock, threads, sockets, the order of a HashMap"
	s.findings = append(s.findings, f)
	return nil
}

// witness replays the decisions of a failing run, and makes a finding of it when they lead to the same end.
func (s *search) witness(ctx context.Context, run *schedule) error {
	w := s.witnessOf(run)
	path, err := w.keep(s.tests.TargetDir)
	if err != nil {
		return err
	}
	again, err := s.replay(ctx, w, plan{mode: "one", phase: s.phase, seed: run.seed})
	if err != nil {
		return err
	}
	if reason := differs(w, again); reason != "" {
		_ = os.Remove(path)
		return s.unlike(run.seed, "failed, and its replay "+reason)
	}
	if s.clockMatters(run) {
		ok, err := s.failsInRealTime(ctx, run)
		if err != nil {
			return err
		}
		if !ok {
			_ = os.Remove(path)
			s.undecided(fmt.Sprintf("schedule %d fails only while time is virtual; in real time it passes or takes too long", run.seed), "code that reads std::time beside tokio's clock sees two clocks")
			return nil
		}
	}
	short, err := s.shortened(ctx, w, run, path, nil)
	if err != nil {
		return err
	}
	f := s.witnessed(short)
	if err := s.inRealTime(ctx, short.run, &f); err != nil {
		return err
	}
	s.findings = append(s.findings, f)
	s.judged[short.witness.Rule] = true
	return nil
}

// clockMatters reports whether a failure must be seen in real time, too: where a timer fired, and where nothing but the virtual clock
// differs from plain tokio. One that needs a timer before its time cannot be: the finding says so.
func (s *search) clockMatters(run *schedule) bool {
	return run.outcome != "stuck" && run.outcome != "live-lock" && (run.advances > 0 || len(run.decisions) == 0) && s.phase != PhaseTime
}

// failsInRealTime runs the decisions again without virtual time, where timers may bring other questions.
func (s *search) failsInRealTime(ctx context.Context, run *schedule) (bool, error) {
	script, err := s.script([][]string{run.decisions})
	if err != nil {
		return false, err
	}
	defer os.Remove(script)
	end, err := s.inFreshProcess(ctx, plan{mode: "one", phase: s.phase, seed: run.seed, trial: true, real: true}, script)
	if err != nil || end.garbled != nil || len(end.record.schedules) == 0 {
		return false, err
	}
	again := &end.record.schedules[0]
	return outcomeOf(end, again) == run.outcome && samePanic(again, run), nil
}

func samePanic(a, b *schedule) bool {
	if len(a.panics) == 0 || len(b.panics) == 0 {
		return len(a.panics) == len(b.panics)
	}
	return a.panics[0].place == b.panics[0].place
}

func (s *search) witnessOf(run *schedule) *Witness {
	return &Witness{
		Pollux: s.opt.Version, Toolchain: s.tests.Toolchain, Tokio: s.versions.Tokio, Root: s.tests.Root, Build: buildOf(s.request, s.opt.Scratch),
		Package: s.program.Package, Crate: s.program.Crate, Kind: s.program.Kind, Test: s.test,
		Rule: s.ruleOf(run), Failure: s.failure(run), Phase: s.phase, Seed: run.seed, Hash: run.hash, Decisions: run.decisions,
	}
}

// replay runs the decisions of a witness.
func (s *search) replay(ctx context.Context, w *Witness, p plan) (*ending, error) {
	script := filepath.Join(s.tests.TargetDir, "records", w.name()+".script")
	if err := os.MkdirAll(filepath.Dir(script), 0o777); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	if err := os.WriteFile(script, []byte(strings.Join(w.Decisions, " ")), 0o644); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	defer os.Remove(script)
	return s.inFreshProcess(ctx, p, script)
}

// differs says how a run differs from that of the witness; empty when it is the same.
func differs(w *Witness, end *ending) string {
	switch {
	case end.late:
		return "did not end"
	case end.garbled != nil:
		return end.garbled.Error()
	case len(end.record.schedules) == 0:
		return "ran no schedule"
	}
	run := &end.record.schedules[0]
	outcome := outcomeOf(end, run)
	switch {
	case outcome == "ok":
		return "passed"
	case run.diverged:
		return "came to other questions than the decisions answer"
	case run.hash != w.Hash:
		return "took another way"
	case w.Rule == ruleCancel && w.Stranded == "" && outcome != "stuck":
		return "ended with `" + outcome + "`"
	case w.Rule != ruleCancel && (w.Rule == ruleStuck) != (outcome == "stuck"),
		(w.Rule == ruleLiveLock) != (outcome == "live-lock"):
		return "ended with `" + outcome + "`"
	}
	return ""
}

// ruleOf says what kind of failure this is.
func (s *search) ruleOf(run *schedule) string {
	switch {
	case run.outcome == "stuck" && run.cancelled != nil, len(run.stranded) > 0:
		return ruleCancel
	case run.outcome == "stuck":
		return ruleStuck
	case run.outcome == "live-lock":
		return ruleLiveLock
	}
	at, ok := s.culprit(run)
	if ok && !s.isTest(at) {
		return rulePanic
	}
	return ruleTest
}

// culprit is the place of the first panic in the user's code. What follows, such as the unwrap of a JoinError, is its
// consequence.
func (s *search) culprit(run *schedule) (frame, bool) {
	if len(run.panics) == 0 {
		return frame{}, false
	}
	first := firstPanic(run)
	for _, f := range first.frames {
		if file := s.file(f.file); s.ours(file) {
			f.file = file
			return f, true
		}
	}
	if file := s.sourceFile(first.place.file); file != "" && s.ours(file) {
		first.place.file = file
		return frame{place: first.place}, true
	}
	return frame{}, false
}

// firstPanic is the first one that is not a look at the task that was cancelled, which any test may take.
func firstPanic(run *schedule) panicked {
	if p, ok := fallenPanic(run); ok {
		return p
	}
	for _, p := range run.panics {
		if run.cancelled == nil || !strings.Contains(p.text, "JoinError::") {
			return p
		}
	}
	return run.panics[0]
}

// failure is one line for the witness.
func (s *search) failure(run *schedule) string {
	if run.outcome == "stuck" {
		places := make([]string, 0, len(run.waits))
		for _, w := range s.waits(run) {
			if len(w.frames) > 0 {
				places = append(places, fmt.Sprintf("%s at %s:%d", taskName(w.task), w.frames[0].file, w.frames[0].line))
			}
		}
		return "stuck: " + strings.Join(places, ", ")
	}
	if run.outcome == "live-lock" {
		return "live-lock: tasks wake themselves again and again, and nobody else"
	}
	if len(run.panics) > 0 {
		p := firstPanic(run)
		return fmt.Sprintf("panic at %s:%d: %s", p.place.file, p.place.line, p.text)
	}
	return "the test returned an error"
}

// waits are the waits of a stuck run with the frames in the user's own packages: those first that could end, tasks before the test body.
func (s *search) waits(run *schedule) []wait {
	var out []wait
	for _, w := range run.waits {
		w = run.spawnedAt(w)
		out = append(out, wait{w.task, s.own(w.frames), w.reason, w.lost})
	}
	slices.SortStableFunc(out, func(a, b wait) int {
		switch {
		case a.lost != "" && b.lost == "":
			return -1
		case b.lost != "" && a.lost == "":
			return 1
		}
		return order(a.task) - order(b.task)
	})
	return out
}

// order puts the test body last: it waits for the tasks.
func order(task int) int {
	if task == 0 {
		return 1 << 30
	}
	return task
}

// own keeps the frames whose file lies in the workspace, with files relative to its root.
func (s *search) own(frames []frame) []frame {
	var out []frame
	for _, f := range frames {
		if f.file = s.file(f.file); s.ours(f.file) {
			out = append(out, f)
		}
	}
	return out
}

func taskName(task int) string {
	if task == 0 {
		return "the test body"
	}
	return fmt.Sprintf("task %d", task)
}

// witnessed is what a run shows, with the file that shows it again.
func (s *search) witnessed(short shortest) finding.Finding {
	f := s.finding(short.witness.Rule, short.run)
	f.Verdict = finding.Replayed
	if short.minimal {
		f.Verdict = finding.Shrunk
	}
	if short.late && !short.minimal {
		f.Because = append(f.Because, finding.Because{Message: "shrinking came to a limit of time: on another machine the witness of the same seed may be shorter"})
	}
	f.Witness = relative(s.tests.Root, short.path)
	f.Reproduce = "pollux replay " + f.Witness
	return f
}
