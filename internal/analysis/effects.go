package analysis

import (
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// ReportEffects reports every place where async code reaches a call that the tables assign to this pass's rule: directly, or through
// other calls. There is one finding for each line of a function, the worst: `read_dir(p)?.count()` is one thing to mend.
func (p *Pass) ReportEffects() {
	for _, fn := range p.Crate.AsyncFns() {
		best := map[int]site{}
		var lines []int
		for _, e := range p.Crate.Sites(fn) {
			if e.Call().Rule != p.rule.ID {
				continue
			}
			s := p.site(fn, e)
			if !s.span.Known() {
				continue
			}
			have, seen := best[s.span.Line]
			if !seen {
				lines = append(lines, s.span.Line)
			}
			if !seen || s.severity > have.severity {
				best[s.span.Line] = s
			}
		}
		for _, line := range lines {
			p.reportSite(fn, best[line])
		}
	}
}

// site is a place of async code that leads to an effect.
type site struct {
	effect   *facts.Effect
	steps    []facts.Step // from the call at span down
	span     finding.Span
	severity finding.Severity
}

// site finds the place and weighs it.
//
// The body of main or of a test is the one future that its thread drives, so a call that merely takes a while is one level less severe
// there; one that panics is not.
func (p *Pass) site(fn *facts.Fn, e *facts.Effect) site {
	call := e.Call()
	s := site{effect: e, steps: e.Steps, severity: call.Severity}
	if throughCrate(e.Steps) != "" && call.Effect != knowledge.Panic {
		s.severity = min(s.severity, finding.Warning) // how long it takes there cannot be judged from here
	}
	if b := fn.Coroutine(); b != nil && p.Crate.IsRoot(b) && call.Effect != knowledge.Panic && s.severity > finding.Info {
		s.severity--
	}
	pos, _ := e.Steps[0].Pos(p.Crate)
	s.span = p.At(fn, e.Block(), pos)
	// A closure that is written in the async function itself is better shown where its own call stands.
	for len(s.steps) > 1 && s.steps[0].IsClosure() {
		pos, ok := s.steps[1].Pos(p.Crate)
		inner := p.places.Plain(p.Crate.MIR, pos)
		if !ok || !inner.Known() || !p.writtenIn(fn, inner) {
			break
		}
		s.span, s.steps = inner, s.steps[1:]
	}
	return s
}

// writtenIn reports whether a place lies in the text of fn's body.
func (p *Pass) writtenIn(fn *facts.Fn, at finding.Span) bool {
	body := p.places.Plain(p.Crate.MIR, fn.MIR().Pos)
	return body.File == at.File && body.Line <= at.Line && at.EndLine <= body.EndLine
}

func (p *Pass) reportSite(fn *facts.Fn, s site) {
	call := s.effect.Call()
	p.Report(fn, s.severity, finding.Finding{
		Span:    s.span,
		Message: effectMessage(s),
		Label:   effectLabel(call),
		Because: p.path(s.steps[1:]),
		Fix:     "use " + call.Instead,
	})
}

// path tells the way down to an effect: the places of the calls, in order.
func (p *Pass) path(steps []facts.Step) []finding.Because {
	var out []finding.Because
	last := mir.Pos(0)
	for _, s := range steps {
		at := s.At
		if pos, ok := s.Pos(p.Crate); ok {
			if pos == last {
				continue
			}
			last, at = pos, p.places.Plain(p.Crate.MIR, pos)
		}
		out = append(out, finding.Because{Span: at, Message: "calls " + Code(s.Callee)})
	}
	return out
}

// effectMessage says what happens at the call: `load` leads to `std::fs::read`, which blocks the thread on the file system.
func effectMessage(s site) string {
	name, does := Code(s.effect.Name), s.effect.Call().Does
	if len(s.steps) == 1 {
		return name + " " + does
	}
	verb := " leads to "
	if !s.effect.Must {
		verb = " can lead to "
	}
	return Code(s.steps[0].Callee) + verb + name + ", which " + does + throughCrate(s.steps)
}

// throughCrate names the dependency that a path goes into, whose places cannot be shown.
func throughCrate(steps []facts.Step) string {
	for i, s := range steps {
		if i > 0 && s.Foreign() {
			return " (inside the crate `" + s.Crate + "`)"
		}
	}
	return ""
}

func effectLabel(call *knowledge.Call) string {
	if call.Effect == knowledge.Panic {
		return "panics inside a runtime"
	}
	return "every other task of this thread waits meanwhile"
}
