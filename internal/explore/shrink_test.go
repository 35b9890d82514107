package explore

import "testing"

func TestShrinkingIsBoundedBySchedulesAndByPolls(t *testing.T) {
	check := func(what string, polls, want int) {
		t.Helper()
		s := &shrinking{left: 10, polls: polls}
		s.spend([]schedule{{polls: 40}, {polls: 60}})
		if s.left != want || s.tried != 2 {
			t.Errorf("%s: %d schedules are left after %d, want %d", what, s.left, s.tried, want)
		}
	}
	check("of a small test as many schedules as there may be", 101, 8)
	check("a large test has used up its polls before", 100, 0)
	check("alone there is no such bound", noBound, 8)
}
