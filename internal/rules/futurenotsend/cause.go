package futurenotsend

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"pollux/internal/cargo"
	"pollux/internal/finding"
)

// place is a span with the first source line that rustc quotes for it.
type place struct {
	at   finding.Span
	line string
}

// own tells whether p lies in the user's workspace.
func (p place) own() bool { return p.at.Known() && !filepath.IsAbs(p.at.File) && p.at.File[0] != '$' }

// before, text and after cut the quoted line at the span's columns.
func (p place) before() string { return p.cut(1, p.at.Column) }
func (p place) text() string {
	if p.at.EndLine > p.at.Line {
		return p.cut(p.at.Column, len(p.line)+1)
	}
	return p.cut(p.at.Column, p.at.EndColumn)
}
func (p place) after() string { return p.cut(p.at.EndColumn, len(p.line)+1) }

func (p place) cut(from, to int) string {
	runes := []rune(p.line)
	to = min(to-1, len(runes))
	from = min(from-1, to)
	return string(runes[max(from, 0):max(to, 0)])
}

// demand is the bound that the future does not meet, and the place that asks for it.
type demand struct {
	place
	words string // who demands, such as "`tokio::spawn`"
	bound place  // where the bound is written
}

// step is one link between the demand and the value, innermost first.
type step struct {
	place
	words string
}

// cause is what one error of rustc says.
type cause struct {
	pkg    string
	shape  string // how the value comes into the future: held, awaited, captured or inside
	kind   string // what decides over the fix before any type does: trait-async, generic, output, general, or empty
	auto   string // the trait that the future lacks: Send or Sync
	name   string // the value as the source writes it, empty if unknown
	typ    string // the type of the value, empty if unknown
	within string // the type that contains leaf, as E0277 says it
	leaf   string // the innermost type that lacks a trait
	lacks  string // that trait: Send or Sync
	param  string // generic parameter, or the trait's method
	value  place
	await  place
	extra  place // where rustc would change the source
	chain  []step
	demand demand
}

// owner is the type to change or to keep out: the value's without references and Arc, or the one that contains the leaf.
func (c *cause) owner() string {
	if c.typ == "" {
		return c.within
	}
	owner := strings.TrimPrefix(strings.TrimPrefix(c.typ, "&"), "mut ")
	return sharedBy.ReplaceAllString(owner, "$1")
}

var (
	sharedBy       = regexp.MustCompile(`^(?:std::sync::)?Arc<(.+)>$`)
	futureMessage  = regexp.MustCompile(`^future cannot be (sent|shared) between threads safely$`)
	typeMessage    = regexp.MustCompile("^`(.+)` cannot be (sent|shared) between threads safely$")
	generalMessage = regexp.MustCompile("^implementation of `(Send|(?:Async)?Fn(?:Once|Mut)?)` is not general enough$")
	hasType        = regexp.MustCompile("^has type `(.+?)` which is not `(Send|Sync)`")
	usedLater      = regexp.MustCompile("^await occurs here, with `(.+)` maybe used later$")
	awaitsType     = regexp.MustCompile("^await occurs here on type `(.+)`, which is not `(Send|Sync)`$")
	notImplemented = regexp.MustCompile("the trait `(?:[a-z_]+::)*(Send|Sync)` is not implemented for `(.+)`$")
	withinType     = regexp.MustCompile("^within `(.+?)`, the trait")
	boundIn        = regexp.MustCompile("^required by a bound in `(.+)`$")
	castTo         = regexp.MustCompile("^required for the cast from `.+` to `(.+)`$")
	everyLifetime  = regexp.MustCompile("^(?:`Send` would have to be implemented for the type `(.+?)`|`(.+?)` must implement `Send`)")
	implements     = regexp.MustCompile("^required for `(.+)` to implement `(?:[a-z_]+::)*(Send|Sync)`$")
	usedWithin     = regexp.MustCompile("^required because it's used within this (.+)$")
	inType         = regexp.MustCompile("^required because it appears within the type `(.+)`$")
	restrict       = regexp.MustCompile("^consider (?:further )?restricting (?:type parameter `(.+?)`|the associated type)")
	partOfTrait    = regexp.MustCompile("can be made part of the associated future's guarantees for all implementations of `(.+)`$")
	asyncWords     = regexp.MustCompile("`async`|\\{async |impl (?:[a-z_]+::)*Future<")
	futureBound    = regexp.MustCompile(`\bFuture\b`)
	promisesSend   = regexp.MustCompile(`\+ (Send|Sync)\b`)
)

