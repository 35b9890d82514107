package explore

import "testing"

func TestAStrategyIsReadFromItsWord(t *testing.T) {
	for i, word := range StrategyWords() {
		if s, err := ParseStrategy(word); err != nil || s != Strategy(i) || s.String() != word {
			t.Errorf("%s: %v, %v", word, s, err)
		}
	}
	if s, err := ParseStrategy("luck"); err == nil {
		t.Errorf("an unknown word is %v", s)
	}
}

func TestAPhaseIsSharedAmongTheWaysToChoose(t *testing.T) {
	check := func(strategy Strategy, walked, drawn int) {
		t.Helper()
		gotWalked, gotDrawn := 0, 0
		for _, p := range portions(strategy, 7, 100, false) {
			switch {
			case p.strategy != StrategyExhaustive:
				gotDrawn += p.left()
				if p.next != 7 {
					t.Errorf("%v draws from seed %d on", strategy, p.next)
				}
			case p.polls > 0:
				gotWalked += p.least
			default:
				gotWalked += p.left()
			}
		}
		if gotWalked != walked || gotDrawn != drawn {
			t.Errorf("%v walks %d and draws %d, want %d and %d", strategy, gotWalked, gotDrawn, walked, drawn)
		}
	}
	check(StrategyMixed, 50, 50)
	check(StrategyRandom, 0, 100)
	check(StrategyPriorities, 0, 100)
	check(StrategyExhaustive, 100, 0)
}

func TestAWalkGoesOnWhileTheTestIsSmall(t *testing.T) {
	p := portions(StrategyMixed, 0, 100, false)[0]
	p.next = 30
	p.spend(p.polls)
	if p.left() == 0 {
		t.Error("it ended before its share was run")
	}
	p.next = 50
	p.spend(0)
	if p.left() != 0 {
		t.Errorf("%d schedules are left after the polls were spent", p.left())
	}
}

func TestAWalkThatIsTornIsNone(t *testing.T) {
	check := func(text string, want Walk, ok bool) {
		t.Helper()
		if got, gotOK := parseWalk(text); gotOK != ok || ok && got != want {
			t.Errorf("%q: %+v, %v", text, got, gotOK)
		}
	}
	check("1 2 1 0 0.250000 1/3 0/1", Walk{Within: 1, Bound: 2, Share: 0.25}, true)
	check("-1 0 0 0 0.000000", Walk{Within: -1}, true)
	check("5 5 0 1 0.000000", Walk{Within: 5, Bound: 5, Share: 1, Complete: true}, true)
	check("", Walk{}, false)
	check("1 2 1 0", Walk{}, false)
	check("1 two 1 0 0.5", Walk{}, false)
	check("1 2 1 0 7.5", Walk{}, false)
}

func TestHalfOfAMixedSearchGoesToWhatIsInFocus(t *testing.T) {
	parts := portions(StrategyMixed, 0, 100, true)
	if len(parts) != 3 || !parts[0].aimed || parts[0].end != 50 || parts[1].aimed || parts[1].least != 25 || parts[2].end != 25 {
		t.Errorf("%+v %+v %+v", parts[0], parts[1], parts[2])
	}
	if parts := portions(StrategyRandom, 0, 100, true); len(parts) != 1 || parts[0].aimed {
		t.Errorf("by chance alone: %d parts", len(parts))
	}
}
