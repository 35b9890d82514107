package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"pollux/internal/finding"
)

// resultsSchema names the JSON contract of results.json.
const resultsSchema = "pollux-corpus/1"

// results is results.json: the last answer for each crate, and the last benchmark.
type results struct {
	Schema    string        `json:"schema"`
	Toolchain string        `json:"toolchain"`
	Pollux    string        `json:"pollux"`
	Crates    []crateResult `json:"crates"` // sorted by name
	Bench     []benchRow    `json:"bench"`  // sorted by name
}

// crateResult is what pollux said of one crate.
type crateResult struct {
	Name       string            `json:"name"`
	Version    string            `json:"version"`
	Kind       string            `json:"kind"`
	Lock       string            `json:"lock"`    // start of the hash of the Cargo.lock used: says when dependencies moved
	Exit       int               `json:"exit"`    // of pollux; -1 when it gave no answer in time
	Problem    string            `json:"problem"` // why there is no usable answer; empty when there is one
	Crashes    []string          `json:"crashes"` // internal errors that pollux reported while it went on
	Verdict    string            `json:"verdict"`
	Units      int               `json:"units"`
	MIR        share             `json:"mir"`        // of the last run: the crate itself, and dependencies when they were built too
	First      cost              `json:"first"`      // with whatever dependencies still had to be built
	Member     cost              `json:"member"`     // dependencies warm, the crate itself rebuilt
	Repeatable string            `json:"repeatable"` // yes, no, or empty when there was one run only
	Findings   []finding.Finding `json:"findings"`
	Unknowns   []reasonCount     `json:"unknowns"`
	Suppressed int               `json:"suppressed"`
}

// cost is what one run took.
type cost struct {
	CPU  float64 `json:"cpu_s"`
	Wall float64 `json:"wall_s"`
}

func (o outcome) cost() cost { return cost{CPU: tenths(o.cpu), Wall: tenths(o.wall)} }

// tenths is d in seconds, rounded: finer figures are noise.
func tenths(d time.Duration) float64 { return math.Round(d.Seconds()*10) / 10 }

// reasonCount counts unknowns with the same reason.
type reasonCount struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// countReasons groups unknowns, most frequent first.
func countReasons(unknowns []finding.Unknown) []reasonCount {
	var counts []reasonCount
	for _, u := range unknowns {
		i := slices.IndexFunc(counts, func(c reasonCount) bool { return c.Reason == u.Reason })
		if i < 0 {
			counts = append(counts, reasonCount{Reason: u.Reason, Count: 1})
			continue
		}
		counts[i].Count++
	}
	slices.SortFunc(counts, func(a, b reasonCount) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Reason, b.Reason)
	})
	return counts
}

func (t *tool) resultsPath() string { return filepath.Join(t.dir, "results.json") }

// loadResults reads results.json; a missing file is an empty answer.
func loadResults(path string) (results, error) {
	r := results{Schema: resultsSchema}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("read results: %w", err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("read results %s: %w", path, err)
	}
	if r.Schema != resultsSchema {
		return r, fmt.Errorf("read results %s: schema %q, want %q", path, r.Schema, resultsSchema)
	}
	return r, nil
}

func (r results) save(path string) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// put replaces the row of c's crate, keeping the order.
func (r *results) put(c crateResult) {
	r.Crates = slices.DeleteFunc(r.Crates, func(old crateResult) bool { return old.Name == c.Name })
	r.Crates = append(r.Crates, c)
	slices.SortFunc(r.Crates, func(a, b crateResult) int { return strings.Compare(a.Name, b.Name) })
}

// putBench replaces the benchmark row of b's crate, keeping the order.
func (r *results) putBench(b benchRow) {
	r.Bench = slices.DeleteFunc(r.Bench, func(old benchRow) bool { return old.Name == b.Name })
	r.Bench = append(r.Bench, b)
	slices.SortFunc(r.Bench, func(a, b benchRow) int { return strings.Compare(a.Name, b.Name) })
}

// keepOnly drops rows of crates that the manifest no longer has in that version.
func (r *results) keepOnly(m manifest) {
	known := func(name, version string) bool {
		return slices.ContainsFunc(m.Crates, func(e entry) bool { return e.name() == name && e.Version == version })
	}
	r.Crates = slices.DeleteFunc(r.Crates, func(c crateResult) bool { return !known(c.Name, c.Version) })
	r.Bench = slices.DeleteFunc(r.Bench, func(b benchRow) bool { return !known(b.Name, b.Version) })
}

var (
	registryDir = regexp.MustCompile(`[^"\s]*/registry/src/[^/"\s]+`)
	sysrootDir  = regexp.MustCompile(`[^"\s]*/lib/rustlib/src/rust`)
)

// neutral replaces the directories of this machine, so that two machines give the same text.
func neutral(text, source string) string {
	text = strings.ReplaceAll(text, source, "$CRATE")
	text = registryDir.ReplaceAllLiteralString(text, "$REGISTRY")
	return sysrootDir.ReplaceAllLiteralString(text, "$RUST")
}
