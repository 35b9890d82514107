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
	case resource.Always:
		return !w.Row.Part || w.Await == nil // over an await the guard itself is the hazard, which another rule reports
	case resource.Count:
		_, enough := res.Enough(fn, w)
		return !enough
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
