package knowledge

import (
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
)

// GuardRow is one row of a [[guard]] table: types whose value must be watched while a coroutine is suspended.
type GuardRow struct {
	ID         string           `toml:"id"`
	Types      []string         `toml:"types"`
	AsyncAware bool             `toml:"async-aware"` // made to be held across an await
	Severity   finding.Severity `toml:"severity"`    // of holding it at a suspension; for async-aware rows of misusing it
	Send       string           `toml:"send"`        // "yes", "no" or "unknown": may the value cross threads
	Blocks     bool             `toml:"blocks"`
	What       string           `toml:"what"`      // with article, for messages: "a std mutex guard"
	Hazard     string           `toml:"hazard"`    // what happens while the holder is suspended
	OnCancel   string           `toml:"on-cancel"` // what its drop does when the holder is cancelled
	Fix        string           `toml:"fix"`
	Evidence   string           `toml:"evidence"`
	Source     string           `toml:"source"`
}

// CallRow is one row of a [[call]] table: functions that block, panic or burn processor time in async code, or surely do not.
type CallRow struct {
	ID       string           `toml:"id"`
	Match    []string         `toml:"match"`
	Effect   Effect           `toml:"effect"`
	Severity finding.Severity `toml:"severity"`
	Does     string           `toml:"does"`    // completes "`name` ..": "sleeps the thread"
	Instead  string           `toml:"instead"` // what async code uses, concrete
	Rule     string           `toml:"rule"`    // the rule that reports it; default blocking-in-async
	Evidence string           `toml:"evidence"`
	Source   string           `toml:"source"`
}

// ClosureRow is one row of a [[closure]] table: who runs a callable or future argument, and where.
type ClosureRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Argument []int    `toml:"argument"` // 0-based, self included; missing: every argument that is callable or a future
	Runs     Where    `toml:"runs"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// dropRow is one row of a [[drop]] table: types whose destructor blocks or panics in async code.
type dropRow struct {
	ID       string           `toml:"id"`
	Types    []string         `toml:"types"`
	Effect   Effect           `toml:"effect"`
	Severity finding.Severity `toml:"severity"`
	Does     string           `toml:"does"`
	Instead  string           `toml:"instead"`
	Rule     string           `toml:"rule"`
	Evidence string           `toml:"evidence"`
	Source   string           `toml:"source"`
}

// harmlessRow is one row of a [[harmless]] table: functions, or methods of traits on types.
type harmlessRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Types    []string `toml:"types"`  // with traits: `<T as Trait>::m` for each type and trait; `[]` is any slice or array
	Traits   []string `toml:"traits"` // paths of traits
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// futureRow is one row of a [[future]] table.
type futureRow struct {
	ID       string   `toml:"id"`
	Types    []string `toml:"types"`
	Eager    bool     `toml:"eager"`
	Does     string   `toml:"does"` // what is not done when it is dropped unpolled; for eager ones, what goes on
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// carryRow is one row of a [[carry]] table: calls whose result is the future given as an argument, wrapped.
type carryRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Argument int      `toml:"argument"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// Extension holds the rows of a user's pollux.toml. Evidence and source may be left out there.
type Extension struct {
	Guard   []GuardRow   `toml:"guard"`
	Call    []CallRow    `toml:"call"`
	Closure []ClosureRow `toml:"closure"`
}

// Rules that a call row may name.
const (
	ruleBlocking = "blocking-in-async"
	ruleBlockOn  = "nested-block-on"
)

// evidenceCodes: Documented, read in the Source, Measured, Issue thread, common Knowledge, User's configuration.
const evidenceCodes = "DSMIKU"

// checkRow holds what every row must have, whatever its table.
func checkRow(id, evidence, source string) error {
	switch {
	case id == "":
		return fmt.Errorf("a row has no id")
	case evidence == "" || strings.Trim(evidence, evidenceCodes) != "":
		return fmt.Errorf("row %s: evidence %q, want letters of %s", id, evidence, evidenceCodes)
	case source == "":
		return fmt.Errorf("row %s: no source", id)
	}
	return nil
}

func (r *GuardRow) check() error {
	if err := checkRow(r.ID, r.Evidence, r.Source); err != nil {
		return err
	}
	if !slices.Contains([]string{"yes", "no", "unknown"}, r.Send) {
		return fmt.Errorf("guard %s: send is %q, want yes, no or unknown", r.ID, r.Send)
	}
	if r.What == "" || r.Hazard == "" || r.Fix == "" {
		return fmt.Errorf("guard %s: needs what, hazard and fix", r.ID)
	}
	return checkLevel(r.ID, r.Evidence, r.Severity)
}

func (r *CallRow) check() error {
	if err := checkRow(r.ID, r.Evidence, r.Source); err != nil {
		return err
	}
	if r.Rule != ruleBlocking && r.Rule != ruleBlockOn {
		return fmt.Errorf("call %s: rule %q, want %s or %s", r.ID, r.Rule, ruleBlocking, ruleBlockOn)
	}
	if err := checkWord(r.ID, "effect", r.Effect, effects); err != nil {
		return err
	}
	if r.Does == "" && r.Effect != Harmless {
		return fmt.Errorf("call %s: does is missing: what the call does to its thread", r.ID)
	}
	return checkLevel(r.ID, r.Evidence, r.Severity)
}

func (r *ClosureRow) check() error {
	if err := checkRow(r.ID, r.Evidence, r.Source); err != nil {
		return err
	}
	for _, n := range r.Argument {
		if n < 0 {
			return fmt.Errorf("closure %s: argument %d, want 0 or more", r.ID, n)
		}
	}
	return checkWord(r.ID, "runs", r.Runs, places)
}

// checkLevel refuses an error level that rests on common knowledge alone.
func checkLevel(id, evidence string, severity finding.Severity) error {
	if severity == finding.Error && evidence == "K" {
		return fmt.Errorf("row %s: evidence K alone carries at most a warning", id)
	}
	return nil
}

// withDefaults fills in what a user may leave out.
func (e Extension) withDefaults() Extension {
	e.Guard, e.Call, e.Closure = slices.Clone(e.Guard), slices.Clone(e.Call), slices.Clone(e.Closure)
	for i := range e.Guard {
		g := &e.Guard[i]
		defaultTo(&g.Evidence, "U")
		defaultTo(&g.Source, "pollux.toml")
		defaultTo(&g.Send, "unknown")
	}
	for i := range e.Call {
		c := &e.Call[i]
		defaultTo(&c.Evidence, "U")
		defaultTo(&c.Source, "pollux.toml")
	}
	for i := range e.Closure {
		c := &e.Closure[i]
		defaultTo(&c.Evidence, "U")
		defaultTo(&c.Source, "pollux.toml")
	}
	return e
}

func defaultTo(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

// matchRow is one row of a table that only lists calls: [[reads]] change nothing, [[shared]] look at what others change.
type matchRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// typesRow is one row of a table that only lists types.
type typesRow struct {
	ID       string   `toml:"id"`
	Types    []string `toml:"types"`
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}

// registrationRow is one row of a [[registration]] table: calls that make a future which is never woken once it is dropped.
type registrationRow struct {
	ID       string   `toml:"id"`
	Match    []string `toml:"match"`
	Leaves   string   `toml:"leaves"` // completes "the future .. when it is dropped"
	Evidence string   `toml:"evidence"`
	Source   string   `toml:"source"`
}
