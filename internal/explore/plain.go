package explore

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

// plainLimit bounds the run of a test without exploration, unless the options say otherwise.
const plainLimit = 2 * time.Minute

// Failure is a test that fails without exploration.
type Failure struct {
	Test  string
	Words string // what it says, in one line; empty when it says nothing
}

// plainly runs the test as cargo test would, and reports whether it can be explored.
func (s *search) plainly(ctx context.Context) (bool, error) {
	limit := cmp.Or(s.opt.PlainLimit, plainLimit)
	plain, err := s.start(ctx, process{program: s.program, args: testArgs(s.test), limit: limit})
	if err != nil {
		return false, err
	}
	switch {
	case plain.late:
		s.undecided(fmt.Sprintf("takes more than %s without exploration", limit), "")
	case plain.status != 0 && plain.garbled != nil:
		s.undecided(plain.garbled.Error(), "")
	case plain.status != 0:
		words := cmp.Or(panicWords(plain.stderr), fmt.Sprintf("it ends with status %d", plain.status))
		s.failing = &Failure{s.String(), words}
		s.undecided("fails without exploration too", words)
	default:
		s.limit = scheduleLimit(plain.took)
		return true, nil
	}
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
