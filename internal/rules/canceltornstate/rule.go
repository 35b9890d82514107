// Package canceltornstate reports memory that others can see and that a cancel leaves half changed: it is changed before an await and
// put right only behind it, with no destructor that does so.
//
// Invariant: one finding for each piece of memory in a function, placed on the first suspension at which a cancel tears it; the others
// are among the reasons.
//
// May miss changes through functions of other crates. It is a warning where the future is really dropped half done and the program goes
// on, info where only a caller outside of the crate could do so.
package canceltornstate

import (
	_ "embed" // the page
	"strings"

	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/knowledge"
	"pollux/internal/mir"
)

//go:embed doc.md
var doc string

// Rule is the registry's entry.
var Rule = &analysis.Rule{
	ID:       "cancel-torn-state",
	Family:   "cancel",
	Doc:      doc,
	Since:    "0.2",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Cancellations,
	Run:      run,
}

func run(pass *analysis.Pass) {
	var drops map[*facts.Fn][]*analysis.Drop
	for _, fn := range pass.Crate.AsyncFns() {
		torn, unrecorded := pass.Crate.Torn(fn), pass.Crate.Unrecorded(fn)
		if len(torn)+len(unrecorded) == 0 {
			continue
		}
		if drops == nil {
			drops = pass.Drops()
		}
		for i := range unrecorded {
			reportUnrecorded(pass, fn, &unrecorded[i], drops[fn])
		}
		for i := range torn {
			if drop, ok := worst(pass, drops[fn], &torn[i]); ok || torn[i].Timed {
				report(pass, fn, &torn[i], drop)
			}
		}
	}
}

// worst is the first of the drops after which the torn memory is still there. A future without any may be dropped by callers that are not
// seen; one whose memory always goes with it is not torn.
func worst(pass *analysis.Pass, drops []*analysis.Drop, torn *facts.Torn) (drop *analysis.Drop, ok bool) {
	for _, d := range drops {
		if (d.Time || !torn.Orphan) && (torn.Free || torn.Root < 0 || pass.Survives(d, torn.Root)) {
			return d, true
		}
	}
	return nil, len(drops) == 0 && !torn.Orphan
}

func report(pass *analysis.Pass, fn *facts.Fn, torn *facts.Torn, drop *analysis.Drop) {
	because := []finding.Because{{Span: pass.At(fn, torn.Block(), torn.Before), Message: before(torn)}}
	if torn.Guard != "" {
		because = append(because, finding.Because{Span: pass.At(fn, mir.NoBlock, torn.Later), Message: "only here the `" + torn.Guard + "` is made"})
	} else if torn.Later != 0 {
		because = append(because, finding.Because{Span: pass.At(fn, mir.NoBlock, torn.Later), Message: "only here it is put right"})
	}
	for _, a := range torn.Awaits[1:] {
		because = append(because, finding.Because{Span: pass.At(fn, a.Block, a.Pos), Message: "a cancel here does the same"})
	}
	severity := finding.Info
	if torn.Timed {
		severity = finding.Warning
	} else if drop != nil {
		because = append(because, pass.Because(drop)...)
		if drop.GoesOn {
			severity = finding.Warning
		}
	}
	first := torn.Awaits[0]
	at := pass.At(fn, first.Block, first.Pos)
	who, label := "a cancel here", "if the future is dropped here, nothing puts it right"
	if torn.Timed {
		who, label = "the limit of this await", "when time is up, the receiver is dropped here"
	}
	pass.Report(fn, severity, finding.Finding{
		Span:      at,
		Message:   who + " leaves " + left(torn),
		Label:     label,
		Because:   because,
		Fix:       fix(torn),
		Reproduce: analysis.Prove(at),
	})
}

// before says what is done before the suspension.
func before(torn *facts.Torn) string {
	switch torn.Kind {
	case knowledge.Up:
		return "it is counted up here"
	case knowledge.Down:
		return "it is counted down here"
	case knowledge.Put:
		return "something is put in here"
	case knowledge.Take:
		return "something is taken out here"
	case knowledge.Tell:
		return "a message is sent by it here"
	}
	return "it is changed here"
}

// left says what a cancel leaves behind.
func left(torn *facts.Torn) string {
	place := analysis.Code(torn.Place)
	if torn.Orphan {
		return "in " + place + " the sender for a reply that nobody waits for any more: when time is up because none has come, nothing takes it out"
	}
	if torn.Guard != "" {
		return leftTo(torn, place)
	}
	switch torn.Kind {
	case knowledge.Up:
		return place + " counted up: it is counted down only behind this await"
	case knowledge.Down:
		return place + " counted down: it is counted up only behind this await"
	case knowledge.Put:
		return "in " + place + " what is taken out only behind this await"
	case knowledge.Take:
		if torn.Later == 0 {
			return place + " without what was taken out of it, which is dropped with the future"
		}
		return place + " without what was taken out of it: it is filled again only behind this await"
	}
	value := torn.Value
	if i := strings.LastIndex(value, "::"); i >= 0 {
		value = value[i+2:]
	}
	return place + " at `" + value + "`, which is changed only behind this await"
}

// leftTo says the same where a guard would undo it.
func leftTo(torn *facts.Torn, place string) string {
	what := map[knowledge.Way]string{knowledge.Up: "counted up", knowledge.Down: "counted down", knowledge.Put: "with what was put in", knowledge.Take: "without what was taken out",
		knowledge.Set: "changed", knowledge.Tell: "with a message sent"}[torn.Kind]
	return place + " " + what + ": the `" + torn.Guard + "` that takes it back when it is dropped is made only behind this await"
}

func fix(torn *facts.Torn) string {
	if torn.Guard != "" {
		return "make the `" + torn.Guard + "` before the await, right behind the change that it takes back"
	}
	if torn.Kind == knowledge.Take && torn.Later == 0 {
		return "put it into a guard before the await, whose `Drop` gives it back"
	}
	return "let a guard made before the await put it right in its `Drop`, or do the part between in a task of its own"
}
