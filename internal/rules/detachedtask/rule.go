// Package detachedtask reports a task whose handle is dropped although its outcome or its end matters.
//
// Invariant: one finding for each place that starts such a task, placed there.
//
// May miss handles that are kept and never asked. Does not report a task without a result.
package detachedtask

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
	"pollux/internal/live"
	"pollux/internal/mir"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "detached-task",
	Family:   "tasks",
	Doc:      doc,
	Since:    "0.4",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) {
	isHandle := func(typ string) bool {
		head := mir.Head(typ)
		future, ok := pass.Tables.Future(pass.Crate.Global(head))
		return head != "" && ok && future.Eager
	}
	for d := range pass.Live().Detached(isHandle) {
		f, severity := words(pass, d)
		f.Span = pass.AtLive(d.At)
		pass.Report(d.Fn, severity, f)
	}
}

func words(pass *analysis.Pass, d live.Detached) (finding.Finding, finding.Severity) {
	switch {
	case d.Ended:
		return finding.Finding{
			Message: "the handle of this task is dropped at once, and the task with it: its work is not done",
			Label:   "started and ended here", Fix: "`.detach()` the handle, or keep it and await it",
		}, finding.Warning
	case d.Owner != "":
		return finding.Finding{
			Message: "this task owns an `Arc` of the `" + mir.LastSegment(d.Owner) + "` whose destructor should end it: the destructor never runs, and the task never ends",
			Label:   "the task keeps its owner alive",
			Because: []finding.Because{{Span: pass.AtLive(d.Stop), Message: "the destructor ends the task here"}},
			Fix:     "give the task a `Weak`, upgraded for each turn, or only the parts that it needs",
		}, finding.Warning
	case d.Keeps != nil:
		return finding.Finding{
			Message: "the handle of this task is dropped, and the task writes with `" + d.Keeps.Name + "`: when the program ends first the write is lost, or half done",
			Label:   "nobody waits for this task",
			Because: []finding.Because{{Span: pass.AtLive(d.Keeps.At), Message: "written here"}},
			Fix:     "keep the handle in a `JoinSet` or a `TaskTracker`, and wait for it before the end",
		}, finding.Info
	}
	return finding.Finding{
		Message: "the `Result` of this task is lost with its handle: nobody learns of an error, nor of a panic",
		Label:   "the error is `" + short(d.Lost) + "`",
		Fix:     "await the handle (a `JoinSet` for many), or handle the error inside of the task",
	}, finding.Warning
}

// short is a type without the paths of its parts.
func short(typ string) string {
	if head := mir.Head(typ); head != "" {
		return mir.LastSegment(head)
	}
	return typ
}
