package sanitize

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rung"
)

// run runs the test once; aside counts the reports that were not believed.
func (t test) run(ctx context.Context) (o rung.Outcome, aside int, err error) {
	dir, err := t.reports()
	if err != nil {
		return o, 0, err
	}
	defer os.RemoveAll(dir)
	if t.sanitizer.flags == nil {
		o, err = t.valgrind(ctx, dir)
		return o, 0, err
	}
	options := t.sanitizer.options + ":log_path=" + filepath.Join(dir, "report")
	if own := os.Getenv(t.sanitizer.env); own != "" {
		options = own + ":" + options // what we need comes last, which is what counts
	}
	end, err := rung.Run(ctx, rung.Process{
		Path: t.program.Path, Args: rung.OneTest(t.name), Dir: t.program.PackageDir, Limit: t.opt.Limit,
		Env: rung.Environment(t.program, dropped, "RUST_BACKTRACE=0", t.sanitizer.env+"="+options),
	})
	if err != nil {
		return o, 0, err
	}
	text, err := readReports(dir)
	if err != nil {
		return rung.Undecided(err.Error(), ""), 0, nil
	}
	o, aside = t.judge(end, parseLog(text))
	return o, aside, nil
}

// reports makes a directory for the reports of one run. Its path holds none of the characters that end a sanitizer's option.
func (t test) reports() (string, error) {
	root := filepath.Join(t.tests.TargetDir, "records")
	if strings.ContainsAny(root, " :,'\"\t\n") {
		root = os.TempDir()
	}
	if err := os.MkdirAll(root, 0o777); err != nil {
		return "", fmt.Errorf("make room for reports: %w", err)
	}
	dir, err := os.MkdirTemp(root, "sanitize-")
	if err != nil {
		return "", fmt.Errorf("make room for reports: %w", err)
	}
	return dir, nil
}

// reportLimit bounds what is read of the reports of one test, in bytes: ThreadSanitizer writes hundreds of long stacks.
const reportLimit = 64 << 20

// readReports reads the reports of all processes of a test.
func readReports(dir string) (string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "report*"))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return "", fmt.Errorf("read the reports: %w", err)
		}
		if info.Size()+int64(b.Len()) > reportLimit {
			return "", fmt.Errorf("the sanitizer wrote more than %d MiB of reports", reportLimit>>20)
		}
		text, err := os.ReadFile(f)
		if err != nil {
			return "", fmt.Errorf("read the reports: %w", err)
		}
		if len(text) > 0 && text[len(text)-1] != '\n' {
			return "", fmt.Errorf("a report of the sanitizer ends within a line")
		}
		b.Write(text)
	}
	return b.String(), nil
}

// judge says what a run came to. Reports count before the status: a test can pass while memory is used wrongly.
func (t test) judge(end rung.Ending, l *log) (rung.Outcome, int) {
	var found []finding.Finding
	aside, cut, unclear, unplaced := 0, 0, 0, 0
	for _, r := range l.reports {
		fs, believed := t.findings(r)
		switch {
		case believed:
			found = append(found, fs...)
		case !r.whole:
			cut++
		case !r.understood():
			unclear++
		case !r.placed():
			unplaced++
		default:
			aside++
		}
	}
	if len(found) > 0 {
		return rung.Fail(distinct(found)...), aside
	}
	switch {
	case l.trouble != "":
		return rung.Undecided(t.sanitizer.title+" could not work: "+rung.Shorten(l.trouble), troubleHint(l.trouble)), aside
	case cut > 0:
		return rung.Undecided(fmt.Sprintf("%d reports of %s do not come to their end", cut, t.sanitizer.title), ""), aside
	case unclear > 0:
		return rung.Undecided(fmt.Sprintf("%d reports of %s lack a part, or have a form that pollux does not know", unclear, t.sanitizer.title), ""), aside
	case unplaced > 0:
		return rung.Undecided(fmt.Sprintf("%d reports of %s name no source lines", unplaced, t.sanitizer.title), "install llvm-symbolizer (llvm), or set "+strings.TrimSuffix(t.sanitizer.env, "_OPTIONS")+"_SYMBOLIZER_PATH"), aside
	}
	return t.passed(end, aside), aside
}

// passed is the answer to a run without a report that counts.
func (t test) passed(end rung.Ending, aside int) rung.Outcome {
	if end.Status == 101 && !end.Late {
		return rung.Undecided("the test fails, without a report of "+t.sanitizer.title, "cargo test may say the same; a sanitizer makes code slower")
	}
	if end.Fault() == "" && !summary.MatchString(end.Stdout) {
		return rung.Undecided("it ended before Rust's test harness had summed up", "")
	}
	bound := "one run, instrumented but for std"
	if t.sanitizer.flags == nil {
		bound = "one run under valgrind"
	}
	if aside > 0 {
		bound += fmt.Sprintf(", %d reports set aside", aside)
	}
	return rung.Pass(end, bound)
}

func troubleHint(trouble string) string {
	switch {
	case strings.Contains(trouble, "LeakSanitizer"):
		return "LeakSanitizer does not work under ptrace and in some containers: set ASAN_OPTIONS=detect_leaks=0"
	case strings.Contains(trouble, "memory mapping"):
		return "the kernel places memory where ThreadSanitizer cannot follow: sysctl vm.mmap_rnd_bits=28"
	}
	return ""
}

// findings makes findings of one report, false when it is not believed or says nothing about the workspace.
func (t test) findings(r report) ([]finding.Finding, bool) {
	switch {
	case r.tool == "LeakSanitizer":
		fs := leaks(r, t)
		return fs, len(fs) > 0
	case r.tool == "AddressSanitizer" && r.kind == "stack-overflow":
		return nil, false // frames are larger under the sanitizer
	case r.tool == "AddressSanitizer":
		return []finding.Finding{memory(r, t)}, true
	case r.kind == "data race":
		f, ok := race(r, t)
		return []finding.Finding{f}, ok
	case r.kind == "heap-use-after-free" && len(r.walked()) > 0 && top(r.walked()[0], t.places):
		return []finding.Finding{memory(r, t)}, true
	}
	return nil, false
}

// distinct keeps one finding for each rule and place.
func distinct(fs []finding.Finding) []finding.Finding {
	var out []finding.Finding
	seen := map[string]bool{}
	for _, f := range fs {
		key := fmt.Sprint(f.Rule, f.Span, f.Message)
		if f.Known() {
			key = fmt.Sprint(f.Rule, f.Span)
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, f)
		}
	}
	return out
}
