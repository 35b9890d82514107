package explore

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// whyStuck is the task whose wake-up is lost, the circle of tasks that hold what another one waits for, where there is one, or
// that nothing is left to wake them.
func whyStuck(run *schedule, waiting int) string {
	if lost := run.lost(); len(lost) > 0 {
		return and(names(lost)) + " could go on, and nobody wakes it"
	}
	edges := run.edges()
	circle := findCircle(edges)
	switch len(circle) {
	case 0:
		if all := shared(run.permits); len(all) > 1 {
			return strings.Join(all, " and ") + " each hold a part of what each of them waits for more of"
		}
		return fmt.Sprintf("nothing can run, and nothing is left that could wake %s", count(waiting, "waiting task"))
	case 1:
		words := edges[circle[0]].words
		for _, verb := range []string{"holds", "has"} {
			words = strings.Replace(words, taskName(circle[0])+" "+verb, "it "+verb+" itself", 1)
		}
		return taskName(circle[0]) + " waits " + words
	}
	parts := make([]string, len(circle))
	for i, task := range circle {
		parts[i] = taskName(task) + " waits " + edges[task].words
	}
	return strings.Join(parts, ", and ")
}

// onlyHolders finds who alone holds what a task waits for. With another holder beside it, the wait could still end.
func onlyHolders(permits []permit) map[int]edge {
	holders := map[int][]int{}
	for _, p := range permits {
		if p.kind == "hold" && !slices.Contains(holders[p.semaphore], p.task) {
			holders[p.semaphore] = append(holders[p.semaphore], p.task)
		}
	}
	out := map[int]edge{}
	for _, p := range permits {
		if h := holders[p.semaphore]; p.kind == "want" && len(h) == 1 {
			out[p.task] = edge{h[0], "for what " + taskName(h[0]) + " holds"}
		}
	}
	return out
}

// findCircle finds tasks each of which waits for the next one, the last for the first. It starts with the lowest number.
func findCircle(edges map[int]edge) []int {
	for _, start := range sortedKeys(edges) {
		path := []int{start}
		for at, ok := edges[start]; ok; at, ok = edges[at.to] {
			if at.to == start {
				return path
			}
			if slices.Contains(path, at.to) {
				break
			}
			path = append(path, at.to)
		}
	}
	return nil
}

// shared are the holders of one semaphore when every one of them waits for more of it: then none of them gives anything back.
func shared(permits []permit) []string {
	for _, want := range permits {
		if want.kind != "want" {
			continue
		}
		var tasks []int
		all := true
		for _, p := range permits {
			if p.kind == "hold" && p.semaphore == want.semaphore && !slices.Contains(tasks, p.task) {
				tasks = append(tasks, p.task)
				all = all && slices.ContainsFunc(permits, func(q permit) bool {
					return q.kind == "want" && q.semaphore == p.semaphore && q.task == p.task
				})
			}
		}
		if all && len(tasks) > 1 {
			slices.Sort(tasks)
			names := make([]string, len(tasks))
			for i, task := range tasks {
				names[i] = taskName(task)
			}
			return names
		}
	}
	return nil
}

func sortedKeys(m map[int]edge) []int {
	var keys []int
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// holders names, for everything that is waited for, who took it and where, and requests that nobody polls.
func (s *search) holders(run *schedule) []finding.Because {
	var out []finding.Because
	for _, p := range run.permits {
		own := s.own(p.frames)
		if len(own) == 0 || p.kind == "want" {
			continue
		}
		words := taskName(p.task) + " took it here and still holds it; wanted by " + wantedBy(run.permits, p.semaphore)
		if run.cancelled != nil && run.cancelled.task == p.task {
			words = taskName(p.task) + " took it here, and its end did not give it back; wanted by " + wantedBy(run.permits, p.semaphore)
		}
		if p.kind == "left" {
			words = taskName(p.task) + " asked for it here and polls that future no more, so it can be handed to nobody else; wanted by " + wantedBy(run.permits, p.semaphore)
		}
		out = append(out, finding.Because{Span: span(own[0].place), Message: words})
	}
	return out
}

func wantedBy(permits []permit, semaphore int) string {
	var names []string
	for _, p := range permits {
		if name := taskName(p.task); p.kind == "want" && p.semaphore == semaphore && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
