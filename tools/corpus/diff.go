package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// diffFiles prints how the findings of two results.json files differ.
func diffFiles(paths []string, out io.Writer) error {
	if len(paths) != 2 {
		return fmt.Errorf("%w: diff wants two results.json files", errUsage)
	}
	var both [2]results
	for i, path := range paths {
		r, err := loadResults(path)
		if err != nil {
			return err
		}
		both[i] = r
	}
	lines := diffResults(both[0], both[1])
	for _, line := range lines {
		fmt.Fprintln(out, line)
	}
	if len(lines) > 0 {
		return errDiffer
	}
	fmt.Fprintln(out, "no difference")
	return nil
}

// diffResults lists crates and findings that came, went or changed, by crate.
func diffResults(old, next results) []string {
	var lines []string
	for _, name := range crateNames(old, next) {
		a, inOld := old.crate(name)
		b, inNew := next.crate(name)
		switch {
		case !inNew:
			lines = append(lines, "- "+name+": no longer in the corpus")
		case !inOld:
			lines = append(lines, fmt.Sprintf("+ %s: new in the corpus, %d findings", name, len(b.Findings)))
		default:
			lines = append(lines, diffCrate(a, b)...)
		}
	}
	return lines
}

func diffCrate(a, b crateResult) []string {
	var lines []string
	if a.Exit != b.Exit || a.Problem != b.Problem {
		lines = append(lines, fmt.Sprintf("! %s: exit %d %s -> exit %d %s", a.Name, a.Exit, firstLine(a.Problem), b.Exit, firstLine(b.Problem)))
	}
	if a.Lock != b.Lock {
		lines = append(lines, fmt.Sprintf("! %s: dependencies moved (%s -> %s)", a.Name, a.Lock, b.Lock))
	}
	for _, f := range a.Findings {
		if g, ok := sameFinding(b.Findings, f); !ok {
			lines = append(lines, "- "+describe(a.Name, f))
		} else if f.Message != g.Message || f.Severity != g.Severity {
			lines = append(lines, "~ "+describe(b.Name, g)+" (was: "+f.Severity.String()+", "+f.Message+")")
		}
	}
	for _, f := range b.Findings {
		if _, ok := sameFinding(a.Findings, f); !ok {
			lines = append(lines, "+ "+describe(b.Name, f))
		}
	}
	return lines
}

func crateNames(all ...results) []string {
	var names []string
	for _, r := range all {
		for _, c := range r.Crates {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (r results) crate(name string) (crateResult, bool) {
	i := slices.IndexFunc(r.Crates, func(c crateResult) bool { return c.Name == name })
	if i < 0 {
		return crateResult{}, false
	}
	return r.Crates[i], true
}

// sameFinding finds f by fingerprint, or by rule and place: a change of the fingerprint is not a new finding, and the
// sources are pinned, so that places stay.
func sameFinding(fs []finding.Finding, f finding.Finding) (finding.Finding, bool) {
	for _, same := range []func(finding.Finding) bool{
		func(g finding.Finding) bool { return g.ID == f.ID && g.Rule == f.Rule },
		func(g finding.Finding) bool { return g.Rule == f.Rule && place(g) == place(f) },
	} {
		if i := slices.IndexFunc(fs, same); i >= 0 {
			return fs[i], true
		}
	}
	return finding.Finding{}, false
}

// place names where a finding is.
func place(f finding.Finding) string { return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column) }

func describe(crate string, f finding.Finding) string {
	return fmt.Sprintf("%s %s %s %s[%s]: %s", crate, f.ID, place(f), f.Severity, f.Rule, f.Message)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
