package ladder

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pollux/internal/finding"
)

func at(line int) finding.Span {
	return finding.Span{File: "src/lib.rs", Line: line, Column: 5, EndLine: line, EndColumn: 10}
}

func suspicion(rule string, line int, by Proof) Suspicion {
	return Suspicion{
		Located: Located{Finding: finding.Finding{Rule: rule, Severity: finding.Info, Span: at(line), Function: "f", Package: "p", Message: rule}, Text: fmt.Sprint("line ", line), Touched: true},
		By:      by, Within: []Lines{{"src/lib.rs", line - line%10, line - line%10 + 9}},
	}
}

func shown(rule string, line int, cancels bool, because ...int) Shown {
	f := finding.Finding{Rule: rule, Severity: finding.Warning, Verdict: finding.Replayed, Span: at(line), Message: rule, Witness: fmt.Sprint("w", line), Reproduce: fmt.Sprint("pollux replay w", line)}
	for _, b := range because {
		f.Because = append(f.Because, finding.Because{Span: at(b), Message: "here"})
	}
	return Shown{Located: Located{Finding: f, Text: fmt.Sprint("line ", line), Touched: true}, Rung: "explore", Cancels: cancels}
}

func test(name string, cleared bool, lines ...int) Test {
	t := Test{Name: name, Schedules: 100, Interleavings: 10, Cleared: cleared, Suspensions: 4, Cancelled: 4}
	for _, l := range lines {
		t.Points = append(t.Points, Point{"src/lib.rs", l})
	}
	return t
}

// TestAVerdictIsRaisedOnlyByARunThatFailsThere is the table of the ladder.
func TestAVerdictIsRaisedOnlyByARunThatFailsThere(t *testing.T) {
	check := func(name string, e Evidence, verdict finding.Verdict, word Word, findings int) {
		t.Helper()
		out := Join(e)
		if len(out.Findings) != findings {
			t.Errorf("%s: %d findings, want %d", name, len(out.Findings), findings)
		}
		i := slices.IndexFunc(out.Findings, func(f finding.Finding) bool { return f.Rule == "torn" || f.Rule == "held" })
		if i < 0 || out.Findings[i].Verdict != verdict {
			t.Errorf("%s: %+v, want verdict %s", name, out.Findings, verdict)
		}
		if word == "" && len(out.Answers) == 0 {
			return
		}
		if len(out.Answers) != 1 || out.Answers[0].Word != word || out.Answers[0].Words == "" {
			t.Errorf("%s: %+v, want %s", name, out.Answers, word)
		}
	}
	torn, held := []Suspicion{suspicion("torn", 11, Cancellations)}, []Suspicion{suspicion("held", 11, Schedules)}
	reached := []Test{test("a", false, 11)}
	check("no evidence", Evidence{Suspicions: torn}, finding.Suspected, Undecided, 1)
	check("complete, not reached", Evidence{Suspicions: torn, Tests: []Test{test("a", true, 99)}, Complete: true}, finding.Suspected, NotReached, 1)
	check("not complete, not reached", Evidence{Suspicions: torn, Tests: []Test{test("a", true, 99)}}, finding.Suspected, Undecided, 1)
	check("reached", Evidence{Suspicions: torn, Tests: reached, Complete: true}, finding.Suspected, NotShown, 1)
	check("cancelled there", Evidence{Suspicions: torn, Tests: reached, Shown: []Shown{shown("cancel-stuck", 11, true)}}, finding.Replayed, Witnessed, 1)
	check("cancelled there, panics elsewhere", Evidence{Suspicions: torn, Tests: reached, Shown: []Shown{shown("schedule-panic", 50, true, 11)}}, finding.Replayed, Witnessed, 1)
	check("cancelled elsewhere", Evidence{Suspicions: torn, Tests: reached, Shown: []Shown{shown("cancel-stuck", 13, true)}}, finding.Suspected, NotShown, 2)
	check("stuck there without a cancel", Evidence{Suspicions: torn, Tests: reached, Shown: []Shown{shown("stuck-task", 11, false)}}, finding.Suspected, NotShown, 2)
	check("an assertion of the test", Evidence{Suspicions: torn, Tests: reached, Shown: []Shown{shown("schedule-dependent-test", 11, true)}}, finding.Suspected, NotShown, 2)
	check("stuck there", Evidence{Suspicions: held, Tests: reached, Shown: []Shown{shown("stuck-task", 20, false, 11)}}, finding.Replayed, Witnessed, 1)
	check("stuck there after a cancel", Evidence{Suspicions: held, Tests: reached, Shown: []Shown{shown("cancel-stuck", 11, true)}}, finding.Suspected, NotShown, 2)
	check("every schedule was run", Evidence{Suspicions: held, Tests: []Test{test("a", true, 11)}, Complete: true}, finding.Cleared, Cleared, 1)
	check("every schedule of one of two tests", Evidence{Suspicions: held, Tests: []Test{test("a", true, 11), test("b", false, 12)}, Complete: true}, finding.Suspected, NotShown, 1)
	check("every schedule, but tests are missing", Evidence{Suspicions: held, Tests: []Test{test("a", true, 11)}}, finding.Suspected, NotShown, 1)
	check("every schedule says nothing about cancels", Evidence{Suspicions: torn, Tests: []Test{test("a", true, 11)}, Complete: true}, finding.Suspected, NotShown, 1)
	check("no run can show it", Evidence{Suspicions: []Suspicion{suspicion("held", 11, NoRun)}, Tests: []Test{test("a", true, 11)}, Complete: true}, finding.Suspected, "", 1)
	unwitnessed := shown("cancel-stuck", 11, true)
	unwitnessed.Verdict = finding.Undecided
	check("a failure that is not sure", Evidence{Suspicions: torn, Tests: reached, Shown: []Shown{unwitnessed}}, finding.Suspected, NotShown, 2)
	aside := torn[0]
	aside.Aside = true
	check("not tried", Evidence{Suspicions: []Suspicion{aside}, Tests: []Test{test("b", true, 99)}, Complete: true}, finding.Suspected, Undecided, 1)
	nowhere := torn[0]
	nowhere.Within = nil
	check("in no function", Evidence{Suspicions: []Suspicion{nowhere}, Tests: reached, Complete: true}, finding.Suspected, Undecided, 1)
}

