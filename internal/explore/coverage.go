package explore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Coverage counts what was explored.
type Coverage struct {
	Tests         int // explored
	Schedules     int // that came to an end
	Interleavings int // different orders in which tasks were polled, summed over the tests
	Polls         int // of tasks and test bodies
	Plain         int // tests that never build a tokio runtime: there is nothing to explore
	Mapped        int // tests whose runtime of several threads was run on one
	Suspensions   int // of all tasks under the schedules of the cancellation sweep
	Cancelled     int // of those, at how many the task was cancelled
	Waiting       int // of those, after how many the test waits for ever
	// Woken are the suspensions that another task or a timer ended, where a task can be cancelled after the wake-up, too; and
	// CancelledWoken says at how many it was.
	Woken, CancelledWoken int
	Cleared               int // tests of which every schedule of every phase was run, without a finding
}

func (c *Coverage) add(o Coverage) {
	c.Tests += o.Tests
	c.Schedules += o.Schedules
	c.Interleavings += o.Interleavings
	c.Polls += o.Polls
	c.Plain += o.Plain
	c.Mapped += o.Mapped
	c.Suspensions += o.Suspensions
	c.Cancelled += o.Cancelled
	c.Waiting += o.Waiting
	c.Woken += o.Woken
	c.CancelledWoken += o.CancelledWoken
	c.Cleared += o.Cleared
}

// TestCoverage is what the exploration of one test covered.
type TestCoverage struct {
	Package string          `json:"package"`
	Crate   string          `json:"crate"` // of the test program
	Test    string          `json:"test"`
	Phases  []PhaseCoverage `json:"phases"`
	// Points are the await points at which a task, or the test body, was seen to stop. Only some schedules are traced, so there
	// may be more.
	Points []Point `json:"await_points"`
	// Cleared says that every schedule of every phase was run, and none failed. The bound of that statement: one thread, await
	// points, the questions of the phases, no task interrupted twice in a row, timers in the order of their deadlines.
	Cleared bool `json:"cleared"`
	// External says that sockets, threads or processes take part, whose timing is not controlled.
	External bool `json:"external,omitempty"`
	// Aim is which part went to what is in focus; nil when nothing is.
	Aim *Aim `json:"aim,omitempty"`
	// Mapped says that a runtime of several threads was run on one.
	Mapped bool `json:"mapped,omitempty"`
	// Suspensions are those of all tasks under the schedules of the cancellation sweep; at Cancelled of them the task was cancelled.
	Suspensions int `json:"suspensions,omitempty"`
	Cancelled   int `json:"cancelled,omitempty"`
	// Witnesses are the paths of the kept schedules under which it failed.
	Witnesses []string `json:"-"`
}

// PhaseCoverage is what one phase of a test covered.
type PhaseCoverage struct {
	Phase         string `json:"phase"`
	Schedules     int    `json:"schedules"`     // that came to an end
	Interleavings int    `json:"interleavings"` // different orders in which tasks were polled
	Walk          *Walk  `json:"walk,omitempty"`
	// Skipped says why nothing was run; empty when something was.
	Skipped string `json:"skipped,omitempty"`
}

// Point is an await point in the user's code.
type Point struct {
	File     string `json:"file"` // relative to the root of the workspace
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Function string `json:"function"`
	// Waited: it waited for something that was not ready. Otherwise it was only interrupted there.
	Waited bool `json:"waited"`
}

// points are the user's places among those that a process named.
type points map[place]*Point

func (p points) take(s *search, seen []event) {
	for _, e := range seen {
		for _, f := range s.own(e.frames) {
			at := p[f.place]
			if at == nil {
				at = &Point{File: f.file, Line: f.line, Column: max(f.column, 1), Function: s.functionAt(f)}
				p[f.place] = at
			}
			at.Waited = at.Waited || e.kind == "leaf"
		}
	}
}

func (p points) sorted() []Point {
	out := make([]Point, 0, len(p))
	for _, at := range p {
		out = append(out, *at)
	}
	slices.SortFunc(out, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return out
}

// coverage sums up the search of one test.
func (s *search) coverage() TestCoverage {
	var witnesses []string
	for _, f := range s.findings {
		if f.Witness != "" {
			witnesses = append(witnesses, f.Witness)
		}
	}
	var aim *Aim
	if len(s.opt.Focus) > 0 {
		aim = &s.aim
	}
	return TestCoverage{
		Witnesses: witnesses, Aim: aim,
		Package: s.program.Package, Crate: s.program.Crate, Test: s.test, Phases: s.phases, Points: s.points.sorted(),
		Cleared: s.cleared(), External: s.external, Mapped: s.covered.Mapped > 0, Suspensions: s.covered.Suspensions, Cancelled: s.covered.Cancelled,
	}
}

// cleared reports whether every schedule was run, as far as there are any, and nothing was found.
func (s *search) cleared() bool {
	if s.external || s.unsteady || s.incomplete || s.covered.Mapped > 0 || len(s.findings) > 0 || s.covered.Tests == 0 {
		return false
	}
	for _, p := range s.phases {
		if p.Skipped == "" && (p.Walk == nil || !p.Walk.Complete) {
			return false
		}
	}
	return len(s.phases) == len(explored(s.opt.Phases))
}

func (w *Walk) words() string {
	share := fmt.Sprintf("%.0f %%", 100*w.Share)
	if w.Share > 0 && w.Share < 0.01 {
		share = "under 1 %"
	}
	if w.Within < 0 {
		return share + " of those that plain tokio takes"
	}
	return fmt.Sprintf("all with at most %s from plain tokio and %s of those with at most %d", count(w.Within, "departure"), share, w.Bound)
}

// Words is one line about the test for a person.
func (c TestCoverage) Words() string {
	var parts []string
	for _, p := range c.Phases {
		parts = append(parts, p.words())
	}
	head := c.Crate + "::" + c.Test
	if c.Cleared {
		head += " (cleared)"
	}
	return fmt.Sprintf("%s: %s; %s", head, strings.Join(parts, "; "), count(len(c.Points), "await point"))
}

func (p PhaseCoverage) words() string {
	if p.Skipped != "" {
		return p.Phase + ": " + p.Skipped
	}
	out := fmt.Sprintf("%s: %s, %d different", p.Phase, count(p.Schedules, "schedule"), p.Interleavings)
	switch {
	case p.Walk == nil:
	case p.Walk.Complete:
		out += ", all there are"
	default:
		out += ", " + p.Walk.words()
	}
	return out
}
