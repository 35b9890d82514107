package explore

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/cache"
	"pollux/internal/cargo"
)

// Witness is a schedule under which a test failed: all that is needed to run it again.
type Witness struct {
	Pollux    string
	Toolchain string
	Tokio     string
	Root      string // absolute path of the workspace
	Build     Build
	Package   string
	Crate     string // of the test program
	Kind      string
	Test      string
	Rule      string
	Failure   string   // what happened, and where, in one line
	Phase     Phase    // what was decided
	Stranded  string   // after a cancellation: numbers of the tasks that wait for ever although the test ended
	Seed      uint64   // that first led there
	Hash      string   // of decisions and polls: a run with another hash is another run
	Decisions []string // one word each, in order
}

// Build is what cargo was asked for: another set of features is another program.
type Build struct {
	Packages          []string `json:"packages,omitempty"`
	Exclude           []string `json:"exclude,omitempty"`
	Workspace         bool     `json:"workspace,omitempty"`
	Features          []string `json:"features,omitempty"`
	AllFeatures       bool     `json:"all_features,omitempty"`
	NoDefaultFeatures bool     `json:"no_default_features,omitempty"`
	Lib               bool     `json:"lib,omitempty"`
	Bins              bool     `json:"bins,omitempty"`
	Tests             bool     `json:"tests,omitempty"`
	Examples          bool     `json:"examples,omitempty"`
	Benches           bool     `json:"benches,omitempty"`
	AllTargets        bool     `json:"all_targets,omitempty"`
	Bin               []string `json:"bin,omitempty"`
	Test              []string `json:"test,omitempty"`
	Example           []string `json:"example,omitempty"`
	Bench             []string `json:"bench,omitempty"`
	Profile           string   `json:"profile,omitempty"`
	Target            string   `json:"target,omitempty"`
	Toolchain         string   `json:"toolchain,omitempty"`
	TargetDir         string   `json:"target_dir,omitempty"`
	Scratch           string   `json:"scratch,omitempty"` // file that the test is in, when it is none of the package's
	Inside            bool     `json:"inside,omitempty"`  // of the scratch file: a module of the library, below Module
	Module            string   `json:"module,omitempty"`
}

// scratch is the file that the test is in, nil when it is one of the package's.
func (b Build) scratch() *cargo.Scratch {
	if b.Scratch == "" {
		return nil
	}
	return &cargo.Scratch{File: b.Scratch, Inside: b.Inside, Module: b.Module}
}

func buildOf(r cargo.Request, scratch *cargo.Scratch) Build {
	b := Build{
		Packages: r.Packages, Exclude: r.Exclude, Workspace: r.Workspace, Features: r.Features, AllFeatures: r.AllFeatures,
		NoDefaultFeatures: r.NoDefaultFeatures, Lib: r.Lib, Bins: r.Bins, Tests: r.Tests, Examples: r.Examples,
		Benches: r.Benches, AllTargets: r.AllTargets, Bin: r.Bin, Test: r.Test, Example: r.Example, Bench: r.Bench,
		Profile: r.Profile, Target: r.Target, Toolchain: r.Toolchain, TargetDir: r.TargetDir,
	}
	if scratch != nil {
		b.Scratch, b.Inside, b.Module = scratch.File, scratch.Inside, scratch.Module
	}
	return b
}

// Request is what to ask cargo for to get the program of the witness.
func (w *Witness) Request() cargo.Request {
	b := w.Build
	return cargo.Request{
		Dir: w.Root, Packages: b.Packages, Exclude: b.Exclude, Workspace: b.Workspace, Features: b.Features,
		AllFeatures: b.AllFeatures, NoDefaultFeatures: b.NoDefaultFeatures, Lib: b.Lib, Bins: b.Bins, Tests: b.Tests,
		Examples: b.Examples, Benches: b.Benches, AllTargets: b.AllTargets, Bin: b.Bin, Test: b.Test, Example: b.Example,
		Bench: b.Bench, Profile: b.Profile, Target: b.Target, Toolchain: b.Toolchain, TargetDir: b.TargetDir,
	}
}

// witnessHead is the first line of every witness.
const witnessHead = "pollux witness 1"

// wordsPerLine keeps lines of decisions short enough to look at.
const wordsPerLine = 20

// field is a named line of a witness, and where its text is kept.
type field struct {
	name string
	text *string
}

func (w *Witness) fields() []field {
	return []field{
		{"pollux", &w.Pollux}, {"toolchain", &w.Toolchain}, {"tokio", &w.Tokio}, {"root", &w.Root}, {"package", &w.Package},
		{"crate", &w.Crate}, {"kind", &w.Kind}, {"test", &w.Test}, {"rule", &w.Rule}, {"failure", &w.Failure}, {"hash", &w.Hash},
		{"stranded", &w.Stranded},
	}
}

