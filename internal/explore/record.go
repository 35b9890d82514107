package explore

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// record is what a process wrote down: the lines of rt/pollux/log.rs.
type record struct {
	batch       bool // the test repeats its body in this process
	ended       bool // the batch came to its end
	enough      bool // of it: the test is too large for more than its share
	passed      []passed
	last        *schedule // of a batch that ended, with its decisions
	walk        string    // where the walk through all schedules stands
	points      []event   // await points that were seen: leaf, yield
	timers      bool      // some timer was set
	aimed       Aim       // what went to places in focus
	missesIO    bool      // the process was to do without sockets, and could not
	unsupported string
	canaries    []canary
	schedules   []schedule
}

// canary counts in how many of the seeds a program with a known answer died.
type canary struct {
	name        string
	died, seeds int
}

// passed is a schedule of a batch in which nothing happened.
type passed struct {
	seed, order uint64
	polls       int
}

// schedule is one run of a test body.
type schedule struct {
	seed      uint64
	outcome   string // ok, panic, error, stuck, only-timers, left; empty when the process ended before it
	hash      string // of decisions and polls
	order     string // of polls
	polls     int
	choices   int
	advances  int           // of virtual time
	passed    time.Duration // of virtual time, where that matters
	external  bool
	diverged  bool
	mapped    bool
	busy      bool // tasks woke nobody but themselves until a timer fired, and used up tokio's budget
	forced    bool // tasks woke nobody but themselves until a timer fired for that reason
	decisions []string
	// departures are the decisions that plain tokio would not take, each with where it is taken, in the words of rt/pollux/depart.rs;
	// only of a run that was written down.
	departures []string
	panics     []panicked
	waits      []wait
	permits    []permit // of a stuck run: what is waited for, and who has it
	fallen     []int    // tasks that ended with a panic which nobody looked at
	gifts      []gift
	aborts     []abort // by the program itself
	dissected  bool    // gifts are all there are
	swept
	events []event
}

// panicked is a panic, in the order in which they happened.
type panicked struct {
	task   int // -1: on a thread that is not explored
	place  place
	text   string
	frames []frame // user's code, innermost first
}

// place is a position in a source file as the compiler or the debug information names the file.
type place struct {
	file         string
	line, column int
}

// frame is a call in the user's code.
type frame struct {
	place
	function string
}

// wait is where a task waits for ever.
type wait struct {
	task   int
	frames []frame // innermost first; may be empty
	reason reason
	lost   string // it could go on, and nobody wakes it: what is known of its last poll
}

// permit is a task's relation to a semaphore, mutex or rwlock that someone waits for.
type permit struct {
	kind      string // want, hold, left: a request that its task polls no more
	task      int
	semaphore int
	frames    []frame // where it was asked for or taken
}

// event is one step of the interleaving.
type event struct {
	kind   string // spawn, poll, leaf, yield, pending, done, odd, cancel
	task   int
	word   string // odd: a decision that plain tokio would not take, before the poll that it changes
	by     int    // spawn: the task that spawned it
	begins bool   // the first wait of a poll
	woken  bool   // cancel: in place of a poll
	frames []frame
}

func readRecord(path string) (*record, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the record of a run: %w", err)
	}
	defer f.Close()
	return parseRecord(io.LimitReader(f, recordLimit))
}

// parseRecord reads a record. A record that was cut off, as by a process that was killed, is read up to there.
func parseRecord(r io.Reader) (*record, error) {
	rec := &record{}
	in := bufio.NewScanner(r)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		fields := strings.Split(in.Text(), "\t")
		if !rec.take(fields) {
			return rec, fmt.Errorf("read the record of a run: unexpected line %.80q", in.Text())
		}
	}
	return rec, in.Err()
}

