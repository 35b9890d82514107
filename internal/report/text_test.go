package report

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

func TestTheBlockOfTheDesignIsWrittenAsDesigned(t *testing.T) {
	res := fixture()
	res.Findings, res.Compare = res.Findings[1:2], nil
	res.Findings[0].Because = res.Findings[0].Because[:1]
	block := plainBlock(newView(res, fixtureOptions()), res.Findings[0])
	want := "warning[futurelock]: `pool.lock()` can wait for ever: the lock is queued for `collection`, which this task has stopped polling\n" +
		"  --> src/stats.rs:88:49\n" +
		"   |  tick = interval.tick() => { pool.lock().await; }\n" +
		"   |                                          ^^^^^ waits here, inside the select! arm\n" +
		"   = because src/stats.rs:81  `collection` takes the same `pool` (collect(), line 40) and was last polled by this select!\n" +
		"   = fix     await nothing in the arm that needs `pool`, or spawn `collection` and select on its JoinHandle\n" +
		"   = verdict suspected · prove it: pollux explore stats::tick --focus aa02\n"
	if block != want {
		t.Errorf("got\n%s\nwant\n%s", block, want)
	}
}

// checkSnippet compares the marked source of a span, without gutter.
func checkSnippet(t *testing.T, source string, s finding.Span, limit int, want string) {
	t.Helper()
	s.File = "f"
	var lines []string
	for _, e := range excerpts(strings.Split(source, "\n"), s, limit) {
		lines = append(lines, e.text)
		if marks := e.marks(); marks != "" {
			lines = append(lines, marks)
		}
	}
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("span %+v of %q: got\n%s\nwant\n%s", s, source, got, want)
	}
}

func TestCaretsStandUnderTheSpan(t *testing.T) {
	for _, c := range []struct {
		name, source string
		span         finding.Span
		limit        int
		want         string
	}{
		{"a word", "    a.lock().b", span("", 1, 7, 1, 11), 99, "a.lock().b\n  ^^^^"},
		{"tabs", "\ta\tb", span("", 1, 4, 1, 5), 99, "a    b\n     ^"},
		{"wide characters", "日本 x = 語語;", span("", 1, 8, 1, 10), 99, "日本 x = 語語;\n         ^^^^"},
		{"a character of several scalar values", "\"👩‍👩‍👧\" x", span("", 1, 9, 1, 10), 99, "\"👩‍👩‍👧\" x\n     ^"},
		{"an empty span", "abc", span("", 1, 2, 1, 2), 99, "abc\n ^"},
		{"a span that ends beyond the line", "abc", span("", 1, 2, 1, 50), 99, "abc\n ^^"},
		{"a span that starts beyond the line", "abc", span("", 1, 50, 1, 60), 99, "abc\n   ^"},
		{"a span that ends before it starts", "abc", span("", 1, 3, 1, 1), 99, "abc\n  ^"},
		{"a line beyond the file", "abc", span("", 9, 1, 9, 2), 99, ""},
		{"no column", "  abc  ", span("", 1, 0, 0, 0), 99, "abc\n^^^"},
		{"a start only", "abc", span("", 1, 2, 0, 0), 99, "abc\n ^"},
		{"two lines", "  f(\n    x)", span("", 1, 3, 2, 7), 99, "f(\n^^\n  x)\n  ^^"},
		{"many lines", "  f(\n x\n y\n  )", span("", 1, 3, 4, 4), 99, "f(\n^^\n...\n)\n^"},
		{"an end at the start of the next line", "  f();\n  g();", span("", 1, 3, 2, 1), 99, "f();\n^^^^"},
		{"an end beyond the file", "f(\n xyz", span("", 1, 1, 9, 3), 99, "f(\n^^\n xyz\n ^^^"},
		{"an empty line", "", span("", 1, 1, 1, 1), 99, "\n^"},
		{"a line end of Windows", "ab\r", span("", 1, 2, 1, 4), 99, "ab\n ^"},
		{"a long line", strings.Repeat("a", 50) + "XY" + strings.Repeat("b", 50), span("", 1, 51, 1, 53), 20, "…aaaaaaXYbbbbbbbbbb…\n       ^^"},
		{"a long line marked whole", strings.Repeat("a", 50), span("", 1, 1, 1, 51), 20, "aaaaaaaaaaaaaaaaaa…\n^^^^^^^^^^^^^^^^^^^"},
		{"the end of a long line", strings.Repeat("a", 50) + "X", span("", 1, 51, 1, 52), 20, "…aaaaaaaaaaaaaaaaaX\n                  ^"},
	} {
		t.Run(c.name, func(t *testing.T) { checkSnippet(t, c.source, c.span, c.limit, c.want) })
	}
}

