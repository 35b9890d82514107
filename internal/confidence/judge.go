package confidence

import (
	"cmp"
	"fmt"
	"slices"

	"pollux/internal/finding"
	"pollux/internal/knowledge"
)

// Test is what the exploration of one test covered.
type Test struct {
	Name        string
	Points      []Point
	Schedules   int
	Suspensions int // of the cancellation sweep
	Cancelled   int // of those, at how many the task was cancelled
	Cleared     bool
}

// Point is a place at which a task was seen to stop.
type Point struct {
	File         string
	Line, Column int
}

// Evidence is what the rungs found and what the runs covered. The zero value is none.
type Evidence struct {
	Findings []finding.Finding
	Classes  map[string]Class // of rules, by id
	Tests    []Test
	Ran      string // which exploration that was; empty when there is none
}

// Judge draws the map.
func (s *Survey) Judge(e Evidence) *Map {
	m := &Map{Schema: Schema, Ran: cmp.Or(e.Ran, "no exploration of these sources is on record: pollux verify makes one"), Functions: []Function{}, Review: []Item{}}
	j := newJudge(e)
	slices.SortStableFunc(s.functions, func(a, b *surveyed) int {
		return cmp.Or(finding.ComparePlace(a.span(), b.span()), cmp.Compare(b.EndLine, a.EndLine), cmp.Compare(a.Name, b.Name))
	})
	s.functions = slices.CompactFunc(s.functions, func(a, b *surveyed) bool {
		return a.File == b.File && a.Line == b.Line && a.EndLine == b.EndLine && a.Name == b.Name && a.Kind == b.Kind
	})
	j.own(s.functions)
	for _, f := range s.functions {
		out := j.function(f)
		m.Functions = append(m.Functions, out)
		m.Review = append(m.Review, items(&out)...)
	}
	slices.SortStableFunc(m.Review, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return m
}

// judge holds the evidence by place.
type judge struct {
	Evidence
	findings map[string][]*finding.Finding // by file
	stops    map[stop][]int                // numbers of the tests
	files    map[string][]int              // numbers of the tests that stop in the file
	owned    map[*finding.Finding]*surveyed
}

type stop struct {
	file string
	line int
}

func newJudge(e Evidence) *judge {
	j := &judge{Evidence: e, findings: map[string][]*finding.Finding{}, stops: map[stop][]int{}, files: map[string][]int{}, owned: map[*finding.Finding]*surveyed{}}
	for i := range e.Findings {
		f := &e.Findings[i]
		j.findings[f.File] = append(j.findings[f.File], f)
	}
	for n, t := range e.Tests {
		for _, p := range t.Points {
			at := stop{p.File, p.Line}
			if have := j.stops[at]; len(have) == 0 || have[len(have)-1] != n {
				j.stops[at] = append(have, n)
			}
			if have := j.files[p.File]; len(have) == 0 || have[len(have)-1] != n {
				j.files[p.File] = append(have, n)
			}
		}
	}
	return j
}

// own gives each finding to the innermost function around it.
func (j *judge) own(functions []*surveyed) {
	for _, f := range functions { // outer functions come first
		for _, found := range j.findings[f.File] {
			if f.Line <= found.Line && found.Line <= f.EndLine {
				if have := j.owned[found]; have == nil || f.EndLine-f.Line <= have.EndLine-have.Line {
					j.owned[found] = f
				}
			}
		}
	}
}

// function fills in the cells of a function and its await points.
func (j *judge) function(s *surveyed) Function {
	f := s.Function
	f.Tests = []string{}
	inside := j.testsIn(s)
	for _, n := range inside {
		f.Tests = append(f.Tests, j.Tests[n].Name)
	}
	slices.Sort(f.Tests)
	var mine []*finding.Finding
	for _, found := range j.findings[f.File] {
		if j.owned[found] == s {
			mine = append(mine, found)
		}
	}
	f.Awaits = slices.Clone(s.Awaits)
	for i := range f.Awaits {
		j.await(s, &f.Awaits[i], mine)
	}
	f.Cells = j.ownCells(s, mine, inside)
	for _, a := range f.Awaits {
		for _, c := range a.Cells {
			f.Cells = worsen(f.Cells, c)
		}
	}
	for _, found := range mine { // of families that are not looked at everywhere, and at places that are no await points
		f.Cells = worsen(f.Cells, j.cellOf(found))
	}
	slices.SortFunc(f.Cells, func(a, b Cell) int { return cmp.Compare(a.Class, b.Class) })
	return f
}

func (j *judge) testsIn(s *surveyed) []int {
	var out []int
	for _, n := range j.files[s.File] {
		if slices.ContainsFunc(j.Tests[n].Points, func(p Point) bool { return p.File == s.File && s.Line <= p.Line && p.Line <= s.EndLine }) {
			out = append(out, n)
		}
	}
	return out
}

// rank is the order of states, worst first.
func rank(s State) int { return slices.Index(States(), s) }

// worsen keeps of the cells of one class the worst.
func worsen(cells []Cell, c Cell) []Cell {
	i := slices.IndexFunc(cells, func(o Cell) bool { return o.Class == c.Class })
	switch {
	case i < 0:
		return append(cells, c)
	case rank(c.State) < rank(cells[i].State), c.State == cells[i].State && cells[i].minor && !c.minor:
		cells[i] = c
	}
	return cells
}

// cellOf is the cell of a finding.
func (j *judge) cellOf(f *finding.Finding) Cell {
	c := Cell{Class: j.Classes[f.Rule], State: Suspected, Words: f.Rule + ": " + f.Message, Raise: f.Reproduce, minor: f.Severity == finding.Info && f.Reproduce == ""}
	switch f.Verdict {
	case finding.Witnessed, finding.Replayed, finding.Shrunk:
		c.State = Witnessed
	case finding.Cleared:
		c.Words += "; every schedule of the tests that reach it was run, and none failed"
	}
	if c.Class == "" {
		c.Class = Class(f.Rule)
	}
	if c.Raise == "" {
		c.Raise = "pollux explain " + f.ID[:min(len(f.ID), 8)]
	}
	return c
}

// await fills in one await point.
func (j *judge) await(s *surveyed, a *Await, mine []*finding.Finding) {
	tests := j.stops[stop{s.File, a.Line}]
	a.Tests = len(tests)
	place := fmt.Sprintf("%s:%d", s.File, a.Line)
	a.Cells = []Cell{j.cancelCell(s, a.Line, tests, place), s.locksCell(a.Line), j.schedulesCell(tests, place)}
	for _, found := range mine {
		if found.Line == a.Line && (found.Column == a.Column || !j.another(s, a, found)) {
			a.Cells = worsen(a.Cells, j.cellOf(found))
		}
	}
	slices.SortFunc(a.Cells, func(x, y Cell) int { return cmp.Compare(x.Class, y.Class) })
}

// another reports whether another await point of the line is the one that the finding means.
func (j *judge) another(s *surveyed, a *Await, found *finding.Finding) bool {
	return slices.ContainsFunc(s.Awaits, func(o Await) bool { return o.Line == a.Line && o.Column != a.Column && o.Column == found.Column })
}

// ownCells are those of a function that belong to no await point of its own.
func (j *judge) ownCells(s *surveyed, mine []*finding.Finding, tests []int) []Cell {
	cells := []Cell{s.blockingCell(mine)}
	if s.Kind == "hand-written poll" {
		place := fmt.Sprintf("%s:%d", s.File, s.Line)
		cells = append(cells, s.wakersCell(place), j.schedulesCell(tests, place))
	}
	return cells
}

// cancelCell says what a cancel at an await point comes to.
func (j *judge) cancelCell(s *surveyed, line int, tests []int, place string) Cell {
	c := Cell{Class: Cancel}
	cancelled, suspensions := 0, 0
	for _, n := range tests {
		cancelled, suspensions = cancelled+j.Tests[n].Cancelled, suspensions+j.Tests[n].Suspensions
	}
	loss := s.losses[line]
	switch {
	case s.cancel == nil:
		c.State, c.Words = Decided, "nobody cancels it: it is the future that main drives to its end"
	case harmless(s.cancel.Verdict):
		c.State, c.Words = Decided, "a cancel loses nothing: "+s.cancel.Reason
	case loss == "" && !open(s.cancel.Verdict):
		c.State, c.Words = Decided, "a cancel here loses nothing; elsewhere in the function it does"
	case cancelled > 0:
		c.State = Explored
		c.Words = fmt.Sprintf("%s that %s here: tasks cancelled at %d of %s, and no other task was harmed", count(len(tests), "test"), stops(len(tests)), cancelled, count(suspensions, "suspension"))
		c.Raise = "pollux explore --focus " + place
	case loss != "":
		c.State, c.Words = NotDecided, "if it is cancelled here, "+loss+"; whether anything cancels it is not decided"
		c.Raise = "pollux cancel-safety --all --why --function " + s.Name
	case j.Ran != "" && len(tests) == 0:
		c.State, c.Words = NotReached, "what a cancel does is not decided ("+s.cancel.Reason+"), and no test was seen to stop here"
		c.Raise = "pollux explore --focus " + place + " --scratch FILE.rs"
	default:
		c.State, c.Words = NotDecided, "what a cancel does is not decided: "+s.cancel.Reason
		c.Raise = "pollux cancel-safety --all --why --function " + s.Name
	}
	return c
}

// open reports whether the inference of a cancel did not come to an end.
func open(v knowledge.CancelVerdict) bool {
	return v == knowledge.CancelUnknown || v == knowledge.CancelInherits
}

func stops(n int) string {
	if n == 1 {
		return "stops"
	}
	return "stop"
}

// locksCell says what is held at an await point.
func (s *surveyed) locksCell(line int) Cell {
	if s.opaque[line] {
		return Cell{Class: Locks, State: NotDecided, Words: "a value behind `dyn` is held here, and whether it is a guard is not known", Raise: "name its type, or [[guard]] in pollux.toml"}
	}
	return Cell{Class: Locks, State: Decided, Words: "no guard that blocks its thread is held here"}
}

// blockingCell says whether the function can block its thread.
func (s *surveyed) blockingCell(mine []*finding.Finding) Cell {
	if s.unresolved > 0 {
		return Cell{Class: Blocking, State: NotDecided, Words: count(s.unresolved, "call") + " in it, or below it, could not be followed", Raise: "pollux check -v names the reasons; [[call]] in pollux.toml says what a function of yours does"}
	}
	return Cell{Class: Blocking, State: Decided, Words: "every call in it was followed: none blocks the thread"}
}

// wakersCell says whether the paths of a hand-written poll were followed.
func (s *surveyed) wakersCell(place string) Cell {
	if !s.decided {
		return Cell{Class: Wakers, State: NotDecided, Words: "not every path of the poll was followed", Raise: "a loom model (pollux loom), or pollux miri"}
	}
	return Cell{Class: Wakers, State: Decided, Words: "every path to Pending was followed: each leaves somebody who wakes the task, as far as the rules tell"}
}

// schedulesCell says what runs under schedules have shown.
func (j *judge) schedulesCell(tests []int, place string) Cell {
	c := Cell{Class: Schedules, Raise: "pollux explore --focus " + place}
	schedules, cleared := 0, len(tests) > 0
	for _, n := range tests {
		schedules, cleared = schedules+j.Tests[n].Schedules, cleared && j.Tests[n].Cleared
	}
	switch {
	case j.Ran == "":
		c.State, c.Words, c.Raise = NotDecided, "no run has looked", "pollux verify"
	case len(tests) == 0:
		c.State, c.Words = NotReached, "no test was seen to stop here"
		c.Raise += " --scratch FILE.rs"
	case cleared:
		c.State, c.Raise = Cleared, ""
		c.Words = fmt.Sprintf("every schedule of %s that %s here: %d, one thread, await points, timers in order", count(len(tests), "test"), stops(len(tests)), schedules)
	default:
		c.State, c.Words = Explored, fmt.Sprintf("%s of %s that %s here, and none failed here", count(schedules, "schedule"), count(len(tests), "test"), stops(len(tests)))
	}
	return c
}
