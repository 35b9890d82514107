package asyncrelock

import (
	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/resource"
)

func report(pass *analysis.Pass, fn *facts.Fn, w *resource.Wait, h resource.Held) {
	name := pass.Describe(fn, w.Name, w.Row.What)
	who := "this task"
	if w.Row.Waits == knowledge.WaitsThread {
		who = "this thread"
	}
	has := " has already"
	severity := finding.Error
	if !h.Must || w.Name.Assumed || h.Name.Assumed {
		has, severity = " may have already", finding.Warning
	}
	message := who + " waits for " + name + ", which it" + has + ": it waits for itself, for ever"
	fix := "end the guard's scope before this, or hand what it protects to the code that needs it"
	switch resource.Against(h.Row, w.Row) {
	case resource.Always:
		if w.Row.Part {
			severity = finding.Warning
			message = "this thread asks " + name + " for an entry while it has one: if both are of one shard, it waits for itself, for ever"
			fix = "let the first entry go before this: copy out of it what is needed"
		}
	case resource.Behind:
		severity = finding.Warning
		message = who + " reads " + name + ", which it reads already: a writer that queues in between waits for the first guard, and this waits for the writer"
		fix = "read once, and use that guard for both"
	case resource.Count:
		severity = finding.Warning
		message = who + " takes a second permit of " + name + " while it has one: when as many do so as there are permits, each waits for the others for ever"
		fix = "take all at once with `acquire_many`, or hand the first one on as the proof that there is one"
		if w.Row.What == "a pool" {
			message = who + " takes a second connection of " + name + " while it has one: when as many do so as there are connections, each waits for the others for ever"
			fix = "do all of it on the first connection, or give that back first"
		}
		if short, _ := pass.Resources().Enough(fn, w); short && h.Must {
			severity = finding.Error
			message = "this task waits for more permits of " + name + " than are left beside those that it has: it waits for itself, for ever"
			fix = "give the first permits back before this, or make the semaphore with as many as are taken at once"
		}
	}
	because := []finding.Because{{Span: pass.Called(h.At), Message: "taken here, and still held"}}
	switch span := pass.Called(w.Steps[max(w.Callback-1, 0)]); {
	case w.Object:
		name = pass.Describe(fn, h.Name, h.Row.What)
		severity = finding.Warning
		message = "calls code that can come back for " + name + ", which " + who + " has already: then it waits for itself, for ever"
		fix = "end the guard's scope before the call: take what is called out of the lock first, as a clone of its `Arc`"
	case w.Joined == fn:
		because = append(because, finding.Because{Span: span, Message: "the closure is called here, under the guard"})
		fix = "do this when the call that runs the closure is over, or use what the closure is lent"
	}
	span := waitsAt(pass, fn, w)
	pass.Report(fn, severity, finding.Finding{
		Span:      span,
		Message:   message,
		Label:     "waits here",
		Because:   append(because, pass.Chain(w.Steps)...),
		Fix:       fix,
		Reproduce: analysis.Prove(span),
	})
}
