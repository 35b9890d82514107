package main

import (
	"regexp"
	"strings"

	"pollux/internal/integrity"
)

// weakening are the operators after which a check asks less.
func weakening() []operator {
	var out []operator
	add := func(name string, apply func(*source) []after) { out = append(out, operator{name, true, apply}) }
	weakTests(add)
	weakAssertions(add)
	weakCode(add)
	return out
}

type adder func(name string, apply func(*source) []after)

func weakTests(add adder) {
	add("test: #[ignore]", above(testsOf, "#[ignore]"))
	add("test: #[ignore = reason]", above(testsOf, `#[ignore = "flaky on CI"]`))
	add("test: cfg_attr(miri, ignore)", above(testsOf, "#[cfg_attr(miri, ignore)]"))
	add("test: cfg(any())", above(testsOf, "#[cfg(any())]"))
	add("test: a feature", above(testsOf, `#[cfg(feature = "slow-tests")]`))
	add("test: not on this system", above(testsOf, `#[cfg(not(target_os = "linux"))]`))
	add("test: should_panic", above(asserting, "#[should_panic]"))
	add("test: attribute taken out", each(testsOf, func(s *source, f fn) (after, bool) {
		text := regexp.MustCompile(`#\[(tokio::)?test[^\]]*\]\s*`).ReplaceAllString(s.text[f.start:f.head], "")
		return s.put(f.start, f.head, text), text != s.text[f.start:f.head]
	}))
	add("test: deleted", each(testsOf, func(s *source, f fn) (after, bool) { return s.put(f.start, f.end, ""), checked(s, f) }))
	add("test: commented out", each(asserting, func(s *source, f fn) (after, bool) {
		return s.put(f.start, f.end, "// "+strings.ReplaceAll(s.text[f.start:f.end], "\n", "\n// ")), true
	}))
	add("test: in a block comment", each(asserting, func(s *source, f fn) (after, bool) {
		return s.put(f.start, f.end, "/* "+strings.ReplaceAll(s.text[f.start:f.end], "*/", "")+" */"), true
	}))
	add("test: turned into a string", each(asserting, func(s *source, f fn) (after, bool) {
		return s.put(f.start, f.end, "const _OLD: &str = r####\""+s.text[f.start:f.end]+"\"####;"), true
	}))
	add("test: emptied", each(asserting, func(s *source, f fn) (after, bool) { return s.put(f.lo, f.hi, ""), true }))
	add("test: todo comment alone", each(asserting, func(s *source, f fn) (after, bool) { return s.put(f.lo, f.hi, " /* TODO: assert_eq!(1, 2) */ "), true }))
	add("test: returns at once", first(asserting, "return;"))
	add("test: returns on CI", first(asserting, `if std::env::var("CI").is_ok() { return; }`))
	add("test: returns if cfg!", first(asserting, `if cfg!(debug_assertions) { return; }`))
	add("test: module behind a feature", whole(func(s *source) (after, bool) {
		at := strings.Index(s.text, "#[cfg(test)]\nmod ")
		return s.put(max(at, 0), max(at, 0)+len("#[cfg(test)]")*min(1, at+1), `#[cfg(all(test, feature = "it"))]`), at >= 0
	}))
	add("test: module of the file never compiled", whole(func(s *source) (after, bool) {
		return s.put(0, 0, "#![cfg(any())]\n"), len(s.tests()) > 0 && strings.HasPrefix(s.path, "tests/")
	}))
	add("test: file deleted", whole(func(s *source) (after, bool) {
		return after{gone: true, line: 1}, len(asserting(s)) > 0 && strings.HasPrefix(s.path, "tests/")
	}))
	add("test: one thread instead of many", func(s *source) []after {
		var out []after
		for _, f := range s.tests() {
			head := s.text[f.start:f.head]
			if text := regexp.MustCompile(`\(flavor = "multi_thread"[^)]*\)`).ReplaceAllString(head, ""); text != head {
				out = append(out, s.put(f.start, f.head, text))
			}
		}
		return out
	})
	add("test: fewer threads", func(s *source) []after {
		var out []after
		for _, f := range s.tests() {
			head := s.text[f.start:f.head]
			if text := regexp.MustCompile(`worker_threads = \d+`).ReplaceAllString(head, "worker_threads = 1"); text != head {
				out = append(out, s.put(f.start, f.head, text))
			}
		}
		return out
	})
	add("test: fewer rounds", swap(`for _(\w*) in 0\.\.(\d{2,})`, "for _$1 in 0..1", testsOf))
	add("test: sleeps first", first(asyncTests, "tokio::time::sleep(std::time::Duration::from_millis(100)).await;"))
	add("test: thread sleeps before an assertion", func(s *source) []after {
		var out []after
		for _, f := range asserting(s) {
			for _, r := range s.assertions(f) {
				if strings.Count(s.text[f.lo:r[0]], "{") == strings.Count(s.text[f.lo:r[0]], "}") {
					out = append(out, s.put(r[0], r[0], "std::thread::sleep(std::time::Duration::from_secs(1));\n"+f.indent+"    "))
				}
			}
		}
		return out
	})
}

