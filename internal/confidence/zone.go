package confidence

import (
	"cmp"
	"fmt"
	"slices"

	"pollux/internal/analysis"
	"pollux/internal/coro"
	"pollux/internal/facts"
	"pollux/internal/knowledge"
	"pollux/internal/knowledge/versions"
	"pollux/internal/mir"
)

// zone says which kind of code the function is, with the reasons. What makes it hard outweighs what makes it async.
func (f *surveyed) zone(pass *analysis.Pass, fn *facts.Fn) {
	var hard, async []Reason
	if fn.Coroutine() == nil {
		hard = append(hard, Reason{What: "a hand-written poll: its states and its wake-ups are its author's"})
	}
	m := fn.MIR()
	for i := range m.Blocks {
		t := &m.Blocks[i].Term
		if t.Kind != mir.Call || t.Func.Kind != mir.Constant || m.Blocks[i].Cleanup {
			continue
		}
		name := pass.Crate.Callee(t.Func.Text)
		line := pass.At(fn, mir.Block(i), t.Pos).Line
		if what, ok := versions.Hard(name.Path, fn.Coroutine() != nil); ok {
			hard = append(hard, Reason{what, line})
		}
		if versions.Mailbox(name.Path) && inCycle(fn, mir.Block(i)) {
			hard = append(hard, Reason{"an actor: it serves a mailbox in a loop", line})
		}
		async = append(async, hazardous(pass, name, line)...)
	}
	for i := range f.Awaits {
		if slices.Contains([]string{"select!", "join!", "try_join!", "timeout"}, f.Awaits[i].For) {
			async = append(async, Reason{"it gives futures up or runs several: " + f.Awaits[i].For, f.Awaits[i].Line})
		}
	}
	if f.cancel != nil && losing(f.cancel.Verdict) {
		async = append(async, Reason{What: "a cancel is not harmless: " + f.cancel.Reason})
	}
	f.place(hard, async)
}

// losing reports whether a cancel is known to do something.
func losing(v knowledge.CancelVerdict) bool {
	return v == knowledge.CancelLossy || v == knowledge.CancelState || v == knowledge.CancelDetached
}

// hazardous says what a call has to do with order, shared state or several tasks.
func hazardous(pass *analysis.Pass, name knowledge.Callee, line int) []Reason {
	var out []Reason
	if _, ok := versions.Spawn(name.Path); ok {
		out = append(out, Reason{"it starts tasks", line})
	}
	if _, ok := pass.Tables.Acquires(name); ok {
		out = append(out, Reason{"it takes a lock or a permit", line})
	}
	if race, ok := pass.Tables.RaceCall(name); ok {
		out = append(out, Reason{"it gives futures up: " + race.Name, line})
	}
	if _, ok := pass.Tables.Source(name); ok {
		out = append(out, Reason{"it takes what cannot be taken twice", line})
	}
	return out
}

// place settles the zone.
func (f *surveyed) place(hard, async []Reason) {
	switch {
	case len(hard) > 0:
		f.Zone, f.Reasons = Hard, append(hard, async...)
	case len(async) > 0:
		f.Zone, f.Reasons = Async, async
	default:
		f.Zone = Safe
		f.Reasons = []Reason{{What: fmt.Sprintf("it awaits one thing after another: %s, no task, lock, race or shared progress of its own", count(len(f.Awaits), "await point"))}}
	}
	slices.SortStableFunc(f.Reasons[min(len(hard), len(f.Reasons)):], func(a, b Reason) int { return cmp.Compare(a.Line, b.Line) })
	f.Reasons = compact(f.Reasons)
}

// mostReasons is how many reasons are kept: enough to see why.
const mostReasons = 6

// compact keeps the first place of each reason.
func compact(list []Reason) []Reason {
	var out []Reason
	for _, r := range list {
		if !slices.ContainsFunc(out, func(o Reason) bool { return o.What == r.What }) && len(out) < mostReasons {
			out = append(out, r)
		}
	}
	return out
}

// inCycle reports whether a block of a coroutine can be reached from itself. A suspension goes on where the coroutine is resumed.
func inCycle(fn *facts.Fn, from mir.Block) bool {
	m, body := fn.MIR(), fn.Coroutine()
	next := func(at mir.Block) []mir.Block {
		out := coro.Successors(&m.Blocks[at].Term)
		if body != nil {
			if to, ok := body.Resumes(at); ok {
				out = append(out, to)
			}
		}
		return out
	}
	seen := make([]bool, len(m.Blocks))
	work := next(from)
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		switch {
		case at == from:
			return true
		case int(at) >= len(seen) || seen[at]:
			continue
		}
		seen[at] = true
		work = append(work, next(at)...)
	}
	return false
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
