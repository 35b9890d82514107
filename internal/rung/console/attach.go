package console

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"pollux/internal/finding"
	"pollux/internal/rung"
	"pollux/internal/rung/console/wire"
)

// AttachOptions says what to watch.
type AttachOptions struct {
	Root     string        // absolute path of the workspace, to find places
	Address  string        // host:port of the server, unix:PATH, or empty for tokio-console's own default
	For      time.Duration // how long
	LongPoll time.Duration // a poll that takes this long is reported; 0 means none
}

// DefaultAddress is where console-subscriber listens unless told otherwise.
const DefaultAddress = "127.0.0.1:6669"

// Attach watches a program that has a console-subscriber of its own. An error is the context's: what the program does is an
// answer.
func Attach(ctx context.Context, opt AttachOptions) (*rung.Report, error) {
	r := &rung.Report{Name: name, Tool: "tokio-console client"}
	target, err := targetOf(opt.Address)
	if err != nil {
		r.Add(opt.Address, rung.Undecided(err.Error(), "an address is HOST:PORT or unix:PATH"))
		return r, nil
	}
	rec := newRecording(opt.LongPoll)
	window, cancel := context.WithTimeout(ctx, opt.For)
	defer cancel()
	begin := time.Now()
	err = watch(window, target, func(u *wire.Update) { rec.apply(u) })
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	end := rung.Ending{Started: true, Took: time.Since(begin)}
	blank := finding.Finding{Verdict: finding.Witnessed, Reproduce: fmt.Sprintf("pollux console attach %s --for %s", opt.Address, opt.For)}
	r.Add(opt.Address, rec.outcome(window, err, end, rung.Places{Root: opt.Root, PackageDir: opt.Root}, blank))
	rec.note(r)
	return r, nil
}

// targetOf is the address in the words of gRPC.
func targetOf(address string) (string, error) {
	if strings.HasPrefix(address, "unix:") {
		return address, nil
	}
	address = strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")
	if _, _, err := net.SplitHostPort(address); err != nil {
		return "", fmt.Errorf("`%s` is no address: %w", address, err)
	}
	return passthrough + address, nil
}

// outcome says what a recording came to that ended with err. Findings count even when something was lost; their absence does not.
func (r *recording) outcome(window context.Context, err error, end rung.Ending, places rung.Places, blank finding.Finding) rung.Outcome {
	if fs := r.findings(places, blank); len(fs) > 0 {
		return rung.Fail(fs...)
	}
	switch {
	case r.updates == 0 && errors.Is(err, context.DeadlineExceeded):
		return rung.Undecided("no update came: nothing listens there, or it is paused", "console_subscriber::init() in the program, which must be built with --cfg tokio_unstable")
	case r.updates == 0:
		return rung.Undecided("no recording: "+err.Error(), "is the program running, with console_subscriber::init() and --cfg tokio_unstable?")
	case r.dropped > 0:
		return rung.Undecided(fmt.Sprintf("%d events were lost, so not everything was seen", r.dropped), "TOKIO_CONSOLE_BUFFER_CAPACITY")
	case errors.Is(err, errEnded):
		return rung.Undecided("the program went away after "+r.since(r.last)+", before the time was over", "a shorter --for")
	case err != nil && window.Err() == nil:
		return rung.Undecided(err.Error(), "")
	case len(r.tasks) == 0:
		return rung.Undecided("no task was seen", "is tokio's feature `tracing` on, and --cfg tokio_unstable?")
	}
	return rung.Pass(r.ending(end), r.bound())
}

// note adds what a reader should know of what was seen and lost.
func (r *recording) note(to *rung.Report) {
	if r.updates > 0 {
		to.Notes = append(to.Notes, fmt.Sprintf("%s and %s seen, %d events lost", count(len(r.tasks), "task"), count(r.resources, "resource"), r.dropped))
	}
}
