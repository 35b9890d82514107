package explore

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"pollux/internal/finding"
)

// plainLimit bounds the run of a test without exploration, unless the options say otherwise.
const plainLimit = 2 * time.Minute

// Failure is a test that fails without exploration.
type Failure struct {
	Test  string
	Words string // what it says, in one line; empty when it says nothing
}

// firstLimit bounds the first run without exploration. A test that does not end by then may hang, and a schedule then says why and where
// before anybody has to wait for plainLimit.
const firstLimit = 10 * time.Second

// plainEnd is how a test ends without exploration.
type plainEnd uint8

const (
	passes plainEnd = iota
	hangs           // it did not end in time
	fails           // or says nothing that can be relied on; it is among the unknowns
)

// plainly runs the test as cargo test would.
func (s *search) plainly(ctx context.Context, limit time.Duration) (plainEnd, error) {
	run, err := s.start(ctx, process{program: s.program, args: testArgs(s.test), limit: limit})
	if err != nil {
		return fails, err
	}
	s.limit = scheduleLimit(run.took)
	switch {
	case run.late:
		s.limit = scheduleLimit(0)
		return hangs, nil
	case run.status != 0 && run.garbled != nil:
		s.undecided(run.garbled.Error(), "")
	case run.status != 0:
		words := cmp.Or(panicWords(run.stderr), fmt.Sprintf("it ends with status %d", run.status))
		s.failing = &Failure{s.String(), words}
		s.undecided("fails without exploration too", words)
	default:
		return passes, nil
	}
	return fails, nil
}

// passes reports whether the test ends well without exploration, and is to be explored for more than a reason why it hangs.
func (s *search) passes(ctx context.Context) (bool, error) {
	limit := cmp.Or(s.opt.PlainLimit, plainLimit)
	first := min(limit, firstLimit)
	end, err := s.plainly(ctx, first)
	if err != nil || end != hangs {
		return end == passes, err
	}
	if found, err := s.hanging(ctx, first); err != nil || found {
		return false, err
	}
	if limit > first {
		if end, err = s.plainly(ctx, limit); err != nil || end != hangs {
			return end == passes, err
		}
	}
	s.undecided(fmt.Sprintf("takes more than %s without exploration", limit), "")
	return false, nil
}

// hanging asks a test that did not end for its reason. It reports whether a schedule shows it stuck; what else was found then waits for
// the test to pass without exploration.
func (s *search) hanging(ctx context.Context, limit time.Duration) (bool, error) {
	s.forget()
	if err := s.explored(ctx); err != nil || s.judged[ruleStuck] || s.judged[ruleLiveLock] {
		for i := range s.findings {
			f := &s.findings[i]
			f.Because = append(f.Because, finding.Because{Message: fmt.Sprintf("without exploration the test did not end within %s either", limit)})
		}
		return true, err
	}
	s.incomplete, s.unknowns, s.missed, s.fresh, s.leaves = false, nil, false, false, false
	return false, nil
}

// panicPlace is how the standard library announces a panic; until 1.72 the message came before the place.
var panicPlace = regexp.MustCompile(`(?m)^thread '[^\n]*' (?:\([0-9]+\) )?panicked at (?:'(.*)', )?([^\n]+?):?$`)

// panicWords finds the first panic in what a test wrote: its message and its place.
func panicWords(stderr string) string {
	at := panicPlace.FindStringSubmatchIndex(stderr)
	if at == nil {
		return ""
	}
	place := stderr[at[4]:at[5]]
	message := ""
	if at[2] >= 0 {
		message = stderr[at[2]:at[3]]
	} else {
		message, _, _ = strings.Cut(strings.TrimPrefix(stderr[at[1]:], "\n"), "\nnote: ")
		message, _, _ = strings.Cut(message, "\n\n")
	}
	return fmt.Sprintf("panic at %s: %s", place, firstLine(message))
}

// gone says that a program could not be run because something that it needs is no longer there: a test may remove its own
// directory.
func (p process) gone() error {
	for _, need := range []struct{ what, path string }{{"the directory of its package", p.program.PackageDir}, {"the test program", p.program.Path}} {
		if _, err := os.Stat(need.path); err != nil && need.path != "" {
			return fmt.Errorf("%s is not there any more: %s", need.what, need.path)
		}
	}
	return nil
}
