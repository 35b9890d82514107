package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/explore"
	"pollux/internal/finding"
)

// answersTo says of each thing in focus whether a run failed there.
func answersTo(focus []focused, out *explore.Outcome, res *Result) []Answer {
	var answers []Answer
	for _, f := range focus {
		touches := func(found *finding.Finding) bool {
			return slices.ContainsFunc(f.lines, func(l explore.Lines) bool { return l.Touches(found) })
		}
		var reaching []explore.TestCoverage
		for _, t := range out.Tests {
			if slices.ContainsFunc(f.lines, t.Reaches) {
				reaching = append(reaching, t)
			}
		}
		answers = append(answers, answer(f.asked, reaching, out, res, touches))
	}
	return answers
}

// answersOf says of each test of a scratch file whether it fails under a schedule.
func answersOf(scratch *cargo.Scratch, out *explore.Outcome, res *Result) []Answer {
	if scratch == nil {
		return nil
	}
	var answers []Answer
	for _, t := range out.Tests {
		answers = append(answers, answer(t.Crate+"::"+t.Test, []explore.TestCoverage{t}, out, res, func(*finding.Finding) bool { return true }))
	}
	for _, u := range out.Unknowns {
		if !slices.ContainsFunc(answers, func(a Answer) bool { return a.Asked == u.What }) {
			answers = append(answers, Answer{Asked: u.What, Answer: Undecided, Words: "not decided: " + strings.TrimSuffix(u.Reason+": "+u.Hint, ": "), Tests: []string{}, Findings: []string{}})
		}
	}
	return answers
}

// answer sums up what the tests show about one thing.
func answer(asked string, tests []explore.TestCoverage, out *explore.Outcome, res *Result, about func(*finding.Finding) bool) Answer {
	a := Answer{Asked: asked, Tests: []string{}, Findings: []string{}}
	cleared, early := len(tests) > 0, false
	var first *finding.Finding
	var aim explore.Aim
	for _, t := range tests {
		if t.Aim != nil {
			aim.Add(*t.Aim)
		}
		name := t.Crate + "::" + t.Test
		a.Tests = append(a.Tests, name)
		cleared, early = cleared && t.Cleared, early || len(t.Witnesses) > 0
		for _, p := range t.Phases {
			a.Schedules += p.Schedules
			a.Interleavings += p.Interleavings
		}
		for i := range res.Findings {
			f := &res.Findings[i]
			if slices.Contains(t.Witnesses, f.Witness) && about(f) {
				a.Findings = append(a.Findings, f.ID)
				first = cmp.Or(first, f)
			}
		}
	}
	a.decide(first, cleared, out)
	if a.Answer == NotShown && aim != (explore.Aim{}) {
		a.Words += "; " + aim.Words()
	}
	if early && a.Answer == NotShown {
		a.Words += ", and the search ended early with another finding"
	}
	return a
}

func (a *Answer) decide(first *finding.Finding, cleared bool, out *explore.Outcome) {
	bound := fmt.Sprintf("%s of %s, %s", count(a.Schedules, "schedule"), count(len(a.Tests), "test"), count(a.Interleavings, "different interleaving"))
	switch {
	case first != nil:
		a.Answer, a.Words = Witnessed, "witnessed: "+first.Message
	case cleared:
		a.Answer, a.Words = Cleared, "cleared: nothing failed in any schedule that there is ("+bound+"; one thread, await points, timers in order)"
	case len(a.Tests) > 0:
		a.Answer, a.Words = NotShown, "not shown: nothing failed in "+bound+"; there are more schedules than these"
	case !out.Complete:
		a.Answer, a.Words = Undecided, "not decided: not every test could be run"
	default:
		a.Answer, a.Words = NotReached, "not reached: no test was seen to wait there; a test of your own can, with --scratch FILE.rs"
	}
}
