// Explorespeed measures what a schedule costs: pollux explore on a test of three tasks, beside loom, shuttle and plain cargo test
// on the same program, and on two tests whose bodies do the work.
//
// Every figure is processor time (user and system, of a process and all its children) for one schedule, so that a loaded
// machine changes it little; what counts are the ratios of one run. Starting and building is left out by taking the
// difference of a long and a short run. The result is stored in results.txt beside this file, which docs/explore.md quotes.
//
//	go run ./tools/explorespeed [-n SCHEDULES] [-write]
package main

import (
	"context"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

//go:embed programs
var programs embed.FS

// resultFile is where -write stores the figures.
const resultFile = "tools/explorespeed/results.txt"

func main() {
	n := flag.Int("n", 200_000, "schedules of the three tasks")
	write := flag.Bool("write", false, "store the figures in "+resultFile)
	flag.Parse()
	if err := run(context.Background(), *n, *write); err != nil {
		fmt.Fprintln(os.Stderr, "explorespeed:", err)
		os.Exit(1)
	}
}

// Figure is the processor time of one schedule.
type Figure struct {
	What        string
	Schedules   int // that were measured
	PerSchedule time.Duration
	PerSecond   float64
}

// Ratio compares two figures.
type Ratio struct {
	What string
	Is   float64
}

// Result is one run of this command.
type Result struct {
	Rustc   string
	Cores   int
	Load    string // averages of the machine before and after
	Figures []Figure
	Ratios  []Ratio
}

func run(ctx context.Context, n int, write bool) error {
	work, err := os.MkdirTemp("", "explorespeed-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	b := &bench{ctx: ctx, dir: work, result: Result{Rustc: version(ctx), Cores: runtime.NumCPU(), Load: load()}}
	if err := b.measure(n); err != nil {
		return err
	}
	b.result.Load += " → " + load()
	b.compare()
	text := b.text()
	fmt.Print(text)
	if !write {
		return nil
	}
	return os.WriteFile(resultFile, []byte(text), 0o644)
}

// bench is a measurement on its way.
type bench struct {
	ctx    context.Context
	dir    string
	result Result
}

// messagesShare and computeShare are how many fewer schedules the tests get whose bodies do the work.
const (
	messagesShare = 200
	computeShare  = 400
)

func (b *bench) measure(n int) error {
	if err := os.CopyFS(b.dir, programs); err != nil {
		return err
	}
	pollux := filepath.Join(b.dir, "pollux")
	if _, err := b.cpu(".", "go", "build", "-o", pollux, "./cmd/pollux"); err != nil {
		return err
	}
	three := filepath.Join(b.dir, "programs", "three")
	for _, step := range []func() error{
		func() error { return b.plain(three, n) },
		func() error { return b.repetition(three) },
		func() error { return b.explored(three, pollux, "three", n) },
		func() error { return b.explored(three, pollux, "messages", n/messagesShare) },
		func() error { return b.explored(three, pollux, "compute", n/computeShare) },
		func() error { return b.other("shuttle", n/10) },
		func() error { return b.other("loom", max(2, n/50_000)) }, // rounds through all its interleavings
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// plain runs the bodies with plain tokio in one process: what a schedule costs at least.
func (b *bench) plain(dir string, n int) error {
	if _, err := b.cpu(dir, "cargo", "build"); err != nil {
		return err
	}
	for _, body := range []string{"three", "messages", "compute"} {
		count := map[string]int{"three": n, "messages": n / messagesShare, "compute": n / computeShare}[body]
		err := b.difference("plain tokio in one process: "+body, count/10, count, func(n int) (time.Duration, error) {
			return b.cpu(dir, filepath.Join(dir, "target", "debug", "three"), body, strconv.Itoa(n))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// repetitions is how often the test program is started.
const repetitions = 100

// repetition starts the test program again and again, as a shell loop around cargo test would, without cargo's own time.
func (b *bench) repetition(dir string) error {
	cmd := exec.CommandContext(b.ctx, "cargo", "test", "--no-run", "--message-format=json", "--test", "bodies")
	cmd.Dir, cmd.Env = dir, environment(dir)
	text, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("build the test: %w", err)
	}
	program := ""
	for line := range strings.Lines(string(text)) {
		var m struct{ Executable string }
		if json.Unmarshal([]byte(line), &m) == nil && m.Executable != "" {
			program = m.Executable
		}
	}
	var total time.Duration
	for range repetitions {
		spent, err := b.cpu(dir, program, "three", "--exact")
		if err != nil {
			return err
		}
		total += spent
	}
	b.add("plain cargo test, a process each: three", repetitions, total)
	return nil
}

// explored runs pollux as a person would.
func (b *bench) explored(dir, pollux, test string, n int) error {
	return b.difference("pollux explore: "+test, n/10, n, func(n int) (time.Duration, error) {
		return b.cpu(dir, pollux, "explore", "-q", "--strategy", "random", "--phase", "tasks", "--schedules", strconv.Itoa(n), test)
	})
}

// other runs the same three tasks as another tool wants them, built as cargo test builds and optimised. It prints how many
// schedules there were.
func (b *bench) other(name string, n int) error {
	dir := filepath.Join(b.dir, "programs", name)
	for _, profile := range []string{"debug", "release"} {
		args := []string{"build"}
		if profile == "release" {
			args = append(args, "--release")
		}
		if _, err := b.cpu(dir, "cargo", args...); err != nil {
			return err
		}
		cmd := exec.CommandContext(b.ctx, filepath.Join(dir, "target", profile, "three-"+name), strconv.Itoa(n))
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("run %s: %w", name, err)
		}
		schedules, err := strconv.Atoi(strings.TrimSpace(string(out)))
		if err != nil {
			return fmt.Errorf("run %s: %w", name, err)
		}
		b.add(fmt.Sprintf("%s, %s: three", name, profile), schedules, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}
	return nil
}

// difference measures a short and a long run, so that what both do first does not count.
func (b *bench) difference(what string, short, long int, f func(int) (time.Duration, error)) error {
	if _, err := f(short); err != nil { // builds
		return err
	}
	less, err := f(short)
	if err != nil {
		return err
	}
	more, err := f(long)
	if err != nil {
		return err
	}
	b.add(what, long-short, more-less)
	return nil
}

func (b *bench) add(what string, schedules int, spent time.Duration) {
	spent = max(spent, 1)
	fmt.Fprintf(os.Stderr, "%s: %d schedules, %s\n", what, schedules, spent) // it takes minutes: builds come between
	b.result.Figures = append(b.result.Figures, Figure{
		What: what, Schedules: schedules, PerSchedule: spent / time.Duration(max(schedules, 1)), PerSecond: float64(schedules) / spent.Seconds(),
	})
}

// cpu runs a command and gives the processor time of it and its children.
func (b *bench) cpu(dir, name string, args ...string) (time.Duration, error) {
	cmd := exec.CommandContext(b.ctx, name, args...)
	cmd.Dir, cmd.Env = dir, environment(dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// environment leaves the programs their own target directories.
func environment(dir string) []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "CARGO_TARGET_DIR=") {
			env = append(env, kv)
		}
	}
	return append(env, "PWD="+dir)
}

// compare states the ratios that matter: above 1, pollux is quicker than the other.
func (b *bench) compare() {
	of := func(what string) float64 {
		for _, f := range b.result.Figures {
			if f.What == what {
				return float64(f.PerSchedule)
			}
		}
		return 0
	}
	three := of("pollux explore: three")
	for _, other := range []string{
		"plain cargo test, a process each: three", "loom, debug: three", "loom, release: three", "shuttle, debug: three", "shuttle, release: three",
	} {
		b.result.Ratios = append(b.result.Ratios, Ratio{other + " / pollux explore", of(other) / three})
	}
	for _, body := range []string{"three", "messages", "compute"} {
		b.result.Ratios = append(b.result.Ratios, Ratio{
			"pollux explore / plain tokio in one process: " + body, of("pollux explore: "+body) / of("plain tokio in one process: "+body),
		})
	}
}

func (b *bench) text() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, %d cores, load %s\n\n", b.result.Rustc, b.result.Cores, b.result.Load)
	for _, f := range b.result.Figures {
		fmt.Fprintf(&out, "%-44s %10.1f us %12.0f /cpu-s  (%d)\n", f.What, float64(f.PerSchedule)/1e3, f.PerSecond, f.Schedules)
	}
	fmt.Fprintln(&out)
	for _, r := range b.result.Ratios {
		fmt.Fprintf(&out, "%-64s %8.2f\n", r.What, r.Is)
	}
	return out.String()
}

func version(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "rustc", "--version").Output()
	if err != nil {
		return "rustc of unknown version"
	}
	return strings.TrimSpace(string(out))
}

// load is the machine's load average of the last minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
