// Package ladder joins what the rungs saw: suspicions of the static rung, failures of runs, and what the runs covered. It is
// the only place that raises a verdict.
//
// It is pure: plain values in, plain values out, the same for the same evidence in any order. So evidence that several machines
// gathered can be put together and judged as if one had gathered it: [Merge] and then [Join].
//
// Invariants: a verdict is raised only by a run that failed at the place of the suspicion, in the way that the suspicion says;
// "cleared" needs every schedule of every test that reaches the place, and never drops a finding; what was not reached, not shown
// or not decided is an answer of its own. Nothing that is missing makes anything better.
package ladder

import (
	"cmp"
	"reflect"
	"slices"

	"pollux/internal/finding"
)

// Proof says what can show that a suspicion is right.
type Proof string

// The closed set of proofs.
const (
	NoRun         Proof = "none"          // no run of a test can
	Schedules     Proof = "schedules"     // a test that fails under a schedule
	Cancellations Proof = "cancellations" // a test that fails after a task was cancelled
)

// Lines are lines of one source file, both ends included.
type Lines struct {
	File string `json:"file"` // as findings name files
	From int    `json:"from"`
	To   int    `json:"to"`
}

func (l Lines) has(file string, line int) bool {
	return l.File == file && l.From <= line && line <= l.To
}

// Located is a finding with the source line it stands on, which its identity is made of.
type Located struct {
	finding.Finding
	Text    string `json:"text"`    // without white space at its ends; empty when it cannot be read
	Touched bool   `json:"touched"` // by the change that is looked at; true when there is none
}

// Suspicion is a finding of the compile or static rung.
type Suspicion struct {
	Located
	By     Proof   `json:"by"`
	Within []Lines `json:"within"` // the function around it; none when it lies in none
	Aside  bool    `json:"aside"`  // it was not tried: the runs were about something else
}

// Shown is a finding that a run gave.
type Shown struct {
	Located
	Rung    string `json:"rung"`
	Cancels bool   `json:"cancels"` // a task was cancelled in that run
}

// Point is a place at which a task was seen to stop.
type Point struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Test is what the exploration of one test covered.
type Test struct {
	Name          string  `json:"name"` // program::path
	Points        []Point `json:"points"`
	Schedules     int     `json:"schedules"`
	Interleavings int     `json:"interleavings"`
	Suspensions   int     `json:"suspensions"` // of the cancellation sweep
	Cancelled     int     `json:"cancelled"`   // of those, at how many the task was cancelled
	Cleared       bool    `json:"cleared"`     // every schedule of every phase was run, and none failed
	Failed        bool    `json:"failed"`      // it failed under a schedule, which may have ended its search early
}

// Reaches reports whether a task of the test was seen to stop in one of the lines.
func (t *Test) Reaches(within []Lines) bool {
	return slices.ContainsFunc(t.Points, func(p Point) bool {
		return slices.ContainsFunc(within, func(l Lines) bool { return l.has(p.File, p.Line) })
	})
}

// Evidence is all that the rungs gathered. The zero value is no evidence, and nothing follows from it.
type Evidence struct {
	Suspicions []Suspicion `json:"suspicions"`
	Shown      []Shown     `json:"shown"`
	Tests      []Test      `json:"tests"`
	Looked     int         `json:"looked"`   // tests that were run to see whether they reach a suspicion
	Complete   bool        `json:"complete"` // every test that was to be explored was explored to its end
}

// Outcome is what the evidence comes to: each root cause once, and what became of each suspicion.
type Outcome struct {
	Findings  []finding.Finding
	Elsewhere int // findings that the change in question does not touch, and that are left out
	Answers   []Answer
}

// Join judges the evidence.
func Join(e Evidence) Outcome {
	e = canonical(e)
	identify(&e)
	var out Outcome
	taken := make([]bool, len(e.Shown))
	for i := range e.Suspicions {
		s := &e.Suspicions[i]
		var runs []*Shown
		for n := range e.Shown {
			if e.Shown[n].explains(s) {
				runs, taken[n] = append(runs, &e.Shown[n]), true
			}
		}
		f := raised(s.Finding, runs)
		touched := s.Touched || slices.ContainsFunc(runs, func(r *Shown) bool { return r.Touched })
		if s.By != NoRun && touched {
			a := answer(s, &f, &e)
			if a.Word == Cleared && f.Verdict == finding.Suspected {
				f.Verdict = finding.Cleared
			}
			out.Answers = append(out.Answers, a)
		}
		out.add(f, touched)
	}
	var rest []Shown
	for n, shown := range e.Shown {
		if !taken[n] {
			rest = append(rest, shown)
		}
	}
	for _, shown := range slices.CompactFunc(rest, func(a, b Shown) bool { return a.sameAs(&b.Located) }) {
		out.add(shown.Finding, shown.Touched)
	}
	finding.Sort(out.Findings)
	return out
}

