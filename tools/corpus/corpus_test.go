package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pollux/internal/finding"
)

func TestACorpusFileWithAMistakeIsRefusedWithItsPlace(t *testing.T) {
	check := func(name, text, want string) {
		t.Helper()
		_, err := parseManifest([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want it to contain %q", name, err, want)
		}
	}
	const good = "[[crate]]\nname = \"a\"\nversion = \"1.0.0\"\nkind = \"library\"\n"
	check("unknown key", good+"featurs = [\"x\"]\n", "featurs")
	check("unknown kind", strings.Replace(good, "library", "lib", 1), `kind "lib"`)
	check("unknown lock", good+"lock = \"old\"\n", `lock "old"`)
	check("no version", "[[crate]]\nname = \"a\"\nkind = \"library\"\n", "version")
	check("twice", good+good, "twice")
}

func TestTheCommittedCorpusIsValidAndHasBothKindsOfCode(t *testing.T) {
	m, err := loadManifest("corpus.toml")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, e := range m.Crates {
		kinds[e.Kind]++
	}
	if kinds[library] < 19 || kinds[application]+kinds[examples] < 10 {
		t.Errorf("want at least 19 libraries and 10 applications or example trees, got %v", kinds)
	}
}

func TestThePageIsWhatTheCommittedFilesGive(t *testing.T) {
	m, err := loadManifest("corpus.toml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := loadResults("results.json")
	if err != nil {
		t.Fatal(err)
	}
	js, err := loadJudgements("triage.toml")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "corpus.md"))
	if err != nil {
		t.Fatal(err)
	}
	if renderPage(m, r, js) != string(page) {
		t.Error("docs/corpus.md is stale: run `go run ./tools/corpus triage`")
	}
}

func TestChoosingAnUnknownCrateIsAUsageError(t *testing.T) {
	m := manifest{Crates: []entry{{Name: "a"}, {Name: "a", Variant: "examples"}}}
	if _, err := m.choose([]string{"b"}); !errors.Is(err, errUsage) {
		t.Errorf("got %v, want a usage error", err)
	}
	got, err := m.choose([]string{"a/examples"})
	if err != nil || len(got) != 1 || got[0].Variant != "examples" {
		t.Errorf("got %v, %v, want the entry with the variant", got, err)
	}
}

func TestEntriesShareAFolderUnlessTheirLocksDiffer(t *testing.T) {
	lib, tree := entry{Name: "a", Version: "1.0.0"}, entry{Name: "a", Version: "1.0.0", Variant: "examples"}
	if lib.crate().Folder() != tree.crate().Folder() {
		t.Errorf("%s and %s differ", lib.crate().Folder(), tree.crate().Folder())
	}
	tree.Lock = lockPackaged
	if lib.crate().Folder() == tree.crate().Folder() {
		t.Errorf("both are in %s", lib.crate().Folder())
	}
}

