package explore

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// ruleCancel is the rule of what a cancellation leaves behind.
const ruleCancel = "cancel-stuck"

// judge makes findings of the harms that repeat in fresh processes and whose cause lies in the user's own code.
func (w *sweep) judge(ctx context.Context) error {
	for _, h := range w.found {
		if w.confirms >= sweepConfirms {
			return nil
		}
		w.confirms++
		if err := w.confirmHarm(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// confirmHarm repeats both cancellations in fresh processes, keeps the decisions of the later one, and replays them.
func (w *sweep) confirmHarm(ctx context.Context, h harm) error {
	run, err := w.recorded(ctx, h)
	if err != nil || run == nil {
		return err
	}
	earlier, err := w.once(ctx, run.seed, h.earlier.cancelled)
	if err != nil || earlier == nil || earlier.outcome != h.earlier.outcome || earlier.hash != h.earlier.hash {
		return err
	}
	in, own := w.cancelledAt(run)
	if !own || !w.testsOwn(run) || (h.kind == harmPanic || h.kind == harmCrash) && w.ruleOf(run) != rulePanic {
		return nil
	}
	h.run = run
	return w.keepHarm(ctx, h, in)
}

// recorded runs the cancellation with everything written down; nil when it ends otherwise than before.
func (w *sweep) recorded(ctx context.Context, h harm) (*schedule, error) {
	p := plan{mode: "one", phase: w.phase, strategy: w.drawn(h.run.seed), seed: h.run.seed, cancel: h.run.cancelled, record: true, verbose: true, report: max(0, h.run.polls-detailPolls)}
	end, err := w.inFreshProcess(ctx, p, "")
	if err != nil || end.garbled != nil || len(end.record.schedules) == 0 {
		return nil, err
	}
	run := &end.record.schedules[0]
	run.outcome = outcomeOf(end, run)
	if run.outcome != h.run.outcome || run.hash != h.run.hash || run.cancelled == nil {
		return nil, nil
	}
	run.stranded = h.stranded
	return run, nil
}

// cancelledAt is where the cancelled task was in the user's code, innermost first, and whether that is more than the test.
func (s *search) cancelledAt(run *schedule) ([]frame, bool) {
	var chain []frame
	for _, e := range run.events {
		if e.task != run.cancelled.task || e.kind != "leaf" && e.kind != "yield" {
			continue
		}
		own := s.own(e.frames)
		if chain == nil || e.begins || slices.ContainsFunc(own, s.notTest) && !slices.ContainsFunc(chain, s.notTest) {
			chain = own
		}
	}
	at := slices.IndexFunc(chain, s.notTest)
	if at < 0 {
		return nil, false
	}
	return chain[at:], true
}

func (s *search) cancelledOwn(run *schedule) ([]frame, bool) {
	if run.cancelled == nil {
		return nil, false
	}
	return s.cancelledAt(run)
}

func (s *search) notTest(f frame) bool { return !s.isTest(f) }

// testsOwn reports whether the test itself spawned the cancelled task. What a library spawns for itself only the library can
// cancel, and whether it does is not known.
func (s *search) testsOwn(run *schedule) bool {
	for _, e := range run.events {
		if e.kind == "spawn" && e.task == run.cancelled.task {
			own := s.own(e.frames)
			return len(own) > 0 && s.isTest(own[0])
		}
	}
	return false
}

// keepHarm writes the witness, replays it, and reports.
func (w *sweep) keepHarm(ctx context.Context, h harm, in []frame) error {
	key := fmt.Sprint(h.kind == harmPanic || h.kind == harmCrash, in[0].place)
	if w.judged[key] {
		return nil
	}
	w.judged[key] = true
	wit := w.witnessOf(h.run)
	wit.Stranded = joinNumbers(h.stranded)
	path, err := wit.keep(w.tests.TargetDir)
	if err != nil {
		return err
	}
	again, err := w.replay(ctx, wit, plan{mode: "one", phase: w.phase, seed: h.run.seed})
	if err != nil {
		return err
	}
	if reason := differs(wit, again); reason != "" {
		_ = os.Remove(path)
		return w.unlike(h.run.seed, "failed after a cancellation, and its replay "+reason)
	}
	short, err := w.shortened(ctx, wit, h.run, path, h.stillComparable())
	if err != nil {
		return err
	}
	f := w.witnessed(short)
	f.Because = append(f.Because, finding.Because{Message: earlierIsFine(h.earlier.cancelled, short.run.cancelled.woken)})
	if err := w.inRealTime(ctx, short.run, &f); err != nil {
		return err
	}
	w.findings = append(w.findings, f)
	return nil
}

// stillComparable asks of a shrunk run what was asked of the first one: without the cancellation the test passes, and an earlier one
// does no such harm.
func (h *harm) stillComparable() alsoHolds {
	return func(ctx context.Context, s *shrinking, run *schedule) (bool, error) {
		line := append([]string{departuresMark}, run.departures...)
		base, err := s.trials(ctx, [][]string{line})
		if err != nil || base[0].outcome != "ok" {
			return false, err
		}
		for _, at := range earlierPoints(*run.cancelled) {
			runs, err := s.trials(ctx, [][]string{append(slices.Clone(line), cancellation+at.String())})
			if err != nil {
				return false, err
			}
			if runs[0].cancelled == nil {
				continue
			}
			if earlier, stranded := harmed(s.search, h.kind, &base[0], run, []*schedule{&runs[0]}); earlier != nil && slices.Equal(stranded, h.stranded) {
				h.earlier = earlier
				return true, nil
			}
		}
		return false, nil
	}
}

// earlierPoints are the cancellations with which one is compared, as many as are tried.
func earlierPoints(at point) []point {
	if at.woken {
		return []point{{task: at.task, nth: at.nth}}
	}
	var out []point
	for nth := at.nth - 1; nth >= 0 && len(out) < earlierTried; nth-- {
		out = append(out, point{task: at.task, nth: nth})
	}
	return out
}

// earlierTried bounds the earlier cancellations that are tried for a shrunk run.
const earlierTried = 8

func joinNumbers(numbers []int) string { return strings.Trim(fmt.Sprint(numbers), "[]") }

// earlierIsFine says what the comparison showed.
func earlierIsFine(at *point, woken bool) string {
	if woken {
		return "cancelled there before it was woken, " + taskName(at.task) + " does no such harm: what it was woken for goes nowhere"
	}
	if at.nth == 0 {
		return "cancelled before its first step instead, " + taskName(at.task) + " does no such harm: what it did up to here is what is left behind"
	}
	return fmt.Sprintf("cancelled at its suspension %d instead, %s does no such harm: what it did between there and here is what is left behind", at.nth, taskName(at.task))
}

// cancelStuck tells where a task was cancelled and who waits for ever since.
func (s *search) cancelStuck(run *schedule) finding.Finding {
	f := s.blank(ruleCancel, finding.Warning)
	waits := s.waits(run)
	if len(run.stranded) > 0 {
		waits = slices.DeleteFunc(waits, func(w wait) bool { return !slices.Contains(run.stranded, w.task) })
	}
	inside := ""
	if in, ok := s.cancelledAt(run); ok {
		f.Span, f.Function = s.word(in[0].place), s.functionAt(in[0])
		f.Label = taskName(run.cancelled.task) + " is cancelled here" + afterWaking(run.cancelled)
		inside = " inside `" + f.Function + "`"
		if len(in) > 1 {
			f.Because = append(f.Because, finding.Because{Span: span(in[1].place), Message: "called from here"})
		}
	}
	f.Message = fmt.Sprintf("`%s`: after %s is cancelled%s%s, %s for ever", s.test, taskName(run.cancelled.task), inside, afterWaking(run.cancelled), whoWaits(waits))
	for _, w := range waits {
		if len(w.frames) > 0 {
			f.Because = append(f.Because, finding.Because{Span: span(w.frames[0].place), Message: s.waitsHere(run, w) + calledFrom(w.frames)})
		}
	}
	f.Because = append(f.Because, s.holders(run)...)
	f.Fix = "undo in a destructor what the call did before this await, or let those who wait notice that nobody will wake them"
	if run.cancelled.woken {
		f.Fix = "hand on in a destructor what the wake-up was for, as to the next one who waits: whoever gives up may have been woken already"
	}
	return f
}

// afterWaking says that a task was not cancelled where it suspended.
func afterWaking(at *point) string {
	if at.woken {
		return ", after it was woken and before it went on"
	}
	return ""
}

func whoWaits(waits []wait) string {
	var names []string
	for _, w := range waits {
		if name := taskName(w.task); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch len(names) {
	case 0:
		return "nothing can run"
	case 1:
		return names[0] + " waits"
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " wait"
}
