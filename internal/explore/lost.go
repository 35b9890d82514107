package explore

// takeLost reads a task that could go on when all was over: polled once more it did, although nobody had woken it.
func (s *schedule) takeLost(f []string) bool {
	task, ok := number(f, 1)
	if !ok || len(f) < 3 || lostWords[f[2]] == "" {
		return false
	}
	s.waits = append(s.waits, wait{task: task, frames: parseFrames(f[3:]), lost: f[2]})
	return true
}

// lostWords say of a task that could go on what its place is, by what is known of its last poll.
var lostWords = map[string]string{
	"here":    " waits here, and could go on",
	"earlier": " kept its waker here in an earlier poll, kept none in its last poll, and could go on",
	"nowhere": ", spawned here, kept no waker in its last poll, and could go on",
	"unknown": ", spawned here, could go on",
}

// lost are the tasks that could go on, although nobody wakes them.
func (s *schedule) lost() []int {
	var out []int
	for _, w := range s.waits {
		if w.lost != "" {
			out = append(out, w.task)
		}
	}
	return out
}

// spawnedAt gives a task that could go on, and was never seen to wait, the place where it was spawned.
func (s *schedule) spawnedAt(w wait) wait {
	if w.lost == "" || len(w.frames) > 0 {
		return w
	}
	for _, e := range s.events {
		if e.kind == "spawn" && e.task == w.task {
			w.frames = e.frames
		}
	}
	return w
}

// waitsHere says of the place of a wait who waits there, and for what.
func (s *search) waitsHere(run *schedule, w wait) string {
	if w.lost != "" {
		return taskName(w.task) + lostWords[w.lost] + ": polled once more it does, but nobody wakes it"
	}
	return taskName(w.task) + " waits here" + s.what(run, w)
}
