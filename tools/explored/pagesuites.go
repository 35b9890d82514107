package main

import (
	"fmt"
	"strings"
)

func writeSuites(b *strings.Builder, t table, r results) {
	b.WriteString("\n## Published test suites\n\nThe crates' own tests, unchanged. *Failing*: tests with a finding of any severity; *same files*: manifest and lock file are\n" +
		"byte-identical afterwards.\n\n| crate | version | tokio | tests | schedules | interleavings | failing | unknown | seconds | same files |\n|---|---|---|---|---|---|---|---|---|---|\n")
	tests, schedules := 0, 0
	for _, s := range t.Suites {
		m, ok := r.suite(s.Name)
		if !ok || m.Version != s.Version {
			fmt.Fprintf(b, "| %s | %s | not run | | | | | | | |\n", s.Name, s.Version)
			continue
		}
		if m.Tests == 0 {
			fmt.Fprintf(b, "| %s | %s | not explored: %s | | | | | | | |\n", m.Name, m.Version, cell(m.Problem))
			continue
		}
		tests, schedules = tests+m.Tests, schedules+m.Schedules
		fmt.Fprintf(b, "| %s | %s | %s | %d | %d | %d | %d | %d | %.0f | %v |\n", m.Name, m.Version, m.Tokio, m.Tests, m.Schedules, m.Orders,
			len(m.tests()), len(m.Unknowns), m.Seconds, m.Same)
	}
	fmt.Fprintf(b, "\n%d tests under %d schedules.\n", tests, schedules)
	writeClasses(b, t, r, tests)
}

func (r results) suite(name string) (suiteResult, bool) {
	for _, s := range r.Suites {
		if s.Name == name {
			return s, true
		}
	}
	return suiteResult{}, false
}

// tests are the tests with a finding, each once.
func (s suiteResult) tests() map[string]bool {
	out := map[string]bool{}
	for _, f := range s.Failing {
		out[f.Test] = true
	}
	return out
}

// writeClasses counts the judgements of all failing tests.
func writeClasses(b *strings.Builder, t table, r results, tests int) {
	counts, open := map[string]int{}, 0
	for _, s := range r.Suites {
		for _, f := range s.Failing {
			if j, ok := t.judge(s.Name, f.Test, f.Rule); ok {
				counts[j.Class]++
			} else {
				open++
			}
		}
	}
	b.WriteString("\n| judged | findings | of all tests | meaning |\n|---|---|---|---|\n")
	for _, c := range classes {
		fmt.Fprintf(b, "| %s | %d | %.2f %% | %s |\n", c.name, counts[c.name], 100*float64(counts[c.name])/float64(max(tests, 1)), c.means)
	}
	if open > 0 {
		fmt.Fprintf(b, "| **not judged** | %d | | |\n", open)
	}
}

func writeJudged(b *strings.Builder, t table, r results) {
	b.WriteString("\n### Every failing test\n\n| crate | test | rule | what | judged | why |\n|---|---|---|---|---|---|\n")
	for _, s := range r.Suites {
		for _, f := range s.Failing {
			j, ok := t.judge(s.Name, f.Test, f.Rule)
			class := j.Class
			if !ok {
				class = "**not judged**"
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s (%s) | %s | %s |\n", s.Name, f.Test, f.Rule, cell(f.Message), f.Place, class, cell(j.Why))
		}
	}
}

func writeUnknowns(b *strings.Builder, r results) {
	b.WriteString("\n### What was not explored, or not under control\n\n| crate | what | why |\n|---|---|---|\n")
	for _, s := range r.Suites {
		byReason := map[string][]string{}
		var order []string
		for _, u := range s.Unknowns {
			if byReason[u.Reason] == nil {
				order = append(order, u.Reason)
			}
			byReason[u.Reason] = append(byReason[u.Reason], u.What)
		}
		for _, reason := range order {
			names := byReason[reason]
			text := names[0]
			if len(names) > 1 {
				text = fmt.Sprintf("%d tests", len(names))
			}
			fmt.Fprintf(b, "| %s | %s | %s |\n", s.Name, cell(text), cell(reason))
		}
	}
}
