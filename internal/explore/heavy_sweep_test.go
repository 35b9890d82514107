package explore

import (
	"fmt"
	"strings"
	"testing"

	"pollux/internal/finding"
)

// mistakes explores a crate of known mistakes and compares what is found with the rule that each test must show. Each witness
// must repeat.
func mistakes(t *testing.T, crate string, opt Options, want map[string]string) *Outcome {
	t.Helper()
	dir := heavy(t, crate)
	before := users(t, dir)
	tests, out := run(t, dir, opt)
	if !out.Complete || len(out.Unknowns) > 0 {
		t.Errorf("not complete: %+v", out.Unknowns)
	}
	for _, f := range out.Findings {
		w := witness(t, dir, f)
		if want[w.Test] != f.Rule || f.Verdict < finding.Replayed {
			t.Errorf("%s: %s %s, want %s replayed: %s", w.Test, f.Verdict, f.Rule, want[w.Test], f.Message)
		}
		delete(want, w.Test)
		if n := repeats(t, tests, out, w); n != replays {
			t.Errorf("%s: %d of %d replays end as the witness says", w.Test, n, replays)
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
	if users(t, dir) != before {
		t.Error("something of the user's was changed")
	}
	return out
}

func TestACancellationThatLeavesSomethingBehindIsFound(t *testing.T) {
	out := mistakes(t, "explore-cancel-bugs", Options{Schedules: 20}, map[string]string{
		"leader_and_follower": ruleCancel, "a_flag_that_stays_set": ruleCancel, "a_permit_that_is_lost": ruleCancel,
		"a_connection_that_is_lost": rulePanic, "a_destructor_that_insists": rulePanic,
		"a_turn_that_is_handed_to_someone_who_goes": ruleCancel,
	})
	if c := out.Covered; c.Cancelled != c.Suspensions || c.Cancelled == 0 || c.CancelledWoken != c.Woken || c.Woken == 0 {
		t.Errorf("%d of %d suspensions cancelled, %d of %d wake-ups", c.Cancelled, c.Suspensions, c.CancelledWoken, c.Woken)
	}
}

func TestACancellationThatLeavesNothingBehindIsNoFinding(t *testing.T) {
	out := mistakes(t, "explore-cancel-sound", Options{Schedules: 20}, nil)
	// Some of these tests wait for what only the cancelled task would have done: that is counted, and no finding.
	if c := out.Covered; c.Cancelled != c.Suspensions || c.Waiting == 0 || c.Waiting == c.Cancelled {
		t.Errorf("%d of %d suspensions cancelled, %d wait", c.Cancelled, c.Suspensions, c.Waiting)
	}
}

func TestAStuckTestSaysWhatEachTaskWaitsForAndWhoHasIt(t *testing.T) {
	all := map[string]string{
		"an_answer_and_a_question":          "sender task 3 has, and task 3 waits for the value of a oneshot channel whose sender task 2 has",
		"a_full_channel":                    "task 2 waits for room in a channel whose receiver task 3 has, and task 3 waits for task 2 to end",
		"a_change_that_nobody_makes":        "waits for a change of a watched value whose sender it has itself",
		"a_message_to_oneself":              "waits for a broadcast message whose sender it has itself",
		"a_signal_too_early":                "`notify_waiters` was last called by task 2 at src/lib.rs:77, when task 2 was not waiting yet",
		"a_signal_after_a_pause":            "in real time it does not end either",
		"two_clocks_that_disagree":          "a clock assumption: in real time the same decisions end with `ok`",
		"a_barrier_that_one_does_not_reach": "at a barrier where 1 of 2 have arrived",
	}
	want := map[string]string{}
	for test := range all {
		want[test] = ruleStuck
	}
	out := mistakes(t, "explore-waits", Options{Schedules: 100}, want)
	for _, f := range out.Findings {
		if clock := strings.Contains(f.Message, "two_clocks"); clock != (f.Severity == finding.Info) {
			t.Errorf("%s: severity %s", f.Message, f.Severity)
		}
	}
	for test, words := range all {
		told := false
		for _, f := range out.Findings {
			told = told || strings.Contains(f.Message, "`"+test+"`") && strings.Contains(fmt.Sprint(f.Message, f.Label, f.Because), words)
		}
		if !told {
			t.Errorf("%s: no finding says %q", test, words)
		}
	}
}

func TestAProgramThatRunsWithoutEndIsFound(t *testing.T) {
	mistakes(t, "explore-spins", Options{Schedules: 100}, map[string]string{"politeness": ruleLiveLock, "a_wish_that_nobody_saw": ruleLiveLock, "a_stop_that_nobody_can_ask_for": ruleLiveLock})
	mistakes(t, "explore-spins-sound", Options{Schedules: 4}, nil)
}
