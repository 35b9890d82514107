// Package cancelblockingdrop reports a value whose destructor blocks the thread or panics, and that is dropped only when the future that
// holds it is cancelled.
//
// Invariant: one finding for each value, placed on the first suspension at which a cancel drops it.
//
// May miss values in collections and futures whose drop is not seen. Does not report a value that the code drops itself as well: that
// is what blocking-in-async and nested-block-on speak of.
package cancelblockingdrop

import (
	_ "embed" // the page
	"slices"

	"pollux/internal/analysis"
	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "cancel-blocking-drop",
	Family:   "cancel",
	Doc:      doc,
	Since:    "0.2",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.Cancellations,
	Run:      run,
}

func run(pass *analysis.Pass) {
	drops := pass.Drops()
	if len(drops) == 0 {
		return
	}
	blocks := func(typ string) bool { _, ok := worst(pass, typ); return ok }
	for fn, held := range pass.Held(blocks) {
		drop := drops[fn]
		first := held[0]
		effect, ok := worst(pass, first.Leaf.Type)
		if len(drop) == 0 || !ok || !first.Must || droppedAnyway(pass, fn, &effect) {
			continue
		}
		report(pass, fn, &first, &effect, drop[0])
	}
}

// worst is the worst thing that dropping a value of a type certainly does, when that matters.
func worst(pass *analysis.Pass, typ string) (facts.DropEffect, bool) {
	var found facts.DropEffect
	for _, e := range pass.Crate.DropEffects(typ) {
		if mir.Head(e.Type) == mir.Head(typ) && !e.May && e.Call.Severity > finding.Info && (found.Call == nil || e.Call.Severity > found.Call.Severity) {
			found = e
		}
	}
	return found, found.Call != nil
}

// droppedAnyway reports whether the function's own code has the same effect, so that another rule speaks of it.
func droppedAnyway(pass *analysis.Pass, fn *facts.Fn, effect *facts.DropEffect) bool {
	return slices.ContainsFunc(pass.Crate.Sites(fn), func(e *facts.Effect) bool { return e.Row == effect.Call.ID })
}

func report(pass *analysis.Pass, fn *facts.Fn, held *coro.Held, effect *facts.DropEffect, drop *analysis.Drop) {
	name := "this value"
	if n := fn.Coroutine().Name(held.Local); n != "" {
		name = analysis.Code(n)
	}
	does := effect.Call.Does
	if len(effect.Steps) > 0 {
		does = "runs a destructor that leads to " + analysis.Code(effect.Name) + ", which " + does
	}
	fix := "keep it outside of what can be cancelled, or wrap it in a guard that hands it to a thread that may block"
	if len(effect.Steps) == 0 {
		fix += "; " + effect.Call.Instead
	}
	label := "a cancel here blocks the thread that does it"
	if effect.Call.Effect == knowledge.Panic {
		label = "a cancel here panics"
	}
	because := []finding.Because{{Span: pass.At(fn, mir.NoBlock, held.From), Message: "it is made here, a `" + mir.LastSegment(mir.Head(effect.Type)) + "`"}}
	at := pass.At(fn, held.Await.Block, held.Await.Pos)
	pass.Report(fn, effect.Call.Severity, finding.Finding{
		Span:    at,
		Message: "when this future is cancelled, " + name + " is dropped here, on a thread of the runtime: it " + does,
		Label:   label,
		Because: append(because, pass.Because(drop)...),
		Fix:     fix,

		Reproduce: analysis.Prove(at),
	})
}
