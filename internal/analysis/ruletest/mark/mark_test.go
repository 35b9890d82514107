package mark

import (
	"fmt"
	"strings"
	"testing"

	"pollux/internal/finding"
)

var known = []string{"sync-guard-across-await", "dropped-future"}

// check reads a source and compares what it says, one line per mark or problem.
func check(t *testing.T, source string, want ...string) {
	t.Helper()
	marks, problems := Read(source, known)
	var got []string
	for _, m := range marks {
		got = append(got, fmt.Sprintf("%d %s", m.Line, m))
	}
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%d problem: %s", p.Line, p.Message))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q\n got %q\nwant %q", source, got, want)
	}
}

func TestMarksSayWhereAndWhat(t *testing.T) {
	check(t, "f(); //~ dropped-future", "1 //~ dropped-future")
	check(t, "\n//~^ dropped-future", "1 //~ dropped-future")
	check(t, "\n\n//~^^ dropped-future", "1 //~ dropped-future")
	check(t, "//~v dropped-future", "2 //~ dropped-future")
	check(t, "f(); //~2021 dropped-future", "1 //~2021 dropped-future")
	check(t, "f(); //~? dropped-future", "1 //~? dropped-future")
	check(t, "f(); //~ dropped-future(error): the work", "1 //~ dropped-future(error): the work")
	check(t, "f(); //~ dropped-future: a //~ sync-guard-across-await: b", "1 //~ dropped-future: a", "1 //~ sync-guard-across-await: b")
	check(t, "f(); //~ dropped-future, sync-guard-across-await", "1 //~ dropped-future", "1 //~ sync-guard-across-await")
	check(t, "// ~ dropped-future and /// ~ that are no marks")
}

func TestAMisspeltMarkIsAProblem(t *testing.T) {
	check(t, "f(); //~ droped-future", "1 problem: there is no rule `droped-future`, did you mean `dropped-future`?")
	check(t, "f(); //~ dropped-future(eror)", "1 problem: there is no severity `eror`, did you mean `error`?")
	check(t, "f(); //~dropped-future", "1 problem: `//~dropped-future` is no mark: want `//~ rule-id`, with ^, v, ?, + or an edition behind the tilde")
	check(t, "f(); //~", "1 problem: `//~` is no mark: want `//~ rule-id`, with ^, v, ?, + or an edition behind the tilde")
	check(t, "f(); //~< dropped-future", "1 problem: `//~< dropped-future` is no mark: want `//~ rule-id`, with ^, v, ?, + or an edition behind the tilde")
	check(t, "f(); //~ dropped-future:", "1 problem: `//~ dropped-future:` pins an empty text")
	check(t, "f(); //~ dropped-future again", "1 problem: `dropped-future again` is no rule id with an optional severity in parentheses")
}

func at(line int, severity finding.Severity, message string) finding.Finding {
	f := finding.Finding{Rule: "dropped-future", Severity: severity, Message: message}
	f.Line = line
	return f
}

func TestMarksAndFindingsMustAgreeBothWays(t *testing.T) {
	compare := func(source string, want string, findings ...finding.Finding) {
		t.Helper()
		marks, problems := Read(source, known)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		c := Compare(marks, findings)
		got := fmt.Sprint(c.Fulfilled, c.Missed, c.Extra, c.Known, c.Resolved)
		for _, d := range c.Differences {
			got += fmt.Sprintf(" %d:%s", d.Line, d.Kind)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s\n%v", source, got, want, c.Differences)
		}
	}
	warn := at(1, finding.Warning, "the future of `f` is dropped")
	compare("//~ dropped-future", "1 0 0 0 0", warn)
	compare("//~ dropped-future", "1 0 0 0 0", warn, warn)
	compare("//~ dropped-future", "0 1 0 0 0 1:missed")
	compare("", "0 0 1 0 0 1:extra", warn)
	compare("\n//~ dropped-future", "0 1 1 0 0 1:extra 2:missed", warn)
	compare("//~ dropped-future: `f`", "1 0 0 0 0", warn)
	compare("//~ dropped-future: `g`", "0 1 0 0 0 1:missed", warn)
	compare("//~ dropped-future(warning)", "1 0 0 0 0", warn)
	compare("//~ dropped-future(error)", "0 1 0 0 0 1:missed", warn)
	compare("//~? dropped-future", "0 0 0 1 0")
	compare("//~? dropped-future", "0 0 0 0 1 1:found", warn)
	compare("", "0 0 0 0 0", at(1, finding.Info, "worth knowing"))
	compare("//~ dropped-future", "0 1 0 0 0 1:missed", at(1, finding.Info, "worth knowing"))
	compare("//~ dropped-future(info)", "1 0 0 0 0", at(1, finding.Info, "worth knowing"))
}

func TestAFurtherPlaceOfAFindingIsMarkedAsSuch(t *testing.T) {
	f := finding.Finding{Rule: "dropped-future", Severity: finding.Warning, Span: finding.Span{File: "a.rs", Line: 3},
		Because: []finding.Because{{Span: finding.Span{File: "a.rs", Line: 7}}, {Span: finding.Span{File: "b.rs", Line: 9}}}}
	check := func(source, want string) {
		t.Helper()
		marks, problems := Read(source, []string{"dropped-future"})
		c := Compare(marks, []finding.Finding{f})
		if got := fmt.Sprint(len(problems), c.Fulfilled, c.Missed, c.Extra); got != want {
			t.Errorf("%q: problems, fulfilled, missed, extra = %s, want %s", source, got, want)
		}
	}
	const place = "\n\n//~ dropped-future\n\n\n\n"
	check(place+"//~+ dropped-future", "0 2 0 0")
	check(place+"\n//~+ dropped-future", "0 1 1 0")
	check("\n\n\n\n\n\n//~+ dropped-future", "0 1 0 1")
	check(place+"\n\n//~+ dropped-future", "0 1 1 0") // line 9 is a place in another file
}
