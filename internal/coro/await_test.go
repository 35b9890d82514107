package coro_test

import (
	"slices"
	"strings"
	"testing"

	"pollux/internal/coro"
	"pollux/internal/mir"
	"pollux/internal/mir/parse"
)

func TestEveryAwaitKnowsWhatItAwaits(t *testing.T) {
	// check compares the types of the awaited futures of one coroutine, in the order of its states, under every compiler.
	check := func(sample, path string, want ...string) {
		t.Helper()
		for _, version := range versions {
			b := bodies(t, version, sample)[path]
			if b == nil {
				t.Errorf("%s %s: no coroutine %s", version, sample, path)
				continue
			}
			var got []string
			for i, a := range b.Awaits {
				got = append(got, a.Type)
				if a.State != 3+i || a.Awaitee == 0 || a.Poll == mir.NoBlock || !b.IsSaved(a.Awaitee) || b.Name(a.Awaitee) != "__awaitee" {
					t.Errorf("%s %s: %+v", version, path, a)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s %s awaits %q, want %q", version, path, got, want)
			}
		}
	}
	future := "dyn std::future::Future<Output = u32>"
	check("coroutines", "plain::{closure#0}", "Yield", "{async fn body of leaf()}")
	check("coroutines", "boxed::{closure#0}", "std::boxed::Box<"+future+" + std::marker::Unpin>")
	check("coroutines", "pinned_box::{closure#0}", "std::pin::Pin<std::boxed::Box<"+future+" + std::marker::Send>>")
	check("coroutines", "pinned_reference::{closure#0}", "std::pin::Pin<&mut Yield>")
	check("coroutines", "pinned_in_place::{closure#0}", "std::pin::Pin<&mut Yield>", "std::pin::Pin<&mut Yield>")
	check("coroutines", "reference::{closure#0}", "&mut Yield")
	check("coroutines", "generic::{closure#0}", "F")
	check("coroutines", "opaque::{closure#0}", "impl Future<Output = u32>")
	check("coroutines", "into_future::{closure#0}", "std::future::Ready<u32>")
	check("coroutines", "closure_poll::{closure#0}", "std::future::PollFn<{closure@coroutines.rs:66:26: 66:35}>")
	check("coroutines", "block::{closure#0}", "Yield")
	check("coroutines", "nested::{closure#0}", "{async block@coroutines.rs:77:17: 77:22}")
	check("coroutines", "nested::{closure#0}::{closure#0}", "{async block@coroutines.rs:78:20: 78:25}")
	check("coroutines", "nested::{closure#0}::{closure#0}::{closure#0}", "Yield")
	check("coroutines", "in_loop::{closure#0}", "Yield")
	check("coroutines", "in_match::{closure#0}", "Yield", "{async fn body of fallible()}")
	check("coroutines", "recursive::{closure#0}", "std::pin::Pin<std::boxed::Box<"+future+">>")
	check("coroutines", "Service::both::{closure#0}", "impl std::future::Future<Output = u32> + std::marker::Send", "impl std::future::Future<Output = u32> + std::marker::Send")
	check("coroutines", "<impl at coroutines.rs:124:1: 124:22>::call::{closure#0}", "Yield")
	check("coroutines", "counted::{closure#0}", "Count<std::pin::Pin<std::boxed::Box<{async fn body of plain()}>>>")
	check("coroutines", "never::{closure#0}", "std::future::Pending<()>")
	check("coroutines", "without_suspension::{closure#0}")
	check("coroutines_2018", "whole_capture::{closure#0}", "{async fn body of ready()}")
	check("coroutines_2018", "first_class::{closure#0}", "std::pin::Pin<std::boxed::Box<"+future+">>")
	check("coroutines_2024", "apply::{closure#0}", "<F as std::ops::AsyncFnMut<(u32,)>>::CallRefFuture<'_>", "<F as std::ops::AsyncFnMut<(u32,)>>::CallRefFuture<'_>")
	check("coroutines_2024", "let_chain::{closure#0}", "{async fn body of ready()}", "{async fn body of ready()}")
	check("coroutines_2024", "async_closures::{closure#0}::{closure#0}::{closure#0}", "{async fn body of ready()}")
	pollFn := "std::future::PollFn<{closure@$REGISTRY/tokio-1.54.1/src/macros/"
	check("tokio_awaits", "slept::{closure#0}", "tokio::time::Sleep")
	check("tokio_awaits", "timed::{closure#0}", "tokio::time::Timeout<{async fn body of tokio::sync::Mutex<u32>::lock()}>")
	check("tokio_awaits", "selected::{closure#0}", pollFn+"select.rs:664:46: 664:50}>")
	check("tokio_awaits", "selected_in_loop::{closure#0}", pollFn+"select.rs:664:46: 664:50}>")
	check("tokio_awaits", "joined::{closure#0}", pollFn+"join.rs:151:42: 151:51}>")
	check("tokio_awaits", "try_joined::{closure#0}", pollFn+"try_join.rs:201:42: 201:51}>")
	check("tokio_awaits", "spawned::{closure#0}", "tokio::task::JoinHandle<u32>")
	check("tokio_awaits", "guarded::{closure#0}", "{async fn body of tokio::sync::Mutex<u32>::lock()}", "{async fn body of tokio::sync::mpsc::Sender<u32>::send()}")
}

// An await that the source shows is an await that is found, on its line: none is invented.
func TestAwaitsStandWhereTheSourceHasThem(t *testing.T) {
	for _, name := range []string{"held", "coroutines", "coroutines_2018", "coroutines_2024"} {
		var want []int
		for i, line := range source(t, name) {
			if strings.Contains(line, ".await") {
				want = append(want, i+1)
			}
		}
		for _, version := range versions {
			var got []int
			for _, b := range bodies(t, version, name) {
				for _, a := range b.Awaits {
					at := b.Crate.Span(a.Pos)
					if line := source(t, name)[at.Line-1]; !strings.HasPrefix(line[at.Column-1:], "await") {
						t.Errorf("%s %s.rs:%d:%d is no await", version, name, at.Line, at.Column)
					}
					got = append(got, at.Line)
				}
			}
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, want) {
				t.Errorf("%s %s: awaits on lines %v, want %v", version, name, got, want)
			}
		}
	}
}

