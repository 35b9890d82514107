package explore

import (
	"context"
	"fmt"
	"os"
	"time"

	"pollux/internal/finding"
)

// patience is how much virtual time may have passed for a run to be repeated in real time.
const patience = 5 * time.Second

// inRealTime says of a run that never ended whether it does not end in real time either, where timers fired before. A finding
// that could not be repeated so rests on the clock, and says that it does; one that ends in real time is no more than a hint.
func (s *search) inRealTime(ctx context.Context, run *schedule, f *finding.Finding) error {
	if run.advances == 0 || s.phase == PhaseTime || run.outcome != "stuck" && run.outcome != "live-lock" {
		return nil
	}
	if run.passed > patience {
		text := fmt.Sprintf("a clock assumption: timers of %s fired in no time, and this was not repeated in real time", run.passed.Round(time.Second))
		f.Because = append(f.Because, finding.Because{Message: text})
		return nil
	}
	limit := 2*run.passed + time.Second
	outcome, err := s.outcomeInRealTime(ctx, run, limit)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("in real time it does not end either: it was watched for %s", limit.Round(100*time.Millisecond))
	if outcome != "late" {
		f.Severity = finding.Info
		text = fmt.Sprintf("a clock assumption: in real time the same decisions end with `%s`, so that code which reads std::time beside tokio's clock may be the reason", outcome)
	}
	f.Because = append(f.Because, finding.Because{Message: text})
	return nil
}

func (s *search) outcomeInRealTime(ctx context.Context, run *schedule, limit time.Duration) (string, error) {
	script, err := s.script([][]string{run.decisions})
	if err != nil {
		return "", err
	}
	defer os.Remove(script)
	p := plan{mode: "one", phase: s.phase, seed: run.seed, cancel: run.cancelled, trial: true, real: true}
	end, err := s.start(ctx, process{program: s.program, args: testArgs(s.test), plan: p.String(), script: script, limit: limit})
	if err != nil {
		return "", err
	}
	if end.late || end.garbled != nil || len(end.record.schedules) == 0 {
		return "late", nil
	}
	return outcomeOf(end, &end.record.schedules[0]), nil
}
