package surface

import (
	"slices"
	"strings"

	"pollux/internal/rust"
)

// unmet are the features that a cfg condition needs and that are off; for `any` those of its alternatives with the fewest, for a
// feature that must be off its name after an exclamation mark.
func (c *Crate) unmet(condition string) []string {
	p := &predicate{crate: c}
	for _, t := range rust.Lex(condition) {
		if !t.Kind.Trivia() {
			p.words = append(p.words, t.Text(condition))
		}
	}
	return p.read(false, 0)
}

// predicate reads one condition.
type predicate struct {
	crate *Crate
	words []string
	at    int
}

func (p *predicate) next() string {
	if p.at >= len(p.words) {
		return ""
	}
	p.at++
	return p.words[p.at-1]
}

func (p *predicate) peek() string {
	if p.at >= len(p.words) {
		return ""
	}
	return p.words[p.at]
}

// read gives what is unmet of one predicate, or of its negation.
func (p *predicate) read(negated bool, depth int) []string {
	word := p.next()
	switch {
	case p.peek() == "=":
		p.next()
		value := strings.Trim(p.next(), `"`)
		if word != "feature" || slices.Contains(p.crate.lib.Enabled, value) != negated {
			return nil
		}
		if negated {
			return []string{"!" + value}
		}
		return []string{value}
	case p.peek() != "(" || depth > maxDepth:
		return nil
	}
	p.next()
	var parts [][]string
	for p.peek() != ")" && p.peek() != "" {
		parts = append(parts, p.read(negated != (word == "not"), depth+1))
		if p.peek() == "," {
			p.next()
		}
	}
	p.next()
	if (word == "any") == negated || word == "not" || len(parts) == 0 {
		return slices.Concat(parts...)
	}
	return slices.MinFunc(parts, func(a, b []string) int { return len(a) - len(b) })
}
