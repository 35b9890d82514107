package explore

import (
	"fmt"
	"slices"

	"pollux/internal/finding"
)

// endless is after how many polls without progress a program is given up: ENDLESS in rt/pollux/spin.rs.
const endless = 100_000

// endlessHeldBack is the same while timers are held back: BUSY there.
const endlessHeldBack = 400

// liveLock tells which tasks run on and on, and where they come by.
func (s *search) liveLock(run *schedule) finding.Finding {
	f := s.blank(ruleLiveLock, finding.Warning)
	spins := s.spinning(run)
	var who []int
	for _, w := range spins {
		if !slices.Contains(who, w.task) {
			who = append(who, w.task)
		}
	}
	verb := "run"
	if len(who) == 1 {
		verb = "runs"
	}
	f.Message = fmt.Sprintf("`%s` runs without end under this schedule: %s %s again and again without waking anybody else", s.test, and(names(who)), verb)
	polls := endless
	if run.patient() {
		polls = endlessHeldBack
		f.Message = fmt.Sprintf("`%s`: %s %s again and again without waking anybody else, and nothing but a timer ends that: it keeps a whole core busy until then", s.test, and(names(who)), verb)
	}
	for i, w := range spins {
		if i == 0 {
			f.Span, f.Function = s.word(w.frames[0].place), s.functionAt(w.frames[0])
			f.Label = taskName(w.task) + " comes by here again and again"
			continue
		}
		f.Because = append(f.Because, finding.Because{Span: span(w.frames[0].place), Message: taskName(w.task) + " comes by here again and again" + calledFrom(w.frames)})
	}
	words := fmt.Sprintf("in the last %d polls no task ended or was spawned, no timer fired, and nobody woke anybody else; then the run was given up", polls)
	if run.patient() {
		words = fmt.Sprintf("while the timers were held back %d polls brought nothing about, and most of them ended only because tokio's budget was used up; when a timer fires the test goes on", polls)
	}
	f.Because = append(f.Because, finding.Because{Message: words})
	return f
}

// spinning are the places at which the tasks that still run at the end of a run were seen to stop, tasks before the test body.
func (s *search) spinning(run *schedule) []wait {
	var out []wait
	for _, e := range run.events {
		own := s.own(e.frames)
		if e.kind != "leaf" && e.kind != "yield" || len(own) == 0 {
			continue
		}
		same := func(w wait) bool { return w.task == e.task && w.frames[0] == own[0] }
		if !slices.ContainsFunc(out, same) {
			out = append(out, wait{task: e.task, frames: own})
		}
	}
	slices.SortStableFunc(out, func(a, b wait) int { return order(a.task) - order(b.task) })
	return out[:min(len(out), 6)]
}
