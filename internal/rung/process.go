package rung

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"pollux/internal/child"
)

// Ending is how a process of a tool ended, and what it said. The zero value is a process that never started.
type Ending struct {
	Started bool
	Status  int  // exit status, 128 plus the signal that killed it
	Late    bool // killed at its deadline
	Cut     bool // more was said than was kept
	Stdout  string
	Stderr  string
	Took    time.Duration
}

// Fault says why the process cannot stand for a pass; empty when it can.
func (e Ending) Fault() string {
	switch {
	case !e.Started:
		return "the program did not run"
	case e.Late:
		return fmt.Sprintf("it was stopped after %s", e.Took.Round(time.Second))
	case e.Status > 128:
		return fmt.Sprintf("it was killed by signal %d", e.Status-128)
	case e.Status != 0:
		return fmt.Sprintf("it ended with status %d", e.Status)
	case e.Cut:
		return "it said more than was kept, so a part of its output is lost"
	}
	return ""
}

// Process is one run of a program.
type Process struct {
	Path  string
	Args  []string
	Dir   string
	Env   []string
	Limit time.Duration // 0 means none but the context's
	Keep  int           // bytes of each stream that are kept; 0 means keepBytes
	Echo  io.Writer     // gets both streams as they come; nil means nobody
}

// keepBytes bounds what is kept of a stream: enough for the reports of one test.
const keepBytes = 8 << 20

// Run runs the process to its end. An error is the context's, or pollux's own: whatever the program does is an ending.
func Run(ctx context.Context, p Process) (Ending, error) {
	limited, cancel := ctx, context.CancelFunc(func() {})
	if p.Limit > 0 {
		limited, cancel = context.WithTimeout(ctx, p.Limit)
	}
	defer cancel()
	keep := p.Keep
	if keep <= 0 {
		keep = keepBytes
	}
	out, errs := &head{limit: keep}, &head{limit: keep}
	begin := time.Now()
	err := child.Run(limited, child.Command{Path: p.Path, Args: p.Args, Dir: p.Dir, Env: p.Env, Stdout: echoed(out, p.Echo), Stderr: echoed(errs, p.Echo), Group: true})
	end := Ending{Took: time.Since(begin), Stdout: string(out.kept), Stderr: string(errs.kept), Cut: out.cut || errs.cut}
	if ctx.Err() != nil {
		return end, ctx.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		end.Started, end.Late = true, true
		return end, nil
	}
	end.Status, end.Started = child.Code(err)
	if !end.Started {
		return end, nil
	}
	return end, nil
}

// echoed writes to both, if there is a second.
func echoed(to *head, echo io.Writer) io.Writer {
	if echo == nil {
		return to
	}
	return io.MultiWriter(to, echo)
}

// head keeps the first limit bytes: the first report of a tool is the cause, what follows are consequences.
type head struct {
	limit int
	kept  []byte
	cut   bool
}

// Write never fails.
func (h *head) Write(p []byte) (int, error) {
	room := h.limit - len(h.kept)
	if len(p) > room {
		h.cut = true
		h.kept = append(h.kept, p[:max(room, 0)]...)
		return len(p), nil
	}
	h.kept = append(h.kept, p...)
	return len(p), nil
}
