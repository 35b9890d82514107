package explore

import (
	"context"
	"fmt"

	"pollux/internal/cargo"
)

// Repetition says how the decisions of one witness fared when they were run again and again.
type Repetition struct {
	Runs, Same       int    // Same: the hash and the end of the witness
	Fresh, FreshSame int    // of these, in a process of their own
	Different        string // how the first run that was not the same differed; empty when all were
}

// Repeat builds the tests and runs the decisions of each witness again: so many times in fresh processes, and then so many more
// in shared ones, which only a witness that does not end its process can have.
func Repeat(ctx context.Context, tests *Workspace, ws []*Witness, fresh, shared int) ([]Repetition, error) {
	versions, unknown, err := tests.source.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if unknown != nil {
		return nil, fmt.Errorf("repeat witnesses: %s", unknown.Reason)
	}
	built, err := tests.source.build(ctx, versions)
	if err != nil {
		return nil, err
	}
	if !built.Success {
		return nil, fmt.Errorf("repeat witnesses: the tests do not build")
	}
	x := &explorer{tests: tests, versions: versions, progress: newTicker(nil)}
	out := make([]Repetition, len(ws))
	for i, w := range ws {
		s, ok := x.searchFor(built, w)
		if !ok {
			return nil, fmt.Errorf("repeat witnesses: there is no test program `%s` of package `%s`", w.Crate, w.Package)
		}
		if err := out[i].repeat(ctx, s, w, fresh, shared); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// searchFor finds the program of the witness.
func (x *explorer) searchFor(built *cargo.TestBuild, w *Witness) (*search, bool) {
	for _, p := range built.Programs {
		if p.Package == w.Package && p.Crate == w.Crate && p.Kind == w.Kind {
			return &search{explorer: x, target: target{p, w.Test}, limit: replayLimit, phase: w.Phase}, true
		}
	}
	return nil, false
}

func (r *Repetition) repeat(ctx context.Context, s *search, w *Witness, fresh, shared int) error {
	for r.Fresh < fresh {
		end, err := s.replay(ctx, w, plan{mode: "one", phase: w.Phase, seed: w.Seed})
		if err != nil {
			return err
		}
		r.Fresh++
		if r.count(differs(w, end)) {
			r.FreshSame++
		}
	}
	for w.Rule != ruleStuck && r.Runs < fresh+shared {
		any, err := r.share(ctx, s, w, fresh+shared-r.Runs)
		if err != nil || !any {
			return err
		}
	}
	return nil
}

// shareLimit is how many runs share one process at most: each leaves a few lines in the record.
const shareLimit = 2000

// share repeats the decisions in one process, as often as it can be had, and says whether it could be had at all.
func (r *Repetition) share(ctx context.Context, s *search, w *Witness, n int) (bool, error) {
	end, err := s.replay(ctx, w, plan{mode: "batch", phase: w.Phase, seed: w.Seed, count: min(n, shareLimit)})
	if err != nil || end.garbled != nil || !end.record.batch {
		return false, err
	}
	any := false
	for i := range end.record.schedules {
		run := &end.record.schedules[i]
		if run.outcome == "" {
			break // the process ended within
		}
		any = true
		switch {
		case run.diverged || run.hash != w.Hash:
			r.count("took another way")
		case run.outcome == "ok":
			r.count("passed")
		default:
			r.count("")
		}
	}
	return any, nil
}

// count notes one run and says whether it was the same.
func (r *Repetition) count(different string) bool {
	r.Runs++
	if different == "" {
		r.Same++
		return true
	}
	if r.Different == "" {
		r.Different = different
	}
	return false
}