// sameAs reports whether two findings are one hazard at one place.
func (l *Located) sameAs(o *Located) bool {
	return l.Rule == o.Rule && l.Span == o.Span && (l.Known() || l.Message == o.Message)
}

func (o *Outcome) add(f finding.Finding, touched bool) {
	if !touched {
		o.Elsewhere++
		return
	}
	o.Findings = append(o.Findings, f)
}

// canonical puts the evidence into one order, whatever order it came in, and drops what is in it twice.
func canonical(e Evidence) Evidence {
	e.Suspicions, e.Shown, e.Tests = slices.Clone(e.Suspicions), slices.Clone(e.Shown), slices.Clone(e.Tests)
	slices.SortStableFunc(e.Suspicions, func(a, b Suspicion) int { return compareLocated(&a.Located, &b.Located) })
	e.Suspicions = slices.CompactFunc(e.Suspicions, func(a, b Suspicion) bool { return a.sameAs(&b.Located) })
	slices.SortStableFunc(e.Shown, func(a, b Shown) int { return compareLocated(&a.Located, &b.Located) })
	e.Shown = slices.CompactFunc(e.Shown, func(a, b Shown) bool { return reflect.DeepEqual(a, b) })
	slices.SortStableFunc(e.Tests, compareTests)
	e.Tests = slices.CompactFunc(e.Tests, func(a, b Test) bool { return a.Name == b.Name })
	return e
}

// compareTests puts of two runs of one test the deeper one first.
func compareTests(a, b Test) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(b.Schedules, a.Schedules), cmp.Compare(len(b.Points), len(a.Points)))
}

func compareLocated(a, b *Located) int { return Compare(&a.Finding, &b.Finding) }

// Compare orders findings by place and rule, and those of one rule at one place by what they say: the one with more evidence first.
func Compare(a, b *finding.Finding) int {
	return cmp.Or(
		finding.ComparePlace(a.Span, b.Span),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(strength(b.Verdict), strength(a.Verdict)),
		cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(len(b.Because), len(a.Because)),
		cmp.Compare(a.Function, b.Function),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Witness, b.Witness),
		slices.CompareFunc(a.Because, b.Because, func(a, b finding.Because) int {
			return cmp.Or(finding.ComparePlace(a.Span, b.Span), cmp.Compare(a.Message, b.Message))
		}),
	)
}

// identify gives every finding its fingerprint, in the order of places so that equal findings of one function keep theirs. What is one
// hazard at one place has one.
func identify(e *Evidence) {
	type key struct{ rule, pkg, function, text string }
	seen := map[key]int{}
	var last *Located
	name := func(l *Located) {
		l.Verdict = cmp.Or(l.Verdict, finding.Suspected)
		if last != nil && l.sameAs(last) {
			l.ID = last.ID
			return
		}
		k := key{l.Rule, l.Package, l.Function, cmp.Or(l.Text, l.Message)}
		l.ID = finding.Fingerprint(k.rule, k.pkg, k.function, k.text, seen[k])
		seen[k]++
		last = l
	}
	for i := range e.Suspicions {
		name(&e.Suspicions[i].Located)
	}
	last = nil
	for i := range e.Shown {
		name(&e.Shown[i].Located)
	}
}

// strengths is the order of verdicts by the evidence they rest on.
var strengths = []finding.Verdict{finding.Undecided, finding.Cleared, finding.Suspected, finding.Witnessed, finding.Replayed, finding.Shrunk}

func strength(v finding.Verdict) int { return slices.Index(strengths, v) }

// ran reports whether a verdict says that a run failed.
func ran(v finding.Verdict) bool { return strength(v) >= strength(finding.Witnessed) }
