package futurenotsend

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"pollux/internal/finding"
)

// longType is the length, in bytes, above which a type is shortened for the reader.
const longType = 80

// finding puts p into words. The place is the await, or the demand when the await is not in the user's own code.
func (p *problem) finding() finding.Finding {
	row := lookup(p.cause)
	f := finding.Finding{
		Rule:     Rule.ID,
		Severity: finding.Error,
		Verdict:  finding.Suspected,
		Span:     p.demands[0].at,
		Package:  p.pkg,
		Message:  p.message(),
		Label:    "this future is not " + p.auto,
		Because:  p.because(row),
		Fix:      row.words(p.cause, row.how),
	}
	switch {
	case p.kind == "output":
		f.Label = "the output of this future is not " + p.lacks
	case p.await.own():
		f.Span, f.Label = p.await.at, p.label()
	}
	return f
}

func (p *problem) message() string {
	start := fmt.Sprintf("%s needs a %s future, but ", p.demands[0].words, p.auto)
	not := "is not " + p.auto
	if p.kind == "generic" {
		not = "is not known to be " + p.auto
	}
	switch cmp.Or(p.kind, p.shape) {
	case "output":
		return fmt.Sprintf("%s needs a future whose output is %s, but `%s`, which this one returns, is not", p.demands[0].words, p.lacks, short(p.leaf))
	case "general":
		return start + p.generalWords()
	}
	switch p.shape {
	case "held":
		return start + fmt.Sprintf("%s`%s`, of type `%s`, is kept across this await and %s", p.temporary(), p.name, short(p.typ), not)
	case "awaited":
		return start + fmt.Sprintf("`%s`, awaited here, is of type `%s`, which %s", p.name, short(p.typ), not)
	case "captured":
		return start + fmt.Sprintf("`%s`, of type `%s`, is kept in it and %s", p.name, short(p.typ), not)
	}
	return start + p.innerWords()
}

func (p *problem) temporary() string {
	if variable.MatchString(p.name) {
		return ""
	}
	return "the temporary "
}

func (p *problem) generalWords() string {
	switch {
	case p.leaf != p.auto:
	case strings.HasPrefix(p.typ, "&"):
		return fmt.Sprintf("rustc cannot show that this one is %s for every lifetime of the `%s` in it", p.auto, short(p.typ))
	default:
		return fmt.Sprintf("this one holds `%s`, which is %s for some lifetimes only", short(p.typ), p.auto)
	}
	return fmt.Sprintf("rustc cannot show that this one is %s: a closure inside it takes a reference of one lifetime only", p.auto)
}

// innerWords is for errors that name a type inside the future but no value.
func (p *problem) innerWords() string {
	switch {
	case p.kind == "generic":
		return fmt.Sprintf("`%s` is not known to be %s", short(p.leaf), p.lacks)
	case p.within != "" && p.within != p.leaf:
		return fmt.Sprintf("this one holds `%s` in `%s`, and `%s` is not %s", short(p.leaf), short(p.within), short(p.leaf), p.lacks)
	}
	return fmt.Sprintf("this one holds `%s`, which is not %s", short(p.leaf), p.lacks)
}

func (p *problem) label() string {
	if p.shape == "awaited" {
		return "this future is not " + p.auto
	}
	return fmt.Sprintf("`%s` is kept across this await", p.name)
}

// because lists the value, the links between it and the demand, the demands, and where the bound is written, if that is
// in the user's code. What concerns one place is one entry.
func (p *problem) because(row fix) []finding.Because {
	var list trail
	list.add(p.root(row))
	if !p.await.own() {
		list.add(p.await, "kept across this await")
	}
	for _, s := range p.chain {
		if s.own() {
			list.add(s.place, s.words)
		}
	}
	for _, d := range p.demands {
		list.add(d.place, p.asks(d))
	}
	if b := p.demands[0].bound; b.own() {
		list.add(b, "the bound is written here")
	}
	list.add(p.extra, map[string]string{"generic": "the bound belongs here", "trait-async": "the trait declares it here"}[p.kind])
	return list
}

