package explore

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// point is a suspension of a task. The first one has the number 1; 0 is before the task's first poll.
type point struct {
	task, nth int
	// woken: the task is not cancelled where it suspends, but after it was woken, in place of the poll that follows.
	woken bool
}

func (p point) String() string {
	if p.woken {
		return fmt.Sprintf("%d.%dw", p.task, p.nth)
	}
	return fmt.Sprintf("%d.%d", p.task, p.nth)
}

// parsePoint reads what String writes.
func parsePoint(text string) (point, bool) {
	task, nth, ok := strings.Cut(text, ".")
	nth, woken := strings.CutSuffix(nth, "w")
	t, err1 := strconv.ParseUint(task, 10, 31)
	n, err2 := strconv.ParseUint(nth, 10, 31)
	return point{int(t), int(n), woken}, ok && err1 == nil && err2 == nil && t > 0
}

func comparePoints(a, b point) int {
	return cmp.Or(cmp.Compare(a.task, b.task), cmp.Compare(a.nth, b.nth), cmp.Compare(bit(a.woken), bit(b.woken)))
}

func bit(on bool) int {
	if on {
		return 1
	}
	return 0
}

// swept is what a schedule tells about cancellations.
type swept struct {
	cancelled   *point
	tasksThen   int   // tasks that had been spawned when one was cancelled
	counted     bool  // no task was to be cancelled: suspensions are known
	suspensions []int // of task 1, task 2, ...; only of a schedule without a cancellation
	handed      []int // of the same: pairs of a task and the number of a suspension that somebody else ended
	focused     []int // of the same: pairs of a task and the number of a suspension in focus
	ended       bool  // the body came to its end, or nothing could run any more: unfinished is known
	unfinished  []int // tasks that had not ended then
	stranded    []int // tasks that wait for ever because of the cancellation, when the test itself ended
}

// take adds a line of the record.
func (s *swept) take(f []string) bool {
	switch {
	case f[0] == "cancel" && len(f) == 5:
		task, ok1 := number(f, 1)
		nth, ok2 := number(f, 2)
		tasks, ok3 := number(f, 3)
		s.cancelled, s.tasksThen = &point{task, nth, f[4] == "1"}, tasks
		return ok1 && ok2 && ok3
	case f[0] == "suspended" && len(f) == 2:
		var ok bool
		s.suspensions, ok = numbers(f[1])
		s.counted = ok
		return ok
	case f[0] == "focused" && len(f) == 2:
		var ok bool
		s.focused, ok = numbers(f[1])
		return ok && len(s.focused)%2 == 0
	case f[0] == "handed" && len(f) == 2:
		var ok bool
		s.handed, ok = numbers(f[1])
		return ok && len(s.handed)%2 == 0
	case f[0] == "unfinished" && len(f) == 2:
		var ok bool
		s.unfinished, ok = numbers(f[1])
		s.ended = ok
		return ok
	}
	return false
}

// inFocus reports whether the suspension lies in what is in focus.
func (s *swept) inFocus(at point) bool {
	for i := 0; i+1 < len(s.focused); i += 2 {
		if s.focused[i] == at.task && s.focused[i+1] == at.nth {
			return true
		}
	}
	return false
}

func numbers(text string) ([]int, bool) {
	var out []int
	for word := range strings.FieldsSeq(text) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}

// sweepPlan is what the module in tokio is told about a sweep, beside the seeds.
type sweepPlan struct {
	counting bool    // how often each task suspends is written down
	after    *point  // the sweep of the first seed goes on behind this cancellation
	most     int     // cancellations per seed; 0 means all
	plain    *uint64 // the seed that stands for the schedule of plain tokio
}

func (p sweepPlan) String() string {
	var b strings.Builder
	if p.counting {
		b.WriteString(";counting=1")
	}
	if p.after != nil {
		fmt.Fprintf(&b, ";after=%s", p.after)
	}
	if p.plain != nil {
		fmt.Fprintf(&b, ";plain=%d", *p.plain)
	}
	if p.most > 0 {
		fmt.Fprintf(&b, ";most=%d", p.most)
	}
	return b.String()
}
