package facts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
)

const shapes = "../../rules/wrongexecutor/testdata/bad_shapes.rs"

// needsOf tells what a call of a function needs, and what a poll of its future does: each with must or may.
func needsOf(t *testing.T, c *facts.Crate, path string) string {
	t.Helper()
	i := slices.IndexFunc(c.Fns, func(fn *facts.Fn) bool { return fn.Path == path })
	if i < 0 {
		t.Fatalf("there is no function %s", path)
	}
	return "call: " + words(c.NeedsOf(c.Fns[i])) + "; poll: " + words(c.FutureNeeds(c.Fns[i]))
}

func words(needs []*facts.Need) string {
	out := []string{}
	for _, n := range needs {
		word := "may"
		if n.Must {
			word = "must"
		}
		out = append(out, fmt.Sprintf("%s %s by %s", word, n.Knowledge().Capability.Name(), n.Name))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestWhatAFunctionNeedsIsToldApartFromWhatItsFutureNeeds(t *testing.T) {
	for _, toolchain := range blessed.Toolchains {
		c := crateOf(t, shapes, toolchain)
		check := func(path, want string) {
			t.Helper()
			if got := needsOf(t, c, path); got != want {
				t.Errorf("%s, %s: %s, want %s", toolchain.Name, path, got, want)
			}
		}
		check("nap", "call: ; poll: must tokio with timers by tokio::time::sleep")
		check("twice", "call: ; poll: must tokio with timers by tokio::time::sleep")
		check("work", "call: must tokio by tokio::runtime::Handle::current; poll: ")
		check("one", "call: ; poll: ")
		check("boxed", "call: ; poll: must tokio with timers by tokio::time::sleep")
		check("save_all", "call: ; poll: ") // it depends on the type argument
	}
}

func TestANeedIsTheSameForOtherCratesWhetherItIsStoredOrNot(t *testing.T) {
	c := crateOf(t, shapes, blessed.Toolchains[0])
	made := c.Export()
	text, err := made.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := facts.Decode(string(text), knowledge.Default())
	if err != nil {
		t.Fatal(err)
	}
	again, err := read.Encode()
	if err != nil || string(again) != string(text) {
		t.Fatalf("read and written again it differs: %v", err)
	}
	for _, want := range []string{`"n":"tokio::time::sleep"`, `"t":"S"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the stored form has no %s", want)
		}
	}
}

func TestARowHoldsForItsVersionsAlone(t *testing.T) {
	check := func(since, until, version string, want bool) {
		t.Helper()
		if got := (knowledge.Versions{Crate: "tokio", Since: since, Until: until}).Hold(version); got != want {
			t.Errorf("from %q until %q, %s: %t, want %t", since, until, version, got, want)
		}
	}
	check("", "", "0.2.25", true)
	check("0.3.0", "", "0.2.25", false)
	check("0.3.0", "", "1.54.1", true)
	check("", "0.3.0", "0.2.25", true)
	check("", "0.8.0", "0.8.9", false)
	check("0.8.0", "", "0.8.0-rc.1", false)
}