func (p *problem) asks(d demand) string {
	if p.kind == "output" {
		return fmt.Sprintf("%s needs the output of the future made here to be %s", d.words, p.lacks)
	}
	return fmt.Sprintf("%s needs the future made here to be %s", d.words, p.auto)
}

// root is the first place of the trail: the value, or else the await or the demand, and why it is not Send.
func (p *problem) root(row fix) (place, string) {
	why := row.words(p.cause, row.why)
	switch {
	case p.value.at.Known():
		return p.value, p.origin() + ": " + p.holds(row) + why
	case p.await.own():
		return p.await, why
	case p.kind == "":
		why = fmt.Sprintf("`%s` is inside: %s", short(p.leaf), why)
	}
	return p.demands[0].place, why
}

// trail is a list of places without repetition.
type trail []finding.Because

func (t *trail) add(p place, words string) {
	if !p.at.Known() || words == "" {
		return
	}
	for i, have := range *t {
		if have.Span == p.at {
			(*t)[i].Message += "; " + words
			return
		}
	}
	*t = append(*t, finding.Because{Span: p.at, Message: words})
}

func (p *problem) origin() string {
	switch {
	case p.shape == "held" && p.heldAs() == "parameter":
		return fmt.Sprintf("`%s` comes in here", p.name)
	case p.shape == "captured":
		return fmt.Sprintf("the future keeps `%s`, named here", p.name)
	}
	return fmt.Sprintf("`%s` is made here", p.name)
}

// foreign adds what helps when the type that holds the culprit belongs to somebody else: rustc does not say whose it is.
func (c *cause) foreign(row fix) string {
	if c.owner() == "" || !c.buried(row) {
		return ""
	}
	return fmt.Sprintf("; where `%s` is not yours to change, make and use it in a block that ends before the await", short(c.owner()))
}

// buried tells whether what lacks the trait is inside the value's type without being named by it, and is what row is about.
func (c *cause) buried(row fix) bool { return row.typ == nil && !strings.Contains(c.typ, c.leaf) }

// holds says what inside the value lacks the trait, unless the value's own type says it.
func (p *problem) holds(row fix) string {
	if !p.buried(row) {
		return ""
	}
	return fmt.Sprintf("its type holds `%s`, which is not %s; ", short(p.leaf), p.lacks)
}

var (
	dynStatic = regexp.MustCompile(`\((dyn [^()]*?(?:\([^()]*\)[^()]*?)?)( \+ 'static)?\)`)
	macPath   = regexp.MustCompile(`@[^ {}<>]*/([^/ {}<>]+\.rs):`)
)

// plainType writes a type as a programmer does: rustc puts trait objects into parentheses and adds 'static.
func plainType(t string) string {
	if strings.HasPrefix(t, "(dyn") || strings.Contains(t, "<(dyn") {
		t = dynStatic.ReplaceAllString(t, "$1")
	}
	return macPath.ReplaceAllString(t, "@$1:")
}

// short keeps the outer levels of a long type and writes `..` for the inner ones.
func short(t string) string {
	for depth := 4; depth > 0 && len(t) > longType; depth-- {
		t = limitDepth(t, depth)
	}
	return t
}

// limitDepth replaces what stands inside more than depth angle brackets.
func limitDepth(t string, depth int) string {
	var b strings.Builder
	level, previous := 0, ' '
	for _, r := range t {
		closing := r == '>' && previous != '-'
		if closing {
			level--
		}
		if level < depth {
			b.WriteRune(r)
		}
		if r == '<' {
			if level++; level == depth {
				b.WriteString("..")
			}
		}
		previous = r
	}
	return b.String()
}

// output is T of the first `Future<Output = T>` in t, or `..`.
func output(t string) string {
	_, rest, ok := strings.Cut(t, "Future<Output = ")
	if !ok {
		return ".."
	}
	level := 0
	for i, r := range rest {
		switch {
		case r == '<':
			level++
		case r == '>' && level == 0:
			return cmp.Or(rest[:i], "..")
		case r == '>' && !strings.HasSuffix(rest[:i], "-"):
			level--
		}
	}
	return ".."
}
