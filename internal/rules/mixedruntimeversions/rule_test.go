package mixedruntimeversions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/analysis/ruletest"
	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir/parse"
	"pollux/internal/rust"
)

func TestThePageHasItsParts(t *testing.T) { ruletest.Page(t, Rule) }

// fixture is code that sleeps under runtimes of tokio 1, whose call of sleep the test turns into one that only tokio 0.2 has.
const fixture = "../missingdriver/testdata/good_parts.rs"

// found runs the rule on the fixture with a name for sleep, built against some versions of tokio.
func found(t *testing.T, sleep string, versions ...string) []finding.Finding {
	t.Helper()
	text, err := blessed.Read(fixture, blessed.Toolchains[0])
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.FromSlash(fixture))
	if err != nil {
		t.Fatal(err)
	}
	text = strings.ReplaceAll(text, "tokio::time::sleep(", "tokio::time::"+sleep+"(")
	file := rust.NewSource("src/lib.rs", string(source))
	sources := func(name string) *rust.Source {
		if name == "src/lib.rs" {
			return file
		}
		return nil
	}
	built := []facts.Built{}
	for _, v := range versions {
		built = append(built, facts.Built{Crate: "tokio", Version: v, Direct: true})
	}
	crate := parse.Crate("fixture", text)
	c := facts.Analyze(facts.Unit{MIR: crate, Source: sources, Built: built}, knowledge.Default(), facts.NewLibrary())
	var out []finding.Finding
	places := analysis.Places{Root: "/p", Dir: "/p", Package: "/p", Source: sources}
	Rule.Run(analysis.NewPass(Rule, c, knowledge.Default(), places, func(f finding.Finding) { out = append(out, f) }))
	return out
}

func TestCodeOfOneVersionUnderARuntimeOfAnotherIsReported(t *testing.T) {
	got := found(t, "delay_for", "0.2.25", "1.54.1")
	if len(got) != 1 || got[0].File != "src/lib.rs" || !strings.Contains(got[0].Message, "is of tokio 0.2.25 and run by tokio 1.54.1") ||
		!strings.Contains(got[0].Message, "panics: there is no timer running") || !strings.Contains(got[0].Fix, "depends on tokio 0.2.25") {
		t.Errorf("findings %+v", got)
	}
}

func TestOneVersionIsNotMixed(t *testing.T) {
	for _, versions := range [][]string{{"1.54.1"}, {"1.47.0", "1.54.1"}, {"0.2.25", "1.54.1"}, nil} {
		if got := found(t, "sleep", versions...); len(got) > 0 {
			t.Errorf("%q: findings %+v", versions, got)
		}
	}
}
