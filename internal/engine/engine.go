// Package engine is what every face calls: one function per verb, a Request in, a Result out.
//
// It joins the rooms below it and holds no analysis of its own. A Result is a plain value; how it is shown is the
// business of internal/report, and what a face does with it is the business of the face.
package engine

import (
	"pollux/internal/cargo"
	"pollux/internal/explore"
	"pollux/internal/finding"
)

// Version is the version of pollux.
const Version = "0.1.0"

// SchemaVersion names the JSON contract of [Result].
const SchemaVersion = "pollux/1"

// Verdict is the answer to the whole run, one of a closed set.
type Verdict string

// The closed set of run verdicts.
const (
	Clean        Verdict = "clean"
	Findings     Verdict = "findings"
	DoesNotBuild Verdict = "does-not-build"
	Incomplete   Verdict = "incomplete"
)

// Result is the answer of a verb: JSON version 1, one object.
type Result struct {
	Schema     string               `json:"schema"`
	Version    string               `json:"version"` // of pollux
	Command    string               `json:"command"` // verb: check, explore, verify
	Toolchain  string               `json:"toolchain"`
	Root       string               `json:"root"` // absolute path that the files of findings are relative to
	InputHash  string               `json:"input_hash"`
	Verdict    Verdict              `json:"verdict"`
	Findings   []finding.Finding    `json:"findings"` // sorted by finding.Sort
	Rungs      []Rung               `json:"rungs"`
	Unknowns   []finding.Unknown    `json:"unknowns"`
	Suppressed []finding.Suppressed `json:"suppressed"`
	Answers    []Answer             `json:"answers,omitempty"`      // to what was asked about a place or by a scratch file
	Steps      []Step               `json:"interleaving,omitempty"` // of a witness that was run again
	Compare    *Comparison          `json:"compare,omitempty"`      // present when there was something to compare with
	Fixed      []finding.Finding    `json:"fixed,omitempty"`        // that were there before, when the state before was checked, too
	Partition  *Partition           `json:"partition,omitempty"`    // of a run over a part of the tests
	// Rendered holds rustc's own rendering of the errors and warnings of a build, for faces that show them to a person.
	Rendered []string `json:"-"`
	// TestsBroken says that the crate builds and its tests do not; Rendered holds why.
	TestsBroken bool `json:"-"`
	// Build is what was read, for formats that repeat what cargo says; nil when cargo never ran.
	Build *cargo.Capture `json:"-"`
}

// Rung is one step of the ladder and how far it came.
type Rung struct {
	Name    string  `json:"name"`   // compile, static, explore, loom, miri, sanitize, console
	Status  string  `json:"status"` // ok, findings, unknown, skipped
	Reason  string  `json:"reason"`
	Units   int     `json:"units"`
	Seconds float64 `json:"seconds"` // rounded to nothing (0) where two runs must give the same bytes
	// Untested says that the status is unknown for one reason alone: no test can be run that reaches what was asked about. What the rungs
	// below said stands, and no run says more.
	Untested bool `json:"untested,omitempty"`
	// Explored is what the rung explore covered; nil for other rungs.
	Explored *Explored `json:"explored,omitempty"`
	// Subjects are what an outer tool was asked about, with its answer to each; empty for other rungs.
	Subjects []Subject `json:"subjects,omitempty"`
}

// Subject is one model, test or program that an outer tool was asked about.
type Subject struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"`          // passed, failed, unknown, not-run, not-installed, aside
	Bound   string `json:"bound,omitempty"`  // what a pass covers
	Reason  string `json:"reason,omitempty"` // why there is no pass and no failure
}

// Explored counts what an exploration covered.
type Explored struct {
	Tests         int `json:"tests"`         // that were run under schedules
	Schedules     int `json:"schedules"`     // that came to an end
	Interleavings int `json:"interleavings"` // different orders in which tasks ran, summed over the tests
	Plain         int `json:"plain"`         // tests without a tokio runtime: nothing to explore
	Mapped        int `json:"mapped"`        // tests whose runtime of several threads was run on one
	Suspensions   int `json:"suspensions"`   // of all tasks under the schedules of the cancellation sweep
	Cancelled     int `json:"cancelled"`     // of those, at how many the task was cancelled
	// Woken counts the suspensions that another task or a timer ended: there a task can be cancelled after the wake-up, too.
	Woken          int    `json:"woken"`
	CancelledWoken int    `json:"cancelled_woken"` // of those, after how many wake-ups the task was cancelled
	Waiting        int    `json:"waiting"`         // of those, after how many the test waits for ever
	Cleared        int    `json:"cleared"`         // tests of which every schedule was run, and none failed
	Tokio          string `json:"tokio"`           // the version that was explored; empty when none could be
	// PerTest is what was covered of each test that was run under schedules.
	PerTest []explore.TestCoverage `json:"per_test"`
}

// Step is one poll of a task in the run of a witness, or a spawn.
type Step struct {
	Task    string `json:"task"`
	Does    string `json:"does"` // spawns task 3, waits, is interrupted, is cancelled, runs on, ends, panics
	File    string `json:"file"` // empty when no place of the user's is known
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Note    string `json:"note"`    // what is not as plain tokio would have it, when `does` does not say it
	Departs bool   `json:"departs"` // plain tokio would not take this step
}

// Answer is what an exploration has to say about one suspicion: a place in focus, or a scratch test.
type Answer struct {
	About  string   `json:"about,omitempty"` // id of the finding that was asked about
	Asked  string   `json:"asked"`
	Answer Verified `json:"answer"`
	Words  string   `json:"words"` // the answer in a sentence, with its bound
	Tests  []string `json:"tests"` // that reach it, or that were asked
	// Schedules and Interleavings are those of these tests.
	Schedules     int      `json:"schedules"`
	Interleavings int      `json:"interleavings"`
	Findings      []string `json:"findings"` // ids of what was found there
}

// Verified is the word of an answer, one of a closed set.
type Verified string

// The closed set of answers to a suspicion.
const (
	Witnessed  Verified = "witnessed"   // a run failed there, and fails again when it is replayed
	Cleared    Verified = "cleared"     // every schedule within the printed bound was run, and nothing failed there
	NotShown   Verified = "not-shown"   // nothing failed there in as many schedules as are named; there are more
	NotReached Verified = "not-reached" // no test reaches it
	Undecided  Verified = "unknown"     // it could not be explored, for a reason that is named
)

// Comparison counts findings against a baseline or an earlier revision.
type Comparison struct {
	With      string `json:"with"` // "baseline FILE" or "revision REF", or both
	By        string `json:"by"`   // "fingerprints" or "changed lines"; changed lines cannot tell what was fixed
	New       int    `json:"new"`
	Fixed     int    `json:"fixed"` // 0 unless compared by fingerprints
	Unchanged int    `json:"unchanged"`
}
