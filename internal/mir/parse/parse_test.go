package parse

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pollux/internal/mir"
)

// body wraps lines into a function with a few locals and blocks to refer to.
func body(lines ...string) string {
	return "fn f(_1: u8, _2: &T) -> R {\n    let mut _3: bool;\n    let _4: Add;\n    let _5: [u8; 2];\n    let _6: E;\n    let _7: F;\n\n" +
		"    bb0: {\n        " + strings.Join(lines, "\n        ") + "\n    }\n\n" +
		"    bb1: {\n        return;\n    }\n\n    bb2 (cleanup): {\n        resume;\n    }\n}\n"
}

const span = " // scope 0 at src/a.rs:1:2: 3:4"

// first is the first block of a body of some lines.
func first(t *testing.T, lines ...string) (*mir.Crate, *mir.BasicBlock) {
	t.Helper()
	c := Crate("t", body(lines...))
	if len(c.Funcs) != 1 || len(c.Problems) > 0 {
		t.Fatalf("%s: %d bodies, %+v", lines[0], len(c.Funcs), c.Problems)
	}
	return c, &c.Funcs[0].Blocks[0]
}

func TestEveryLineHasItsNode(t *testing.T) {
	// check parses a line, with and without its span, and compares kind and printed form; the latter is the line itself when want is empty.
	check := func(kind mir.RvalueKind, line, want string) {
		t.Helper()
		for _, text := range []string{line, line + span} {
			_, b := first(t, text, "return;")
			s := &b.Stmts[0]
			if want == "" {
				want = line
			}
			if got := s.String(); got != want || s.Value.Kind != kind || s.Kind != mir.Assign {
				t.Errorf("%s: kind %d printed %s, want kind %d printed %s", text, s.Value.Kind, got, kind, want)
			}
		}
	}
	check(mir.Use, "_3 = copy _1;", "")
	check(mir.Use, "_3 = move ((*_2).0: T);", "")
	check(mir.Use, "_3 = no_retag copy (*_2);", "_3 = copy (*_2);")
	check(mir.Use, "_3 = const true;", "")
	check(mir.Use, `_3 = const "a; // b \" -> [return: bb1] as u8 (X)";`, "")
	check(mir.Use, `_3 = const b"a\"; )";`, "")
	check(mir.Use, "_3 = const ';';", "")
	check(mir.Use, `_3 = const '\'';`, "")
	check(mir.Use, "_3 = const Wrap(1_u8);", "")
	check(mir.Use, "_3 = const Empty {{  }};", "")
	check(mir.Use, "_3 = const {alloc1: &[u8; 2]};", "")
	check(mir.Use, "_3 = const f::promoted[0];", "")
	check(mir.Repeat, "_3 = [const 0_u8; 16];", "")
	check(mir.Repeat, "_3 = [move _1; N];", "")
	check(mir.Repeat, "_3 = [const [1, 2]; 16];", "")
	check(mir.Ref, "_3 = &_1;", "")
	check(mir.Ref, "_3 = &mut ((_6 as Some).0: u8);", "")
	check(mir.Ref, "_3 = &(*_2)[1:-1];", "")
	check(mir.Ref, "_3 = &(*_2)[-1 of 2];", "")
	check(mir.Ref, "_3 = &fake shallow _1;", "_3 = &fake _1;")
	check(mir.Ref, "_3 = &two_phase mut _1;", "_3 = &mut _1;")
	check(mir.RawPtr, "_3 = &raw const (*_2);", "")
	check(mir.RawPtr, "_3 = &raw mut (_1.0: u8);", "")
	check(mir.RawPtr, "_3 = &raw const (fake) (*_2);", "")
	check(mir.Cast, "_3 = copy _1 as u64 (IntToInt);", "")
	check(mir.Cast, "_3 = const 1_u8 as u64 (IntToInt);", "")
	check(mir.Cast, "_3 = const <T as Tr>::C as u64 (IntToInt);", "")
	check(mir.Cast, "_3 = const 7_usize as *const <T as Tr>::Out (PointerWithExposedProvenance);", "")
	check(mir.Cast, "_3 = double as fn(i32) -> i32 (PointerCoercion(ReifyFnPointer(Safe), Implicit));", "_3 = const double as fn(i32) -> i32 (PointerCoercion(ReifyFnPointer(Safe), Implicit));")
	check(mir.Cast, "_3 = id::<String> as fn(String) -> String (PointerCoercion(ReifyFnPointer(Safe), Implicit));", "_3 = const id::<String> as fn(String) -> String (PointerCoercion(ReifyFnPointer(Safe), Implicit));")
	check(mir.Op, "_3 = Lt(copy _1, const 9_u8);", "")
	check(mir.Op, "_3 = AddWithOverflow(copy _1, const 9_u8);", "")
	check(mir.Op, "_3 = Not(move _1);", "")
	check(mir.Op, "_3 = SizeOf(std::vec::Vec<u8>);", "_3 = SizeOf(const std::vec::Vec<u8>);")
	check(mir.Op, "_3 = PtrMetadata(copy _2);", "")
	check(mir.Adt, "_4 = Add(copy _1, copy _1);", "")
	check(mir.Adt, "_3 = Len(copy _1);", "")
	check(mir.Discriminant, "_3 = discriminant((*_2));", "")
	check(mir.Len, "_3 = Len((*_2));", "")
	check(mir.CopyForDeref, "_3 = deref_copy (_1.0: &T);", "")
	check(mir.ThreadLocal, "_3 = &/*tls*/ mut A::VAL;", "_3 = &/*tls*/ A::VAL;")
	check(mir.Tuple, "_3 = (move _1, const 'x');", "")
	check(mir.Tuple, "_3 = (move _1,);", "")
	check(mir.Array, "_3 = [move _1, copy _1];", "")
	check(mir.Array, "_3 = [];", "")
	check(mir.Adt, "_3 = std::option::Option::<u8>::None;", "")
	check(mir.Adt, "_3 = std::option::Option::<u8>::Some(move _1);", "")
	check(mir.Adt, "_3 = Point { x: copy _1, y: const -1_i32 };", "")
	check(mir.Adt, "_3 = F::<'>', true> { x: copy _1 };", "")
	check(mir.Adt, "_3 = *const [u8] from (copy _2, copy _1);", "")
	check(mir.Closure, "_3 = {closure@src/a.rs:1:2: 3:4};", "")
	check(mir.Closure, "_3 = {closure@src/a.rs:1:2: 3:4} { a: move _1, b: copy _2 };", "")
	check(mir.Coroutine, "_3 = {coroutine@src/a.rs:1:2: 3:4 (#0)} { a: move _1 };", "")
	check(mir.Use, "((((*_2) as variant#3).0: T).1: U) = move _1;", "")
	check(mir.Use, "_5[_1] = move _1;", "")
	check(mir.Use, "(_5[0 of 2].1: u8) = copy (_1 as subtype T);", "")
}