// take adds one line and says whether it understood it.
func (r *record) take(f []string) bool {
	switch {
	case f[0] == "batch" && len(f) == 1:
		r.batch = true
		return true
	case f[0] == "batch" && len(f) == 2 && f[1] == "end":
		r.ended = true
		return true
	case f[0] == "batch" && len(f) == 2 && f[1] == "enough":
		r.enough = true
		return true
	case f[0] == "aimed" && len(f) == 3:
		schedules, ok1 := number(f, 1)
		interruptions, ok2 := number(f, 2)
		r.aimed.Add(Aim{Schedules: schedules, Interruptions: interruptions})
		return ok1 && ok2
	case f[0] == "timers" && len(f) == 1:
		r.timers = true
		return true
	case f[0] == "misses-io" && len(f) == 1:
		r.missesIO = true
		return true
	case f[0] == "walk" && len(f) == 2:
		_, ok := parseWalk(f[1])
		r.walk = f[1]
		return ok
	case f[0] == "point" && len(f) >= 2:
		r.points = append(r.points, event{kind: f[1], frames: parseFrames(f[2:])})
		return true
	case f[0] == "ok" && len(f) == 4:
		return r.pass(f)
	case f[0] == "last" && len(f) == 4:
		seed, err := strconv.ParseUint(f[1], 10, 64)
		r.last = &schedule{seed: seed, outcome: "ok", hash: f[2], decisions: strings.Fields(f[3])}
		return err == nil
	case f[0] == "unsupported" && len(f) == 2:
		r.unsupported = f[1]
		return true
	case f[0] == "canary" && len(f) == 4:
		died, err1 := strconv.Atoi(f[2])
		seeds, err2 := strconv.Atoi(f[3])
		r.canaries = append(r.canaries, canary{f[1], died, seeds})
		return err1 == nil && err2 == nil
	case f[0] == "begin" && len(f) == 2:
		seed, err := strconv.ParseUint(f[1], 10, 64)
		r.schedules = append(r.schedules, schedule{seed: seed})
		return err == nil
	}
	if len(r.schedules) == 0 {
		// A panic outside of any schedule, on a thread of the program's own, tells nothing about one.
		return f[0] == "panic" || f[0] == "frame"
	}
	return r.schedules[len(r.schedules)-1].take(f)
}

// pass takes the line of a schedule in which nothing happened, in place of the one that its begin made room for.
func (r *record) pass(f []string) bool {
	seed, err1 := strconv.ParseUint(f[1], 10, 64)
	order, err2 := strconv.ParseUint(f[2], 16, 64)
	polls, err3 := strconv.Atoi(f[3])
	r.passed = append(r.passed, passed{seed, order, polls})
	if n := len(r.schedules); n > 0 && r.schedules[n-1].seed == seed && r.schedules[n-1].outcome == "" {
		r.schedules = r.schedules[:n-1]
	}
	return err1 == nil && err2 == nil && err3 == nil
}

func (s *schedule) take(f []string) bool {
	switch f[0] {
	case "cancel", "suspended", "focused", "handed", "unfinished":
		if !s.swept.take(f) {
			return false
		}
		if f[0] == "cancel" {
			s.events = append(s.events, event{kind: f[0], task: s.cancelled.task, woken: s.cancelled.woken})
		}
		return true
	case "took":
		if len(f) == 2 {
			s.decisions = append(s.decisions, strings.Fields(f[1])...)
		}
		return len(f) == 2
	case "departs":
		if len(f) == 2 {
			s.departures = strings.Fields(f[1])
		}
		return len(f) == 2
	case "end":
		return s.end(f)
	case "mapped":
		s.mapped = true
		return len(f) == 1
	case "panic":
		if len(f) != 4 {
			return false
		}
		at, ok := parsePlace(f[2])
		task, err := strconv.Atoi(f[1])
		s.panics = append(s.panics, panicked{task: task, place: at, text: unescape(f[3])})
		return (ok || f[2] == "") && err == nil
	case "frame":
		if len(f) != 2 || len(s.panics) == 0 {
			return false
		}
		last := &s.panics[len(s.panics)-1]
		last.frames = append(last.frames, parseFrames(f[1:])...)
		return true
	case "lost":
		return s.takeLost(f)
	case "wait":
		task, ok := number(f, 1)
		if ok {
			s.waits = append(s.waits, wait{task: task, frames: parseFrames(f[2:])})
		}
		return ok
	case "passed":
		ms, ok := number(f, 1)
		s.passed = time.Duration(ms) * time.Millisecond
		return ok
	case "fell":
		task, ok := number(f, 1)
		s.fallen = append(s.fallen, task)
		return ok
	case "abort":
		return s.takeAbort(f)
	case "for":
		return s.takeReason(f)
	case "gave":
		return s.takeGift(f)
	case "dissected":
		s.dissected = true
		return len(f) == 1
	case "want", "hold", "left":
		task, ok1 := number(f, 1)
		semaphore, ok2 := number(f, 2)
		if ok1 && ok2 {
			s.permits = append(s.permits, permit{f[0], task, semaphore, parseFrames(f[3:])})
		}
		return ok1 && ok2
	case "odd":
		if len(f) == 2 && decision(f[1]) {
			s.events = append(s.events, event{kind: "odd", word: f[1]})
			return true
		}
	case "spawn", "poll", "leaf", "yield", "pending", "done":
		return s.event(f)
	}
	return false
}

