package apidrift

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// group is the hits of one statement in one file.
type group struct {
	hits  []*hit
	other []int // errors that are consequences
}

// takes reports whether a hit belongs to the group: it is of the same statement, of the same error, or of the same import, so that
// one cannot be mended without the other.
func (g *group) takes(h *hit) bool {
	return slices.ContainsFunc(g.hits, func(o *hit) bool {
		return o.scope == h.scope && (o.error == h.error || o.row.Group() == h.row.Group() && o.dep == h.dep ||
			o.leaf != nil && h.leaf != nil && o.leaf.item == h.leaf.item)
	})
}

// follow adds the errors that the group's row knows as consequences, and those at the very place of a hit.
func (g *group) follow(diags []cargo.Diagnostic) {
	for i, d := range diags {
		if d.Level != "error" || !d.Member || g.has(i) {
			continue
		}
		if slices.ContainsFunc(g.hits, func(h *hit) bool { return h.causes(d) }) {
			g.other = append(g.other, i)
		}
	}
}

func (g *group) has(i int) bool {
	return slices.ContainsFunc(g.hits, func(h *hit) bool { return h.error == i })
}

func (h *hit) causes(d cargo.Diagnostic) bool {
	if h.leaf != nil && h.leaf.glob && brings(h.leaf.now, d) {
		return d.Package == h.pkg.Name && h.here(d)
	}
	if h.row.Also == "" || !regexp.MustCompile(h.row.Also).MatchString(d.Message) {
		return false
	}
	return h.here(d)
}

func (h *hit) here(d cargo.Diagnostic) bool {
	return slices.ContainsFunc(d.Spans, func(s cargo.DiagnosticSpan) bool {
		return s.Primary && (s.File == h.name || strings.HasSuffix(s.File, "/"+h.name))
	})
}

// brings reports whether rustc would import for an error what an edit imports: the method of a trait that a glob brought in.
func brings(now string, d cargo.Diagnostic) bool {
	module, names, _ := strings.Cut(strings.TrimSuffix(now, "}"), "::{")
	for _, child := range d.Children {
		for _, s := range child.Spans {
			if s.Replacement == nil {
				continue
			}
			path, ok := strings.CutPrefix(strings.TrimSuffix(strings.TrimSpace(*s.Replacement), ";"), "use ")
			before, name := splitLast(path)
			if ok && before == module && slices.Contains(strings.Split(names, ", "), name) {
				return true
			}
		}
	}
	return false
}

// errors are the diagnostics that the group stands for.
func (g *group) errors() []int {
	out := slices.Clone(g.other)
	for _, h := range g.hits {
		out = append(out, h.error)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (g *group) finding() finding.Finding {
	slices.SortStableFunc(g.hits, func(a, b *hit) int { return cmp.Or(cmp.Compare(a.at[0], b.at[0]), cmp.Compare(a.at[1], b.at[1])) })
	h := g.hits[0]
	f := finding.Finding{
		Rule:     Rule.ID,
		Severity: finding.Error,
		Verdict:  finding.Suspected,
		Span:     h.place(h.at[0], h.at[1]),
		Package:  h.pkg.Name,
		Message:  h.message(),
		Label:    h.label(),
		Fix:      g.fix(),
		Edits:    g.edits(),
	}
	for _, other := range g.hits[1:] {
		why := finding.Because{Span: other.place(other.at[0], other.at[1]), Message: other.short()}
		if other.at == h.at || slices.ContainsFunc(f.Because, func(b finding.Because) bool { return b.Line == why.Line && b.Message == why.Message }) ||
			why.Line == f.Line && other.written == h.written {
			continue
		}
		f.Because = append(f.Because, why)
	}
	return f
}

func (h *hit) place(from, to int) finding.Span {
	s := finding.Span{File: h.name}
	s.Line, s.Column = h.Position(from)
	s.EndLine, s.EndColumn = h.Position(to)
	return s
}

// message says what is written, which version it belongs to, and what it is in the locked one.
func (h *hit) message() string {
	locked := fmt.Sprintf("%s %s, which Cargo.lock has", h.dep.Name, h.dep.Version)
	switch {
	case h.row.Gated:
		return fmt.Sprintf("`%s` is there in %s, behind a feature that is off", h.written, locked)
	case h.row.Was == "":
		return fmt.Sprintf("`%s` is not in %s: it is %s", h.written, locked, quoted(h.now))
	}
	return fmt.Sprintf("`%s` belongs to %s; in %s %s, which Cargo.lock has, it is %s", h.written, h.row.Was, h.dep.Name, h.dep.Version, quoted(h.now))
}

func (h *hit) label() string {
	switch {
	case h.row.Gated:
		return "switched off"
	case h.row.Was == "":
		return "not in " + h.dep.Name + " " + h.dep.Version
	}
	return "written for " + h.row.Was
}

func (h *hit) short() string {
	if len(h.row.Impl) > 0 {
		return fmt.Sprintf("`%s` belongs to %s, too", h.written, h.row.Was)
	}
	return fmt.Sprintf("`%s` is %s", h.written, quoted(h.now))
}

// quoted quotes what is code and leaves sentences.
func quoted(now string) string {
	if strings.Contains(now, "`") || sentence.MatchString(now) {
		return now
	}
	return "`" + now + "`"
}

var sentence = regexp.MustCompile(`^[a-z]+ [a-z]+ |^gone|, `)

// fix is the row's own words, or the replacements one by one, and what is missing for them.
func (g *group) fix() string {
	var parts []string
	add := func(text string) {
		if text != "" && !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	for _, h := range g.hits {
		add(h.words)
	}
	for _, h := range g.hits {
		add(cmp.Or(h.row.Fix, "write "+quoted(cmp.Or(h.spelt, h.now))+" in place of `"+h.written+"`"))
	}
	return strings.Join(parts, "; ")
}

// echo reports whether a hit is rustc's repetition of an error that another hit of the group mends: an argument of the wrong type is
// reported for the call and for the await, too.
func (g *group) echo(h *hit) bool {
	return h.row.Message != "" && !h.row.ByOther() && slices.ContainsFunc(g.hits, func(o *hit) bool { return o.row == h.row && len(o.edits) > 0 })
}

// edits are those of all hits and of the imports that change, in the order of the file; none unless all hits have theirs.
func (g *group) edits() []finding.Edit {
	var all []edit
	items := map[*useItem]bool{}
	for _, h := range g.hits {
		if len(h.edits) == 0 && h.leaf == nil {
			if g.echo(h) {
				continue
			}
			return nil
		}
		all = append(all, h.edits...)
		if h.leaf != nil && !items[h.leaf.item] {
			items[h.leaf.item] = true
			if e, ok := h.leaf.item.edit(h.code); ok {
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, func(a, b edit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	all = slices.Compact(all)
	var out []finding.Edit
	for i, e := range all {
		if i > 0 && e.from < all[i-1].to {
			return nil // two edits of one place: neither is safe
		}
		out = append(out, finding.Edit{Span: g.hits[0].place(e.from, e.to), Text: e.text})
	}
	return out
}