// read understands one error, or says that it is none of this rule's.
func read(root string, d cargo.Diagnostic) (*cause, bool) {
	primary, ok := primarySpan(d)
	if d.Level != "error" || !ok {
		return nil, false
	}
	c := &cause{pkg: d.Package, shape: "inside", demand: demand{place: toPlace(root, primary)}}
	for _, child := range d.Children {
		c.note(root, child)
	}
	if !c.head(d) {
		return nil, false
	}
	c.nameDemand()
	if c.leaf == "" {
		c.leaf, c.lacks = c.owner(), c.auto
	}
	return c, true
}

// head reads the message of the error itself, after its notes.
func (c *cause) head(d cargo.Diagnostic) bool {
	if m := futureMessage.FindStringSubmatch(d.Message); m != nil {
		c.auto = traitOf(m[1])
		return true
	}
	if m := typeMessage.FindStringSubmatch(d.Message); m != nil {
		return c.headOfType(d, m[1], traitOf(m[2]))
	}
	m := generalMessage.FindStringSubmatch(d.Message)
	if m == nil {
		return false
	}
	c.kind, c.auto, c.leaf, c.lacks = "general", "Send", m[1], m[1]
	c.demand.words = c.demand.guess()
	return m[1] == "Send" || aboutFuture(d) && c.demand.words != ""
}

// headOfType reads an E0277 whose subject is a type inside the future, the future's output, or the future itself.
func (c *cause) headOfType(d cargo.Diagnostic, typ, lacks string) bool {
	bound := c.demand.bound.line
	_, spawns := spawnerNamed(strings.Trim(c.demand.words, "`"))
	if !aboutFuture(d) && !futureBound.MatchString(bound) && !spawns {
		return false
	}
	if c.auto == "" {
		c.auto = lacks
	}
	if c.leaf == "" {
		c.leaf, c.lacks = typ, lacks
	}
	if strings.Contains(bound, "::Output:") && c.within == "" {
		c.kind = "output"
	}
	return true
}

// guess names the demand from the source text alone, for errors in which rustc names none. It is empty where the text
// shows no demand for Send: such an error may have another cause.
func (d demand) guess() string {
	callee, _, _ := strings.Cut(d.text(), "(")
	switch _, spawns := spawnerNamed(callee); {
	case spawns:
		return "`" + callee + "`"
	case callee == "Box::pin":
		return "the type that this `Box::pin` becomes"
	}
	return ""
}

// aboutFuture tells whether rustc's notes or labels mention an async block, an async fn or its opaque future.
func aboutFuture(d cargo.Diagnostic) bool {
	mentions := func(s cargo.DiagnosticSpan) bool { return asyncWords.MatchString(s.Label) }
	if slices.ContainsFunc(d.Spans, mentions) {
		return true
	}
	return slices.ContainsFunc(d.Children, func(n cargo.Diagnostic) bool {
		return asyncWords.MatchString(n.Message) && !strings.HasPrefix(n.Message, "consider")
	})
}

func traitOf(verb string) string {
	if verb == "shared" {
		return "Sync"
	}
	return "Send"
}

// note reads one child of the error.
func (c *cause) note(root string, n cargo.Diagnostic) {
	c.noteTypes(n.Message)
	c.noteDemand(root, n)
	for _, s := range n.Spans {
		c.noteSpan(toPlace(root, s), s.Label)
	}
	if m := usedWithin.FindStringSubmatch(n.Message); m != nil {
		c.link(root, n, "through this "+m[1])
	}
	if m := inType.FindStringSubmatch(n.Message); m != nil {
		c.link(root, n, "through the type `"+m[1]+"`")
	}
	c.noteSuggestion(root, n)
}

