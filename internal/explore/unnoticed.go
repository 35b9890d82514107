package explore

import (
	"context"
	"os"
	"slices"

	"pollux/internal/finding"
)

// unnoticed is the outcome of a schedule in which the test passed although a task of it panicked, and nobody awaited that task.
const unnoticed = "unnoticed"

// alwaysPanics reports whether the same place panics under plain tokio, too: then the test lives with it.
func (s *search) alwaysPanics(ctx context.Context, run *schedule) (bool, error) {
	script, err := s.script([][]string{{}})
	if err != nil {
		return false, err
	}
	defer os.Remove(script)
	end, err := s.inFreshProcess(ctx, plan{mode: "one", phase: s.phase, seed: run.seed, trial: true}, script)
	if err != nil || end.garbled != nil || len(end.record.schedules) == 0 {
		return false, err
	}
	return panicsAt(&end.record.schedules[0], firstPanic(run).place), nil
}

// nobodyLooks says why a panic did not make the test fail.
func (s *search) nobodyLooks(run *schedule) []finding.Because {
	if run.outcome != unnoticed {
		return nil
	}
	return []finding.Because{{Message: "the test passes: nobody awaits " + and(names(run.fallen))}}
}

// fallenPanic is the panic of a task that fell unnoticed.
func fallenPanic(run *schedule) (panicked, bool) {
	i := slices.IndexFunc(run.panics, func(p panicked) bool { return slices.Contains(run.fallen, p.task) })
	if run.outcome != unnoticed || i < 0 {
		return panicked{}, false
	}
	return run.panics[i], true
}
