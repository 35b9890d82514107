package explore

import (
	"strings"
	"testing"
)

// stuckRun reads the lines of a run that stopped for ever.
func stuckRun(t *testing.T, lines ...string) *schedule {
	t.Helper()
	text := "begin\t1\n" + strings.Join(lines, "\n") + "\nend\t1\tstuck\t1\t1\t1\t1\t0\t-\n"
	rec, err := parseRecord(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return &rec.schedules[0]
}

func TestACircleOfWaitsOfSeveralKindsIsToldInWords(t *testing.T) {
	check := func(want string, lines ...string) {
		t.Helper()
		run := stuckRun(t, lines...)
		if got := whyStuck(run, len(run.waits)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	check("task 1 waits for the value of a oneshot channel whose sender task 2 has, and task 2 waits for a message of a channel whose sender task 1 has",
		"wait\t1", "for\toneshot\t4", "wait\t2", "for\tmpsc\t5", "gave\t2\tsender\t4", "gave\t1\tsender\t5")
	check("task 1 waits for room in a channel whose receiver task 2 has, and task 2 waits for task 1 to end",
		"wait\t1", "for\troom\t3", "wait\t2", "for\tjoin\t1", "gave\t2\treceiver\t3")
	check("task 1 waits for a broadcast message whose sender it has itself",
		"wait\t1", "for\tbroadcast\t3", "gave\t1\tsender\t3")
	check("the test body waits for task 1 to end, and task 1 waits for what the test body holds",
		"wait\t0", "for\tjoin\t1", "wait\t1", "for\tmutex\t2", "want\t1\t2", "hold\t0\t2")
	check("nothing can run, and nothing is left that could wake 2 waiting tasks",
		"wait\t1", "for\tmpsc\t3", "wait\t2", "for\tmpsc\t4", "gave\t2\tsender\t3", "gave\t1\tsender\t3", "gave\t1\tsender\t4")
}

func TestAWaitSaysWhatItIsForAndWhoHasTheOtherEnd(t *testing.T) {
	s := &search{explorer: &explorer{tests: &Workspace{Root: t.TempDir()}}}
	s.program.PackageDir = s.tests.Root
	check := func(want string, lines ...string) {
		t.Helper()
		run := stuckRun(t, lines...)
		if got := s.what(run, run.waits[0]); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	check("", "wait\t1")
	check("", "wait\t1", "for\t\t0")
	check(" for task 3 to end", "wait\t1", "for\tjoin\t3")
	check(" at a barrier where 2 of 3 have arrived", "wait\t1", "for\tbarrier\t0\t2 of 3")
	check(" for a message of a channel", "wait\t1", "for\tmpsc\t2")
	check(" for a message of a channel: its sender is with the test body and task 4", "wait\t1", "for\tmpsc\t2", "gave\t4\tsender\t2", "gave\t0\tsender\t2")
	check(" for a message of a channel: its sender was not dropped, and no task has it", "wait\t1", "for\tmpsc\t2", "dissected")
	check(" for a notification: `notify_waiters` was last called by task 2 at src/a.rs:7, when task 1 was not waiting yet",
		"wait\t1", "for\tnotify\t2\tnotify_waiters\t2\tsrc/a.rs:7:3 f")
	check(" for a notification: the last `notify_one`, by the test body at src/a.rs:7, is used up",
		"wait\t1", "for\tnotify\t2\tnotify_one\t0\tsrc/a.rs:7:3 f")
}
