package explore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/child"
)

// process is one run of a test program.
type process struct {
	program cargo.Program
	args    []string
	plan    string // what the module in tokio is told; empty means nothing
	script  string // path of decisions to repeat
	walk    string // path of where a walk through all schedules stands
	focus   []Lines
	limit   time.Duration
}

// ending is how a process ended and what it wrote down.
type ending struct {
	status  int // exit status, 128 plus the signal that killed it
	late    bool
	took    time.Duration
	stdout  string // its end
	stderr  string // its end
	record  *record
	garbled error // the record is not in the form that the module writes
}

// Exit statuses of the module in tokio, beside Rust's own.
const (
	statusFailed      = 101 // of Rust's test harness: the test failed
	statusStuck       = 86
	statusUnsupported = 87
	statusNotRun      = -1 // there was nothing to run
	statusOnlyTimers  = 88
	statusLiveLock    = 90
)

// signalled is added to the number of the signal that ended a process.
const signalled = 128

// outputLimit bounds what is kept of a test's output, in bytes.
const outputLimit = 1 << 20

// recordLimit bounds what is read of a record, in bytes.
const recordLimit = 256 << 20

// start runs the process to its end, and takes along what it left running. An error is pollux's own or the context's: whatever the test does is an ending.
func (x *explorer) start(ctx context.Context, p process) (*ending, error) {
	dir := filepath.Join(x.tests.TargetDir, "records")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("make room for records: %w", err)
	}
	log, err := os.CreateTemp(dir, "record-*")
	if err != nil {
		return nil, fmt.Errorf("make room for a record: %w", err)
	}
	defer os.Remove(log.Name())
	defer log.Close()
	p.focus = x.opt.Focus
	limited, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	stdout, stderr := &child.Tail{Limit: outputLimit}, &child.Tail{Limit: outputLimit}
	begin := time.Now()
	mark := "POLLUX_EXPLORE_PROCESS=" + log.Name()
	err = child.Run(limited, child.Command{
		Path: p.program.Path, Args: p.args, Dir: p.program.PackageDir, Env: append(environment(p, log.Name()), mark),
		Stdout: stdout, Stderr: stderr, Group: true, Mark: mark,
	})
	end := &ending{took: time.Since(begin), stdout: stdout.String(), stderr: stderr.String()}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		end.late = true
	} else if status, ran := child.Code(err); ran {
		end.status = status
	} else if end.garbled = p.gone(); end.garbled != nil {
		end.status, end.record = statusNotRun, &record{}
		return end, nil
	} else {
		return nil, fmt.Errorf("run the test program: %w", err)
	}
	end.record, end.garbled = readRecord(log.Name())
	return end, nil
}

// unhurried is the part of a plan with which a timer fires only after very many polls in which tasks woke nobody but themselves.
const unhurried = ";unhurried=1"

// start runs a process for the test, which has the patience that it needs.
func (s *search) start(ctx context.Context, p process) (*ending, error) {
	if s.unhurried && p.plan != "" {
		p.plan += unhurried
	}
	return s.explorer.start(ctx, p)
}

// environment is that of cargo test, with the plan of the run and without settings that would change what it does.
func environment(p process, log string) []string {
	var env []string
	for _, kv := range p.program.Environment() {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "POLLUX_EXPLORE", "POLLUX_EXPLORE_PROCESS", "POLLUX_EXPLORE_LOG", "POLLUX_EXPLORE_SCRIPT", "POLLUX_EXPLORE_WALK", "POLLUX_EXPLORE_FOCUS", "RUST_BACKTRACE", "RUST_TEST_THREADS":
			continue
		}
		env = append(env, kv)
	}
	env = append(env, "RUST_BACKTRACE=0")
	if p.plan != "" {
		env = append(env, "POLLUX_EXPLORE="+p.plan, "POLLUX_EXPLORE_LOG="+log)
	}
	if p.script != "" {
		env = append(env, "POLLUX_EXPLORE_SCRIPT="+p.script)
	}
	if len(p.focus) > 0 {
		env = append(env, "POLLUX_EXPLORE_FOCUS="+focusText(p.focus))
	}
	if p.walk != "" {
		env = append(env, "POLLUX_EXPLORE_WALK="+p.walk)
	}
	return env
}

// testArgs name one test to Rust's harness. Its output goes to us, not to its memory.
func testArgs(test string) []string {
	return []string{test, "--exact", "--test-threads=1", "--nocapture"}
}

// plan is what the module in tokio is told to do.
type plan struct {
	mode     string
	phase    Phase
	strategy Strategy
	depth    int // of priorities; 0 means that of the module
	seed     uint64
	count    int
	least    int           // a batch ends when it has run so many schedules
	polls    int           // and so many polls; 0 means that it goes on
	spare    time.Duration // or took so much processor time; 0 means that it goes on
	time     time.Duration // a batch ends when it has run so long; 0 means never
	aimed    bool          // a walk interrupts tasks only in what is in focus
	io       bool          // with the driver of sockets, even when no schedule before used it
	careful  bool          // write down the number of each schedule before it runs
	real     bool          // time is real
	cancel   *point        // a task to cancel, and where
	sweep    sweepPlan
	record   bool
	report   int  // poll to write down everything from
	verbose  bool // write down everything from poll report on
	trial    bool // the script holds lists of decisions, one a line, that need not fit
}

func (p plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "mode=%s;phase=%s;strategy=%s;seed=%d", p.mode, p.phase, strategies[p.strategy].plan, p.seed)
	for name, n := range map[string]int{"count": p.count, "depth": p.depth, "least": p.least, "polls": p.polls, "spare": int(p.spare.Milliseconds()), "time": int(p.time.Milliseconds())} {
		if n > 0 {
			fmt.Fprintf(&b, ";%s=%d", name, n)
		}
	}
	if p.aimed {
		b.WriteString(";aimed=1")
	}
	if p.io {
		b.WriteString(";io=1")
	}
	if p.careful {
		b.WriteString(";careful=1")
	}
	if p.real {
		b.WriteString(";virtual=0")
	}
	if p.record {
		b.WriteString(";record=1")
	}
	if p.cancel != nil {
		fmt.Fprintf(&b, ";cancel=%s", p.cancel)
	}
	b.WriteString(p.sweep.String())
	if p.trial {
		b.WriteString(";trial=1")
	}
	if p.verbose {
		fmt.Fprintf(&b, ";report=%d", p.report)
	}
	return b.String()
}
