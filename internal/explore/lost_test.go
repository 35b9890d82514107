package explore

import (
	"slices"
	"strings"
	"testing"

	"pollux/internal/finding"
)

func TestATaskThatCouldGoOnIsToldAsSuchAndFirst(t *testing.T) {
	s := &search{explorer: &explorer{tests: &Workspace{Root: t.TempDir()}}}
	s.program.PackageDir = s.tests.Root
	check := func(want string, lines ...string) {
		t.Helper()
		run := stuckRun(t, append([]string{"spawn\t2\t0\ttests/a.rs:7:3 f", "wait\t0\ttests/a.rs:9:3 f", "for\tjoin\t2"}, lines...)...)
		if got, want := whyStuck(run, 2), "task 2 could go on, and nobody wakes it"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		waits := s.waits(run)
		if got := s.waitsHere(run, waits[0]); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if i := slices.IndexFunc(waits, func(w wait) bool { return len(w.frames) == 0 }); i >= 0 {
			t.Errorf("%s has no place", taskName(waits[i].task))
		}
	}
	check("task 2 waits here, and could go on: polled once more it does, but nobody wakes it", "lost\t2\there\tsrc/a.rs:1:1 g")
	check("task 2 kept its waker here in an earlier poll, kept none in its last poll, and could go on: polled once more it does, but nobody wakes it",
		"lost\t2\tearlier\tsrc/a.rs:1:1 g")
	check("task 2, spawned here, kept no waker in its last poll, and could go on: polled once more it does, but nobody wakes it", "lost\t2\tnowhere\t")
	check("task 2, spawned here, could go on: polled once more it does, but nobody wakes it", "lost\t2\tunknown\t")
}

func TestALineAboutALostWakeUpThatNobodyWritesIsNotRead(t *testing.T) {
	for _, line := range []string{"lost\t2", "lost\tx\there\t", "lost\t2\televen\t"} {
		if _, err := parseRecord(strings.NewReader("begin\t1\n" + line + "\n")); err == nil {
			t.Errorf("%q was read", line)
		}
	}
}

func TestALostWakeUpIsFoundAndSaidToBeOne(t *testing.T) {
	all := map[string]string{
		"a_flag_raised_in_silence":              "task 2 waits here, and could go on",
		"a_waker_kept_in_the_first_poll_only":   "task 2 kept its waker here in an earlier poll",
		"an_item_put_between_look_and_wait":     "task 1 waits here, and could go on",
		"a_body_that_nobody_wakes":              "the test body waits here, and could go on",
		"a_message_of_one_that_nobody_wakes":    "task 2 waits here, and could go on",
		"a_future_that_never_keeps_its_waker":   "task 2, spawned here, kept no waker in its last poll",
		"a_local_task_that_nobody_wakes":        "waits here, and could go on",
		"a_task_that_would_panic_if_it_went_on": "task 2 waits here, and could go on",
	}
	want := map[string]string{}
	for test := range all {
		want[test] = ruleStuck
	}
	out := mistakes(t, "explore-lost-wakers", Options{Schedules: 100}, want) // the sound twins beside them find nothing
	for test, words := range all {
		if !slices.ContainsFunc(out.Findings, func(f finding.Finding) bool {
			return strings.Contains(f.Message, "`"+test+"`") && strings.Contains(f.Message, "could go on, and nobody wakes it") && strings.Contains(f.Label, words)
		}) {
			t.Errorf("%s: no finding says %q", test, words)
		}
	}
}
