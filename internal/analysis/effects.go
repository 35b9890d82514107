package analysis

import (
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
)

// ReportEffect reports that async code reaches a call with an effect on its thread: directly, or through the calls of e.Steps.
//
// The body of main or of a test is the one future that its thread drives, so a call that merely takes a while is one level less severe
// there; one that panics is not.
func (p *Pass) ReportEffect(fn *facts.Fn, e *facts.Effect) {
	call := e.Call()
	severity := call.Severity
	if b := fn.Coroutine(); b != nil && p.Crate.IsRoot(b) && call.Effect != knowledge.Panic && severity > finding.Info {
		severity--
	}
	pos, _ := e.Steps[0].Pos(p.Crate)
	p.Report(fn, severity, finding.Finding{
		Span:    p.At(fn, e.Block(), pos),
		Message: effectMessage(e),
		Label:   effectLabel(call),
		Because: p.Path(e),
		Fix:     "use " + call.Instead,
	})
}

// effectMessage says what happens at the call: `load` leads to `std::fs::read`, which reads a file on the task's thread.
func effectMessage(e *facts.Effect) string {
	what := Code(e.Name) + " " + e.Call().Does
	if len(e.Steps) == 1 {
		return what
	}
	verb := " leads to "
	if !e.Must {
		verb = " can lead to "
	}
	return Code(e.Steps[0].Callee) + verb + Code(e.Name) + ", which " + e.Call().Does
}

func effectLabel(call *knowledge.Call) string {
	if call.Effect == knowledge.Panic {
		return "panics inside a runtime"
	}
	return "every other task of this thread waits meanwhile"
}
