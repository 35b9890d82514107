package apidrift

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/rust"
)

var (
	featureError = regexp.MustCompile("package `([^`]+)` depends on `([^`]+)`,? with features?:? `([^`]+)` but `[^`]+` does not have (?:that|these) features?")
	lockedTo     = regexp.MustCompile(`\(locked to ([^)\s]+)\)`)
	newestOf     = regexp.MustCompile(`(?m)^versions that meet the requirements .* are: ([^,\s]+)`)
	requiredBy   = regexp.MustCompile("required by package `[^`(]*\\(([^)`]+)\\)`")
	available    = regexp.MustCompile(`(?m)^ *available features: (.*)$`)
)

// Features explains cargo's refusal of a feature that a dependency does not have at the version that is locked, or that it would lock. read
// gives the text of a manifest by the directory of its package, as cargo names it, and the name of the file for findings.
func Features(words string, read func(dir string) (text, file string)) []finding.Finding {
	m := featureError.FindStringSubmatch(words)
	by := requiredBy.FindStringSubmatch(words)
	if m == nil || by == nil {
		return nil
	}
	version, locked := submatch(lockedTo, words), "which Cargo.lock has"
	if version == "" {
		version, locked = submatch(newestOf, words), "the newest that fits"
	}
	text, file := read(by[1])
	rows := knowledge.Drifts(m[2], version)
	i := slices.IndexFunc(rows, func(d *knowledge.Drift) bool { return slices.Contains(d.Feature, m[3]) })
	if version == "" || text == "" || i < 0 {
		return nil
	}
	row := rows[i]
	now := quoted(strings.ReplaceAll(row.Now, `", "`, "` and `"))
	f := finding.Finding{
		Rule: Rule.ID, Severity: finding.Error, Verdict: finding.Suspected, Package: m[1], Span: finding.Span{File: file, Line: 1, Column: 1},
		Message: fmt.Sprintf("the feature `%s` belongs to %s; in %s %s, %s, it is %s", m[3], row.Was, m[2], version, locked, now),
		Label:   "written for " + row.Was, Fix: row.Fix,
	}
	if f.Fix == "" {
		f.Fix = fmt.Sprintf("write %s in place of `%s`", now, m[3])
	}
	locateFeature(&f, text, m[3], row, strings.Split(submatch(available, words), ", "))
	return []finding.Finding{f}
}

func submatch(re *regexp.Regexp, text string) string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// locateFeature finds the one place where a manifest has the feature's name, and the edit of it.
func locateFeature(f *finding.Finding, text, feature string, row *knowledge.Drift, has []string) {
	name := `"` + feature + `"`
	at := strings.Index(text, name)
	if at < 0 || strings.Contains(text[at+1:], name) {
		return
	}
	lines := rust.NewSource(f.File, text).File()
	place := func(from, to int) finding.Span {
		s := finding.Span{File: f.File}
		s.Line, s.Column = lines.Position(from)
		s.EndLine, s.EndColumn = lines.Position(to)
		return s
	}
	f.Span = place(at, at+len(name))
	new := strings.Split(row.Now, `", "`)
	whole := !slices.ContainsFunc(new, func(n string) bool { return !slices.Contains(has, n) })
	list := text[strings.LastIndexAny(text[:at], "[\n"):]
	list, _, _ = strings.Cut(list, "]")
	switch {
	case !whole:
	case slices.ContainsFunc(new, func(n string) bool { return strings.Contains(list, `"`+n+`"`) }):
		f.Edits = []finding.Edit{{Span: place(withoutEntry(text, at, at+len(name)))}}
	default:
		f.Edits = []finding.Edit{{Span: f.Span, Text: `"` + row.Now + `"`}}
	}
}

// withoutEntry widens an entry of a list by the comma beside it.
func withoutEntry(text string, from, to int) (int, int) {
	if rest := strings.TrimLeft(text[to:], " \t"); strings.HasPrefix(rest, ",") {
		to = len(text) - len(rest) + 1
		return from, to + len(text[to:]) - len(strings.TrimLeft(text[to:], " \t"))
	}
	if before := strings.TrimRight(text[:from], " \t\n"); strings.HasSuffix(before, ",") {
		from = len(before) - 1
	}
	return from, to
}
