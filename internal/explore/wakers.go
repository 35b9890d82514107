package explore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/finding"
)

// reason is what a wait is for.
type reason struct {
	kind   string // the part of tokio: join, oneshot, mpsc, room (of a bounded channel), notify ...; empty when unknown
	number int    // which one, 0 when unknown; of a join, the task
	detail string // barrier: how many have arrived; notify: the call that was made last
	by     int    // notify: the task that called
	frames []frame
}

// gift is an end that a task still had when all was over.
type gift struct {
	task   int
	what   string // sender, receiver, permit
	number int
}

// abort is a task that the program cancelled.
type abort struct {
	task, by int
	frames   []frame
}

func (s *schedule) takeAbort(f []string) bool {
	task, ok1 := number(f, 1)
	by, ok2 := number(f, 2)
	if ok1 && ok2 {
		s.aborts = append(s.aborts, abort{task, by, parseFrames(f[3:])})
	}
	return ok1 && ok2
}

// cancelledBefore names the tasks that the program itself cancelled.
func (s *search) cancelledBefore(run *schedule) []finding.Because {
	var out []finding.Because
	for i, a := range run.aborts {
		if own := s.own(a.frames); len(own) > 0 && i < 3 {
			out = append(out, finding.Because{Span: span(own[0].place), Message: taskName(a.by) + " cancelled " + taskName(a.task) + " here"})
		}
	}
	return out
}

// takeReason reads what the last wait is for.
func (s *schedule) takeReason(f []string) bool {
	if len(f) < 3 || len(s.waits) == 0 {
		return false
	}
	n, err := strconv.Atoi(f[2])
	why := reason{kind: f[1], number: n}
	if len(f) > 3 {
		why.detail = f[3]
	}
	if len(f) > 4 {
		why.by, _ = strconv.Atoi(f[4])
		why.frames = parseFrames(f[5:])
	}
	s.waits[len(s.waits)-1].reason = why
	return err == nil
}

func (s *schedule) takeGift(f []string) bool {
	if len(f) != 4 {
		return false
	}
	task, ok1 := number(f, 1)
	n, ok2 := number(f, 3)
	s.gifts = append(s.gifts, gift{task, f[2], n})
	return ok1 && ok2
}

// kinds says what a task waits for, and which end somebody else must have for it.
var kinds = map[string]struct{ words, end string }{
	"mutex":           {"for a mutex", "permit"},
	"rwlock":          {"for a read-write lock", "permit"},
	"semaphore":       {"for a permit", "permit"},
	"batch_semaphore": {"for a permit", "permit"},
	"room":            {"for room in a channel", "receiver"},
	"mpsc":            {"for a message of a channel", "sender"},
	"oneshot":         {"for the value of a oneshot channel", "sender"},
	"broadcast":       {"for a broadcast message", "sender"},
	"watch":           {"for a change of a watched value", "sender"},
	"notify":          {"for a notification", ""},
	"barrier":         {"at a barrier", ""},
	"once_cell":       {"for a value that another task makes", ""},
	"timer":           {"for a timer", ""},
}

// what says what the wait is for, and who should end it; it begins with a space, or is empty.
func (s *search) what(run *schedule, w wait) string {
	why := w.reason
	kind, known := kinds[why.kind]
	switch {
	case why.kind == "join":
		return " for " + taskName(why.number) + " to end"
	case !known:
		return ""
	case why.kind == "barrier" && why.detail != "":
		return " at a barrier where " + why.detail + " have arrived"
	case why.kind == "notify":
		return " " + kind.words + s.lastCall(w)
	case kind.end == "sender" || kind.end == "receiver":
		if keepers := run.keepers(kind.end, why.number); len(keepers) > 0 {
			return fmt.Sprintf(" %s: its %s is with %s", kind.words, kind.end, and(names(keepers)))
		}
		if run.dissected && why.number > 0 {
			return fmt.Sprintf(" %s: its %s was not dropped, and no task has it", kind.words, kind.end)
		}
	}
	return " " + kind.words
}

// lastCall tells of the notification that the wait came too late for.
func (s *search) lastCall(w wait) string {
	own := s.own(w.reason.frames)
	if w.reason.detail == "" || len(own) == 0 {
		return ""
	}
	at := fmt.Sprintf("%s at %s:%d", taskName(w.reason.by), own[0].file, own[0].line)
	if w.reason.detail == "notify_waiters" {
		return fmt.Sprintf(": `notify_waiters` was last called by %s, when %s was not waiting yet", at, taskName(w.task))
	}
	return fmt.Sprintf(": the last `%s`, by %s, is used up", w.reason.detail, at)
}

// keepers are the tasks that had an end of something when all was over.
func (s *schedule) keepers(end string, number int) []int {
	var out []int
	for _, g := range s.gifts {
		if number > 0 && g.what == end && g.number == number && !slices.Contains(out, g.task) {
			out = append(out, g.task)
		}
	}
	slices.Sort(out)
	return out
}

// edge leads from a task that waits to another one that would have to end the wait: it alone holds what is waited for, or has the
// other end.
type edge struct {
	to    int
	words string // of the wait, with the name of the other task in it
}

// edges finds, for each task, who would have to end its wait, where that is one.
func (s *schedule) edges() map[int]edge {
	out := onlyHolders(s.permits)
	for _, w := range s.waits {
		if _, known := out[w.task]; known {
			continue
		}
		why := w.reason
		if why.kind == "join" {
			out[w.task] = edge{why.number, "for " + taskName(why.number) + " to end"}
			continue
		}
		kind := kinds[why.kind]
		keepers := s.keepers(kind.end, why.number)
		if kind.end == "" || len(keepers) != 1 {
			continue
		}
		words := map[string]string{
			"permit":   "for what %s holds",
			"sender":   kind.words + " whose sender %s has",
			"receiver": kind.words + " whose receiver %s has",
		}[kind.end]
		out[w.task] = edge{keepers[0], fmt.Sprintf(words, taskName(keepers[0]))}
	}
	return out
}

func names(tasks []int) []string {
	out := make([]string, len(tasks))
	for i, task := range tasks {
		out[i] = taskName(task)
	}
	return out
}

func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
