package integrity

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// compared gives the kinds that a change of one file is said to weaken, those at severity info in brackets.
func compared(path, before, after string) string {
	var out []string
	for _, w := range Compare([]Change{{Path: path, Old: &before, New: &after}}, nil) {
		word := string(w.Kind)
		if w.Severity.String() == "info" {
			word = "(" + word + ")"
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

const sample = `use std::sync::Mutex;

pub fn add(a: u32, b: u32) -> u32 { a + b }

pub async fn push(q: &Queue, item: u8) -> Result<(), Full> {
    q.send(item).await?;
    let guard = q.state.lock().unwrap();
    guard.wake();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_right() {
        assert_eq!(add(1, 2), 3);
        assert!(add(2, 2) < 5, "too much: {}", add(2, 2));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_push_arrives() {
        let q = Queue::new(8);
        push(&q, 1).await.unwrap();
        let got = q.recv().await;
        assert_eq!(got, Some(1));
    }
}
`

func TestAChangeIsJudgedByItsSyntax(t *testing.T) {
	check := func(name, old, fresh, want string) {
		t.Helper()
		if !strings.Contains(sample, old) {
			t.Fatalf("%s: the sample has no %q", name, old)
		}
		if got := compared("src/lib.rs", sample, strings.Replace(sample, old, fresh, 1)); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	check("nothing", "add", "add", "")
	check("ignored", "    #[test]\n", "    #[test]\n    #[ignore]\n", "test-ignored")
	check("ignored in a comment", "    #[test]\n", "    #[test]\n    // #[ignore]\n", "")
	check("ignored under miri", "    #[test]\n", "    #[test]\n    #[cfg_attr(miri, ignore)]\n", "test-ignored")
	check("no test any more", "    #[test]\n", "", "test-ignored")
	check("should panic", "    #[test]\n", "    #[test]\n    #[should_panic]\n", "test-ignored")
	check("conditional", "    #[test]\n", "    #[cfg(feature = \"slow\")]\n    #[test]\n", "test-conditional")
	check("the module conditional", "#[cfg(test)]\n", "#[cfg(all(test, not(ci)))]\n", "test-conditional")
	check("deleted", "    #[test]\n    fn sums_are_right() {\n        assert_eq!(add(1, 2), 3);\n        assert!(add(2, 2) < 5, \"too much: {}\", add(2, 2));\n    }\n", "", "test-deleted")
	check("emptied", "        assert_eq!(add(1, 2), 3);\n        assert!(add(2, 2) < 5, \"too much: {}\", add(2, 2));\n", "", "test-emptied")
	check("returns", "        assert_eq!(add(1, 2), 3);\n", "        return;\n        assert_eq!(add(1, 2), 3);\n", "test-emptied")
	check("assertion removed", "        assert_eq!(add(1, 2), 3);\n", "", "assertion-removed")
	check("true", "assert_eq!(add(1, 2), 3)", "assert!(true)", "assertion-weaker")
	check("or true", "assert!(add(2, 2) < 5,", "assert!(add(2, 2) < 5 || true,", "assertion-weaker")
	check("wider", "< 5", "<= 5", "assertion-weaker")
	check("wider bound", "< 5", "< 500", "assertion-weaker")
	check("stricter bound", "< 5", "< 4", "")
	check("not equal", "assert_eq!(got, Some(1))", "assert_ne!(got, None)", "assertion-weaker")
	check("is some", "assert_eq!(got, Some(1))", "assert!(got.is_some())", "assertion-weaker")
	check("written in another way", "assert_eq!(got, Some(1))", "assert!(got == Some(1))", "")
	check("message changed", "too much: {}", "much too much: {}", "")
	check("one thread", "(flavor = \"multi_thread\", worker_threads = 4)", "", "bound-lowered")
	check("fewer threads", "worker_threads = 4", "worker_threads = 1", "bound-lowered")
	check("swallowed", "q.send(item).await?;", "let _ = q.send(item).await;", "result-swallowed")
	check("swallowed with ok", "q.send(item).await?;", "q.send(item).await.ok();", "result-swallowed")
	check("handled in another way", "q.send(item).await?;", "if let Err(e) = q.send(item).await { return Err(e); }", "")
	check("forgotten", "    guard.wake();\n", "    guard.wake();\n    std::mem::forget(guard);\n", "guard-forgotten")
	check("a sleep in a test", "        let got = q.recv()", "        tokio::time::sleep(std::time::Duration::from_millis(50)).await;\n        let got = q.recv()", "sleep-added")
	check("a sleep in the code", "    guard.wake();\n", "    guard.wake();\n    tokio::time::sleep(BACKOFF).await;\n", "")
	check("a sleep for a wait", "    q.send(item).await?;\n    let guard = q.state.lock().unwrap();\n", "    tokio::time::sleep(BACKOFF).await;\n", "sleep-added")
	check("unsafe impl", "pub fn add", "unsafe impl Send for Queue {}\npub fn add", "unsafe-send-sync")
	check("allow", "pub fn add", "#[allow(clippy::await_holding_lock)]\npub fn add", "lint-allowed")
	check("allow of looks", "pub fn add", "#[allow(clippy::too_many_arguments)]\npub fn add", "(lint-allowed)")
	check("allow under a cfg", "pub fn add", "#[cfg_attr(test, allow(unused_must_use))]\npub fn add", "lint-allowed")
	check("allowance", "    guard.wake();", "    // pollux: allow(sync-guard-across-await) it is short\n    guard.wake();", "pollux-allowed")
	check("renamed test", "sums_are_right", "sums_hold", "")
	check("renamed variable", "assert_eq!(got, Some(1))", "let first = got;\n        assert_eq!(first, Some(1))", "")
}

func TestSettingsAreReadAsWhatTheyAre(t *testing.T) {
	check := func(path, before, after, want string) {
		t.Helper()
		if got := compared(path, before, after); got != want {
			t.Errorf("%s: %q to %q: got %q, want %q", path, before, after, got, want)
		}
	}
	check("Cargo.toml", "[lints.clippy]\nawait_holding_lock = \"deny\"\n", "[lints.clippy]\nawait_holding_lock = \"warn\"\n", "settings-weaker")
	check("Cargo.toml", "[lints.clippy]\nawait_holding_lock = { level = \"deny\", priority = 1 }\n", "[lints.clippy]\nawait_holding_lock = { level = \"allow\", priority = 1 }\n", "settings-weaker")
	check("Cargo.toml", "[lints]\nworkspace = true\n", "", "settings-weaker")
	check("Cargo.toml", "[dependencies]\ntokio = \"1\"\n", "[dependencies]\ntokio = \"1.40\"\n", "")
	check("Cargo.toml", "[package]\nname = \"a\"\n", "[package]\nname = \"a\"\nautotests = false\n", "settings-weaker")
	check("Cargo.toml", "[lib]\nname = \"a\"\n", "[lib]\nname = \"a\"\ntest = false\n", "settings-weaker")
	check("rust-toolchain.toml", "[toolchain]\nchannel = \"1.85\"\n", "[toolchain]\nchannel = \"1.70\"\n", "settings-weaker")
	check("rust-toolchain.toml", "[toolchain]\nchannel = \"1.85\"\n", "[toolchain]\nchannel = \"1.90\"\n", "(settings-changed)")
	check("pollux.toml", "fail-on = \"warning\"\n", "fail-on = \"error\"\n", "settings-weaker")
	check("pollux.toml", "", "[levels]\nblocking-in-async = \"allow\"\n", "settings-weaker")
	check("pollux.toml", "[levels]\nblocking-in-async = \"warn\"\n", "[levels]\nblocking-in-async = \"deny\"\n", "(settings-changed)")
	check("pollux.toml", "", "[[weakening]]\nwhat = \"test-ignored\"\nreason = \"x\"\n", "settings-weaker")
	const run = "on: [push, pull_request]\njobs:\n  t:\n    steps:\n      - run: %s\n"
	ci := func(s string) string { return fmt.Sprintf(run, s) }
	check(".github/workflows/ci.yml", ci("cargo test --workspace"), ci("cargo test --workspace || true"), "settings-weaker")
	check(".github/workflows/ci.yml", ci("cargo test --workspace"), ci("cargo test"), "settings-weaker")
	check(".github/workflows/ci.yml", ci("cargo test --workspace"), ci("echo cargo test"), "settings-weaker")
	check(".github/workflows/ci.yml", ci("cargo test"), ci("cargo test --workspace"), "(settings-changed)")
	check(".github/workflows/ci.yml", ci("cargo test"), strings.Replace(ci("cargo test"), "on: [push, pull_request]", "on: [push]", 1), "settings-weaker")
	check(".github/workflows/ci.yml", ci("cargo test"), ci("cargo test\n        continue-on-error: true"), "settings-weaker")
	check(".github/workflows/ci.yml", ci("cargo test"), ci("cargo test # all of them"), "(settings-changed)")
	const hook = `{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"pollux","args":["hook"]}]}]}}`
	check(".claude/settings.json", hook, `{"hooks":{}}`, "settings-weaker")
	check(".claude/settings.json", hook, strings.Replace(hook, `{"hooks":{"Stop"`, `{"disableAllHooks":true,"hooks":{"Stop"`, 1), "settings-weaker")
	check(".claude/settings.json", hook, hook+"\n", "(settings-changed)")
	check(".cargo/config.toml", "", "[build]\nrustflags = [\"--cap-lints\", \"allow\"]\n", "settings-weaker")
	check("pollux-baseline.json", `{"schema":"pollux-baseline/1","accepted":[]}`, `{"schema":"pollux-baseline/1","accepted":[{"id":"1","rule":"dropped-future"}]}`, "settings-weaker")
}
