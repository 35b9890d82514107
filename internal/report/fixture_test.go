package report

import (
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/engine"
	"pollux/internal/finding"
)

// numbered makes a file whose lines are empty but for the given ones.
func numbered(lines map[int]string) []string {
	last := 0
	for n := range lines {
		last = max(last, n)
	}
	file := make([]string, last)
	for n, line := range lines {
		file[n-1] = line
	}
	return file
}

var fixtureFiles = map[string][]string{
	"src/stats.rs": numbered(map[int]string{
		81: "        let collection = pool.collect();",
		88: "        tick = interval.tick() => { pool.lock().await; }",
	}),
	"src/relay.rs": numbered(map[int]string{
		12: "\tlet guard = état.lock().unwrap();\r",
		14: "\tsend(\r",
		15: "\t\t\"日本\",\r",
		16: "\t\tpeer, \r",
		17: "\t).await;\r",
	}),
	"src/wide.rs":           numbered(map[int]string{3: `    let 名前 = "日本語"; block_on(名前.len());`}),
	"src/gen.rs":            numbered(map[int]string{1: strings.Repeat("let x = 1; ", 30) + "dropped(); " + strings.Repeat("let y = 2; ", 30)}),
	"/opt/vendor/dep/a.rs":  {"fn a() {}"},
	"src/escape\x1b[31m.rs": {"let a = \"\u202e\x1b[2J\";"},
}

func fixtureSource(file string) ([]string, bool) {
	lines, ok := fixtureFiles[file]
	return lines, ok
}

