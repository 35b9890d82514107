package knowledge

import (
	"slices"
	"strings"
	"testing"

	"pollux/internal/finding"
)

func TestRowsOfTheUserWinOverBuiltInOnes(t *testing.T) {
	base := Default()
	extended, err := base.Extend(Extension{
		Guard:   []GuardRow{{ID: "my-lock", Types: []string{"my_sync::Held"}, Severity: finding.Warning, Blocks: true, What: "a lock of ours", Hazard: "others wait", Fix: "release it first"}},
		Call:    []CallRow{{ID: "my-sleep", Match: []string{"std::thread::sleep"}, Effect: Harmless}, {ID: "my-query", Match: []string{"my_db::Pool::{query,get}"}, Effect: Block, Severity: finding.Error, Does: "waits for the database"}},
		Closure: []ClosureRow{{ID: "my-offload", Match: []string{"my_rt::offload"}, Argument: []int{1}, Runs: Blocking}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if g, ok := extended.Guard("my_sync::imp::Held", nil); !ok || g.ID != "my-lock" || g.Send != "unknown" || g.Evidence != "U" {
		t.Errorf("guard %+v", g)
	}
	if c, ok := extended.Call(Callee{Path: "std::thread::sleep", Method: "sleep"}); !ok || c.ID != "my-sleep" {
		t.Errorf("call %+v, want the user's", c)
	}
	if c, ok := extended.Call(Callee{Path: "my_db::Pool::get", Method: "get"}); !ok || c.Severity != finding.Error || c.Rule != ruleBlocking {
		t.Errorf("call %+v", c)
	}
	if a := extended.Argument(Callee{Path: "my_rt::offload", Method: "offload"}); len(a) != 1 || !a[0].Covers(1) || a[0].Covers(0) || a[0].Runs != Blocking {
		t.Errorf("argument %+v", a)
	}
	if c, _ := base.Call(Callee{Path: "std::thread::sleep", Method: "sleep"}); c.ID != "B01" {
		t.Errorf("the built-in tables changed: %+v", c)
	}
}

func TestAWrongRowIsRefusedWithItsReason(t *testing.T) {
	check := func(e Extension, want string) {
		t.Helper()
		_, err := Default().Extend(e)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that contains %q", err, want)
		}
	}
	call := func(change func(*CallRow)) Extension {
		row := CallRow{ID: "x", Match: []string{"a::b"}, Effect: Block, Severity: finding.Warning, Does: "blocks"}
		change(&row)
		return Extension{Call: []CallRow{row}}
	}
	check(call(func(r *CallRow) { r.ID = "" }), "no id")
	check(call(func(r *CallRow) { r.ID = "B01" }), "B01: the id is used twice")
	check(call(func(r *CallRow) { r.Match = nil }), "x: names nothing")
	check(call(func(r *CallRow) { r.Match = []string{"alone"} }), "needs a crate and a function")
	check(call(func(r *CallRow) { r.Match = []string{"a::{b"} }), "braces")
	check(call(func(r *CallRow) { r.Match = []string{"a::b}"} }), "} without {")
	check(call(func(r *CallRow) { r.Match = []string{"<T as Trait"} }), "needs a method")
	check(call(func(r *CallRow) { r.Match = []string{"a::b::<T>"} }), "not a path segment")
	check(call(func(r *CallRow) { r.Match = []string{"a::b-c"} }), `"b-c" is not a path segment`)
	check(call(func(r *CallRow) { r.Does = "" }), "does is missing")
	check(call(func(r *CallRow) { r.Rule = "nonsense" }), `rule "nonsense"`)
	check(call(func(r *CallRow) { r.Evidence = "X" }), `evidence "X"`)
	check(call(func(r *CallRow) { r.Evidence, r.Severity = "K", finding.Error }), "at most a warning")
	check(call(func(r *CallRow) { r.Effect = "" }), `effect is ""`)
	check(call(func(r *CallRow) { r.Effect = "blocks" }), `effect is "blocks", want one of block, panic`)
	check(Extension{Closure: []ClosureRow{{ID: "x", Match: []string{"a::b"}, Runs: "elsewhere"}}}, `runs is "elsewhere"`)
	check(Extension{Closure: []ClosureRow{{ID: "x", Match: []string{"a::b"}, Argument: []int{-1}, Runs: Task}}}, "argument -1")
	check(Extension{Closure: []ClosureRow{{ID: "x", Match: []string{"a::b"}}}}, `runs is ""`)
	check(Extension{Guard: []GuardRow{{ID: "x", Types: []string{"a::B"}, Send: "maybe", What: "w", Hazard: "h", Fix: "f"}}}, `send is "maybe"`)
	check(Extension{Guard: []GuardRow{{ID: "x", Types: []string{"<A as B>::c"}, What: "w", Hazard: "h", Fix: "f"}}}, "a type cannot be written")
	check(Extension{Guard: []GuardRow{{ID: "x", Types: []string{"a::B"}}}}, "needs what, hazard and fix")
}

func TestMisspeltKeysAndWordsInAFileAreErrors(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		_, err := parseFile("x.toml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.toml") {
			t.Errorf("%s: error %v, want x.toml and %q", text, err, want)
		}
	}
	check("[[call]]\nid = \"x\"\nmach = [\"a::b\"]\n", "mach")
	check("[[gard]]\nid = \"x\"\n", "gard")
	check("[[call]]\nseverity = \"fatal\"\n", "fatal")
	check("[[call]\n", "x.toml")
}

func TestAnAliasNeedsAsManyNamesOnBothSides(t *testing.T) {
	if _, err := newNames([]nameRow{{From: "a::{b,c}", To: "d::b"}}, nil); err == nil {
		t.Error("an alias with two names on one side and one on the other was accepted")
	}
	c := Callee{Path: "futures_task::Poll::map", Method: "map"}
	if a := Default().Argument(c); len(a) != 1 || a[0].Runs != Inline {
		t.Errorf("Poll::map under a re-exported name: %+v, want inline", a)
	}
}

func TestBracesExpandInOrder(t *testing.T) {
	got, err := expand("a::{b,c}::{d,e}")
	if want := "a::b::d a::b::e a::c::d a::c::e"; err != nil || strings.Join(got, " ") != want {
		t.Errorf("%v %v, want %s", got, err, want)
	}
}

func TestAPathIsCutIntoSegments(t *testing.T) {
	check := func(path, want string) {
		t.Helper()
		var s segments
		s.split(path)
		if got := strings.Join(s.slice(), " "); got != want {
			t.Errorf("%s is cut into %q, want %q", path, got, want)
		}
	}
	check("std::option::Option::map", "std option Option map")
	check("flume::r#async::send_async", "flume r#async send_async")
	check("sleep", "sleep")
	check("", "")
	check(strings.Repeat("a::", 40)+"b", "")
}

func TestEveryRowAboutDriftIsWhole(t *testing.T) {
	table, err := loadDrifts()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for crate, rows := range table {
		n += len(rows)
		for _, d := range rows {
			if word, _ := d.EditWord(); word == "" && strings.Contains(d.Edit, ":") && !strings.Contains(d.Edit, "::") {
				t.Errorf("%s: %q is no edit", d.ID, d.Edit)
			}
			for _, list := range [][]string{d.Path, d.Method, d.Impl, d.Attribute} {
				for _, p := range list {
					if !strings.Contains(p, "::") && !d.Gone {
						t.Errorf("%s of %s: %q is no path", d.ID, crate, p)
					}
				}
			}
		}
	}
	if n < 150 {
		t.Errorf("only %d rows", n)
	}
}

func TestARowAboutDriftHoldsForItsVersionsOnly(t *testing.T) {
	check := func(crate, version, id string, want bool) {
		t.Helper()
		got := slices.ContainsFunc(Drifts(crate, version), func(d *Drift) bool { return d.ID == id })
		if got != want {
			t.Errorf("%s of %s %s: %v, want %v", id, crate, version, got, want)
		}
	}
	check("tokio", "0.2.25", "V018", false)
	check("tokio", "0.3.0", "V018", true)
	check("tokio", "1.100.0", "V018", true)
	check("rand", "0.9.5", "V124", false)
	check("rand", "0.10.0", "V124", true)
	check("hyper", "1.0.0-rc.4", "V097", false)
	check("unheard-of", "1.0.0", "V018", false)
}
