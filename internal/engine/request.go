package engine

import (
	"context"
	"io"
	"time"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/config"
	"pollux/internal/explore"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
)

// Request says what to check, for whom, and against what to compare. The zero value checks the project around the
// current directory as its pollux.toml says.
type Request struct {
	Dir          string // where to look for Cargo.toml, upwards; empty means the current directory
	ManifestPath string

	Config    []string          // --config: files, or KEY=VALUE
	Env       []string          // KEY=VALUE, as os.Environ gives them
	Overrides []config.Override // settings that are stronger than file and environment

	Changed       bool   // report only what lines that differ from HEAD touch
	Since         string // report only what lines that differ from the merge base with this revision touch
	WriteBaseline bool   // accept what is found into the baseline file

	Progress io.Writer // one line, rewritten, while cargo works; nil means quiet
	Timings  bool      // fill in Rung.Seconds, at the price of results that differ from run to run
}

// Engine joins the rooms. Its fields are the seams: a test puts fakes there, [New] puts the real ones.
type Engine struct {
	Locate func(ctx context.Context, req cargo.Request) (root string, err error)
	Build  func(ctx context.Context, req cargo.Request) (*cargo.Capture, error)
	Static Static
	Visit  Visit // nil: what the units show is not known
	Cancel CancelFutures
	// OpenTests finds the tests of a workspace that explore and replay run.
	OpenTests func(ctx context.Context, req cargo.Request) (*explore.Workspace, error)
	HasLoom   hasLoom                                                             // whether there may be loom models; nil: no
	Tool      func(ctx context.Context, p *Project, name string) (*Result, error) // an outer tool on the ladder; nil: the real one
	Explain   func(*cargo.Capture) []finding.Finding                              // makes findings of what rustc says about futures
	Drift     Drift                                                               // nil: no error is looked at as a gap between versions
	Suppress  Suppress
	Rules     []*analysis.Rule
	CacheDir  string // of this user and program; empty when there is none
	Now       func() time.Time
}

// Static runs the rules over the captured MIR. It must not fail because of what the MIR holds: what it cannot read it
// reports as unknown.
type Static func(ctx context.Context, capture *cargo.Capture, opt StaticOptions) (StaticOutcome, error)

// StaticOptions says how to run the static rung.
type StaticOptions struct {
	Rules     []*analysis.Rule    // only those that are to run
	Knowledge knowledge.Extension // what the project says about its own functions and types
	Jobs      int                 // at most so many workers; 0 means one per core
}

// StaticOutcome is what the static rung found, in any order, with files relative to the root.
type StaticOutcome struct {
	Findings []finding.Finding
	Unknowns []finding.Unknown
	Units    int // how many units were read
	// Lost are the dependencies of which nothing was known because what was kept of them was not as it was written; another build makes it
	// anew.
	Lost []string
}

// Suppress drops what the source allows. It reports unused and unknown allowances as findings, in kept.
type Suppress func(in SuppressInput) (kept []finding.Finding, suppressed []finding.Suppressed)

// SuppressInput is what suppression needs to know of a run.
type SuppressInput struct {
	Capture  *cargo.Capture
	Findings []finding.Finding
	Known    []string         // ids of all rules
	Rules    []*analysis.Rule // those that ran: an allowance of another rule cannot be called unused
	Complete bool             // every unit was read: only then can an allowance be called unused
}
