package analysis

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// Lack is a call, or a poll, that needs something of the runtime that runs it, and does not get it.
type Lack struct {
	Start *facts.Start
	Need  *facts.Need
	Part  bool         // the right runtime is there, without a part: a driver, a LocalSet
	Mixed bool         // the runtime is there in another version, which is another runtime
	Sure  bool         // nothing that is not seen could give the runtime
	Fn    *facts.Fn    // that the need stands in; for one in another crate, that of the start
	In    string       // for one in another crate: the function
	Span  finding.Span // of the call that needs it, or of the last call of this workspace that leads there
}

// Lacks are the needs of the crate that the starts which lead to them do not fulfil, in the order of the starts. What is not known of a
// start, or of who calls it, counts as given.
func (p *Pass) Lacks() []Lack {
	var out []Lack
	for _, s := range p.Crate.Starts() {
		for _, n := range s.Needs {
			l := Lack{Start: s, Need: n}
			if p.judge(&l) && p.placed(&l) {
				out = append(out, l)
			}
		}
	}
	return out
}

// judge decides whether a need is certainly not fulfilled.
func (p *Pass) judge(l *Lack) bool {
	c, g := l.Need.Knowledge().Capability, l.Start.Gives
	if c.Runtime == g.Runtime {
		if l.Need.Of != "" && g.Version != "" && l.Need.Knowledge().Crate == c.Runtime && !compatible(l.Need.Of, g.Version) {
			l.Mixed, l.Sure = true, true
			return true
		}
		if l.old() {
			return false // what a runtime of that time has was told in other words
		}
		parts := g.Parts
		if l.Need.Task {
			parts = slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "local" })
		}
		l.Part, l.Sure = true, true
		return !g.Unknown && !knowledge.Has(parts, c.Parts)
	}
	if c.Outside == "" {
		return false
	}
	if l.Need.Knowledge().Without != "" && !p.Crate.IsProgram() {
		return false // which features there are in the end is for the program to say
	}
	l.Sure = l.Start.Bare || l.own() || c.Waker
	return l.Start.Known || l.own() || c.Waker
}

// old reports whether the need is of a version of its runtime before the first major one.
func (l *Lack) old() bool {
	row := l.Need.Knowledge()
	return row.Crate == row.Capability.Runtime && strings.HasPrefix(l.Need.Of, "0.")
}

// compatible reports whether cargo would take one of the versions for the other.
func compatible(a, b string) bool {
	majorA, minorA := versionHead(a)
	majorB, minorB := versionHead(b)
	return majorA == majorB && (majorA != "0" || minorA == minorB)
}

func older(a, b string) string {
	if semver.Compare("v"+a, "v"+b) < 0 {
		return a
	}
	return b
}

func versionHead(v string) (major, minor string) {
	major, rest, _ := strings.Cut(v, ".")
	minor, _, _ = strings.Cut(rest, ".")
	return major, minor
}

// own reports whether what is started runs where no other runtime can be around: on a thread or in a task of its own.
func (l *Lack) own() bool {
	return l.Start.Root != nil && (l.Start.Root.Start == knowledge.StartTask || l.Start.Root.Start == knowledge.StartThread)
}

// placed finds where in the workspace the need stands.
func (p *Pass) placed(l *Lack) bool {
	for i := len(l.Need.Steps) - 1; i >= 0; i-- {
		s := l.Need.Steps[i]
		if pos, ok := s.Pos(p.Crate); ok {
			if l.Fn = p.Crate.FnAt(pos); l.Fn != nil {
				if l.Span = p.AtPos(l.Fn, pos); l.Span.Known() {
					return true
				}
			}
		} else if s.At.Known() {
			l.Fn, l.Span = l.Start.Fn, s.At
			if i > 0 {
				l.In = l.Need.Steps[i-1].Callee
			}
			return true
		}
	}
	l.Fn, l.Span = l.Start.Fn, p.At(l.Start.Fn, l.Start.Block, l.Start.Pos)
	return l.Span.Known()
}

// AtPos is the place of an element of fn, of which the block is looked for.
func (p *Pass) AtPos(fn *facts.Fn, pos mir.Pos) finding.Span {
	f := fn.MIR()
	for b := range f.Blocks {
		if f.Blocks[b].Term.Pos == pos {
			return p.At(fn, mir.Block(b), pos)
		}
		for i := range f.Blocks[b].Stmts {
			if f.Blocks[b].Stmts[i].Pos == pos {
				return p.At(fn, mir.Block(b), pos)
			}
		}
	}
	return p.places.Plain(p.Crate.MIR, pos)
}

// ReportLacks reports lacks: one finding for each function in which something is missing, with the start that leads there.
func (p *Pass) ReportLacks(wanted func(*Lack) bool) {
	type group struct {
		first  *Lack
		others []*Lack
	}
	var groups []*group
	lacks := p.Lacks()
	for i := range lacks {
		l := &lacks[i]
		if !wanted(l) {
			continue
		}
		at := slices.IndexFunc(groups, func(g *group) bool {
			return g.first.Span.File == l.Span.File && g.first.Fn == l.Fn && g.first.In == l.In
		})
		if at < 0 {
			groups = append(groups, &group{first: l})
			continue
		}
		groups[at].others = append(groups[at].others, l)
	}
	for _, g := range groups {
		p.reportLack(g.first, g.others)
	}
}

