package main

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rules"
)

// area is a field of work whose precision is wanted as one number: families of rules, and single rules that belong to it
// although their family does not.
type area struct {
	title    string
	families []string
	rules    []string
}

// areas are in the order of the page. Each rule that reads the code of a crate that builds belongs to one of them.
var areas = []area{
	{"Threads that block", []string{"blocking"}, []string{"sync-guard-across-await"}},
	{"Cancellation", []string{"cancel"}, nil},
	{"Locks, channels, wakers, Pin, tasks", []string{"locks", "channels", "wakers", "pin", "tasks", "liveness"}, []string{"never-yields"}},
	{"Executors and drift", []string{"executor", "compile"}, []string{"nested-block-on"}},
}

// areaOf is the title of the area of a rule, "" for a rule of none: a rule that is named somewhere belongs there.
func areaOf(id, family string) string {
	for _, a := range areas {
		if slices.Contains(a.rules, id) {
			return a.title
		}
	}
	for _, a := range areas {
		if slices.Contains(a.families, family) {
			return a.title
		}
	}
	return ""
}

// ids are the rules of the area, sorted.
func (a area) ids() []string {
	var ids []string
	for _, r := range rules.All() {
		if areaOf(r.ID, r.Family) == a.title {
			ids = append(ids, r.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// writeAreas prints the precision of warnings and errors, area by area, with the rules that said nothing in one line.
func writeAreas(b *strings.Builder, m manifest, tr triage) {
	b.WriteString("\n## Precision, warnings and errors\n")
	all := tr.scores(finding.Warning)
	for _, a := range areas {
		ids := a.ids()
		mine := slices.DeleteFunc(slices.Clone(all), func(s score) bool { return !slices.Contains(ids, s.rule) })
		fmt.Fprintf(b, "\n### %s\n", a.title)
		if len(mine) > 0 {
			b.WriteString("\n")
			writeScoreTable(b, append(mine, a.kindScores(m, tr, ids)...))
		}
		if silent := silentOf(ids, mine); len(silent) > 0 {
			fmt.Fprintf(b, "\nNo warning and no error: %s.\n", strings.Join(silent, ", "))
		}
	}
	b.WriteString("\n### All rules\n\n")
	writeScoreTable(b, []score{sumScores(all)})
}

// kindScores are the sums of an area: for libraries, for applications with example trees, and for both.
func (a area) kindScores(m manifest, tr triage, ids []string) []score {
	libs, apps := score{rule: "*libraries*"}, score{rule: "*applications, examples*"}
	for _, j := range slices.Concat(tr.judged, tr.open) {
		if j.Severity < finding.Warning || !slices.Contains(ids, j.Rule) {
			continue
		}
		if m.kind(j.crate) == library {
			libs.add(j.judgement.Verdict)
		} else {
			apps.add(j.judgement.Verdict)
		}
	}
	return []score{libs, apps, sumScores([]score{libs, apps})}
}

// silentOf are the rules among ids that have no score.
func silentOf(ids []string, scores []score) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return slices.ContainsFunc(scores, func(s score) bool { return s.rule == id })
	})
}

func writeScoreTable(b *strings.Builder, rows []score) {
	b.WriteString("| rule | true | false | debatable | not triaged | precision |\n|---|---|---|---|---|---|\n")
	for _, s := range rows {
		fmt.Fprintf(b, "| %s | %d | %d | %d | %d | %s |\n", s.rule, s.true, s.false, s.debatable, s.untried, s.precision())
	}
}
