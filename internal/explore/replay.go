package explore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// Replayed is a witness that was run again.
type Replayed struct {
	Build   *cargo.TestBuild
	Unknown *finding.Unknown // why it could not be run, or what made it another run
	Finding *finding.Finding // nil when the test did not fail in the way of the witness
	Passed  bool             // the very schedule of the witness, and the test passed
	Steps   []Step           // the interleaving, the last steps when there are many
	Skipped int              // steps before them
}

// Step is one poll of a task, or a spawn.
type Step struct {
	Task  int    // 0 is the test body
	What  string // spawns, waits, is interrupted, ends, runs on
	Of    int    // of a spawn: the new task
	Place finding.Span
	Via   []finding.Span // where the place was called from, outwards, in the user's code
}

// replayLimit bounds a replay; where time is virtual it is a matter of milliseconds.
const replayLimit = time.Minute

// Replay builds the test of the witness and runs its decisions in a fresh process.
func Replay(ctx context.Context, tests *Workspace, w *Witness, opt Options) (*Replayed, error) {
	versions, unknown, err := tests.source.prepare(ctx)
	if err != nil || unknown != nil {
		return &Replayed{Build: &cargo.TestBuild{Success: true}, Unknown: unknown}, err
	}
	built, err := tests.source.build(ctx, versions)
	if err != nil {
		return nil, err
	}
	out := &Replayed{Build: built}
	if !built.Success {
		return out, nil
	}
	x := &explorer{tests: tests, request: w.Request(), versions: versions, opt: opt, progress: newTicker(nil)}
	for _, p := range built.Programs {
		if p.Package == w.Package && p.Crate == w.Crate && p.Kind == w.Kind {
			s := &search{explorer: x, target: target{p, w.Test}, limit: replayLimit, phase: w.Phase, orders: map[string]bool{}, judged: map[string]bool{}}
			return out, out.run(ctx, s, w)
		}
	}
	out.Unknown = &finding.Unknown{What: w.Test, Reason: fmt.Sprintf("there is no test program `%s` of package `%s` any more", w.Crate, w.Package)}
	return out, nil
}

// run repeats the decisions twice: once as they were, once with every step written down.
func (r *Replayed) run(ctx context.Context, s *search, w *Witness) error {
	end, err := s.replay(ctx, w, plan{mode: "one", phase: w.Phase, seed: w.Seed})
	if err != nil {
		return err
	}
	if reason := differs(w, end); reason != "" {
		r.differs(w, end, reason)
		return nil
	}
	from := max(0, end.record.schedules[0].polls-detailPolls)
	end, err = s.replay(ctx, w, plan{mode: "one", phase: w.Phase, seed: w.Seed, record: true, verbose: true, report: from})
	if err != nil {
		return err
	}
	if reason := differs(w, end); reason != "" {
		r.Unknown = &finding.Unknown{What: w.Test, Reason: "the same decisions led to two different runs: the second " + reason, Hint: "something outside of the schedule takes part"}
		return nil
	}
	run := &end.record.schedules[0]
	run.outcome = outcomeOf(end, run)
	f := s.finding(s.ruleOf(run), run)
	f.Verdict = finding.Replayed
	r.Finding, r.Skipped = &f, from
	r.Steps = s.steps(run)
	return nil
}

// differs says what a run that is not that of the witness means.
func (r *Replayed) differs(w *Witness, end *ending, reason string) {
	same := len(end.record.schedules) > 0 && end.record.schedules[0].hash == w.Hash && !end.record.schedules[0].diverged
	if same && reason == "passed" {
		r.Passed = true
		return
	}
	hint := "the program, tokio or the compiler is another than that of the witness: explore the test again"
	r.Unknown = &finding.Unknown{What: w.Test, Reason: "the replay " + reason, Hint: hint}
}

// steps turns the events of a run into what a reader wants to know: one step for each poll, and the spawns.
func (s *search) steps(run *schedule) []Step {
	var out []Step
	pending := map[int]*Step{}
	for _, e := range run.events {
		own := s.own(e.frames)
		switch e.kind {
		case "spawn":
			step := Step{Task: e.by, What: "spawns", Of: e.task}
			step.at(own)
			out = append(out, step)
		case "poll":
			pending[e.task] = &Step{Task: e.task, What: "runs on"}
		case "leaf", "yield":
			if step := pending[e.task]; step != nil && step.What == "runs on" {
				step.What = map[string]string{"leaf": "waits", "yield": "is interrupted"}[e.kind]
				step.at(own)
			}
		case "done", "pending":
			step := pending[e.task]
			if step == nil {
				continue
			}
			if e.kind == "done" {
				*step = Step{Task: e.task, What: "ends"}
			}
			out = append(out, *step)
			delete(pending, e.task)
		}
	}
	for _, p := range run.panics {
		if step := pending[p.task]; step != nil {
			*step = Step{Task: p.task, What: "panics"}
			step.at(s.own(p.frames))
			out = append(out, *step)
			delete(pending, p.task)
		}
	}
	return out
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

// Who names the task of the step.
func (s Step) Who() string { return strings.TrimPrefix(taskName(s.Task), "the ") }
