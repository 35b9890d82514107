package loom

import (
	"fmt"
	"strconv"
	"strings"
)

// record is what the copy of loom wrote down of one process.
type record struct {
	searches []search
	steps    []step // of the permutation that was to be told
}

// search is one call of loom's check.
type search struct {
	preemptions string // bound, or "all"
	branches    int
	permutation int    // the one it was at last
	end         string // completed, permutations, duration; empty when the search did not come to an end of its own
	total       int    // permutations when it ended
}

// step is a thread of the model coming to an operation that loom controls.
type step struct {
	thread       int
	line, column int
	file         string
}

// parseRecord reads a record. An error means that it is not whole: nothing may be concluded from it but what failed.
func parseRecord(text string) (*record, error) {
	r := &record{}
	if text != "" && !strings.HasSuffix(text, "\n") {
		return r, fmt.Errorf("the record of loom ends within a line")
	}
	for number, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if line == "" && number == 0 {
			break
		}
		if err := r.line(line); err != nil {
			return r, fmt.Errorf("line %d of the record of loom: %w", number+1, err)
		}
	}
	return r, nil
}

func (r *record) line(line string) error {
	kind, rest, _ := strings.Cut(line, " ")
	var last *search
	if n := len(r.searches); n > 0 {
		last = &r.searches[n-1]
	}
	switch kind {
	case "search":
		return r.begin(strings.Fields(rest))
	case "at":
		n, err := strconv.Atoi(rest)
		if err != nil || n < 0 || last == nil || last.end != "" {
			return fmt.Errorf("%q is out of place", line)
		}
		last.permutation = n
		return nil
	case "step":
		return r.step(strings.SplitN(rest, " ", 4))
	case "end":
		return r.finish(strings.Fields(rest))
	}
	return fmt.Errorf("%q is not in its form", line)
}

// begin reads "N preemptions P branches B".
func (r *record) begin(f []string) error {
	if len(f) != 5 || f[0] != strconv.Itoa(len(r.searches)+1) || f[1] != "preemptions" || f[3] != "branches" {
		return fmt.Errorf("a search does not say its number and bounds")
	}
	branches, err := strconv.Atoi(f[4])
	if _, bad := strconv.Atoi(f[2]); err != nil || bad != nil && f[2] != "all" {
		return fmt.Errorf("the bounds of a search are no numbers")
	}
	r.searches = append(r.searches, search{preemptions: f[2], branches: branches})
	return nil
}

func (r *record) step(f []string) error {
	if len(f) != 4 || f[3] == "" {
		return fmt.Errorf("a step has no place")
	}
	var n [3]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(f[i]); err != nil || n[i] < 0 {
			return fmt.Errorf("a step has %q for a number", f[i])
		}
	}
	r.steps = append(r.steps, step{thread: n[0], line: n[1], column: n[2], file: f[3]})
	return nil
}

// finish reads "N WHY PERMUTATIONS".
func (r *record) finish(f []string) error {
	if len(f) != 3 {
		return fmt.Errorf("the end of a search does not say why and when")
	}
	n, err := strconv.Atoi(f[0])
	total, bad := strconv.Atoi(f[2])
	if err != nil || bad != nil || n < 1 || n > len(r.searches) || total < 0 || r.searches[n-1].end != "" {
		return fmt.Errorf("the end of a search that did not begin, or a second one")
	}
	switch f[1] {
	case "completed", "permutations", "duration":
		r.searches[n-1].end, r.searches[n-1].total = f[1], total
		return nil
	}
	return fmt.Errorf("a search ends for an unknown reason %q", f[1])
}

// open is the number of the search that did not come to an end, counted from 1; 0 when all did.
func (r *record) open() int {
	for i, s := range r.searches {
		if s.end == "" {
			return i + 1
		}
	}
	return 0
}

// capped says which bound of the model's own ended a search early; empty when none did.
func (r *record) capped() string {
	for _, s := range r.searches {
		switch s.end {
		case "permutations":
			return fmt.Sprintf("the model's own bound on permutations ended the search after %d", s.total)
		case "duration":
			return fmt.Sprintf("the model's own bound on time ended the search after %d permutations", s.total)
		}
	}
	return ""
}

// bound says what searches that came to their ends have covered.
func (r *record) bound() string {
	total, branches := 0, 0
	preemptions := "all"
	for _, s := range r.searches {
		total += s.total
		branches = max(branches, s.branches)
		if tighter(s.preemptions, preemptions) {
			preemptions = s.preemptions
		}
	}
	if total == 0 {
		return ""
	}
	words := fmt.Sprintf("all interleavings, %d permutations", total)
	if preemptions != "all" {
		words = fmt.Sprintf("all interleavings with at most %s preemptions, %d permutations", preemptions, total)
	}
	return fmt.Sprintf("%s, each of at most %d branches", words, branches)
}

// tighter compares two bounds on preemptions.
func tighter(a, b string) bool {
	if a == "all" || b == "all" {
		return a != "all"
	}
	x, _ := strconv.Atoi(a)
	y, _ := strconv.Atoi(b)
	return x < y
}
