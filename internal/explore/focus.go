package explore

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// focusText is how the module in tokio is told what is in focus.
func focusText(focus []Lines) string {
	var b strings.Builder
	for _, l := range focus {
		fmt.Fprintf(&b, "%s:%d-%d\n", l.File, l.From, l.To)
	}
	return b.String()
}

// Aim is which part of an exploration went to what is in focus.
type Aim struct {
	Schedules     int `json:"schedules"`     // in which a task was interrupted there
	Interruptions int `json:"interruptions"` // of tasks there
	Suspensions   int `json:"suspensions"`   // of tasks there, under the schedules of the cancellation sweep
	Cancelled     int `json:"cancelled"`     // of those, at how many, and after how many wake-ups, a task was cancelled
}

// Add sums up two parts.
func (a *Aim) Add(o Aim) {
	a.Schedules += o.Schedules
	a.Interruptions += o.Interruptions
	a.Suspensions += o.Suspensions
	a.Cancelled += o.Cancelled
}

// Words says what went there.
func (a Aim) Words() string {
	text := fmt.Sprintf("in %d of these a task was interrupted there", a.Schedules)
	if a.Suspensions > 0 {
		text += fmt.Sprintf(", and tasks were cancelled %s at their %s there", times(a.Cancelled), count(a.Suspensions, "suspension"))
	}
	return text
}

func times(n int) string { return count(n, "time") }

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
