package confidence

import (
	"fmt"
	"slices"
	"strings"
)

// The ranks of the list that a reviewer reads.
const (
	rankFailed     = 1 // a run failed
	rankSuspected  = 2 // a rule matched
	rankHardUnseen = 3 // hard code that no test reaches, or that nothing decided
	rankLossUnseen = 4 // a cancel loses something, and no test reaches it
	rankHard       = 5 // hard code that tests reach
	rankOpen       = 6 // async code of which something is not decided and that no test reaches
)

// items are what a reviewer should read about a function, at most one of each kind.
func items(f *Function) []Item {
	var out []Item
	item := func(rank, line int, why, do string) {
		out = append(out, Item{f.File, line, f.Name, f.Zone, why, do, rank})
	}
	for _, c := range f.Cells {
		switch c.State {
		case Witnessed:
			item(rankFailed, f.lineOf(c), c.Words, c.Raise)
		case Suspected:
			if !c.minor {
				item(rankSuspected, f.lineOf(c), c.Words, c.Raise)
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	open := f.inState(NotDecided, NotReached)
	if len(open) == 0 {
		return nil
	}
	switch {
	case f.Zone == Hard && len(f.Tests) == 0:
		item(rankHardUnseen, f.Line, f.Reasons[0].What+"; no test was seen to stop in it, and nothing decided "+classes(open), open[0].Raise)
	case f.Zone == Async && losses(f) > 0 && len(f.Tests) == 0:
		item(rankLossUnseen, f.Line, fmt.Sprintf("a cancel at %s loses something, and no test was seen to stop in it", count(losses(f), "await point")), open[0].Raise)
	case f.Zone == Hard:
		item(rankHard, f.Line, f.Reasons[0].What+"; not decided: "+classes(open), open[0].Raise)
	case f.Zone == Async && len(f.Tests) == 0:
		item(rankOpen, f.Line, f.Reasons[0].What+"; not decided or not reached: "+classes(open), open[0].Raise)
	}
	return out
}

// lineOf is the await point that has the cell, or the function itself.
func (f *Function) lineOf(c Cell) int {
	for _, a := range f.Awaits {
		if slices.Contains(a.Cells, c) {
			return a.Line
		}
	}
	return f.Line
}

func (f *Function) inState(states ...State) []Cell {
	var out []Cell
	for _, c := range f.Cells {
		if slices.Contains(states, c.State) {
			out = append(out, c)
		}
	}
	return out
}

// losses counts the await points at which a cancel is known to lose something.
func losses(f *Function) int {
	n := 0
	for _, a := range f.Awaits {
		for _, c := range a.Cells {
			if c.Class == Cancel && c.State == NotDecided && strings.HasPrefix(c.Words, "if it is cancelled here") {
				n++
			}
		}
	}
	return n
}

func classes(cells []Cell) string {
	var names []string
	for _, c := range cells {
		names = append(names, string(c.Class))
	}
	return strings.Join(names, ", ")
}
