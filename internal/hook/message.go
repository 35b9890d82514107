package hook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pollux/internal/finding"
	"pollux/internal/report"
)

const (
	// maxAnswerBytes bounds what is said to the model: hosts drop or cut what is longer than 10,000 characters.
	maxAnswerBytes = 8000
	// maxBlocks bounds how many findings are shown in full: more at once do not help.
	maxBlocks = 5
)

// item is one finding together with the answer it came in.
type item struct {
	f finding.Finding
	c *checked
}

// news is what the agent is to hear.
type news struct {
	items            []item
	fixed, unchanged int
}

// add takes a finding in unless another place has brought it already: a package and its tests share sources.
func (n *news) add(c *checked, f finding.Finding) {
	same := func(have item) bool { return have.f.ID == f.ID && have.c.Root == c.Root }
	if !slices.ContainsFunc(n.items, same) {
		n.items = append(n.items, item{f, c})
	}
}

// sorted are the items worst first.
func (n *news) sorted() []item {
	out := slices.Clone(n.items)
	slices.SortStableFunc(out, func(a, b item) int {
		return cmp.Or(cmp.Compare(b.f.Severity, a.f.Severity), cmp.Compare(a.c.Root, b.c.Root), finding.ComparePlace(a.f.Span, b.f.Span))
	})
	return out
}

// report names what the items say, whatever the order.
func (n *news) report() string {
	var all []string
	for _, i := range n.items {
		all = append(all, i.c.Root+" "+i.f.ID)
	}
	slices.Sort(all)
	return digest(all...)
}

// brief names the items in a line.
func (n *news) brief() string {
	var out []string
	for i, it := range n.sorted() {
		if i == 3 {
			out = append(out, fmt.Sprintf("%d more", len(n.items)-i))
			break
		}
		out = append(out, fmt.Sprintf("%s at %s:%d", it.f.Rule, it.f.File, it.f.Line))
	}
	return strings.Join(out, ", ")
}

// text is what is said after an edit; empty when there is nothing new.
func (n *news) text(dir string) string {
	if len(n.items) == 0 {
		return ""
	}
	head := fmt.Sprintf("pollux checked this change: %s, %d fixed, %d unchanged.", count(len(n.items), "new finding"), n.fixed, n.unchanged)
	return n.compose(head, "", dir)
}

// block is the reason for which the agent should go on.
func (n *news) block(dir string) string {
	head := fmt.Sprintf("pollux verified what this session changed: %s open.", count(len(n.items), "finding"))
	tail := "The turn ends when they are gone, or when each has an allowance in the source with a reason (`// pollux: allow(RULE) reason`, on the line " +
		"or the item above), or with a last message that says \"" + WayOut + "\" and the reason; that is recorded, and these findings are not raised again."
	if n.weakens() {
		tail += " No allowance in the source counts for check-weakened: a person accepts it, in pollux.toml."
	}
	return n.compose(head, tail, dir)
}

// compose puts head, the worst findings and tail together, within the bound.
func (n *news) compose(head, tail, dir string) string {
	items := n.sorted()
	if root := items[0].c.Root; root != dir {
		head += " Paths are relative to " + root + "."
	}
	var b strings.Builder
	b.WriteString(head + "\n")
	shown := 0
	for _, it := range items[:min(len(items), maxBlocks)] {
		block := report.Block(it.f, report.Options{Source: it.c.project.Source})
		rest := footer(items, shown+1, tail)
		if room := maxAnswerBytes - b.Len() - len(rest) - 1; len(block) > room {
			if shown > 0 {
				break
			}
			block = strings.ToValidUTF8(block[:max(room-len("…\n"), 0)], "") + "…\n"
		}
		b.WriteString("\n" + block)
		shown++
	}
	b.WriteString(footer(items, shown, tail))
	return limited(strings.TrimRight(b.String(), "\n"))
}

// footer ends a message in which so many of the items are shown.
func footer(items []item, shown int, tail string) string {
	var b strings.Builder
	b.WriteByte('\n')
	if more := len(items) - shown; more > 0 {
		fmt.Fprintf(&b, "%d more: pollux check --changed\n", more)
	}
	var short []string
	for _, it := range items[:shown] {
		short = append(short, it.f.ID[:min(len(it.f.ID), 8)])
	}
	fmt.Fprintf(&b, "details: pollux explain RULE, or with one of these ids: %s\n", strings.Join(short, " "))
	if tail != "" {
		b.WriteString(tail + "\n")
	}
	return b.String()
}

func limited(text string) string {
	if len(text) <= maxAnswerBytes {
		return text
	}
	return strings.ToValidUTF8(text[:maxAnswerBytes-len("…")], "") + "…"
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return limited(a + "\n\n" + b)
}

func joinLine(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
