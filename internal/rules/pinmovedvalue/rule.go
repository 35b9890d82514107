// Package pinmovedvalue reports a value that is pinned by hand and moved later: swapped, taken, replaced, read out, given away.
//
// Invariant: one finding for each place that moves, placed there. The value's type need not be Unpin.
//
// May miss moves through stored pointers and in other crates. Does not report a pinned value that is assigned over: that is sound.
package pinmovedvalue

import (
	_ "embed" // the page

	"pollux/internal/analysis"
	"pollux/internal/finding"
	"pollux/internal/pin"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "pin-moved-value",
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
	for _, pair := range pins.Moved() {
		f := finding.Finding{
			Span:    pass.AtEvent(pair.By),
			Message: what(pins, pair) + " moves after it was pinned: references into itself that its first poll made are left dangling",
			Label:   how(pair.By),
			Because: []finding.Because{{Span: pass.AtEvent(pair.Pin), Message: "pinned here, and its type need not be Unpin"}},
			Fix:     "leave it where it is until it is dropped: `Pin::set` or a plain assignment drops it in place; or keep it in a `Pin<Box<..>>`",
		}
		if pair.Pin.Linked() {
			f.Message = what(pins, pair) + " points into its own owner, which moves afterwards: the pointer is left dangling"
			f.Because[0].Message = "the pointer is set here"
			f.Fix = "keep an offset instead of a pointer, or set the pointer behind a Pin of an owner that has a `PhantomPinned`"
		}
		if pair.By.What == "return" {
			f.Because = nil
		}
		pass.Report(pair.By.Fn, finding.Error, f)
	}
}

func what(pins *pin.Crate, pair pin.Pair) string {
	if name := pins.Name(pair.Pin); name != "" {
		return "`" + name + "`"
	}
	return "the value"
}

func how(move *pin.Event) string {
	switch {
	case move.Via != "":
		return "moved here, in `" + move.Via + "`"
	case move.What == "":
		return "moved here"
	case move.What == "return":
		return "and moved with the function's result"
	}
	return "moved out here by `" + move.What + "`"
}