func (s *schedule) event(f []string) bool {
	task, ok := number(f, 1)
	if !ok {
		return false
	}
	e := event{kind: f[0], task: task}
	rest := f[2:]
	if e.kind == "spawn" {
		if e.by, ok = number(f, 2); !ok {
			return false
		}
		rest = f[3:]
	}
	e.frames = parseFrames(rest)
	e.begins = s.firstWait(task)
	s.events = append(s.events, e)
	return true
}

// firstWait reports whether the task has not stopped anywhere yet in its present poll.
func (s *schedule) firstWait(task int) bool {
	for _, e := range slices.Backward(s.events) {
		if e.task == task && (e.kind == "poll" || e.kind == "leaf" || e.kind == "yield") {
			return e.kind == "poll"
		}
	}
	return false
}

func (s *schedule) end(f []string) bool {
	if len(f) != 9 {
		return false
	}
	s.outcome, s.hash, s.order = f[2], f[3], f[4]
	var err1, err2, err3 error
	s.polls, err1 = strconv.Atoi(f[5])
	s.choices, err2 = strconv.Atoi(f[6])
	s.advances, err3 = strconv.Atoi(f[7])
	for note := range strings.SplitSeq(f[8], ",") {
		switch note {
		case "external":
			s.external = true
		case "diverged":
			s.diverged = true
		case "mapped":
			s.mapped = true
		case "busy":
			s.busy = true
		case "forced":
			s.forced = true
		}
	}
	return err1 == nil && err2 == nil && err3 == nil
}

func number(f []string, i int) (int, bool) {
	if i >= len(f) {
		return 0, false
	}
	n, err := strconv.Atoi(f[i])
	return n, err == nil
}

// parseFrames reads `file:line:column function` fields and leaves out what is none.
func parseFrames(fields []string) []frame {
	var out []frame
	for _, f := range fields {
		position, function, _ := strings.Cut(f, " ")
		for {
			// A path may hold spaces: the position ends at the first word after which it parses.
			if at, ok := parsePlace(unescape(position)); ok {
				out = append(out, frame{at, unescape(function)})
				break
			}
			word, rest, more := strings.Cut(function, " ")
			if !more {
				break
			}
			position, function = position+" "+word, rest
		}
	}
	return out
}

// parsePlace reads file:line:column.
func parsePlace(text string) (place, bool) {
	rest, column, ok1 := cutLast(text)
	file, line, ok2 := cutLast(rest)
	if !ok1 || !ok2 || file == "" {
		return place{}, false
	}
	return place{file, line, column}, true
}

func cutLast(text string) (before string, n int, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(text[i+1:])
	return text[:i], n, err == nil && n > 0
}

var unescaper = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r")

func unescape(s string) string { return unescaper.Replace(s) }
