package explore

import (
	"context"
	"fmt"
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
	Skipped int              // polls before them
	// Deviations counts the decisions of the witness that plain tokio would not take.
	Deviations int
	Shrunk     *Shrunk // of [Shrink]
}

// replayLimit bounds a replay; where time is virtual it is a matter of milliseconds.
const replayLimit = time.Minute

// Replay builds the test of the witness and runs its decisions in a fresh process.
func Replay(ctx context.Context, tests *Workspace, w *Witness, opt Options) (*Replayed, error) {
	s, out, err := reopen(ctx, tests, w, opt)
	if err != nil || s == nil {
		return out, err
	}
	return out, out.run(ctx, s, w)
}

// reopen builds the test of the witness. Without a search the outcome says why there is none.
func reopen(ctx context.Context, tests *Workspace, w *Witness, opt Options) (*search, *Replayed, error) {
	opt.Scratch = w.Build.scratch()
	if opt.Scratch != nil {
		if err := tests.source.scratch(ctx, *opt.Scratch); err != nil {
			return nil, nil, err
		}
	}
	versions, unknown, err := tests.source.prepare(ctx)
	if err != nil || unknown != nil {
		return nil, &Replayed{Build: &cargo.TestBuild{Success: true}, Unknown: unknown}, err
	}
	built, err := tests.source.build(ctx, versions)
	if err != nil {
		return nil, nil, err
	}
	out := &Replayed{Build: built}
	if !built.Success {
		return nil, out, nil
	}
	x := &explorer{tests: tests, request: w.Request(), versions: versions, opt: opt, progress: newTicker(nil)}
	for _, p := range built.Programs {
		if p.Package == w.Package && p.Crate == w.Crate && p.Kind == w.Kind {
			s := &search{explorer: x, target: target{p, w.Test}, limit: replayLimit, phase: w.Phase}
			s.forget()
			return s, out, nil
		}
	}
	out.Unknown = &finding.Unknown{What: w.Test, Reason: fmt.Sprintf("there is no test program `%s` of package `%s` any more", w.Crate, w.Package)}
	return nil, out, nil
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
	run.stranded, _ = numbers(w.Stranded)
	r.tell(s, run)
	return nil
}

// tell fills in what a run that was written down shows.
func (r *Replayed) tell(s *search, run *schedule) {
	f := s.finding(s.ruleOf(run), run)
	f.Verdict = finding.Replayed
	r.Finding, r.Skipped = &f, max(0, run.polls-detailPolls)
	r.Steps, r.Deviations = s.steps(run), deviations(run.decisions)
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
