// Package compare tells findings that a change brought from findings that were there before.
//
// There are two measures. A [Baseline] holds the fingerprints of findings that were accepted once. [Changes] holds the
// lines that differ between a git revision and the working tree; a finding belongs to the change when the change touches
// it. Neither measure raises or lowers a finding, and neither writes anywhere but to the baseline file that was named:
// git is only asked, never told, and takes no locks.
package compare

import (
	"cmp"
	"slices"

	"pollux/internal/finding"
)

// lines is a range of source lines, 1-based, both ends inclusive.
type lines struct{ first, last int }

// places returns the ranges of source in which an edit changes what f says, by file: each place of f, and what lies
// between places in one file. The part between matters because an edit there makes findings without touching their
// places: deleting `drop(guard);` between a lock and an await is the usual case.
func places(f *finding.Finding) map[string]lines {
	out := map[string]lines{}
	add := func(s finding.Span) {
		if !s.Known() {
			return
		}
		r, ok := out[s.File]
		if !ok {
			r = lines{s.Line, s.Line}
		}
		out[s.File] = lines{min(r.first, s.Line), max(r.last, s.Line, s.EndLine)}
	}
	add(f.Span)
	for _, b := range f.Because {
		add(b.Span)
	}
	return out
}

// overlaps reports whether any of the sorted ranges shares a line with r.
func overlaps(sorted []lines, r lines) bool {
	i, _ := slices.BinarySearchFunc(sorted, r.first, func(have lines, first int) int {
		return cmp.Compare(have.last, first)
	})
	return i < len(sorted) && sorted[i].first <= r.last
}
