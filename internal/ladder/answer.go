package ladder

import (
	"fmt"
	"slices"

	"pollux/internal/finding"
)

// Word is what became of a suspicion, one of a closed set.
type Word string

// The closed set of answers. They are the words of the JSON contract.
const (
	Witnessed  Word = "witnessed"   // a run failed there, in the way the suspicion says
	Cleared    Word = "cleared"     // every schedule of every test that reaches it was run, and none failed
	NotShown   Word = "not-shown"   // nothing failed there in as many runs as are named; there are more
	NotReached Word = "not-reached" // no test reaches it
	Undecided  Word = "unknown"     // it could not be explored, for a reason that is named
)

// Answer is what became of one suspicion.
type Answer struct {
	About         string // id of the suspicion
	Asked         string
	Word          Word
	Words         string // with the bound
	Tests         []string
	Schedules     int
	Interleavings int
	Findings      []string // ids of what failed there
}

// answer sums up what the tests show about a suspicion; f is the suspicion with the evidence that it got.
func answer(s *Suspicion, f *finding.Finding, e *Evidence) Answer {
	a := Answer{About: s.ID, Asked: fmt.Sprintf("%s at %s:%d", s.Rule, s.File, s.Line), Tests: []string{}, Findings: []string{}}
	suspensions, cancelled, cleared, early := 0, 0, true, false
	for i := range e.Tests {
		t := &e.Tests[i]
		if !t.Reaches(s.Within) {
			continue
		}
		a.Tests = append(a.Tests, t.Name)
		a.Schedules += t.Schedules
		a.Interleavings += t.Interleavings
		suspensions, cancelled = suspensions+t.Suspensions, cancelled+t.Cancelled
		cleared, early = cleared && t.Cleared, early || t.Failed
	}
	for i := range e.Shown {
		if e.Shown[i].touches(s.Within) && !e.Shown[i].explains(s) {
			a.Findings = append(a.Findings, e.Shown[i].ID)
		}
	}
	runs := fmt.Sprintf("%s of %s that reach it, %s", count(a.Schedules, "schedule"), count(len(a.Tests), "test"), count(a.Interleavings, "different interleaving"))
	switch {
	case ran(f.Verdict):
		a.Word, a.Words = Witnessed, "witnessed: a run failed in this way"
		a.Findings = append([]string{s.ID}, a.Findings...)
	case s.Aside:
		a.Word, a.Words = Undecided, "not decided: it was not tried, since it is no part of the change"
	case len(s.Within) == 0:
		a.Word, a.Words = Undecided, "not decided: it lies in no function that a test could be seen to reach"
	case len(a.Tests) == 0 && !e.Complete:
		a.Word, a.Words = Undecided, "not decided: not every test could be explored, and of those that were none reaches it"
	case len(a.Tests) == 0:
		a.Word, a.Words = NotReached, "not reached: no test was seen to wait there; a test of your own can, with pollux explore --scratch FILE.rs"
	case s.By == Cancellations:
		a.Word = NotShown
		a.Words = fmt.Sprintf("not shown: nothing failed after a cancel at %d of %s, nor in %s; a test shows only what it looks at", cancelled, count(suspensions, "suspension"), runs)
	case cleared && e.Complete && !early:
		a.Word, a.Words = Cleared, "cleared: nothing failed in any schedule that there is ("+runs+"; one thread, await points, timers in order)"
	default:
		a.Word, a.Words = NotShown, "not shown: nothing failed there in "+runs+"; there are more schedules than these"
	}
	if len(a.Findings) > 0 && a.Word != Witnessed {
		a.Words += "; another failure lies in the same function"
	}
	slices.Sort(a.Tests)
	return a
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
