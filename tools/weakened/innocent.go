package main

import (
	"regexp"
	"strings"

	"pollux/internal/integrity"
)

// innocent are the operators after which every check asks as much as before.
func innocent() []operator {
	var out []operator
	add := func(name string, apply func(*source) []after) { out = append(out, operator{name, false, apply}) }
	calmText(add)
	calmMoves(add)
	calmTests(add)
	calmCode(add)
	return out
}

func calmText(add adder) {
	add("a comment that speaks of weakening", first(asserting, "// #[ignore] would be wrong here: assert!(true); let _ = x.await; std::mem::forget(guard)"))
	add("a block comment that speaks of weakening", first(asserting, "/* return; #[allow(all)] || true */"))
	add("a string that speaks of weakening", first(asserting, `let _note = "#[ignore] assert!(true || x) unsafe impl Send for T {}";`))
	add("documentation above a test", above(testsOf, "/// The test that `#[ignore]` must not hide: `assert!(x || true)`."))
	add("documentation above code", above(codeOf, "/// # Panics\n/// Never; see `#[allow(unused)]`."))
	add("empty lines", each(anyOf, func(s *source, f fn) (after, bool) {
		text := strings.ReplaceAll(s.body(f), "\n", "\n\n")
		return s.put(f.lo, f.hi, text), text != s.body(f)
	}))
	add("deeper indentation", whole(func(s *source) (after, bool) {
		text := strings.ReplaceAll(s.text, "\n    ", "\n        ")
		return after{text: text, line: 1}, text != s.text && !strings.Contains(s.text, `"\`)
	}))
	add("broken over lines", each(asserting, func(s *source, f fn) (after, bool) {
		text := strings.ReplaceAll(s.body(f), "assert_eq!(", "assert_eq!(\n            ")
		return s.put(f.lo, f.hi, text), text != s.body(f)
	}))
	add("line ends of another system", whole(func(s *source) (after, bool) {
		return after{text: strings.ReplaceAll(s.text, "\n", "\r\n"), line: 1}, true
	}))
	add("comments taken out", whole(func(s *source) (after, bool) {
		var b strings.Builder
		for line := range strings.Lines(s.text) {
			if t := strings.TrimSpace(line); !strings.HasPrefix(t, "// ") {
				b.WriteString(line)
			}
		}
		return after{text: b.String(), line: 1}, b.String() != s.text
	}))
}

func calmMoves(add adder) {
	add("a test under another name", each(testsOf, func(s *source, f fn) (after, bool) {
		at := f.head + strings.Index(s.text[f.head:f.lo], f.name)
		return s.put(at, at+len(f.name), "renamed_"+f.name), true
	}))
	add("a test at the end of the file", each(testsOf, func(s *source, f fn) (after, bool) {
		text := s.text[:f.start] + s.text[f.end:] + "\n" + s.text[f.start:f.end] + "\n"
		return after{text: text, line: 1}, f.module == ""
	}))
	add("a test in another file", each(testsOf, func(s *source, f fn) (after, bool) {
		moved := "use super::*;\n\n" + s.text[f.start:f.end] + "\n"
		a := s.put(f.start, f.end, "")
		a.more = []integrity.Change{{Path: "tests/moved.rs", New: &moved}}
		return a, true
	}))
	add("a test in another file, under another name", each(asserting, func(s *source, f fn) (after, bool) {
		moved := "use super::*;\n\n" + strings.Replace(s.text[f.start:f.end], f.name, "it_"+f.name, 1) + "\n"
		a := s.put(f.start, f.end, "")
		a.more = []integrity.Change{{Path: "tests/moved.rs", New: &moved}}
		return a, true
	}))
	add("a file under another name", whole(func(s *source) (after, bool) {
		return after{text: s.text, line: 1, name: strings.TrimSuffix(s.path, ".rs") + "_renamed.rs", more: []integrity.Change{}}, true
	}))
	add("a file moved without git noticing", whole(func(s *source) (after, bool) {
		return after{gone: true, line: 1, more: []integrity.Change{{Path: "src/elsewhere/" + s.path[strings.LastIndex(s.path, "/")+1:], New: &s.text}}}, true
	}))
	add("functions in another order", whole(func(s *source) (after, bool) {
		if len(s.fns) < 2 || s.fns[0].module != s.fns[1].module || s.fns[0].method != s.fns[1].method || s.fns[0].method {
			return after{}, false
		}
		a, b := s.fns[0], s.fns[1]
		return after{text: s.text[:a.start] + s.text[b.start:b.end] + s.text[a.end:b.start] + s.text[a.start:a.end] + s.text[b.end:], line: 1}, a.end <= b.start
	}))
	add("tests in a module of their own", each(func(s *source) []fn { return keep(s.tests(), func(f fn) bool { return f.module == "" }) }, func(s *source, f fn) (after, bool) {
		return s.put(f.start, f.end, "#[cfg(test)]\nmod group {\n    use super::*;\n\n"+s.text[f.start:f.end]+"\n}"), true
	}))
	add("a function under another name everywhere", each(codeOf, func(s *source, f fn) (after, bool) {
		re := regexp.MustCompile(`\b` + regexp.QuoteMeta(f.name) + `\b`)
		return after{text: re.ReplaceAllString(s.text, f.name+"_now"), line: 1}, f.name != "main" && len(f.name) > 3
	}))
	add("a type under another name everywhere", func(s *source) []after {
		var out []after
		for _, t := range s.file.Structs {
			re := regexp.MustCompile(`\b` + t.Name + `\b`)
			if t.Macro == "" && len(t.Name) > 3 {
				out = append(out, after{text: re.ReplaceAllString(s.text, t.Name+"Inner"), line: t.Line})
			}
		}
		return out
	})
}

func calmTests(add adder) {
	add("a new test", each(testsOf, func(s *source, f fn) (after, bool) {
		return s.put(f.end, f.end, "\n\n"+f.indent+"#[test]\n"+f.indent+"fn one_more() {\n"+f.indent+"    assert!(std::mem::size_of::<u8>() == 1);\n"+f.indent+"}"), true
	}))
	add("a new test that sleeps", each(testsOf, func(s *source, f fn) (after, bool) {
		return s.put(f.end, f.end, "\n\n"+f.indent+"#[tokio::test]\n"+f.indent+"async fn one_more() {\n"+f.indent+"    tokio::time::sleep(std::time::Duration::from_millis(5)).await;\n"+f.indent+"}"), true
	}))
	add("one more assertion", first(asserting, `assert_eq!("a".len(), 1, "letters");`))
	add("a task in a test that is slow", first(asyncTests, "let slow = tokio::spawn(async { tokio::time::sleep(std::time::Duration::from_millis(5)).await; });"))
	add("virtual time and a sleep", each(asyncTests, func(s *source, f fn) (after, bool) {
		return s.put(f.lo, f.lo, "\n    tokio::time::pause();\n    tokio::time::sleep(std::time::Duration::from_secs(5)).await;"), true
	}))
	add("a limit around a test", first(asyncTests, "let _limit = std::time::Duration::from_secs(10);"))
	add("assert_eq! written with ==", reassert("assert_eq", func(a []string) string {
		if len(a) < 2 {
			return ""
		}
		return "assert!(" + a[0] + " == " + a[1] + ");"
	}))
	add("a message", reassert("assert_eq", func(a []string) string {
		if len(a) != 2 {
			return ""
		}
		return "assert_eq!(" + a[0] + ", " + a[1] + ", \"as it was, or true\");"
	}))
	add("another message", reassert("assert", func(a []string) string { return "assert!(" + a[0] + ", \"is_ok() || true\");" }))
	add("a value with a name", reassert("assert_eq", func(a []string) string {
		if len(a) < 2 {
			return ""
		}
		return "let got = " + a[0] + ";\n    assert_eq!(got, " + a[1] + ");"
	}))
	add("an expected value with a name", reassert("assert_eq", func(a []string) string {
		if len(a) < 2 {
			return ""
		}
		return "let want = " + a[1] + ";\n    assert_eq!(" + a[0] + ", want);"
	}))
	add("assertion in a helper", func(s *source) []after {
		var out []after
		for _, f := range asserting(s) {
			for _, r := range s.assertions(f) {
				if args := arguments(s.text[r[0]:r[1]]); strings.HasPrefix(s.text[r[0]:], "assert_eq!(") && len(args) == 2 && f.module == "" {
					helper := "\n\nfn same<T: PartialEq + std::fmt::Debug>(got: T, want: T) {\n    assert_eq!(got, want);\n}\n"
					text := s.text[:r[0]] + "same(" + args[0] + ", " + args[1] + ");" + s.text[r[1]:] + helper
					out = append(out, after{text: text, line: 1})
				}
			}
		}
		return out
	})
	calmTestsWhole(add)
}

func calmTestsWhole(add adder) {
	add("two tests in one", func(s *source) []after {
		fs := asserting(s)
		if len(fs) < 2 || fs[0].async != fs[1].async || fs[0].module != fs[1].module {
			return nil
		}
		a, b := fs[0], fs[1]
		merged := s.text[a.start:a.hi] + "    {" + s.body(b) + "    }\n" + s.text[a.hi:a.end]
		return []after{{text: s.text[:a.start] + merged + s.text[a.end:b.start] + s.text[b.end:], line: 1}}
	})
	add("a test in two", func(s *source) []after {
		var out []after
		for _, f := range asserting(s) {
			rs := s.assertions(f)
			if len(rs) < 2 || strings.Contains(s.body(f), "{") {
				continue
			}
			last := rs[len(rs)-1]
			second := strings.Replace(s.text[f.start:f.lo], f.name, f.name+"_too", 1) + s.text[f.lo:rs[0][0]] + s.text[last[0]:last[1]] + "\n}\n"
			out = append(out, after{text: s.text[:last[0]] + s.text[last[1]:f.end] + "\n\n" + second + s.text[f.end:], line: 1})
		}
		return out
	})
	add("a test on more threads", func(s *source) []after {
		var out []after
		for _, f := range s.tests() {
			head := s.text[f.start:f.head]
			if text := regexp.MustCompile(`worker_threads = \d`).ReplaceAllString(head, "worker_threads = 8"); text != head {
				out = append(out, s.put(f.start, f.head, text))
			} else if text := strings.Replace(head, "#[tokio::test]", `#[tokio::test(flavor = "multi_thread")]`, 1); text != head {
				out = append(out, s.put(f.start, f.head, text))
			}
		}
		return out
	})
	add("more rounds", swap(`for _(\w*) in 0\.\.(\d+)`, "for _$1 in 0..${2}0", testsOf))
	add("expect for unwrap", swap(`\.unwrap\(\)`, `.expect("it is there")`, anyOf))
	add("a test and what it tests deleted", func(s *source) []after {
		var out []after
		if !strings.HasPrefix(s.path, "src/") || strings.Contains(s.path, "test") {
			return nil
		}
		for _, t := range asserting(s) {
			for _, f := range s.code() {
				if len(f.name) > 3 && strings.Contains(s.body(t), f.name+"(") && f.end <= t.start {
					out = append(out, after{text: s.text[:f.start] + s.text[f.end:t.start] + s.text[t.end:], line: 1})
					break
				}
			}
		}
		return out
	})
	add("a duplicate of a test deleted", func(s *source) []after {
		var out []after
		for _, f := range asserting(s) {
			twice := s.text[:f.end] + "\n" + strings.Replace(s.text[f.start:f.end], f.name, f.name+"_again", 1) + s.text[f.end:]
			out = append(out, after{text: s.text, line: 1, name: s.path, more: []integrity.Change{}})
			old := twice
			out[len(out)-1].more = []integrity.Change{{Path: "tests/twice.rs", Old: &old, New: &s.text}}
			out[len(out)-1].gone = false
		}
		return out
	})
}

