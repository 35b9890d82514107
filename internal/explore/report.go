package explore

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/finding"
)

// blank is a finding about the test as a whole.
func (s *search) blank(rule string, severity finding.Severity) finding.Finding {
	return finding.Finding{
		Rule: rule, Severity: severity, Verdict: finding.Witnessed, Package: s.program.Package, Function: s.String(),
		Span: s.testPlace(),
	}
}

// finding tells what happened in a failing run.
func (s *search) finding(rule string, run *schedule) finding.Finding {
	var f finding.Finding
	switch rule {
	case ruleStuck:
		f = s.stuck(run)
	case ruleLiveLock:
		f = s.liveLock(run)
	case ruleCancel:
		f = s.cancelStuck(run)
	case rulePanic:
		f = s.panicked(run)
	default:
		f = s.dependent(run)
	}
	f.Because = append(f.Because, s.needs(run)...)
	s.phase.assume(&f)
	if s.phase == PhaseBody && f.Rule == ruleStuck && !s.scratch() {
		f.Severity = min(f.Severity, finding.Info) // a body that polls by hand takes a yield of ours for waiting: 9 of 9 in tower's own tests
	}
	return f
}

// stuck names every task that waits, and where.
func (s *search) stuck(run *schedule) finding.Finding {
	f := s.blank(ruleStuck, finding.Warning)
	waits := s.waits(run)
	f.Message = fmt.Sprintf("`%s` stops for ever under this schedule: %s", s.test, whyStuck(run, len(tasks(waits))))
	placed := false
	for _, w := range waits {
		if len(w.frames) == 0 {
			continue
		}
		at := w.frames[0]
		if !placed {
			placed = true
			f.Span, f.Function = s.word(at.place), s.functionAt(at)
			f.Label = s.waitsHere(run, w)
			continue
		}
		f.Because = append(f.Because, finding.Because{Span: span(at.place), Message: s.waitsHere(run, w) + calledFrom(w.frames)})
	}
	f.Because = append(f.Because, s.holders(run)...)
	f.Because = append(f.Because, s.cancelledBefore(run)...)
	if run.mapped {
		f.Because = append(f.Because, finding.Because{Message: "the runtime of several threads was run on one; the order of the steps is one that several threads can take too"})
	}
	if run.advances > 0 {
		f.Because = append(f.Because, finding.Because{Message: fmt.Sprintf("time was virtual: %s fired before", count(run.advances, "timer"))})
	}
	return f
}

func tasks(waits []wait) map[int]bool {
	out := map[int]bool{}
	for _, w := range waits {
		out[w.task] = true
	}
	return out
}

// calledFrom names the next call outwards, which tells two uses of one function apart.
func calledFrom(frames []frame) string {
	if len(frames) < 2 {
		return ""
	}
	return fmt.Sprintf(", called at %s:%d", frames[1].file, frames[1].line)
}

// panicked is a panic in code that is not the test itself.
func (s *search) panicked(run *schedule) finding.Finding {
	f := s.blank(rulePanic, finding.Warning)
	at, _ := s.culprit(run)
	f.Span = s.word(at.place)
	if at.function != "" {
		f.Function = s.functionAt(at)
	}
	first := firstPanic(run)
	f.Message = fmt.Sprintf("this panics under a schedule of `%s`: %s", s.test, firstLine(first.text))
	if run.cancelled != nil {
		f.Message = fmt.Sprintf("this panics in `%s` after %s is cancelled: %s", s.test, taskName(run.cancelled.task), firstLine(first.text))
	}
	f.Label = "panics in " + taskName(max(first.task, 0))
	for i, outer := range s.own(first.frames) {
		if i > 0 && i < 4 {
			f.Because = append(f.Because, finding.Because{Span: span(outer.place), Message: "called from here"})
		}
	}
	f.Because = append(f.Because, s.nobodyLooks(run)...)
	if run.outcome == "crash" {
		f.Because = append(f.Because, finding.Because{Message: "a destructor panics while this panic unwinds: the process is aborted"})
	}
	if in, ok := s.cancelledOwn(run); ok {
		f.Because = append(f.Because, finding.Because{Span: span(in[0].place), Message: taskName(run.cancelled.task) + " was cancelled here before"})
	}
	return f
}

// dependent is an assertion of the test that does not hold under every schedule.
func (s *search) dependent(run *schedule) finding.Finding {
	f := s.blank(ruleTest, finding.Info)
	if at, ok := s.culprit(run); ok {
		f.Span = s.word(at.place)
	}
	what := "it returns an error"
	if len(run.panics) > 0 {
		what = firstLine(firstPanic(run).text)
	}
	f.Message = fmt.Sprintf("`%s` fails under a schedule: %s", s.test, what)
	f.Label = "the test itself fails here"
	if run.outcome == unnoticed {
		f.Message = fmt.Sprintf("a task of `%s` fails under a schedule, and the test passes all the same: %s", s.test, what)
		f.Label = "a task of the test fails here"
	}
	f.Because = append(f.Because, s.nobodyLooks(run)...)
	if s.scratch() {
		f.Severity = finding.Warning // whoever wrote the file asked just this
		return f
	}
	f.Because = append(f.Because, finding.Because{Message: "the code may be wrong, or the test assumes an order that nothing promises: read the replay"})
	return f
}

func span(p place) finding.Span {
	return finding.Span{File: filepath.ToSlash(p.file), Line: p.line, Column: max(p.column, 1), EndLine: p.line, EndColumn: max(p.column, 1) + 1}
}

// word is the place with the word that stands there, such as await.
func (s *search) word(p place) finding.Span {
	out := span(p)
	path := filepath.FromSlash(p.file)
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.tests.Root, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return out
	}
	out.EndColumn = wordEnd(string(text), out)
	return out
}

// wordEnd is the column behind the word at the start of a span, at least one behind its start.
func wordEnd(text string, at finding.Span) int {
	lines := strings.Split(text, "\n")
	if at.Line > len(lines) {
		return at.EndColumn
	}
	line := []rune(lines[at.Line-1])
	end := at.Column
	for end <= len(line) && !notWord(line[end-1]) {
		end++
	}
	return max(end, at.EndColumn)
}

func firstLine(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return "without a message"
	}
	out := strings.Join(lines, " ")
	if runes := []rune(out); len(runes) > 200 {
		out = string(runes[:200]) + "…"
	}
	return out
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
