package console

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"pollux/internal/finding"
	"pollux/internal/rung"
	"pollux/internal/rung/console/wire"
)

// The rules of this rung: tokio-console's five warnings, and polls that take long.
var rules = map[warning]string{
	selfWakes:    "console-self-wakes",
	lostWaker:    "console-lost-waker",
	neverYielded: "console-never-yielded",
	autoBoxed:    "console-auto-boxed-future",
	largeFuture:  "console-large-future",
	longPoll:     "console-long-poll",
}

// longPoll is pollux's own.
const longPoll warning = "long-poll"

// steady is how many updates in a row a lost waker must hold at: between a poll and the registration of its waker, an update can
// see a task without one.
const steady = 2

// manyWakes is the number of wakes from which a share of self-wakes says something; yield_now is one self-wake.
const manyWakes = 100

// group are the tasks spawned at one place to which one warning applies.
type group struct {
	warning  warning
	location wire.Location
	tasks    []*task
}

// groups sums up which warnings held, by place.
func (r *recording) groups() []*group {
	type key struct {
		warning  warning
		location wire.Location
	}
	all := map[key]*group{}
	add := func(w warning, t *task) {
		k := key{w, t.location}
		if all[k] == nil {
			all[k] = &group{warning: w, location: t.location}
		}
		all[k].tasks = append(all[k].tasks, t)
	}
	for _, k := range slices.SortedFunc(maps.Keys(r.tasks), func(a, b taskKey) int {
		return cmp.Or(cmp.Compare(a.birth, b.birth), cmp.Compare(a.id, b.id))
	}) {
		t := r.tasks[k]
		for _, w := range slices.Sorted(maps.Keys(t.held)) {
			if w != lostWaker || t.held[w].row >= steady {
				add(w, t)
			}
		}
		if t.longPolls > 0 && t.held[neverYielded] == nil { // which says more
			add(longPoll, t)
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.warning, b.warning), cmp.Compare(a.location.File, b.location.File),
			cmp.Compare(a.location.Line, b.location.Line), cmp.Compare(a.location.Column, b.location.Column))
	})
}

// findings are those of the recording. blank is a finding about the program as a whole.
func (r *recording) findings(places rung.Places, blank finding.Finding) []finding.Finding {
	var out []finding.Finding
	for _, g := range r.groups() {
		out = append(out, r.finding(g, places, blank))
	}
	return out
}

func (r *recording) finding(g *group, places rung.Places, blank finding.Finding) finding.Finding {
	f := blank
	f.Rule = rules[g.warning]
	f.Message, f.Fix, f.Severity = r.words(g)
	at, own := places.Span(g.location.File, g.location.Line, g.location.Column)
	switch {
	case own:
		f.Span, f.Label = at, "spawned here"
	default:
		f.Severity = finding.Info // of a library: nobody here can change it
		words := "spawned at a place that is not known"
		if at.Known() {
			words = "spawned here, outside of the workspace"
		}
		f.Because = append(f.Because, finding.Because{Span: at, Message: words})
	}
	f.Because = append(slices.Clip(f.Because), finding.Because{Message: r.when(g)})
	if n := len(g.tasks); n > 1 {
		f.Because = append(f.Because, finding.Because{Message: fmt.Sprintf("%d tasks spawned here", n)})
	}
	return f
}

// words are what a warning says, what to do, and how bad it is.
func (r *recording) words(g *group) (message, fix string, severity finding.Severity) {
	t := g.worst()
	name := "this task"
	if t.name != "" {
		name = "the task `" + rung.Shorten(t.name) + "`"
	}
	switch g.warning {
	case lostWaker:
		return name + " waits and nobody holds a waker for it: nothing can wake it any more",
			"keep the waker of the last poll (`cx.waker().clone()`) wherever the future returns Pending", finding.Warning
	case selfWakes:
		s := t.held[selfWakes].stats
		severity = finding.Info
		if s.Wakes >= manyWakes {
			severity = finding.Warning
		}
		return fmt.Sprintf("%s wakes itself: %d of %d wakes came from its own polls", name, s.SelfWakes, s.Wakes),
			"wait for an event instead of polling again", severity
	case neverYielded:
		s := t.held[neverYielded]
		return fmt.Sprintf("%s has not returned from its first poll for %.1f s", name, t.busyAt(s).Seconds()),
			"move the work to spawn_blocking, or await now and then", finding.Warning
	case autoBoxed:
		return fmt.Sprintf("the future of %s has %d bytes, so tokio put it into a box of its own", name, t.original),
			"box the large part of it: Box::pin around the call, or a Vec in place of the array", finding.Info
	case largeFuture:
		return fmt.Sprintf("the future of %s has %d bytes", name, t.size), "keep large values out of what lives across an await", finding.Info
	}
	return fmt.Sprintf("one poll of %s took %.2f s: its thread ran no other task", name, t.longest.Seconds()),
		"move the work to spawn_blocking, or await now and then", finding.Warning
}

// worst is the task that says most about the warning.
func (g *group) worst() *task {
	weight := func(t *task) uint64 {
		switch g.warning {
		case selfWakes:
			return t.held[selfWakes].stats.SelfWakes
		case autoBoxed:
			return t.original
		case largeFuture:
			return t.size
		case longPoll:
			return uint64(t.longest)
		}
		return uint64(t.held[g.warning].updates)
	}
	return slices.MaxFunc(g.tasks, func(a, b *task) int { return cmp.Compare(weight(a), weight(b)) })
}

// busyAt is how long the first poll had taken when the warning held last.
func (t *task) busyAt(s *span) time.Duration {
	return s.stats.Busy + max(s.last.Sub(s.stats.LastPollStarted), 0)
}

// when says from when to when the warning held.
func (r *recording) when(g *group) string {
	t := g.worst()
	if g.warning == longPoll {
		return fmt.Sprintf("%d such polls in a recording of %s, not counting those that lie between two updates", t.longPolls, r.since(r.last))
	}
	s := t.held[g.warning]
	end := "when the recording ended it still held"
	switch {
	case s.ended:
		end = "it held until the task was gone"
	case s.lastUpdate < r.updates:
		end = "then it held no more"
	}
	return fmt.Sprintf("held from %s to %s of the recording, at %d updates; %s", r.since(s.first), r.since(s.last), s.updates, end)
}

// ending is the recording as an ending of a process: nothing seen is nothing started, lost events are lost output.
func (r *recording) ending(end rung.Ending) rung.Ending {
	end.Started = end.Started && r.updates > 0
	end.Cut = end.Cut || r.dropped > 0
	return end
}

// bound says what was seen.
func (r *recording) bound() string {
	if len(r.tasks) == 0 {
		return ""
	}
	return fmt.Sprintf("%s seen in %s and %d updates", count(len(r.tasks), "task"), r.since(r.last), r.updates)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
