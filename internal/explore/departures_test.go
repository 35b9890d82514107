package explore

import (
	"slices"
	"strings"
	"testing"
)

func TestADepartureIsPrintedAndReadAgain(t *testing.T) {
	for _, d := range []departure{{"t", 3, 0, 1, 7}, {"b", 0, 12, 0, 2}} {
		if got, ok := parseDeparture(d.String()); !ok || got != d {
			t.Errorf("%s is read as %+v", d, got)
		}
	}
	for _, text := range []string{"", "b", "@", "b@1.2=3", "b@1.2.x=3", "b@1.2.3", "b@1.2.3=x"} {
		if got, ok := parseDeparture(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestWhatIsLeftMovesWithTheSuspensionsThatAreGone(t *testing.T) {
	run := &schedule{
		decisions:  strings.Fields("b1 t1/2 b0 b2 i3"),
		departures: strings.Fields("b@1.0.0=1 t@1.0.0=2 b@1.1.0=2 i@1.2.0=3"),
		swept:      swept{cancelled: &point{task: 1, nth: 3}},
	}
	check := func(change change, without []int, want string) {
		t.Helper()
		if got := strings.Join(change(run, without), " "); got != want {
			t.Errorf("without %v: %q, want %q", without, got, want)
		}
	}
	check(withoutThem, []int{0}, "@ t@1.0.0=2 b@1.1.0=2 i@1.2.0=3 c1.3")
	check(withoutThemMoved, []int{0}, "@ t@1.0.0=2 b@1.0.0=2 i@1.1.0=3 c1.2")
	check(withoutThemMoved, []int{1}, "")
	check(withoutThem, []int{0, 1, 2, 3}, "@ c1.3")
	check(plainer, []int{0, 2}, "b0 t1/2 b0 b0 i3")
	check(shorter, []int{1}, "b1 b0 b2 i3")
	if got := withoutThem(&schedule{decisions: run.decisions}, []int{0}); got != nil {
		t.Errorf("a run that does not tell where: %v", slices.Clone(got))
	}
}
