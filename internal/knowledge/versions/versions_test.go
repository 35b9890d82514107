package versions

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/semver"
)

func TestEveryRowIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, trap := range rows().Traps {
		if trap.ID == "" || seen[trap.ID] || trap.Says == "" || trap.Source == "" || trap.Rank < 1 || trap.Rank > 3 {
			t.Errorf("%+v", trap)
		}
		seen[trap.ID] = true
		if len(trap.Says) > 160 || strings.HasSuffix(trap.Says, ".") {
			t.Errorf("%s: %d bytes: %s", trap.ID, len(trap.Says), trap.Says)
		}
		if !slices.Contains(Libraries(), trap.Crate) {
			t.Errorf("%s: the version of %s is never told", trap.ID, trap.Crate)
		}
		for _, v := range []string{trap.Since, trap.Until} {
			if v != "" && !semver.IsValid("v"+v) {
				t.Errorf("%s: %s is no version", trap.ID, v)
			}
		}
	}
	for _, e := range rows().Entries {
		if e.Runtime == "" || len(e.Match) == 0 {
			t.Errorf("%+v", e)
		}
	}
}

func TestATrapHoldsForItsVersionsOnly(t *testing.T) {
	check := func(crate, version, id string, want bool) {
		t.Helper()
		got := slices.ContainsFunc(Traps(crate, version), func(trap Trap) bool { return trap.ID == id })
		if got != want {
			t.Errorf("%s of %s %s: %v, want %v", id, crate, version, got, want)
		}
	}
	check("axum", "0.8.0", "V112", true)
	check("axum", "0.7.9", "V112", false)
	check("axum", "0.7.9", "V112o", true)
	check("hyper", "1.0.0-rc.4", "V097", false)
	check("tokio", "1.43.9", "V067", false)
	check("tokio", "1.44.0", "V067", true)
	check("tokio", "1.100.0", "V067", true)
	check("tokio", "0.2.25", "V001", true)
	check("async-std", "1.13.2", "V095", true)
}

func TestTheWorstTrapComesFirst(t *testing.T) {
	traps := Traps("hyper", "1.6.0")
	if len(traps) < 2 || traps[0].Rank != 1 || !slices.IsSortedFunc(traps, func(a, b Trap) int { return a.Rank - b.Rank }) {
		t.Errorf("%+v", traps)
	}
}

func TestCallsAreKnownByTheirPath(t *testing.T) {
	if r, ok := Entry("tokio::runtime::Builder::new_current_thread"); !ok || r != "tokio current_thread" {
		t.Error(r, ok)
	}
	if d, ok := Spawn("tokio::task::spawn_local"); !ok || strings.HasPrefix(d, "Send") {
		t.Error(d, ok)
	}
	if _, ok := Hard("std::mem::forget", false); ok {
		t.Error("forget in code that is not async")
	}
	if _, ok := Hard("std::mem::forget", true); !ok {
		t.Error("forget in async code")
	}
}
