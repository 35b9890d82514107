package suppress

import (
	"fmt"
	"slices"

	"pollux/internal/didyoumean"
	"pollux/internal/finding"
	"pollux/internal/rust"
)

// Source is a file that the run compiled, and its package. File.Path must be spelled as findings spell it.
type Source struct {
	File    *rust.File
	Package string
}

// Rules are the rules an allowance may name.
type Rules struct {
	Known []string          // ids of all rules of all rungs
	Ran   func(string) bool // whether a rule could report in this run; nil means all did
}

// Apply splits findings into those kept and those allowed, both in the order given, and adds what is wrong with the
// allowances themselves. Sources must hold every compiled file, not only those with findings: otherwise unused
// allowances stay unseen. Of several allowances that cover a finding the narrowest gives the reason; all count as used.
func Apply(findings []finding.Finding, sources []Source, rules Rules) (kept []finding.Finding, suppressed []finding.Suppressed, extra []finding.Finding) {
	s := newSet(sources)
	kept, suppressed = s.filter(findings)
	extra, more := s.filter(s.problems(rules))
	finding.Sort(extra)
	return kept, append(suppressed, more...), extra
}

// entry is an allowance with what became of it.
type entry struct {
	Allowance
	source Source
	used   map[string]bool // by rule
}

type set struct {
	files map[string][]*entry
	order []*entry
}

func newSet(sources []Source) *set {
	s := &set{files: map[string][]*entry{}}
	for _, src := range sources {
		if _, twice := s.files[src.File.Path]; twice {
			continue // a file that belongs to several targets
		}
		entries := []*entry{}
		for _, a := range Collect(src.File) {
			entries = append(entries, &entry{Allowance: a, source: src, used: map[string]bool{}})
		}
		s.files[src.File.Path] = entries
		s.order = append(s.order, entries...)
	}
	return s
}

// filter takes out the findings that are allowed.
func (s *set) filter(findings []finding.Finding) (kept []finding.Finding, suppressed []finding.Suppressed) {
	for _, f := range findings {
		a := s.match(f)
		if a == nil {
			kept = append(kept, f)
			continue
		}
		suppressed = append(suppressed, finding.Suppressed{Rule: f.Rule, File: f.File, Line: f.Line, Reason: a.Reason})
	}
	return kept, suppressed
}

// match is the narrowest allowance that covers f, or nil. It marks all that do as used.
func (s *set) match(f finding.Finding) *entry {
	var found *entry
	for _, a := range s.files[f.File] {
		if a.Malformed != "" || !a.Covers(f.Line) || !slices.Contains(a.Rules, f.Rule) {
			continue
		}
		a.used[f.Rule] = true
		if found == nil || a.LastLine-a.FirstLine < found.LastLine-found.FirstLine {
			found = a
		}
	}
	return found
}

// problems are the findings about the allowances themselves.
func (s *set) problems(rules Rules) []finding.Finding {
	var out []finding.Finding
	seen := map[string]int{} // findings with equal text so far, for the fingerprint
	for _, a := range s.order {
		if a.Malformed != "" {
			out = append(out, a.problem(seen, a.Malformed+", so nothing is allowed",
				"write `// pollux: allow(rule-id) reason`, or remove the comment"))
			continue
		}
		for _, id := range a.Rules {
			if message, fix := a.judge(id, rules); message != "" {
				out = append(out, a.problem(seen, message, fix))
			}
		}
	}
	return out
}

// judge says what is wrong with one rule of the allowance, "" if nothing is, or if the run cannot tell.
func (a *entry) judge(id string, rules Rules) (message, fix string) {
	switch {
	case id == Rule:
		return "", "" // whether it is used is known only after the others are judged
	case !slices.Contains(rules.Known, id):
		message = fmt.Sprintf("`%s` is not a rule, so nothing is allowed", id)
		if near, ok := didyoumean.Among(id, rules.Known); ok {
			return message, fmt.Sprintf("did you mean `%s`?", near)
		}
		return message, "see `pollux rules` for the ids, or remove the comment"
	case a.used[id], a.Conditional, rules.Ran != nil && !rules.Ran(id):
		return "", ""
	}
	return fmt.Sprintf("the allowance of `%s` covers no finding", id),
		fmt.Sprintf("remove `%s` from the allowance, or move the comment to the line or above the item that it is about", id)
}

func (a *entry) problem(seen map[string]int, message, fix string) finding.Finding {
	key := a.source.Package + "\x00" + a.Function + "\x00" + message
	n := seen[key]
	seen[key]++
	return finding.Finding{
		ID:       finding.Fingerprint(Rule, a.source.Package, a.Function, message, n),
		Rule:     Rule,
		Severity: finding.Warning,
		Verdict:  finding.Suspected,
		Span:     a.Span,
		Function: a.Function,
		Package:  a.source.Package,
		Message:  message,
		Fix:      fix,
	}
}
