package explore

import (
	"fmt"
	"strings"
	"testing"

	"pollux/internal/cargo"
)

// told is what a person reads of the lines of a record: a star, the task, the step, its place, what is odd.
func told(t *testing.T, lines string) string {
	t.Helper()
	rec, err := parseRecord(strings.NewReader("begin\t1\n" + lines))
	if err != nil {
		t.Fatal(err)
	}
	s := &search{explorer: &explorer{tests: &Workspace{Root: "/w"}}, target: target{program: cargo.Program{PackageDir: "/w"}}}
	var b strings.Builder
	for _, step := range s.steps(&rec.schedules[0]) {
		star := ""
		if step.Departs {
			star = "*"
		}
		fmt.Fprintf(&b, "%s%d %s %d %s\n", star, step.Task, step.What, step.Place.Line, step.Odd)
	}
	return strings.TrimSpace(b.String())
}

func TestAStepIsMarkedWherePlainTokioWouldTakeAnother(t *testing.T) {
	check := func(what, lines, want string) {
		t.Helper()
		if got := told(t, lines); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
		}
	}
	check("plain", "poll\t1\nleaf\t1\tsrc/l.rs:3:5 f\npending\t1\npoll\t1\ndone\t1\n", "1 waits 3 \n1 ends 0")
	check("an interruption", "poll\t1\nodd\tb1\nyield\t1\tsrc/l.rs:3:5 f\npending\t1\n", "*1 is interrupted 3")
	check("one that looks like a wait", "poll\t1\nodd\tb1\nleaf\t1\tsrc/l.rs:3:5 f\npending\t1\n", "*1 is interrupted 3")
	check("one that did not come", "poll\t1\nodd\tb9\ndone\t1\n", "1 ends 0")
	check("tokio's own", "poll\t1\nyield\t1\tsrc/l.rs:3:5 f\npending\t1\n", "1 is interrupted 3")
	check("another task", "odd\tt1/3\npoll\t2\ndone\t2\npoll\t1\ndone\t1\n", "*2 ends 0 before its turn\n1 ends 0")
	check("another branch", "poll\t1\nodd\ts1/2\nodd\ts1/2\nleaf\t1\tsrc/l.rs:3:5 f\npending\t1\n", "*1 waits 3 select! begins with another branch")
	check("a timer", "odd\tf1\npoll\t0\ndone\t0\n", "*0 ends 0 after a timer that fires early")
	check("a task inside of the test body", "poll\t0\nodd\tt1/2\npoll\t1\nodd\tb1\nyield\t1\tsrc/l.rs:3:5 f\npending\t1\nodd\ts1/2\npending\t0\n",
		"*1 is interrupted 3 before its turn\n*0 runs on 0 select! begins with another branch")
	check("a panic", "odd\tt1/2\npoll\t1\npanic\t1\tsrc/l.rs:4:1\tx\nframe\tsrc/l.rs:4:1 f\n", "*1 panics 4 before its turn")
}
