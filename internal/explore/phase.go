package explore

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// Phase is a set of questions that a search may answer otherwise than plain tokio. Each phase keeps those of the first one,
// and adds one kind that more tests take for granted; so what only a later phase shows is said to be so.
type Phase int

// The phases, in the order in which they are tried.
const (
	// PhaseTasks decides the order of tasks, where a spawned task is interrupted, and the branch that select! tries first.
	PhaseTasks Phase = iota
	// PhaseBody interrupts the test body's own future, too.
	PhaseBody
	// PhaseTime lets any pending timer fire although tasks could still run: a machine may be arbitrarily slow.
	PhaseTime
)

// phases is the closed set: the word of plans and witnesses, what a finding of the phase rests on, and what was decided.
var phases = []struct{ word, assumption, decides string }{
	{"tasks", "", "order of tasks, interruptions of spawned tasks, branches of select!"},
	{"body", "needs an interruption of the test body itself: tokio may take it at any await that uses a resource", "interruptions of the test body, too"},
	{"time", "needs a timer that fires while tasks could still run: a machine may be arbitrarily slow", "timers that fire while tasks can run, too"},
}

func (p Phase) String() string { return phases[p].word }

// Assumption is what a finding of this phase rests on, in words; empty for the first phase.
func (p Phase) Assumption() string { return phases[p].assumption }

// Decides lists what the phase chooses, in words.
func (p Phase) Decides() string { return phases[p].decides }

// ParsePhase reads the word of a phase.
func ParsePhase(word string) (Phase, error) {
	at := slices.IndexFunc(phases, func(p struct{ word, assumption, decides string }) bool { return p.word == word })
	if at < 0 {
		return 0, fmt.Errorf("unknown phase `%s`: it is one of %s", word, strings.Join(PhaseWords(), ", "))
	}
	return Phase(at), nil
}

// explored are the phases that a search goes through when none are asked for.
func explored(asked []Phase) []Phase {
	if len(asked) > 0 {
		return asked
	}
	return []Phase{PhaseTasks, PhaseBody, PhaseTime}
}

// PhaseWords lists the words of all phases in order.
func PhaseWords() []string {
	words := make([]string, len(phases))
	for i, p := range phases {
		words[i] = p.word
	}
	return words
}

// assume says in a finding which assumption it rests on.
func (p Phase) assume(f *finding.Finding) {
	if text := p.Assumption(); text != "" {
		f.Because = append(f.Because, finding.Because{Message: text})
	}
}
