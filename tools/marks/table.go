package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"pollux/internal/analysis/ruletest/mark"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

// table is the outcome of a run.
type table struct {
	toolchain, linter string
	rows              []row
}

// row is the outcome of one crate.
type row struct {
	name                            string
	ok, missed, extra, known, found int
	differences                     []string
	guards, clippy                  lintRow // pollux and clippy on the marks of guardRule
}

// compare sets the findings of a crate beside its marks.
func compare(c *crate, res *engine.Result) row {
	r := row{name: c.name}
	found := byFile(res)
	files := slices.Sorted(maps.Keys(found))
	for _, path := range c.files {
		if found[path] == nil {
			files = append(files, path)
		}
	}
	slices.Sort(files)
	for _, path := range files {
		sum := mark.Compare(c.marks[path], found[path])
		r.ok, r.missed, r.extra = r.ok+sum.Fulfilled, r.missed+sum.Missed, r.extra+sum.Extra
		r.known, r.found = r.known+sum.Known, r.found+sum.Resolved
		r.guards.add(onlyGuards(c.marks[path]), found[path])
		for _, d := range sum.Differences {
			r.differences = append(r.differences, c.describe(path, d))
		}
	}
	return r
}

// describe shows a difference with its line.
func (c *crate) describe(path string, d mark.Difference) string {
	text := ""
	if lines := c.lines[path]; d.Line >= 1 && d.Line <= len(lines) {
		text = strings.TrimSpace(lines[d.Line-1])
	}
	rel, err := filepath.Rel(c.dir, path)
	if err != nil {
		rel = path
	}
	return fmt.Sprintf("%s: %s:%d: %s\n    %s\n", c.name, filepath.ToSlash(rel), d.Line, d.Message, text)
}

func (t *table) agree() bool {
	return !slices.ContainsFunc(t.rows, func(r row) bool { return r.missed+r.extra+r.found > 0 })
}

// text is the table: per crate the marks that are found, those that are missed, findings without a mark, and known misses.
func (t *table) text(withClippy bool) string {
	if withClippy {
		return t.clippyText()
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n\n%-22s %6s %6s %6s %12s\n", t.toolchain, "crate", "ok", "missed", "extra", "known misses")
	line := func(r row) { fmt.Fprintf(&out, "%-22s %6d %6d %6d %12d\n", r.name, r.ok, r.missed, r.extra, r.known) }
	sum := row{name: "all"}
	for _, r := range t.rows {
		line(r)
		sum.ok, sum.missed, sum.extra, sum.known = sum.ok+r.ok, sum.missed+r.missed, sum.extra+r.extra, sum.known+r.known
	}
	line(sum)
	return out.String()
}

// onlyGuards are the marks that clippy is compared on.
func onlyGuards(marks []mark.Mark) []mark.Mark {
	return slices.DeleteFunc(slices.Clone(marks), func(m mark.Mark) bool { return m.Rule != guardRule || m.Missed })
}

// add counts pollux's findings of guardRule in one file.
func (r *lintRow) add(marks []mark.Mark, findings []finding.Finding) {
	sum := mark.Compare(marks, slices.DeleteFunc(slices.Clone(findings), func(f finding.Finding) bool { return f.Rule != guardRule }))
	r.hits, r.missed, r.falseAlarms = r.hits+sum.Fulfilled, r.missed+sum.Missed, r.falseAlarms+sum.Extra
}
