// Package futurenotsend explains rustc's "future cannot be sent between threads safely" and its relatives.
//
// It reads what rustc has proved and says it in one block: which value makes the future not Send, where it comes from,
// over which await it lives, who demands Send, and one fix. It runs no analysis of its own and reads no source text but the
// lines that rustc quotes.
//
// Invariants: one finding per value and await, however often rustc reports it; a finding only where rustc's own words
// show that a future is concerned; what fixes which type is data, in fixes.tsv.
//
// May miss a future behind a trait that rustc does not see through, such as an axum Handler: rustc then says nothing of
// Send. May not name the calls between the demand and the await, since rustc leaves them out when it knows the await.
package futurenotsend

import (
	"cmp"
	_ "embed"
	"slices"

	"pollux/internal/analysis"
	"pollux/internal/cargo"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry entry. It has no Run: its evidence is rustc's diagnostics, see [Explain].
var Rule = &analysis.Rule{
	ID:       "future-not-send",
	Family:   "compile",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
}

// Explain turns rustc's errors about futures that are not Send, or not Sync, into findings and ignores all others.
// root is the absolute workspace root that files of the findings are made relative to. The result is sorted and does not
// depend on the order of diags. ID, Function and Reproduce stay empty: rustc does not say enough to fill them.
func Explain(root string, diags []cargo.Diagnostic) []finding.Finding {
	var causes []*cause
	for _, d := range diags {
		if c, ok := read(root, d); ok {
			causes = append(causes, c)
		}
	}
	var found []finding.Finding
	for _, g := range group(causes) {
		found = append(found, g.finding())
	}
	finding.Sort(found)
	return found
}

// problem is one root cause with every demand that it breaks, in source order.
type problem struct {
	*cause
	demands []demand
}

// group joins causes that are the same value over the same await, then the causes without an await that are
// consequences of one with an await: same demand, and same innermost type or same owner.
func group(causes []*cause) []*problem {
	slices.SortStableFunc(causes, compareCauses)
	var problems []*problem
	for _, c := range causes {
		i := slices.IndexFunc(problems, func(p *problem) bool { return p.covers(c) })
		if i < 0 {
			problems = append(problems, &problem{cause: c, demands: []demand{c.demand}})
			continue
		}
		problems[i].add(c.demand)
	}
	return problems
}

// compareCauses puts causes with an await first, because those are the ones that others are consequences of.
func compareCauses(a, b *cause) int {
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)),
		finding.ComparePlace(a.await.at, b.await.at),
		finding.ComparePlace(a.value.at, b.value.at),
		finding.ComparePlace(a.demand.at, b.demand.at),
		cmp.Compare(a.leaf, b.leaf),
		cmp.Compare(len(a.chain), len(b.chain)),
	)
}

func rank(c *cause) int {
	if c.await.at.Known() {
		return 0
	}
	return 1
}

func (p *problem) covers(c *cause) bool {
	if c.pkg != p.pkg {
		return false
	}
	if c.await.at.Known() || c.value.at.Known() && c.value.at == p.value.at {
		return c.await.at == p.await.at && c.value.at == p.value.at && c.name == p.name
	}
	return slices.ContainsFunc(p.demands, func(d demand) bool { return d.at == c.demand.at }) &&
		(c.leaf == p.leaf || c.owner() == p.owner())
}

func (p *problem) add(d demand) {
	if !slices.ContainsFunc(p.demands, func(have demand) bool { return have.at == d.at }) {
		p.demands = append(p.demands, d)
	}
	slices.SortStableFunc(p.demands, func(a, b demand) int { return finding.ComparePlace(a.at, b.at) })
}
