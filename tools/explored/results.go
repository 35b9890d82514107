package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// results are the last measures of each kind. A row that is measured again replaces its old measure.
type results struct {
	Rows    []rowResult    `json:"rows"`
	Suites  []suiteResult  `json:"suites"`
	Replays []replayResult `json:"replays"`
}

// rowResult is what was measured of one row.
type rowResult struct {
	ID        string `json:"id"`
	Toolchain string `json:"toolchain"`
	Tokio     string `json:"tokio"`
	Schedules int    `json:"schedules"` // the budget of each search
	// Rule is of the finding of the first search; empty when that found nothing.
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Seed    uint64 `json:"seed"`    // of its witness
	Unknown string `json:"unknown"` // what pollux said it could not do, if it found nothing
	// First holds for each base how many schedules drawn by chance it took to fail, over all phases; 0 means not within the budget.
	First   []int   `json:"first"`
	Seconds float64 `json:"seconds"` // of one search, everything built, as long as a person waits
	CPU     float64 `json:"cpu_s"`   // of the same search, with all that it runs
	Phase   string  `json:"phase"`   // of the finding: what had to be decided for it
	Ran     int     `json:"ran"`     // schedules of the default search until it ended
	// Verdict and Words are of that finding: how far it came, and how many decisions of its witness are not plain tokio's own.
	Verdict string `json:"verdict"`
	Words   int    `json:"words"`
	Plain   plain  `json:"plain"`
	Fixed   fixed  `json:"fixed"`
}

// plain is how often a test fails when it is only repeated, with tokio as it is.
type plain struct {
	Runs   int `json:"runs"`
	Failed int `json:"failed"`
	Late   int `json:"late"` // of the failed: did not end
}

// fixed is what the corrected twin gave under the same budget.
type fixed struct {
	Schedules int      `json:"schedules"`
	Findings  []string `json:"findings"`
	Unknown   string   `json:"unknown"`
}

// suiteResult is what the tests of a published crate gave.
type suiteResult struct {
	Name      string  `json:"name"`
	Version   string  `json:"version"`
	Checksum  string  `json:"checksum"`
	Lock      string  `json:"lock"` // start of the hash of the Cargo.lock used: says when dependencies moved
	Toolchain string  `json:"toolchain"`
	Tokio     string  `json:"tokio"`
	Exit      int     `json:"exit"`
	Problem   string  `json:"problem"` // why there is no usable answer
	Tests     int     `json:"tests"`   // explored
	Plain     int     `json:"plain"`   // without a runtime
	Schedules int     `json:"schedules"`
	Orders    int     `json:"interleavings"`
	Seconds   float64 `json:"seconds"`
	Same      bool    `json:"same"` // manifest and lock file are byte-identical afterwards
	Failing   []fail  `json:"failing"`
	Unknowns  []what  `json:"unknowns"`
}

// fail is one finding.
type fail struct {
	Test    string `json:"test"`
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Place   string `json:"place"`
}

// what is something that was not explored, or not under control.
type what struct {
	What   string `json:"what"`
	Reason string `json:"reason"`
}

// replayResult counts the replays of all witnesses with one toolchain.
type replayResult struct {
	Label     string   `json:"label"`
	Toolchain string   `json:"toolchain"`
	Witnesses int      `json:"witnesses"`
	Runs      int      `json:"runs"`
	Fresh     int      `json:"fresh"` // of the runs: in a process of their own
	Same      int      `json:"same"`  // of the runs: the hash and the end of the witness
	Load      string   `json:"load"`  // load average at start and end
	Seconds   float64  `json:"seconds"`
	Different []string `json:"different"`
	// Rows holds, for the first witness of each row, how many runs in fresh processes were the same, and of how many.
	Rows map[string][2]int `json:"rows"`
}

// files are where the parts of the results are kept: each verb writes its own, so that two can run side by side.
func (r *results) files() map[string]any {
	return map[string]any{"rows.json": &r.Rows, "suites.json": &r.Suites, "replays.json": &r.Replays}
}

func loadResults(dir string) (results, error) {
	var r results
	for name, into := range r.files() {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return r, fmt.Errorf("read results: %w", err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			return r, fmt.Errorf("read results: %s: %w", name, err)
		}
	}
	return r, nil
}

func (r *results) save(dir, name string) error {
	text, err := json.MarshalIndent(r.files()[name], "", " ")
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, name), append(text, '\n'), 0o644)
}

// put replaces the element with the same key, keeping the order of keys.
func put[T any](list []T, e T, key func(T) string) []T {
	list = slices.DeleteFunc(list, func(old T) bool { return key(old) == key(e) })
	list = append(list, e)
	slices.SortStableFunc(list, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	return list
}

func (r rowResult) key() string    { return r.ID }
func (r suiteResult) key() string  { return r.Name }
func (r replayResult) key() string { return r.Label + " " + r.Toolchain }
