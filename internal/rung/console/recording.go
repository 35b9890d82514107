package console

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"pollux/internal/rung/console/wire"
)

// recording is what one process told, and the warnings that held on the way. Warnings are judged at every update, because most of
// them are gone when a task has ended.
type recording struct {
	longPoll  time.Duration // a poll that takes this long is reported; 0 means none
	names     map[uint64][]string
	tasks     map[taskKey]*task
	living    map[uint64]*task // by id: ids are used again when a task is gone
	updates   int
	quiet     int // updates in a row that brought nothing about tasks
	dropped   uint64
	resources int
	first     time.Time
	last      time.Time
	complete  bool  // everything up to the end of the process was seen
	broken    error // why the recording is not whole
}

func newRecording(longPoll time.Duration) *recording {
	return &recording{longPoll: longPoll, names: map[uint64][]string{}, tasks: map[taskKey]*task{}, living: map[uint64]*task{}}
}

// taskKey tells tasks apart that had one id after another.
type taskKey struct {
	id    uint64
	birth int // update in which it appeared
}

// task is one task, and what was said of it.
type task struct {
	kind, name     string
	location       wire.Location
	size, original uint64 // in bytes, of the future; original is 0 unless tokio boxed it
	stats          wire.Stats
	counted        bool // stats have come
	held           map[warning]*span
	longest        time.Duration // poll
	longPolls      int
}

// span is when a warning held, in updates, and by the program's own clock.
type span struct {
	first, last time.Time
	updates     int // at which it held
	row         int // longest row of updates
	now         int // present row
	lastUpdate  int
	ended       bool // the task had ended by the last update at which it held
	stats       wire.Stats
}

// apply takes in one update.
func (r *recording) apply(u *wire.Update) {
	r.updates++
	r.dropped += u.Dropped
	r.resources += u.Resource
	if r.first.IsZero() {
		r.first = u.Now
	}
	r.last = u.Now
	maps.Copy(r.names, u.Names)
	for _, t := range u.Tasks {
		r.spawn(t, u.Stats[t.ID].Created)
	}
	if len(u.Tasks)+len(u.Stats) == 0 {
		r.quiet++
	} else {
		r.quiet = 0
	}
	for _, id := range slices.Sorted(maps.Keys(u.Stats)) {
		if t := r.living[id]; t != nil {
			t.poll(u.Stats[id], r.longPoll)
		}
	}
	for id, t := range r.living {
		t.judge(u.Now, r.updates)
		if !t.stats.Dropped.IsZero() {
			delete(r.living, id)
		}
	}
}

// spawn notes a new task. A server tells a task again that was in its first snapshot; another task under the same id has another
// time of birth.
func (r *recording) spawn(in wire.Task, born time.Time) {
	if old := r.living[in.ID]; old != nil && (born.IsZero() || born.Equal(old.stats.Created)) {
		return
	}
	t := &task{location: in.Location, held: map[warning]*span{}}
	for _, f := range in.Fields {
		switch r.nameOf(f, in.Metadata) {
		case "kind":
			t.kind = f.Text
		case "task.name":
			t.name = f.Text
		case "size.bytes":
			t.size = f.Number
		case "original_size.bytes":
			t.original = f.Number
		}
	}
	r.living[in.ID] = t
	r.tasks[taskKey{in.ID, r.updates}] = t
}

func (r *recording) nameOf(f wire.Field, metadata uint64) string {
	if !f.Indexed {
		return f.Name
	}
	names := r.names[cmp.Or(f.Metadata, metadata)]
	if f.Index < uint64(len(names)) {
		return names[f.Index]
	}
	return ""
}

// poll takes in new counters, and looks at the poll that ended last: those between two updates but the last are not seen one by one.
func (t *task) poll(s wire.Stats, limit time.Duration) {
	took := time.Duration(0)
	switch n := s.Polls - t.stats.Polls; {
	case s.Polls < t.stats.Polls:
	case n == 1 && !s.Running():
		took = s.Busy - t.stats.Busy
	case n > 0 && !s.LastPollEnded.IsZero() && !s.Running():
		took = s.LastPollEnded.Sub(s.LastPollStarted)
	}
	if limit > 0 && took >= limit && !t.blocking() {
		t.longPolls++
		t.longest = max(t.longest, took)
	}
	t.stats, t.counted = s, true
}

func (t *task) blocking() bool { return t.kind == "block_on" || t.kind == "blocking" }

// hold notes that a warning holds at an update.
func (t *task) hold(w warning, now time.Time, update int) {
	s := t.held[w]
	if s == nil {
		s = &span{first: now}
		t.held[w] = s
	}
	s.updates++
	if s.lastUpdate == update-1 {
		s.now++
	} else {
		s.now = 1
	}
	s.row = max(s.row, s.now)
	s.last, s.lastUpdate, s.stats = now, update, t.stats
	s.ended = !t.stats.Dropped.IsZero()
}

// since is how long after the beginning of the recording a time is.
func (r *recording) since(at time.Time) string {
	return fmt.Sprintf("%.2f s", max(at.Sub(r.first), 0).Seconds())
}
