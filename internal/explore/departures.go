package explore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// departure is a decision that plain tokio would not take, and where it is taken: in the poll of a task that had suspended so
// often before, or after that poll.
type departure struct {
	kind                             string
	task, suspensions, asked, answer int
}

// departuresMark begins the line of a trial that holds departures in place of decisions.
const departuresMark = "@"

func parseDeparture(word string) (departure, bool) {
	d := departure{}
	kind, rest, ok1 := strings.Cut(word, "@")
	place, answer, ok2 := strings.Cut(rest, "=")
	parts := strings.Split(place, ".")
	if !ok1 || !ok2 || len(parts) != 3 {
		return d, false
	}
	d.kind = kind
	for i, into := range []*int{&d.task, &d.suspensions, &d.asked} {
		n, err := strconv.Atoi(parts[i])
		if err != nil {
			return d, false
		}
		*into = n
	}
	n, err := strconv.Atoi(answer)
	d.answer = n
	return d, err == nil
}

func (d departure) String() string {
	return fmt.Sprintf("%s@%d.%d.%d=%d", d.kind, d.task, d.suspensions, d.asked, d.answer)
}

// interruption is the kind of a departure that makes a task suspend once more.
const interruption = "b"

// withoutThem leaves departures out.
func withoutThem(run *schedule, without []int) []string {
	if len(run.departures) != deviations(run.decisions) {
		return nil // a run that does not tell where
	}
	out := []string{departuresMark}
	for n, word := range run.departures {
		if !slices.Contains(without, n) {
			out = append(out, word)
		}
	}
	for _, word := range run.decisions {
		if setting(word) {
			out = append(out, word)
		}
	}
	if run.cancelled != nil {
		out = append(out, cancellation+run.cancelled.String())
	}
	return out
}

// withoutThemMoved leaves departures out and counts the later suspensions of a task that is not interrupted any more anew; nil when
// that changes nothing.
func withoutThemMoved(run *schedule, without []int) []string {
	words := withoutThem(run, without)
	var gone []departure
	for _, n := range without {
		if n >= len(run.departures) {
			return nil
		}
		if d, ok := parseDeparture(run.departures[n]); ok && d.kind == interruption {
			gone = append(gone, d)
		}
	}
	moved := false
	for i, word := range words {
		d, ok := parseDeparture(word)
		if n := earlier(gone, d.task, d.suspensions); ok && n > 0 {
			d.suspensions -= n
			words[i], moved = d.String(), true
		}
	}
	if at := run.cancelled; at != nil {
		// The suspension with number n is the one after which the task had suspended n times.
		if n := earlier(gone, at.task, at.nth); n > 0 && at.nth-n > 0 {
			moved = true
			words[len(words)-1] = cancellation + point{at.task, at.nth - n, at.woken}.String()
		}
	}
	if !moved {
		return nil
	}
	return words
}

// earlier counts the interruptions of a task before it had suspended so often.
func earlier(gone []departure, task, suspensions int) int {
	n := 0
	for _, d := range gone {
		if d.task == task && d.suspensions < suspensions {
			n++
		}
	}
	return n
}
