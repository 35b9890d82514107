package explore

import "testing"

func TestACircleOfHoldersIsToldInWords(t *testing.T) {
	check := func(want string, permits ...permit) {
		t.Helper()
		if got := whyStuck(&schedule{permits: permits}, 3); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	p := func(kind string, task, semaphore int) permit {
		return permit{kind: kind, task: task, semaphore: semaphore}
	}
	none := "nothing can run, and nothing is left that could wake 3 waiting tasks"
	check(none)
	check("task 1 waits for what task 2 holds, and task 2 waits for what task 1 holds",
		p("want", 2, 1), p("want", 1, 2), p("hold", 1, 1), p("hold", 2, 2))
	check("task 3 waits for what it holds itself", p("want", 3, 1), p("hold", 3, 1))
	check(none, p("want", 1, 1), p("hold", 2, 1))
	// With two holders, the second may give its permit back.
	check(none, p("want", 1, 1), p("hold", 1, 1), p("hold", 2, 1))
	check("task 1 and task 2 each hold a part of what each of them waits for more of",
		p("want", 2, 1), p("want", 1, 1), p("hold", 2, 1), p("hold", 1, 1))
	check("task 2 waits for what it holds itself", p("want", 1, 1), p("hold", 2, 1), p("want", 2, 1))
	check(none, p("want", 1, 1), p("left", 1, 1))
}
