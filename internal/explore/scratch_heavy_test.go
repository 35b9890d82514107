package explore

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pollux/internal/cargo"
)

const outsideTest = `use explore_bugs::Bank;
use std::sync::Arc;
use tokio::sync::Mutex;

#[tokio::test]
async fn there_and_back() {
    let bank = Arc::new(Bank { left: Mutex::new(10), right: Mutex::new(10) });
    let other = bank.clone();
    let there = tokio::spawn(async move { bank.to_right(1).await });
    let back = tokio::spawn(async move { other.to_left(1).await });
    there.await.unwrap();
    back.await.unwrap();
}
`

const insideTest = `use super::*;

#[tokio::test]
async fn the_private_counter_is_right() {
    let counter = Arc::new(Counter::default());
    let other = counter.clone();
    let task = tokio::spawn(async move { other.add_one().await });
    let another = counter.clone();
    tokio::spawn(async move { another.add_one().await }).await.unwrap();
    task.await.unwrap();
    assert_eq!(*counter.value.lock().await, 2);
}
`

func TestAFileFromElsewhereIsExploredAndItsWitnessRepeats(t *testing.T) {
	dir := heavy(t, "explore-bugs")
	before := users(t, dir)
	outside := t.TempDir()
	write(t, outside, "outside.rs", outsideTest)
	write(t, outside, "inside.rs", insideTest)
	check := func(s cargo.Scratch, rule, file string) {
		t.Helper()
		_, out := run(t, dir, Options{Schedules: 200, Scratch: &s})
		if len(out.Findings) != 1 || out.Findings[0].Rule != rule || !strings.HasSuffix(out.Findings[0].File, file) {
			t.Fatalf("%+v: %+v, unknowns %+v", s, out.Findings, out.Unknowns)
		}
		w := witness(t, dir, out.Findings[0])
		tests, err := Open(context.Background(), cargo.Request{Dir: dir, Offline: true, CacheDir: filepath.Join(dir, "cache")})
		if err != nil {
			t.Fatal(err)
		}
		defer tests.Close()
		again, err := Replay(context.Background(), tests, w, Options{})
		if err != nil || again.Finding == nil || again.Finding.Rule != rule {
			t.Errorf("%+v: the replay: %+v, %v", s, again, err)
		}
		if users(t, dir) != before {
			t.Error("something of the user's was changed")
		}
	}
	check(cargo.Scratch{File: filepath.Join(outside, "outside.rs")}, ruleStuck, "src/lib.rs")
	check(cargo.Scratch{File: filepath.Join(outside, "inside.rs"), Inside: true}, ruleTest, "inside.rs")
	// The same file with another text is another program.
	write(t, outside, "outside.rs", strings.Replace(outsideTest, "there.await.unwrap();\n    back", "back", 1))
	check(cargo.Scratch{File: filepath.Join(outside, "outside.rs")}, ruleStuck, "src/lib.rs")
	// Without a target in tests/ the file is a module that knows its crate by name.
	if err := os.RemoveAll(filepath.Join(dir, "tests")); err != nil {
		t.Fatal(err)
	}
	_, out := run(t, dir, Options{Schedules: 200, Scratch: &cargo.Scratch{File: filepath.Join(outside, "outside.rs")}})
	if len(out.Findings) != 1 || out.Findings[0].Rule != ruleStuck {
		t.Errorf("without tests/: %+v, unknowns %+v", out.Findings, out.Unknowns)
	}
}