// String is the text of the file.
func (w *Witness) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, witnessHead)
	for _, f := range w.fields() {
		if f.name == "stranded" && *f.text == "" {
			continue
		}
		fmt.Fprintf(&b, "%-10s %s\n", f.name, escape(*f.text))
	}
	build, err := json.Marshal(w.Build)
	if err != nil {
		panic("explore: a struct of strings cannot be encoded: " + err.Error())
	}
	fmt.Fprintf(&b, "%-10s %s\n%-10s %s\n%-10s %d\ndecisions\n", "build", build, "phase", w.Phase, "seed", w.Seed)
	for i := 0; i < len(w.Decisions); i += wordsPerLine {
		fmt.Fprintln(&b, strings.Join(w.Decisions[i:min(i+wordsPerLine, len(w.Decisions))], " "))
	}
	return b.String()
}

// ParseWitness reads the text of a witness.
func ParseWitness(text string) (*Witness, error) {
	w := &Witness{}
	in := bufio.NewScanner(strings.NewReader(text))
	in.Buffer(nil, 16<<20)
	if !in.Scan() || in.Text() != witnessHead {
		return nil, fmt.Errorf("read witness: it does not begin with %q", witnessHead)
	}
	seen := map[string]bool{}
	for in.Scan() && in.Text() != "decisions" {
		name, value, _ := strings.Cut(in.Text(), " ")
		if err := w.set(name, strings.TrimLeft(value, " ")); err != nil {
			return nil, fmt.Errorf("read witness: %w", err)
		}
		if seen[name] {
			return nil, fmt.Errorf("read witness: `%s` is there twice", name)
		}
		seen[name] = true
	}
	for in.Scan() {
		for word := range strings.FieldsSeq(in.Text()) {
			if !decision(word) {
				return nil, fmt.Errorf("read witness: %.40q is no decision", word)
			}
			w.Decisions = append(w.Decisions, word)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read witness: %w", err)
	}
	if w.Test == "" || w.Root == "" || w.Crate == "" {
		return nil, fmt.Errorf("read witness: it names no test")
	}
	return w, nil
}

func (w *Witness) set(name, value string) error {
	for _, f := range w.fields() {
		if f.name == name {
			*f.text = unescape(value)
			return nil
		}
	}
	switch name {
	case "phase":
		phase, err := ParsePhase(value)
		w.Phase = phase
		return err
	case "seed":
		seed, err := strconv.ParseUint(value, 10, 64)
		w.Seed = seed
		return err
	case "build":
		return json.Unmarshal([]byte(value), &w.Build)
	}
	return fmt.Errorf("unknown line `%.40s`", name)
}

// questions are the letters of decisions: the task that runs next, the budget of a poll, the branch of select!, the tasks that
// run between two looks at the test body and the timers, and whether a timer fires before tasks that could run.
const questions = "tbsif"

// cancellation is the letter of a task that is cancelled: `c3.2` cancels the third at its second suspension.
const cancellation = "c"

// Cancels reports whether a task is cancelled in the run.
func (w *Witness) Cancels() bool {
	return slices.ContainsFunc(w.Decisions, func(word string) bool { return strings.HasPrefix(word, cancellation) })
}

// Words that answer no question. In a schedule with timersHeld timers are held back while tasks wake nobody but themselves; with
// timersLater they fire only after very many such polls.
const (
	timersHeld  = "h1"
	timersLater = "h2"
)

// setting reports whether a word is one of those.
func setting(word string) bool { return word == timersHeld || word == timersLater }

// decision reports whether word is a letter for the question, the choice and, for some questions, the number of ways.
func decision(word string) bool {
	if setting(word) {
		return true
	}
	if rest, ok := strings.CutPrefix(word, cancellation); ok {
		_, ok := parsePoint(rest)
		return ok
	}
	if len(word) < 2 || !strings.ContainsRune(questions, rune(word[0])) {
		return false
	}
	choice, ways, hasWays := strings.Cut(word[1:], "/")
	c, err := strconv.ParseUint(choice, 10, 32)
	if err != nil || !hasWays {
		return err == nil
	}
	n, err := strconv.ParseUint(ways, 10, 32)
	return err == nil && c < n
}

var escaper = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func escape(s string) string { return escaper.Replace(s) }

// name of the witness's file: stable from run to run, so that the same failure of a test has one file.
func (w *Witness) name() string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return '.'
	}, w.Crate+"."+w.Test)
	if len(clean) > 120 {
		clean = clean[:120]
	}
	return clean + "." + w.Rule + "." + w.Hash[:min(8, len(w.Hash))] + ".txt"
}

// keep writes the witness below dir and returns its path.
func (w *Witness) keep(dir string) (string, error) {
	path := filepath.Join(dir, "witnesses", w.name())
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return "", fmt.Errorf("keep witness: %w", err)
	}
	if err := cache.WriteFile(path, []byte(w.String())); err != nil {
		return "", fmt.Errorf("keep witness: %w", err)
	}
	return path, nil
}