func weakAssertions(add adder) {
	is := func(pattern string, n int) func([]string) string {
		return func(args []string) string {
			if len(args) < n {
				return ""
			}
			return format(pattern, args[:n]...)
		}
	}
	add("assertion: taken out", func(s *source) []after {
		var out []after
		for _, f := range asserting(s) {
			for _, r := range s.assertions(f) {
				out = append(out, s.put(r[0], r[1], ""))
			}
		}
		return out
	})
	add("assertion: commented out", func(s *source) []after {
		var out []after
		for _, f := range asserting(s) {
			for _, r := range s.assertions(f) {
				if !strings.Contains(s.text[r[0]:r[1]], "\n") {
					out = append(out, s.put(r[0], r[1], "// "+s.text[r[0]:r[1]]))
				}
			}
		}
		return out
	})
	add("assertion: assert!(true)", reassert("assert_eq", func([]string) string { return "assert!(true);" }))
	add("assertion: a value with itself", reassert("assert_eq", is("assert_eq!(%[1]s, %[1]s);", 1)))
	add("assertion: or true", reassert("assert", func(a []string) string { return "assert!(" + a[0] + " || true);" }))
	add("assertion: or something else", reassert("assert", func(a []string) string { return "assert!(" + a[0] + " || std::env::var(\"CI\").is_ok());" }))
	add("assertion: == becomes >=", reassert("assert_eq", is("assert!(%s >= %s);", 2)))
	add("assertion: == becomes !=", reassert("assert_eq", func(a []string) string { return "assert_ne!(" + a[0] + ", Default::default());" }))
	add("assertion: value becomes any value", reassert("assert_eq", func(a []string) string {
		if strings.HasPrefix(a[1], "Some(") || strings.HasPrefix(a[1], "Ok(") {
			return "assert!(" + a[0] + map[byte]string{'S': ".is_some());", 'O': ".is_ok());"}[a[1][0]]
		}
		return ""
	}))
	add("assertion: matches anything", reassert("assert_eq", func(a []string) string { return "assert!(matches!(" + a[0] + ", _));" }))
	add("assertion: left out of release builds", reassert("assert", func(a []string) string { return "debug_assert!(" + a[0] + ");" }))
	add("assertion: only under a condition", reassert("assert_eq", is("if std::env::var(\"STRICT\").is_ok() { assert_eq!(%s, %s); }", 2)))
	add("assertion: only under a cfg", reassert("assert_eq", is("#[cfg(feature = \"strict\")]\n    assert_eq!(%s, %s);", 2)))
	add("assertion: result looked at only if there is one", reassert("assert_eq", func(a []string) string {
		if !strings.HasSuffix(a[0], ".unwrap()") {
			return ""
		}
		return "if let Ok(got) = " + strings.TrimSuffix(a[0], ".unwrap()") + " { assert_eq!(got, " + a[1] + "); }"
	}))
	add("assertion: compared and thrown away", reassert("assert_eq", is("let _ = %s == %s;", 2)))
	add("assertion: < becomes <=", reassert("assert", func(a []string) string {
		if !strings.Contains(a[0], " < ") {
			return ""
		}
		return "assert!(" + strings.Replace(a[0], " < ", " <= ", 1) + ");"
	}))
	add("assertion: ten times the bound", reassert("assert", func(a []string) string {
		re := regexp.MustCompile(`( <=? (?:\w+::)*(?:\w+\()?)(\d+)(\)?)$`)
		if !re.MatchString(a[0]) {
			return ""
		}
		return "assert!(" + re.ReplaceAllString(a[0], "${1}${2}0${3}") + ");"
	}))
	add("assertion: half of a conjunction", reassert("assert", func(a []string) string {
		left, _, ok := strings.Cut(a[0], " && ")
		if !ok {
			return ""
		}
		return "assert!(" + left + ");"
	}))
	add("assertion: half of a pair", reassert("assert_eq", func(a []string) string {
		if a[0][0] != '(' || strings.Count(a[0], ",") != strings.Count(a[1], ",") {
			return ""
		}
		left, right := arguments(a[0]), arguments(a[1])
		if len(left) < 2 || len(left) != len(right) {
			return ""
		}
		return "assert!(" + left[0] + " >= " + right[0] + ");"
	}))
}