func TestOneCauseThatSeveralTestsShowIsReportedOnce(t *testing.T) {
	e := Evidence{
		Suspicions: []Suspicion{suspicion("torn", 11, Cancellations)},
		Shown:      []Shown{shown("cancel-stuck", 11, true), shown("schedule-panic", 30, true, 11), shown("schedule-panic", 30, true, 11)},
		Tests:      []Test{test("a", false, 11)},
	}
	out := Join(e)
	if len(out.Findings) != 1 {
		t.Fatalf("%+v", out.Findings)
	}
	f := out.Findings[0]
	if f.Severity != finding.Warning || f.Witness != "w11" || !strings.Contains(f.Because[len(f.Because)-1].Message, "once more") {
		t.Errorf("%+v", f)
	}
}

func TestWhatTheChangeDoesNotTouchIsCountedAndLeftOut(t *testing.T) {
	old := suspicion("torn", 11, Cancellations)
	old.Touched = false
	out := Join(Evidence{Suspicions: []Suspicion{old}, Tests: []Test{test("a", false, 11)}})
	if len(out.Findings) != 0 || out.Elsewhere != 1 || len(out.Answers) != 0 {
		t.Errorf("%+v", out)
	}
	out = Join(Evidence{Suspicions: []Suspicion{old}, Shown: []Shown{shown("cancel-stuck", 11, true)}})
	if len(out.Findings) != 1 || out.Findings[0].Rule != "torn" {
		t.Errorf("a run that the change touches shows it: %+v", out)
	}
}

// random is evidence of many kinds about few places, so that much of it meets.
func random(r *rand.Rand) Evidence {
	var e Evidence
	proofs := []Proof{NoRun, Schedules, Cancellations}
	rules := []string{"cancel-stuck", "schedule-panic", "stuck-task", "live-lock", "schedule-dependent-test"}
	for range r.IntN(6) {
		e.Suspicions = append(e.Suspicions, suspicion([]string{"torn", "held"}[r.IntN(2)], 10+r.IntN(20), proofs[r.IntN(3)]))
	}
	for range r.IntN(6) {
		e.Shown = append(e.Shown, shown(rules[r.IntN(len(rules))], 10+r.IntN(20), r.IntN(2) == 0, 10+r.IntN(20)))
	}
	for n := range r.IntN(5) {
		e.Tests = append(e.Tests, test(fmt.Sprint("t", n), r.IntN(2) == 0, 10+r.IntN(20)))
	}
	e.Complete = r.IntN(2) == 0
	return e
}

func TestTheOrderOfEvidenceDoesNotMatterAndPartsAreAsGoodAsTheWhole(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 6))
		e := random(r)
		want := Join(e)
		parts := make([]Evidence, 1+r.IntN(4))
		for i := range parts {
			parts[i] = Evidence{Suspicions: e.Suspicions, Complete: e.Complete} // each part checks everything
		}
		for _, i := range r.Perm(len(e.Shown)) {
			p := &parts[r.IntN(len(parts))]
			p.Shown = append(p.Shown, e.Shown[i])
		}
		for _, i := range r.Perm(len(e.Tests)) {
			p := &parts[r.IntN(len(parts))]
			p.Tests = append(p.Tests, e.Tests[i])
		}
		if got := Join(Merge(parts)); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %d parts:\ngot  %+v\nwant %+v", seed, len(parts), got, want)
		}
	}
}

// TestMoreEvidenceNeverMakesAnythingBetter: a further failed run takes no finding away and lowers no verdict, and a further test that
// did not see every schedule never leads to "cleared".
func TestMoreEvidenceNeverMakesAnythingBetter(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 7))
		e := random(r)
		before := Join(e)
		more := e
		more.Shown = append(slices.Clone(e.Shown), shown("stuck-task", 10+r.IntN(20), false, 10+r.IntN(20)))
		more.Tests = append(slices.Clone(e.Tests), test("further", false, 10+r.IntN(20)))
		after := Join(more)
		for _, f := range before.Findings {
			i := slices.IndexFunc(after.Findings, func(g finding.Finding) bool { return g.ID == f.ID })
			absorbed := slices.ContainsFunc(e.Shown, func(s Shown) bool { return s.Rule == f.Rule && s.Span == f.Span })
			switch {
			case i < 0 && !absorbed:
				t.Fatalf("seed %d: %s at %d is gone", seed, f.Rule, f.Line)
			case i >= 0 && f.Verdict != finding.Cleared && strength(after.Findings[i].Verdict) < strength(f.Verdict):
				t.Fatalf("seed %d: %s went from %s to %s", seed, f.Rule, f.Verdict, after.Findings[i].Verdict)
			case i >= 0 && f.Verdict != finding.Cleared && after.Findings[i].Verdict == finding.Cleared:
				t.Fatalf("seed %d: more evidence cleared %s", seed, f.Rule)
			}
		}
	}
}

func TestNothingFollowsFromNoEvidence(t *testing.T) {
	if out := Join(Evidence{}); len(out.Findings)+len(out.Answers) != 0 {
		t.Errorf("%+v", out)
	}
	if Merge(nil).Complete {
		t.Error("no part is a complete whole")
	}
}
