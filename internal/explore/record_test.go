package explore

import (
	"reflect"
	"strings"
	"testing"
)

func TestARecordIsReadLineByLine(t *testing.T) {
	const text = "batch\nbegin\t7\nspawn\t1\t0\ttests/a b.rs:3:5 t::body::{{closure}}\npoll\t1\nyield\t1\tsrc/l.rs:9:30 l::f\n" +
		"pending\t1\npanic\t1\tsrc/l.rs:4:2\ta\\tb\\\\n\nframe\tsrc/l.rs:4:2 l::g\nwait\t0\ntook\tt1/3 b2\ntook\ti4\n" +
		"end\t7\tpanic\t00ff\t0a\t12\t3\t1\texternal,mapped\n"
	got, err := parseRecord(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := &record{batch: true, schedules: []schedule{{
		seed: 7, outcome: "panic", hash: "00ff", order: "0a", polls: 12, choices: 3, advances: 1, external: true, mapped: true,
		decisions: []string{"t1/3", "b2", "i4"},
		panics: []panicked{{
			task: 1, place: place{"src/l.rs", 4, 2}, text: "a\tb\\n", frames: []frame{{place{"src/l.rs", 4, 2}, "l::g"}},
		}},
		waits: []wait{{task: 0}},
		events: []event{
			{kind: "spawn", task: 1, frames: []frame{{place{"tests/a b.rs", 3, 5}, "t::body::{{closure}}"}}},
			{kind: "poll", task: 1},
			{kind: "yield", task: 1, begins: true, frames: []frame{{place{"src/l.rs", 9, 30}, "l::f"}}},
			{kind: "pending", task: 1},
		},
	}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestARecordThatWasCutOffHasAScheduleWithoutAnEnd(t *testing.T) {
	got, err := parseRecord(strings.NewReader("batch\nbegin\t1\nend\t1\tok\t1\t1\t1\t1\t0\t-\nbegin\t2\n"))
	if err != nil || len(got.schedules) != 2 || got.schedules[0].outcome != "ok" || got.schedules[1].outcome != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestALineOfAnotherFormIsAnError(t *testing.T) {
	check := func(text string) {
		t.Helper()
		if _, err := parseRecord(strings.NewReader(text)); err == nil {
			t.Errorf("%q is no error", text)
		}
	}
	check("hello\n")
	check("begin\tx\n")
	check("begin\t1\nend\t1\tok\n")
	check("begin\t1\nend\t1\tok\t1\t1\tmany\t1\t0\t-\n")
	check("begin\t1\npoll\tx\n")
	check("begin\t1\nframe\ta:1:1 f\n")
	check("canary\tlock-order\tsome\t200\n")
}

func FuzzRecord(f *testing.F) {
	f.Add("begin\t7\npanic\t1\tsrc/l.rs:4:2\tx\nframe\tsrc/l.rs:4:2 l::g\nwait\t0\na b\t\nend\t7\tpanic\t00ff\t0a\t12\t3\t1\t-\n")
	f.Add("spawn\t1\nbegin\t18446744073709551615\nspawn\t1\t0\t a:1:1\n")
	f.Fuzz(func(t *testing.T, text string) {
		if rec, _ := parseRecord(strings.NewReader(text)); rec == nil {
			t.Error("no record")
		}
	})
}

func TestCanariesThatAreBlindOrAlarmedAreNamed(t *testing.T) {
	good := []canary{
		{"task-order", 90, 200}, {"lost-update", 80, 200}, {"lock-order", 40, 200}, {"read-again", 20, 200},
		{"permit-twice", 50, 200}, {"branch-order", 101, 200}, {"virtual-time", 0, 200}, {"sound", 0, 200},
		{"early-timer", 30, 200}, {"late-answer", 9, 200}, {"every-way", 60, 200},
	}
	check := func(name string, died int, want string) {
		t.Helper()
		all := append([]canary{}, good...)
		for i := range all {
			if all[i].name == name {
				all[i].died = died
			}
		}
		if got := blind(all); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s died %d times: %q, want %q in it", name, died, got, want)
		}
	}
	check("", 0, "")
	check("lock-order", 0, "`lock-order` was found in 0 of 200 schedules")
	check("task-order", 200, "`task-order` was found in 200 of 200")
	check("sound", 1, "`sound` failed in 1 of 200")
	check("virtual-time", 200, "`virtual-time` failed")
	if got := blind(good[:5]); !strings.Contains(got, "5 of 11 canaries ended") {
		t.Errorf("missing canaries: %q", got)
	}
}
