package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"pollux/tools/published"
)

// table is what people wrote down: rows.toml, suites.toml and judged.toml.
type table struct {
	Rows   []row
	Suites []suite
	Judged []judgement
}

// row is one real mistake. Either it has a crate and a test, or a reason why it has none.
type row struct {
	ID    string `toml:"id"`
	Class int    `toml:"class"`
	What  string `toml:"what"`  // the mistake in a few words
	Crate string `toml:"crate"` // below testdata/crates
	Test  string `toml:"test"`  // its name in both test programs, buggy and fixed
	Rule  string `toml:"rule"`  // that a failing schedule should be reported under
	Needs string `toml:"needs"` // what of the schedule must be controlled for it to fail: see needs
	Stand string `toml:"stand"` // what stands in for what in the real code
	Not   string `toml:"not"`   // why the row cannot be reduced to a test that only a schedule fails
	Note  string `toml:"note"`
}

// needs are the words of row.Needs, with what they mean.
var needs = map[string]string{
	"order":  "another order of tasks, or a task interrupted at an await",
	"body":   "the test body's own futures interrupted",
	"time":   "a timer that fires although tasks can run",
	"cancel": "a task cancelled at a suspension, or after its wake-up",
	"live":   "a run without end recognised",
}

// suite is one published crate whose tests are explored.
type suite struct {
	Name     string   `toml:"name"`
	Version  string   `toml:"version"`
	Checksum string   `toml:"checksum"`
	Args     []string `toml:"args"` // for cargo test and pollux explore alike
	Note     string   `toml:"note"`
}

func (s suite) crate() published.Crate {
	return published.Crate{Name: s.Name, Version: s.Version, Checksum: s.Checksum}
}

// judgement is what a reader of the source says of one test that fails under a schedule.
type judgement struct {
	Suite string `toml:"suite"`
	Test  string `toml:"test"`
	Rule  string `toml:"rule"`
	Class string `toml:"class"` // see classes
	Why   string `toml:"why"`
}

// classes are the words of judgement.Class, with what they mean.
var classes = []struct{ name, means string }{
	{"bug", "the code or the test is wrong as the report says: it can fail on a real runtime"},
	{"order", "the test assumes that tasks run in the order in which they were spawned or woken"},
	{"polls", "the test assumes that a task is done after a number of yields or polls, or asks without waiting"},
	{"clock", "the test compares the system's clock with tokio's, or measures how long something takes"},
	{"time", "the test assumes that its work is done before a limit of time: a timer fires although tasks could run"},
	{"false", "none of these: what the report says cannot happen"},
}

func loadTable(dir string) (table, error) {
	var t table
	var rows struct {
		Rows []row `toml:"row"`
	}
	var suites struct {
		Suites []suite `toml:"suite"`
	}
	var judged struct {
		Judged []judgement `toml:"judged"`
	}
	for name, into := range map[string]any{"rows.toml": &rows, "suites.toml": &suites, "judged.toml": &judged} {
		if err := decode(filepath.Join(dir, name), into); err != nil {
			return t, err
		}
	}
	t = table{rows.Rows, suites.Suites, judged.Judged}
	return t, t.valid()
}

func decode(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the tables: %w", err)
	}
	err = toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(into)
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		return fmt.Errorf("%s: unknown key:\n%s", filepath.Base(path), strict.String())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return nil
}

func (t table) valid() error {
	seen := map[string]bool{}
	for _, r := range t.Rows {
		if err := r.valid(); err != nil {
			return fmt.Errorf("rows.toml: %s: %w", r.ID, err)
		}
		if seen[r.ID] {
			return fmt.Errorf("rows.toml: %s is there twice", r.ID)
		}
		seen[r.ID] = true
	}
	for _, j := range t.Judged {
		known := slices.ContainsFunc(classes, func(c struct{ name, means string }) bool { return c.name == j.Class })
		if !known || j.Why == "" {
			return fmt.Errorf("judged.toml: %s %s: a known class and a reason are needed", j.Suite, j.Test)
		}
	}
	return nil
}

func (r row) valid() error {
	switch {
	case r.ID == "" || r.Class == 0 || r.What == "":
		return errors.New("id, class and what must be given")
	case r.Not != "" && r.Test != "":
		return errors.New("it has a test and a reason why it has none")
	case r.Not != "":
		return nil
	case r.Crate == "" || r.Test == "" || r.Rule == "":
		return errors.New("crate, test and rule must be given, or not")
	case needs[r.Needs] == "":
		return fmt.Errorf("needs %q is no known word", r.Needs)
	}
	return nil
}

// crates lists the crates of the rows, each once, in order.
func (t table) crates() []string {
	var out []string
	for _, r := range t.Rows {
		if r.Crate != "" && !slices.Contains(out, r.Crate) {
			out = append(out, r.Crate)
		}
	}
	return out
}

// of lists the rows of one crate.
func (t table) of(crate string) []row {
	return slices.DeleteFunc(slices.Clone(t.Rows), func(r row) bool { return r.Crate != crate })
}

// judge finds the judgement of a failing test.
func (t table) judge(suite, test, rule string) (judgement, bool) {
	for _, j := range t.Judged {
		if j.Suite == suite && j.Test == test && j.Rule == rule {
			return j, true
		}
	}
	return judgement{}, false
}
