package futurenotsend

import (
	"regexp"
	"strings"
	"testing"

	"pollux/internal/cargo"
)

func TestThePageHasTheFixedHeadingsInOrder(t *testing.T) {
	want := []string{"What it reports", "Why it matters", "Evidence", "Example", "Use instead", "Known misses and false alarms", "References"}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(Rule.Doc, -1) {
		got = append(got, m[1])
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q", got)
	}
}

func TestEveryRowOfTheTablesIsWellFormed(t *testing.T) {
	known := regexp.MustCompile(`\{(value|leaf|param|method|output|head|keyword|inner|pattern|local|place|foreign)\}`)
	for _, f := range fixes() {
		if !regexp.MustCompile(`^N\d\d$`).MatchString(f.source) || f.how == "" || f.why == "" {
			t.Errorf("bad row %+v", f)
		}
		rest := known.ReplaceAllString(f.why+f.how, "")
		if m := regexp.MustCompile(`\{[a-z]+\}`).FindString(rest); m != "" {
			t.Errorf("%s: unknown placeholder %s", f.source, m)
		}
	}
	if len(spawners()) == 0 {
		t.Error("no spawners")
	}
}

func TestTypesAreWrittenAsAProgrammerDoesAndKeptShort(t *testing.T) {
	for in, want := range map[string]string{
		"(dyn Fn(u32) -> String + 'static)":            "dyn Fn(u32) -> String",
		"Box<(dyn Sink + 'static)>":                    "Box<dyn Sink>",
		"{async block@/home/a/b/src/main.rs:1:2: 3:4}": "{async block@main.rs:1:2: 3:4}",
		"Rc<str>": "Rc<str>",
		"A<" + strings.Repeat("B<", 40) + "u8" + strings.Repeat(">", 41): "A<B<B<B<..>>>>",
		"A<fn(B) -> C<" + strings.Repeat("D", 80) + ">>":                 "A<fn(B) -> C<..>>",
	} {
		if got := short(plainType(in)); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestErrorsThatConcernNoFutureAreLeftAlone(t *testing.T) {
	primary := []cargo.DiagnosticSpan{{File: "src/main.rs", Line: 1, Column: 1, EndLine: 1, EndColumn: 9, Primary: true, Text: []string{"call(|x| x)"}}}
	for _, d := range []cargo.Diagnostic{
		{Level: "error", Message: "mismatched types", Spans: primary},
		{Level: "warning", Message: "future cannot be sent between threads safely", Spans: primary},
		{Level: "error", Message: "future cannot be sent between threads safely"},
		{Level: "error", Message: "`Rc<i32>` cannot be sent between threads safely", Code: "E0277", Spans: primary},
		{Level: "error", Message: "implementation of `FnOnce` is not general enough", Spans: primary},
		{Level: "error", Message: "implementation of `FnOnce` is not general enough", Spans: primary, Children: []cargo.Diagnostic{
			{Level: "note", Message: "closure with signature `fn(&'0 u8) -> impl Future<Output = u8>` must implement `FnOnce<(&'1 u8,)>`"}}},
	} {
		if got := Explain("/project", []cargo.Diagnostic{d}); len(got) > 0 {
			t.Errorf("%s: got %s", d.Message, print(got))
		}
	}
}

func TestFilesBelowTheRootAreMadeRelativeAndOthersStay(t *testing.T) {
	for in, want := range map[string]string{
		"/project/src/main.rs": "src/main.rs", "src/main.rs": "src/main.rs", "/projects/a.rs": "/projects/a.rs",
	} {
		if got := toPlace("/project", cargo.DiagnosticSpan{File: in, Line: 1}).at.File; got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestAValueInADependencyIsReportedAtTheDemand(t *testing.T) {
	d := cargo.Diagnostic{
		Level: "error", Message: "future cannot be sent between threads safely",
		Spans: []cargo.DiagnosticSpan{{File: "/project/src/main.rs", Line: 7, Column: 18, EndLine: 7, EndColumn: 23, Primary: true, Text: []string{"    tokio::spawn(run());"}}},
		Children: []cargo.Diagnostic{{Level: "note", Message: "future is not `Send` as this value is used across an await", Spans: []cargo.DiagnosticSpan{
			{File: "/elsewhere/lib.rs", Line: 3, Column: 9, Primary: true, Label: "await occurs here, with `x` maybe used later"},
			{File: "/elsewhere/lib.rs", Line: 2, Column: 9, Label: "has type `Rc<u8>` which is not `Send`"},
		}}},
	}
	got := Explain("/project", []cargo.Diagnostic{d})
	if len(got) != 1 || got[0].File != "src/main.rs" || got[0].Line != 7 {
		t.Fatalf("got %s", print(got))
	}
}
