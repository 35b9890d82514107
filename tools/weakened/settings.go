package main

import (
	"strings"

	"pollux/internal/integrity"
)

// sample is a settings file as projects have it.
type sample struct{ path, text string }

var (
	manifest = sample{"Cargo.toml", "[package]\nname = \"relay\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\nname = \"relay\"\n\n[[test]]\nname = \"relay\"\n\n" +
		"[dependencies]\ntokio = { version = \"1\", features = [\"full\"] }\n\n[lints.rust]\nunsafe_code = \"forbid\"\nunused_must_use = \"deny\"\n\n" +
		"[lints.clippy]\nawait_holding_lock = { level = \"deny\", priority = 1 }\nunwrap_used = \"warn\"\n\n[profile.dev]\nopt-level = 1\n"}
	toolchain = sample{"rust-toolchain.toml", "[toolchain]\nchannel = \"1.90.0\"\ncomponents = [\"clippy\", \"rustfmt\", \"miri\"]\n"}
	workflow  = sample{".github/workflows/ci.yml", "name: ci\non: [push, pull_request]\nenv:\n  RUSTFLAGS: -D warnings\n  LOOM_MAX_PREEMPTIONS: 3\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n" +
		"      - uses: actions/checkout@v4\n      - run: cargo fmt --check\n      - run: cargo clippy --workspace --all-targets -- -D warnings\n      - name: tests\n        run: |\n          cargo test --workspace\n          cargo test --release --test loom\n" +
		"      - run: pollux check --workspace --format github\n"}
	makefile = sample{"Makefile", "check:\n\tcargo test --workspace\n\tcargo clippy -- -D warnings\n\nrun:\n\tcargo run\n"}
	own      = sample{"pollux.toml", "fail-on = \"warning\"\nworkspace = true\ntests = true\n\n[levels]\nblocking-in-async = \"deny\"\n"}
	claude   = sample{".claude/settings.json", `{
  "permissions": {"allow": ["Bash(cargo test:*)"]},
  "hooks": {
    "PostToolUse": [{"matcher": "Edit|Write", "hooks": [{"type": "command", "command": "pollux", "args": ["hook"], "timeout": 60}]}],
    "Stop": [{"hooks": [{"type": "command", "command": "pollux", "args": ["hook"], "timeout": 600}]}]
  }
}
`}
	codex    = sample{".codex/config.toml", "model = \"x\"\n\n[mcp_servers.pollux]\ncommand = \"pollux\"\nargs = [\"mcp\"]\n"}
	nextest  = sample{".config/nextest.toml", "[profile.default]\nretries = 0\nslow-timeout = \"60s\"\n"}
	cargo    = sample{".cargo/config.toml", "[build]\nrustflags = [\"-D\", \"warnings\"]\n\n[env]\nPROPTEST_CASES = \"1000\"\n"}
	clippy   = sample{"clippy.toml", "cognitive-complexity-threshold = 20\nawait-holding-invalid-types = [\"relay::Lease\"]\n"}
	baseline = sample{"pollux-baseline.json", "{\"schema\": \"pollux-baseline/1\", \"accepted\": [{\"id\": \"aa\", \"rule\": \"dropped-future\"}]}\n"}
)

// settingsEdits are edits of settings: a replacement of a part of a sample each.
func settingsEdits() []*edit {
	var out []*edit
	add := func(weakens bool, name string, s sample, old, fresh string) {
		if !strings.Contains(s.text, old) {
			panic("no such text in " + s.path + ": " + old)
		}
		text := strings.Replace(s.text, old, fresh, 1)
		c := integrity.Change{Path: s.path, OldPath: s.path, Old: &s.text, New: &text}
		if fresh == "\x00" {
			c.New = nil
		}
		out = append(out, &edit{operator: name, weakens: weakens, place: s.path, changes: []integrity.Change{c}})
	}
	weakSettings(func(name string, s sample, old, fresh string) { add(true, "settings: "+name, s, old, fresh) })
	calmSettings(func(name string, s sample, old, fresh string) { add(false, "settings: "+name, s, old, fresh) })
	return out
}

type settingsAdder func(name string, s sample, old, fresh string)

