// Package droppedfuture reports a future that is built and then dropped without ever having been polled: its work is not done.
//
// Invariant: one finding for each place that builds such a future, placed on the expression that builds it.
//
// May miss futures in collections and behind generic helpers. Does not report a future that is lent, moved on, or polled on any path.
package droppedfuture

import (
	_ "embed" // the page
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/mir"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "dropped-future",
	Family:   "tasks",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Stable,
	Severity: finding.Warning,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for _, fn := range pass.Crate.Fns {
		for _, d := range pass.Crate.Unused(fn, func(typ string) bool { return isLazy(pass, typ) }) {
			report(pass, fn, d)
		}
	}
}

// isLazy reports whether a type is a future that does nothing until it is polled.
func isLazy(pass *analysis.Pass, typ string) bool {
	if facts.IsCoroutineType(typ) || isBoxedFuture(typ) {
		return true
	}
	head := mir.Head(typ)
	if head == "" {
		return false
	}
	future, ok := pass.Tables.Future(pass.Crate.Global(head))
	return ok && !future.Eager
}

// isBoxedFuture recognises the trait object of std's Future under the names that rustc prints for it.
func isBoxedFuture(typ string) bool {
	object, ok := strings.CutPrefix(typ, "dyn ")
	if !ok {
		return false
	}
	path, _, _ := strings.Cut(object, "<")
	return path == "Future" || strings.HasSuffix(path, "::Future")
}

func report(pass *analysis.Pass, fn *facts.Fn, d facts.UnusedValue) {
	what := "the future of `" + d.Made + "`"
	if d.Made == "" {
		what = "this async block's future"
	}
	built, dropped := pass.At(fn, d.Block, d.From), pass.At(fn, d.DropBlock, d.Dropped)
	var because []finding.Because
	if dropped.File != built.File || dropped.Line != built.Line { // on the line itself it would tell nothing
		because = append(because, finding.Because{Span: dropped, Message: "dropped here"})
	}
	pass.Report(fn, finding.Warning, finding.Finding{
		Span:    built,
		Message: what + " is dropped without having been polled: its work is never done",
		Label:   "built here, never awaited",
		Because: because,
		Fix:     "`.await` it, or hand it to something that polls it (a spawn, join! or select!)",
	})
}