func TestStatementsThatAssignNothing(t *testing.T) {
	check := func(kind mir.StmtKind, line, want string) {
		t.Helper()
		_, b := first(t, line+span, "return;")
		if s := &b.Stmts[0]; s.Kind != kind || s.String() != want {
			t.Errorf("%s: kind %d printed %s", line, s.Kind, s)
		}
	}
	check(mir.StorageLive, "StorageLive(_3);", "StorageLive(_3);")
	check(mir.StorageDead, "StorageDead(_3);", "StorageDead(_3);")
	check(mir.SetDiscr, "discriminant((*_2)) = 3;", "discriminant((*_2)) = 3;")
	check(mir.Intrinsic, "nop;", "nop();")
	check(mir.Intrinsic, "ConstEvalCounter;", "ConstEvalCounter();")
	check(mir.Intrinsic, "assume(move _3);", "assume(move _3);")
	check(mir.Intrinsic, "copy_nonoverlapping(dst = copy _1, src = move _2, count = const 3_usize);", "copy_nonoverlapping(copy _1, move _2, const 3_usize);")
	check(mir.Intrinsic, "Retag([fn entry] _1);", "Retag();")
	check(mir.Intrinsic, "PlaceMention(_1);", "PlaceMention();")
}

func TestEveryTerminatorHasItsEdges(t *testing.T) {
	check := func(kind mir.TermKind, line, want string) {
		t.Helper()
		for _, text := range []string{line, line + span} {
			_, b := first(t, text)
			if want == "" {
				want = line
			}
			if got := b.Term.String(); got != want || b.Term.Kind != kind {
				t.Errorf("%s: kind %d printed %s, want kind %d printed %s", text, b.Term.Kind, got, kind, want)
			}
		}
	}
	check(mir.Goto, "goto -> bb1;", "")
	check(mir.Switch, "switchInt(move _3) -> [0: bb1, otherwise: bb1];", "")
	check(mir.Switch, `switchInt(copy _3) -> ['\'': bb1, ':': bb1, ']': bb1, otherwise: bb1];`, "")
	check(mir.Switch, "switchInt(copy _3) -> [340282366920938463463374607431768211455: bb1, otherwise: bb1];", "")
	check(mir.Switch, "switchInt(copy _3) -> [0: bb1];", "")
	check(mir.Drop, "drop(((*_2).0: T)) -> [return: bb1, unwind: bb2];", "")
	check(mir.Drop, "drop(_3) -> [return: bb1, unwind terminate(cleanup)];", "drop(_3) -> [return: bb1, unwind continue];")
	check(mir.Drop, "drop(_3) -> [return: bb1, unwind: bb2, drop: bb1];", "drop(_3) -> [return: bb1, unwind: bb2];")
	check(mir.Call, "_3 = a::b::<T>(move _1, const 2_u8) -> [return: bb1, unwind: bb2];", "")
	check(mir.Call, "_3 = <T as A<B>>::m() -> [return: bb1, unwind unreachable];", "_3 = <T as A<B>>::m() -> [return: bb1, unwind continue];")
	check(mir.Call, "_3 = discriminant(copy _1) -> [return: bb1, unwind continue];", "")
	check(mir.Call, "_3 = panic() -> unwind continue;", "")
	check(mir.Call, "_3 = panic(const \"a\") -> bb2;", "_3 = panic(const \"a\") -> [unwind: bb2];")
	check(mir.Call, "_3 = move _7(move _1) -> [return: bb1, unwind continue];", "_3 = copy _7(move _1) -> [return: bb1, unwind continue];")
	check(mir.Call, "_3 = copy (_7.0: fn(u8))(copy _1) -> [return: bb1, unwind continue];", "")
	check(mir.Call, "_3 = const F(copy _1) -> [return: bb1, unwind continue];", "_3 = F(copy _1) -> [return: bb1, unwind continue];")
	check(mir.Call, "(((*_2) as variant#3).1: T) = <F as std::future::IntoFuture>::into_future(move _1) -> [return: bb1, unwind: bb2];", "")
	check(mir.Assert, `assert(!move (_5.1: bool), "attempt -> [to] ) -> {}", copy _1) -> [success: bb1, unwind: bb2];`, `assert(move (_5.1: bool), "") -> [success: bb1, unwind: bb2];`)
	check(mir.OpaqueTerm, `asm!("nop", "a" -> b", in(reg) copy _1, options()) -> [return: bb1, unwind unreachable];`, `asm!("nop", "a" -> b", in(reg) copy _1, options()) -> [return: bb1, unwind continue];`)
	check(mir.OpaqueTerm, `asm!("jmp {}", label 0, options()) -> [return: bb1, label: bb1, unwind unreachable];`, `asm!("jmp {}", label 0, options()) -> [return: bb1, label: bb1, unwind continue];`)
	check(mir.OpaqueTerm, `asm!("ud2", options(NORETURN)) -> unwind unreachable;`, `asm!("ud2", options(NORETURN)) -> unwind continue;`)
	check(mir.Return, "return;", "")
	check(mir.Unreachable, "unreachable;", "")
	check(mir.Resume, "resume;", "")
	check(mir.Terminate, "terminate(abi);", "terminate(cleanup);")
}