func TestNoLineOfATerminalIsTooLong(t *testing.T) {
	for _, width := range []int{50, 80, 100} {
		opt := fixtureOptions()
		opt.Width = width
		res := fixture()
		res.Rendered = nil // rustc's own
		for _, line := range strings.Split(written(t, "text", res, opt), "\n") {
			exact := strings.HasPrefix(strings.TrimLeft(line, " "), "pollux ") // a command to copy stays in one piece
			if ansi.StringWidth(line) > width && !exact {
				t.Errorf("width %d: %d columns in %q", width, ansi.StringWidth(line), line)
			}
		}
	}
}

func TestColourChangesNothingButColour(t *testing.T) {
	opt := fixtureOptions()
	plain := written(t, "text", fixture(), opt)
	opt.Color = true
	colored := written(t, "text", fixture(), opt)
	if plain == colored || ansi.Strip(colored) != plain {
		t.Errorf("coloured text without its colours differs from plain text:\n%s", ansi.Strip(colored))
	}
}

func checkClean(t *testing.T, change func(*engine.Result), want string) {
	t.Helper()
	res := cleanFixture()
	change(res)
	if got := written(t, "text", res, Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestACleanRunIsOneLineAndAnotherForWhatWasNotChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*engine.Result)
		want   string
	}{
		"with unknowns": {func(*engine.Result) {}, "clean: 2 units checked (compile, static)\nnot checked: chat::send and 1 more: the call goes through a trait object\n"},
		"with a skipped rung": {func(r *engine.Result) {
			r.Unknowns, r.Rungs[1] = nil, engine.Rung{Name: "static", Status: "skipped", Reason: "not asked for"}
		}, "clean: 2 units checked (compile)\nnot checked: static (not asked for)\n"},
		"with nothing missing": {func(r *engine.Result) { r.Unknowns = nil }, "clean: 2 units checked (compile, static)\n"},
		"without any rung":     {func(r *engine.Result) { r.Unknowns, r.Rungs = nil, nil }, "clean: nothing was checked\n"},
		"with hidden, suppressed and fixed ones": {func(r *engine.Result) {
			r.Unknowns, r.Findings = nil, []finding.Finding{{Rule: "detached-task", Severity: finding.Info}}
			r.Suppressed = []finding.Suppressed{{}, {}}
			r.Compare = &engine.Comparison{With: "revision HEAD~1", Fixed: 3}
		}, "clean: 2 units checked (compile, static); 1 info hidden (--info shows them); 2 suppressed; 3 fixed since revision HEAD~1\n"},
		"with old findings": {func(r *engine.Result) {
			r.Unknowns, r.Compare = nil, &engine.Comparison{With: "revision HEAD", By: "changed lines", Unchanged: 3}
		}, "clean: 2 units checked (compile, static); 3 findings not new since revision HEAD\n"},
	} {
		t.Run(name, func(t *testing.T) { checkClean(t, c.change, c.want) })
	}
}

func TestQuietIsSilentOnlyWhenTheAnswerIsKnown(t *testing.T) {
	opt := Options{Quiet: true}
	if got := written(t, "text", cleanFixture(), opt); got != "" {
		t.Errorf("clean and quiet: got %q", got)
	}
	incomplete := cleanFixture()
	incomplete.Verdict = engine.Incomplete
	if got, want := written(t, "text", incomplete, opt), "incomplete: no findings in 2 units\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	incomplete.Rungs = []engine.Rung{{Name: "compile", Status: "unknown", Reason: "no cargo"}}
	incomplete.Unknowns = []finding.Unknown{{What: "the whole project", Reason: "no cargo\nat all", Hint: "install it"}}
	if got, want := written(t, "text", incomplete, opt), "incomplete: nothing was checked\nnot checked:\n  the whole project: no cargo · install it\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := written(t, "text", brokenFixture(), opt); !strings.Contains(got, "E0425") || !strings.Contains(got, "does not build") {
		t.Errorf("a crate that does not build: got %q", got)
	}
}

func TestACleanRunThatShowsFindingsSaysWhyItIsClean(t *testing.T) {
	res := cleanFixture()
	res.Findings = []finding.Finding{{Rule: "dropped-future", Severity: finding.Warning}}
	if got, want := written(t, "text", res, Options{}), "clean: 1 warning in 2 units, below the threshold\n"; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

func TestEqualMessagesOfRustcAreWrittenOnce(t *testing.T) {
	if n := strings.Count(written(t, "text", fixture(), Options{}), "unused variable"); n != 1 {
		t.Errorf("got the same message %d times", n)
	}
}

// A model reads about one token for each four characters of English and code.
func TestTheMedianBlockIsShort(t *testing.T) {
	res := fixture()
	v := newView(res, fixtureOptions())
	long := 0
	for _, f := range res.Findings {
		if len(plainBlock(v, f))/4 > 250 {
			long++
		}
	}
	if long > 0 {
		t.Errorf("%d of %d blocks are over 250 tokens", long, len(res.Findings))
	}
}
