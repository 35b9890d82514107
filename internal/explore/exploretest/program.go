// Package exploretest is a test program without Rust: it speaks the language of internal/explore/rt/pollux and plays tests that
// a file describes. With it the search, the engine and the command line are tested in milliseconds.
//
// It is no model of tokio. Whether the real module behaves as this one is the business of the heavy tests of internal/explore.
package exploretest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"pollux/internal/cargo"
)

// Env names the file that describes the program. A test binary that finds it set calls [Main].
const Env = "POLLUX_SCRIPTED_PROGRAM"

// ReadyEnv names a file that a test that hangs makes when it begins to.
const ReadyEnv = "POLLUX_SCRIPTED_READY"

// Test is one test of the program.
type Test struct {
	Ignored bool
	Once    bool     // not made with tokio's attribute: it runs once in a process
	Plain   bool     // builds no runtime
	Asks    []string // the questions of a schedule in order: "t3" is one between three tasks, "b" a budget, "s2", "i"
	Fails   []string // what leads to the failure: "4:b1" for question 4, counted from 0, answered by b1
	How     string   // stuck, panic, error, leaves (the process)
	At      string   // file:line:column function of the failure
	Waits   []string // await points that every schedule reaches, as At
	Walks   int      // how many schedules there are; 0 means more than anybody runs
	Always  string   // without exploration too: fails WORDS, hangs, floods, aborts, or removes DIR
	Hangs   bool     // without exploration; under it what How says
}

// Program is what cargo would say of the program in dir; exe is a program that calls [Main].
func Program(dir, exe string) cargo.Program {
	return cargo.Program{
		Package: "demo", Version: "0.1.0", PackageDir: dir, Member: true, Crate: "schedules", Kind: "test",
		Source: filepath.Join(dir, "tests", "schedules.rs"), Path: exe,
	}
}

