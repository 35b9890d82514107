package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files anew")

// written is a report, or the end of the test.
func written(t *testing.T, format string, res *engine.Result, opt Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, res, opt); err != nil {
		t.Fatalf("Write(%s): %v", format, err)
	}
	return b.String()
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run with -update)", err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update and read the difference)\n--- got\n%s\n--- want\n%s", file, got, want)
	}
}

func TestEveryFormatWritesItsGoldenFile(t *testing.T) {
	for _, format := range Formats() {
		t.Run(format, func(t *testing.T) {
			checkGolden(t, "full."+format, written(t, format, fixture(), fixtureOptions()))
			checkGolden(t, "clean."+format, written(t, format, cleanFixture(), Options{}))
			checkGolden(t, "broken."+format, written(t, format, brokenFixture(), Options{}))
		})
	}
}

func TestTextFollowsItsOptions(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"narrow":  func(o *Options) { o.Width = 60 },
		"color":   func(o *Options) { o.Color = true },
		"verbose": func(o *Options) { o.Verbose = true },
		"quiet":   func(o *Options) { o.Quiet = true },
		"sourceless": func(o *Options) {
			o.Source, o.ShowInfo = nil, true
		},
	} {
		t.Run(name, func(t *testing.T) {
			opt := fixtureOptions()
			change(&opt)
			checkGolden(t, "full.text-"+name, written(t, "text", fixture(), opt))
		})
	}
}

// states are results of every kind, for properties that hold for all.
func states() map[string]*engine.Result {
	incomplete := fixture()
	incomplete.Verdict = engine.Incomplete
	return map[string]*engine.Result{
		"full": fixture(), "clean": cleanFixture(), "broken": brokenFixture(), "incomplete": incomplete, "empty": {Schema: engine.SchemaVersion, Command: "check", Verdict: engine.Clean},
	}
}

func TestTheSameResultGivesTheSameBytes(t *testing.T) {
	for _, format := range Formats() {
		for name := range states() {
			first := written(t, format, states()[name], fixtureOptions())
			for range 5 {
				if again := written(t, format, states()[name], fixtureOptions()); again != first {
					t.Fatalf("%s of %s differs between two runs", format, name)
				}
			}
		}
	}
}

func TestWritingLeavesTheResultAsItWas(t *testing.T) {
	for name, res := range states() {
		before, _ := json.Marshal(res)
		for _, format := range Formats() {
			written(t, format, res, fixtureOptions())
		}
		if after, _ := json.Marshal(res); !bytes.Equal(before, after) {
			t.Errorf("%s was changed by writing it", name)
		}
	}
}

// brokenPipe fails as a closed pipe does.
type brokenPipe struct{ err error }

func (p brokenPipe) Write([]byte) (int, error) { return 0, p.err }

func TestAFailingWriterGivesItsError(t *testing.T) {
	closed := errors.New("pipe closed")
	for _, format := range Formats() {
		if err := Write(brokenPipe{closed}, format, fixture(), Options{}); !errors.Is(err, closed) {
			t.Errorf("%s: got error %v, want the writer's", format, err)
		}
	}
}

func TestAnUnknownFormatIsNamedWithAGuess(t *testing.T) {
	for name, want := range map[string]string{
		"sarf":  `unknown format "sarf", did you mean "sarif"? (formats: text, json, cargo, sarif, github, gitlab, junit, rdjson)`,
		"JSON":  `unknown format "JSON", did you mean "json"? (formats: text, json, cargo, sarif, github, gitlab, junit, rdjson)`,
		"chart": `unknown format "chart" (formats: text, json, cargo, sarif, github, gitlab, junit, rdjson)`,
		"":      `unknown format "" (formats: text, json, cargo, sarif, github, gitlab, junit, rdjson)`,
	} {
		err := Write(&bytes.Buffer{}, name, fixture(), Options{})
		var unknown *UnknownFormatError
		if !errors.As(err, &unknown) || err.Error() != want {
			t.Errorf("Write(%q): got %v, want %s", name, err, want)
		}
	}
}

func TestNoFormatLetsControlCharactersThrough(t *testing.T) {
	res := fixture()
	res.Findings = []finding.Finding{{
		ID: "x", Rule: "futurelock", Span: span("src/escape\x1b[31m.rs", 1, 1, 1, 12), Severity: finding.Error, Message: "a\x1b[2Jb\u202ec\rd",
		Label: "\x07", Fix: "\x1b]0;title\x07", Because: []finding.Because{{Message: "\x1b[31m"}}, Function: "f\x1b", Reproduce: "run\x1b", Witness: "w\x1b",
	}}
	res.Unknowns = []finding.Unknown{{What: "\x1b[0m", Reason: "\x1b[1m", Hint: "\x1b"}}
	res.Rungs[2].Reason = "\x1b[5m"
	for _, format := range Formats() {
		out := written(t, format, res, fixtureOptions())
		if i := strings.IndexAny(out, "\x1b\x07\r"); i >= 0 {
			t.Errorf("%s lets a control character through near %q", format, out[max(0, i-30):i+1])
		}
	}
}