func (c *cause) noteTypes(message string) {
	if m := notImplemented.FindStringSubmatch(message); m != nil {
		c.lacks, c.leaf = m[1], plainType(m[2])
	}
	if m := withinType.FindStringSubmatch(message); m != nil && !asyncWords.MatchString(m[1]) {
		c.within = m[1]
	}
	if m := everyLifetime.FindStringSubmatch(message); m != nil {
		c.typ = cmp.Or(m[1], m[2])
	}
	if m := implements.FindStringSubmatch(message); m != nil {
		c.auto = m[2]
	}
}

// noteSpan reads the labels that name the value and the await.
func (c *cause) noteSpan(p place, label string) {
	if m := hasType.FindStringSubmatch(label); m != nil {
		c.value, c.typ = p, plainType(m[1])
		if c.name == "" {
			c.shape, c.name = "captured", strings.TrimPrefix(strings.TrimPrefix(p.text(), "&"), "mut ")
		}
	}
	if m := usedLater.FindStringSubmatch(label); m != nil {
		c.await, c.name, c.shape = p, strings.TrimPrefix(m[1], "mut "), "held"
	}
	if m := awaitsType.FindStringSubmatch(label); m != nil {
		c.await, c.typ, c.name, c.shape = p, plainType(m[1]), p.text(), "awaited"
	}
}

// noteDemand reads who demands Send: a bound, or a cast to a boxed future.
func (c *cause) noteDemand(root string, n cargo.Diagnostic) {
	if m := boundIn.FindStringSubmatch(n.Message); m != nil {
		c.demand.words = "`" + strings.ReplaceAll(m[1], "::<T>", "") + "`"
		if s, ok := primarySpan(n); ok {
			c.demand.bound = toPlace(root, s)
		}
	}
	if m := castTo.FindStringSubmatch(n.Message); m != nil {
		c.demand.words = "the conversion to `" + plainType(m[1]) + "`"
	}
}

func (c *cause) noteSuggestion(root string, n cargo.Diagnostic) {
	s, ok := primarySpan(n)
	if !ok {
		return
	}
	if m := partOfTrait.FindStringSubmatch(n.Message); m != nil {
		c.param, c.extra, c.kind = m[1], toPlace(root, s), "trait-async"
	}
	if m := restrict.FindStringSubmatch(n.Message); m != nil {
		c.param, c.extra, c.kind = m[1], toPlace(root, s), "generic"
	}
}

func (c *cause) link(root string, n cargo.Diagnostic, words string) {
	if s, ok := primarySpan(n); ok {
		c.chain = append(c.chain, step{toPlace(root, s), words})
	}
}

// nameDemand says in the reader's words what rustc names after its own inner items.
func (c *cause) nameDemand() {
	d := &c.demand
	name, inTrait := strings.CutSuffix(strings.Trim(d.words, "`"), "::{anon_assoc#0}")
	switch {
	case inTrait:
		d.words = "the declaration of `" + name + "` in its trait"
	case d.words == "" && promisesSend.MatchString(d.line):
		d.words = "the return type here"
	case d.words == "":
		d.words = "the code at this place"
	case strings.HasPrefix(strings.TrimSpace(d.line), "#["):
		d.words = "`" + strings.TrimSpace(d.text()) + "`"
	case d.text() == "async" && !d.bound.at.Known():
		d.words = "the macro that boxes this `async fn`"
	}
}

func primarySpan(d cargo.Diagnostic) (cargo.DiagnosticSpan, bool) {
	for _, s := range d.Spans {
		if s.Primary {
			return s, true
		}
	}
	return cargo.DiagnosticSpan{}, false
}

// toPlace makes a file below root relative to it, with forward slashes.
func toPlace(root string, s cargo.DiagnosticSpan) place {
	file := filepath.ToSlash(s.File)
	if rest, ok := strings.CutPrefix(file, strings.TrimSuffix(filepath.ToSlash(root), "/")+"/"); ok && root != "" {
		file = rest
	}
	p := place{at: finding.Span{File: file, Line: s.Line, Column: s.Column, EndLine: s.EndLine, EndColumn: s.EndColumn}}
	if len(s.Text) > 0 {
		p.line = s.Text[0]
	}
	return p
}
