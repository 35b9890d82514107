package analysis

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/live"
	"pollux/internal/mir"
	"pollux/internal/pin"
	"pollux/internal/poll"
	"pollux/internal/resource"
)

// Pass is what a rule sees of one crate: its coroutines, its summaries, the tables, and where things stand in the source.
type Pass struct {
	Crate  *facts.Crate
	Tables *knowledge.Tables

	rule   *Rule
	places Places
	report func(finding.Finding)
	polls  *poll.Functions // the same for all rules of the crate: what one has asked, the next need not
	pins   func() *pin.Crate
	live   func() *live.Crate

	resources **resource.Crate // the same
}

// NewPass prepares the run of one rule over one crate.
func NewPass(rule *Rule, crate *facts.Crate, tables *knowledge.Tables, places Places, report func(finding.Finding)) *Pass {
	p := &Pass{Crate: crate, Tables: tables, rule: rule, places: places, report: report, polls: poll.New(crate, tables)}
	p.pins, p.live, p.resources = p.findPins(), p.prepareLive(), new(*resource.Crate)
	return p
}

// For is the same crate as another rule sees it, with what was found out about it so far.
func (p *Pass) For(rule *Rule, report func(finding.Finding)) *Pass {
	other := *p
	other.rule, other.report = rule, report
	return &other
}

// Report hands over a finding in fn. The rule's id, its severity where f has none, and the function's name are filled in.
// A finding whose place is outside the crate's own sources is dropped: nobody could act on it.
func (p *Pass) Report(fn *facts.Fn, severity finding.Severity, f finding.Finding) {
	if !f.Span.Known() {
		return
	}
	f.Rule, f.Severity, f.Verdict = p.rule.ID, min(severity, p.rule.Severity), finding.Suspected
	f.Function = fn.Readable()
	known := f.Because[:0]
	for _, b := range f.Because {
		if b.Span.Known() {
			known = append(known, b)
		}
	}
	f.Because = known
	p.report(f)
}

// Prove is the command that explores the function around a place: the suspension where a cancel shows what a rule suspects.
func Prove(at finding.Span) string {
	if !at.Known() {
		return ""
	}
	return "pollux explore --focus " + at.File + ":" + strconv.Itoa(at.Line)
}

// At is where an element of fn stands in the user's source. Inside a macro of another crate it is the macro's call.
// The span is unknown when there is no such place.
func (p *Pass) At(fn *facts.Fn, block mir.Block, pos mir.Pos) finding.Span {
	return p.places.At(p.Crate.MIR, fn.MIR(), block, pos)
}

// Held are the values that interesting picks by type and that are alive at a suspension, for every coroutine of the crate: for each
// value the suspensions in the order of the source. A value is known by its local and by where it was made. The awaited future itself
// is left out: what it holds is a matter of its own body.
func (p *Pass) Held(interesting func(typ string) bool) iter.Seq2[*facts.Fn, []coro.Held] {
	leaves := p.Crate.Shapes.Leaves(interesting)
	return func(yield func(*facts.Fn, []coro.Held) bool) {
		for _, fn := range p.Crate.AsyncFns() {
			if fn.Coroutine() == nil {
				continue
			}
			for _, value := range p.byValue(fn, fn.Coroutine().Held(leaves)) {
				if !yield(fn, value) {
					return
				}
			}
		}
	}
}

// byValue groups what is held by the value, in the order of the first suspension of each.
func (p *Pass) byValue(fn *facts.Fn, held []coro.Held) [][]coro.Held {
	type value struct {
		local mir.Local
		from  mir.Pos
	}
	slices.SortStableFunc(held, func(a, b coro.Held) int {
		return finding.ComparePlace(p.At(fn, a.Await.Block, a.Await.Pos), p.At(fn, b.Await.Block, b.Await.Pos))
	})
	var out [][]coro.Held
	at := map[value]int{}
	for _, h := range held {
		if h.Local == h.Await.Awaitee {
			continue
		}
		key := value{h.Local, h.From}
		if n, seen := at[key]; seen {
			out[n] = append(out[n], h)
			continue
		}
		at[key] = len(out)
		out = append(out, []coro.Held{h})
	}
	return out
}

// GuardOf is what the tables know of a guard type as MIR prints it.
func (p *Pass) GuardOf(typ string) (*knowledge.Guard, bool) {
	head := mir.Head(typ)
	if head == "" {
		return nil, false
	}
	var args []string
	for _, a := range mir.Args(typ) {
		args = append(args, p.Crate.Global(mir.Head(a)))
	}
	return p.Tables.Guard(p.Crate.Global(head), args)
}

// Code puts a name in backquotes unless it is a phrase that has its own.
func Code(name string) string {
	if strings.Contains(name, "`") || strings.Contains(name, " ") {
		return name
	}
	return "`" + name + "`"
}