func weakCode(add adder) {
	add("result: ? becomes let _", swap(`(?m)^(\s*)(\w[\w.:()& ,]*\.await)\?;`, "${1}let _ = ${2};", codeOf))
	add("result: unwrap becomes let _", swap(`(?m)^(\s*)(\w[\w.:()& ,]*)\.unwrap\(\);`, "${1}let _ = ${2};", anyOf))
	add("result: unwrap becomes ok", swap(`(?m)^(\s*)(\w[\w.:()& ,]*)\.unwrap\(\);`, "${1}${2}.ok();", anyOf))
	add("result: expect becomes ok", swap(`(?m)^(\s*)(\w[\w.:()& ,]*)\.expect\("[^"]*"\);`, "${1}${2}.ok();", anyOf))
	add("guard: forgotten", swap(`drop\((\w+)\);`, "std::mem::forget($1);", anyOf))
	add("guard: forgotten at the end", func(s *source) []after {
		re := regexp.MustCompile(`let (?:mut )?(\w+) = [^;]*\.(?:lock|read|write)\(\)(?:\.unwrap\(\)|\.await)?;`)
		var out []after
		for _, f := range s.fns {
			if m := re.FindStringSubmatchIndex(s.body(f)); m != nil && s.real(f.lo+m[0]) {
				out = append(out, s.put(f.lo+m[1], f.lo+m[1], " std::mem::forget("+s.body(f)[m[2]:m[3]]+");"))
			}
		}
		return out
	})
	add("guard: ManuallyDrop", func(s *source) []after {
		re := regexp.MustCompile(`let (mut )?(\w+) = ([^;]*\.(?:lock|read|write)\(\)(?:\.unwrap\(\)|\.await)?);`)
		var out []after
		for _, f := range s.fns {
			if m := re.FindStringSubmatchIndex(s.body(f)); m != nil && s.real(f.lo+m[0]) {
				body := s.body(f)
				out = append(out, s.put(f.lo+m[0], f.lo+m[1], "let mut "+body[m[4]:m[5]]+" = std::mem::ManuallyDrop::new("+body[m[6]:m[7]]+");"))
			}
		}
		return out
	})
	for _, trait := range []string{"Send", "Sync"} {
		add("unsafe impl "+trait, func(s *source) []after {
			var out []after
			for _, t := range s.file.Structs {
				if len(t.Generics) == 0 && t.Macro == "" && t.InFn == "" {
					end := s.file.Offset(t.EndLine, t.EndColumn)
					out = append(out, s.put(end, end, "\n\nunsafe impl "+trait+" for "+t.Name+" {}\n"))
				}
			}
			return out
		})
	}
	add("lint: allowed on a function", above(codeOf, "#[allow(clippy::await_holding_lock)]"))
	add("lint: expected on a function", above(codeOf, "#[expect(unused_must_use)]"))
	add("lint: allowed under cfg_attr", above(codeOf, "#[cfg_attr(not(test), allow(let_underscore_lock))]"))
	add("lint: allowed in the file", whole(func(s *source) (after, bool) {
		at := 0
		for at < len(s.text) && strings.HasPrefix(s.text[at:], "//!") {
			at += strings.IndexByte(s.text[at:], '\n') + 1
		}
		return s.put(at, at, "#![allow(unused_must_use, clippy::all)]\n"), true
	}))
	add("pollux: allowed on a function", above(codeOf, "// pollux: allow(blocking-in-async) it is only short"))
	add("a wait becomes a sleep", swap(`(?m)^(\s*)\w[\w.]*\.(?:notified|wait|recv|changed|join)\(\)\.await(\.unwrap\(\))?;`, "${1}tokio::time::sleep(std::time::Duration::from_millis(20)).await;", codeOf))
	add("test helper: file deleted with its module", func(s *source) []after {
		if !strings.Contains(s.text, "mod tests {") {
			return nil
		}
		at := strings.Index(s.text, "mod tests {")
		text := s.text[:at]
		if cut := strings.LastIndex(text, "#[cfg(test)]"); cut >= 0 {
			text = text[:cut]
		}
		return []after{{text: text, line: 1, more: []integrity.Change{}}}
	})
}
