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

// place is a range of lines of a file, as findings name it.
type place struct {
	file string
	lines
}

// places returns the ranges of source in which an edit changes what f says: each place of f, and what lies between places
// in one item of one file. The part between matters because an edit there makes findings without touching their places:
// deleting `drop(guard);` between a lock and an await is the usual case. Places in different functions have nothing
// between them: an edit of a third function that happens to stand there is no part of the finding.
func places(f *finding.Finding, item func(file string, line int) any) []place {
	type owner struct {
		file string
		item any
	}
	var out []place
	index := map[owner]int{}
	add := func(s finding.Span) {
		if !s.Known() {
			return
		}
		p := place{s.File, lines{s.Line, max(s.Line, s.EndLine)}}
		o := owner{s.File, item(s.File, s.Line)}
		i, seen := index[o]
		if !seen || o.item == nil {
			index[o] = len(out)
			out = append(out, p)
			return
		}
		out[i].lines = lines{min(out[i].first, p.first), max(out[i].last, p.last)}
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
