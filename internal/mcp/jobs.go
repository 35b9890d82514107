package mcp

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"pollux/internal/fault"
)

// job is work that may outlast the call that started it. Its process tree ends with it.
type job struct {
	handle string
	tool   string
	start  time.Time
	stop   context.CancelFunc
	done   chan struct{} // closed when text and err are final
	text   string
	err    error

	mu   sync.Mutex
	said string // the last line of progress
}

// Write takes the progress line of cargo or of an exploration.
func (j *job) Write(p []byte) (int, error) {
	line := strings.TrimSpace(ansi.Strip(string(p)))
	if i := strings.LastIndexAny(line, "\r\n"); i >= 0 {
		line = strings.TrimSpace(line[i+1:])
	}
	if line != "" {
		j.mu.Lock()
		j.said = line
		j.mu.Unlock()
	}
	return len(p), nil
}

func (j *job) progress() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.said
}

// jobs are the work of one client.
type jobs struct {
	ctx    context.Context // of the server: no job outlives it
	mu     sync.Mutex
	next   int
	all    []*job // oldest first
	closed sync.WaitGroup
}

// keptJobs bounds how many finished results wait to be asked for.
const keptJobs = 32

func newJobs(ctx context.Context) *jobs { return &jobs{ctx: ctx} }

// begin starts work under a new handle.
func (js *jobs) begin(tool string, work func(context.Context, *job) (string, error)) *job {
	ctx, cancel := context.WithCancel(js.ctx)
	js.mu.Lock()
	js.next++
	j := &job{handle: fmt.Sprintf("%s-%d", tool, js.next), tool: tool, start: time.Now(), stop: cancel, done: make(chan struct{})}
	js.all = append(js.all, j)
	js.forget()
	js.mu.Unlock()
	js.closed.Add(1)
	go func() {
		defer js.closed.Done()
		defer close(j.done)
		defer cancel()
		defer func() {
			if p := recover(); p != nil {
				j.err = fmt.Errorf("internal error of pollux, a bug: %v\n%s", p, firstFrames(debug.Stack()))
			}
		}()
		j.text, j.err = work(ctx, j)
	}()
	return j
}

// firstFrames is enough of a stack for a bug report, and no more.
func firstFrames(stack []byte) string {
	lines := strings.SplitN(string(stack), "\n", 16)
	return strings.Join(lines[:min(len(lines), 15)], "\n")
}

// forget drops the oldest finished jobs beyond the bound.
func (js *jobs) forget() {
	extra := len(js.all) - keptJobs
	kept := js.all[:0]
	for _, j := range js.all {
		if extra > 0 && j.finished() {
			extra--
			continue
		}
		kept = append(kept, j)
	}
	js.all = kept
}

func (j *job) finished() bool {
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

func (js *jobs) find(handle string) (*job, bool) {
	js.mu.Lock()
	defer js.mu.Unlock()
	for _, j := range js.all {
		if j.handle == handle {
			return j, true
		}
	}
	return nil, false
}

// close ends all work and waits until nothing of it runs.
func (js *jobs) close() {
	js.mu.Lock()
	for _, j := range js.all {
		j.stop()
	}
	js.mu.Unlock()
	js.closed.Wait()
}

// wait says how a call waits for a job.
type wait struct {
	handle string
	atMost time.Duration // 0 means callLimit
}

// run starts work and waits for it.
func (s *Server) run(c call, w wait, work func(context.Context, *job) (string, error)) (string, error) {
	return s.await(c, w, s.jobs.begin(c.req.Params.Name, work))
}

// poll waits for work that an earlier call started.
func (s *Server) poll(c call, w wait) (string, error) {
	j, ok := s.jobs.find(w.handle)
	if !ok {
		return "", fault.Usagef("there is no work under the handle `%s`", w.handle).Hint("handles end with the server; start anew without one")
	}
	return s.await(c, w, j)
}

// progressEvery is how often a client hears of progress.
const progressEvery = 2 * time.Second

// await waits for a job as long as a call may, telling the client how it goes. A call that is cancelled ends the job.
func (s *Server) await(c call, w wait, j *job) (string, error) {
	limit := cmp.Or(s.limit, callLimit)
	if w.atMost > 0 {
		limit = min(limit, w.atMost)
	}
	over := time.NewTimer(limit)
	defer over.Stop()
	tick := time.NewTicker(cmp.Or(s.every, progressEvery))
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-j.done:
			return j.text, j.err
		case <-c.ctx.Done():
			j.stop()
			<-j.done
			return "", c.ctx.Err()
		case <-over.C:
			return s.pending(j), nil
		case <-tick.C:
			c.tell(n, j)
		}
	}
}

// pending is the answer of a call whose work goes on.
func (s *Server) pending(j *job) string {
	now := ""
	if said := j.progress(); said != "" {
		now = " (" + said + ")"
	}
	return fmt.Sprintf("not finished after %d s%s. It goes on; ask for the result with: %s {\"handle\": %q}",
		int(time.Since(j.start).Seconds()), now, j.tool, j.handle)
}

// tell sends a notification of progress when the client asked for them.
func (c call) tell(n int, j *job) {
	token := c.req.Params.GetProgressToken()
	if token == nil {
		return
	}
	_ = c.req.Session.NotifyProgress(c.ctx, &sdk.ProgressNotificationParams{ // a client that has gone is noticed by the call itself
		ProgressToken: token, Progress: float64(n), Message: fmt.Sprintf("%d s: %s", int(time.Since(j.start).Seconds()), j.progress()),
	})
}