func TestTheTemplateOfAsmMayHaveSeveralLines(t *testing.T) {
	c := Crate("t", "fn f() -> () {\n    let mut _0: ();\n\n    bb0: {\n        asm!(\"nop\n/* } -> [return: bb9] */\nnop\", options()) -> [return: bb1, unwind unreachable];"+span+
		"\n    }\n\n    bb1: {\n        return;\n    }\n}\n")
	if len(c.Problems) > 0 || len(c.Funcs) != 1 {
		t.Fatalf("%+v", c.Problems)
	}
	term := c.Funcs[0].Blocks[0].Term
	if term.Return != 1 || !strings.Contains(term.Text, "\nnop") || c.Span(term.Pos).Line != 1 {
		t.Errorf("%+v", term)
	}
}

func TestSpansAreFoundBehindEveryNode(t *testing.T) {
	c, b := first(t, "_3 = copy _1;"+strings.ReplaceAll(span, "1:2: 3:4", "7:8: 9:10"), "return;")
	if at := c.Span(b.Stmts[0].Pos); at.File != "src/a.rs" || at.Line != 7 || at.Column != 8 || at.EndLine != 9 || at.EndColumn != 10 {
		t.Errorf("%+v", at)
	}
}

func TestItemsAreReadByTheirHeaders(t *testing.T) {
	check := func(header string, kind mir.FuncKind, path string, types ...string) {
		t.Helper()
		c := Crate("t", header+" {\n\n    bb0: {\n        return;\n    }\n}\n")
		if len(c.Funcs) != 1 || len(c.Problems) > 0 {
			t.Fatalf("%s: %d bodies, %+v", header, len(c.Funcs), c.Problems)
		}
		f := c.Funcs[0]
		var got []string
		for _, l := range f.Locals {
			got = append(got, l.Type)
		}
		if f.Kind != kind || f.Path != path || !slices.Equal(got, types) {
			t.Errorf("%s: kind %d path %q types %q", header, f.Kind, f.Path, got)
		}
	}
	check("fn a::b() -> ()", mir.Fn, "a::b", "()")
	check("fn f(_1: (A, B), _2: fn(A, B) -> C) -> [u8; 2]", mir.Fn, "f", "[u8; 2]", "(A, B)", "fn(A, B) -> C")
	check("fn m::<impl at src/a.rs:1:2: 3:4>::f(_1: &T) -> T", mir.Fn, "m::<impl at src/a.rs:1:2: 3:4>::f", "T", "&T")
	check("fn f::{closure#0}(_1: std::pin::Pin<&mut {async fn body of f()}>, _2: &mut std::task::Context<'_>) -> std::task::Poll<u8>", mir.Fn, "f::{closure#0}",
		"std::task::Poll<u8>", "std::pin::Pin<&mut {async fn body of f()}>", "&mut std::task::Context<'_>")
	check("const A: u8 =", mir.Const, "A", "u8")
	check("const m::<impl at src/a.rs:1:2: 3:4>::A: &str =", mir.Const, "m::<impl at src/a.rs:1:2: 3:4>::A", "&str")
	check("static A: u8 =", mir.Static, "A", "u8")
	check("static mut A: [u8; 4] =", mir.Static, "A", "[u8; 4]")
	check("f::{constant#0}: for<'a> fn(&'a u8) =", mir.Const, "f::{constant#0}", "for<'a> fn(&'a u8)")
	check("const f::promoted[0]: &u8 =", mir.Const, "f::promoted[0]", "&u8")
}

