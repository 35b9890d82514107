package engine

import (
	"context"
	"errors"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// CancelSchema names the JSON contract of [CancelResult].
const CancelSchema = "pollux-cancel/1"

// CancelResult is the inferred cancel safety of a project's functions.
type CancelResult struct {
	Schema    string            `json:"schema"`
	Version   string            `json:"version"`
	Command   string            `json:"command"`
	Toolchain string            `json:"toolchain"`
	Root      string            `json:"root"`
	Verdict   Verdict           `json:"verdict"`   // findings when documentation was compared and contradicts
	Functions []finding.Cancel  `json:"functions"` // by package, file and line
	Counts    map[string]int    `json:"counts"`    // functions by verdict
	Unknowns  []finding.Unknown `json:"unknowns"`
	Rendered  []string          `json:"-"`
}

// CancelOptions says which functions to show, and what to compare.
type CancelOptions struct {
	Private   bool     // those that are not marked pub, too
	Names     []string // only functions whose path contains one of these; empty means all
	CheckDocs bool     // compare with what the documentation claims: a contradiction is a finding
}

// CancelFutures infers cancel safety for the members of a capture. Seam of [Engine].
type CancelFutures func(ctx context.Context, capture *cargo.Capture, opt StaticOptions) ([]finding.Cancel, []finding.Unknown, error)

// CancelSafety builds the project and infers what a cancel of each of its futures does.
func (p *Project) CancelSafety(ctx context.Context, opt CancelOptions) (*CancelResult, error) {
	r := &run{Project: p, sources: newSources(p.Root)}
	var world *worldError
	if err := r.compile(ctx); errors.As(err, &world) {
		none, err := r.nothing(world)
		if err != nil {
			return nil, err
		}
		return &CancelResult{Schema: CancelSchema, Version: Version, Command: "cancel-safety", Root: p.Root, Verdict: none.Verdict,
			Functions: []finding.Cancel{}, Counts: map[string]int{}, Unknowns: none.Unknowns, Rendered: none.Rendered}, nil
	} else if err != nil {
		return nil, err
	}
	defer r.capture.Close()
	rows, unknowns, err := p.engine.Cancel(ctx, r.capture, StaticOptions{Knowledge: p.Settings.Knowledge, Jobs: p.Settings.Jobs})
	if err != nil {
		return nil, err
	}
	unknowns = append(r.unknowns, unknowns...)
	sortUnknowns(unknowns)
	rows = chosen(rows, opt)
	res := &CancelResult{Schema: CancelSchema, Version: Version, Command: "cancel-safety", Toolchain: r.capture.Toolchain, Root: p.Root,
		Functions: rows, Counts: countVerdicts(rows), Unknowns: orEmpty(slices.Compact(unknowns)), Rendered: rendered(r.capture)}
	res.Verdict = cancelVerdict(r.capture.Success, rows, unknowns, opt)
	return res, nil
}

func cancelVerdict(built bool, rows []finding.Cancel, unknowns []finding.Unknown, opt CancelOptions) Verdict {
	switch {
	case !built:
		return DoesNotBuild
	case opt.CheckDocs && slices.ContainsFunc(rows, func(r finding.Cancel) bool { return r.Contradicts }):
		return Findings
	case len(unknowns) > 0:
		return Incomplete
	}
	return Clean
}

// chosen are the rows that were asked for, in the order of packages and places; a library and a program that share a file share its rows.
func chosen(rows []finding.Cancel, opt CancelOptions) []finding.Cancel {
	out := []finding.Cancel{}
	for _, row := range rows {
		named := len(opt.Names) == 0 || slices.ContainsFunc(opt.Names, func(n string) bool { return strings.Contains(row.Function, n) })
		if named && (row.Public || opt.Private) && (!opt.CheckDocs || row.Documented != "") {
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b finding.Cancel) int {
		if a.Package != b.Package {
			return strings.Compare(a.Package, b.Package)
		}
		return finding.ComparePlace(a.Span, b.Span)
	})
	return slices.CompactFunc(out, func(a, b finding.Cancel) bool {
		return a.Package == b.Package && a.Function == b.Function && a.Span == b.Span
	})
}

func countVerdicts(rows []finding.Cancel) map[string]int {
	out := map[string]int{}
	for _, r := range rows {
		out[r.Verdict]++
	}
	return out
}
