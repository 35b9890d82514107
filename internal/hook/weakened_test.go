package hook

import (
	"strings"
	"testing"
)

const tested = "pub fn add(a: u8, b: u8) -> u8 { a + b }\n\n#[test]\nfn sums() {\n    assert_eq!(add(1, 2), 3);\n}\n"

func TestASessionThatWeakensAChecksIsKeptFromStopping(t *testing.T) {
	w := newWorld(t)
	w.lib(tested)
	w.git("commit", "-qam", "a test")
	w.call("claude.start")
	w.lib(strings.Replace(tested, "#[test]", "#[test]\n#[ignore]", 1))
	w.git("commit", "-qam", "green") // a commit hides nothing
	stop := w.call("claude.stop")
	w.wants(stop, `"decision":"block"`, "the test `sums` is ignored now", "No allowance in the source counts for check-weakened")
	w.wants(w.call("claude.stop", `"stop_hook_active": false`, `"stop_hook_active": true`), "still open and unchanged")
	w.lib(tested)
	w.silent(w.call("claude.stop"))
}

func TestWhatWasWeakBeforeTheSessionIsNotHeldAgainstIt(t *testing.T) {
	w := newWorld(t)
	w.lib(tested)
	w.git("commit", "-qam", "a test")
	w.lib(strings.Replace(tested, "#[test]", "#[test]\n#[ignore]", 1)) // not committed when the session starts
	w.call("claude.start")
	w.silent(w.call("claude.stop"))
}

func TestWithoutAStartTheCommitDecides(t *testing.T) {
	w := newWorld(t)
	w.lib(tested)
	w.git("commit", "-qam", "a test")
	w.call("claude.edit")
	w.lib(strings.Replace(tested, "assert_eq!(add(1, 2), 3)", "assert!(true)", 1))
	w.call("claude.edit")
	w.wants(w.call("claude.stop"), `"decision":"block"`, "holds whatever happens now")
}
