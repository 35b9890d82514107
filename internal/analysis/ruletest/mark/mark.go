// Package mark reads the expectations that a Rust source carries in its comments, and compares them with findings.
//
// A mark is a comment at the end of a line:
//
//	//~ rule-id                 a finding of this rule stands on this line
//	//~^ rule-id                on the line above; one more ^ for each line further up
//	//~v rule-id                on the line below; one more v for each line further down
//	//~2021 rule-id             only when the crate has this edition
//	//~? rule-id                a known miss: the hazard is there and is not found today
//	//~+ rule-id                a finding of this rule elsewhere names this line as one of its places
//	//~ rule-id(error): text    with this severity, and with this text in its message
//	//~ rule-id, other-rule     both
//
// Invariant: a comment that begins like a mark is a mark or a problem, never silently neither. Marks and findings are compared
// by line and rule; several findings of one rule on one line fulfil one mark.
package mark

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/didyoumean"
	"pollux/internal/finding"
)

// Mark is one expectation.
type Mark struct {
	Line     int    // 1-based line of the finding
	Rule     string // rule id
	Severity string // error, warning or info; empty means any
	Text     string // part of the message; empty means any
	Edition  string // such as "2021"; empty means every edition
	Missed   bool   // known miss: must not be found
	Named    bool   // a further place of a finding that stands on another line
}

// Problem is a comment that looks like a mark and is none.
type Problem struct {
	Line    int
	Message string
}

var (
	start  = regexp.MustCompile(`//~`)
	prefix = regexp.MustCompile(`^(\^+|v+)?([?+])?(20\d\d)?(?: +|$)`)
	entry  = regexp.MustCompile(`^([^\s,:()]+)(?:\(([^()]*)\))?$`)
)

// Read finds the marks of a source text in the order of the text. Rules are the ids that a mark may name.
func Read(source string, rules []string) ([]Mark, []Problem) {
	var marks []Mark
	var problems []Problem
	for i, line := range strings.Split(source, "\n") {
		for _, text := range comments(line) {
			found, err := parse(i+1, text, rules)
			if err != nil {
				problems = append(problems, Problem{i + 1, err.Error()})
				continue
			}
			marks = append(marks, found...)
		}
	}
	return marks, problems
}

// comments are the texts behind each `//~` of a line.
func comments(line string) []string {
	at := start.FindAllStringIndex(line, -1)
	var out []string
	for i, span := range at {
		end := len(line)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		out = append(out, strings.TrimRight(line[span[1]:end], " \t\r"))
	}
	return out
}

// parse reads what stands behind the tilde of one comment.
func parse(line int, comment string, rules []string) ([]Mark, error) {
	head := prefix.FindStringSubmatch(comment)
	if head == nil || head[0] == comment {
		return nil, fmt.Errorf("`//~%s` is no mark: want `//~ rule-id`, with ^, v, ?, + or an edition behind the tilde", comment)
	}
	m := Mark{Line: line, Missed: head[2] == "?", Named: head[2] == "+", Edition: head[3]}
	if strings.HasPrefix(head[1], "^") {
		m.Line -= len(head[1])
	} else {
		m.Line += len(head[1])
	}
	names, text, hasText := strings.Cut(comment[len(head[0]):], ":")
	if m.Text = strings.TrimSpace(text); hasText && m.Text == "" {
		return nil, fmt.Errorf("`//~%s` pins an empty text", comment)
	}
	var out []Mark
	for name := range strings.SplitSeq(names, ",") {
		one, err := named(m, strings.TrimSpace(name), rules)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// named puts the rule and the severity of `rule-id(severity)` into m.
func named(m Mark, text string, rules []string) (Mark, error) {
	parts := entry.FindStringSubmatch(text)
	if parts == nil {
		return m, fmt.Errorf("`%s` is no rule id with an optional severity in parentheses", text)
	}
	m.Rule, m.Severity = parts[1], parts[2]
	if err := oneOf("rule", m.Rule, rules); err != nil {
		return m, err
	}
	if m.Severity != "" || strings.HasSuffix(text, ")") {
		return m, oneOf("severity", m.Severity, severities)
	}
	return m, nil
}

var severities = []string{finding.Error.String(), finding.Warning.String(), finding.Info.String()}

func oneOf(what, word string, known []string) error {
	if slices.Contains(known, word) {
		return nil
	}
	if hint := didyoumean.Hint(word, known); hint != "" {
		return fmt.Errorf("there is no %s `%s`, %s", what, word, hint)
	}
	return fmt.Errorf("there is no %s `%s`", what, word)
}