func TestKindsOfCoroutines(t *testing.T) {
	check := func(sample, path string, want coro.Kind, typ string) {
		t.Helper()
		b := bodies(t, "1.95", sample)[path]
		if b == nil || b.Kind != want || b.Type != typ {
			t.Errorf("%s: %+v", path, b)
		}
	}
	check("coroutines", "leaf::{closure#0}", coro.AsyncFn, "{async fn body of leaf()}")
	check("coroutines", "block::{closure#0}", coro.AsyncBlock, "{async block@coroutines.rs:70:5: 70:15}")
	check("coroutines_2024", "async_closures::{closure#0}::{closure#0}::{closure#0}", coro.AsyncClosure, "{async closure body@coroutines_2024.rs:21:34: 24:6}")
}

func TestCoroutinesAndNothingElseAreLowered(t *testing.T) {
	for _, name := range []string{"values", "flow", "items"} {
		if b := coro.Bodies(sample(t, "1.95", name)); len(b) != 0 {
			t.Errorf("%s has the coroutine %s", name, b[0].Func.Path)
		}
	}
	c := sample(t, "1.95", "coroutines")
	for _, f := range c.Funcs {
		isResume := strings.HasPrefix(f.Path, "plain::{closure") || f.Path == "block::{closure#0}"
		if (f.Path == "plain" || f.Path == "block") && coro.IsCoroutine(f) || isResume && !coro.IsCoroutine(f) {
			t.Errorf("%s: coroutine %v", f.Path, coro.IsCoroutine(f))
		}
	}
}

