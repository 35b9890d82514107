// Package channeldeadlock reports a wait for something that only the one who waits could bring about: a place in a channel that it
// empties itself, an answer to a message that it would have to read itself.
//
// Invariant: one finding for each place that waits, placed there.
//
// May miss channels whose making cannot be told. Says nothing where another receiver can take the message.
package channeldeadlock

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
	ID:       "channel-deadlock",
	Family:   "channels",
	Doc:      doc,
	Since:    "0.1",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules, // the channel is full when the task comes there
	Run:      run,
}

func run(pass *analysis.Pass) {
	for _, fn := range pass.Crate.AsyncFns() {
		if fn.Coroutine() == nil {
			continue
		}
		seen := map[finding.Span]bool{}
		waits := pass.Resources().Waits(fn)
		for i := range waits {
			w := &waits[i]
			if w.Await == nil {
				continue
			}
			span := pass.At(fn, w.Await.Block, w.Await.Pos)
			if w.Bounded || seen[span] || !w.IsReply() && w.Row.What != channel {
				continue
			}
			seen[span] = ownLoop(pass, fn, w, span) || nobodyReads(pass, fn, w, span)
		}
	}
}

// channel is what the tables call the places of a channel.
const channel = "a bounded channel"

// ownLoop reports a wait inside of the loop that empties the channel.
func ownLoop(pass *analysis.Pass, fn *facts.Fn, w *resource.Wait, span finding.Span) bool {
	res := pass.Resources()
	for _, x := range res.Exchanges(fn) {
		if x.Row.Does != knowledge.Receives || !single(res, fn, x.Name) || !res.SameChannel(fn, x.Name, fn, w.Name) || !res.Loops(fn, x.Block, w.At()) {
			continue
		}
		message := "sends to " + pass.Describe(fn, w.Name, "a channel") + " from the task that empties it: when the channel is full, it waits for itself for ever"
		fix := "use `try_send` here, or send from a task of its own; an unbounded channel or a `Notify` where the message only wakes the task"
		if w.IsReply() {
			message = "waits for the answer to a message that only this task reads, in the loop that reads it: the answer never comes"
			fix = "call what handles the message directly, or wait for the answer in a task of its own"
		}
		report(pass, fn, w, span, message, fix, x)
		return true
	}
	return false
}

// nobodyReads reports a wait while the receiver lies unused in the same function: nobody reads before the wait is over.
func nobodyReads(pass *analysis.Pass, fn *facts.Fn, w *resource.Wait, span finding.Span) bool {
	res := pass.Resources()
	loops := res.Loops(fn, w.Steps[0].Block, w.Steps[0].Block)
	if resource.Together(w.Await.Type) {
		return false
	}
	for _, receiver := range res.Kept(fn, w.At(), knowledge.Receiver) {
		if !single(res, fn, receiver) || !res.SameChannel(fn, receiver, fn, w.Name) {
			continue
		}
		if (w.IsReply() || !loops) && res.Used(fn, receiver, w.At()) {
			continue // the message may have been read, and answered, by then
		}
		full := !w.IsReply() && !loops
		if full && !res.Filled(fn, w) {
			continue
		}
		message := "sends to " + pass.Describe(fn, w.Name, "a channel") + " in a loop while its receiver is kept here and nobody reads: with more messages than places it waits for ever"
		fix := "start the task that reads before the first message is sent, or run both with `join!`"
		if full {
			message = "sends to " + pass.Describe(fn, w.Name, "a channel") + " when it is full: as many messages as it has places were sent before, and its receiver is kept here, so nobody reads"
			fix = "start the task that reads before the first message is sent, or make the channel with a place for each"
		}
		if w.IsReply() {
			message = "waits for the answer to a message that nobody reads yet: its receiver is still kept here, so the answer never comes"
			fix = "start the task that reads before this, or run both with `select!`"
		}
		report(pass, fn, w, span, message, fix, resource.Exchange{})
		return true
	}
	return false
}

func report(pass *analysis.Pass, fn *facts.Fn, w *resource.Wait, span finding.Span, message, fix string, x resource.Exchange) {
	because := []finding.Because{{Span: pass.Channel(fn, w.Name), Message: "the channel is made here"}}
	if x.Row != nil {
		because = append(because, finding.Because{Span: pass.At(fn, x.Block, x.Pos), Message: "and emptied here, by the same task"})
	}
	pass.Report(fn, finding.Warning, finding.Finding{
		Span: span, Message: message, Label: "waits here", Because: append(because, pass.Chain(w.Steps)...), Fix: fix, Reproduce: analysis.Prove(span),
	})
}

// single reports whether a channel has one receiver.
func single(res *resource.Crate, fn *facts.Fn, n resource.Name) bool {
	row, ok := res.Conduit(res.Channel(fn, n))
	return ok && row.Single
}
