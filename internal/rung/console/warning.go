package console

import (
	"time"
)

// warning is one of tokio-console's built-in warnings.
type warning string

// The warnings of tokio-console 0.1.14 (tokio-console/src/warnings.rs), by the names of its command line.
const (
	selfWakes    warning = "self-wakes"
	lostWaker    warning = "lost-waker"
	neverYielded warning = "never-yielded"
	autoBoxed    warning = "auto-boxed-future"
	largeFuture  warning = "large-future"
)

// The thresholds of tokio-console, which has no option for them.
const (
	selfWakePercent = 50 // more than
	neverYieldedMin = time.Second
	largeFutureMin  = 1024 // bytes
)

// judge notes the warnings that hold now.
func (t *task) judge(now time.Time, update int) {
	if t.original != 0 && t.original != t.size {
		t.hold(autoBoxed, now, update)
	}
	if t.blocking() || !t.counted {
		return
	}
	s := &t.stats
	if t.size >= largeFutureMin {
		t.hold(largeFuture, now, update)
	}
	if s.Wakes > 0 && s.SelfWakes*100/s.Wakes > selfWakePercent {
		t.hold(selfWakes, now, update)
	}
	if s.Dropped.IsZero() && s.Wakers() == 0 && !s.Running() && !s.Awakened() {
		t.hold(lostWaker, now, update)
	}
	if s.Running() && s.Polls <= 1 && t.busy(now) >= neverYieldedMin {
		t.hold(neverYielded, now, update)
	}
}

// busy is the time in polls, the present one included.
func (t *task) busy(now time.Time) time.Duration {
	if t.stats.Running() {
		return t.stats.Busy + now.Sub(t.stats.LastPollStarted)
	}
	return t.stats.Busy
}
