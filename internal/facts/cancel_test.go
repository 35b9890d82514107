package facts_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
)

var verdictMark = regexp.MustCompile(`//= (\w+)\n(?:.*\n)*?.*fn (\w+)`)

// expected are the verdicts that a fixture asks for, by "name line" of the function behind each mark.
func expected(t *testing.T, path string) map[int][2]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := map[int][2]string{}
	for _, m := range verdictMark.FindAllSubmatchIndex(text, -1) {
		line := 1 + strings.Count(string(text[:m[4]]), "\n")
		out[line] = [2]string{string(text[m[4]:m[5]]), string(text[m[2]:m[3]])}
	}
	return out
}

func TestVerdictsOfCancellationAreThoseThatTheFixtureAsksFor(t *testing.T) {
	for _, toolchain := range blessed.Toolchains {
		c := crateOf(t, "cancel.rs", toolchain)
		want := expected(t, "testdata/cancel.rs")
		if len(want) < 15 {
			t.Fatalf("only %d marks were read", len(want))
		}
		for _, fn := range c.Futures() {
			span := c.MIR.Span(fn.MIR().Pos)
			for line, w := range want {
				if w[0] != fn.Name || span.Line < line-1 || span.Line > line+1 {
					continue
				}
				got := c.CancelFn(fn)
				if string(got.Verdict) != w[1] {
					t.Errorf("%s: %s, line %d: %s (%s), want %s", toolchain.Name, w[0], line, got.Verdict, got.Reason, w[1])
				}
				if got.Verdict == knowledge.CancelSafe && len(got.Why) == 0 {
					t.Errorf("%s: %s is safe without a derivation", toolchain.Name, w[0])
				}
				delete(want, line)
			}
		}
		for line, w := range want {
			t.Errorf("%s: %s in line %d was not looked at", toolchain.Name, w[0], line)
		}
	}
}

func TestASummaryReadFromItsStoreTellsACancelTheSame(t *testing.T) {
	c := crateOf(t, "cancel.rs", blessed.Toolchains[0])
	first, err := c.Export().Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := facts.Decode(string(first), knowledge.Default())
	if err != nil {
		t.Fatal(err)
	}
	second, err := again.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(second) {
		t.Error("encoding what was decoded gives other bytes")
	}
	if !strings.Contains(string(first), `"k":"takes"`) {
		t.Error("the summary says nothing of what is taken")
	}
}
