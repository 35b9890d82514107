package facts_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
	"pollux/internal/mir/parse"
	"pollux/internal/rust"
)

// crateOf analyses the committed MIR of a fixture.
func crateOf(t *testing.T, name string, toolchain blessed.Toolchain) *facts.Crate {
	t.Helper()
	path := filepath.Join("testdata", name)
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := blessed.Read(path, toolchain)
	if err != nil {
		t.Fatal(err)
	}
	file := rust.NewSource("src/lib.rs", string(source))
	return facts.Analyze(facts.Unit{MIR: parse.Crate("fixture", text), Source: func(name string) *rust.Source {
		if name == "src/lib.rs" {
			return file
		}
		return nil
	}}, knowledge.Default(), facts.NewLibrary())
}

// summary is what a function's summary says of effects: "must" or "may" and the way of each, "" for none.
func summary(t *testing.T, c *facts.Crate, path string) string {
	t.Helper()
	i := slices.IndexFunc(c.Fns, func(fn *facts.Fn) bool { return fn.Path == path })
	if i < 0 {
		t.Fatalf("there is no function %s", path)
	}
	var out []string
	for _, e := range c.Fns[i].Effects {
		word := "may"
		if e.Must {
			word = "must"
		}
		for _, s := range e.Steps {
			word += " > " + s.Callee
		}
		out = append(out, word)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// check compares the summaries of the functions of a fixture, for every toolchain.
func check(t *testing.T, fixture string, want map[string]string) {
	t.Helper()
	for _, toolchain := range blessed.Toolchains {
		c := crateOf(t, fixture, toolchain)
		for path, w := range want {
			if got := summary(t, c, path); got != w {
				t.Errorf("%s with rustc %s: %s\n got %q\nwant %q", fixture, toolchain.Name, path, got, w)
			}
		}
	}
}

const sleep = " > thread::sleep"

func TestEffectsComeUpThroughCalls(t *testing.T) {
	check(t, "calls.rs", map[string]string{
		"sleeps":              "must" + sleep,
		"one_call":            "must > sleeps" + sleep,
		"two_calls":           "must > one_call > sleeps" + sleep,
		"inherent_method":     "must > Lamp::wait > sleeps" + sleep,
		"associated_function": "must > Lamp::make > sleeps" + sleep,
		"function_pointer":    "",
		"on_a_thread":         "",
	})
}

func TestMustMeansOnEveryPath(t *testing.T) {
	check(t, "calls.rs", map[string]string{
		"on_one_path":  "may > sleeps" + sleep,
		"after_a_loop": "must > sleeps" + sleep,
		"ping":         "may > pong > sleeps" + sleep,
		"pong":         "must > sleeps" + sleep,
	})
}

func TestRecursionEnds(t *testing.T) {
	check(t, "calls.rs", map[string]string{
		"counts":    "",
		"recursive": "must > sleeps" + sleep,
	})
}

func TestCallablesAreFollowedToWhereTheyRun(t *testing.T) {
	check(t, "calls.rs", map[string]string{
		"run":                         "",
		"closure_argument":            "may > run > the closure passed in > sleeps" + sleep,
		"quick_closure_argument":      "",
		"function_argument":           "may > run > the closure passed in" + sleep,
		"closure_through_two_helpers": "may > run_through > the closure passed in > sleeps" + sleep,
		"local_closure":               "must > the local closure > sleeps" + sleep,
		"closure_not_called":          "",
		"mapped":                      "may > the closure > sleeps" + sleep,
	})
}

func TestAMethodOfATraitIsThatOfTheType(t *testing.T) {
	check(t, "traits.rs", map[string]string{
		"concrete":                "must > Clock::wait" + sleep,
		"concrete_quick":          "",
		"default_method":          "may > Clock::wait_twice > Clock::wait" + sleep,
		"default_method_quick":    "",
		"generic":                 "",
		"generic_with":            "may > generic > Clock::wait" + sleep,
		"generic_with_quick":      "",
		"generic_through_generic": "may > generic_twice > Clock::wait" + sleep,
		"looped":                  "must > Iterator::next > Clock::wait" + sleep,
		"provided_method":         "must > Iterator::count > Clock::wait" + sleep,
	})
}

func TestATraitObjectIsDecidedOnlyWhenOneTypeStandsBehindIt(t *testing.T) {
	check(t, "traits.rs", map[string]string{
		"object_of_one": "must > Bell::ring > Clock::wait" + sleep,
		"object_of_two": "",
	})
}

func TestConversionsRunTheImplThatTheyStandFor(t *testing.T) {
	check(t, "traits.rs", map[string]string{
		"conversion":          "must > u64::into" + sleep,
		"fallible_conversion": "must > str::try_into" + sleep,
		"parsed":              "must > str::parse" + sleep,
		"parsed_number":       "",
	})
}

func TestDroppingAValueRunsTheDestructorsOfAllThatItOwns(t *testing.T) {
	dropped := "must > drop of `Slow`" + sleep
	check(t, "drops.rs", map[string]string{
		"at_the_end": dropped, "by_hand": dropped, "in_a_field": dropped, "in_a_tuple": dropped, "in_a_box": dropped, "captured": dropped,
		"in_an_option": "may" + strings.TrimPrefix(dropped, "must"), "in_a_vec": "may" + strings.TrimPrefix(dropped, "must"),
		"borrowed": "", "passed_on": "", "forgotten": "", "emptied": "", "makes_owner": "",
	})
}

func TestWhatCouldNotBeResolvedIsCountedWithItsReason(t *testing.T) {
	check := func(fixture, reason string, want int) {
		t.Helper()
		if got := crateOf(t, fixture, blessed.Toolchains[0]).Unknown(); got[reason] != want || len(got) != min(want, 1) {
			t.Errorf("%s: %v, want %d of %q", fixture, got, want, reason)
		}
	}
	check("calls.rs", "through function pointers", 1)
	check("traits.rs", "through trait objects", 1)
	check("drops.rs", "", 0)
}

// encode is the stored form of a fixture's summaries.
func encode(t *testing.T, e *facts.Export) string {
	t.Helper()
	text, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAStoredSummaryIsTheSameWhenItIsReadAgain(t *testing.T) {
	for _, fixture := range []string{"calls.rs", "traits.rs", "drops.rs"} {
		text := encode(t, crateOf(t, fixture, blessed.Toolchains[0]).Export())
		again, err := facts.Decode(text, knowledge.Default())
		if err != nil {
			t.Fatal(err)
		}
		if second := encode(t, again); second != text {
			t.Errorf("%s: %d bytes become %d", fixture, len(text), len(second))
		}
		if other := encode(t, crateOf(t, fixture, blessed.Toolchains[0]).Export()); other != text {
			t.Errorf("%s: a second analysis gives other bytes", fixture)
		}
		if _, err := facts.Decode(text[:len(text)/2], knowledge.Default()); err == nil {
			t.Errorf("%s: half a summary was accepted", fixture)
		}
	}
}

func TestOnlyWhatIsCertainIsTakenToOtherCrates(t *testing.T) {
	text := encode(t, crateOf(t, "calls.rs", blessed.Toolchains[0]).Export())
	stored, err := facts.Decode(text, knowledge.Default())
	if err != nil {
		t.Fatal(err)
	}
	effects := map[string]int{}
	for _, fn := range stored.Fns {
		effects[fn.Path] = len(fn.Effects)
	}
	if effects["two_calls"] != 1 || effects["on_one_path"] != 0 {
		t.Errorf("effects of two_calls %d, of on_one_path %d", effects["two_calls"], effects["on_one_path"])
	}
}

func TestWhatOtherCratesSeeDoesNotDependOnTheStore(t *testing.T) {
	check := func(e *facts.Export) {
		t.Helper()
		again, err := facts.Decode(encode(t, e), knowledge.Default())
		if err != nil {
			t.Fatal(err)
		}
		effects := 0
		for i, fn := range e.Fns {
			for j, eff := range fn.Effects {
				effects++
				for k, step := range eff.Steps {
					if stored := again.Fns[i].Effects[j].Steps[k]; stored != step {
						t.Errorf("%s: step %+v is %+v when it is read from the store", fn.Path, step, stored)
					}
				}
			}
		}
		if effects == 0 {
			t.Error("the fixture has no effects: nothing was compared")
		}
	}
	c := crateOf(t, "calls.rs", blessed.Toolchains[0])
	check(c.Export())
	check(c.ExportAll(func(pos mir.Pos) finding.Span { return c.MIR.Span(pos) }))
}