func weakSettings(add settingsAdder) {
	add("lint lowered", manifest, `unused_must_use = "deny"`, `unused_must_use = "warn"`)
	add("lint allowed", manifest, `level = "deny"`, `level = "allow"`)
	add("lint taken out", manifest, "unwrap_used = \"warn\"\n", "")
	add("forbid becomes deny", manifest, "forbid", "deny")
	add("lint table taken out", manifest, "[lints.clippy]\nawait_holding_lock = { level = \"deny\", priority = 1 }\nunwrap_used = \"warn\"\n", "")
	add("lint table commented out", manifest, "[lints.rust]\nunsafe_code", "#[lints.rust]\n#unsafe_code")
	add("new allow in the table", manifest, "unwrap_used", "let_underscore_future = \"allow\"\nunwrap_used")
	add("autotests off", manifest, "edition", "autotests = false\nedition")
	add("library without tests", manifest, "[lib]\n", "[lib]\ntest = false\n")
	add("library without doctests", manifest, "[lib]\n", "[lib]\ndoctest = false\n")
	add("harness off", manifest, "[[test]]\n", "[[test]]\nharness = false\n")
	add("test target off", manifest, "[[test]]\n", "[[test]]\ntest = false\n")
	add("test target behind a feature", manifest, "[[test]]\n", "[[test]]\nrequired-features = [\"it\"]\n")
	add("overflow checks off", manifest, "opt-level = 1", "opt-level = 1\noverflow-checks = false")
	add("debug assertions off", manifest, "opt-level = 1", "opt-level = 1\ndebug-assertions = false")
	add("older toolchain", toolchain, "1.90.0", "1.70.0")
	add("component taken out", toolchain, `, "miri"`, "")
	add("CI: failures pass", workflow, "cargo test --workspace\n", "cargo test --workspace || true\n")
	add("CI: step taken out", workflow, "      - run: pollux check --workspace --format github\n", "")
	add("CI: step commented out", workflow, "      - run: pollux", "      # - run: pollux")
	add("CI: step only echoed", workflow, "run: cargo clippy", "run: echo cargo clippy")
	add("CI: continue-on-error", workflow, "      - name: tests\n", "      - name: tests\n        continue-on-error: true\n")
	add("CI: step never runs", workflow, "      - name: tests\n", "      - name: tests\n        if: false\n")
	add("CI: warnings pass", workflow, "RUSTFLAGS: -D warnings", "RUSTFLAGS: \"\"")
	add("CI: clippy warnings pass", workflow, " -- -D warnings", "")
	add("CI: fewer packages", workflow, "clippy --workspace", "clippy")
	add("CI: only compiled", workflow, "cargo test --workspace", "cargo test --workspace --no-run")
	add("CI: a test skipped", workflow, "cargo test --workspace", "cargo test --workspace -- --skip relay")
	add("CI: no pull requests", workflow, "[push, pull_request]", "[push]")
	add("CI: loom test taken out", workflow, "          cargo test --release --test loom\n", "")
	add("CI: smaller loom bound", workflow, "LOOM_MAX_PREEMPTIONS: 3", "LOOM_MAX_PREEMPTIONS: 1")
	add("CI: file deleted", workflow, workflow.text, "\x00")
	add("Makefile: failures pass", makefile, "cargo test --workspace", "cargo test --workspace || true")
	add("Makefile: test taken out", makefile, "\tcargo test --workspace\n", "")
	add("pollux: threshold raised", own, `fail-on = "warning"`, `fail-on = "error"`)
	add("pollux: rule allowed", own, `blocking-in-async = "deny"`, `blocking-in-async = "allow"`)
	add("pollux: another rule allowed", own, "[levels]\n", "[levels]\ndropped-future = \"allow\"\n")
	add("pollux: level taken out", own, "blocking-in-async = \"deny\"\n", "")
	add("pollux: tests left out", own, "tests = true\n", "")
	add("pollux: one rule only", own, "tests = true\n", "tests = true\nrule = [\"dropped-future\"]\n")
	add("pollux: package left out", own, "tests = true\n", "tests = true\nexclude = [\"relay\"]\n")
	add("pollux: a baseline", own, "tests = true\n", "tests = true\nbaseline = \"b.json\"\n")
	add("pollux: a harmless function", own, "[levels]\n", "[[call]]\nid = \"x\"\nmatch = [\"std::thread::sleep\"]\neffect = \"harmless\"\n\n[levels]\n")
	add("pollux: an accepted weakening", own, "[levels]\n", "[[weakening]]\nfile = \"**\"\nreason = \"x\"\n\n[levels]\n")
	add("pollux: file deleted", own, own.text, "\x00")
	add("baseline accepts more", baseline, "\"accepted\": [", "\"accepted\": [{\"id\": \"bb\", \"rule\": \"dropped-future\"}, ")
	add("agent: stop hook taken out", claude, `"Stop"`, `"Stopp"`)
	add("agent: another program", claude, `{"type": "command", "command": "pollux", "args": ["hook"], "timeout": 600}`, `{"type": "command", "command": "true", "args": ["hook"], "timeout": 600}`)
	add("agent: hooks off", claude, `"hooks": {`, `"disableAllHooks": true, "hooks": {`)
	add("agent: file deleted", claude, claude.text, "\x00")
	add("agent: server taken out", codex, "[mcp_servers.pollux]\ncommand = \"pollux\"\nargs = [\"mcp\"]\n", "")
	add("nextest: retries", nextest, "retries = 0", "retries = 5")
	add("nextest: filter", nextest, "retries = 0", "retries = 0\ndefault-filter = \"not test(relay)\"")
	add("cargo: lints capped", cargo, `"-D", "warnings"`, `"-D", "warnings", "--cap-lints", "allow"`)
	add("cargo: warnings pass", cargo, `["-D", "warnings"]`, `[]`)
	add("cargo: a wrapper", cargo, "[build]\n", "[build]\nrustc-wrapper = \"/tmp/rustc\"\n")
	add("cargo: fewer cases", cargo, "1000", "10")
	add("clippy: threshold raised", clippy, "= 20", "= 200")
	add("clippy: type taken out", clippy, `["relay::Lease"]`, "[]")
}

