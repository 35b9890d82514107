package explore

import (
	"reflect"
	"strings"
	"testing"
)

func TestAPointIsPrintedAndReadAgain(t *testing.T) {
	for _, p := range []point{{1, 0, false}, {12, 345, false}, {3, 2, true}} {
		if got, ok := parsePoint(p.String()); !ok || got != p {
			t.Errorf("%s is read as %v", p, got)
		}
	}
	for _, text := range []string{"", "3", "0.1", "1.x", "-1.2", "1.2.3", "1.2ww", "1.w"} {
		if got, ok := parsePoint(text); ok {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestARecordTellsOfCancellations(t *testing.T) {
	rec, err := parseRecord(strings.NewReader("begin\t3\nsuspended\t2 1\nhanded\t2 1\nunfinished\t\nend\t3\tok\t1\t1\t1\t1\t0\t-\n" +
		"begin\t3\ncancel\t2\t1\t4\t1\nunfinished\t1 3\nend\t3\tpanic\t1\t1\t1\t1\t0\t-\n"))
	if err != nil || len(rec.schedules) != 2 {
		t.Fatalf("%v %+v", err, rec)
	}
	want := []swept{{counted: true, suspensions: []int{2, 1}, handed: []int{2, 1}, ended: true}, {cancelled: &point{task: 2, nth: 1, woken: true}, tasksThen: 4, ended: true, unfinished: []int{1, 3}}}
	for i, w := range want {
		if got := rec.schedules[i].swept; !reflect.DeepEqual(got, w) {
			t.Errorf("got %+v, want %+v", got, w)
		}
	}
}

// cancelled is a run in which task 1 was cancelled when there were two tasks.
func cancelled(nth int, outcome string, unfinished ...int) *schedule {
	return &schedule{outcome: outcome, swept: swept{cancelled: &point{task: 1, nth: nth}, tasksThen: 2, ended: outcome == "ok" || outcome == "panic", unfinished: unfinished}}
}

func TestOnlyRunsOfTheSameScheduleAreCountedAsCancellations(t *testing.T) {
	base := func(order string) *schedule {
		return &schedule{seed: 1, outcome: "ok", order: order, swept: swept{counted: true, suspensions: []int{2}}}
	}
	check := func(what string, want bool, runs ...*schedule) {
		t.Helper()
		w := &sweep{search: &search{}}
		for _, r := range runs {
			r.seed = 1
			w.take(r)
		}
		w.count()
		if w.strayed != want || w.covered.Suspensions != 2 || w.covered.Cancelled > 2 {
			t.Errorf("%s: strayed %v, %d of %d", what, w.strayed, w.covered.Cancelled, w.covered.Suspensions)
		}
	}
	check("all as before", false, base("a"), cancelled(1, "ok"), cancelled(2, "ok"))
	check("one that never comes to its suspension", true, base("a"), cancelled(1, "ok"), &schedule{outcome: "ok"})
	check("one that was cut off", false, base("a"), cancelled(1, "ok"), &schedule{})
	check("the same schedule is another one in the next process", true, base("a"), cancelled(1, "ok"), base("b"))
}

func TestOnlyWhatAnEarlierCancellationDoesNotDoIsHarm(t *testing.T) {
	base := &schedule{outcome: "ok", swept: swept{ended: true}}
	check := func(what, want string, runs ...*schedule) {
		t.Helper()
		s := &swath{base: base, runs: map[point]*schedule{}}
		for _, r := range runs {
			s.runs[*r.cancelled] = r
		}
		var got []string
		for _, h := range s.harms(&search{explorer: &explorer{tests: &Workspace{Root: t.TempDir()}}}) {
			word := []string{"stuck", "left", "panic", "crash"}[h.kind]
			got = append(got, word+" "+h.run.cancelled.String()+" not "+h.earlier.cancelled.String())
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("%s: %q, want %q", what, text, want)
		}
	}
	check("the others wait for a message of the task", "", cancelled(0, "stuck"), cancelled(1, "stuck"))
	check("the task left a flag set", "stuck 1.1 not 1.0", cancelled(0, "ok"), cancelled(1, "stuck"), cancelled(2, "stuck"))
	check("the test looks at the task", "", cancelled(0, "panic"), cancelled(1, "panic"))
	check("another task waits for ever", "left 1.1 not 1.0", cancelled(0, "panic"), cancelled(1, "panic", 2))
	check("it waits for ever in both", "", cancelled(0, "panic", 2), cancelled(1, "panic", 2))
	check("a task that was not there before", "", cancelled(0, "panic"), cancelled(1, "panic", 3))
	check("an earlier one that ended in no known way", "", cancelled(0, ""), cancelled(1, "stuck"))
	check("a flag set and cleared", "stuck 1.1 not 1.0", cancelled(0, "ok"), cancelled(1, "stuck"), cancelled(2, "ok"))
	check("two places", "stuck 1.1 not 1.0, stuck 1.3 not 1.2", cancelled(0, "ok"), cancelled(1, "stuck"), cancelled(2, "ok"), cancelled(3, "stuck"))
	check("the process is gone", "crash 1.1 not 1.0", cancelled(0, "ok"), cancelled(1, "crash"))
	woken := func(nth int, outcome string, unfinished ...int) *schedule {
		r := cancelled(nth, outcome, unfinished...)
		r.cancelled.woken = true
		return r
	}
	check("what it was woken for is lost", "stuck 1.1w not 1.1", cancelled(0, "ok"), cancelled(1, "ok"), woken(1, "stuck"))
	check("another task waits for it", "left 1.1w not 1.1", cancelled(0, "ok"), cancelled(1, "ok"), woken(1, "panic", 2))
	check("a wake-up is compared with its own suspension", "stuck 1.2 not 1.1", cancelled(1, "ok"), woken(1, "ok"), cancelled(2, "stuck"), woken(2, "stuck"))
	missed := cancelled(1, "panic")
	missed.panics = []panicked{{task: -1, text: "SendError"}}
	check("without it nobody is told to begin", "", cancelled(0, "ok"), missed, woken(1, "stuck"))
	check("nobody is told to begin, and later on somebody is", "", missed, cancelled(2, "stuck"))
	loud := cancelled(1, "ok")
	loud.panics = []panicked{{task: 2, text: "torn"}}
	check("another task panics", "panic 1.1 not 1.0", cancelled(0, "ok"), loud)
	joined := cancelled(1, "ok")
	joined.panics = []panicked{{task: 2, text: "called `Result::unwrap()` on an `Err` value: JoinError::Cancelled(Id(1))"}}
	check("another task looks at it", "", cancelled(0, "ok"), joined)
}
