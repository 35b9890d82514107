package report

import (
	"fmt"
	"strings"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

// unknownLines bounds how many reasons for not checking are listed without -v.
const unknownLines = 5

// infoFlag is the flag that shows info findings.
const infoFlag = "--info"

// summary ends the report: how much was found, what changed, and what was not checked.
func (t *text) summary(shown []finding.Finding, hidden int) {
	decided := t.Verdict == engine.Clean || t.Verdict == engine.Findings
	switch {
	case t.opt.Quiet && decided:
		t.trimBlankLine(len(shown) > 0)
	case t.Verdict == engine.Clean && len(shown) == 0 && len(t.Answers) == 0 && !t.opt.Verbose:
		t.cleanLine(hidden)
	default:
		t.totals(shown, hidden)
		if t.opt.Quiet {
			if t.unitsChecked() == 0 && t.Verdict == engine.Incomplete { // the reason is all there is to say
				t.notChecked()
			}
			return
		}
		t.answers()
		t.compared()
		t.fixed()
		t.notChecked()
		t.suppressed()
		t.rungs()
	}
}

// trimBlankLine takes back the blank line after the last block.
func (t *text) trimBlankLine(written bool) {
	if written {
		t.b.Truncate(t.b.Len() - 1)
	}
}

// cleanLine is the whole report when nothing was found: one line that claims no more than what was checked.
func (t *text) cleanLine(hidden int) {
	parts := []string{"nothing was checked"}
	if ran := t.ran(); len(ran) > 0 {
		parts[0] = fmt.Sprintf("%s checked (%s)", t.looked(), strings.Join(ran, ", "))
	}
	parts = append(parts, t.asides(hidden)...)
	for _, r := range t.Rungs {
		if r.Status == "ok" && r.Reason != "" {
			parts = append(parts, r.Reason)
		}
	}
	if c := t.Compare; c != nil && c.Unchanged > 0 {
		parts = append(parts, fmt.Sprintf("%s not new since %s", count(c.Unchanged, "finding"), c.With))
	}
	if c := t.Compare; c != nil && c.Fixed > 0 {
		parts = append(parts, fmt.Sprintf("%d fixed since %s", c.Fixed, c.With))
	}
	t.paragraph(t.paint(goodStyle, "clean")+": ", "clean: ", strings.Join(parts, "; "))
	if missing := t.missing(); missing != "" {
		t.paragraph("not checked: ", "not checked: ", missing)
	}
}

// missing is what was not checked, in the few words that one line has room for.
func (t *text) missing() string {
	var parts []string
	for _, r := range t.Rungs {
		if r.Status == "skipped" || r.Status == "unknown" {
			parts = append(parts, r.Name+reasonSuffix(r.Reason))
		}
	}
	groups := groupUnknowns(t.Unknowns)
	for i, g := range groups {
		if i == 2 {
			parts = append(parts, fmt.Sprintf("%s (-v lists all)", count(len(groups)-i, "more reason")))
			break
		}
		parts = append(parts, g.line(1))
	}
	return strings.Join(parts, ", ")
}

func reasonSuffix(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

// totals counts what is shown, worst first.
func (t *text) totals(shown []finding.Finding, hidden int) {
	var bySeverity [3]int
	for _, f := range shown {
		bySeverity[f.Severity]++
	}
	var counts []string
	for _, s := range []finding.Severity{finding.Error, finding.Warning, finding.Info} {
		if n := bySeverity[s]; n > 0 {
			counts = append(counts, count(n, s.String()))
		}
	}
	line := strings.Join(counts, ", ")
	switch n := t.unitsChecked(); {
	case n > 0 && line == "":
		line = "no findings in " + t.looked()
	case n > 0:
		line += " in " + t.looked()
	case line == "":
		line = "nothing was checked"
	}
	if t.Verdict == engine.Clean && len(shown) > 0 {
		line += ", below the threshold"
	}
	parts := append([]string{line}, t.asides(hidden)...)
	lead, style := t.verdictWords(shown)
	t.paragraph(t.paint(style, lead)+": ", lead+": ", strings.Join(parts, "; "))
}

// verdictWords names the verdict of the run.
func (t *text) verdictWords(shown []finding.Finding) (string, style) {
	switch t.Verdict {
	case engine.DoesNotBuild:
		return "does not build", errorStyle
	case engine.Incomplete:
		return "incomplete", warningStyle
	case engine.Clean:
		return "clean", goodStyle
	}
	if len(shown) > 0 {
		return "found", severityStyle(shown[0].Severity)
	}
	return "found", bold
}

// asides are counts of what exists and is not shown.
func (t *text) asides(hidden int) []string {
	var parts []string
	if hidden > 0 {
		parts = append(parts, fmt.Sprintf("%d info hidden (%s shows them)", hidden, infoFlag))
	}
	if n := len(t.Suppressed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d suppressed", n))
	}
	return parts
}

// answers says of each suspicion what became of it.
func (t *text) answers() {
	for _, a := range t.Answers {
		words := a.Words
		if len(a.Findings) > 0 {
			words += " (finding " + strings.Join(a.Findings, ", ") + ")"
		}
		t.paragraph("", "", a.Asked+": "+words)
	}
}

func (t *text) compared() {
	c := t.Compare
	switch {
	case c == nil:
	case c.By == "changed lines": // they cannot tell what was fixed
		t.paragraph("", "", fmt.Sprintf("compared with %s: %d new or touched, %d elsewhere", c.With, c.New, c.Unchanged))
	default:
		t.paragraph("", "", fmt.Sprintf("compared with %s: %d new, %d fixed, %d unchanged", c.With, c.New, c.Fixed, c.Unchanged))
	}
}

// fixedLines bounds how many corrected findings are listed without -v.
const fixedLines = 5

// fixed lists what the change has corrected.
func (t *text) fixed() {
	for i, f := range t.Fixed {
		if i == fixedLines && !t.opt.Verbose {
			t.item(fmt.Sprintf("%d more are fixed (-v lists all)", len(t.Fixed)-i))
			return
		}
		t.item(fmt.Sprintf("fixed: %s in %s: %s", f.Rule, f.Function, f.Message))
	}
}

// notChecked lists what was not checked, each reason once.
func (t *text) notChecked() {
	groups := groupUnknowns(t.Unknowns)
	if len(groups) == 0 {
		return
	}
	t.paragraph("", "", "not checked:")
	for i, g := range groups {
		if i == unknownLines-1 && len(groups) > unknownLines && !t.opt.Verbose {
			t.item(fmt.Sprintf("%d more for %s (-v lists all)", total(groups[i:]), count(len(groups)-i, "other reason")))
			return
		}
		if !t.opt.Verbose {
			t.item(g.line(2))
			continue
		}
		t.item(g.line(0))
		for _, what := range g.what {
			t.item("  " + what)
		}
	}
}

// suppressed lists what is allowed and why, with -v only.
func (t *text) suppressed() {
	if !t.opt.Verbose || len(t.Suppressed) == 0 {
		return
	}
	t.paragraph("", "", "suppressed:")
	for _, s := range t.Suppressed {
		t.item(fmt.Sprintf("%s at %s:%d: %s", s.Rule, s.File, s.Line, s.Reason))
	}
}

// perTest says what was covered of each explored test.
func (t *text) perTest() {
	if !t.opt.Verbose {
		return
	}
	for _, r := range t.Rungs {
		if r.Explored == nil {
			continue
		}
		for _, c := range r.Explored.PerTest {
			t.item(c.Words())
		}
	}
}

// rungs says how far each step came.
func (t *text) rungs() {
	var parts []string
	for _, r := range t.Rungs {
		part := r.Name + " " + r.Status
		var details []string
		if r.Units > 0 {
			details = append(details, count(r.Units, noun(r)))
		}
		if r.Seconds > 0 {
			details = append(details, fmt.Sprintf("%.1f s", r.Seconds))
		}
		if len(details) > 0 {
			part += " (" + strings.Join(details, ", ") + ")"
		}
		if r.Reason != "" {
			part += ": " + r.Reason
		}
		parts = append(parts, part)
	}
	if len(parts) > 0 {
		t.paragraph("", "", "rungs: "+strings.Join(parts, " · "))
	}
	t.perTest()
}

// paragraph writes wrapped words behind a lead, given as painted and as plain text.
func (t *text) paragraph(painted, plain, words string) {
	lines := wrap(plain+printable(words, false), t.opt.Width, 2)
	lines[0] = painted + strings.TrimPrefix(lines[0], plain)
	t.hanging(lines, 2)
}

func (t *text) item(words string) {
	t.b.WriteString("  ")
	t.hanging(wrap(printable(words, false), t.opt.Width, 4), 4)
}

// ran names the rungs that came to an answer.
func (t *text) ran() []string {
	var names []string
	for _, r := range t.Rungs {
		if r.Status == "ok" || r.Status == "findings" {
			names = append(names, r.Name)
		}
	}
	return names
}

// noun is what a rung counts: tests when it runs them, compilation units when it reads them.
func noun(r engine.Rung) string {
	if r.Name == "explore" {
		return "test"
	}
	return "unit"
}

func (v *view) noun() string {
	if len(v.Rungs) > 0 {
		return noun(v.Rungs[0])
	}
	return "unit"
}

// looked is what was looked at: "3 units", and "3 units, 5 tests" of a run that read some and ran others.
func (t *text) looked() string {
	read, ran := 0, 0
	for _, r := range t.Rungs {
		if r.Name == "explore" {
			ran = max(ran, r.Units)
		} else if r.Status == "ok" || r.Status == "findings" {
			read = max(read, r.Units)
		}
	}
	if t.Command == "verify" && read > 0 && ran > 0 {
		return count(read, "unit") + ", " + count(ran, "test")
	}
	return count(t.unitsChecked(), t.noun())
}

// unitsChecked is how many compilation units the widest rung that came to an answer looked at.
func (t *text) unitsChecked() int {
	n := 0
	for _, r := range t.Rungs {
		// What was explored was, also when it was not everything that was asked for.
		if r.Status == "ok" || r.Status == "findings" || r.Name == "explore" {
			n = max(n, r.Units)
		}
	}
	return n
}