func TestOfAConstFnOnlyTheFirstBodyCounts(t *testing.T) {
	one := "fn f() -> u8 {\n\n    bb0: {\n        return;\n    }\n}\n\n"
	c := Crate("t", one+"// MIR FOR CTFE\n"+strings.ReplaceAll(one, "return", "unreachable")+one)
	if len(c.Funcs) != 2 || c.Funcs[0].Blocks[0].Term.Kind != mir.Return || c.Funcs[1].Blocks[0].Term.Kind != mir.Return {
		t.Errorf("%d bodies, %+v", len(c.Funcs), c.Problems)
	}
}

func TestTheBodyOfAClosureIsNamedByItsComment(t *testing.T) {
	c := Crate("t", body("_3 = {closure@a.rs:1:2: 3:4} { a: move _1 };"+span, "                      // closure",
		"                      // + def_id: DefId(0:21 ~ t[f195]::f::{closure#0})", "                      // + args: [", "return;"))
	v := c.Funcs[0].Blocks[0].Stmts[0].Value
	if v.Named.Def != "f::{closure#0}" || !slices.Equal(v.Named.Fields, []string{"a"}) {
		t.Errorf("%+v", v.Named)
	}
}

func TestWhatIsNotUnderstoodIsCountedAndKept(t *testing.T) {
	check := func(text string, funcs, opaque int, what string) {
		t.Helper()
		c := Crate("t", text)
		if len(c.Funcs) != funcs || c.Stats.Opaque != opaque || opaque > 0 && c.Problems[0].What != what {
			t.Errorf("%q: %d bodies, %d opaque, %+v", text, len(c.Funcs), c.Stats.Opaque, c.Problems)
		}
	}
	check(body("frobnicate(_1);", "return;"), 1, 1, "statement")
	check(body("_3 = frob nicate(_1);", "return;"), 1, 1, "statement")
	check(body("frobnicate(_1) -> [return: bb1, unwind continue];"), 1, 1, "statement")
	check(body("_3 = copy _1", "return;"), 1, 1, "statement")
	check(body("_1[ = copy _1;", "return;"), 1, 1, "statement")
	check(body("_3 = &;", "_3 = &mut;", "_3 = [;", "_3 = (;", "_3 = {;", "_3 = ;", "_3;", "return;"), 1, 7, "statement")
	check(body("nop;"), 0, 1, "block without terminator")
	check(body("return;", "nop;"), 0, 1, "statement behind a terminator")
	check(body("goto -> bb9;"), 0, 1, "edge to nowhere")
	check(body("goto -> bb2;"), 0, 1, "edge to nowhere")
	check(body("drop(_3) -> [return: bb1, unwind: bb1];"), 0, 1, "edge to nowhere")
	check(body("_8 = copy _1;", "return;"), 0, 1, "local without declaration")
	check(body("_3 = copy _5[_8];", "return;"), 0, 1, "local without declaration")
	check("fn f() -> () {\n    let _999999999: u8;\n\n    bb0: {\n        return;\n    }\n}\n", 0, 1, "local without declaration")
	check("fn f() -> () {\n    let _2: u8;\n\n    bb0: {\n        return;\n    }\n}\n", 0, 1, "local without declaration")
	check("fn f() -> () {\n\n    bb7: {\n        return;\n    }\n}\n", 0, 3, "block")
	check("fn f() -> () {\n    let _0: ();\n}\n", 0, 1, "body without blocks")
	check("fn f() -> () {\n\n    bb0: {\n        return;\n    }\n", 0, 1, "body cut short")
	check("fn f() -> () {\n\n    bb0: {\n        return;\n    }\nfn g() -> () {\n\n    bb0: {\n        return;\n    }\n}\n", 1, 1, "body cut short")
	check("fn f(\n", 0, 1, "item")
	check("fn f() -> u8\n", 0, 1, "item")
	check("const A: u8 = const 3_u8;\nalloc1 (size: 4, align: 1) {\n    00 01 │ ..\n}\n// comment\n\n", 0, 0, "")
	check("gibberish {\n  x\n}\n", 0, 1, "item")
}

