// Package cargo is the only caller of cargo: it finds the workspace, runs one captured `cargo check`, and tells which
// compilation units are there, where their MIR text lies, and what rustc said.
//
// It never writes into the user's tree: everything goes to pollux's own target directory and the user's cache directory.
// It knows nothing of what the MIR means.
package cargo

import (
	"io"

	"github.com/gofrs/flock"
)

// Request says what to build, in cargo's own words. The zero value checks the default members of the workspace around Dir.
type Request struct {
	Dir               string // where to look for Cargo.toml, upwards; empty means the current directory
	ManifestPath      string
	Packages          []string
	Exclude           []string
	Workspace         bool
	Features          []string
	AllFeatures       bool
	NoDefaultFeatures bool
	Lib, Bins, Tests  bool // none set: cargo check's own default targets
	Examples, Benches bool
	AllTargets        bool
	Bin, Test         []string
	Example, Bench    []string
	Profile           string
	Target            string // target triple
	Offline, Locked   bool
	Toolchain         string // rustup toolchain name without the plus sign; empty means the user's own choice
	Jobs              int
	KeepGoing         bool
	TargetDir         string    // pollux's own target directory; empty means <cargo target dir>/pollux
	CacheDir          string    // shared cache of dependency summaries; empty means the user's cache directory
	Dependencies      bool      // capture the bodies of dependencies too
	Color             bool      // ask rustc for ANSI colours in Diagnostic.Rendered
	Progress          io.Writer // one line, rewritten, while cargo works; nil means quiet
}

// Capture is what one captured build left behind.
type Capture struct {
	Root        string // absolute path of the workspace root
	TargetDir   string // pollux's own target directory, absolute
	Toolchain   string // first line of `rustc -vV`, such as "rustc 1.95.0 (59807616e 2026-04-14)"
	Success     bool   // what cargo's build-finished message would say without pollux
	Units       []Unit // sorted by package, target kind, name, hash
	Diagnostics []Diagnostic
	Problems    []Problem // what could not be captured, and why; sorted
	Relocked    bool      // there was a Cargo.lock and cargo wrote another in its place: it did not fit the manifests

	CacheDir string // the shared cache used, absolute

	inUse *flock.Flock // keeps other builds from removing old MIR while this one may still be read; freed with the Capture
}

// Unit is one rustc call that type-checked a crate.
type Unit struct {
	Package    string // cargo package name
	Version    string
	PackageDir string // absolute directory of the package's Cargo.toml
	Member     bool   // of the user's workspace, so that findings belong here
	Crate      string // crate name as rustc sees it: underscores
	Kind       string // lib, bin, test, example, bench, proc-macro, custom-build
	Test       bool   // compiled with --test
	Edition    string // 2015, 2018, 2021, 2024
	Features   []string
	Source     string   // absolute path of the crate root file
	Hash       string   // cargo's -C extra-filename without the dash: tells units of one name apart
	MIR        string   // absolute path of the MIR text; empty when there is none, see Problems
	MIRHash    string   // hex SHA-256 of the MIR text
	MIRSize    int64    // in bytes
	MIRTime    int64    // time of modification of the MIR text, in nanoseconds since 1970
	Dir        string   // working directory of the rustc call: relative paths in the MIR are relative to it
	Fresh      bool     // cargo did not need to run rustc
	SummaryKey string   // of a dependency whose source cannot change: names its bodies for every project, see [SummaryPath]
	Externs    []string // what it was compiled against: crate name and hash of the units, such as "tokio-0f3a.."
	Denied     bool     // rustc's lints refuse the crate, though it is sound: `cargo check` fails, and the MIR is there
	Stale      bool     // the MIR is of an earlier, good build of this unit because the present one does not compile
}

// Problem is a unit, or a part of the build, that could not be captured. It becomes an `unknown` of the result.
type Problem struct {
	What, Reason, Hint string
}

// Diagnostic is one message of rustc, decoded from cargo's JSON.
type Diagnostic struct {
	Package  string
	Crate    string
	Member   bool
	Target   string // target kind and name, such as "lib tokio"
	Code     string // such as "E0277"; empty when rustc gives none
	Level    string // error, warning, note, help, failure-note
	Message  string
	Rendered string // rustc's own rendering, with ANSI colours when cargo was asked for them
	Spans    []DiagnosticSpan
	Children []Diagnostic
	// Explained: a finding of the same run stands for the message, which is therefore not shown.
	Explained bool
}

// DiagnosticSpan is a place of a Diagnostic. Lines and columns are 1-based, the end column is exclusive.
type DiagnosticSpan struct {
	File      string
	Line      int
	Column    int
	EndLine   int
	EndColumn int
	Primary   bool
	Label     string
	Text      []string
	Macro     string // name of the macro whose expansion contains the place, if any

	Replacement   *string // what rustc suggests to put there; nil when it suggests nothing
	Applicability string  // of the suggestion: MachineApplicable, MaybeIncorrect, HasPlaceholders, Unspecified
}
