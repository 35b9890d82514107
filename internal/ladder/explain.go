package ladder

import (
	"cmp"
	"slices"

	"pollux/internal/finding"
)

// failures are the rules of runs that show what a suspicion foretells, by what can show it. What only interrupts a test's own
// assumption, such as schedule-dependent-test, shows nothing about the code.
var failures = map[Proof][]string{
	Schedules:     {"stuck-task", "live-lock", "schedule-panic"},
	Cancellations: {"cancel-stuck", "schedule-panic"},
}

// explains reports whether the failed run is the suspicion come true: it failed in the way that the suspicion says, and names the
// place of the suspicion as one where a task stood. For a suspicion about a cancellation a task must have been cancelled in the run.
//
// May miss a failure that shows the suspicion and names other places only: both are then reported, which claims nothing wrong.
func (s *Shown) explains(of *Suspicion) bool {
	if !ran(s.Verdict) || !slices.Contains(failures[of.By], s.Rule) || !of.Known() {
		return false
	}
	if of.By == Cancellations != s.Cancels {
		return false
	}
	return s.names(of.Span)
}

func (s *Shown) names(at finding.Span) bool {
	same := func(o finding.Span) bool {
		return o.Known() && o.File == at.File && at.Line <= o.Line && o.Line <= max(at.Line, at.EndLine)
	}
	return same(s.Span) || slices.ContainsFunc(s.Because, func(b finding.Because) bool { return same(b.Span) })
}

// touches reports whether the failed run names any place of the function in question.
func (s *Shown) touches(within []Lines) bool {
	in := func(o finding.Span) bool {
		return o.Known() && slices.ContainsFunc(within, func(l Lines) bool { return l.has(o.File, o.Line) })
	}
	return in(s.Span) || slices.ContainsFunc(s.Because, func(b finding.Because) bool { return in(b.Span) })
}

// mostPlaces is how many places of a run a finding takes over; the replay tells all.
const mostPlaces = 4

// mostRuns is how many further runs a finding names.
const mostRuns = 2

// raised gives a suspicion the evidence of the runs that show it: of the strongest in full, the next few by name.
func raised(f finding.Finding, runs []*Shown) finding.Finding {
	if len(runs) == 0 {
		return f
	}
	runs = slices.Clone(runs)
	slices.SortStableFunc(runs, func(a, b *Shown) int { return cmp.Compare(strength(b.Verdict), strength(a.Verdict)) })
	by := &runs[0].Finding
	f.Verdict, f.Witness, f.Reproduce = by.Verdict, by.Witness, by.Reproduce
	f.Fix = cmp.Or(f.Fix, by.Fix)
	f.Because = append(slices.Clone(f.Because), finding.Because{Span: by.Span, Message: "shown by a run: " + by.Message})
	f.Because = append(f.Because, by.Because[:min(len(by.Because), mostPlaces)]...)
	for i, run := range runs {
		f.Severity, f.New = max(f.Severity, run.Severity), f.New || run.New
		switch {
		case i == 0:
		case i <= mostRuns:
			f.Because = append(f.Because, finding.Because{Span: run.Span, Message: "shown once more: " + run.Message + also(&run.Finding)})
		case i == len(runs)-1:
			f.Because = append(f.Because, finding.Because{Message: "and by " + count(len(runs)-1-mostRuns, "further run")})
		}
	}
	return f
}

func also(by *finding.Finding) string {
	if by.Reproduce == "" {
		return ""
	}
	return " (" + by.Reproduce + ")"
}
