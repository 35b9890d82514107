package main

import (
	"fmt"
	"slices"
	"strings"
)

// cell is a start and a need: what happened when it was run, and what pollux said before.
type cell struct{ happened, said string }

// agrees reports whether pollux warned of what did not end, in the words of the panic, and of nothing else.
func (c cell) agrees() bool {
	if c.happened == "ended" || c.happened == "hangs" {
		return (c.happened == "ended") == (c.said == "")
	}
	_, message, ok := strings.Cut(c.said, "panics: ")
	message, _, _ = strings.Cut(message, ", unless ")
	return ok && strings.Contains(c.happened, message) // some runtimes print more around it
}

type table struct{ cells map[[2]string]cell }

func (t *table) agrees() bool {
	for _, c := range t.cells {
		if !c.agrees() {
			return false
		}
	}
	return true
}

// text prints the matrix: + works and pollux is silent, ! fails and pollux says so; what differs in capitals, listed below.
func (t *table) text() string {
	var b strings.Builder
	counts := map[string]int{}
	fmt.Fprintf(&b, "%-22s", "")
	for _, r := range roots {
		fmt.Fprintf(&b, " %-14s", r.name)
	}
	b.WriteString("\n")
	var differences []string
	for _, l := range leaves {
		fmt.Fprintf(&b, "%-22s", l.name)
		for _, r := range roots {
			c := t.cells[[2]string{r.name, l.name}]
			word := c.word()
			counts[word]++
			fmt.Fprintf(&b, " %-14s", word)
			if !c.agrees() {
				differences = append(differences, fmt.Sprintf("%s %s: %s\n    pollux: %s", r.name, l.name, c.happened, c.said))
			}
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "\n%d cells: %d work and pollux is silent, %d fail and pollux says with which message; %d fail unseen, %d alarms are false, %d messages differ\n",
		len(t.cells), counts["works"], counts["fails, said"], counts["MISSED"], counts["FALSE"], counts["DIFFERS"])
	for _, d := range differences {
		b.WriteString(d + "\n")
	}
	b.WriteString("\nWhat happens in the cells that fail:\n")
	for _, m := range t.messages() {
		b.WriteString(m + "\n")
	}
	return b.String()
}

func (c cell) word() string {
	switch {
	case c.agrees() && c.happened == "ended":
		return "works"
	case c.agrees():
		return "fails, said"
	case c.happened == "ended":
		return "FALSE"
	case c.said == "":
		return "MISSED"
	}
	return "DIFFERS"
}

// messages are the ways to fail, each with its cells.
func (t *table) messages() []string {
	by := map[string][]string{}
	for _, r := range roots {
		for _, l := range leaves {
			if c := t.cells[[2]string{r.name, l.name}]; c.happened != "ended" {
				by[c.happened] = append(by[c.happened], r.name+" "+l.name)
			}
		}
	}
	var out []string
	for message, cells := range by {
		out = append(out, fmt.Sprintf("%q\n    %s", message, strings.Join(cells, ", ")))
	}
	slices.Sort(out)
	return out
}
