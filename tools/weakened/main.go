// Command weakened measures check-weakened: edits that weaken a check, and edits that do not, are made to the crates of this
// repository, or to those in the directories named, and each is shown to internal/integrity. It prints both rates; with -write it
// stores them in results.txt.
//
// The edits are operators (weakening.go, innocent.go, settings.go) applied at every place where they fit, at most a few of one
// operator per file, so that no operator outweighs the others. An edit counts as found when anything at severity warning or above is
// reported. What is edited is text: nothing is built.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/integrity"
	"pollux/tools/repo"
)

func main() {
	write := flag.Bool("write", false, "store the result")
	verbose := flag.Bool("v", false, "show every edit that was judged wrongly")
	flag.Parse()
	if err := run(flag.Args(), *write, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "weakened:", err)
		os.Exit(1)
	}
}

func run(dirs []string, write, verbose bool) error {
	root, err := repo.Root()
	if err != nil {
		return err
	}
	patterns := dirs
	if len(dirs) == 0 {
		patterns = []string{filepath.Join(root, "examples", "*"), filepath.Join(root, "testdata", "crates", "*")}
	}
	edits, err := allEdits(patterns)
	if err != nil {
		return err
	}
	score := judge(edits)
	if verbose {
		for _, e := range score.wrong {
			fmt.Printf("%s\n", e.describe())
		}
	}
	fmt.Print(score.text())
	if !write {
		return nil
	}
	return os.WriteFile(filepath.Join(root, "tools", "weakened", "results.txt"), []byte(score.text()), 0o644)
}

// edit is one change of a crate.
type edit struct {
	operator string
	weakens  bool
	place    string
	changes  []integrity.Change
	found    []integrity.Weakening // of severity warning or above
}

func (e *edit) describe() string {
	word := "missed"
	if !e.weakens {
		word = "false"
	}
	out := fmt.Sprintf("%s: %s at %s", word, e.operator, e.place)
	for _, w := range e.found {
		out += fmt.Sprintf("\n  %s: %s", w.Kind, w.Message)
	}
	return out
}

// perFile bounds how many edits of one operator a file gets.
const perFile = 2

// perOperator bounds how many edits an operator gets over all files: the easy ones fit everywhere.
const perOperator = 40

// allEdits applies every operator to every source of the crates here, and to the samples of settings.
func allEdits(patterns []string) ([]*edit, error) {
	sources, err := readSources(patterns)
	if err != nil {
		return nil, err
	}
	var out []*edit
	for _, op := range slices.Concat(weakening(), innocent()) {
		n := 0
		for _, s := range sources {
			for i, after := range op.apply(s) {
				if n++; i == perFile || n > perOperator {
					break
				}
				if after.text == s.text && len(after.more) == 0 && after.name == "" && !after.gone {
					continue // such as an assertion that stands there already
				}
				out = append(out, &edit{operator: op.name, weakens: op.weakens, place: fmt.Sprintf("%s:%d", s.path, after.line), changes: after.all(s)})
			}
		}
	}
	return append(out, settingsEdits()...), nil
}

// score counts what was judged rightly.
type score struct {
	perOperator  map[string][3]int // edits, reported, 1 when it weakens
	order        []string
	weak, found  int
	calm, alarms int
	wrong        []*edit
}

func judge(edits []*edit) *score {
	s := &score{perOperator: map[string][3]int{}}
	for _, e := range edits {
		for _, w := range integrity.Compare(e.changes, nil) {
			if w.Severity >= finding.Warning {
				e.found = append(e.found, w)
			}
		}
		s.count(e)
	}
	return s
}

func (s *score) count(e *edit) {
	row, seen := s.perOperator[e.operator]
	if !seen {
		s.order = append(s.order, e.operator)
	}
	row[0]++
	reported := len(e.found) > 0
	if reported {
		row[1]++
	}
	if e.weakens {
		row[2] = 1
		s.weak++
		if reported {
			s.found++
		}
	} else {
		s.calm++
		if reported {
			s.alarms++
		}
	}
	if reported != e.weakens {
		s.wrong = append(s.wrong, e)
	}
	s.perOperator[e.operator] = row
}

// rates are the share of weakening edits that are found, and of innocent ones that are reported.
func (s *score) rates() (found, wrong float64) {
	return float64(s.found) / float64(s.weak), float64(s.alarms) / float64(s.calm)
}

func (s *score) text() string {
	var b strings.Builder
	found, wrong := s.rates()
	operators := [2]int{}
	for _, row := range s.perOperator {
		operators[row[2]]++
	}
	fmt.Fprintf(&b, "weakening edits found   %d of %d (%.1f %%), %d operators\n", s.found, s.weak, 100*found, operators[1])
	fmt.Fprintf(&b, "innocent edits reported %d of %d (%.1f %%), %d operators\n", s.alarms, s.calm, 100*wrong, operators[0])
	for _, weakens := range []int{1, 0} {
		fmt.Fprintf(&b, "\n%s\n", []string{"innocent: edits, reported", "weakening: edits, found"}[weakens])
		for _, name := range s.order {
			if row := s.perOperator[name]; row[2] == weakens {
				fmt.Fprintf(&b, "  %-52s %3d %3d\n", name, row[0], row[1])
			}
		}
	}
	return b.String()
}
