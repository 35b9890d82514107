package coro_test

import (
	"strings"
	"testing"

	"pollux/internal/coro"
	"pollux/internal/mir"
	"pollux/internal/mir/parse"
)

// resume is a hand-made coroutine with one suspension in bb3, from which it goes on in bb4. self is how its state is named.
func resume(t *testing.T, self string, before, after []string) *coro.Body {
	t.Helper()
	const typ = "{async fn body of f()}"
	join := func(lines []string) string {
		var b strings.Builder
		for _, l := range lines {
			b.WriteString("        " + strings.ReplaceAll(l, "SELF", self) + "\n")
		}
		return b.String()
	}
	text := "fn f::{closure#0}(_1: std::pin::Pin<&mut " + typ + ">, _2: &mut std::task::Context<'_>) -> std::task::Poll<()> {\n" +
		"    let mut _3: &mut " + typ + ";\n    let mut _4: u32;\n    let mut _5: " + guard + "'_, u8>;\n    let mut _6: bool;\n\n" +
		"    bb0: {\n        _3 = copy (_1.0: &mut " + typ + ");\n        _4 = discriminant((*SELF));\n        switchInt(move _4) -> [0: bb1, 3: bb4, 4: bb6, otherwise: bb6];\n    }\n\n" +
		"    bb1: {\n" + join(before) + "        goto -> bb3;\n    }\n\n    bb2: {\n        goto -> bb3;\n    }\n\n" +
		"    bb3: {\n        discriminant((*SELF)) = 3;\n        return; // scope 0 at a.rs:1:1: 1:2\n    }\n\n" +
		"    bb4: {\n" + join(after) + "        goto -> bb5;\n    }\n\n" +
		"    bb5: {\n        discriminant((*SELF)) = 4;\n        return; // scope 0 at a.rs:2:1: 2:2\n    }\n\n    bb6: {\n        unreachable;\n    }\n}\n"
	c := parse.Crate("t", strings.ReplaceAll(text, "SELF", self))
	if len(c.Problems) > 0 || len(c.Funcs) != 1 {
		t.Fatalf("%+v", c.Problems)
	}
	b := coro.Lower(c, c.Funcs[0])
	if b == nil || len(b.Awaits) != 2 {
		t.Fatalf("not lowered: %s", c.Funcs[0])
	}
	return b
}

func TestStateIsFollowedFromOneSuspensionToTheNext(t *testing.T) {
	const slot = "(((*SELF) as variant#3).0: " + guard + "'_, u8>)"
	check := func(before, after []string, want ...int) {
		t.Helper()
		// Older compilers print the reference inside the Pin wherever newer ones print the local it was copied to.
		for _, self := range []string{"_3", "(_1.0: &mut {async fn body of f()})"} {
			b := resume(t, self, before, after)
			held := map[int]bool{}
			for _, h := range b.Held(guards) {
				held[h.Await.State] = true
			}
			for state := 3; state <= 4; state++ {
				expected := false
				for _, w := range want {
					expected = expected || w == state
				}
				if held[state] != expected {
					t.Errorf("%s: held at %d: %v, want %v\n%s", self, state, held[state], expected, b.Func)
				}
			}
		}
	}
	take := "_5 = const GUARD;"
	keep := slot + " = move _5;"
	check(nil, nil)
	check([]string{take, keep}, nil, 3, 4)
	check([]string{take, keep}, []string{"_5 = move " + slot + ";"}, 3)
	check([]string{take, keep}, []string{"_5 = move " + slot + ";", keep}, 3, 4)
	check([]string{take, keep, "StorageDead(_5);"}, nil, 3, 4)
	check([]string{take, "StorageDead(_5);", keep}, nil) // what is dead is not there any more
	check([]string{take}, []string{keep})                // a local does not outlive a suspension
	check(nil, []string{take, keep}, 4)
}

func TestCapturesAreThereFromTheStart(t *testing.T) {
	b := resume(t, "_3", nil, []string{"_5 = move ((*SELF).0: " + guard + "'_, u8>);"})
	if !b.IsCapture(b.Held(guards)[0].Local) {
		t.Error("the slot of a capture is no capture")
	}
	var states []int
	for _, h := range b.Held(guards) {
		states = append(states, h.Await.State)
		if !h.Must {
			t.Errorf("%+v", h)
		}
	}
	if len(states) != 1 || states[0] != 3 {
		t.Errorf("held at %v", states)
	}
}

func TestAnAwaitThatCannotBeTracedIsStillAnAwait(t *testing.T) {
	for _, a := range resume(t, "_3", nil, nil).Awaits {
		if a.Poll != mir.NoBlock || a.Awaitee != 0 || a.Type != "" || a.Pos == 0 {
			t.Errorf("%+v", a)
		}
	}
}
