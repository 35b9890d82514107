// Package config turns flags, environment and pollux.toml into one [Settings] value.
//
// One table, [Keys], describes every setting: its key in the file, its flag (--key), its variable (POLLUX_KEY) and its
// text. Flags, the file, the variables and docs/configuration.md are all made from it, so they cannot drift apart.
// Precedence: flag, then environment, then file, then default. An unknown key is an error, never ignored: a misspelt
// `deny` that does nothing is worse than no configuration.
//
// It reads files and decides nothing else: what a setting does is the business of who uses it.
package config

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/knowledge"
)

// FileName is the name of the configuration file, looked for at the workspace root.
const FileName = "pollux.toml"

// Settings is everything a person can set once for a project. The zero value is not the default, see [Default].
//
// The tags are the table that everything else is made from: toml is the key and the flag, short the one-letter flag,
// value the name of the value in help, group the heading it stands under, help the text.
type Settings struct {
	FailOn   finding.Severity `toml:"fail-on" group:"report" value:"SEVERITY" help:"exit with status 1 from this severity on: error, warning or info"`
	Info     bool             `toml:"info" group:"report" help:"show findings of severity info in text output"`
	Format   string           `toml:"format" group:"report" value:"FORMAT" help:"form of the report: text, json, cargo, sarif, github, gitlab, junit or rdjson"`
	Color    string           `toml:"color" group:"report" value:"WHEN" help:"colour the text: auto, always or never"`
	Baseline string           `toml:"baseline" group:"report" value:"FILE" help:"report only findings that this baseline file does not hold"`
	Rules    []string         `toml:"rule" group:"report" value:"ID" help:"run only these rules"`

	Packages          []string `toml:"package" group:"packages" short:"p" value:"SPEC" help:"check only these packages"`
	Exclude           []string `toml:"exclude" group:"packages" value:"SPEC" help:"with --workspace: leave these packages out"`
	Workspace         bool     `toml:"workspace" group:"packages" help:"check all packages of the workspace"`
	Features          []string `toml:"features" group:"features" short:"F" value:"FEATURES" help:"features to switch on, separated by commas"`
	AllFeatures       bool     `toml:"all-features" group:"features" help:"switch on all features"`
	NoDefaultFeatures bool     `toml:"no-default-features" group:"features" help:"do not switch on the default feature"`
	Lib               bool     `toml:"lib" group:"targets" help:"check the library"`
	Bins              bool     `toml:"bins" group:"targets" help:"check all binaries"`
	Bin               []string `toml:"bin" group:"targets" value:"NAME" help:"check this binary"`
	Tests             bool     `toml:"tests" group:"targets" help:"check all test targets"`
	Test              []string `toml:"test" group:"targets" value:"NAME" help:"check this test target"`
	Examples          bool     `toml:"examples" group:"targets" help:"check all examples"`
	Example           []string `toml:"example" group:"targets" value:"NAME" help:"check this example"`
	Benches           bool     `toml:"benches" group:"targets" help:"check all benchmark targets"`
	Bench             []string `toml:"bench" group:"targets" value:"NAME" help:"check this benchmark target"`
	AllTargets        bool     `toml:"all-targets" group:"targets" help:"check all targets: library, binaries, tests, examples, benchmarks"`
	Target            string   `toml:"target" group:"targets" value:"TRIPLE" help:"check for this target triple"`
	Profile           string   `toml:"profile" group:"build" value:"NAME" help:"cargo profile to check with"`
	Toolchain         string   `toml:"toolchain" group:"build" value:"NAME" help:"rustup toolchain to use; +NAME as the first argument does the same"`
	TargetDir         string   `toml:"target-dir" group:"build" value:"DIR" help:"pollux's own target directory (default: pollux inside cargo's)"`
	Jobs              int      `toml:"jobs" group:"build" short:"j" value:"N" help:"parallel jobs; 0 means as many as cargo chooses"`
	Offline           bool     `toml:"offline" group:"build" help:"use no network"`
	Locked            bool     `toml:"locked" group:"build" help:"require that Cargo.lock is up to date"`
	Frozen            bool     `toml:"frozen" group:"build" help:"the same as --locked and --offline"`
	NoDeps            bool     `toml:"no-deps" group:"build" help:"do not read the bodies of dependencies"`

	Levels Levels `toml:"levels"`
	// Knowledge is what a project tells pollux about its own types and functions: [[guard]], [[call]], [[closure]].
	Knowledge knowledge.Extension `toml:"-"`
	// Weakenings are those that a person accepts: [[weakening]]. Only the file that a change is compared with counts.
	Weakenings []Weakening `toml:"-"`
}

// Weakening is a row that accepts findings of the rule check-weakened.
type Weakening struct {
	What   string `toml:"what"` // its kind; empty accepts all
	File   string `toml:"file"` // pattern of paths from the root, as path.Match reads it; empty accepts all
	Item   string `toml:"item"` // last part of the path of a function or type; empty accepts all
	Reason string `toml:"reason"`
}

func (w Weakening) validate() error {
	switch _, err := path.Match(w.File, ""); {
	case strings.TrimSpace(w.Reason) == "":
		return fmt.Errorf("a row [[weakening]] gives no reason")
	case w.What == "" && w.File == "" && w.Item == "":
		return fmt.Errorf("a row [[weakening]] names neither what, nor file, nor item")
	case err != nil:
		return fmt.Errorf("the file of a row [[weakening]], %q, is no pattern", w.File)
	}
	return nil
}

// Accepts reports whether the row speaks of a weakening of this kind, at this path and in this item.
func (w Weakening) Accepts(what, file, item string) bool {
	match, _ := path.Match(w.File, file)
	return (w.What == "" || w.What == what) && (w.File == "" || match) &&
		(w.Item == "" || item == w.Item || strings.HasSuffix(item, "::"+w.Item))
}

// Levels says what to do with a rule, by rule id.
type Levels map[string]Level

// Level is what to do with the findings of one rule.
type Level string

// The levels of a rule. A rule without a level reports at its own severity.
const (
	Allow Level = "allow" // report nothing
	Warn  Level = "warn"  // report at severity warning
	Deny  Level = "deny"  // report at severity error
)

var levelWords = []string{string(Allow), string(Warn), string(Deny)}

// Default returns the settings of a project that sets nothing.
func Default() Settings {
	return Settings{FailOn: finding.Warning, Format: "text", Color: "auto", Levels: Levels{}}
}

// Set gives a rule a level; the last call for a rule counts.
func (l Levels) Set(rule string, level Level) { l[rule] = level }

// Severity returns the severity at which a finding of a rule is reported, and false when it is not reported at all.
// A level changes how loud a rule is; it does not make an info finding of a rule that knows several severities an error
// unless the rule is denied.
func (l Levels) Severity(rule string, own finding.Severity) (finding.Severity, bool) {
	switch l[rule] {
	case Allow:
		return own, false
	case Warn:
		return finding.Warning, true
	case Deny:
		return finding.Error, true
	}
	return own, true
}

func (l Levels) validate() error {
	for _, rule := range slices.Sorted(maps.Keys(l)) {
		if !slices.Contains(levelWords, string(l[rule])) {
			return fmt.Errorf("level of `%s` is %q, want allow, warn or deny", rule, l[rule])
		}
	}
	return nil
}
