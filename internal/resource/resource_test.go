package resource_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pollux/internal/analysis"
	"pollux/internal/analysis/ruletest/blessed"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir/parse"
	"pollux/internal/resource"
)

// fixture is what is known of the functions of testdata/NAME.rs, by their path.
type fixture struct {
	*resource.Crate
	fns map[string]*facts.Fn
}

// each calls a test with the fixture as every supported rustc prints it.
func each(t *testing.T, name string, test func(t *testing.T, f fixture)) {
	t.Helper()
	for _, toolchain := range blessed.Toolchains {
		text, err := blessed.Read("testdata/"+name+".rs", toolchain)
		if err != nil {
			t.Fatal(err)
		}
		tables := knowledge.Default()
		crate := facts.Analyze(facts.Unit{MIR: parse.Crate("fixture", text)}, tables, facts.NewLibrary())
		pass := analysis.NewPass(nil, crate, tables, analysis.Places{}, func(finding.Finding) {})
		f := fixture{pass.Resources(), map[string]*facts.Fn{}}
		types := map[string]string{} // of impl blocks, by their place
		for _, fn := range crate.Fns {
			place, method, ok := strings.Cut(fn.Path, ">::")
			if types[place] == "" {
				types[place] = fn.Type
			}
			if ok {
				f.fns[types[place]+"::"+method] = fn
			} else {
				f.fns[fn.Path] = fn
			}
		}
		t.Run(toolchain.Name, func(t *testing.T) { test(t, f) })
	}
}

// fn is a function; of an async one its body.
func (f fixture) fn(t *testing.T, path string) *facts.Fn {
	t.Helper()
	if fn := f.fns[path+"::{closure#0}"]; fn != nil && fn.Coroutine() != nil {
		return fn
	}
	if fn := f.fns[path]; fn != nil {
		return fn
	}
	t.Fatalf("no function %q among %q", path, keys(f.fns))
	return nil
}

func keys(m map[string]*facts.Fn) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func TestPermitsAreCountedWhereTheirNumberIsAConstant(t *testing.T) {
	each(t, "counts", func(t *testing.T, f fixture) {
		check := func(path, want string) {
			t.Helper()
			fn := f.fn(t, path)
			waits := f.Waits(fn)
			short, enough := f.Enough(fn, &waits[len(waits)-1])
			count, ok := f.Count(fn, waits[len(waits)-1].Name)
			if got := fmt.Sprintf("%d %t, short %t, enough %t", count, ok, short, enough); got != want {
				t.Errorf("%s: %s, want %s", path, got, want)
			}
		}
		check("more_than_there_are", "4 true, short true, enough false")
		check("as_many_as_there_are", "4 true, short false, enough true")
		check("an_amount_that_varies", "4 true, short false, enough false")
		check("Limits::of_a_field", "2 true, short true, enough false")
		check("Limits::of_an_unknown_number", "0 false, short false, enough false")
	})
}

func TestAChannelIsFullOnlyWhenEveryWayFilledIt(t *testing.T) {
	each(t, "counts", func(t *testing.T, f fixture) {
		check := func(path string, want bool) {
			t.Helper()
			fn := f.fn(t, path)
			waits := f.Waits(fn)
			if got := f.Filled(fn, &waits[len(waits)-1]); got != want {
				t.Errorf("%s: filled %t, want %t", path, got, want)
			}
		}
		check("one_place_less", true)
		check("a_place_for_each", false)
		check("only_on_one_way", false)
	})
}
