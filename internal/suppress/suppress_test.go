package suppress

import (
	"fmt"
	"strings"
	"testing"

	"pollux/internal/finding"
	"pollux/internal/rust"
)

var known = []string{"blocking-in-async", "futurelock", "dropped-future", "stuck-task"}

// run applies the allowances of src to findings marked in it: every `!id` in the text is a finding of that rule on that
// line. It returns one line per outcome.
func run(src string) string {
	f := rust.Parse("src/a.rs", src)
	var findings []finding.Finding
	for n := range f.LineCount() {
		for _, word := range strings.Fields(f.Line(n + 1)) {
			if id, ok := strings.CutPrefix(word, "!"); ok {
				findings = append(findings, finding.Finding{Rule: id, Span: finding.Span{File: "src/a.rs", Line: n + 1}})
			}
		}
	}
	ran := func(id string) bool { return id != "stuck-task" }
	kept, suppressed, extra := Apply(findings, []Source{{f, "a"}}, Rules{Known: known, Ran: ran})
	var out []string
	for _, k := range kept {
		out = append(out, fmt.Sprintf("keep %d %s", k.Line, k.Rule))
	}
	for _, s := range suppressed {
		out = append(out, fmt.Sprintf("allow %d %s: %s", s.Line, s.Rule, s.Reason))
	}
	for _, e := range extra {
		out = append(out, fmt.Sprintf("extra %d %s; %s", e.Line, e.Message, e.Fix))
	}
	return strings.Join(out, "\n")
}

func check(t *testing.T, src string, want ...string) {
	t.Helper()
	if got := run(src); got != strings.Join(want, "\n") {
		t.Errorf("%s\n--- got\n%s\n--- want\n%s", src, got, strings.Join(want, "\n"))
	}
}

func unused(line int, id string) string {
	return fmt.Sprintf("extra %d the allowance of `%s` covers no finding; remove `%s` from the allowance, or move the comment to the line or above the item that it is about", line, id, id)
}

const form = "; write `// pollux: allow(rule-id) reason`, or remove the comment"