func TestAJudgementWithoutAReasonOrWithAnUnknownVerdictIsRefused(t *testing.T) {
	check := func(name, verdict, why, want string) {
		t.Helper()
		text := "[[finding]]\ncrate = \"a\"\nrule = \"r\"\nplace = \"f.rs:1:1\"\nverdict = \"" + verdict + "\"\nwhy = \"" + why + "\"\n"
		_, err := parseJudgements([]byte(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got error %v, want %q", name, err, want)
		}
	}
	check("good", isTrue, "because", "")
	check("no reason", isTrue, " ", "why")
	check("misspelt", "ture", "because", `"ture"`)
}

// found is a warning of rule r at line n.
func found(id string, n int) finding.Finding {
	return finding.Finding{ID: id, Rule: "r", Severity: finding.Warning, Span: finding.Span{File: "f.rs", Line: n, Column: 1}}
}

func TestAFindingIsJudgedByFingerprintThenByPlaceAndElseIsOpen(t *testing.T) {
	r := results{Crates: []crateResult{
		{Name: "a", Findings: []finding.Finding{found("moved", 9), found("renamed", 2), found("fresh", 3)}},
		{Name: "broken", Problem: "exit 70"},
	}}
	js := judgements{Findings: []judgement{
		{ID: "moved", Crate: "a", Rule: "r", Place: "f.rs:1:1", Verdict: isTrue},
		{ID: "old", Crate: "a", Rule: "r", Place: "f.rs:2:1", Verdict: isFalse},
		{ID: "fresh", Crate: "a", Rule: "another", Place: "f.rs:3:1", Verdict: isTrue},
		{ID: "x", Crate: "broken", Rule: "r", Place: "f.rs:1:1", Verdict: isTrue},
	}}
	tr := join(r, js)
	if len(tr.judged) != 2 || tr.judged[0].judgement.Verdict != isTrue || tr.judged[1].judgement.Verdict != isFalse {
		t.Errorf("judged: got %+v", tr.judged)
	}
	if len(tr.open) != 1 || tr.open[0].ID != "fresh" {
		t.Errorf("open: got %+v", tr.open)
	}
	if len(tr.gone) != 1 || tr.gone[0].Rule != "another" {
		t.Errorf("gone: got %+v, want only the row of the crate that gave an answer", tr.gone)
	}
	sum := sumScores(tr.scores(finding.Warning))
	if sum.true != 1 || sum.false != 1 || sum.untried != 1 || sum.precision() != "50 %" {
		t.Errorf("scores: got %+v", sum)
	}
	if len(tr.scores(finding.Error)) != 0 {
		t.Error("warnings count among errors")
	}
}

func TestAKindJudgesOnlyFindingsOfSeverityInfoThatBeginAlike(t *testing.T) {
	quiet, other, loud := found("quiet", 1), found("other", 2), found("loud", 3)
	quiet.Severity, quiet.Message = finding.Info, "printing blocks"
	other.Severity, other.Message = finding.Info, "reading blocks"
	loud.Message = "printing blocks"
	r := results{Crates: []crateResult{{Name: "a", Findings: []finding.Finding{quiet, other, loud}}}}
	tr := join(r, judgements{Kinds: []kindJudgement{{Rule: "r", Message: "printing", Verdict: debatable, Why: "w"}}})
	if len(tr.judged) != 1 || tr.judged[0].ID != "quiet" || !tr.judged[0].byKind {
		t.Errorf("judged: got %+v", tr.judged)
	}
	if len(tr.open) != 2 {
		t.Errorf("open: got %+v", tr.open)
	}
}

func TestDiffNamesWhatCameWentAndChanged(t *testing.T) {
	louder := found("same", 2)
	louder.Severity = finding.Error
	old := results{Crates: []crateResult{
		{Name: "a", Findings: []finding.Finding{found("gone", 1), found("same", 2), found("oldname", 3)}},
		{Name: "left"},
	}}
	next := results{Crates: []crateResult{
		{Name: "a", Exit: 70, Findings: []finding.Finding{louder, found("newname", 3), found("came", 4)}},
		{Name: "joined"},
	}}
	got := diffResults(old, next)
	want := []string{"! a: exit 0", "- a gone f.rs:1:1", "~ a same f.rs:2:1", "+ a came f.rs:4:1", "+ joined:", "- left:"}
	if len(got) != len(want) {
		t.Fatalf("got %d lines %q, want %d", len(got), got, len(want))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("line %d: got %q, want it to start with %q", i, got[i], want[i])
		}
	}
	if lines := diffResults(old, old); len(lines) != 0 {
		t.Errorf("a file differs from itself: %q", lines)
	}
}

func TestAnAnswerIsTakenOnlyFromAnAnsweringExitCode(t *testing.T) {
	check := func(name string, exit int, stdout, want string) {
		t.Helper()
		_, err := decodeAnswer(outcome{exit: exit, stdout: []byte(stdout), stderr: "last words"}, "/src")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got error %v, want %q", name, err, want)
		}
	}
	check("clean", 0, "{}", "")
	check("findings", 1, "{}", "")
	check("incomplete", 5, "{}", "")
	check("does not build", 4, "{}", "exit 4: last words")
	check("bug", 70, "", "exit 70: last words")
	check("a Go panic", 2, "{}", "exit 2")
	check("no JSON", 0, "hello", "no JSON answer")
}

func TestAnswersThatDifferInTimingsOnlyAreEqual(t *testing.T) {
	first, err := decodeAnswer(outcome{stdout: []byte(`{"verdict":"clean","rungs":[{"name":"static","seconds":1}]}`)}, "/src")
	if err != nil {
		t.Fatal(err)
	}
	second := first
	second.Rungs = nil
	if got := repeatable(first, second, nil); got != "yes" {
		t.Errorf("timings only: got %q", got)
	}
	second.Findings = []finding.Finding{found("x", 1)}
	if got := repeatable(first, second, nil); !strings.HasPrefix(got, "no: nothing, then {") {
		t.Errorf("another finding: got %q", got)
	}
}