// Write stores the description of a program in the file to name in [Env].
func Write(path string, tests map[string]Test) error {
	text, err := json.Marshal(tests)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// Main plays the program that the environment names, and returns its exit status.
func Main(args []string, out io.Writer) int {
	text, err := os.ReadFile(os.Getenv(Env))
	if err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	p := &program{out: out}
	if err := json.Unmarshal(text, &p.tests); err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	if slices.Contains(args, "--list") {
		p.list(slices.Contains(args, "--ignored"))
		return 0
	}
	if len(args) < 2 || args[1] != "--exact" {
		fmt.Fprintln(out, "one test at a time")
		return 1
	}
	return p.play(p.tests[args[0]])
}

type program struct {
	tests map[string]Test
	out   io.Writer
	log   *os.File
}

func (p *program) list(ignored bool) {
	for _, name := range slices.Sorted(maps.Keys(p.tests)) {
		if !ignored || p.tests[name].Ignored {
			fmt.Fprintf(p.out, "%s: test\n", name)
		}
	}
}

func (p *program) line(format string, args ...any) { fmt.Fprintf(p.log, format+"\n", args...) }

// play runs one test as the plan in the environment says.
func (p *program) play(t Test) int {
	if status, ends := p.always(t); ends {
		return status
	}
	plan := map[string]string{}
	for part := range strings.SplitSeq(os.Getenv("POLLUX_EXPLORE"), ";") {
		key, value, _ := strings.Cut(part, "=")
		plan[key] = value
	}
	if plan["mode"] == "" && t.Hangs {
		time.Sleep(time.Hour)
	}
	if plan["mode"] == "" || t.Plain {
		return 0
	}
	var err error
	if p.log, err = os.OpenFile(os.Getenv("POLLUX_EXPLORE_LOG"), os.O_APPEND|os.O_WRONLY, 0); err != nil {
		return 1
	}
	defer p.log.Close()
	switch {
	case plan["mode"] == "canary":
		p.canaries()
		return 0
	case plan["mode"] == "batch" && !t.Once:
		return p.batch(t, plan)
	}
	return p.one(t, plan, 0)
}

// always is what happens with and without exploration.
func (p *program) always(t Test) (status int, ends bool) {
	word, argument, _ := strings.Cut(t.Always, " ")
	switch word {
	case "fails":
		fmt.Fprintf(os.Stderr, "\nthread 'fails' (7) panicked at tests/schedules.rs:3:5:\n%s\nnote: run with `RUST_BACKTRACE=1`\n", argument)
		return 101, true
	case "aborts":
		process, _ := os.FindProcess(os.Getpid())
		_ = process.Kill()
		select {}
	case "hangs":
		if ready := os.Getenv(ReadyEnv); ready != "" {
			_ = os.WriteFile(ready, nil, 0o644)
		}
		time.Sleep(time.Hour)
	case "floods":
		line := strings.Repeat("x", 1<<16) + "\n"
		for range 1 << 10 { // 64 MB to each stream
			fmt.Fprint(p.out, line)
			fmt.Fprint(os.Stderr, line)
		}
	case "removes":
		_ = os.RemoveAll(argument)
	}
	return 0, false
}

// seeds is in how many seeds each canary is tried.
const seeds = 200

func (p *program) canaries() {
	for name, died := range map[string]int{"virtual-time": 0, "sound": 0, "a": 9, "b": 9, "c": 9, "d": 9, "e": 9, "f": 9, "g": 9, "h": 9, "i": 9} {
		p.line("canary\t%s\t%d\t%d", name, died, seeds)
	}
}

func (p *program) batch(t Test, plan map[string]string) int {
	p.line("batch")
	count, _ := strconv.Atoi(plan["count"])
	if plan["trial"] == "1" {
		count = len(trials())
	}
	count = p.walk(t, plan, count)
	for i := range count {
		if status := p.one(t, plan, i); status == statusStuck || t.How == "leaves" && status != 0 {
			return status
		}
	}
	p.line("batch\tend")
	return 0
}

// walk is how many schedules of a walk are run: no more than the least that the plan asks for, and than there are.
func (p *program) walk(t Test, plan map[string]string, count int) int {
	if plan["polls"] != "" {
		count, _ = strconv.Atoi(plan["least"])
		p.line("batch\tenough")
	}
	if plan["strategy"] != "all" {
		return count
	}
	if t.Walks > 0 && t.Walks <= count {
		p.line("walk\t3 3 0 1 0.000000")
		return t.Walks
	}
	p.line("walk\t1 2 1 0 0.250000 1/4")
	return count
}

const (
	statusFailed = 101
	statusStuck  = 86
)

// one runs schedule i of the plan.
func (p *program) one(t Test, plan map[string]string, i int) int {
	first, _ := strconv.ParseUint(plan["seed"], 10, 64)
	r := &run{seed: first + uint64(i)}
	switch {
	case plan["trial"] == "1" && strings.HasPrefix(trials()[i], "@"):
		r.places = byPlace(trials()[i][1:])
	case plan["trial"] == "1":
		r.lists = byKind(trials()[i])
	case os.Getenv("POLLUX_EXPLORE_SCRIPT") != "":
		r.script = strings.Fields(strings.Join(trials(), " "))
	}
	p.line("begin\t%d", r.seed)
	for _, at := range t.Waits {
		p.line("point\tleaf\t%s", at)
	}
	failed := r.ask(t)
	outcome, status := "ok", 0
	if failed {
		outcome, status = t.How, statusFailed
		p.failure(t, plan)
	}
	switch {
	case failed && t.How == "leaves":
		return 7
	case failed && t.How == "stuck":
		status = statusStuck
	case failed && t.Once:
		outcome = "left"
	}
	if plan["record"] == "1" || failed {
		p.line("took\t%s", strings.Join(r.taken, " "))
	}
	if plan["record"] == "1" {
		p.line("departs\t%s", strings.Join(r.departs, " "))
	}
	notes := "-"
	if r.diverged || r.script != nil && len(r.script) != len(r.taken) {
		notes = "diverged"
	}
	hash := fnv.New64a()
	fmt.Fprint(hash, r.taken)
	p.line("end\t%d\t%s\t%016x\t%016x\t%d\t%d\t0\t%s", r.seed, outcome, hash.Sum64(), hash.Sum64(), len(r.taken), len(r.taken), notes)
	return status
}

// failure tells where it happens, as the module does.
func (p *program) failure(t Test, plan map[string]string) {
	_, reported := plan["report"]
	if reported {
		p.line("spawn\t1\t0\t%s\npoll\t0\nleaf\t0\t%s\npending\t0\npoll\t1\nodd\tb1\nyield\t1\t%s\npending\t1", t.At, t.At, t.At)
	}
	switch t.How {
	case "stuck":
		if reported {
			p.line("wait\t1\t%s", t.At)
		}
	case "panic":
		place, _, _ := strings.Cut(t.At, " ")
		p.line("panic\t1\t%s\tit went wrong\nframe\t%s", place, t.At)
	}
}

func trials() []string {
	text, err := os.ReadFile(os.Getenv("POLLUX_EXPLORE_SCRIPT"))
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func byKind(text string) map[byte][]string {
	lists := map[byte][]string{}
	for word := range strings.FieldsSeq(text) {
		lists[word[0]] = append(lists[word[0]], word)
	}
	return lists
}

func byPlace(text string) map[string]string {
	places := map[string]string{}
	for word := range strings.FieldsSeq(text) {
		place, choice, _ := strings.Cut(word, "=")
		places[place] = choice
	}
	return places
}
