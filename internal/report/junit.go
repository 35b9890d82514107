package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

// JUnit XML as CI systems read it: a suite for the rungs, a suite for the findings, a suite for what was not checked or is
// suppressed (skipped). Names hold fingerprints, not lines, so that a CI system recognises a case after unrelated edits.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string       `xml:"classname,attr"`
		Name    string       `xml:"name,attr"`
		File    string       `xml:"file,attr,omitempty"`
		Line    int          `xml:"line,attr,omitempty"`
		Time    string       `xml:"time,attr,omitempty"`
		Failure *junitResult `xml:"failure"`
		Error   *junitResult `xml:"error"`
		Skipped *junitResult `xml:"skipped"`
		Output  *junitText   `xml:"system-out"`
	}
	junitResult struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
	junitText struct {
		Text string `xml:",cdata"`
	}
)

func writeJUnit(b *bytes.Buffer, v *view) error {
	all := junitSuites{Name: "pollux " + v.Command}
	all.add("rungs", rungCases(v))
	all.add("findings", findingCases(v))
	all.add("not checked", unknownCases(v))
	all.add("suppressed", suppressedCases(v))
	b.WriteString(xml.Header)
	e := xml.NewEncoder(b)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	b.WriteByte('\n')
	return nil
}

// add appends a suite and its counts; a suite without cases is left out.
func (all *junitSuites) add(name string, cases []junitCase) {
	if len(cases) == 0 {
		return
	}
	s := junitSuite{Name: name, Tests: len(cases), Cases: cases}
	for _, c := range cases {
		s.Failures += present(c.Failure)
		s.Errors += present(c.Error)
		s.Skipped += present(c.Skipped)
	}
	all.Tests += s.Tests
	all.Failures += s.Failures
	all.Errors += s.Errors
	all.Skipped += s.Skipped
	all.Suites = append(all.Suites, s)
}

func present(r *junitResult) int {
	if r == nil {
		return 0
	}
	return 1
}

// rungCases has one case per rung, so that a clean run shows what passed. The findings of a rung are cases of their own.
func rungCases(v *view) []junitCase {
	var cases []junitCase
	for _, r := range v.Rungs {
		c := junitCase{Class: "pollux.rungs", Name: r.Name, Time: fmt.Sprintf("%.3f", r.Seconds), Output: &junitText{count(r.Units, noun(r)) + " checked"}}
		switch {
		case r.Name == "compile" && v.Verdict == engine.DoesNotBuild:
			c.Error, c.Output = &junitResult{Message: "the crate does not build", Type: string(v.Verdict), Text: printable(r.Reason, true)}, nil
		case r.Status == "skipped" || r.Status == "unknown":
			c.Skipped, c.Output = &junitResult{Message: printable(r.Reason, false)}, nil
		}
		cases = append(cases, c)
	}
	return cases
}

func findingCases(v *view) []junitCase {
	var cases []junitCase
	for _, f := range v.Findings {
		class := printable(f.Function, false)
		if class == "" {
			class = "pollux." + f.Rule
		}
		c := junitCase{Class: class, Name: fmt.Sprintf("%s [%s]", f.Rule, f.ID), File: v.repositoryPath(f.File), Line: f.Line}
		text := printable(placedProse(f), true)
		if f.Severity == finding.Info {
			c.Output = &junitText{text}
		} else {
			c.Failure = &junitResult{Message: printable(f.Message, false), Type: f.Severity.String(), Text: text}
		}
		cases = append(cases, c)
	}
	return cases
}

func placedProse(f finding.Finding) string {
	if !f.Known() {
		return prose(f)
	}
	return place(f.Span) + "\n" + prose(f)
}

func unknownCases(v *view) []junitCase {
	var cases []junitCase
	for _, u := range v.Unknowns {
		message := printable(strings.TrimSuffix(u.Reason+" · "+u.Hint, " · "), false)
		cases = append(cases, junitCase{Class: "pollux.unknown", Name: printable(u.What, false), Skipped: &junitResult{Message: message}})
	}
	return cases
}

func suppressedCases(v *view) []junitCase {
	var cases []junitCase
	for _, s := range v.Suppressed {
		cases = append(cases, junitCase{
			Class: "pollux.suppressed", Name: fmt.Sprintf("%s at %s:%d", s.Rule, s.File, s.Line), File: v.repositoryPath(s.File), Line: s.Line,
			Skipped: &junitResult{Message: printable(s.Reason, false)},
		})
	}
	return cases
}