func TestAPanicOfARuleIsCountedAsACrashAndAnOrdinaryUnknownIsNot(t *testing.T) {
	var c crateResult
	answer, err := decodeAnswer(outcome{stdout: []byte(`{"verdict":"clean","unknowns":[
		{"what":"rule a","reason":"panicked: index out of range"},
		{"what":"unit b","reason":"no MIR text"},{"what":"unit c","reason":"no MIR text"}]}`)}, "/src")
	c.fill(answer, err)
	if len(c.Crashes) != 1 || c.failure() == nil {
		t.Errorf("got crashes %q", c.Crashes)
	}
	if len(c.Unknowns) != 2 || c.Unknowns[0] != (reasonCount{"no MIR text", 2}) || c.unknownCount() != 3 {
		t.Errorf("got unknowns %v", c.Unknowns)
	}
}

func TestDirectoriesOfThisMachineDoNotReachTheResults(t *testing.T) {
	got := neutral(`{"a":"/w/src/x-1/src/lib.rs","b":"/h/.cargo/registry/src/host-1a/tokio-1/src/a.rs","c":"/r/lib/rustlib/src/rust/library/core/x.rs"}`, "/w/src/x-1")
	want := `{"a":"$CRATE/src/lib.rs","b":"$REGISTRY/tokio-1/src/a.rs","c":"$RUST/library/core/x.rs"}`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTheShareCountsOnlyMIRWrittenByTheRunAndKeepsWhatNobodyUnderstood(t *testing.T) {
	dir := t.TempDir()
	text := "fn f() -> () {\n    let mut _0: ();\n\n    bb0: {\n        _0 = const ();\n        wibble wobble;\n        return;\n    }\n}\n"
	began := time.Now().Add(-time.Minute)
	for name, when := range map[string]time.Time{"new.mir": time.Now(), "old.mir": began.Add(-time.Hour), "new.txt": time.Now()} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	s := readShare(dir, began)
	if s.Files != 1 || s.Opaque != 1 || s.Statements == 0 || len(s.Samples) != 1 || !strings.Contains(s.Samples[0], "wibble") {
		t.Errorf("got %+v", s)
	}
}

func TestAFilterThatMatchesNoTargetIsNoProof(t *testing.T) {
	if !nothingToDo("warning: target filter `examples` specified, but no targets matched; this is a no-op\n    Finished\n") {
		t.Error("cargo's warning is not recognised")
	}
	if nothingToDo("    Finished `dev` profile\n") {
		t.Error("an ordinary end is taken for a warning")
	}
}

func TestTheLibraryIsTheFirstRootAndBuildScriptsAreNone(t *testing.T) {
	got, err := parseRoots([]byte(`{"packages":[{"targets":[
		{"kind":["custom-build"],"src_path":"build.rs"},{"kind":["bin"],"src_path":"src/main.rs"},{"kind":["cdylib","rlib"],"src_path":"src/lib.rs"}]}]}`))
	if err != nil || len(got) != 2 || got[0] != "src/lib.rs" || got[1] != "src/main.rs" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := parseRoots([]byte(`{"packages":[]}`)); err == nil {
		t.Error("a crate without targets is accepted")
	}
}

func TestTheSumOfABenchmarkAddsEachToolAndItsRatiosAreRelativeToCheck(t *testing.T) {
	sum := sumBench([]benchRow{
		{Cold: cpuTimes{1, 2, 3}, Edit: cpuTimes{1, 1, 1}},
		{Cold: cpuTimes{3, 3, 5}, Edit: cpuTimes{1, 2, 3}},
	})
	if got := sum.Cold.ratios(); got != "1.25 / 2.00" {
		t.Errorf("cold: got %s", got)
	}
	if got := sum.Edit.ratios(); got != "1.50 / 2.00" {
		t.Errorf("edit: got %s", got)
	}
	if got := (cpuTimes{}).ratios(); got != "-" {
		t.Errorf("nothing measured: got %s", got)
	}
}

func TestABenchmarkKeepsTheLeastCPUAndStopsAtAToolThatFails(t *testing.T) {
	var times cpuTimes
	cpu := 300 * time.Millisecond
	ok := measured{func([]string) outcome { return outcome{cpu: cpu} }, []int{0}, func(c *cpuTimes) *float64 { return &c.Check }}
	for _, d := range []time.Duration{300, 200, 400} {
		cpu = d * time.Millisecond
		if err := runEach([]measured{ok}, nil, &times); err != nil {
			t.Fatal(err)
		}
	}
	if times.Check != 0.2 {
		t.Errorf("got %v, want 0.2", times.Check)
	}
	bad := measured{func([]string) outcome { return outcome{exit: 101} }, []int{0}, func(c *cpuTimes) *float64 { return &c.Clippy }}
	if err := runEach([]measured{bad}, nil, &times); err == nil {
		t.Error("a failed tool is measured")
	}
}

func TestEditsDifferAndLeaveTheSourceAlone(t *testing.T) {
	source := append(make([]byte, 0, 100), "fn a() {}"...)
	a, b := edited(source, 1), edited(source, 2)
	if bytes.Equal(a, b) || !bytes.HasPrefix(a, source) || string(source) != "fn a() {}" {
		t.Errorf("got %q and %q from %q", a, b, source)
	}
}

func TestAChildThatExitsAnsweredAndOneThatHangsDidNot(t *testing.T) {
	sh, err := os.Executable() // the test binary itself, so that no shell is needed
	if err != nil {
		t.Fatal(err)
	}
	o := runChild(context.Background(), child{argv: []string{sh, "-no-such-flag"}, deadline: time.Minute})
	if o.err != nil || o.exit == 0 || o.must("child") == nil || o.stderr == "" {
		t.Errorf("exit: got %+v", o)
	}
	o = runChild(context.Background(), child{argv: []string{sh, "-test.run=^TestHelperHangs$"}, env: []string{"CORPUS_TEST_HANG=1"}, deadline: 200 * time.Millisecond})
	if o.err == nil || !strings.Contains(o.err.Error(), "gave up") {
		t.Errorf("hang: got %+v", o)
	}
	o = runChild(context.Background(), child{argv: []string{filepath.Join(t.TempDir(), "absent")}, deadline: time.Minute})
	if o.err == nil || o.exit != -1 {
		t.Errorf("absent: got %+v", o)
	}
}

// TestHelperHangs is the hanging child of the test above.
func TestHelperHangs(t *testing.T) {
	if os.Getenv("CORPUS_TEST_HANG") == "" {
		t.Skip("only as a child process")
	}
	time.Sleep(time.Hour) // killed long before
}

func TestATailKeepsTheEndAndACappedBufferRefusesMore(t *testing.T) {
	end := &tail{limit: 4}
	for _, s := range []string{"abc", "defg", "h"} {
		if n, err := end.Write([]byte(s)); n != len(s) || err != nil {
			t.Errorf("write %q: %d, %v", s, n, err)
		}
	}
	if string(end.data) != "efgh" {
		t.Errorf("got %q", end.data)
	}
	c := &capped{limit: 3}
	if _, err := c.Write([]byte("abcd")); err == nil {
		t.Error("more than the limit is accepted")
	}
}

func TestExitCodesTellNoFromUsageFromFailure(t *testing.T) {
	dir := t.TempDir()
	var out, log bytes.Buffer
	check := func(want int, args ...string) {
		t.Helper()
		if got := run(context.Background(), args, &out, &log); got != want {
			t.Errorf("%q: got exit %d, want %d\n%s", args, got, want, log.String())
		}
	}
	page, work := filepath.Join(dir, "page.md"), filepath.Join(dir, "work")
	common := []string{"-dir", dir, "-page", page, "-work", work}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	check(exitUsage)
	check(exitFailed, append([]string{"triage"}, common...)...) // no corpus.toml
	write("corpus.toml", "[[crate]]\nname = \"a\"\nversion = \"1.0.0\"\nkind = \"library\"\n")
	check(exitUsage, append([]string{"chekc"}, common...)...)
	check(exitUsage, "triage", "-no-such-flag")
	check(exitUsage, append([]string{"triage", "-only", "b"}, common[:]...)...)
	check(exitOK, append([]string{"triage"}, common...)...)
	r := results{Schema: resultsSchema, Crates: []crateResult{{Name: "a", Version: "1.0.0", Findings: []finding.Finding{found("x", 1)}}}}
	if err := r.save(filepath.Join(dir, "results.json")); err != nil {
		t.Fatal(err)
	}
	check(exitDiffer, append([]string{"triage"}, common...)...)
	write("triage.toml", "[[finding]]\nid = \"x\"\ncrate = \"a\"\nrule = \"r\"\nplace = \"f.rs:1:1\"\nverdict = \"true\"\nwhy = \"a | b\"\n")
	check(exitOK, append([]string{"triage"}, common...)...)
	text, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(text), `| true | a \| b |`) {
		t.Errorf("page: %v\n%s", err, text)
	}
	check(exitUsage, "diff", "one")
	same := filepath.Join(dir, "results.json")
	check(exitOK, "diff", same, same)
}