// maxOthers bounds the further places that a finding names.
const maxOthers = 4

func (p *Pass) reportLack(l *Lack, others []*Lack) {
	severity := finding.Error
	if !l.Sure {
		severity = finding.Warning
	}
	p.Report(l.Fn, severity, finding.Finding{
		Span:    l.Span,
		Message: p.lackMessage(l),
		Label:   l.label(),
		Because: append(p.way(l), p.alike(l, others)...),
		Fix:     l.fix(),
	})
}

func (p *Pass) lackMessage(l *Lack) string {
	c := l.Need.Knowledge().Capability
	text := Code(l.Need.Name) + p.inside(l) + " "
	outside := c.Outside
	if l.old() && c.Older != "" {
		outside = c.Older
	}
	switch {
	case l.Mixed:
		return text + "is of " + c.Runtime + " " + l.Need.Of + " and run by " + c.Runtime + " " + l.Start.Gives.Version + ", which is another runtime: it " + outside
	case l.Part:
		return text + c.Lacking
	case !l.Sure:
		return text + outside + ", unless " + c.Runtime + " already runs the caller of " + Code(l.Start.Fn.Readable())
	}
	return text + outside
}

// inside names the dependency that the need stands in, whose places cannot be shown.
func (p *Pass) inside(l *Lack) string {
	if s := l.Need.Steps[len(l.Need.Steps)-1]; s.Foreign() {
		return " (inside the crate `" + s.Crate + "`)"
	}
	return ""
}

func (l *Lack) label() string {
	c := l.Need.Knowledge().Capability
	if l.Part {
		return "the runtime has no " + c.Part + " here"
	}
	if l.Mixed {
		return "no runtime of " + c.Runtime + " " + l.Need.Of + " here"
	}
	return "no " + c.Runtime + " runtime here"
}

func (l *Lack) fix() string {
	c := l.Need.Knowledge().Capability
	if l.Mixed {
		return "have one version of " + c.Runtime + " in the tree: update what depends on " + c.Runtime + " " + older(l.Need.Of, l.Start.Gives.Version) +
			"; or run it on a runtime of its own version, on a thread of its own"
	}
	if l.Part {
		if c.Enable == "" {
			return c.Root
		}
		return "give the runtime " + c.Enable
	}
	if c.Thread != "" && (l.Start.Root == nil || l.Start.Root.Start == knowledge.StartThread) {
		return c.Thread
	}
	return c.Root + "; or " + c.Leaf
}

// way tells the way from the start to the need.
func (p *Pass) way(l *Lack) []finding.Because {
	s := l.Start
	var out []finding.Because
	if s.Root != nil {
		out = append(out, finding.Because{Span: p.At(s.Fn, s.Block, s.Pos), Message: l.startedBy()})
	} else {
		out = append(out, finding.Because{Span: p.places.Plain(p.Crate.MIR, s.Pos), Message: "main is no async code: no runtime is around it"})
	}
	if s.Gives.Built != 0 && l.Part {
		out = append(out, finding.Because{Span: p.AtPos(s.Fn, s.Gives.Built), Message: "the runtime is built here"})
	}
	for _, step := range l.Need.Steps[:max(len(l.Need.Steps)-1, 0)] {
		span := step.At
		if pos, ok := step.Pos(p.Crate); ok {
			span = p.places.Plain(p.Crate.MIR, pos)
		}
		if span.Known() && span != l.Span {
			out = append(out, finding.Because{Span: span, Message: "leads on to " + Code(step.Callee)})
		}
	}
	return out
}

func (l *Lack) startedBy() string {
	s := l.Start
	name := Code(s.Name)
	if len(s.Via) > 1 {
		name = Code(s.Via[0].Callee) + " leads to " + name + ", which"
	}
	text := name + " runs it: " + s.Root.Calls
	if l.Mixed {
		return text + " of version " + s.Gives.Version
	}
	if !l.Part && s.Root.Runtime != "" {
		text += ", which is no " + l.Need.Knowledge().Capability.Runtime + " runtime"
	}
	return text
}

// alike names other places of the same function, and other starts.
func (p *Pass) alike(l *Lack, others []*Lack) []finding.Because {
	var out []finding.Because
	more := 0
	for _, o := range others {
		b := finding.Because{Span: o.Span, Message: Code(o.Need.Name) + " needs it too"}
		if o.Span == l.Span {
			if o.Start.Root == nil || o.Start == l.Start {
				continue
			}
			b = finding.Because{Span: p.At(o.Start.Fn, o.Start.Block, o.Start.Pos), Message: Code(o.Start.Name) + " leads there too"}
		}
		same := func(x finding.Because) bool { return x == b }
		switch {
		case slices.ContainsFunc(out, same):
		case len(out) < maxOthers:
			out = append(out, b)
		default:
			more++
		}
	}
	if more > 0 {
		out[len(out)-1].Message += fmt.Sprintf(", and so do %d more places", more)
	}
	return out
}
