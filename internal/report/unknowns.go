package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// unknownGroup is everything that was not checked for one reason.
type unknownGroup struct {
	reason, hint string
	what         []string
}

// groupUnknowns gathers unknowns by reason and hint: the largest group first, groups of one size as they came.
func groupUnknowns(unknowns []finding.Unknown) []unknownGroup {
	var groups []unknownGroup
	index := map[[2]string]int{}
	for _, u := range unknowns {
		key := [2]string{u.Reason, u.Hint}
		i, ok := index[key]
		if !ok {
			i = len(groups)
			index[key] = i
			groups = append(groups, unknownGroup{reason: u.Reason, hint: u.Hint})
		}
		if u.What != "" {
			groups[i].what = append(groups[i].what, u.What)
		}
	}
	slices.SortStableFunc(groups, func(a, b unknownGroup) int { return cmp.Compare(len(b.what), len(a.what)) })
	return groups
}

// line is a group in one line that names at most show of its members: the count, what, why, and what would help. Of a reason in
// several lines, such as cargo's own words, it is the first.
func (g unknownGroup) line(show int) string {
	if first, _, more := strings.Cut(g.reason, "\n"); more {
		g.reason = strings.TrimSuffix(first, ":")
	}
	names := g.what[:min(show, len(g.what))]
	rest := len(g.what) - len(names)
	var b strings.Builder
	switch {
	case len(names) == 0:
		fmt.Fprintf(&b, "%d × %s", max(len(g.what), 1), g.reason)
	case rest > 0:
		fmt.Fprintf(&b, "%s and %d more: %s", strings.Join(names, ", "), rest, g.reason)
	default:
		fmt.Fprintf(&b, "%s: %s", strings.Join(names, ", "), g.reason)
	}
	if g.hint != "" {
		b.WriteString(" · " + g.hint)
	}
	return b.String()
}

func total(groups []unknownGroup) int {
	n := 0
	for _, g := range groups {
		n += max(len(g.what), 1)
	}
	return n
}
