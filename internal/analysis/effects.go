package analysis

import (
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

// ReportEffects reports every place where async code reaches a call that the tables assign to this pass's rule: directly, or through
// other calls. What one function can mend in one place is one finding: the worst for each line (`read_dir(p)?.count()`), and one for
// each blocking call that several lines of the function lead to.
func (p *Pass) ReportEffects() {
	for _, fn := range p.Crate.AsyncFns() {
		for _, group := range sameCall(p.worstByLine(fn)) {
			p.reportSites(fn, group)
		}
	}
}

// worstByLine are the sites of a function in the order of its text, one for each line.
func (p *Pass) worstByLine(fn *facts.Fn) []site {
	var out []site
	byLine := map[int]int{}
	for _, e := range p.Crate.Sites(fn) {
		if e.Call().Rule != p.rule.ID {
			continue
		}
		s := p.site(fn, e)
		if !s.span.Known() {
			continue
		}
		if at, seen := byLine[s.span.Line]; !seen {
			byLine[s.span.Line] = len(out)
			out = append(out, s)
		} else if s.severity > out[at].severity {
			out[at] = s
		}
	}
	return out
}

// sameCall groups the sites that lead to the same call of the same severity, the first site first.
func sameCall(sites []site) [][]site {
	type callAt struct {
		end      facts.Step
		severity finding.Severity
	}
	var out [][]site
	at := map[callAt]int{}
	for _, s := range sites {
		key := callAt{s.steps[len(s.steps)-1], s.severity}
		if n, seen := at[key]; seen && len(s.steps) > 1 {
			out[n] = append(out[n], s)
			continue
		}
		at[key] = len(out)
		out = append(out, []site{s})
	}
	return out
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
	if e.Conditional && call.Effect != knowledge.Panic {
		s.severity = finding.Info // whether this call has the effect depends on an argument: not decided
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

// reportSites reports the first site and names the others that lead to the same call.
func (p *Pass) reportSites(fn *facts.Fn, sites []site) {
	first := sites[0]
	call := first.effect.Call()
	because := p.path(first.steps)
	for _, s := range sites[1:] {
		because = append(because, finding.Because{Span: s.span, Message: Code(s.steps[0].Callee) + " leads there too"})
	}
	p.Report(fn, first.severity, finding.Finding{
		Span:    first.span,
		Message: effectMessage(first),
		Label:   effectLabel(call),
		Because: because,
		Fix:     "use " + call.Instead,
	})
}

// path tells the way down to an effect from the call at steps[0]: the places of the further calls, in order. A call that depends on
// type arguments is only known where they are given, which is the place of the first call.
func (p *Pass) path(steps []facts.Step) []finding.Because {
	var out []finding.Because
	last := mir.Pos(0)
	first, known := steps[0].Pos(p.Crate)
	for _, s := range steps[1:] {
		at, verb := s.At, "calls "
		if pos, ok := s.Pos(p.Crate); ok {
			if pos == last {
				continue
			}
			if known && pos == first {
				verb = "it calls "
			}
			last, at = pos, p.places.Plain(p.Crate.MIR, pos)
		}
		out = append(out, finding.Because{Span: at, Message: verb + Code(s.Callee)})
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
