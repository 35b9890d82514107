package coro_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pollux/internal/coro"
	"pollux/internal/mir"
	"pollux/internal/mir/parse"
)

func raceKind(awaited string) coro.RaceForm {
	switch {
	case strings.Contains(awaited, "/src/macros/select.rs:"):
		return coro.RaceForm{Kind: coro.First}
	case strings.HasPrefix(awaited, "tokio::time::Timeout<"):
		return coro.RaceForm{Kind: coro.Limit, Cut: 1}
	}
	return coro.RaceForm{}
}

func TestARaceKnowsItsBranches(t *testing.T) {
	check := func(path string, want ...string) {
		t.Helper()
		for _, version := range versions {
			var got []string
			for _, r := range bodies(t, version, "tokio_awaits")[path].Races(races) {
				for _, b := range r.Branches {
					got = append(got, fmt.Sprintf("%s owned %v by %s", b.Type, b.Owned, mir.LastSegment(mir.WithoutGenerics(b.Made.Callee))))
				}
				got = append(got, fmt.Sprintf("kind %d conditional %v", r.Kind, r.Conditional))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s %s races %q, want %q", version, path, got, want)
			}
		}
	}
	recv := "{async fn body of tokio::sync::mpsc::Receiver<u32>::recv()} owned true by recv"
	check("slept::{closure#0}")
	check("timed::{closure#0}", "{async fn body of tokio::sync::Mutex<u32>::lock()} owned true by lock", "kind 2 conditional false")
	// A branch that is a variable has no expression that makes it.
	check("selected::{closure#0}", recv, "tokio::sync::oneshot::Receiver<()> owned true by ", "kind 1 conditional false")
	check("selected_in_loop::{closure#0}", "tokio::time::Sleep owned false by sleep", recv,
		"tokio::sync::futures::Notified<'_> owned true by notified", "kind 1 conditional true")
	check("joined::{closure#0}")
}

// selected_in_loop returns behind its first branch, goes on behind the second and breaks behind the third.
func TestTheWayBackToABranchDependsOnWhoWon(t *testing.T) {
	for _, version := range versions {
		b := bodies(t, version, "tokio_awaits")["selected_in_loop::{closure#0}"]
		races := b.Races(races)
		if len(races) != 1 {
			t.Fatalf("%s: %d races", version, len(races))
		}
		check := func(won int, object mir.Place, want bool) {
			t.Helper()
			if got := b.Again(&races[0], won, 2, object, nil); got != want {
				t.Errorf("%s: when branch %d has won, back at `notified()` with the same object: %v", version, won, got)
			}
		}
		check(0, coro.Nothing, false)
		check(1, coro.Nothing, true)
		check(2, coro.Nothing, false)
		notify, ok := b.Object(races[0].Branches[2].Made.Args[0])
		if !ok || b.Func.Type(notify) != "&tokio::sync::Notify" && b.Func.Type(notify) != "tokio::sync::Notify" {
			t.Errorf("%s: notified() works on %v, a %s", version, notify, b.Func.Type(notify))
		}
		check(1, notify, true)
		check(1, total(b), false) // assigned behind the second branch
		if n, ok := b.Capture(races[0].Branches[1].Made.Args[0]); !ok || n != 0 {
			t.Errorf("%s: recv() works on capture %d, %v", version, n, ok)
		}
	}
}

// total is the place of the variable of that name.
func total(b *coro.Body) mir.Place {
	for l := range b.Func.Locals {
		if b.Name(mir.Local(l)) == "total" {
			return mir.Place{Local: mir.Local(l)}
		}
	}
	return coro.Nothing
}

func TestConstantDurationsAreRead(t *testing.T) {
	const text = "const IDLE: std::time::Duration = {\n    let mut _0: std::time::Duration;\n\n    bb0: {\n        _0 = std::time::Duration::from_millis(const 1500_u64) -> [return: bb1, unwind continue];\n    }\n\n    bb1: {\n        return;\n    }\n}\n" +
		"fn f::{closure#0}(_1: std::pin::Pin<&mut {async fn body of f()}>, _2: &mut std::task::Context<'_>) -> std::task::Poll<()> {\n" +
		"    let mut _3: &mut {async fn body of f()};\n    let mut _4: u32;\n    let mut _5: std::time::Duration;\n    let mut _6: std::time::Duration;\n    let mut _7: std::time::Duration;\n    let mut _8: u64;\n\n    bb0: {\n" +
		"        _3 = copy (_1.0: &mut {async fn body of f()});\n        _4 = discriminant((*_3));\n        switchInt(move _4) -> [0: bb1, otherwise: bb3];\n    }\n\n" +
		"    bb1: {\n        _5 = std::time::Duration::from_secs(const 2_u64) -> [return: bb2, unwind continue];\n    }\n\n" +
		"    bb2: {\n        _6 = move _5;\n        _7 = std::time::Duration::from_secs(copy _8) -> [return: bb3, unwind continue];\n    }\n\n    bb3: {\n        return;\n    }\n}\n"
	c := parse.Crate("t", text)
	bodies := coro.Bodies(c)
	if len(c.Problems) > 0 || len(bodies) != 1 {
		t.Fatalf("%+v, %d bodies", c.Problems, len(bodies))
	}
	check := func(o mir.Operand, want time.Duration) {
		t.Helper()
		if got, ok := bodies[0].Duration(o); got != want || ok != (want != 0) {
			t.Errorf("%+v lasts %s, %v; want %s", o, got, ok, want)
		}
	}
	check(mir.Operand{Text: "IDLE"}, 1500*time.Millisecond)
	check(mir.Operand{Text: "OTHER"}, 0)
	check(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: 6}}, 2*time.Second)
	check(mir.Operand{Kind: mir.Move, Place: mir.Place{Local: 7}}, 0)
}

var races = coro.RaceForms{Awaited: raceKind, Called: func(string) coro.RaceForm { return coro.RaceForm{} }}
