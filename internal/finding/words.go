package finding

import (
	"fmt"
	"strings"
)

// Severity says how bad a finding is if it is true. See docs/architecture.md for what each level may be used for.
type Severity uint8

const (
	Info    Severity = iota // worth knowing; off by default in text output
	Warning                 // wrong under a schedule or a cancellation that can happen
	Error                   // practically always wrong
)

var severityNames = [...]string{"info", "warning", "error"}

func (s Severity) String() string { return severityNames[s] }

// MarshalText writes the word used in every machine format.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts exactly the words that MarshalText writes.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, name := range severityNames {
		if name == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("unknown severity %q, want one of %s", text, strings.Join(severityNames[:], ", "))
}

// Verdict says what evidence a finding rests on. The order is the order of strength; only internal/ladder moves a finding up.
type Verdict string

// The closed set of verdicts.
const (
	Suspected Verdict = "suspected" // a rule matched
	Witnessed Verdict = "witnessed" // a run failed and its schedule was kept
	Replayed  Verdict = "replayed"  // the same schedule failed again in a fresh process
	Shrunk    Verdict = "shrunk"    // minimal, and replays
	Cleared   Verdict = "cleared"   // explored exhaustively within the printed bound without a failure: annotates, never deletes
	Undecided Verdict = "unknown"   // could not be told, with a reason
)
