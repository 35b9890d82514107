package facts

import (
	"fmt"
	"strings"
	"testing"

	"pollux/internal/knowledge"
	"pollux/internal/mir/parse"
)

// adversary writes MIR of n functions that call each other in a shape that is hard on a summary: a chain, one group of functions that all
// reach each other, or a tree of async functions that await two others each.
func adversary(shape string, n int) string {
	var b strings.Builder
	for i := range n {
		switch shape {
		case "chain":
			plainFn(&b, i, []int{i + 1}, n)
		case "ring":
			plainFn(&b, i, []int{(i + 1) % n, (i * 7) % n}, n)
		case "async":
			asyncFn(&b, i, 2*i+1, 2*i+2, n)
		}
	}
	return b.String()
}

// plainFn changes a counter behind its parameter and calls others with it.
func plainFn(b *strings.Builder, i int, calls []int, n int) {
	fmt.Fprintf(b, "fn f%d(_1: &mut usize) -> () {\n    let mut _0: (); // return place in scope 0 at src/lib.rs:%d:1: %d:9\n    let mut _2: (usize, bool);\n    let mut _3: &mut usize;\n    let mut _4: ();\n", i, i+1, i+1)
	fmt.Fprintf(b, "    bb0: {\n        _2 = AddWithOverflow(copy (*_1), const 1_usize); // scope 0 at src/lib.rs:%d:1: %d:2\n        (*_1) = move (_2.0: usize); // scope 0 at src/lib.rs:%d:1: %d:2\n        goto -> bb1; // scope 0 at src/lib.rs:1:1: 1:2\n    }\n", i+1, i+1, i+1, i+1)
	at := 1
	for _, to := range calls {
		if to < n {
			fmt.Fprintf(b, "    bb%d: {\n        _3 = &mut (*_1); // scope 0 at src/lib.rs:1:1: 1:2\n        _4 = f%d(move _3) -> [return: bb%d, unwind continue]; // scope 0 at src/lib.rs:1:1: 1:2\n    }\n", at, to, at+1)
			at++
		}
	}
	fmt.Fprintf(b, "    bb%d: {\n        return; // scope 0 at src/lib.rs:1:1: 1:2\n    }\n}\n\n", at)
}

// asyncFn awaits two futures of the crate in turn.
func asyncFn(b *strings.Builder, i, left, right, n int) {
	typ := func(i int) string { return fmt.Sprintf("{async fn body of g%d()}", i) }
	fmt.Fprintf(b, "fn g%d() -> %s {\n    let mut _0: %s; // return place in scope 0 at src/lib.rs:%d:1: %d:9\n    bb0: {\n        _0 = {coroutine@src/lib.rs:%d:1: %d:9 (#0)}; // scope 0 at src/lib.rs:%d:1: %d:2\n        return; // scope 0 at src/lib.rs:1:1: 1:2\n    }\n}\n\n", i, typ(i), typ(i), i+1, i+1, i+1, i+1, i+1, i+1)
	if right >= n {
		left, right = i, i
	}
	fmt.Fprintf(b, "fn g%d::{closure#0}(_1: std::pin::Pin<&mut %s>, _2: &mut std::task::Context<'_>) -> std::task::Poll<()> {\n", i, typ(i))
	fmt.Fprintf(b, "    let mut _0: std::task::Poll<()>; // return place in scope 0 at src/lib.rs:%d:1: %d:9\n    let mut _3: u32;\n    let mut _4: &mut %s;\n    let mut _5: std::task::Poll<()>;\n    let mut _6: std::pin::Pin<&mut %s>;\n    let mut _7: &mut %s;\n    let mut _8: isize;\n", i+1, i+1, typ(i), typ(left), typ(left))
	fmt.Fprintf(b, "    bb0: {\n        _4 = copy (_1.0: &mut %s);\n        _3 = discriminant((*_4));\n        switchInt(move _3) -> [0: bb1, 3: bb3, otherwise: bb7];\n    }\n", typ(i))
	fmt.Fprintf(b, "    bb1: {\n        (((*_4) as variant#3).0: %s) = g%d() -> [return: bb2, unwind continue];\n    }\n", typ(left), left)
	fmt.Fprintf(b, "    bb2: {\n        goto -> bb3;\n    }\n    bb3: {\n        _7 = &mut (((*_4) as variant#3).0: %s);\n        _6 = std::pin::Pin::<&mut %s>::new_unchecked(copy _7) -> [return: bb4, unwind continue];\n    }\n", typ(left), typ(left))
	fmt.Fprintf(b, "    bb4: {\n        _5 = <%s as std::future::Future>::poll(move _6, copy _2) -> [return: bb5, unwind continue];\n    }\n", typ(left))
	b.WriteString("    bb5: {\n        _8 = discriminant(_5);\n        switchInt(move _8) -> [0: bb8, 1: bb6, otherwise: bb7];\n    }\n    bb6: {\n        _0 = std::task::Poll::<()>::Pending;\n        discriminant((*_4)) = 3;\n        return;\n    }\n    bb7: {\n        unreachable;\n    }\n    bb8: {\n        _0 = std::task::Poll::<()>::Ready(const ());\n        discriminant((*_4)) = 1;\n        return;\n    }\n}\n\n")
	_ = right
}

// BenchmarkAdversary times the summaries over call graphs of three sizes, and reports nanoseconds for each function: near linear means
// that the figure stays. Parsing is not counted.
func BenchmarkAdversary(b *testing.B) {
	for _, shape := range []string{"chain", "ring", "async"} {
		for _, n := range []int{1000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", shape, n), func(b *testing.B) {
				text := adversary(shape, n)
				for b.Loop() {
					b.StopTimer()
					crate := parse.Crate("a", text)
					b.StartTimer()
					c := Analyze(Unit{MIR: crate}, knowledge.Default(), NewLibrary())
					c.summariseEffects()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/fn")
			})
		}
	}
}

// TestAdversarialGraphsComeToAnEnd fails by not ending, or when a cycle is taken for harmless.
func TestAdversarialGraphsComeToAnEnd(t *testing.T) {
	for _, shape := range []string{"chain", "ring", "async"} {
		crate := parse.Crate("a", adversary(shape, 300))
		if len(crate.Problems) > 0 {
			t.Fatalf("%s: %v", shape, crate.Problems[0])
		}
		c := Analyze(Unit{MIR: crate}, knowledge.Default(), NewLibrary())
		c.summariseEffects()
		for _, fn := range c.Fns {
			if fn.effects == nil {
				t.Fatalf("%s: %s has no summary", shape, fn.Path)
			}
		}
		if shape != "async" && c.Fns[0].effects == noEffects {
			t.Errorf("%s: the counter that the first function changes was lost", shape)
		}
	}
}