func TestApply(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"a trailing allowance covers its line only", "fn f() {\n a(); // pollux: allow(futurelock) why !futurelock\n b(); // !futurelock\n}",
			[]string{"keep 3 futurelock", "allow 2 futurelock: why !futurelock"}},
		{"it covers only the rules it names", "a(); // pollux: allow(futurelock) why !dropped-future !futurelock",
			[]string{"keep 1 dropped-future", "allow 1 futurelock: why !dropped-future !futurelock"}},
		{"several rules in one allowance", "// pollux: allow(futurelock , dropped-future) both\na(); // !dropped-future !futurelock",
			[]string{"allow 2 dropped-future: both", "allow 2 futurelock: both"}},
		{"above an item it covers the whole item", "// pollux: allow(futurelock) why\n#[x]\n/// d\npub async fn f() {\n a(); // !futurelock\n}\nfn g() {} // !futurelock",
			[]string{"keep 7 futurelock", "allow 5 futurelock: why"}},
		{"between an attribute and its item too", "#[x]\n// pollux: allow(futurelock) why\nfn f() {\n a(); // !futurelock\n}",
			[]string{"allow 4 futurelock: why"}},
		{"other comments may stand between", "// pollux: allow(futurelock) why\n// more\n\nfn f() {\n a(); // !futurelock\n}",
			[]string{"allow 5 futurelock: why"}},
		{"above an impl it covers its methods", "// pollux: allow(futurelock) why\nimpl A {\n fn f() {\n a(); // !futurelock\n}\n}",
			[]string{"allow 4 futurelock: why"}},
		{"above a method it does not cover the next one", "impl A {\n// pollux: allow(futurelock) why\nfn f() {\n a(); // !futurelock\n}\nfn g() { // !futurelock\n}\n}",
			[]string{"keep 6 futurelock", "allow 4 futurelock: why"}},
		{"above a statement it covers the statement", "fn f() {\n// pollux: allow(futurelock) why\nlet x = a()\n .b(1, // !futurelock\n 2)\n .await; // !futurelock\nc(); // !futurelock\n}",
			[]string{"keep 7 futurelock", "allow 4 futurelock: why", "allow 6 futurelock: why"}},
		{"but not the block that a statement opens", "fn f() {\n// pollux: allow(futurelock) why\nfor x in // !futurelock\n a() { // !futurelock\n b(); // !futurelock\n}\n}",
			[]string{"keep 5 futurelock", "allow 3 futurelock: why", "allow 4 futurelock: why"}},
		{"nor the block in the argument of a call", "fn f() {\n// pollux: allow(futurelock) why\nspawn(async move { // !futurelock\n b(); // !futurelock\n});\n}",
			[]string{"keep 4 futurelock", "allow 3 futurelock: why"}},
		{"above a match arm it covers the arm", "fn f() { match x {\n// pollux: allow(futurelock) why\nA => a(), // !futurelock\nB => b(), // !futurelock\n} }",
			[]string{"keep 4 futurelock", "allow 3 futurelock: why"}},
		{"an unused allowance is a finding", "// pollux: allow(futurelock) why\nfn f() {}", []string{unused(1, "futurelock")}},
		{"so is an unused part of one", "a(); // pollux: allow(futurelock, dropped-future) !futurelock",
			[]string{"allow 1 futurelock: !futurelock", unused(1, "dropped-future")}},
		{"an allowance with nothing below covers nothing", "fn f() {\n a(); // !futurelock\n // pollux: allow(futurelock) why\n}",
			[]string{"keep 2 futurelock", unused(3, "futurelock")}},
		{"at the end of the file too", "// pollux: allow(futurelock) why", []string{unused(1, "futurelock")}},
		{"an unknown rule has a nearest one", "a(); // pollux: allow(blocking-in-asinc) why",
			[]string{"extra 1 `blocking-in-asinc` is not a rule, so nothing is allowed; did you mean `blocking-in-async`?"}},
		{"or none", "a(); // pollux: allow(zzz) why",
			[]string{"extra 1 `zzz` is not a rule, so nothing is allowed; see `pollux rules` for the ids, or remove the comment"}},
		{"without a reason nothing is allowed", "// pollux: allow(futurelock)\na(); // !futurelock",
			[]string{"keep 2 futurelock", "extra 1 the allowance gives no reason, so nothing is allowed" + form}},
		{"a mark of punctuation is no reason", "// pollux: allow(futurelock) -\na();",
			[]string{"extra 1 the allowance gives no reason, so nothing is allowed" + form}},
		{"a reason may follow a colon", "// pollux: allow(futurelock): why\na(); // !futurelock", []string{"allow 2 futurelock: why"}},
		{"without a rule nothing is allowed", "// pollux: allow() why\na();", []string{"extra 1 the allowance names no rule, so nothing is allowed" + form}},
		{"a bracket must close", "// pollux: allow(futurelock why\na();",
			[]string{"extra 1 the list of rules has no closing bracket, so nothing is allowed" + form}},
		{"another word is no allowance", "// pollux: deny(futurelock) why\na();",
			[]string{"extra 1 `pollux: deny(..)` is not an allowance, so nothing is allowed" + form}},
		{"prose about pollux is left alone", "// pollux: a star (in Gemini)\na();", nil},
		{"documentation and block comments do not allow", "/// pollux: allow(futurelock) why\nfn f() {} // !futurelock\n/* pollux: allow(futurelock) why */ a(); // !futurelock",
			[]string{"keep 2 futurelock", "keep 3 futurelock"}},
		{"a string is no comment", "a(\"// pollux: allow(futurelock) why\"); // !futurelock", []string{"keep 1 futurelock"}},
		{"a rule that did not run is not called unused", "// pollux: allow(stuck-task) why\nfn f() {}", nil},
		{"code under a cfg is not called unused", "#[cfg(test)]\nmod tests {\n// pollux: allow(futurelock) why\nfn f() {}\n}", nil},
		{"a test is not called unused", "// pollux: allow(futurelock) why\n#[tokio::test]\nasync fn f() {}", nil},
		{"a file under a cfg is not called unused", "#![cfg(unix)]\n// pollux: allow(futurelock) why\nfn f() {}", nil},
		{"the narrowest allowance gives the reason and all are used", "// pollux: allow(futurelock) wide\nfn f() {\n a(); // pollux: allow(futurelock) !futurelock\n}",
			[]string{"allow 3 futurelock: !futurelock"}},
		{"an allowance can be allowed to be unused", "// pollux: allow(unused-allowance) depends on the platform\nmod a {\n// pollux: allow(futurelock) why\nfn f() {}\n}",
			[]string{"allow 3 unused-allowance: depends on the platform"}},
		{"an allowance in the argument of a macro", "select! {\n// pollux: allow(futurelock) why\nx = a() => { // !futurelock\n}\n}", []string{"allow 3 futurelock: why"}},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.src, c.want...) })
	}
}

func TestFindingsOutsideTheSourcesAreKept(t *testing.T) {
	findings := []finding.Finding{{Rule: "futurelock"}, {Rule: "futurelock", Span: finding.Span{File: "b.rs", Line: 1}}}
	kept, suppressed, extra := Apply(findings, nil, Rules{Known: known})
	if len(kept) != 2 || suppressed != nil || extra != nil {
		t.Errorf("kept %v, suppressed %v, extra %v", kept, suppressed, extra)
	}
}

func TestFingerprintsOfEqualProblemsDiffer(t *testing.T) {
	f := rust.Parse("a.rs", "// pollux: allow(futurelock) why\nuse a;\n// pollux: allow(futurelock) why\nuse b;")
	_, _, extra := Apply(nil, []Source{{f, "a"}, {f, "a"}}, Rules{Known: known})
	if len(extra) != 2 || extra[0].ID == extra[1].ID || extra[0].Severity != finding.Warning || extra[0].Package != "a" {
		t.Errorf("extra = %+v", extra)
	}
}

func FuzzCollect(f *testing.F) {
	f.Add("// pollux: allow(a, b) c\nfn f() {}")
	f.Add("x; // pollux: allow(\n{(// pollux: allow(a) b\n}")
	f.Fuzz(func(t *testing.T, src string) {
		file := rust.Parse("a.rs", src)
		for _, a := range Collect(file) {
			if a.FirstLine < 1 || a.LastLine > file.LineCount() || a.Malformed == "" && (a.Reason == "" || len(a.Rules) == 0) {
				t.Errorf("%+v of %q", a, src)
			}
		}
	})
}
