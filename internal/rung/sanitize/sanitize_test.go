package sanitize

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/finding"
	"pollux/internal/rung"
)

// crate is the project that the recorded reports are about.
const crate = "../../../testdata/crates/sanitize-bugs"

func root(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs(crate)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// recorded is a report of rustc 1.95's runtimes, or of valgrind 3.19, on that project.
func recorded(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "$ROOT", root(t))
}

func under(t testing.TB, tool int) test {
	t.Helper()
	dir := root(t)
	p := cargo.Program{Package: "sanitize-bugs", Crate: "memory", Kind: "test", PackageDir: dir, Source: filepath.Join(dir, "tests/memory.rs")}
	return test{&runner{report: &rung.Report{}, opt: Options{Limit: time.Minute}, sanitizer: sanitizers[tool]}, p, "some_test", rung.Places{Root: dir, PackageDir: dir}}
}

const (
	address = iota
	thread
	memcheck
)

const summedUp = "test some_test ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.00s\n"

var good = rung.Ending{Started: true, Stdout: summedUp}

func TestRecordedReportsBecomeFindings(t *testing.T) {
	check := func(name string, tool int, end rung.Ending, want string, because ...string) {
		t.Helper()
		o, _ := under(t, tool).judge(end, parseLog(recorded(t, name)))
		if o.Kind() != rung.Failed {
			t.Errorf("%s: %s %s", name, o.Kind(), o.Reason())
			return
		}
		f := o.Findings()[0]
		if got := f.Rule + " " + f.File + " " + f.Message; !strings.HasPrefix(got, want) || len(o.Findings()) != 1 {
			t.Errorf("%s: %q, want %q; %d findings", name, got, want, len(o.Findings()))
		}
		var said []string
		for _, b := range f.Because {
			said = append(said, b.Message)
		}
		for _, w := range because {
			if !strings.Contains(strings.Join(said, "|"), w) {
				t.Errorf("%s: no reason %q in %q", name, w, said)
			}
		}
		if f.Line < 20 || strings.Contains(f.Message+f.Label+strings.Join(said, ""), "0x") {
			t.Errorf("%s: line %d, label %q, reasons %q", name, f.Line, f.Label, said)
		}
	}
	check("heap-use-after-free.txt", address, rung.Ending{Started: true, Status: 97},
		"undefined-behavior src/lib.rs memory is used after it was freed: read of 1 byte (AddressSanitizer: heap-use-after-free)", "freed by thread", "previously allocated by thread")
	check("stack-use-after-return.txt", address, rung.Ending{Started: true, Status: 97},
		"undefined-behavior src/lib.rs a local of a function that has returned is used: read of 1 byte", "is located in stack of thread")
	check("leak.txt", address, rung.Ending{Started: true, Status: 97}, "memory-leak tests/memory.rs 100 bytes are never freed")
	check("races.txt", thread, good, "data-race src/lib.rs two threads use the same memory without an order between them: ", "by thread")
}

func TestReportsWithAnAccessOutsideOfTheWorkspaceAreSetAside(t *testing.T) {
	o, aside := under(t, thread).judge(good, parseLog(recorded(t, "false-races.txt")))
	if o.Kind() != rung.Passed || aside != 6 || !strings.Contains(o.Bound(), "6 reports set aside") {
		t.Errorf("%s %q, %d aside", o.Kind(), o.Reason()+o.Bound(), aside)
	}
}

func TestACutReportIsNeverAPass(t *testing.T) {
	for name, tool := range map[string]int{"heap-use-after-free.txt": address, "leak.txt": address, "races.txt": thread} {
		text := recorded(t, name)
		head := strings.Index(text, "Sanitizer: ") + len("Sanitizer: ") + 20 // from here on it is known that there is a report
		for i := head; i < len(text); i += 97 {
			if o, _ := under(t, tool).judge(good, parseLog(text[:i])); o.Kind() == rung.Passed && strings.LastIndex(text[:i], "WARNING") > strings.LastIndex(text[:i], "SUMMARY") {
				t.Fatalf("%s: the first %d of %d bytes pass: %s", name, i, len(text), o.Bound())
			}
		}
	}
}