func calmSettings(add settingsAdder) {
	add("newer dependency", manifest, `version = "1"`, `version = "1.45"`)
	add("new dependency", manifest, "[dependencies]\n", "[dependencies]\nbytes = \"1\"\n")
	add("stricter lint", manifest, `unwrap_used = "warn"`, `unwrap_used = "deny"`)
	add("new lint", manifest, "unwrap_used", "dbg_macro = \"warn\"\nunwrap_used")
	add("level written in another way", manifest, `{ level = "deny", priority = 1 }`, `{ priority = 2, level = "deny" }`)
	add("a lint of looks allowed", manifest, "unwrap_used", "too_many_arguments = \"allow\"\nunwrap_used")
	add("comment in the manifest", manifest, "[lints.rust]", "# test = false, autotests = false\n[lints.rust]")
	add("new feature", manifest, "[dependencies]", "[features]\nextra = []\n\n[dependencies]")
	add("new test target", manifest, "[[test]]\n", "[[test]]\nname = \"more\"\n\n[[test]]\n")
	add("version", manifest, `version = "0.1.0"`, `version = "0.2.0"`)
	add("release profile", manifest, "[profile.dev]", "[profile.release]\nlto = true\n\n[profile.dev]")
	add("newer toolchain", toolchain, "1.90.0", "1.95.0")
	add("new component", toolchain, `"miri"`, `"miri", "rust-src"`)
	add("CI: newer action", workflow, "checkout@v4", "checkout@v5")
	add("CI: new step", workflow, "      - run: cargo fmt", "      - run: cargo doc --no-deps\n      - run: cargo fmt")
	add("CI: a comment", workflow, "jobs:", "# continue-on-error: true, || true\njobs:")
	add("CI: another name", workflow, "name: tests", "name: all tests")
	add("CI: steps in another order", workflow, "      - run: cargo fmt --check\n      - run: cargo clippy --workspace --all-targets -- -D warnings\n", "      - run: cargo clippy --workspace --all-targets -- -D warnings\n      - run: cargo fmt --check\n")
	add("CI: a cache", workflow, "      - run: cargo fmt", "      - uses: Swatinem/rust-cache@v2\n      - run: cargo fmt")
	add("CI: more targets", workflow, "cargo test --workspace", "cargo test --workspace --all-targets")
	add("CI: nextest", workflow, "cargo test --workspace", "cargo nextest run --workspace")
	add("CI: larger loom bound", workflow, "LOOM_MAX_PREEMPTIONS: 3", "LOOM_MAX_PREEMPTIONS: 4")
	add("CI: more triggers", workflow, "[push, pull_request]", "[push, pull_request, merge_group]")
	add("CI: triggers written in another way", workflow, "on: [push, pull_request]", "on:\n  push:\n    branches: [main]\n  pull_request:")
	add("CI: a matrix", workflow, "    runs-on: ubuntu-latest\n", "    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix:\n        os: [ubuntu-latest, macos-latest]\n")
	add("Makefile: new target", makefile, "run:", "docs:\n\tcargo doc\n\nrun:")
	add("Makefile: run changed", makefile, "cargo run", "cargo run --release")
	add("pollux: stricter", own, `fail-on = "warning"`, `fail-on = "info"`)
	add("pollux: rule denied", own, "[levels]\n", "[levels]\ndropped-future = \"deny\"\n")
	add("pollux: a comment", own, "[levels]", "# blocking-in-async = \"allow\"\n[levels]")
	add("pollux: more targets", own, "tests = true", "tests = true\nexamples = true")
	add("pollux: format", own, "tests = true", "tests = true\ncolor = \"never\"")
	add("baseline accepts less", baseline, `{"id": "aa", "rule": "dropped-future"}`, "")
	add("agent: a permission", claude, `"Bash(cargo test:*)"`, `"Bash(cargo test:*)", "Bash(cargo fmt:*)"`)
	add("agent: one more hook", claude, `"Stop": [`, `"Stop": [{"hooks": [{"type": "command", "command": "cargo fmt"}]}, `)
	add("agent: longer time", claude, `"timeout": 60}`, `"timeout": 90}`)
	add("agent: another model", codex, `"x"`, `"y"`)
	add("nextest: shorter limit", nextest, "60s", "30s")
	add("cargo: an alias", cargo, "[env]", "[alias]\nt = \"test\"\n\n[env]")
	add("cargo: more cases", cargo, "1000", "10000")
	add("cargo: a linker", cargo, "[build]\n", "[target.x86_64-unknown-linux-gnu]\nlinker = \"clang\"\n\n[build]\n")
	add("clippy: stricter threshold", clippy, "= 20", "= 15")
	add("clippy: one more type", clippy, `"relay::Lease"`, `"relay::Lease", "relay::Permit"`)
}
