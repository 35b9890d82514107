// Package suppress applies the allowances that a user writes into Rust source:
//
//	// pollux: allow(rule-id) why this is right here
//	// pollux: allow(rule-a, rule-b) why
//
// It is not configuration: levels per rule and paths in pollux.toml are applied elsewhere. It reads sources through
// internal/rust and touches no file.
//
// Invariants:
//   - an allowance without a reason, or of a rule that does not exist, allows nothing and is itself a finding;
//   - an allowance that covers no finding is itself a finding, unless the run could not have made one: the rule did not
//     run, or the covered code is compiled only under a cfg;
//   - no finding is lost: each is either kept or among the suppressed, with the reason.
//
// What an allowance covers: after code on a line, that line. On a line of its own, the item below if one starts there,
// with its attributes and its whole body; otherwise the head of the statement, match arm or field below, which ends with
// its semicolon, its comma or its first opening brace, so that an allowance never covers a block of code by accident.
// A finding is covered if the start line of its primary span is.
package suppress

import (
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/rust"
)

// Rule is the id of the findings about allowances themselves.
const Rule = "unused-allowance"

// Allowance is one comment that speaks to pollux.
type Allowance struct {
	finding.Span          // of the comment
	Rules        []string // ids as written, in order
	Reason       string   // "" if it was left out
	FirstLine    int      // first covered line
	LastLine     int      // last covered line, included; less than FirstLine when nothing is covered
	Malformed    string   // what is wrong with the form, "" if it is right
	Conditional  bool     // the covered code is compiled only under a cfg or as a test
	Function     string   // path within the file of the item that holds the comment
}

// Covers reports whether line is covered.
func (a *Allowance) Covers(line int) bool { return a.FirstLine <= line && line <= a.LastLine }

const marker = "pollux:"

// Mentions reports whether src may hold an allowance: a cheap test before parsing a file.
func Mentions(src string) bool { return strings.Contains(src, marker) }

// Collect reads the allowances of a file in source order. Only line comments count; documentation does not.
func Collect(f *rust.File) []Allowance {
	if !Mentions(f.Src) {
		return nil
	}
	conditional := innerCfg(f)
	var out []Allowance
	for _, c := range f.Comments() {
		if c.Block || !strings.HasPrefix(c.Text, marker) {
			continue
		}
		a, ok := read(strings.TrimSpace(c.Text[len(marker):]))
		if !ok {
			continue
		}
		a.Span = finding.Span{File: f.Path, Line: c.Line, Column: c.Column, EndLine: c.EndLine, EndColumn: c.EndColumn}
		a.FirstLine, a.LastLine = covered(f, c)
		_, _, a.Function = f.EnclosingItem(c.Line)
		a.Conditional = conditional || underCfg(f.ItemAt(max(a.FirstLine, 1)))
		out = append(out, a)
	}
	return out
}

// read takes the text after the marker. It is not an allowance unless it looks like a call of some word, since people
// also write about pollux in comments.
func read(text string) (Allowance, bool) {
	word, rest, ok := strings.Cut(text, "(")
	word = strings.TrimSpace(word)
	if !ok || word == "" || strings.ContainsAny(word, " \t") {
		return Allowance{}, false
	}
	if word != "allow" {
		return Allowance{Malformed: "`" + marker + " " + word + "(..)` is not an allowance"}, true
	}
	list, reason, ok := strings.Cut(rest, ")")
	if !ok {
		return Allowance{Malformed: "the list of rules has no closing bracket"}, true
	}
	a := Allowance{Reason: strings.TrimLeft(strings.TrimSpace(reason), ":-–— ")}
	for id := range strings.SplitSeq(list, ",") {
		if id = strings.TrimSpace(id); id != "" && !slices.Contains(a.Rules, id) {
			a.Rules = append(a.Rules, id)
		}
	}
	switch {
	case len(a.Rules) == 0:
		a.Malformed = "the allowance names no rule"
	case a.Reason == "":
		a.Malformed = "the allowance gives no reason"
	}
	return a, true
}

// covered is the first and last line that the comment covers; 1 and 0 if nothing is below it.
func covered(f *rust.File, c rust.Comment) (first, last int) {
	if c.Trailing {
		return c.Line, c.Line
	}
	next := c.Token
	for next < len(f.Tokens) && f.Tokens[next].Kind.Trivia() {
		next++
	}
	if next == len(f.Tokens) || f.Tokens[next].Kind == rust.Close {
		return 1, 0
	}
	offset := int(f.Tokens[next].Offset)
	if it := f.ItemHeadedAt(offset); it != nil {
		return it.StartLine, it.EndLine
	}
	first, _ = f.Position(offset)
	last, _ = f.Position(statementHead(f, next))
	return first, last
}

// statementHead is the offset of the last token of the head of the statement that starts at token i.
func statementHead(f *rust.File, i int) int {
	depth, last := 0, i
	for ; i < len(f.Tokens); i++ {
		t := f.Tokens[i]
		if t.Kind.Trivia() {
			continue
		}
		c := t.Text(f.Src)[0]
		switch {
		case t.Kind == rust.Close && depth == 0:
			return int(f.Tokens[last].Offset)
		case t.Kind == rust.Close:
			depth--
		case t.Kind == rust.Open && c == '{', t.Kind == rust.Punct && depth == 0 && (c == ';' || c == ','):
			return int(t.Offset)
		case t.Kind == rust.Open:
			depth++
		}
		last = i
	}
	return int(f.Tokens[last].Offset)
}

// innerCfg reports whether an inner attribute makes the file or a part of it conditional.
func innerCfg(f *rust.File) bool {
	return slices.ContainsFunc(f.Attrs, func(a rust.Attr) bool { return a.Inner && a.Path == "cfg" })
}

// underCfg reports whether it or an item around it is compiled only under a condition.
func underCfg(it *rust.Item) bool {
	for ; it != nil; it = it.Parent {
		for _, a := range it.Attrs {
			if a.Path == "cfg" || a.Path == "test" || strings.HasSuffix(a.Path, "::test") {
				return true
			}
		}
	}
	return false
}
