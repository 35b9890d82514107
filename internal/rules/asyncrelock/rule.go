// Package asyncrelock reports a wait for a lock, permit or connection that the one who waits has already.
//
// Invariant: one finding for each place that waits and each resource, placed where it waits.
//
// May miss a resource whose place cannot be told: an element of a collection, or one behind a trait object. Says nothing of a wait that
// ends in time.
package asyncrelock

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/resource"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "async-relock",
	Family:   "locks",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.Schedules, // a writer that comes in between; as many callers as there are permits
	Run:      run,
}

func run(pass *analysis.Pass) {
	res := pass.Resources()
	for _, fn := range pass.Crate.Fns {
		if fn.MIR() == nil {
			continue
		}
		seen := map[place]bool{}
		for i := range res.Waits(fn) {
			w := &res.Waits(fn)[i]
			for _, h := range w.Held {
				at := place{waitsAt(pass, fn, w), w.Name.Key()}
				if w.Object {
					at.what = "" // what is said of one lock at a place need not be said of its like
				}
				if !seen[at] && relocks(res, fn, w, h) {
					seen[at], seen[place{at: at.at}] = true, true
					report(pass, fn, w, h)
				}
			}
		}
	}
}

type place struct {
	at   finding.Span
	what string
}

// relocks reports whether a wait is for what fn itself has meanwhile.
func relocks(res *resource.Crate, fn *facts.Fn, w *resource.Wait, h resource.Held) bool {
	if w.Bounded || h.At.Fn != fn && w.Joined != fn || !sameLock(res, fn, w, h) {
		return false
	}
	switch resource.Against(h.Row, w.Row) {
	case resource.NoConflict:
		return false
	case resource.Behind:
		return res.Written(w.Name)
	}
	return true
}

// sameLock reports whether what is waited for is what is held: for certain, or, behind a trait object, by the field of its type.
func sameLock(res *resource.Crate, fn *facts.Fn, w *resource.Wait, h resource.Held) bool {
	if w.Object {
		return w.Name.Global() != "" && w.Name.Global() == h.Name.Global()
	}
	return w.Name.Same(h.Name) && (w.Joined == fn || res.Still(fn, w.Name, h.Since, w.Block()))
}

// waitsAt is where the code of fn, or a closure of its, waits.
func waitsAt(pass *analysis.Pass, fn *facts.Fn, w *resource.Wait) finding.Span {
	switch {
	case w.Joined == fn:
		return pass.Called(w.Steps[w.Callback])
	case w.Await != nil:
		return pass.At(fn, w.Await.Block, w.Await.Pos)
	}
	return pass.Called(w.Steps[0])
}

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