func span(file string, line, column, endLine, endColumn int) finding.Span {
	return finding.Span{File: file, Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

// fixture is one of everything: several lines, tabs and line ends of Windows, wide characters, a long line, a place
// outside of the workspace, no source, no place, old and new, all severities, suppressed, unknown.
func fixture() *engine.Result {
	return &engine.Result{
		Schema: engine.SchemaVersion, Version: "0.1.0", Command: "check", Toolchain: "rustc 1.95.0 (59807616e 2026-04-14)",
		Root: "/home/dev/chat relay", InputHash: "8f0c", Verdict: engine.Findings,
		Findings: []finding.Finding{
			{
				ID: "aa01", Rule: "sync-guard-across-await", Severity: finding.Error, Verdict: finding.Suspected, Span: span("src/relay.rs", 14, 2, 17, 10),
				Function: "relay::<impl Relay>::forward", Package: "relay", Message: "`guard` blocks its thread's other tasks while this await is pending",
				Label: "pending here, 100% of the time", New: true, Fix: "drop `guard` before the await, or take the lock of tokio::sync",
				Because: []finding.Because{{Span: span("src/relay.rs", 12, 14, 12, 34), Message: "guard taken here: Mutex<Vec<u8>>, a std lock"}},
			},
			{
				ID: "aa02", Rule: "futurelock", Severity: finding.Warning, Verdict: finding.Suspected, Span: span("src/stats.rs", 88, 49, 88, 54),
				Function: "stats::tick", Package: "relay", New: true,
				Message: "`pool.lock()` can wait for ever: the lock is queued for `collection`, which this task has stopped polling",
				Label:   "waits here, inside the select! arm",
				Because: []finding.Because{
					{Span: span("src/stats.rs", 81, 13, 81, 23), Message: "`collection` takes the same `pool` (collect(), line 40) and was last polled by this select!"},
					{Message: "the lock of tokio is fair: a queued waiter keeps its place"},
				},
				Fix: "await nothing in the arm that needs `pool`, or spawn `collection` and select on its JoinHandle", Reproduce: "pollux explore stats::tick --focus aa02",
			},
			{
				ID: "aa03", Rule: "nested-block-on", Severity: finding.Warning, Verdict: finding.Replayed, Span: span("src/wide.rs", 3, 21, 3, 36),
				Function: "wide::名前", Package: "relay", Message: "`block_on` panicked inside a task of the same runtime", Label: "日本語 label",
				Fix: "await the future", Witness: "target/pollux/witness/aa03.json", Reproduce: "pollux replay target/pollux/witness/aa03.json", New: true,
			},
			{
				ID: "aa04", Rule: "dropped-future", Severity: finding.Warning, Verdict: finding.Cleared, Span: span("src/gen.rs", 1, 331, 1, 340),
				Function: "gen::all", Package: "relay", Message: "the future of `dropped` is never polled", Fix: "await it",
			},
			{
				ID: "aa05", Rule: "wrong-executor", Severity: finding.Warning, Verdict: finding.Suspected, Span: span("/opt/vendor/dep/a.rs", 1, 4, 1, 90),
				Package: "dep", Message: "`a` may need the runtime of tokio", New: true, Label: "beyond the line",
			},
			{
				ID: "aa06", Rule: "serial-accept", Severity: finding.Warning, Verdict: finding.Suspected, Span: span("src/missing.rs", 7, 5, 7, 9),
				Function: "serve", Package: "relay", Message: "one silent peer can stall every other", Label: "awaits one peer", Fix: "spawn the handshake", New: true,
			},
			{
				ID: "aa07", Rule: "mixed-runtime-versions", Severity: finding.Warning, Verdict: finding.Suspected, Package: "relay",
				Message: "tokio 0.2 and tokio 1 are both in the dependency graph", Fix: "update `old-client` to 0.9", New: true,
			},
			{
				ID: "aa08", Rule: "detached-task", Severity: finding.Info, Verdict: finding.Suspected, Span: span("src/stats.rs", 81, 26, 81, 40),
				Function: "stats::tick", Package: "relay", Message: "a panic of this task vanishes", New: true,
			},
		},
		Rungs: []engine.Rung{
			{Name: "compile", Status: "ok", Units: 3, Seconds: 0},
			{Name: "static", Status: "findings", Units: 3, Seconds: 1.24},
			{Name: "explore", Status: "skipped", Reason: "not asked for"},
		},
		Unknowns: []finding.Unknown{
			{What: "relay::proto::parse", Reason: "the call goes through a trait object", Hint: "name the type"},
			{What: "unit `old`", Reason: "no MIR was written", Hint: ""},
			{What: "relay::proto::write", Reason: "the call goes through a trait object", Hint: "name the type"},
			{What: "relay::proto::flush", Reason: "the call goes through a trait object", Hint: "name the type"},
			{What: "asm! in spin", Reason: "inline assembly", Hint: ""},
			{What: "a", Reason: "reason four", Hint: ""},
			{What: "b", Reason: "reason five", Hint: ""},
			{What: "c", Reason: "reason six", Hint: "hint six"},
		},
		Suppressed: []finding.Suppressed{{Rule: "blocking-in-async", File: "src/relay.rs", Line: 90, Reason: "start-up only, before the runtime serves"}},
		Compare:    &engine.Comparison{With: "baseline pollux.base", By: "fingerprints", New: 7, Fixed: 2, Unchanged: 1},
		Build:      fixtureBuild(),
		Rendered: []string{
			"\x1b[1m\x1b[33mwarning\x1b[0m: unused variable: `x`\n --> src/relay.rs:1:5\n",
			"\x1b[1m\x1b[33mwarning\x1b[0m: unused variable: `x`\n --> src/relay.rs:1:5\n",
		},
	}
}

// fixtureBuild is the build of the fixture: a package with a library and a program, and a warning of rustc.
func fixtureBuild() *cargo.Capture {
	unit := cargo.Unit{Package: "relay", Version: "0.3.0", PackageDir: "/home/dev/chat relay", Member: true, Edition: "2024"}
	lib, bin := unit, unit
	bin.Crate, bin.Kind, bin.Source = "relay_server", "bin", "/home/dev/chat relay/src/missing.rs"
	lib.Crate, lib.Kind, lib.Source = "relay", "lib", "/home/dev/chat relay/src/lib.rs"
	at := cargo.DiagnosticSpan{File: "src/relay.rs", Line: 12, Column: 6, EndLine: 12, EndColumn: 11, Primary: true}
	suggested, text := at, "_guard"
	at.Label, suggested.Label, suggested.Replacement, suggested.Applicability = "", "", &text, "MaybeIncorrect"
	return &cargo.Capture{
		Root: "/home/dev/chat relay", Success: true, Units: []cargo.Unit{bin, lib},
		Diagnostics: []cargo.Diagnostic{{
			Package: "relay", Member: true, Code: "unused_variables", Level: "warning", Message: "unused variable: `guard`",
			Rendered: "\x1b[33mwarning\x1b[0m: unused variable\n", Spans: []cargo.DiagnosticSpan{at},
			Children: []cargo.Diagnostic{
				{Level: "note", Message: "`#[warn(unused_variables)]` on by default"},
				{Level: "help", Message: "if this is intentional, prefix it with an underscore", Spans: []cargo.DiagnosticSpan{suggested}},
			},
		}},
	}
}

// cleanFixture is a run without findings that could not look everywhere.
func cleanFixture() *engine.Result {
	return &engine.Result{
		Schema: engine.SchemaVersion, Version: "0.1.0", Command: "check", Toolchain: "rustc 1.95.0", Root: "/home/dev/chat", Verdict: engine.Clean,
		Rungs: []engine.Rung{{Name: "compile", Status: "ok", Units: 2}, {Name: "static", Status: "ok", Units: 2}},
		Unknowns: []finding.Unknown{
			{What: "chat::send", Reason: "the call goes through a trait object"}, {What: "chat::recv", Reason: "the call goes through a trait object"},
		},
	}
}

// brokenFixture is a crate that does not build.
func brokenFixture() *engine.Result {
	r := cleanFixture()
	r.Verdict = engine.DoesNotBuild
	r.Rungs = []engine.Rung{{Name: "compile", Status: "unknown", Reason: "1 error"}, {Name: "static", Status: "skipped", Reason: "no unit compiled"}}
	r.Unknowns = nil
	r.Rendered = []string{"error[E0425]: cannot find value `x` in this scope\n --> src/main.rs:2:5\n  |\n2 |     x\n  |     ^ not found in this scope\n"}
	return r
}

func fixtureOptions() Options {
	return Options{
		Source: fixtureSource,
		Rule: func(id string) (Rule, bool) {
			return Rule{Title: "A future is kept but not polled", Help: "# futurelock\n\nWhy it matters.", URI: "https://example.org/rules/futurelock"}, id == "futurelock"
		},
	}
}