func calmCode(add adder) {
	add("a sleep in a loop of the code", swap(`loop \{`, "loop {\n        tokio::time::sleep(std::time::Duration::from_millis(10)).await;", codeOf))
	add("a sleep before a retry", first(codeOf, "tokio::time::sleep(self::backoff()).await;"))
	add("a new function", each(codeOf, func(s *source, f fn) (after, bool) {
		return s.put(f.start, f.start, f.indent+"async fn pace() {\n    let _ = tokio::time::timeout(LIMIT, wait()).await;\n    tokio::time::sleep(PACE).await;\n}\n\n"), !f.method
	}))
	add("the error of a call explained", swap(`\.await\?;`, ".await.map_err(|e| Error::Sent(e))?;", codeOf))
	add("an error logged", swap(`(?m)^(\s*)(\w[\w.:()& ,]*\.await)\?;`, "${1}if let Err(e) = ${2} { warn!(\"{e}\"); return Err(e); }", codeOf))
	add("an error matched", swap(`(?m)^(\s*)(\w[\w.:()& ,]*\.await)\?;`, "${1}match ${2} { Ok(()) => {} Err(e) => return Err(e.into()) }", codeOf))
	add("an error that was swallowed handed on", swap(`(?m)^(\s*)let _ = (\w[\w.:()& ,]*\.await);`, "${1}${2}?;", codeOf))
	add("a poisoned lock taken over", swap(`\.lock\(\)\.unwrap\(\)`, ".lock().unwrap_or_else(|e| e.into_inner())", codeOf))
	add("a lock of tokio", swap(`\.lock\(\)\.unwrap\(\)`, ".lock().await", codeOf))
	add("a guard dropped earlier", func(s *source) []after {
		re := regexp.MustCompile(`let (?:mut )?(\w+) = [^;]*\.lock\(\)(?:\.unwrap\(\)|\.await)?;[^\n]*\n[^\n]*;\n`)
		var out []after
		for _, f := range s.code() {
			if m := re.FindStringSubmatchIndex(s.body(f)); m != nil && s.real(f.lo+m[0]) {
				out = append(out, s.put(f.lo+m[1], f.lo+m[1], f.indent+"    drop("+s.body(f)[m[2]:m[3]]+");\n"))
			}
		}
		return out
	})
	add("a future awaited", swap(`let _ = (\w+)\.send\(`, "let sent = $1.send(", codeOf))
	add("must_use", above(codeOf, "#[must_use]"))
	add("inline", above(codeOf, "#[inline]"))
	add("a stricter lint", whole(func(s *source) (after, bool) {
		return s.put(0, 0, "#![deny(unused_must_use)]\n"), !strings.HasPrefix(s.text, "#!")
	}))
	add("an allowance taken out", func(s *source) []after {
		var out []after
		for _, m := range regexp.MustCompile(`(?m)^\s*#!?\[allow\([^\]]*\)\]\n`).FindAllStringIndex(s.text, -1) {
			out = append(out, s.put(m[0], m[1], ""))
		}
		return out
	})
	add("a new type", whole(func(s *source) (after, bool) {
		return after{text: s.text + "\n/// One more.\n#[derive(Debug, Default)]\npub struct OneMore {\n    held: Vec<u8>,\n}\n\nimpl OneMore {\n    pub fn take(&mut self) -> Vec<u8> {\n        std::mem::take(&mut self.held)\n    }\n}\n", line: 1}, true
	}))
	add("a new use", whole(func(s *source) (after, bool) {
		at := strings.Index(s.text, "\nuse ")
		return s.put(at+1, at+1, "use std::sync::Arc;\n"), at >= 0
	}))
	add("a feature for code and its tests", whole(func(s *source) (after, bool) {
		code, tests := s.code(), keep(s.tests(), func(f fn) bool { return f.module == "" })
		if len(code) == 0 || len(tests) == 0 || code[0].head > tests[0].head || !strings.HasPrefix(s.path, "src/") || strings.Contains(s.path, "test") {
			return after{}, false
		}
		const gate = "#[cfg(feature = \"extra\")]\n"
		return after{text: s.text[:code[0].head] + gate + s.text[code[0].head:tests[0].head] + gate + s.text[tests[0].head:], line: 1}, true
	}))
	add("a body behind an early exit", first(codeOf, "if std::env::args().len() > 9 { return Default::default(); }"))
	add("a const for a number", each(codeOf, func(s *source, f fn) (after, bool) {
		re := regexp.MustCompile(`\b\d{2,}\b`)
		m := re.FindStringIndex(s.body(f))
		if m == nil || !s.real(f.lo+m[0]) || f.method {
			return after{}, false
		}
		number := s.body(f)[m[0]:m[1]]
		return after{text: s.text[:f.start] + "const MOST: usize = " + number + ";\n\n" + s.text[f.start:f.lo+m[0]] + "MOST" + s.text[f.lo+m[1]:], line: 1}, true
	}))
	add("a function without tests deleted", each(codeOf, func(s *source, f fn) (after, bool) { return s.put(f.start, f.end, ""), !checked(s, f) }))
	add("instrumented", above(codeOf, "#[tracing::instrument(skip_all)]"))
	add("a spawned task", first(func(s *source) []fn { return keep(s.code(), func(f fn) bool { return f.async }) }, "tokio::spawn(async move { if let Err(e) = beat().await { warn!(\"{e}\") } });"))
}
