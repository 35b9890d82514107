package explore

import "testing"

func TestAPhaseIsReadFromItsWord(t *testing.T) {
	for i, word := range PhaseWords() {
		if p, err := ParsePhase(word); err != nil || p != Phase(i) || p.String() != word {
			t.Errorf("%s: %v, %v", word, p, err)
		}
	}
	if p, err := ParsePhase("night"); err == nil {
		t.Errorf("an unknown word is %v", p)
	}
}

func TestOnlyTheFirstPhaseRestsOnNothing(t *testing.T) {
	for _, word := range PhaseWords() {
		p, _ := ParsePhase(word)
		if (p.Assumption() == "") != (p == PhaseTasks) {
			t.Errorf("%s rests on %q", word, p.Assumption())
		}
	}
}
