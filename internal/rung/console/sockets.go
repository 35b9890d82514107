package console

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"pollux/internal/rung/console/wire"
)

// lookEvery is the time between two looks for new sockets.
const lookEvery = 3 * time.Millisecond

// quietUpdates is how many updates without news say that the aggregator of an ending process has nothing left.
const quietUpdates = 2

// sockets records every process that serves in a directory: one socket for each, named by its number.
type sockets struct {
	dir      string
	longPoll time.Duration
	ctx      context.Context
	cancel   context.CancelFunc
	group    sync.WaitGroup

	mu   sync.Mutex
	recs []*recording
}

func startSockets(ctx context.Context, dir string, longPoll time.Duration) *sockets {
	s := &sockets{dir: dir, longPoll: longPoll}
	s.ctx, s.cancel = context.WithCancel(ctx)
	s.group.Add(1)
	go func() {
		defer s.group.Done()
		defer s.caught()
		s.look()
	}()
	return s
}

// caught turns a panic of a recorder into a recording that is not whole.
func (s *sockets) caught() {
	if p := recover(); p != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.recs = append(s.recs, &recording{broken: fmt.Errorf("panic while recording: %v", p)})
	}
}

func (s *sockets) look() {
	seen := map[string]bool{}
	for s.ctx.Err() == nil {
		found, _ := filepath.Glob(filepath.Join(s.dir, "*.sock"))
		for _, path := range found {
			if seen[path] {
				continue
			}
			seen[path] = true
			s.group.Add(1)
			go func() {
				defer s.group.Done()
				defer s.caught()
				s.one(strings.TrimSuffix(path, ".sock"))
			}()
		}
		time.Sleep(lookEvery)
	}
}

// one records one process. Its first update lets it go on; when it has announced its end, quiet updates let it go.
func (s *sockets) one(base string) {
	rec := newRecording(s.longPoll)
	err := s.patiently(rec, "unix:"+base+".sock", func(u *wire.Update) {
		rec.apply(u)
		if rec.updates == 1 {
			_ = os.WriteFile(base+".ready", nil, 0o644)
		}
		if _, err := os.Stat(base + ".done"); err == nil && rec.quiet >= quietUpdates && !rec.complete {
			rec.complete = os.WriteFile(base+".seen", nil, 0o644) == nil
		}
	})
	if err != nil && err != errEnded && s.ctx.Err() == nil {
		rec.broken = err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recs = append(s.recs, rec)
}

// patience is how long a program that has made its socket may take to listen on it, and retryEvery the time between two tries.
const (
	patience   = 10 * time.Second
	retryEvery = 5 * time.Millisecond
)

// patiently watches, and tries again while nothing has come: the socket's file is there a moment before anybody listens.
func (s *sockets) patiently(rec *recording, target string, on func(*wire.Update)) error {
	for begin := time.Now(); ; time.Sleep(retryEvery) {
		err := watch(s.ctx, target, on)
		if rec.updates > 0 || s.ctx.Err() != nil || time.Since(begin) > patience {
			return err
		}
	}
}

// stop ends the recording, after the program, and joins what its processes told.
func (s *sockets) stop() *recording {
	s.cancel()
	s.group.Wait()
	all := newRecording(s.longPoll)
	for i, r := range s.recs {
		all.join(r, i)
	}
	all.complete = len(s.recs) > 0
	for _, r := range s.recs {
		all.complete = all.complete && r.complete
	}
	return all
}

// join takes in another process's recording.
func (r *recording) join(o *recording, process int) {
	r.updates += o.updates
	r.dropped += o.dropped
	r.resources += o.resources
	if r.broken == nil {
		r.broken = o.broken
	}
	if r.first.IsZero() || !o.first.IsZero() && o.first.Before(r.first) {
		r.first = o.first
	}
	if o.last.After(r.last) {
		r.last = o.last
	}
	tasks := map[taskKey]*task{}
	for k, t := range o.tasks {
		tasks[taskKey{k.id, k.birth + process*1_000_000}] = t
	}
	maps.Copy(r.tasks, tasks)
}
