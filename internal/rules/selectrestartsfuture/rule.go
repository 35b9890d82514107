// Package selectrestartsfuture reports a future that a `select!` in a loop makes anew in each turn, so that it never gets anywhere or
// its work is done again and again.
//
// Invariant: one finding for each branch of a race, placed on the expression that makes the future.
//
// May miss a sleep whose length is not constant. Does not report a sleep that restarts as an idle limit is meant to.
package selectrestartsfuture

import (
	_ "embed" // the page
	"fmt"
	"slices"
	"time"

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
	ID:       "select-restarts-future",
	Family:   "cancel",
	Doc:      doc,
	Since:    "0.2",
	Status:   analysis.Preview,
	Severity: finding.Warning,
	Explorer: analysis.Schedules,
	Run:      run,
}

func run(pass *analysis.Pass) {
	for fn, race := range pass.Races() {
		if race.Kind != coro.First {
			continue
		}
		for i := range race.Branches {
			if race.Branches[i].Made.Block != mir.NoBlock {
				(&branch{pass: pass, fn: fn, race: race, n: i}).check()
			}
		}
	}
}

// branch is one branch of a race under question.
type branch struct {
	pass *analysis.Pass
	fn   *facts.Fn
	race *coro.Race
	n    int

	reported bool
}

func (b *branch) made() coro.Making { return b.race.Branches[b.n].Made }

func (b *branch) check() {
	if long, ok := b.length(b.made()); ok {
		b.checkSleep(long)
	}
	if timer, ok := b.pass.TimerOf(b.made()); ok {
		if !timer.Every {
			b.checkDeadline()
		}
		return
	}
	c, ok := b.pass.CancelOf(b.fn, b.race.Branches[b.n].Type, b.made())
	if !ok || c.Row.Restarts == "" || len(c.Inner) > 0 {
		return
	}
	for won := range b.race.Branches {
		if won == b.n || !b.restarts(c.Row, won) {
			continue
		}
		b.report(c.Row.Severity, won, analysis.Code(c.Name)+" is made anew in each turn of the loop: "+c.Row.Restarts,
			"this branch can be ready first, and the code behind it comes back", c.Row.Fix)
		return
	}
}

// restarts reports whether the code behind another branch makes the future again to no purpose. Work that goes on by itself is
// started twice whatever the reason; an attempt that is given up is made again on purpose when its time was up, or when what it
// depends on was changed.
func (b *branch) restarts(row *knowledge.CancelRow, won int) bool {
	body := b.fn.Coroutine()
	if row.Verdict == knowledge.CancelSafe {
		_, isTimer := b.pass.TimerOf(b.race.Branches[won].Made)
		return !isTimer && body.Unchanged(b.race, won, b.n)
	}
	return body.Again(b.race, won, b.n, coro.Nothing, nil)
}

// checkSleep reports a sleep beside a branch that is for certain ready earlier in every turn of the loop. A sleep that another branch
// can only sometimes overtake is how an idle limit is written.
func (b *branch) checkSleep(long time.Duration) {
	if b.race.Conditional {
		return
	}
	for won := range b.race.Branches {
		short, ok := b.period(won)
		if !ok || won == b.n || short >= long || !b.fn.Coroutine().Again(b.race, won, b.n, coro.Nothing, nil) {
			continue
		}
		b.report(finding.Warning, won, fmt.Sprintf("this sleep of %s never ends: it is made anew in each turn of the loop, and another branch is ready every %s", long, short),
			"this branch is always ready first", "pin the sleep outside of the loop and give the select! `&mut` of it; `reset` it where it is to begin anew")
		return
	}
}

// checkDeadline reports a sleep that ends the wait for one thing, and that everything else which comes in meanwhile starts anew: behind
// the other branches the code either leaves the loop, or throws away what it got and waits on. A sleep beside events that are worked on
// is how an idle limit is written.
func (b *branch) checkDeadline() {
	body := b.fn.Coroutine()
	if b.race.Conditional || b.reported || body.Again(b.race, b.n, b.n, coro.Nothing, nil) {
		return
	}
	found := -1
	for won := range b.race.Branches {
		switch {
		case won == b.n || !body.Again(b.race, won, b.n, coro.Nothing, nil):
		case !body.Idles(b.race, won, b.n) || !body.Leaves(b.race, won):
			return
		default:
			found = won
		}
	}
	if found >= 0 {
		b.report(finding.Warning, found, "this limit starts anew with everything that is thrown away: the sleep is made again in each turn of the loop",
			"this branch can be ready first; what it gave is ignored, and the code comes back", "pin the sleep outside of the loop and give the select! `&mut` of it, or put the whole loop under one `timeout`")
	}
}

// length is the constant time that a sleep takes.
func (b *branch) length(made coro.Making) (time.Duration, bool) {
	timer, ok := b.pass.TimerOf(made)
	if !ok || timer.Every || timer.Duration >= len(made.Args) {
		return 0, false
	}
	return b.fn.Coroutine().Duration(made.Args[timer.Duration])
}

// period is the constant time after which a branch is ready at the latest, counted from the beginning of a turn.
func (b *branch) period(n int) (time.Duration, bool) {
	made := b.race.Branches[n].Made
	if length, ok := b.length(made); ok {
		return length, true
	}
	if len(made.Args) != 1 {
		return 0, false
	}
	body := b.fn.Coroutine()
	object, _ := body.Object(made.Args[0])
	every := body.Making(mir.Operand{Kind: mir.Move, Place: object})
	timer, ok := b.pass.TimerOf(every)
	if !ok || !timer.Every || timer.Duration >= len(every.Args) || slices.ContainsFunc(body.Methods(object), func(m string) bool { return !timer.Keeps(m) }) {
		return 0, false
	}
	return body.Duration(every.Args[timer.Duration])
}

func (b *branch) report(severity finding.Severity, won int, message, winner, fix string) {
	b.reported = true
	rival := b.race.Branches[won].Made
	b.pass.Report(b.fn, severity, finding.Finding{
		Span:    b.pass.At(b.fn, b.made().Block, b.made().Pos),
		Message: message,
		Label:   "made anew in each turn",
		Because: []finding.Because{
			{Span: b.pass.At(b.fn, b.race.Block, b.race.Pos), Message: "dropped by this " + b.race.Name + " when another branch is ready first"},
			{Span: b.pass.At(b.fn, rival.Block, rival.Pos), Message: winner},
		},
		Fix: fix,
	})
}
