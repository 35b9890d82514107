package facts

import (
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

func (fn *Fn) futureAsked() *asks {
	if fn.futureAsks == nil {
		return noAsks
	}
	return fn.futureAsks
}

// exportNeeds takes from the summaries what other crates need to know; of a dependency only what every call or poll certainly needs.
func (c *Crate) exportNeeds(at func(mir.Pos) finding.Span, certain bool) {
	c.summariseNeeds()
	c.needing.exported = map[*Fn]*Fn{}
	for _, fn := range c.Fns {
		if fn.body != nil || isAnonymous(fn.Path) {
			continue
		}
		e := &Fn{asks: c.detachedAsks(fn.asked(), at, certain)}
		if future := c.needing.futureOf(fn, maxNesting); len(future) == 1 && future[0].open == nil {
			p := future[0]
			e.futureAsks = c.detachedAsks(&asks{p.needs(), p.asks().open}, at, certain)
			if p.fn != nil && p.fn.body != nil {
				e.futureType = p.fn.body.Type
			}
		}
		if len(e.asked().needs)+len(e.asked().open)+len(e.futureAsked().needs)+len(e.futureAsked().open) > 0 {
			c.needing.exported[fn] = e
		}
	}
}

// detachedAsks is what a function asks, without positions in this crate's MIR text.
func (c *Crate) detachedAsks(a *asks, at func(mir.Pos) finding.Span, certain bool) *asks {
	out := &asks{}
	for _, n := range a.needs {
		if certain && !n.Must {
			continue
		}
		next := *n
		next.Steps = c.detachedSteps(n.Steps, at)
		out.needs = append(out.needs, &next)
	}
	for _, o := range a.open {
		next := *o
		next.Steps = c.detachedSteps(o.Steps, at)
		out.open = append(out.open, &next)
	}
	return out
}

func (c *Crate) detachedSteps(steps []Step, at func(mir.Pos) finding.Span) []Step {
	out := slices.Clone(steps)
	for i, s := range out {
		if pos, ok := s.Pos(c); ok {
			out[i].At = at(pos)
		}
		out[i].pos = 0
	}
	return out
}

// restoreNeeds gives a function that was read from a store what it asks of a runtime. Rows that no longer exist lose their needs.
func (fn *Fn) restoreNeeds(r *rest, tables *knowledge.Tables) {
	fn.asks, fn.futureAsks, fn.futureType = storedAsks(r.Needs, r.Open, tables), storedAsks(r.FutureNeeds, r.FutureOpen, tables), r.FutureType
}

func storedAsks(needs []*Need, open []*ask, tables *knowledge.Tables) *asks {
	out := &asks{open: open}
	for _, n := range needs {
		if row, ok := tables.NeedRow(n.Row); ok {
			n.row = row
			out.needs = append(out.needs, n)
		}
	}
	return out
}

// version is the version of a crate that a name in this crate's text means, which only some versions have; ok is false when there are
// several, of which any can be meant. It is empty where it is not known what the crate was built against.
func (c *Crate) version(of knowledge.Versions) (version string, ok bool) {
	if c.built == nil || of.Crate == "" {
		return "", true
	}
	for _, direct := range []bool{true, false} {
		var found []string
		for _, b := range c.built {
			if b.Crate == of.Crate && (b.Direct || !direct) && of.Hold(b.Version) && !slices.Contains(found, b.Version) {
				found = append(found, b.Version)
			}
		}
		if len(found) > 0 {
			return found[0], len(found) == 1
		}
	}
	return "", of.Since == "" && of.Until == ""
}

// hasFeature reports whether some build of a crate has a feature that begins with a name.
func (c *Crate) hasFeature(crate, prefix string) bool {
	for _, b := range c.built {
		if b.Crate == crate && slices.ContainsFunc(b.Features, func(f string) bool { return strings.HasPrefix(f, prefix) }) {
			return true
		}
	}
	return false
}
