package explore

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// Step is one poll of a task, or a spawn.
type Step struct {
	Task int    // 0 is the test body
	What string // spawns, waits, is interrupted, ends, runs on, panics
	Of   int    // of a spawn: the new task
	Odd  string // what is not as plain tokio would have it, in words; empty when nothing, or when What says it
	// Departs: plain tokio would not take this step.
	Departs bool
	Place   finding.Span
	Via     []finding.Span // where the place was called from, outwards, in the user's code

	limited bool // it may use fewer resources than plain tokio grants
}

// steps turns the events of a run into what a reader wants to know: one step for each poll, and the spawns.
func (s *search) steps(run *schedule) []Step {
	t := telling{search: s, pending: map[int]*Step{}}
	for _, e := range run.events {
		t.take(e)
	}
	for _, p := range run.panics {
		if step := t.pending[p.task]; step != nil {
			*step = Step{Task: p.task, What: "panics", Odd: step.Odd, Departs: step.Odd != ""}
			step.at(s.own(p.frames))
			t.end(p.task)
		}
	}
	return t.steps
}

// telling turns events into steps.
type telling struct {
	*search
	steps   []Step
	pending map[int]*Step // polls that have not ended
	polled  []int         // tasks of these polls, the innermost last: a LocalSet polls tasks inside of its own poll
	odd     []string      // decisions before a poll
}

func (t *telling) take(e event) {
	own := t.own(e.frames)
	step := t.pending[e.task]
	switch e.kind {
	case "odd":
		t.oddly(e.word)
	case "spawn":
		spawn := Step{Task: e.by, What: "spawns", Of: e.task}
		spawn.at(own)
		t.steps = append(t.steps, spawn)
	case "poll":
		t.polled = append(t.polled, e.task)
		t.pending[e.task] = &Step{Task: e.task, What: "runs on", Odd: strings.Join(t.odd, ", "), Departs: len(t.odd) > 0}
		t.odd = nil
	case "leaf", "yield":
		if step != nil && step.What == "runs on" {
			step.What = map[string]string{"leaf": "waits", "yield": "is interrupted"}[e.kind]
			step.at(own)
		}
	case "cancel":
		if step == nil {
			what := "is cancelled before its first step"
			if e.woken {
				what = "is cancelled: it was woken, and has not gone on"
			}
			t.steps = append(t.steps, Step{Task: e.task, What: what})
			return
		}
		step.What = "is cancelled"
	case "done", "pending":
		if step == nil {
			return
		}
		if e.kind == "done" {
			*step = Step{Task: e.task, What: "ends", Odd: step.Odd, Departs: step.Odd != ""}
		} else if step.limited && step.What != "is cancelled" {
			step.What, step.Departs = "is interrupted", true
		}
		t.end(e.task)
	}
}

func (t *telling) end(task int) {
	t.steps = append(t.steps, *t.pending[task])
	delete(t.pending, task)
	if i := slices.Index(t.polled, task); i >= 0 {
		t.polled = t.polled[:i]
	}
}

// oddly keeps a decision for the poll that it changes: the present one, when it is made in the midst of that, or the next.
func (t *telling) oddly(word string) {
	var step *Step
	if len(t.polled) > 0 {
		step = t.pending[t.polled[len(t.polled)-1]]
	}
	words, kept := oddWords[word[0]]
	switch {
	case word[0] == 'b' && step != nil:
		step.limited = true
	case !kept:
	case step == nil || word[0] != 's':
		t.odd = append(t.odd, words)
	case !strings.Contains(step.Odd, words):
		step.Odd, step.Departs = strings.TrimPrefix(step.Odd+", "+words, ", "), true
	}
}

// oddWords say what a decision of each kind means when it is not that of plain tokio. An interruption is the step itself.
var oddWords = map[byte]string{
	't': "before its turn", 'i': "after an early look at the test body and the timers", 'f': "after a timer that fires early",
	's': "select! begins with another branch",
}

func (s *Step) at(frames []frame) {
	for i, f := range frames {
		if i == 0 {
			s.Place = span(f.place)
			continue
		}
		s.Via = append(s.Via, span(f.place))
	}
}

// Does is the step in words, with the task that it spawns.
func (s Step) Does() string {
	if s.What == "spawns" {
		return "spawns " + taskName(s.Of)
	}
	return s.What
}

// Who names the task of the step.
func (s Step) Who() string { return strings.TrimPrefix(taskName(s.Task), "the ") }

// fewNeeds is up to how many decisions a finding tells what it needs; a reader gets more of them from the replay.
const fewNeeds = 3

// needs tells the steps that plain tokio would not take, when they are few and all of the run was written down.
func (s *search) needs(run *schedule) []finding.Because {
	n := deviations(run.decisions)
	if n == 0 || n > fewNeeds || run.polls > detailPolls {
		return nil
	}
	var out []finding.Because
	for _, step := range s.steps(run) {
		if words := step.needed(); words != "" {
			out = append(out, finding.Because{Span: step.Place, Message: words})
		}
	}
	for i := range out {
		which := "the only step that plain tokio does not take here by itself"
		if len(out) > 1 {
			which = fmt.Sprintf("one of %d steps that plain tokio does not take here by itself", len(out))
		}
		out[i].Message += ": " + which
	}
	return out
}

// needed says what is odd about a step, empty when nothing is.
func (s Step) needed() string {
	switch {
	case !s.Departs:
		return ""
	case s.What == "is interrupted" && s.limited:
		return taskName(s.Task) + " is interrupted here"
	case strings.Contains(s.Odd, oddWords['s']):
		return taskName(s.Task) + "'s select! begins with another branch"
	}
	return taskName(s.Task) + " runs " + s.Odd
}
