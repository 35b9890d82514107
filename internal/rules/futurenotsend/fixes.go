package futurenotsend

import (
	"cmp"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

var (
	//go:embed fixes.tsv
	fixesText string
	//go:embed demands.tsv
	demandsText string
)

// fix is one row of fixes.tsv.
type fix struct {
	source    string // row of the catalogue, such as N01
	shapes    []string
	typ, leaf *regexp.Regexp // nil matches everything
	why, how  string
}

// fixes is the table in file order. The file is part of the program, so a bad row is a bug and panics; a test reads it.
var fixes = sync.OnceValue(func() []fix {
	var table []fix
	for _, line := range rows(fixesText) {
		row, err := parseFix(line)
		if err != nil {
			panic(err)
		}
		table = append(table, row)
	}
	return table
})

// spawner is one row of demands.tsv: a function that takes a future.
type spawner struct {
	name  *regexp.Regexp
	local string // the counterpart for one thread, empty for none
}

var spawners = sync.OnceValue(func() []spawner {
	var table []spawner
	for _, line := range rows(demandsText) {
		cells := strings.Split(line, "\t")
		table = append(table, spawner{regexp.MustCompile(cells[1]), strings.TrimPrefix(cells[2], "-")})
	}
	return table
})

// spawnerNamed finds the row of a function as rustc names it, without back quotes.
func spawnerNamed(name string) (spawner, bool) {
	i := slices.IndexFunc(spawners(), func(s spawner) bool { return s.name.MatchString(name) })
	if i < 0 {
		return spawner{}, false
	}
	return spawners()[i], true
}

func rows(text string) []string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "#") })
}

func parseFix(line string) (fix, error) {
	cells := strings.Split(line, "\t")
	if len(cells) != 6 {
		return fix{}, fmt.Errorf("fixes.tsv: %d cells instead of 6 in %q", len(cells), line)
	}
	row := fix{source: cells[0], shapes: strings.Split(cells[1], ","), why: cells[4], how: cells[5]}
	for i, into := range []**regexp.Regexp{&row.typ, &row.leaf} {
		if cells[2+i] == "-" {
			continue
		}
		re, err := regexp.Compile(cells[2+i])
		if err != nil {
			return fix{}, fmt.Errorf("fixes.tsv: %q: %w", line, err)
		}
		*into = re
	}
	return row, nil
}

// lookup finds the first row that fits c. The last row fits everything that holds a value, so there always is one.
func lookup(c *cause) fix {
	shapes := c.shapes()
	for _, row := range fixes() {
		if row.fits(shapes, c) {
			return row
		}
	}
	panic("fixes.tsv: no row for " + c.kind + c.shape)
}

func (f fix) fits(shapes []string, c *cause) bool {
	if !slices.ContainsFunc(f.shapes, func(s string) bool { return s == "*" && c.kind == "" || slices.Contains(shapes, s) }) {
		return false
	}
	return (f.typ == nil || f.typ.MatchString(c.typ)) && (f.leaf == nil || f.leaf.MatchString(c.leaf))
}

var (
	variable  = regexp.MustCompile(`^\w+$`)
	matchHead = regexp.MustCompile(`\b(match|while let|if let)\b`)
	whileLet  = regexp.MustCompile(`\bwhile let (.+?) = `)
	loopHead  = regexp.MustCompile(`\bfor\b.*\bin\b`)
)

// shapes lists what the shape column may say of c: its kind alone, or its shape in finer words and whether it is a
// reference.
func (c *cause) shapes() []string {
	if c.kind != "" {
		return []string{c.kind}
	}
	shapes := []string{c.shape}
	if c.shape == "held" {
		shapes[0] = c.heldAs()
	}
	if c.auto == "Sync" {
		shapes = append(shapes, "sync")
	}
	if strings.HasPrefix(c.typ, "&") {
		shapes = append(shapes, "reference")
	}
	return shapes
}

// heldAs tells a variable from a temporary, and which kind of temporary: those in the head of a match or loop live to its
// end, others to the end of their statement.
func (c *cause) heldAs() string {
	before := c.value.before()
	switch {
	case variable.MatchString(c.name) && c.isParameter():
		return "parameter"
	case variable.MatchString(c.name):
		return "local"
	case whileLet.MatchString(before):
		return "while-let"
	case matchHead.MatchString(before):
		return "scrutinee"
	case loopHead.MatchString(before):
		return "loop"
	}
	return "temporary"
}

func (c *cause) isParameter() bool {
	before, after := c.value.before(), c.value.after()
	bound := strings.Contains(before, "let ") // also in a function that is written on one line
	return c.name == "self" || !bound && (strings.Contains(before, "fn ") || strings.HasPrefix(after, ":"))
}

// words fills the placeholders of a text of row f for this cause.
func (f fix) words(c *cause, text string) string {
	inner := ""
	if f.leaf != nil {
		if i := f.leaf.SubexpIndex("inner"); i > 0 {
			inner = f.leaf.FindStringSubmatch(c.leaf)[i]
		}
	}
	before := c.value.before()
	pattern := ""
	if m := whileLet.FindStringSubmatch(before); m != nil {
		pattern = m[1]
	}
	return strings.NewReplacer(
		"{value}", cmp.Or(c.name, "the value"),
		"{leaf}", short(c.leaf),
		"{inner}", inner,
		"{param}", cmp.Or(c.param, short(c.leaf)),
		"{method}", c.param[strings.LastIndex(c.param, ":")+1:],
		"{output}", output(c.leaf),
		"{pattern}", pattern,
		"{place}", fmt.Sprintf("%s:%d", c.extra.at.File, c.extra.at.Line),
		"{foreign}", c.foreign(f),
		"{local}", c.demand.local(),
		"{head}", c.headExpression(),
		"{keyword}", "`"+cmp.Or(matchHead.FindString(before), "match")+"`",
	).Replace(text)
}

// local says how to keep the future on one thread, if the function that demands Send has a counterpart for that.
func (d demand) local() string {
	if s, ok := spawnerNamed(strings.Trim(d.words, "`")); ok && s.local != "" {
		return "; if the value must stay on one thread, run the future with " + s.local
	}
	return ""
}

// headExpression is what stands between the keyword and the brace, as far as rustc quotes it on one line.
func (c *cause) headExpression() string {
	rest := c.value.text() + c.value.after()
	if body, ok := strings.CutSuffix(strings.TrimRight(rest, " "), "{"); ok {
		return strings.TrimSpace(body)
	}
	return c.name
}
