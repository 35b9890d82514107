// Package pingrowingcollection reports an element that is pinned in place inside of a collection that moves its elements.
//
// Invariant: one finding for each place that pins, placed there. The element's type need not be Unpin, and the collection is seen to grow,
// to shrink or to be put in another order.
//
// May miss collections of other crates that the tables do not list. Does not report boxed elements, arrays, or a fixed collection.
package pingrowingcollection

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "pin-growing-collection",
	Family:   "pin",
	Doc:      doc,
	Since:    "0.4",
	Status:   analysis.Preview,
	Severity: finding.Error,
	Explorer: analysis.NotExplorable,
	Run:      run,
}

func run(pass *analysis.Pass) {
	pins := pass.Pins()
	if pins == nil {
		return
	}
	for _, pair := range pins.Growing() {
		pass.Report(pair.Pin.Fn, finding.Error, finding.Finding{
			Span:    pass.AtEvent(pair.Pin),
			Message: "an element is pinned in place inside of a collection, and `" + pair.By.What + "` moves its elements: references that the element holds into itself are left dangling",
			Label:   "pinned here, and its type need not be Unpin",
			Because: []finding.Because{{Span: pass.AtEvent(pair.By), Message: "elements can move here"}},
			Fix:     "keep `Pin<Box<..>>` elements, or a `FuturesUnordered` or `JoinSet`, which do",
		})
	}
}