func TestLoweringGivesEverySlotALocal(t *testing.T) {
	check := func(sample, path string, captures, saved string) {
		t.Helper()
		for _, version := range versions {
			b := bodies(t, version, sample)[path]
			var caught, kept []string
			for l := range b.Func.Locals {
				name := b.Name(mir.Local(l))
				switch {
				case b.IsCapture(mir.Local(l)):
					caught = append(caught, b.Func.Locals[l].Type)
				case b.IsSaved(mir.Local(l)) && name != "" && !strings.HasPrefix(name, "__"):
					kept = append(kept, name+": "+b.Func.Locals[l].Type)
				}
			}
			if got := strings.Join(caught, ", "); got != captures {
				t.Errorf("%s %s captures %s, want %s", version, path, got, captures)
			}
			if got := strings.Join(kept, ", "); got != saved {
				t.Errorf("%s %s keeps %s, want %s", version, path, got, saved)
			}
			if strings.Contains(b.Func.String(), "as variant#") {
				t.Errorf("%s %s: a slot is left:\n%s", version, path, b.Func)
			}
		}
	}
	check("held", "across::{closure#0}", "&std::sync::Mutex<u32>", "guard: std::sync::MutexGuard<'_, u32>")
	check("coroutines", "block::{closure#0}", "std::string::String", "")
	check("coroutines", "leaf::{closure#0}", "", "")
	check("coroutines_2018", "whole_capture::{closure#0}", "Job", "")
	check("coroutines", "pinned_in_place::{closure#0}", "", "f: std::pin::Pin<&mut Yield>, pinned: Yield")
}

func TestALoweredBodyIsStillSound(t *testing.T) {
	for _, version := range versions {
		for _, name := range []string{"coroutines", "coroutines_2018", "coroutines_2024", "held", "tokio_awaits", "bare"} {
			c := sample(t, version, name)
			coro.Bodies(c)
			for _, problem := range mir.Check(c) {
				t.Errorf("%s %s: %s", version, name, problem)
			}
		}
	}
}

func TestWhatHasNotTheShapeOfACoroutineIsLeftAlone(t *testing.T) {
	const head = "fn f::{closure#0}(_1: std::pin::Pin<&mut {async fn body of f()}>, _2: &mut std::task::Context<'_>) -> std::task::Poll<()> {\n" +
		"    let mut _3: &mut {async fn body of f()};\n    let mut _4: u32;\n\n    bb0: {\n        _3 = copy (_1.0: &mut {async fn body of f()});\n        _4 = discriminant((*_3));\n"
	const tail = "    }\n\n    bb1: {\n        return;\n    }\n}\n"
	check := func(last string, lowered bool) {
		t.Helper()
		c := parse.Crate("t", head+"        "+last+"\n"+tail)
		if len(c.Funcs) != 1 {
			t.Fatalf("%+v", c.Problems)
		}
		if got := coro.Lower(c, c.Funcs[0]) != nil; got != lowered {
			t.Errorf("%s: lowered %v", last, got)
		}
	}
	check("switchInt(move _4) -> [0: bb1, otherwise: bb1];", true)
	check("switchInt(move _4) -> [1: bb1, otherwise: bb1];", false) // no unresumed state
	check("goto -> bb1;", false)
}

func TestSuccessorsAreListedOnceAndPredecessorsMirrorThem(t *testing.T) {
	c := parse.Crate("t", "fn f(_1: u8) -> () {\n    let mut _0: ();\n\n    bb0: {\n        switchInt(copy _1) -> [0: bb1, 1: bb2, 2: bb1, otherwise: bb2];\n    }\n\n"+
		"    bb1: {\n        _0 = g() -> [return: bb2, unwind: bb3];\n    }\n\n    bb2: {\n        return;\n    }\n\n    bb3 (cleanup): {\n        resume;\n    }\n}\n")
	f := c.Funcs[0]
	if got := coro.Successors(&f.Blocks[0].Term); !slices.Equal(got, []mir.Block{1, 2}) {
		t.Errorf("successors %v", got)
	}
	preds := coro.Predecessors(f)
	want := [][]mir.Block{nil, {0}, {0, 1}, nil}
	for i := range want {
		if !slices.Equal(preds[i], want[i]) {
			t.Errorf("predecessors of bb%d: %v, want %v", i, preds[i], want[i])
		}
	}
}
