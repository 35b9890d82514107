package explore

import (
	"strings"
	"testing"

	"pollux/internal/cargo"
	"pollux/internal/rust"
)

func TestALineIsKnownAsPartOfATest(t *testing.T) {
	const text = `
fn work() {
    step();
}

#[tokio::test]
async fn a_test() {
    step();
}

#[cfg(test)]
mod checks {
    fn prepare() {
        step();
    }
}

#[cfg(all(feature = "test", unix))]
mod by_feature {
    fn f() {
        step();
    }
}

#[cfg(all(test, unix))]
mod more {
    fn f() {
        step();
    }
}
`
	file := rust.Parse("src/lib.rs", text)
	var got []bool
	for i, line := range strings.Split(text, "\n") {
		if strings.Contains(line, "step()") {
			got = append(got, inTestItem(file, i+1))
		}
	}
	want := []bool{false, true, true, false, true}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("step %d is part of a test: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestAFunctionIsNamedWithoutItsClosures(t *testing.T) {
	check := func(name, want string) {
		t.Helper()
		if got := function(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	check("demo::pool::take::{{closure}}::{{closure}}", "demo::pool::take")
	check("demo::pool::Pool::take::{async_fn#0}", "demo::pool::Pool::take")
	check("demo::main", "demo::main")
}

func TestTheSourceNamesAnAsyncFunction(t *testing.T) {
	const text = "mod pool {\n    impl<T> Pool<T> {\n        async fn take(&self) {\n            a.await;\n        }\n    }\n}\nasync fn run() {\n    b.await;\n}\nconst N: u8 = 1;\n"
	file := rust.Parse("src/lib.rs", text)
	check := func(line int, want string) {
		t.Helper()
		if got := itemPath(file, line); got != want {
			t.Errorf("line %d: %q, want %q", line, got, want)
		}
	}
	check(4, "pool::Pool::take")
	check(9, "run")
	check(11, "")
}

func TestOnlyOnePublishedTokioCanBeReplaced(t *testing.T) {
	const registry = "registry+https://registry.invalid"
	check := func(want string, found ...cargo.Dependency) {
		t.Helper()
		tokio, _, unknown := choose(found)
		switch {
		case want == "" && unknown != nil:
			t.Errorf("%v: %s", found, unknown.Reason)
		case want == "" && tokio.Version != found[0].Version:
			t.Errorf("%v: chose %s", found, tokio.Version)
		case want != "" && (unknown == nil || !strings.Contains(unknown.Reason, want)):
			t.Errorf("%v: %v, want %q", found, unknown, want)
		}
	}
	tokio := func(version, source string) cargo.Dependency {
		return cargo.Dependency{Name: "tokio", Version: version, Source: source}
	}
	check("", tokio("1.54.1", registry), cargo.Dependency{Name: "tokio-macros", Version: "2.7.2", Source: registry})
	check("", tokio("1.28.0", "sparse+https://registry.invalid"))
	check("not among the dependencies")
	check("several versions", tokio("1.54.1", registry), tokio("0.2.25", registry))
	check("does not come from a registry", tokio("1.54.1", "git+https://forge.invalid/tokio"))
	check("does not come from a registry", tokio("1.54.1", ""))
	check("older than", tokio("1.27.0", registry))
	check("older than", tokio("0.2.25", registry))
}

func TestAPlaceCoversTheWordThatStandsThere(t *testing.T) {
	check := func(line, column, want int) {
		t.Helper()
		at := span(place{"a.rs", line, column})
		if got := wordEnd("é.lock().await;\nx", at); got != want {
			t.Errorf("%d:%d ends at %d, want %d", line, column, got, want)
		}
	}
	check(1, 10, 15)
	check(1, 15, 16)
	check(2, 1, 2)
	check(2, 9, 10)
	check(3, 1, 2)
}
