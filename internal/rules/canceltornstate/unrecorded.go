package canceltornstate

import (
	"pollux/internal/analysis"
	"pollux/internal/facts"
	"pollux/internal/finding"
	"pollux/internal/mir"
)

// reportUnrecorded reports what is asked of another program and noted only behind the await of its answer. It is a warning where the
// future is dropped and what it was asked by can be used again, info where only callers that are not seen could do so.
func reportUnrecorded(pass *analysis.Pass, fn *facts.Fn, u *facts.Unrecorded, drops []*analysis.Drop) {
	severity := finding.Info
	because := []finding.Because{{Span: pass.At(fn, mir.NoBlock, u.Later), Message: "only here it is noted"}}
	if u.Guard != "" {
		because[0].Message = "only here the `" + u.Guard + "` is made"
	}
	for _, d := range drops {
		if u.Free || pass.UsedBehind(d, u.Root) {
			because = append(because, pass.Because(d)...)
			if d.GoesOn {
				severity = finding.Warning
			}
			break
		}
	}
	if len(drops) > 0 && len(because) == 1 {
		return
	}
	at := pass.At(fn, u.Await.Block, u.Await.Pos)
	message := "a cancel here leaves " + analysis.Code(u.Place) + " as it was, although what was sent by way of " + analysis.Code(u.Told) + " may have been done: it is changed only behind this await"
	fix := "note it before it is asked for, and let a guard made before the await take the note back in its `Drop`"
	if u.Guard != "" {
		message = "a cancel here leaves nobody to undo what was asked for by way of " + analysis.Code(u.Told) + ": the `" + u.Guard + "` whose destructor does so is made only behind this await"
		fix = "make the `" + u.Guard + "` before the request is sent, and hand it out when the answer has come"
	}
	pass.Report(fn, severity, finding.Finding{
		Span: at, Message: message, Label: "if the future is dropped here, the other side may have done it", Because: because, Fix: fix, Reproduce: analysis.Prove(at),
	})
}
