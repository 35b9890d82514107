package explore

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// ticker shows how far the exploration is, in one line that is rewritten.
type ticker struct {
	to                                io.Writer
	mu                                sync.Mutex
	begin, last                       time.Time
	tests, ended, schedules, findings int
}

func newTicker(to io.Writer) *ticker { return &ticker{to: to} }

func (t *ticker) start(tests int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tests, t.begin = tests, time.Now()
}

// tickEvery is the least time between two lines.
const tickEvery = 100 * time.Millisecond

// ran counts schedules that came to their end.
func (t *ticker) ran(schedules int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.schedules += schedules
	t.show()
}

// done counts a test that came to its end.
func (t *ticker) done(findings int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended++
	t.findings += findings
	t.show()
}

func (t *ticker) show() {
	if t.to == nil || time.Since(t.last) < tickEvery {
		return
	}
	t.last = time.Now()
	rate := float64(t.schedules) / max(time.Since(t.begin).Seconds(), 1e-3)
	fmt.Fprintf(t.to, "\r\x1b[Kexplored %d of %d tests, %d schedules (%.0f/s), %d findings", t.ended, t.tests, t.schedules, rate, t.findings)
}

func (t *ticker) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to != nil && !t.last.IsZero() {
		fmt.Fprint(t.to, "\r\x1b[K")
	}
}