func TestWhatIsNoGoodRunIsNoPass(t *testing.T) {
	check := func(name string, end rung.Ending, log, reason string) {
		t.Helper()
		o, _ := under(t, address).judge(end, parseLog(log))
		if o.Kind() == rung.Passed || !strings.Contains(o.Reason(), reason) {
			t.Errorf("%s: %s %q, want %q", name, o.Kind(), o.Reason()+o.Bound(), reason)
		}
	}
	check("not started", rung.Ending{}, "", "did not run")
	check("late", rung.Ending{Started: true, Late: true, Stdout: summedUp}, "", "stopped after")
	check("killed", rung.Ending{Started: true, Status: 137}, "", "signal 9")
	check("no output", rung.Ending{Started: true}, "", "summed up")
	check("cut output", rung.Ending{Started: true, Stdout: summedUp, Cut: true}, "", "lost")
	check("failed", rung.Ending{Started: true, Status: 101}, "", "the test fails")
	check("the status of a report without one", rung.Ending{Started: true, Status: 97, Stdout: summedUp}, "", "status 97")
	check("no test ran", rung.Ending{Started: true, Stdout: "test result: ok. 0 passed; 0 failed; 0 ignored\n"}, "", "summed up")
	check("no memory for it", good, "==1==FATAL: ThreadSanitizer: unexpected memory mapping 0x1-0x2\n", "could not work")
	check("no leaks for it", good, "LeakSanitizer has encountered a fatal error.\n", "could not work")
	check("no symbolizer", good, "==1==ERROR: LeakSanitizer: detected memory leaks\n\nDirect leak of 1 byte(s) in 1 object(s) allocated from:\n    #0\tmalloc\t<null>\t0\t0\n\nSUMMARY: AddressSanitizer: 1 byte(s) leaked\n", "name no source lines")
	if o, _ := under(t, address).judge(good, parseLog("")); o.Kind() != rung.Passed {
		t.Errorf("a good run: %s %s", o.Kind(), o.Reason())
	}
}

func TestARuntimeThatIsNotThereIsSaidAndNeverAPass(t *testing.T) {
	x := under(t, address).runner
	o := x.missing(t.TempDir(), "riscv64-unknown-linux-gnu")
	if o == nil || o.Kind() != rung.NotInstalled || o.Hint() == "" {
		t.Fatalf("%+v", o)
	}
	x.report.Add("AddressSanitizer", *o)
	if x.report.Status() != "unknown" {
		t.Errorf("status %s", x.report.Status())
	}
}

func TestMemcheckIsBelievedOnlyToItsEnd(t *testing.T) {
	text := recorded(t, "memcheck.xml")
	v := under(t, memcheck)
	o := v.judgeMemcheck(good, []byte(text))
	if o.Kind() != rung.Failed || len(o.Findings()) != 1 {
		t.Fatalf("%s %s %d", o.Kind(), o.Reason(), len(o.Findings()))
	}
	f := o.Findings()[0]
	if f.File != "src/lib.rs" || f.Line != 29 || f.Column != 5 || !strings.Contains(f.Message, "invalid read of size 1") || f.Because[0].Line != 14 {
		t.Errorf("%+v", f)
	}
	clean := text[:strings.Index(text, "<error>")] + text[strings.LastIndex(text, "<status>"):]
	if o := v.judgeMemcheck(good, []byte(clean)); o.Kind() != rung.Passed {
		t.Errorf("without errors: %s %s", o.Kind(), o.Reason())
	}
	for i := range len(clean) - len("\n\n") {
		if o := v.judgeMemcheck(good, []byte(strings.TrimRight(clean[:i], "\n"))); o.Kind() == rung.Passed && !strings.Contains(clean[:i], "</valgrindoutput>") {
			t.Fatalf("the first %d of %d bytes pass", i, len(clean))
		}
	}
	running := strings.Replace(clean, "FINISHED", "RUNNING", 1)
	if o := v.judgeMemcheck(good, []byte(running)); o.Kind() == rung.Passed {
		t.Error("a program that did not finish passes")
	}
}

func FuzzLog(f *testing.F) {
	f.Add(recorded(f, "heap-use-after-free.txt"))
	f.Add("WARNING: ThreadSanitizer: data race (pid=1)\n  Write of size 4 at 0x1 by thread T1:\n    #0\tf\ta.rs\t1\t2\nSUMMARY: x\n")
	t := under(f, thread)
	f.Fuzz(func(tt *testing.T, text string) {
		l := parseLog(text)
		o, aside := t.judge(good, l)
		if o.Kind() == rung.Passed && (aside != len(l.reports) || l.trouble != "") {
			tt.Errorf("%d reports, %d aside, passes", len(l.reports), aside)
		}
		for _, f := range o.Findings() {
			if f.Rule == "" || f.Message == "" || f.Verdict != finding.Witnessed {
				tt.Errorf("%+v", f)
			}
		}
	})
}

func FuzzMemcheck(f *testing.F) {
	f.Add([]byte("<valgrindoutput><tool>memcheck</tool><status><state>FINISHED</state></status></valgrindoutput>"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := parseMemcheck(text)
		if err == nil && m.finished() && m.Tool != "memcheck" {
			t.Errorf("%+v", m)
		}
	})
}