func TestProblemsNameTheirLine(t *testing.T) {
	c := Crate("t", "// header\n"+body("nop;", "frobnicate(_1);"+span, "return;")+"wrong\n")
	var got []string
	for _, p := range c.Problems {
		got = append(got, strconv.Itoa(p.Line)+" "+p.Text)
	}
	if want := []string{"11 frobnicate(_1)", "23 wrong"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProblemsOfWholeBodiesDoNotDisturbTheCount(t *testing.T) {
	c := Crate("t", "wrong\n"+body("frobnicate(_1);", "goto -> bb9;")+"wrong\n"+body("goto -> bb9;")+"wrong\n")
	var got []int
	for _, p := range c.Problems {
		got = append(got, p.Line)
	}
	if want := []int{1, 10, 2, 22, 23, 42}; !slices.Equal(got, want) {
		t.Errorf("problems on lines %v, want %v", got, want)
	}
}

func TestTheListOfProblemsIsBoundedAndTheirNumberIsExact(t *testing.T) {
	c := Crate("t", strings.Repeat("wrong\n", 5000))
	if len(c.Problems) != maxProblems || c.Stats.Opaque != 5000 {
		t.Errorf("%d kept of %d", len(c.Problems), c.Stats.Opaque)
	}
}

func TestTextCutAnywhereGivesFewerBodiesAndNoFalseOnes(t *testing.T) {
	for name, text := range samples(t) {
		if !strings.HasPrefix(name, "1.95/") {
			continue
		}
		whole := Crate("t", text)
		printed := map[string]bool{}
		for _, f := range whole.Funcs {
			printed[f.String()] = true
		}
		for cut := 0; cut < len(text); cut += 1021 {
			c := Crate("t", text[:cut])
			checkSound(t, c)
			if len(c.Problems) == 0 && len(c.Funcs) == len(whole.Funcs) && strings.TrimSpace(text[cut:]) != "" && strings.Contains(text[cut:], "\nfn ") {
				t.Errorf("%s cut at %d: nothing is missed", name, cut)
			}
			if n := len(c.Funcs); n > 0 && !printed[c.Funcs[n-1].String()] {
				t.Errorf("%s cut at %d: the last body is another one:\n%s", name, cut, c.Funcs[n-1])
			}
		}
	}
}

// checkSound fails when a crate breaks a promise that analyses rely on.
func checkSound(t *testing.T, c *mir.Crate) {
	t.Helper()
	for _, problem := range mir.Check(c) {
		t.Errorf("unsound: %s", problem)
	}
	blocks, statements := 0, 0
	for _, f := range c.Funcs {
		blocks += len(f.Blocks)
		for i := range f.Blocks {
			statements += len(f.Blocks[i].Stmts) + 1
		}
	}
	s := c.Stats
	if s.Bytes != len(c.Text) || s.Blocks != blocks || s.Statements < statements || len(c.Problems) != min(s.Opaque, maxProblems) {
		t.Errorf("counts do not agree: %+v, %d blocks, %d statements, %d problems", s, blocks, statements, len(c.Problems))
	}
}

// perByte bounds what is allocated for one byte of text, whatever it says: the worst is a list of constants of one letter.
const perByte = 256

// allocated is how many bytes parsing a text allocates.
func allocated(text string) (*mir.Crate, uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c := Crate("t", text)
	runtime.ReadMemStats(&after)
	return c, after.TotalAlloc - before.TotalAlloc
}

func FuzzCrate(f *testing.F) {
	for _, text := range samples(f) {
		// Whole samples are too long to mutate well: a few bodies of each are enough.
		items := strings.SplitAfter(text, "\n}\n")
		for i := 0; i < len(items); i += 1 + len(items)/8 {
			f.Add(items[i])
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, bytes := allocated(text)
		checkSound(t, c)
		if bytes > uint64(len(text))*perByte+2<<20 {
			t.Errorf("%d bytes allocated for %d bytes of text", bytes, len(text))
		}
		checkSound(t, Crate("t", mir.Format(c))) // not always equal: a type of unbalanced brackets prints as it is
	})
}

// A parser that looks at each byte once for each byte would take hours here.
func TestHostileTextIsReadInOnePass(t *testing.T) {
	n := 200_000
	units := []string{"(", "<", "[", "{", ")", ">", "'", "\"", "'\\", "a<", "a::<b>::", "(*", "(_1.0: ", "_1[", "[0]", "copy ", "const ", "const (", " as ", " -> ", "asm!(",
		"&", "{closure@", "a(", ", ", "a,", ": ", ";", " // ", "bb", "\\", "_99999999", "_1, ", "0: bb1, ", "é"}
	around := []func(string) string{
		func(s string) string { return s },
		func(s string) string { return "fn " + s + " {\n}\n" },
		func(s string) string { return "const " + s + ": u8 = {\n}\n" },
		func(s string) string { return "fn f() -> () {\n    let _1: " + s + ";\n    debug a => " + s + ";\n}\n" },
		func(s string) string { return body("_3 = "+s+";", "return;") },
		func(s string) string { return body("_3 = const "+s+";", "return;") },
		func(s string) string { return body("_3 = ("+s+");", "return;") },
		func(s string) string { return body("_3 = f(" + s + ") -> [return: bb1, unwind continue];") },
		func(s string) string { return body("switchInt(move _3) -> [" + s + "];") },
		func(s string) string { return body(s+" = copy _1;", "return;") },
	}
	for _, u := range units {
		s := strings.Repeat(u, n)
		for _, wrap := range around {
			text := wrap(s)
			c, bytes := allocated(text)
			checkSound(t, c)
			if bytes > uint64(len(text))*perByte+2<<20 {
				t.Errorf("%.40q: %d bytes allocated for %d bytes of text", text, bytes, len(text))
			}
		}
	}
}

func TestManyHostileLinesAreReadInOnePass(t *testing.T) {
	for _, line := range []string{"        asm!(\"", "        _3 = {closure@", "fn f() -> () {", "    bb0: {", "    bb999999999: {", "    let _999999999: u8;", "        x -> y", "alloc1 {", "// MIR FOR CTFE", "    let _1: u8;"} {
		text := strings.Repeat(line+"\n", 100_000)
		for _, text := range []string{text, body(strings.TrimSpace(text)), "fn f() -> () {\n" + text} {
			c, bytes := allocated(text)
			checkSound(t, c)
			if bytes > uint64(len(text))*perByte+2<<20 {
				t.Errorf("%.40q: %d bytes allocated for %d bytes of text", text, bytes, len(text))
			}
		}
	}
}

func TestALineOfAHundredMegabytes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 200 MB")
	}
	text := body(`_3 = const "`+strings.Repeat("a ( ", 25<<20)+`";`, "return;")
	c, bytes := allocated(text)
	if len(c.Funcs) != 1 || c.Stats.Opaque != 0 || bytes > 1<<20 {
		t.Errorf("%d bodies, %d opaque, %d bytes allocated", len(c.Funcs), c.Stats.Opaque, bytes)
	}
}
