// Package blessed reads and writes the MIR text that is committed beside Rust fixtures, so that tests need no Rust.
//
// A fixture NAME.rs has one text per supported rustc, NAME.<rustc>.mir. `go run ./tools/bless` makes them; nobody edits them.
// The text is rustc's own, less what no reader of MIR uses: comment lines about constants and the white space before spans.
// Directories of the machine are written as $REGISTRY and $SRC.
//
// It is no test of anything and knows no rule.
package blessed

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"pollux/internal/didyoumean"
)

// Toolchain is a rustc whose MIR is committed.
type Toolchain struct {
	Name   string // in file names
	Rustup string // what rustup calls it
}

// Toolchains are the supported ones.
var Toolchains = []Toolchain{{Name: "1.95", Rustup: "1.95.0"}, {Name: "nightly", Rustup: "nightly"}}

// File is the name of a fixture's text for a toolchain.
func (t Toolchain) File(fixture string) string {
	return strings.TrimSuffix(fixture, ".rs") + "." + t.Name + ".mir"
}

// What stands for the directories of a machine, and what a reader gets instead: absolute paths outside of any package.
const (
	registry, registryDir = "$REGISTRY", "/registry"
	source, sourceDir     = "$SRC", "/rustlib"
)

// Read gives the MIR text of a fixture.
func Read(fixture string, t Toolchain) (string, error) {
	text, err := os.ReadFile(t.File(fixture))
	if err != nil {
		return "", fmt.Errorf("read the MIR of %s: %w; `go run ./tools/bless` makes it", filepath.Base(fixture), err)
	}
	return strings.NewReplacer(registry, registryDir, source, sourceDir).Replace(string(text)), nil
}

var (
	padding = regexp.MustCompile(`[ \t]+(// (?:in )?(?:scope|return place|in scope))`)
	// Where cargo unpacks packages, up to the directory that is named for the registry.
	unpacked = regexp.MustCompile(`[^\s"@(]*/registry/src/[^/\s]+`)
	// Where the standard library's sources are, as a component or as the path that was built in.
	library = regexp.MustCompile(`[^\s"@(]*/rustlib/src/rust/library|/rustc/[0-9a-f]{40}/library`)
)

// compileTime begins the second body of a const fn. It is the one comment line with a meaning.
const compileTime = "// MIR FOR CTFE"

// Normalize makes the text to store out of rustc's.
func Normalize(text string) string {
	text = unpacked.ReplaceAllLiteralString(text, registry)
	text = library.ReplaceAllLiteralString(text, source)
	var out strings.Builder
	for line := range strings.Lines(text) {
		comment := strings.HasPrefix(strings.TrimLeft(line, " "), "//")
		if comment && !strings.HasPrefix(line, compileTime) {
			continue
		}
		out.WriteString(padding.ReplaceAllString(line, " $1"))
	}
	return out.String()
}

// Header is what the `//@ key: value` lines at the top of a fixture say.
type Header struct {
	Edition string // default 2021
	Std     bool   // `//@ only: std`: the fixture has no dependencies
}

// ReadHeader reads the header of a fixture's source.
func ReadHeader(text string) (Header, error) {
	h := Header{Edition: "2021"}
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(line, "//@")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(rest, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case key == "edition" && (value == "2018" || value == "2021" || value == "2024"):
			h.Edition = value
		case key == "only" && value == "std":
			h.Std = true
		default:
			return h, fmt.Errorf("`//@ %s: %s` is not understood; keys are `edition: 2018|2021|2024` and `only: std`; %s", key, value,
				didyoumean.Hint(key, []string{"edition", "only"}))
		}
	}
	return h, nil
}
