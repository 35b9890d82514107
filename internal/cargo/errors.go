package cargo

import (
	"fmt"
	"strings"
)

// Kind says what in the user's world stands in the way, one of a closed set.
type Kind string

// The closed set of kinds.
const (
	NoManifest     Kind = "no-manifest"     // no Cargo.toml here or above
	NoCargo        Kind = "no-cargo"        // cargo is not installed
	NoToolchain    Kind = "no-toolchain"    // the toolchain asked for, or its standard library for a target, is not installed
	BadManifest    Kind = "bad-manifest"    // a Cargo.toml, Cargo.lock or cargo configuration that cargo refuses
	UnknownPackage Kind = "unknown-package" // -p names nothing
	UnknownTarget  Kind = "unknown-target"  // --bin, --test, --features, --profile or --target names nothing
	Unreachable    Kind = "unreachable"     // network or registry
	Unresolved     Kind = "unresolved"      // no set of versions satisfies the manifests
	Locked         Kind = "locked"          // --locked, and Cargo.lock would have to change
	DiskFull       Kind = "disk-full"
	ReadOnly       Kind = "read-only"       // something that must be written cannot be
	OldCargo       Kind = "old-cargo"       // cargo does not know an option that pollux needs
	BadEnvironment Kind = "bad-environment" // a variable that cargo refuses
	CargoFailed    Kind = "cargo-failed"
)

// UserError is a failure of the user's world: nothing is wrong with pollux, and there may be something to do about it.
type UserError struct {
	Kind    Kind
	Op      string // what pollux was about to do
	Message string // what went wrong, in cargo's words where it spoke
	Hint    string // what to do; may be empty
}

func (e *UserError) Error() string { return fmt.Sprintf("%s: %s", e.Op, e.Message) }

// symptom recognises a kind by cargo's words.
type symptom struct {
	kind  Kind
	words []string // any of them
	hint  string
}

// symptoms in the order of trying: causes before the sentences that wrap them.
var symptoms = []symptom{
	{DiskFull, []string{"No space left on device", "os error 28", "not enough space on the disk"}, "free some disk space and run pollux again"},
	{BadEnvironment, []string{"is set to an empty string in the `CARGO"}, "unset the variable, or give it a value"},
	{UnknownTarget, []string{"could not find specification for target"}, "`rustc --print target-list` lists the targets"},
	{OldCargo, []string{"unexpected argument '--keep-going'"}, "pollux needs cargo 1.74 or newer"},
	{NoToolchain, []string{"is not installed", "no such command: `+", "could not choose a version of", "can't find crate for `std`", "no default toolchain", "is not a valid toolchain name", "invalid toolchain name", "error: toolchain '",
		// where rustup installs what is missing by itself
		"could not download nonexistent rust version", "could not download file from", "error: no release found for"}, "install it with rustup, or leave --toolchain away"},
	{UnknownPackage, []string{"did not match any packages", "package(s) `", "invalid package ID", "cannot specify features for packages outside"}, "`cargo metadata --no-deps` lists the packages of this workspace"},
	{UnknownTarget, []string{"no bin target", "no test target", "no example target", "no bench target", "no library targets found", "does not contain this feature", "does not contain these features", "does not have the feature", "does not have feature", "none of the selected packages contains", "profile `"}, ""},
	{Locked, []string{"because --locked was passed", "because --frozen was passed", "cannot update the lock file"}, "run `cargo update --workspace` or leave --locked away"},
	{Unreachable, []string{"Could not resolve host", "Couldn't resolve host", "Could not connect", "Couldn't connect", "failed to download", "download of", "network failure", "Unable to update registry", "failed to fetch", "spurious network error", "attempting to make an HTTP request", "Unable to update http", "you may want to run without the --offline", "you're using offline mode"}, "check the network, or run `cargo fetch` where there is one and then pollux with --offline"},
	{Unresolved, []string{"failed to select a version", "no matching package named", "no matching package found"}, ""},
	{ReadOnly, []string{"Read-only file system", "os error 30", "Permission denied", "os error 13"}, "make the place writable, or give another with --target-dir"},
	{BadManifest, []string{"this version of Cargo does not understand this lock file"}, "a newer cargo wrote Cargo.lock: update the toolchain, or choose one that is there: `pollux +TOOLCHAIN check`"},
	{BadManifest, []string{"<<<<<<<", ">>>>>>>"}, "a merge left its conflict markers: take Cargo.lock or Cargo.toml of one side, then `cargo check` adds what is missing"},
	{BadManifest, []string{"failed to parse manifest", "failed to load manifest", "failed to parse lock file", "could not parse", "failed to read", "invalid type", "TOML parse error", "error loading", "current package believes it's in a workspace", "failed to find a workspace root", "could not find `Cargo.toml`", "Cargo.toml:", "Cargo.lock:"}, "run `cargo check`: it says the same"},
}

// classify turns cargo's last words into a UserError.
func classify(op, stderr string) *UserError {
	e := &UserError{Kind: CargoFailed, Op: op, Message: essence(stderr), Hint: "run `cargo check`: if it fails too, that is where to look"}
	for _, s := range symptoms {
		for _, w := range s.words {
			if strings.Contains(stderr, w) {
				e.Kind, e.Hint = s.kind, s.hint
				if s.kind == ReadOnly && strings.Contains(e.Message, "Cargo.lock") {
					e.Hint = "cargo wants to write Cargo.lock: run `cargo generate-lockfile` where that is possible"
				}
				return e
			}
		}
	}
	return e
}

// messageLimit bounds, in bytes, the part of cargo's words that becomes a message.
const messageLimit = 2000

// essence drops cargo's status lines and the word "error:" from its text, and what only developers of cargo and rustup read: the
// rustc call that was to say something of a target, and backtraces.
func essence(stderr string) string {
	_, text, found := strings.Cut("\n"+stderr, "\nerror: ")
	if !found {
		text = stderr
	}
	if _, said, nested := strings.Cut(text, "\n  --- stderr\n  error: "); nested && strings.HasPrefix(text, "failed to run `rustc` to learn about") {
		text, _, _ = strings.Cut(said, "\n")
	}
	text, _, _ = strings.Cut(text, "\nStack backtrace:")
	text = strings.TrimSpace(text)
	if len(text) > messageLimit {
		text = strings.ToValidUTF8(text[:messageLimit], "") + " [...]"
	}
	if text == "" {
		text = "cargo failed and said nothing"
	}
	return text
}
