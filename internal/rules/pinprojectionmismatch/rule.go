// Package pinprojectionmismatch reports a field that is treated as pinned in one place and as movable in another.
//
// Invariant: one finding for each place that breaks the promise of a pin, placed there; for an impl of Unpin, on its head. The pinned
// field's type need not be Unpin.
//
// May miss fields behind type aliases and in types that macros declare. Does not report `&mut self` methods of a type that is not Unpin.
package pinprojectionmismatch

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
	ID:       "pin-projection-mismatch",
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
	for _, m := range pins.Mismatches() {
		words := kinds[m.Kind]
		name := pins.Name(m.Pin)
		if name == "" {
			name = "field"
		}
		f := finding.Finding{Message: "`" + name + "` " + words.message, Label: words.label, Fix: words.fix}
		if m.Kind == pin.LinkedUnpin {
			f.Message += ": `" + pins.PointsTo(m.Pin) + "` moves with its owner, and the pointer stays"
		}
		switch {
		case m.Impl != nil:
			f.Span = pass.AtPlace(m.Impl)
		case m.By != nil:
			f.Span = pass.AtEvent(m.By)
		default:
			f.Span = pass.AtEvent(m.Pin)
		}
		if m.Impl != nil || m.By != nil {
			f.Because = []finding.Because{{Span: pass.AtEvent(m.Pin), Message: "pinned here, and its type need not be Unpin"}}
		}
		fn := m.Pin.Fn
		if m.By != nil {
			fn = m.By.Fn
		}
		pass.Report(fn, words.severity, f)
	}
}

// kinds are the words for each kind of mismatch, completing "`field` ..".
var kinds = map[pin.MismatchKind]struct {
	message, label, fix string
	severity            finding.Severity
}{
	pin.AlwaysUnpin: {
		"is pinned through its owner, and this impl makes the owner Unpin whatever the field is: safe code can take it out of the Pin and move it",
		"holds for every type of the field", "bound the impl, as in `where F: Unpin`, or leave it out: the compiler then derives it", finding.Error,
	},
	pin.DropMoves: {
		"is pinned, and this destructor moves it: it must stay in place until its own destructor has run",
		"moved out here", "drop it in place (`Pin::set`, an assignment, or leave it to the compiler); pin-project writes a destructor that gets a Pin", finding.Error,
	},
	pin.HandedOut: {
		"is pinned in one method and given out of the Pin by `&mut` in this one: the caller can move it",
		"a plain `&mut` to the pinned field", "return `Pin<&mut ..>`, or make the method unsafe", finding.Warning,
	},
	pin.PinnedMovable: {
		"is pinned through `&mut` to its owner: the caller can move the owner after this poll, and the field with it",
		"nothing keeps the owner in place", "take `self: Pin<&mut Self>`, keep a `Pin<Box<..>>`, or ask for `Unpin`", finding.Warning,
	},
	pin.Packed: {
		"is pinned, and its owner is packed: the compiler moves a field of a packed struct before it drops it",
		"pinned inside of a packed struct", "take `packed` away from the struct, or box the field", finding.Error,
	},
	pin.PinnedBorrow: {
		"is only borrowed, and what it leads to is pinned: whoever lent it can move it afterwards",
		"pinned behind a plain `&mut`", "keep a `Pin<&mut ..>`, or ask for `Unpin`", finding.Warning,
	},
	pin.LinkedUnpin: {
		"is made to point into its own owner, which is Unpin: safe code can move the owner out of any Pin",
		"a pointer into the same value", "give the owner a `PhantomPinned` and set the pointer behind a Pin, or keep an offset instead of a pointer", finding.Warning,
	},
}
