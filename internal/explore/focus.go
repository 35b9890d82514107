package explore

import (
	"context"
	"slices"

	"pollux/internal/finding"
)

// Lines are lines of one source file, both ends included.
type Lines struct {
	File     string // as findings name files
	From, To int
}

// Has reports whether the place lies in the lines.
func (l Lines) Has(file string, line int) bool {
	return l.File == file && l.From <= line && line <= l.To
}

// Touches reports whether the finding, or one of the places that it names, lies in the lines.
func (l Lines) Touches(f *finding.Finding) bool {
	return l.Has(f.File, f.Line) || slices.ContainsFunc(f.Because, func(b finding.Because) bool { return l.Has(b.File, b.Line) })
}

// Reaches reports whether a task, or the test body, was seen to stop in the lines, or in what these lines await.
func (c *TestCoverage) Reaches(l Lines) bool {
	return slices.ContainsFunc(c.Points, func(p Point) bool { return l.Has(p.File, p.Line) })
}

// reachSchedules is under how many schedules a test runs before it is said not to reach what is in focus.
const reachSchedules = 16

// reaches runs the test under a few schedules, in which the test body is interrupted too, and reports whether a task stops in one
// of the lines. May miss lines that few schedules reach.
func (s *search) reaches(ctx context.Context, focus []Lines) (bool, error) {
	s.phase = PhaseBody
	defer s.forget()
	part := &portion{strategy: StrategyMixed, next: s.opt.Seed, end: s.opt.Seed + reachSchedules}
	for mode := "batch"; part.left() > 0; part.next++ {
		end, err := s.runPortion(ctx, part, plan{mode: mode, count: part.left(), time: batchTime}, batchTime+2*s.limit)
		if err != nil {
			return false, err
		}
		if end.garbled != nil || end.record.unsupported != "" {
			return true, nil // the search itself says so
		}
		s.take(end.record, part)
		seen := TestCoverage{Points: s.points.sorted()}
		if slices.ContainsFunc(focus, seen.Reaches) {
			return true, nil
		}
		if !end.record.batch {
			mode = "one"
		}
	}
	return false, nil
}
